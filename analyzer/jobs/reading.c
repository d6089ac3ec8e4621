/* reading.c
 * Several captures: each read by a process of its own, what they tell joined
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/jobs/reading.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/capture/file-digest.h"
#include "analyzer/jobs/capture-result.h"
#include "analyzer/jobs/join-ahead.h"
#include "analyzer/jobs/spool.h"
#include "analyzer/process/complain.h"
#include "analyzer/process/interrupt.h"
#include "analyzer/process/workers.h"

/* A worker saves what it has found after so many events, in case it crashes. */
#define EVENTS_PER_SAVE 1024

/* Memory that a worker shares with the process that waits for it. */
typedef struct Share {
    ProgressCount count;
    char trouble[512]; /* why it gave up; "": it did not, or does not know */
} Share;

typedef struct Reading {
    const ReadingPlan *plan;
    Progress *progress;
    Share *shares;          /* by place of the capture */
    ProgressCount **counts; /* those in them */
    GPtrArray *lengths;     /* by place: GArray of guint64, see spool_lengths(); NULL: no spool */
    bool *ended;            /* by place */
    guint done;             /* so many have ended */
    guint told;             /* of so many, from the first one, it was told how they ended */
    bool complete;          /* all so far */
    void (*event)(StoryEvent *event, gpointer data);
    gpointer data;
} Reading;

/* ---- in the process of a worker ---- */

/* What a capture tells, on its way to its spool. */
typedef struct SpoolWriter {
    const Reading *reading;
    Capture *capture;
    Spool *spool;
    Share *share;
    guint unsaved; /* events since all was made safe */
} SpoolWriter;

/* Within a dissection there is nobody to return an error to, and it makes no sense to go on. */
static void give_up(const SpoolWriter *writer, const GError *error)
{
    g_strlcpy(writer->share->trouble, error->message, sizeof writer->share->trouble);
    _exit(EXIT_FAILURE);
}

static void save(SpoolWriter *writer, const FrameLinks *links)
{
    g_autoptr(GError) error = NULL;

    writer->unsaved = 0;
    if (!spool_flush(writer->spool, &error) ||
        !capture_result_save(writer->capture, spool_lengths(writer->spool), links,
                             engine_directory(writer->reading->plan->method->engine), &error)) {
        give_up(writer, error);
    }
}

static void spool_event(StoryEvent *event, gpointer data)
{
    SpoolWriter *writer = data;
    g_autoptr(GError) error = NULL;

    story_clock_take(writer->capture->result.clock, event);
    if (!spool_add(writer->spool, event, &error)) {
        give_up(writer, error);
    }
    if (++writer->unsaved >= EVENTS_PER_SAVE) {
        save(writer, NULL);
    }
}

/* What it does to others is up to what it is told here: nothing of the other captures. */
static void confine(Confinement *confinement, const Capture *capture)
{
    if (confinement) {
        confinement_narrow(confinement, capture->path);
        confinement_limit_calls(confinement, CONFINE_READING);
    }
}

static bool work(guint task, gpointer data)
{
    const Reading *reading = data;
    const ReadingPlan *plan = reading->plan;
    Capture *capture = g_ptr_array_index(plan->captures, task);
    g_autoptr(Spool) spool = spool_new(engine_directory(plan->method->engine), capture->index);
    Share *share = &reading->shares[task];
    g_autoptr(Progress) progress = progress_new_counting(&share->count);
    SpoolWriter writer = {reading, capture, spool, share, 0};

    confine(plan->confinement, capture);
    capture->result.clock = story_clock_new();
    engine_redirect(plan->method->engine, spool_event, &writer);
    capture_read(capture, NULL, plan->method, progress);
    save(&writer, plan->links);
    return true;
}

/* ---- in the process that waits ---- */

static void fail(Capture *capture, const char *how, const Share *share)
{
    guint64 frames = share->count.frames;

    capture->result.complete = false;
    g_free(capture->result.error);
    if (*share->trouble) {
        capture->result.error = g_strdup(share->trouble);
    } else {
        capture->result.error = g_strdup_printf(
            "the process that read it %s after frame %" G_GUINT64_FORMAT, how, frames);
    }
}

/* Complains of captures in their order: of each as soon as all before it have ended. */
static void tell_ends(Reading *reading)
{
    const GPtrArray *captures = reading->plan->captures;

    for (; reading->told < captures->len && reading->ended[reading->told]; reading->told++) {
        const Capture *capture = g_ptr_array_index(captures, reading->told);

        if (capture->result.complete) {
            continue;
        }
        reading->complete = false;
        progress_clear(reading->progress);
        if (!interrupt_seen()) {
            complain("%s: %s", capture->path, capture->result.error);
        }
    }
}

static void ended(guint task, const char *how, gpointer data)
{
    Reading *reading = data;
    const ReadingPlan *plan = reading->plan;
    Capture *capture = g_ptr_array_index(plan->captures, task);

    reading->lengths->pdata[task] =
        capture_result_load(capture, plan->links, engine_directory(plan->method->engine), NULL);
    if (!how && !reading->lengths->pdata[task]) {
        how = "left nothing that can be read";
    }
    if (!how && !capture->result.complete && !capture->result.error) {
        how = "ended early";
    }
    if (how) {
        fail(capture, how, &reading->shares[task]);
    }
    reading->ended[task] = true;
    reading->done++;
    tell_ends(reading);
}

