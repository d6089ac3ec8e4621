/* known-report.c
 * Reads the findings of an earlier JSON report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/known-report.h"

#include <string.h>

#include <wsutil/wsjson.h>

#include "core/octets/bounded-file.h"

/* A report of a hundred thousand negotiations is smaller. */
#define MAX_OCTETS ((gsize)1 << 30)
/* Of a JSON text, so that its tokens fit in memory. */
#define MAX_TOKENS (1 << 26)

static bool wrong(GError **error, const char *what)
{
    g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, what);
    return false;
}

/* The first token behind one and all that is in it. */
static jsmntok_t *behind(jsmntok_t *token, const jsmntok_t *end)
{
    int stop = token->end;

    while (token < end && token->start < stop) {
        token++;
    }
    return token;
}

static bool is_identity(const char *text)
{
    return text && strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static bool take_finding(Known *known, char *text, jsmntok_t *token, GError **error)
{
    const KnownFinding finding = {
        .identity = json_get_string(text, token, "identity"),
        .rule = json_get_string(text, token, "rule"),
        .severity = json_get_string(text, token, "severity"),
        .observed = json_get_string(text, token, "observed"),
    };

    if (!is_identity(finding.identity)) {
        return wrong(error, "its findings state no identity: a report of an older krraudit");
    }
    if (!finding.rule || !finding.severity || !finding.observed) {
        return wrong(error, "one of its findings is not whole");
    }
    known_add(known, &finding);
    return true;
}

static bool take_findings(Known *known, char *text, jsmntok_t *tokens, int count, GError **error)
{
    jsmntok_t *array = json_get_array(text, tokens, "findings");
    const jsmntok_t *end = tokens + count;
    jsmntok_t *token = array ? array + 1 : NULL;

    if (!array || !json_get_object(text, tokens, "tool")) {
        return wrong(error, "it is no JSON report of krraudit");
    }
    for (int i = 0; i < array->size && token < end; i++) {
        if (token->type != JSMN_OBJECT || !take_finding(known, text, token, error)) {
            return *error ? false : wrong(error, "one of its findings is no object");
        }
        token = behind(token, end);
    }
    return true;
}

static bool parse(Known *known, GString *file, GError **error)
{
    char *text = file->str;
    int count = strlen(text) == file->len ? json_parse(text, NULL, 0) : -1;
    g_autofree jsmntok_t *tokens = NULL;

    if (count <= 0 || count > MAX_TOKENS) {
        return wrong(error, "it is no JSON text, or one that is too large");
    }
    tokens = g_new0(jsmntok_t, (gsize)count);
    if (json_parse(text, tokens, (unsigned)count) != count || tokens->type != JSMN_OBJECT) {
        return wrong(error, "it is no JSON report of krraudit");
    }
    return take_findings(known, text, tokens, count, error);
}

Known *known_report_load(const char *path, GError **error)
{
    g_autoptr(GString) file = bounded_file_read(path, MAX_OCTETS, error);
    g_autoptr(Known) known = known_new();
    g_autoptr(GError) why = NULL;

    if (!file) {
        return NULL;
    }
    if (!parse(known, file, &why)) {
        g_propagate_error(error, g_steal_pointer(&why));
        return NULL;
    }
    return g_steal_pointer(&known);
}
