/* sheet-ladder.c
 * A ladder on the sheet of the HTML report: a picture, and the same as a table
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sheet/sheet-ladder.h"

#include <string.h>

#include "analyzer/process/text.h"

/* More do not fit on any screen. */
#define MAX_ENTITIES 16

/* Pixels. The letters all have one width. */
#define LETTER        7.25
#define MARGIN        8
#define MARK_X        18
#define HEAD_HEIGHT   42
#define LINE_HEIGHT   14
#define ROW_HEIGHT    32
#define BAND_HEIGHT   20
#define ARROW_LENGTH  9
#define MIN_GAP       130
#define MAX_GAP       250
#define MAX_HEAD      26 /* letters of a line above a lifeline */
#define SPACE_BETWEEN 16

/* How a kind of message looks: a class for its colour, and a sign for those who see none. */
static const struct {
    const char *class;
    const char *sign;   /* path about the place where it begins */
    const char *letter; /* like that sign */
    const char *meaning;
} looks[LADDER_N_KINDS] = {
    [LADDER_PLAIN] = {"plain", "", "", ""},
    [LADDER_OFFER] = {"offer", "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "\342\227\217", "an offer"},
    [LADDER_REDIRECT] = {"krr", "m-6 0l6-6l6 6l-6 6z", "\342\227\206",
                         "rejected with a KMS Redirect Response (KRR)"},
    [LADDER_GRANTED] = {"granted", "m-5-5h10v10h-10z", "\342\226\240", "accepted"},
    [LADDER_REFUSED] = {"refused", "m-5-5l10 10m0-10l-10 10", "\303\227",
                        "a final answer without a KRR"},
};

/* How a citation looks: the severity, the shape about its letter. */
static const struct {
    const char *mark;
    const char *class;
    const char *shape;
    const char *meaning;
} marks[] = {
    {"E", "error", "m-9-4l5-5h8l5 5v8l-5 5h-8l-5-5z", "cited by an error"},
    {"W", "warning", "m0-11l11 19h-22z", "cited by a warning"},
    {"n", "note", "m-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0z", "cited by a note"},
};

/* What the picture comes to. */
typedef struct Picture {
    Html *html;
    const Ladder *ladder;
    const guint *place; /* by number of the entity: which lifeline from the left */
    guint time_end;
    guint frame_end;
    guint first; /* where the first lifeline is */
    guint gap;   /* from one to the next */
    guint width;
    guint height;
} Picture;

static guint letters(gsize columns)
{
    return (guint)((double)columns * LETTER);
}

/* ---- how large it is ---- */

/* "sip:alice@example.org" stands above its lifeline in two lines. */
static void split_name(const char *name, char *lines[2])
{
    const char *at = strchr(name, '@');
    g_autofree char *first = at ? g_strndup(name, (gsize)(at - name)) : g_strdup(name);

    lines[0] = text_cut(first, MAX_HEAD);
    lines[1] = text_cut(at ? at : "", MAX_HEAD);
}

static gsize head_columns(const Ladder *ladder)
{
    gsize columns = 0;

    for (guint i = 0; i < ladder_entities(ladder); i++) {
        char *lines[2];

        split_name(ladder_name(ladder, i), lines);
        columns = MAX(columns, MAX(text_columns(lines[0]), text_columns(lines[1])));
        g_free(lines[0]);
        g_free(lines[1]);
    }
    return columns;
}

static guint step_height(const LadderStep *step)
{
    if (!step->is_message) {
        return BAND_HEIGHT;
    }
    return ROW_HEIGHT + (*step->detail ? LINE_HEIGHT : 0);
}

static void measure(Picture *picture)
{
    const GPtrArray *steps = ladder_steps(picture->ladder);
    guint head = letters(head_columns(picture->ladder));
    gsize time = 0, frame = strlen("frame"), text = 0;

    picture->height = HEAD_HEIGHT + MARGIN;
    for (guint i = 0; i < steps->len; i++) {
        const LadderStep *step = g_ptr_array_index(steps, i);

        time = MAX(time, text_columns(step->time));
        frame = MAX(frame, text_columns(step->frame));
        if (step->is_message) {
            text = MAX(text, MAX(text_columns(step->text), text_columns(step->detail)));
        }
        picture->height += step_height(step);
    }
    picture->time_end = MARK_X + SPACE_BETWEEN + letters(time);
    picture->frame_end = picture->time_end + SPACE_BETWEEN + letters(frame);
    picture->first = picture->frame_end + SPACE_BETWEEN + head / 2;
    picture->gap =
        CLAMP(MAX(head + SPACE_BETWEEN, letters(text) + 3 * SPACE_BETWEEN), MIN_GAP, MAX_GAP);
    picture->width =
        picture->first + (ladder_entities(picture->ladder) - 1) * picture->gap + head / 2 + MARGIN;
}

static guint lifeline(const Picture *picture, guint place)
{
    return picture->first + place * picture->gap;
}

/* ---- its parts ---- */

static void open_text(const Picture *picture, const char *class, guint x, guint y)
{
    html_open(picture->html, "text", class);
    html_attributef(picture->html, "x", "%u", x);
    html_attributef(picture->html, "y", "%u", y);
}

static void draw_path(const Picture *picture, const char *class, guint x, guint y, const char *path)
{
    html_open(picture->html, "path", class);
    html_attributef(picture->html, "d", "M%u %u%s", x, y, path);
    html_close(picture->html);
}

/* A text as far as there is room for it; a pointer on it shows all. */
static void draw_text(const Picture *picture, const char *class, guint x, guint y, const char *text,
                      guint room)
{
    gsize columns = MAX((gsize)(room / LETTER), 3);
    g_autofree char *cut = text_cut(text, columns);

    if (!*text) {
        return;
    }
    open_text(picture, class, x, y);
    if (strcmp(cut, text) != 0) {
        html_element(picture->html, "title", NULL, text);
    }
    html_text(picture->html, cut);
    html_close(picture->html);
}

static void draw_head(const Picture *picture, guint place)
{
    guint number = g_array_index(ladder_order(picture->ladder), guint, place);
    const char *name = ladder_name(picture->ladder, number);
    guint x = lifeline(picture, place);
    char *lines[2];

    split_name(name, lines);
    html_open(picture->html, "g", "head");
    html_element(picture->html, "title", NULL, name);
    draw_text(picture, "name", x, LINE_HEIGHT, lines[0], G_MAXUINT16);
    draw_text(picture, "name", x, 2 * LINE_HEIGHT, lines[1], G_MAXUINT16);
    draw_path(picture, "life", x, HEAD_HEIGHT - 8, "");
    html_close(picture->html);
    g_free(lines[0]);
    g_free(lines[1]);
}

static void draw_lifelines(const Picture *picture)
{
    guint count = ladder_entities(picture->ladder);

    for (guint place = 0; place < count; place++) {
        g_autofree char *down = g_strdup_printf("V%u", picture->height - MARGIN);

        draw_path(picture, "life", lifeline(picture, place), HEAD_HEIGHT - 8, down);
    }
    for (guint place = 0; place < count; place++) {
        draw_head(picture, place);
    }
}

static void draw_mark(const Picture *picture, const char *mark, guint y)
{
    for (guint i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (strcmp(marks[i].mark, mark) != 0) {
            continue;
        }
        html_open(picture->html, "g", marks[i].class);
        html_element(picture->html, "title", NULL, marks[i].meaning);
        draw_path(picture, "mark", MARK_X, y, marks[i].shape);
        draw_text(picture, "letter", MARK_X, y + 4, mark, G_MAXUINT16);
        html_close(picture->html);
    }
}

static void draw_arrow(const Picture *picture, const LadderStep *step, guint y)
{
    guint from = lifeline(picture, picture->place[step->from]);
    guint to = lifeline(picture, picture->place[step->to]);
    bool itself = from == to;
    int back = from < to ? -ARROW_LENGTH : ARROW_LENGTH;
    g_autofree char *line = itself ? g_strdup("h30v8h-30") : g_strdup_printf("H%u", to);
    g_autofree char *head = g_strdup_printf("l%d-5v10z", back);

    draw_path(picture, step->unseen ? "line unseen" : "line", from, y, line);
    draw_path(picture, "arrow", to, itself ? y + 8 : y, head);
    if (*looks[step->kind].sign) {
        draw_path(picture, "sign", from, y, looks[step->kind].sign);
    }
}

/* The arrow with its texts; a pointer on it shows what it is, a click leads to what it carries. */
static void draw_message(const Picture *picture, const LadderStep *step, guint top)
{
    guint low = lifeline(picture, MIN(picture->place[step->from], picture->place[step->to]));
    guint high = lifeline(picture, MAX(picture->place[step->from], picture->place[step->to]));
    guint room = MAX(high - low, picture->gap) - SPACE_BETWEEN;
    guint middle = low == high ? low + picture->gap / 2 : (low + high) / 2;
    guint y = top + ROW_HEIGHT - 10;

    draw_mark(picture, step->mark, y);
    draw_text(picture, "number", picture->time_end, y + 4, step->time, G_MAXUINT16);
    draw_text(picture, "number", picture->frame_end, y + 4, step->frame, G_MAXUINT16);
    html_open(picture->html, "g", looks[step->kind].class);
    if (*step->target) {
        html_open(picture->html, "a", NULL);
        html_attributef(picture->html, "href", "#%s", step->target);
        html_attribute(picture->html, "tabindex", "-1"); /* the table has the same links */
    }
    html_open(picture->html, "title", NULL);
    html_textf(picture->html, "%s: %s to %s", step->text, ladder_name(picture->ladder, step->from),
               ladder_name(picture->ladder, step->to));
    html_close(picture->html);
    draw_arrow(picture, step, y);
    draw_text(picture, "words", middle, y - 6, step->text, room);
    draw_text(picture, "words", middle, y + LINE_HEIGHT, step->detail, room);
    if (*step->target) {
        html_close(picture->html);
    }
    html_close(picture->html);
}

/* A text across all lifelines. */
static void draw_band(const Picture *picture, const LadderStep *step, guint top)
{
    g_autofree char *text =
        g_strdup_printf("%s%s%s", step->label, *step->label ? " " : "", step->text);

    html_open(picture->html, "rect", *step->label ? "band first" : "band");
    html_attribute(picture->html, "x", "0");
    html_attributef(picture->html, "y", "%u", top);
    html_attributef(picture->html, "width", "%u", picture->width);
    html_attributef(picture->html, "height", "%u", BAND_HEIGHT);
    html_close(picture->html);
    draw_text(picture, *step->label ? "across label" : "across",
              *step->label ? MARGIN : MARK_X + MARGIN, top + LINE_HEIGHT, text,
              picture->width - 2 * MARK_X);
}

static void draw_picture(const Picture *picture, const char *of)
{
    const GPtrArray *steps = ladder_steps(picture->ladder);
    guint y = HEAD_HEIGHT;

    html_open(picture->html, "svg", "ladder");
    html_attribute(picture->html, "xmlns", "http://www.w3.org/2000/svg");
    html_attribute(picture->html, "role", "img");
    html_attributef(picture->html, "viewBox", "0 0 %u %u", picture->width, picture->height);
    html_attributef(picture->html, "width", "%u", picture->width);
    html_attributef(picture->html, "height", "%u", picture->height);
    html_open(picture->html, "title", NULL);
    html_textf(picture->html, "Messages of %s", of);
    html_close(picture->html);
    html_open(picture->html, "desc", NULL);
    html_textf(picture->html,
               "%u messages between %u entities; the table below it has them in words.",
               ladder_messages(picture->ladder), ladder_entities(picture->ladder));
    html_close(picture->html);
    draw_lifelines(picture);
    draw_text(picture, "number title", picture->time_end, HEAD_HEIGHT - 12, "time", G_MAXUINT16);
    draw_text(picture, "number title", picture->frame_end, HEAD_HEIGHT - 12, "frame", G_MAXUINT16);
    for (guint i = 0; i < steps->len; i++) {
        const LadderStep *step = g_ptr_array_index(steps, i);

        if (step->is_message) {
            draw_message(picture, step, y);
        } else {
            draw_band(picture, step, y);
        }
        y += step_height(step);
    }
    html_close(picture->html);
}

/* ---- the same as a table ---- */

static void write_message(Sheet *sheet, const Ladder *ladder, const LadderStep *step)
{
    Html *html = sheet->html;
    const char *cited = "";

    for (guint i = 0; i < G_N_ELEMENTS(marks); i++) {
        cited = strcmp(marks[i].mark, step->mark) == 0 ? marks[i].class : cited;
    }
    html_open(html, "tr", NULL);
    sheet_cell(sheet, step->time);
    sheet_cell(sheet, step->frame);
    sheet_cell(sheet, ladder_name(ladder, step->from));
    sheet_cell(sheet, ladder_name(ladder, step->to));
    html_open(html, "td", NULL);
    if (*step->target) {
        html_link(html, step->target, step->text);
    } else {
        html_text(html, step->text);
    }
    if (*step->detail) {
        html_textf(html, ", %s", step->detail);
    }
    html_close(html);
    sheet_cell(sheet, cited);
    html_close(html);
}

static void write_text(Sheet *sheet, const LadderStep *step)
{
    html_open(sheet->html, "tr", NULL);
    html_open(sheet->html, "th", NULL);
    html_attribute(sheet->html, "colspan", "6");
    html_attribute(sheet->html, "scope", "rowgroup");
    html_textf(sheet->html, "%s%s%s", step->label, *step->label ? " " : "", step->text);
    html_close(sheet->html);
    html_close(sheet->html);
}

static void write_table(Sheet *sheet, const Ladder *ladder)
{
    static const char *const columns[] = {"Time",    "Frame",    "From", "To",
                                          "Message", "Cited by", NULL};
    const GPtrArray *steps = ladder_steps(ladder);

    sheet_open_table(sheet, "Messages", columns);
    for (guint i = 0; i < steps->len; i++) {
        const LadderStep *step = g_ptr_array_index(steps, i);

        if (step->is_message) {
            write_message(sheet, ladder, step);
        } else {
            write_text(sheet, step);
        }
    }
    sheet_close_table(sheet);
}

/* ---- both ---- */

static void write_picture(Sheet *sheet, const Ladder *ladder, const char *of)
{
    g_autofree guint *place = g_new0(guint, ladder_entities(ladder) + 1);
    Picture picture = {.html = sheet->html, .ladder = ladder, .place = place};

    for (guint i = 0; i < ladder_entities(ladder); i++) {
        place[g_array_index(ladder_order(ladder), guint, i)] = i;
    }
    measure(&picture);
    html_open(sheet->html, "div", "scroll");
    html_attribute(sheet->html, "tabindex", "0");
    html_attribute(sheet->html, "role", "region");
    html_attributef(sheet->html, "aria-label", "Messages of %s, as a picture", of);
    draw_picture(&picture, of);
    html_close(sheet->html);
}

void sheet_ladder(Sheet *sheet, const Ladder *ladder, const char *of)
{
    guint entities = ladder_entities(ladder);
    bool fits = entities > 0 && entities <= MAX_ENTITIES && ladder_messages(ladder) > 0;

    html_open(sheet->html, "figure", NULL);
    if (fits) {
        write_picture(sheet, ladder, of);
        sheet_open_details(sheet, "The same as a table");
    } else {
        html_open(sheet->html, "div", NULL);
    }
    write_table(sheet, ladder);
    html_close(sheet->html);
    html_close(sheet->html);
    html_flow(sheet->html);
}

void sheet_ladder_legend(Sheet *sheet)
{
    Html *html = sheet->html;

    html_open(html, "ul", "legend");
    for (guint i = 0; i < LADDER_N_KINDS; i++) {
        if (!*looks[i].letter) {
            continue;
        }
        html_open(html, "li", NULL);
        html_element(html, "span", looks[i].class, looks[i].letter);
        html_textf(html, " %s", looks[i].meaning);
        html_close(html);
    }
    html_element(html, "li", NULL, "dotted: it must have been there, but was not captured");
    for (guint i = 0; i < G_N_ELEMENTS(marks); i++) {
        html_open(html, "li", NULL);
        html_element(html, "span", marks[i].class, marks[i].mark);
        html_textf(html, " %s", marks[i].meaning);
        html_close(html);
    }
    html_close(html);
}
