/* progress.c
 * How far the audit is, on a terminal
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/progress.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "analyzer/process/text.h"

#define INTERVAL_US (G_USEC_PER_SEC / 5)
#define NAME_WIDTH  28

struct Progress {
    bool shown;
    bool on_screen;
    gint64 started; /* monotonic time, microseconds */
    gint64 drawn;
    guint64 expected;    /* octets in all captures */
    guint64 done_octets; /* of captures that are done */
    guint64 done_frames;
    char *name;           /* of the present capture, fit for a terminal */
    ProgressCount *count; /* NULL: it shows */
};

Progress *progress_new(bool wanted)
{
    Progress *progress = g_new0(Progress, 1);

    progress->shown = wanted && isatty(STDERR_FILENO);
    progress->started = g_get_monotonic_time();
    return progress;
}

Progress *progress_new_counting(ProgressCount *count)
{
    Progress *progress = g_new0(Progress, 1);

    progress->count = count;
    return progress;
}

void progress_free(Progress *progress)
{
    if (!progress) {
        return;
    }
    progress_clear(progress);
    g_free(progress->name);
    g_free(progress);
}

void progress_expect(Progress *progress, guint64 octets)
{
    progress->expected += octets;
}

void progress_begin(Progress *progress, const char *path)
{
    g_autofree char *base = g_path_get_basename(path);

    g_free(progress->name);
    progress->name = text_safe(base, NAME_WIDTH);
}

/* "0:42", "1:02:03" */
static char *format_seconds(guint64 seconds)
{
    guint64 minutes = seconds / 60;

    if (minutes < 60) {
        return g_strdup_printf("%u:%02u", (guint)minutes, (guint)(seconds % 60));
    }
    return g_strdup_printf("%" G_GUINT64_FORMAT ":%02u:%02u", minutes / 60, (guint)(minutes % 60),
                           (guint)(seconds % 60));
}

static void draw(Progress *progress, gint64 now, guint64 octets, guint64 frames)
{
    double elapsed = (double)(now - progress->started) / G_USEC_PER_SEC;
    /* Nobody knows before how much a compressed file holds, so the share is that of the octets of
     * the file. */
    double share = progress->expected ? (double)octets / (double)progress->expected : 0;
    g_autofree char *left = NULL;

    share = MIN(share, 1);
    if (share > 0) {
        left = format_seconds((guint64)(elapsed * (1 - share) / share));
    }
    fprintf(stderr, "\r\033[K%3.0f%%  %s  %" G_GUINT64_FORMAT " frames, %.0f/s, %s left",
            share * 100, progress->name, frames, elapsed > 0 ? (double)frames / elapsed : 0,
            left ? left : "?");
    fflush(stderr);
    progress->on_screen = true;
    progress->drawn = now;
}

void progress_update(Progress *progress, guint64 octets, guint64 frames)
{
    gint64 now;

    if (progress->count) {
        atomic_store_explicit(&progress->count->octets, octets, memory_order_relaxed);
        atomic_store_explicit(&progress->count->frames, frames, memory_order_relaxed);
    }
    if (!progress->shown) {
        return;
    }
    now = g_get_monotonic_time();
    if (now - MAX(progress->drawn, progress->started) >= INTERVAL_US) {
        draw(progress, now, progress->done_octets + octets, progress->done_frames + frames);
    }
}

void progress_update_all(Progress *progress, ProgressCount *const *counts, guint captures,
                         guint done)
{
    guint64 octets = 0, frames = 0;

    if (!progress->shown) {
        return;
    }
    for (guint i = 0; i < captures; i++) {
        octets += atomic_load_explicit(&counts[i]->octets, memory_order_relaxed);
        frames += atomic_load_explicit(&counts[i]->frames, memory_order_relaxed);
    }
    g_free(progress->name);
    progress->name = g_strdup_printf("%u of %u captures", done, captures);
    progress_update(progress, octets, frames);
}

void progress_end(Progress *progress, guint64 octets, guint64 frames)
{
    if (progress->count) {
        progress_update(progress, octets, frames);
    }
    progress->done_octets += octets;
    progress->done_frames += frames;
}

void progress_clear(Progress *progress)
{
    if (!progress->on_screen) {
        return;
    }
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->on_screen = false;
}
