/* ladder-draw.c
 * A ladder as text: a column for each entity, an arrow for each message
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/ladder-draw.h"

#include <string.h>

#include "analyzer/process/text.h"

/* Less between two lifelines is not readable. */
#define MIN_GAP 11
/* Where a text across all columns has its label and its words. */
#define LABEL_COLUMN 2
#define TEXT_COLUMN  5

#define TIME_HEADER  "time"
#define FRAME_HEADER "frame"

/* What the drawing comes to. */
typedef struct Layout {
    const Ladder *ladder;
    GString *out;
    gsize width;
    gsize mark_width;
    gsize time_width;
    gsize frame_width;
    gsize gutter; /* where the first lifeline is */
    gsize gap;    /* from one lifeline to the next */
    guint *place; /* by number: which lifeline from the left */
} Layout;

static void fill(GString *out, char c, gsize n)
{
    while (n--) {
        g_string_append_c(out, c);
    }
}

static void pad_right(GString *out, const char *text, gsize width)
{
    gsize columns = text_columns(text);

    g_string_append(out, text);
    fill(out, ' ', width > columns ? width - columns : 0);
}

static void pad_left(GString *out, const char *text, gsize width)
{
    gsize columns = text_columns(text);

    fill(out, ' ', width > columns ? width - columns : 0);
    g_string_append(out, text);
}

static void end_line(GString *out)
{
    while (out->len && out->str[out->len - 1] == ' ') {
        g_string_truncate(out, out->len - 1);
    }
    g_string_append_c(out, '\n');
}

/* ---- what stands in front of the columns ---- */

static void draw_gutter(const Layout *layout, const char *mark, const char *time, const char *frame)
{
    pad_right(layout->out, mark, layout->mark_width + 1);
    pad_left(layout->out, time, layout->time_width);
    fill(layout->out, ' ', 1);
    pad_left(layout->out, frame, layout->frame_width);
    fill(layout->out, ' ', 2);
}

/* ---- the names above the columns ---- */

/* Where a name is to stand. */
typedef struct Heading {
    char *name; /* cut to what the drawing has room for */
    gsize start;
    gsize end; /* column behind it */
    guint row; /* from the top */
} Heading;

static void heading_clear(gpointer data)
{
    g_free(((Heading *)data)->name);
}

static gsize lifeline(const Layout *layout, guint place)
{
    return layout->gutter + place * layout->gap;
}

/* The first name begins at its lifeline, the last ends there, the others stand about theirs. */
static Heading make_heading(const Layout *layout, guint place)
{
    const Ladder *ladder = layout->ladder;
    guint number = g_array_index(ladder_order(ladder), guint, place);
    Heading heading = {.name = text_cut(ladder_name(ladder, number), LADDER_MAX_NAME)};
    gsize columns = text_columns(heading.name);
    gsize x = lifeline(layout, place);

    if (place == 0) {
        heading.start = x;
    } else if (place + 1 == ladder_entities(ladder)) {
        heading.start = MAX(x + 1, columns) - columns;
    } else {
        heading.start = MAX(x, columns / 2) - columns / 2;
    }
    heading.start = CLAMP(heading.start, layout->gutter, MAX(layout->width, columns) - columns);
    heading.end = heading.start + columns;
    return heading;
}

/* Each name in the first row where it touches no other. */
static GArray *place_headings(const Layout *layout, guint *rows)
{
    GArray *headings = g_array_new(FALSE, FALSE, sizeof(Heading));
    g_autofree gsize *ends = g_new0(gsize, ladder_entities(layout->ladder));

    g_array_set_clear_func(headings, heading_clear);
    *rows = 0;
    for (guint place = 0; place < ladder_entities(layout->ladder); place++) {
        Heading heading = make_heading(layout, place);

        while (ends[heading.row] && ends[heading.row] + 2 > heading.start) {
            heading.row++;
        }
        ends[heading.row] = heading.end;
        *rows = MAX(*rows, heading.row + 1);
        g_array_append_val(headings, heading);
    }
    return headings;
}

/* Is the column free of names in that row? */
static bool is_free(const GArray *headings, guint row, gsize column)
{
    for (guint i = 0; i < headings->len; i++) {
        const Heading *heading = &g_array_index(headings, Heading, i);

        if (heading->row == row && column + 1 >= heading->start && column <= heading->end) {
            return false;
        }
    }
    return true;
}

