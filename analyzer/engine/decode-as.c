/* decode-as.c
 * "tcp.port==5070,sip": which dissector takes what
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/decode-as.h"

#include <string.h>

#include "plugin/wireshark-compat.h"

/* More would be a slip of the keyboard: there are no more ports. */
#define MAX_VALUES 65536

static bool wrong(GError **error, const char *selector, const char *what)
{
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--decode-as %s: %s", selector,
                what);
    return false;
}

typedef struct Search {
    const char *protocol;
    dissector_handle_t found;
} Search;

static void match_handle(const char *table, gpointer value, gpointer data)
{
    dissector_handle_t handle = value;
    Search *search = data;
    int protocol = dissector_handle_get_protocol_index(handle);

    (void)table;
    if (strcmp(proto_get_protocol_filter_name(protocol), search->protocol) == 0) {
        search->found = handle;
    }
}

/* "7", "7-9" or "7:3" to the first and the last value. */
static bool parse_range(const char *text, guint64 *first, guint64 *last)
{
    char *end;

    if (!g_ascii_isdigit(*text)) {
        return false;
    }
    *first = *last = g_ascii_strtoull(text, &end, 0);
    if ((*end == '-' || *end == ':') && g_ascii_isdigit(end[1])) {
        bool counts = *end == ':';
        guint64 second = g_ascii_strtoull(end + 1, &end, 0);

        if (counts && (second == 0 || second > MAX_VALUES)) {
            return false;
        }
        *last = counts ? *first + second - 1 : second;
    }
    return *end == '\0' && *first <= *last && *last <= G_MAXUINT32 && *last - *first < MAX_VALUES;
}

static bool change(const char *selector, const char *table, const char *value,
                   dissector_handle_t handle, GError **error)
{
    ftenum_t type = get_dissector_table_selector_type(table);
    guint64 first, last;

    if (type == FT_NONE) {
        if (value) {
            return wrong(error, selector, "this table has no values");
        }
        dissector_change_payload(table, handle);
        return true;
    }
    if (!value) {
        return wrong(error, selector, "it must have the form TABLE==VALUE,PROTOCOL");
    }
    if (IS_FT_STRING(type)) {
        dissector_change_string(table, value, handle);
        return true;
    }
    if (!IS_FT_UINT(type)) {
        return wrong(error, selector, "the values of this table cannot be written here");
    }
    if (!parse_range(value, &first, &last)) {
        return wrong(error, selector, "the value is no number and no range of at most 65536");
    }
    for (guint64 i = first; i <= last; i++) {
        dissector_change_uint(table, (guint32)i, handle);
    }
    return true;
}

bool decode_as_apply(const char *selector, GError **error)
{
    const char *comma = strrchr(selector, ',');
    g_autofree char *table = NULL;
    Search search = {NULL, NULL};
    char *value;

    if (!comma || comma == selector || !comma[1]) {
        return wrong(error, selector, "it must have the form TABLE==VALUE,PROTOCOL");
    }
    table = g_strndup(selector, (gsize)(comma - selector));
    value = strstr(table, "==");
    if (value) {
        *value = '\0';
        value += 2;
    }
    if (!find_dissector_table(table)) {
        return wrong(error, selector, "there is no such dissector table");
    }
    search.protocol = comma + 1;
    dissector_table_foreach_handle(table, match_handle, &search);
    if (!search.found) {
        return wrong(error, selector, "the table knows no such protocol");
    }
    return change(selector, table, value, search.found, error);
}
