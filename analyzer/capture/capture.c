/* capture.c
 * A capture of the command line, and what became of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/capture/capture.h"

#include <string.h>
#include <sys/stat.h>

Capture *capture_new(const char *path, guint32 index)
{
    Capture *capture = g_new0(Capture, 1);

    capture->path = g_strdup(path);
    capture->index = index;
    return capture;
}

static void result_clear(CaptureResult *result)
{
    g_free(result->sha256);
    g_clear_pointer(&result->renewals, g_array_unref);
    g_clear_pointer(&result->unread, g_array_unref);
    g_clear_pointer(&result->clock, story_clock_free);
    g_free(result->error);
    g_free(result->readable); /* a copy goes with the engine's directory */
}

void capture_free(Capture *capture)
{
    if (!capture) {
        return;
    }
    result_clear(&capture->result);
    g_free(capture->path);
    g_free(capture);
}

bool capture_is_standard_input(const Capture *capture)
{
    return strcmp(capture->path, "-") == 0;
}

guint64 capture_size(const Capture *capture)
{
    struct stat status;

    if (capture_is_standard_input(capture) || stat(capture->path, &status) != 0 ||
        !S_ISREG(status.st_mode)) {
        return 0;
    }
    return (guint64)status.st_size;
}

bool capture_fail(Capture *capture, const char *format, ...)
{
    char **error = &capture->result.error;
    va_list arguments;

    if (*error) {
        return false;
    }
    va_start(arguments, format);
    *error = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_strdelimit(*error, "\r\n", ' ');
    return false;
}
