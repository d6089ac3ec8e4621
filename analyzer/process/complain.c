/* complain.c
 * One line on standard error
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/complain.h"

#include <stdio.h>

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
