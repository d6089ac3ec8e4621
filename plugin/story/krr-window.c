/* krr-window.c
 * What the plugin asks of Wireshark's window
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/story/krr-window.h"

#include <epan/plugin_if.h>

#include "plugin/wireshark-compat.h"

/* How often the window is asked whether it has read all, in milliseconds. */
#define ASK_AGAIN 100

/* The timer of GLib's default context, which the window runs; 0: none. */
static guint timer;
static bool (*is_needed)(void);

/* What the window says of the capture that it shows. */
typedef struct WindowState {
    bool is_there; /* there is a window */
    bool is_open;  /* and a capture in it */
    bool is_read;  /* to its end, and nothing is dissected right now */
    char *filter;  /* NULL: none */
} WindowState;

static void *take_state(capture_file *file, void *data)
{
    WindowState *state = data;

    state->is_there = true;
    state->is_open = file && file->state != FILE_CLOSED;
    state->is_read =
        state->is_open && file->state == FILE_READ_DONE && !file->read_lock && !file->redissecting;
    state->filter = state->is_open ? g_strdup(file->dfilter) : NULL;
    return NULL;
}

/* Wireshark does nothing where the filter is the same text as before: so it gets a space at its end,
 * or loses it. */
static void apply_again(const char *filter)
{
    g_autofree char *other = g_str_has_suffix(filter, " ") ? g_strchomp(g_strdup(filter))
                                                           : g_strconcat(filter, " ", NULL);

    plugin_if_apply_filter(other, true);
}

static gboolean look(gpointer data)
{
    WindowState state = {0};

    (void)data;
    plugin_if_get_capture_file(take_state, &state);
    g_autofree char *filter = state.filter;
    if (state.is_open && !state.is_read) {
        return G_SOURCE_CONTINUE;
    }
    timer = 0; /* what follows may read frames, and ask again */
    if (state.is_open && filter && *filter && is_needed()) {
        apply_again(filter);
    }
    return G_SOURCE_REMOVE;
}

void krr_window_filter_later(bool (*ask)(void))
{
    WindowState state = {0};

    if (timer != 0) {
        return;
    }
    plugin_if_get_capture_file(take_state, &state);
    g_free(state.filter);
    if (state.is_there) {
        is_needed = ask;
        timer = g_timeout_add(ASK_AGAIN, look, NULL);
    }
}

void krr_window_forget(void)
{
    if (timer != 0) {
        g_source_remove(timer);
        timer = 0;
    }
}
