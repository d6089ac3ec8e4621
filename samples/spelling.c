/* spelling.c
 * Other spellings of a SIP message that say the same, and some that RFC 3261 does not allow
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/spelling.h"

#include <string.h>

#define LF_PREFIX "lf-"

static const struct {
    const char *name;
    const char *compact;
} compact_names[] = {
    {"Call-ID", "i"},        {"Contact", "m"},      {"Content-Encoding", "e"},
    {"Content-Length", "l"}, {"Content-Type", "c"}, {"Event", "o"},
    {"From", "f"},           {"Refer-To", "r"},     {"Subject", "s"},
    {"Supported", "k"},      {"To", "t"},           {"Via", "v"},
};

/* What may be stated, and with which values. */
static const struct {
    const char *key;
    const char *values[5];
} choices[] = {
    {"names", {"usual", "compact", "upper", "lower"}},
    {"colon", {"usual", "space", "tab"}},
    {"fold", {"no", "yes"}},
    {"version", {"usual", "lower"}},
    {"media-type", {"usual", "blank-slash", "blank-end", "blanks"}},
    {"lines", {"crlf", "lf", "lf-head", "lf-body"}},
};

/* ---- asking ---- */

bool spelling_is_sip(GBytes *message)
{
    gsize length = 0;
    const char *data = g_bytes_get_data(message, &length);
    const char *end = length > 0 ? memchr(data, '\n', length) : NULL;
    bool text = length > 0 && (g_ascii_isalpha(*data) || *data == '\r' || *data == '\n');
    return text && !(end && g_strstr_len(data, end - data, "HTTP/"));
}

bool spelling_wants_lf(const GPtrArray *settings, const char *place)
{
    const char *lines = setting_get(settings, "lines");
    return lines && (g_str_equal(lines, "lf") || (g_str_has_prefix(lines, LF_PREFIX) &&
                                                  g_str_equal(lines + strlen(LF_PREFIX), place)));
}

static bool check_choices(const Scenario *scenario, const ScenarioMessage *message, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(choices); i++) {
        const char *value = setting_get(message->settings, choices[i].key);
        if (value && !g_strv_contains(choices[i].values, value)) {
            return scenario_fail(error, scenario, message->line, "%s=%s: there is no such spelling",
                                 choices[i].key, value);
        }
    }
    return true;
}

static bool asks_for(const ScenarioMessage *message, const char *key, const char *value)
{
    return g_strcmp0(setting_get(message->settings, key), value) == 0;
}

/* ---- header fields ---- */

/* Is the field one of those that are to be spelt otherwise? */
static bool is_meant(const ScenarioMessage *message, const char *name)
{
    const char *only = setting_get(message->settings, "only-headers");
    g_auto(GStrv) names = g_strsplit(only ? only : "", ",", -1);
    for (char **meant = names; *meant; meant++) {
        if (g_ascii_strcasecmp(*meant, name) == 0) {
            return true;
        }
    }
    return !only;
}

static char *spell_name(const ScenarioMessage *message, const char *name)
{
    for (gsize i = 0; asks_for(message, "names", "compact") && i < G_N_ELEMENTS(compact_names);
         i++) {
        if (g_str_equal(compact_names[i].name, name)) {
            return g_strdup(compact_names[i].compact);
        }
    }
    return asks_for(message, "names", "upper")   ? g_ascii_strup(name, -1)
           : asks_for(message, "names", "lower") ? g_ascii_strdown(name, -1)
                                                 : g_strdup(name);
}

/* A media type with blanks around its slash, behind it, or both. */
static char *spell_type(const ScenarioMessage *message, const char *value)
{
    const char *spelling = setting_get(message->settings, "media-type");
    if (!spelling || g_str_equal(spelling, "usual")) {
        return g_strdup(value);
    }
    gsize end = strcspn(value, ";");
    GString *type = g_string_new_len(value, (gssize)end);
    if (!g_str_equal(spelling, "blank-end")) {
        g_string_replace(type, "/", " / ", 1);
    }
    if (!g_str_equal(spelling, "blank-slash")) {
        g_string_append_c(type, ' ');
    }
    g_string_append(type, value + end);
    return g_string_free(type, FALSE);
}

static void append_field(const ScenarioMessage *message, GString *text, const char *name,
                         const char *value)
{
    bool meant = is_meant(message, name);
    g_autofree char *shown = meant ? spell_name(message, name) : g_strdup(name);
    const char *blank = !meant                                ? ""
                        : asks_for(message, "colon", "space") ? " "
                        : asks_for(message, "colon", "tab")   ? "\t"
                                                              : "";
    const char *fold = meant && asks_for(message, "fold", "yes") ? "\r\n " : " ";
    g_string_append_printf(text, "%s%s:%s%s\r\n", shown, blank, fold, value);
}

/* Content-Type, and what is to stand beside it. */
static void append_type(const ScenarioMessage *message, GString *text, const char *name,
                        const char *value)
{
    const char *before = setting_get(message->settings, "type-before");
    const char *after = setting_get(message->settings, "type-after");
    g_autofree char *type = spell_type(message, value);
    if (before) {
        append_field(message, text, name, before);
    }
    append_field(message, text, name, type);
    if (after) {
        append_field(message, text, name, after);
    }
}

static void append_header(const ScenarioMessage *message, GString *text, const char *line)
{
    g_auto(GStrv) halves = g_strsplit(line, ": ", 2);
    if (!halves[0] || !halves[1]) {
        g_string_append_printf(text, "%s\r\n", line); /* as the scenario wants it */
    } else if (g_str_equal(halves[0], "Content-Type")) {
        append_type(message, text, halves[0], halves[1]);
    } else {
        append_field(message, text, halves[0], halves[1]);
    }
}

/* ---- messages ---- */

static void append_start_line(const ScenarioMessage *message, GString *text, const char *line)
{
    GString *spelt = g_string_new(line);
    if (asks_for(message, "version", "lower")) {
        g_string_replace(spelt, "SIP/2.0", "sip/2.0", 0);
    }
    g_string_append_printf(text, "%s\r\n", spelt->str);
    g_string_free(spelt, TRUE);
}

/* @param head  the lines of the header section without the empty one that ends it */
static GBytes *spell(const ScenarioMessage *message, const char *head, const char *body,
                     gsize length)
{
    GString *text = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(head, "\r\n", -1);
    append_start_line(message, text, lines[0]);
    for (char **line = lines + 1; *line; line++) {
        append_header(message, text, *line);
    }
    g_string_append(text, "\r\n");
    if (spelling_wants_lf(message->settings, "head")) {
        g_string_replace(text, "\r\n", "\n", 0);
    }
    g_string_append_len(text, body, (gssize)length);
    return g_string_free_to_bytes(text);
}

GBytes *spelling_apply(const Scenario *scenario, const ScenarioMessage *message, GBytes *bytes,
                       GError **error)
{
    static const char empty_line[] = "\r\n\r\n";
    g_autoptr(GBytes) usual = bytes;
    gsize length = 0;
    const char *data = g_bytes_get_data(usual, &length);
    const char *end = g_strstr_len(data, (gssize)length, empty_line);
    if (!check_choices(scenario, message, error)) {
        return NULL;
    }
    if (!end || !spelling_is_sip(usual)) {
        return g_steal_pointer(&usual);
    }
    g_autofree char *head = g_strndup(data, (gsize)(end - data));
    const char *body = end + strlen(empty_line);
    return spell(message, head, body, length - (gsize)(body - data));
}