/* The names of a row, and the lifelines of those that stand above it. */
static void draw_heading_row(const Layout *layout, const GArray *headings, guint row)
{
    gsize column = layout->gutter;

    for (guint place = 0; place < headings->len; place++) {
        const Heading *heading = &g_array_index(headings, Heading, place);
        bool name = heading->row == row;
        gsize start = name ? heading->start : lifeline(layout, place);

        if (heading->row > row || (!name && !is_free(headings, row, start)) || start < column) {
            continue;
        }
        fill(layout->out, ' ', start - column);
        g_string_append(layout->out, name ? heading->name : "|");
        column = name ? heading->end : start + 1;
    }
    end_line(layout->out);
}

static void draw_headings(const Layout *layout)
{
    guint rows;
    g_autoptr(GArray) headings = place_headings(layout, &rows);

    for (guint row = 0; row < rows; row++) {
        bool last = row + 1 == rows;

        draw_gutter(layout, "", last ? TIME_HEADER : "", last ? FRAME_HEADER : "");
        draw_heading_row(layout, headings, row);
    }
}

/* ---- messages ---- */

/* What fills the room between two lifelines. */
typedef struct Body {
    const char *text;
    bool arrow; /* else a text in the middle of nothing */
    bool to_the_right;
    bool itself; /* an entity that talks to itself: a line without a head */
    char line;   /* '-', or '.' for what was not seen */
} Body;

static void draw_body(GString *out, const Body *body, gsize room)
{
    gsize columns = text_columns(body->text);
    gsize words = columns ? columns + 2 : 0; /* with a space on both sides */
    gsize rest, left;
    char line = body->arrow ? body->line : ' ';
    bool head = body->arrow && !body->itself;

    room -= head;
    rest = room > words ? room - words : 0;
    left = rest / 2;
    if (head && !body->to_the_right) {
        g_string_append_c(out, '<');
    }
    fill(out, line, left);
    if (columns) {
        g_string_append_printf(out, " %s ", body->text);
    }
    fill(out, line, rest - left);
    if (head && body->to_the_right) {
        g_string_append_c(out, '>');
    }
}

/* All lifelines, with the body between the two at @p low and @p high. */
static void draw_lifelines(const Layout *layout, guint low, guint high, const Body *body)
{
    guint count = ladder_entities(layout->ladder);

    for (guint place = 0; place < count; place++) {
        g_string_append_c(layout->out, '|');
        if (place + 1 == count) {
            break;
        }
        if (place == low) {
            draw_body(layout->out, body, (high - low) * layout->gap - 1);
            place = high - 1;
        } else {
            fill(layout->out, ' ', layout->gap - 1);
        }
    }
    end_line(layout->out);
}

/* Takes as many words off the front of a text as fit, perhaps none. */
static char *take_words(const char **text, gsize room)
{
    const char *start = *text;
    const char *good = start;

    for (const char *end = start; *end;) {
        g_autofree char *words = NULL;

        end = strchr(end, ' ') ? strchr(end, ' ') : end + strlen(end);
        words = g_strndup(start, (gsize)(end - start));
        if (text_columns(words) > room) {
            break;
        }
        good = end;
        if (!*end) {
            break;
        }
        end++;
    }
    *text = *good == ' ' ? good + 1 : good;
    return g_strndup(start, (gsize)(good - start));
}

/* A text beneath the arrow, folded to the room that it has. */
static void draw_beneath(const Layout *layout, guint low, guint high, const char *text)
{
    g_autoptr(GString) folded = g_string_new(NULL);
    g_auto(GStrv) lines = NULL;

    if (!*text) {
        return;
    }
    text_fold(folded, 0, 0, (high - low) * layout->gap - 3, text);
    lines = g_strsplit(folded->str, "\n", -1);
    for (char **line = lines; *line; line++) {
        const Body body = {.text = *line};

        if (!**line) {
            continue;
        }
        draw_gutter(layout, "", "", "");
        draw_lifelines(layout, low, high, &body);
    }
}

