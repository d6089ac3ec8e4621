/* sheet-timeline.c
 * When KRRs came and what was found in them, over the whole capture: a picture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sheet/sheet-timeline.h"

#include "analyzer/process/text.h"

/* Pixels, and bars. */
#define BARS       60
#define BAR_STEP   15
#define BAR_WIDTH  12
#define BAR_HEIGHT 90
#define MIDDLE     (BAR_HEIGHT + 14)
#define WIDTH      (BARS * BAR_STEP)
#define HEIGHT     (2 * BAR_HEIGHT + 44)

typedef struct Bar {
    guint krrs;
    guint findings[KRR_SEVERITY_ERROR + 1];
} Bar;

typedef struct Chart {
    gint64 begin; /* nanoseconds */
    gint64 end;
    gint64 step; /* of a bar */
    Bar bars[BARS];
    guint most; /* the highest bar of either kind */
} Chart;

static Bar *bar_at(Chart *chart, gint64 time)
{
    gint64 place = time <= chart->begin ? 0 : (time - chart->begin) / chart->step;

    return &chart->bars[MIN(place, BARS - 1)];
}

/* From the first KRR or finding to the last. False where that is no time at all. */
static bool take_span(Chart *chart, const GPtrArray *krrs, const GPtrArray *findings)
{
    gint64 first = G_MAXINT64, last = G_MININT64;

    for (guint i = 0; i < krrs->len; i++) {
        gint64 time = story_frame_at(story_krr_at(krrs, i)->frames, 0)->time_ns;
        first = MIN(first, time);
        last = MAX(last, time);
    }
    for (guint i = 0; i < findings->len; i++) {
        const AuditFinding *finding = g_ptr_array_index(findings, i);
        gint64 time = story_frame_at(finding->frames, 0)->time_ns;
        first = MIN(first, time);
        last = MAX(last, time);
    }
    if (first >= last || (first < 0 && last > G_MAXINT64 + first)) {
        return false;
    }
    chart->begin = first;
    chart->end = last;
    chart->step = (last - first) / BARS + 1;
    return true;
}

static void count(Chart *chart, const GPtrArray *krrs, const GPtrArray *findings)
{
    for (guint i = 0; i < krrs->len; i++) {
        bar_at(chart, story_frame_at(story_krr_at(krrs, i)->frames, 0)->time_ns)->krrs++;
    }
    for (guint i = 0; i < findings->len; i++) {
        const AuditFinding *finding = g_ptr_array_index(findings, i);

        bar_at(chart, story_frame_at(finding->frames, 0)->time_ns)->findings[finding->severity]++;
    }
    for (guint i = 0; i < BARS; i++) {
        const guint *found = chart->bars[i].findings;
        guint all =
            found[KRR_SEVERITY_ERROR] + found[KRR_SEVERITY_WARNING] + found[KRR_SEVERITY_NOTE];

        chart->most = MAX(chart->most, MAX(chart->bars[i].krrs, all));
    }
}

/* Whatever is there is at least two pixels high. */
static guint height_of(const Chart *chart, guint number)
{
    return number ? MAX(2, (guint)((guint64)number * BAR_HEIGHT / chart->most)) : 0;
}

static void write_bar(Sheet *sheet, const char *class, guint x, guint y, guint height)
{
    if (!height) {
        return;
    }
    html_open(sheet->html, "rect", class);
    html_attributef(sheet->html, "x", "%u", x);
    html_attributef(sheet->html, "y", "%u", y);
    html_attributef(sheet->html, "width", "%d", BAR_WIDTH);
    html_attributef(sheet->html, "height", "%u", height);
    html_close(sheet->html);
}

static void write_bars(Sheet *sheet, const Chart *chart)
{
    for (guint i = 0; i < BARS; i++) {
        const Bar *bar = &chart->bars[i];
        guint height = height_of(chart, bar->krrs), y = MIDDLE + 2;

        write_bar(sheet, "krr", i * BAR_STEP, MIDDLE - 2 - height, height);
        for (KrrSeverity severity = KRR_SEVERITY_ERROR; severity > KRR_SEVERITY_OFF; severity--) {
            height = height_of(chart, bar->findings[severity]);
            write_bar(sheet, krr_severity_name(severity), i * BAR_STEP, y, height);
            y += height;
        }
    }
}

static void write_label(Sheet *sheet, guint x, guint y, const char *class, const char *text)
{
    html_open(sheet->html, "text", class);
    html_attributef(sheet->html, "x", "%u", x);
    html_attributef(sheet->html, "y", "%u", y);
    html_text(sheet->html, text);
    html_close(sheet->html);
}

static void write_picture(Sheet *sheet, const Chart *chart)
{
    g_autofree char *first = text_date(chart->begin);
    g_autofree char *last = text_date(chart->end);
    g_autofree char *step = text_duration(chart->step);
    g_autofree char *scale = g_strdup_printf("highest bar: %u", chart->most);
    Html *html = sheet->html;

    html_open(html, "svg", "timeline");
    html_attribute(html, "xmlns", "http://www.w3.org/2000/svg");
    html_attributef(html, "viewBox", "0 0 %d %d", WIDTH, HEIGHT);
    html_attribute(html, "role", "img");
    html_element(html, "title", NULL, "KRRs and findings over time");
    html_open(html, "desc", NULL);
    html_textf(html,
               "KRRs above the line and findings below it, a bar for each %s, from %s to %s; the "
               "tables below say who made them.",
               step, first, last);
    html_close(html);
    write_label(sheet, 0, 12, "left", "KRRs");
    write_label(sheet, WIDTH, 12, "right", scale);
    write_bars(sheet, chart);
    html_open(html, "path", "axis");
    html_attributef(html, "d", "M0 %dH%d", MIDDLE, WIDTH);
    html_close(html);
    write_label(sheet, 0, HEIGHT - 18, "left", "findings");
    write_label(sheet, 0, HEIGHT - 4, "left", first);
    write_label(sheet, WIDTH, HEIGHT - 4, "right", last);
    html_close(html);
}

void sheet_timeline(Sheet *sheet)
{
    const GPtrArray *krrs = ledger_krrs(sheet->report->ledger);
    const GPtrArray *findings = sheet->report->audit->findings;
    Chart chart = {0};

    if (take_span(&chart, krrs, findings)) {
        count(&chart, krrs, findings);
        html_open(sheet->html, "figure", NULL);
        write_picture(sheet, &chart);
        html_element(sheet->html, "figcaption", NULL,
                     "When KRRs were first seen, and what was found: errors, warnings, notes");
        html_close(sheet->html);
    }
}
