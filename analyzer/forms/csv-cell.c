/* csv-cell.c
 * A cell of a CSV file that no spreadsheet takes for a formula
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/csv-cell.h"

#include <stdbool.h>
#include <string.h>

/* Does a spreadsheet take a cell that begins like this for a formula? Full-width signs count, too,
 * and the apostrophe that makes a text of it: so the first one can be taken away again for
 * certain. */
static bool begins_formula(const char *text)
{
    static const gunichar signs[] = {'=', '+', '-', '@', '\'', 0xFF1D, 0xFF0B, 0xFF0D, 0xFF20};
    gunichar c = g_utf8_get_char(text);

    for (guint i = 0; i < G_N_ELEMENTS(signs); i++) {
        if (c == signs[i]) {
            return true;
        }
    }
    return false;
}

/* An apostrophe makes it a text. It goes behind a semicolon, too, since that begins a cell where
 * spreadsheets part columns with it; controls that would do so are no longer in a safe text. */
static void append_guarded(GString *out, const char *safe)
{
    bool start = true;

    for (const char *p = safe; *p; p = g_utf8_next_char(p)) {
        if (start && begins_formula(p)) {
            g_string_append_c(out, '\'');
        }
        start = *p == ';' || (start && *p == ' ');
        if (*p == '"') {
            g_string_append_c(out, '"');
        }
        g_string_append_len(out, p, g_utf8_next_char(p) - p);
    }
}

void csv_cell_append(GString *out, const char *safe)
{
    bool quoted = strpbrk(safe, "\",;") != NULL;

    if (quoted) {
        g_string_append_c(out, '"');
    }
    append_guarded(out, safe);
    if (quoted) {
        g_string_append_c(out, '"');
    }
}