static void draw_message(const Layout *layout, const LadderStep *step)
{
    guint from = layout->place[step->from];
    guint to = layout->place[step->to];
    guint low = MIN(from, to);
    guint high = MAX(from, to);
    const char *rest = step->text;
    g_autofree char *words = NULL;
    Body body = {.arrow = true,
                 .to_the_right = from < to,
                 .itself = from == to,
                 .line = step->unseen ? '.' : '-'};

    if (body.itself && high + 1 < ladder_entities(layout->ladder)) {
        high++;
    } else if (body.itself) {
        low--;
    }
    words = take_words(&rest, (high - low) * layout->gap - 1 - strlen("-  ->"));
    body.text = words;
    draw_gutter(layout, step->mark, step->time, step->frame);
    draw_lifelines(layout, low, high, &body);
    draw_beneath(layout, low, high, rest);
    draw_beneath(layout, low, high, step->detail);
}

/* ---- without columns ---- */

static void list_message(const Layout *layout, const LadderStep *step)
{
    const Ladder *ladder = layout->ladder;
    g_autofree char *text = g_strdup_printf("%s -> %s: %s%s%s", ladder_name(ladder, step->from),
                                            ladder_name(ladder, step->to), step->text,
                                            *step->detail ? ", " : "", step->detail);

    draw_gutter(layout, step->mark, step->time, step->frame);
    text_fold(layout->out, layout->gutter, layout->gutter, layout->width, text);
}

static void draw_text(const Layout *layout, const LadderStep *step)
{
    gsize used = LABEL_COLUMN + text_columns(step->label);
    gsize column = MAX(used + 1, TEXT_COLUMN);

    fill(layout->out, ' ', LABEL_COLUMN);
    g_string_append(layout->out, step->label);
    fill(layout->out, ' ', column - used);
    text_fold(layout->out, column, column, layout->width, step->text);
}

/* ---- all of it ---- */

static void measure(Layout *layout)
{
    const Ladder *ladder = layout->ladder;
    const GPtrArray *steps = ladder_steps(ladder);

    layout->time_width = strlen(TIME_HEADER);
    layout->frame_width = strlen(FRAME_HEADER);
    layout->mark_width = 1;
    for (guint i = 0; i < steps->len; i++) {
        const LadderStep *step = g_ptr_array_index(steps, i);

        if (!step->is_message) {
            continue;
        }
        layout->mark_width = MAX(layout->mark_width, text_columns(step->mark));
        layout->time_width = MAX(layout->time_width, text_columns(step->time));
        layout->frame_width = MAX(layout->frame_width, text_columns(step->frame));
    }
    layout->gutter = layout->mark_width + 1 + layout->time_width + 1 + layout->frame_width + 2;
    if (ladder_entities(ladder) > 1 && layout->width > layout->gutter) {
        layout->gap = (layout->width - layout->gutter - 1) / (ladder_entities(ladder) - 1);
    }
    for (guint place = 0; place < ladder_entities(ladder); place++) {
        layout->place[g_array_index(ladder_order(ladder), guint, place)] = place;
    }
}

static void draw_steps(const Layout *layout, bool columns)
{
    const GPtrArray *steps = ladder_steps(layout->ladder);

    for (guint i = 0; i < steps->len; i++) {
        const LadderStep *step = g_ptr_array_index(steps, i);

        if (!step->is_message) {
            draw_text(layout, step);
        } else if (columns) {
            draw_message(layout, step);
        } else {
            list_message(layout, step);
        }
    }
}

void ladder_draw(const Ladder *ladder, gsize width, GString *out)
{
    g_autofree guint *place = g_new0(guint, ladder_entities(ladder) + 1);
    Layout layout = {.ladder = ladder, .out = out, .width = width, .place = place};
    bool columns;

    measure(&layout);
    columns = layout.gap >= MIN_GAP;
    if (columns && ladder_messages(ladder)) {
        draw_headings(&layout);
    } else if (ladder_entities(ladder) > 1 && ladder_messages(ladder)) {
        g_autofree char *why =
            g_strdup_printf("(%u entities do not fit side by side: each message is a line.)",
                            ladder_entities(ladder));

        text_fold(out, 0, LABEL_COLUMN, width, why);
    }
    draw_steps(&layout, columns);
}
