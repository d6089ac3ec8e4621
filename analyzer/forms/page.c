/* page.c
 * The page of the text report: labels, paragraphs beside them, colours
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/page.h"

#include <string.h>

#include "analyzer/process/text.h"

static const char *const severity_paint[] = {
    [KRR_SEVERITY_OFF] = "\033[32m",
    [KRR_SEVERITY_NOTE] = "\033[36m",
    [KRR_SEVERITY_WARNING] = "\033[33m",
    [KRR_SEVERITY_ERROR] = "\033[1;31m",
};

const char *page_severity_paint(KrrSeverity severity)
{
    return severity_paint[severity];
}

/* Apart from text_fold(), whose columns the paint takes no part in. */
void page_paint(Page *page, const char *code, const char *text)
{
    if (page->style->colour && *code) {
        g_string_append_printf(page->out, "%s%s" PAGE_PAINT_END, code, text);
    } else {
        g_string_append(page->out, text);
    }
}

static void space(Page *page, gsize n)
{
    while (n--) {
        g_string_append_c(page->out, ' ');
    }
}

void page_heading(Page *page, const char *text)
{
    g_string_append_c(page->out, '\n');
    page_paint(page, PAGE_PAINT_HEADER, text);
    g_string_append_c(page->out, '\n');
}

void page_row(Page *page, gsize indent, gsize column, const char *code, const char *label,
              const char *safe)
{
    gsize used = indent + strlen(label);

    space(page, indent);
    page_paint(page, code, label);
    if (used > indent && used >= column) {
        column = used + 1;
    }
    if (*safe) {
        space(page, column - used);
    }
    text_fold(page->out, column, column, PAGE_WIDTH, safe);
    output_flow(page->output);
}

void page_rowf(Page *page, gsize indent, gsize column, const char *label, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    page_row(page, indent, column, PAGE_PAINT_NONE, label, text);
}
