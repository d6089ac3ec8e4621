/* sheet.c
 * The sheet of the HTML report: what its parts share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sheet/sheet.h"

#include "analyzer/report/words.h"

void sheet_heading(Sheet *sheet, const char *level, const char *id, const char *text)
{
    html_open(sheet->html, level, NULL);
    if (id) {
        html_attribute(sheet->html, "id", id);
    }
    html_text(sheet->html, text);
    html_close(sheet->html);
}

void sheet_open_heading(Sheet *sheet)
{
    static const char *const names[] = {"h1", "h2", "h3", "h4", "h5", "h6"};

    html_open(sheet->html, names[sheet->level], NULL);
}

void sheet_severity(Sheet *sheet, KrrSeverity severity)
{
    /* The word says it; the colour only helps. */
    static const char *const classes[] = {
        [KRR_SEVERITY_OFF] = "severity clean",
        [KRR_SEVERITY_NOTE] = "severity note",
        [KRR_SEVERITY_WARNING] = "severity warning",
        [KRR_SEVERITY_ERROR] = "severity error",
    };
    const char *word = severity == KRR_SEVERITY_OFF ? "no finding" : krr_severity_name(severity);

    html_element(sheet->html, "span", classes[severity], word);
}

void sheet_open_term(Sheet *sheet, const char *term)
{
    if (term) {
        html_element(sheet->html, "dt", NULL, term);
    }
    html_open(sheet->html, "dd", NULL);
}

void sheet_term(Sheet *sheet, const char *term, const char *safe)
{
    if (!safe) {
        return;
    }
    sheet_open_term(sheet, term);
    html_text(sheet->html, safe);
    html_close(sheet->html);
}

void sheet_link(Sheet *sheet, const char *kind, guint number)
{
    g_autofree char *id = g_strdup_printf("%s-%u", kind, number);

    html_link(sheet->html, id, id);
}

void sheet_open_details(Sheet *sheet, const char *summary)
{
    html_open(sheet->html, "details", NULL);
    html_element(sheet->html, "summary", NULL, summary);
}

void sheet_open_table(Sheet *sheet, const char *label, const char *const *columns)
{
    Html *html = sheet->html;

    /* Who has no mouse scrolls what has the focus. */
    html_open(html, "div", "scroll");
    html_attribute(html, "tabindex", "0");
    html_attribute(html, "role", "region");
    html_attribute(html, "aria-label", label);
    html_open(html, "table", NULL);
    html_open(html, "thead", NULL);
    html_open(html, "tr", NULL);
    for (; *columns; columns++) {
        html_open(html, "th", NULL);
        html_attribute(html, "scope", "col");
        html_text(html, *columns);
        html_close(html);
    }
    html_close(html);
    html_close(html);
    html_open(html, "tbody", NULL);
}

void sheet_close_table(Sheet *sheet)
{
    html_close(sheet->html);
    html_close(sheet->html);
    html_close(sheet->html);
}

void sheet_cell(Sheet *sheet, const char *safe)
{
    html_element(sheet->html, "td", NULL, safe);
}

void sheet_name_cell(Sheet *sheet, const char *raw)
{
    g_autofree char *name = words_name(raw, "not known");

    sheet_cell(sheet, name);
}

void sheet_number_cell(Sheet *sheet, guint number)
{
    html_open(sheet->html, "td", "number");
    html_textf(sheet->html, "%u", number);
    html_close(sheet->html);
}

void sheet_row_head(Sheet *sheet, const char *safe)
{
    html_open(sheet->html, "th", NULL);
    html_attribute(sheet->html, "scope", "row");
    if (safe) {
        html_text(sheet->html, safe);
        html_close(sheet->html);
    }
}

void sheet_paragraph(Sheet *sheet, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    html_element(sheet->html, "p", NULL, text);
}
