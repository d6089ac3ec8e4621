/* complain.c
 * One line on standard error
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/complain.h"

#include <stdio.h>
#include <unistd.h>

#include "analyzer/process/text.h"

void complain_valist(const char *format, va_list arguments)
{
    g_autofree char *raw = g_strchomp(g_strdup_vprintf(format, arguments));
    g_autofree char *safe = text_safe(raw, 0);

    fprintf(stderr, "krraudit: %s\n", safe);
}

void complain(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    complain_valist(format, arguments);
    va_end(arguments);
}

void complain_of_glib(const char *domain G_GNUC_UNUSED, GLogLevelFlags level, const char *message,
                      gpointer data G_GNUC_UNUSED)
{
    if (level &
        (G_LOG_FLAG_FATAL | G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)) {
        complain("%s", message);
    }
    if (level & (G_LOG_FLAG_FATAL | G_LOG_LEVEL_ERROR)) {
        _exit(COMPLAIN_FATAL_STATUS);
    }
}
