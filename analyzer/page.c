/* page.c
 * The page of the text report: labels, paragraphs beside them, colours
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "page.h"

#include <string.h>

#include "text.h"

#define MAX_FRAMES 12 /* of a sighting; the JSON report has them all */

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
    if (page->style->colour && *code)
        g_string_append_printf(page->out, "%s%s" PAGE_PAINT_END, code, text);
    else
        g_string_append(page->out, text);
}

static void space(Page *page, gsize n)
{
    while (n--)
        g_string_append_c(page->out, ' ');
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
    if (used > indent && used >= column)
        column = used + 1;
    if (*safe)
        space(page, column - used);
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

char *page_name(const char *raw, const char *otherwise)
{
    return raw ? text_safe(raw, TEXT_MAX_WORD) : g_strdup(otherwise);
}

char *page_frames(const Page *page, const GArray *frames)
{
    GString *text = g_string_new(frames->len == 1 ? "frame" : "frames");

    for (guint i = 0; i < frames->len && i < MAX_FRAMES; i++) {
        g_autofree char *frame = report_frame(page->report, &g_array_index(frames, StoryFrame, i));

        g_string_append_printf(text, "%s %s", i ? "," : "", frame);
    }
    if (frames->len > MAX_FRAMES)
        g_string_append_printf(text, " and %u more", frames->len - MAX_FRAMES);
    return g_string_free(text, FALSE);
}