static void pass_on_line(const char *line, gpointer data)
{
    const Reading *reading = data;

    progress_clear(reading->progress);
    fprintf(stderr, "%s\n", line); /* as safe as the worker has made it */
}

static void show_progress(gpointer data)
{
    const Reading *reading = data;

    progress_update_all(reading->progress, reading->counts, reading->plan->captures->len,
                        reading->done);
}

/* The digest is lost with a worker that crashed, but what it had told may be evidence, and that
 * needs a digest. */
static void digest_again(Capture *capture)
{
    g_autofree char *why = NULL;
    struct stat status;
    int fd = open(capture->result.readable, O_RDONLY | O_CLOEXEC);

    if (fd >= 0 && fstat(fd, &status) == 0 && (guint64)status.st_size == capture->result.size) {
        capture->result.sha256 = file_digest_end(file_digest_begin(fd), &why);
    }
    if (fd >= 0) {
        close(fd);
    }
}

/* To be called when all processes were started: digests are made by threads. */
static void complete_digests(const GPtrArray *captures)
{
    for (guint i = 0; i < captures->len; i++) {
        Capture *capture = g_ptr_array_index(captures, i);

        if (capture->result.readable && !capture->result.sha256) {
            digest_again(capture);
        }
    }
}

/* ---- the join ---- */

static void tell_event(StoryEvent *event, gpointer data)
{
    const Reading *reading = data;

    reading->event(event, reading->data);
}

static void note_trouble(guint32 capture_index, const char *why, gpointer data)
{
    Reading *reading = data;
    Capture *capture = g_ptr_array_index(reading->plan->captures, capture_index - 1);

    reading->complete = false;
    progress_clear(reading->progress);
    complain("%s: %s", capture->path, why);
    capture->result.complete = false;
    if (!capture->result.error) {
        capture->result.error = g_strdup(why);
    }
}

static bool is_interrupted(gpointer data G_GNUC_UNUSED)
{
    return interrupt_seen();
}

static void compare_clocks(const GPtrArray *captures)
{
    g_autoptr(GPtrArray) clocks = g_ptr_array_new();

    for (guint i = 0; i < captures->len; i++) {
        const Capture *capture = g_ptr_array_index(captures, i);

        g_ptr_array_add(clocks, capture->result.clock);
    }
    story_clocks_compare(clocks);
}

/* No process is started any more: there may be a thread. */
static bool join_spools(Reading *reading)
{
    static const JoinCalls calls = {tell_event, note_trouble, is_interrupted};
    const ReadingPlan *plan = reading->plan;
    g_autoptr(Join) join = join_new(engine_directory(plan->method->engine), plan->vocabulary);

    compare_clocks(plan->captures);
    for (guint i = 0; i < plan->captures->len; i++) {
        const Capture *capture = g_ptr_array_index(plan->captures, i);
        const StoryClock *clock = capture->result.clock;

        if (reading->lengths->pdata[i]) {
            join_add(join, capture->index, capture->result.frames,
                     clock ? story_clock_offset(clock) : 0, reading->lengths->pdata[i]);
        }
    }
    return plan->jobs > 1 ? join_run_ahead(join, &calls, reading) : join_run(join, &calls, reading);
}

/* ---- all of it ---- */

static void unref_lengths(gpointer lengths)
{
    if (lengths) {
        g_array_unref(lengths);
    }
}

static bool read_and_join(Reading *reading)
{
    static const WorkersCalls calls = {work, ended, pass_on_line, show_progress, interrupt_seen};
    guint captures = reading->plan->captures->len;
    g_autoptr(GPtrArray) lengths = g_ptr_array_new_with_free_func(unref_lengths);
    g_autofree ProgressCount **counts = g_new(ProgressCount *, captures);
    g_autofree bool *has_ended = g_new0(bool, captures);

    for (guint i = 0; i < captures; i++) {
        counts[i] = &reading->shares[i].count;
    }
    g_ptr_array_set_size(lengths, (gint)captures);
    reading->lengths = lengths;
    reading->counts = counts;
    reading->ended = has_ended;
    if (!workers_run(captures, reading->plan->jobs, &calls, reading)) {
        return false;
    }
    complete_digests(reading->plan->captures);
    return join_spools(reading) && reading->complete;
}

bool reading_run(const ReadingPlan *plan, Progress *progress,
                 void (*event)(StoryEvent *event, gpointer data), gpointer data)
{
    size_t length = plan->captures->len * sizeof(Share);
    Share *shares = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    Reading reading = {.plan = plan,
                       .progress = progress,
                       .shares = shares,
                       .complete = true,
                       .event = event,
                       .data = data};
    bool complete;

    if (shares == MAP_FAILED) {
        complain("the captures cannot be read: %s", g_strerror(errno));
        return false;
    }
    complete = read_and_join(&reading);
    munmap(shares, length);
    return complete;
}
