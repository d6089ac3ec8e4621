/* kms-policy-reader.c
 * Reads a policy file and checks it
 *
 * GKeyFile reads the values, but it knows no line numbers, lets a later key or group overrule an
 * earlier one of that name, and drops keys with a locale. So the lines are walked first: that gives
 * the line of each key and refuses what GKeyFile would swallow.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-policy-reader.h"

#include <string.h>

#include "core/kms/kms-name.h"
#include "core/octets/bounded-file.h"
#include "core/policy/kms-provision.h"

#define MAX_FILE_SIZE (4 * 1024 * 1024) /* octets */
#define MAX_SHOWN     80                /* characters of a name in an error */

/* Where a key stands. */
typedef struct KeyLine {
    KmsSection *section;
    const KmsKeyRule *rule;
    guint key;   /* KmsValue.key */
    char *name;  /* as in the file */
    char *label; /* for errors: "[policy] window" */
    guint line;
} KeyLine;

/* The state of one walk through the lines. */
typedef struct LineWalk {
    KmsPolicyFile *file;
    KmsSection *section; /* the group that the line stands in; NULL before the first */
    char *label;         /* of that group: "[policy]" */
    GHashTable *seen;    /* label of a group or key -> line */
    GPtrArray *keys;     /* of KeyLine */
    guint line;          /* from 1 */
} LineWalk;

static void key_line_free(gpointer data)
{
    KeyLine *key = data;
    g_free(key->name);
    g_free(key->label);
    g_free(key);
}

/* "line 12: [policy] window: what is wrong"; @p label may be NULL. */
G_GNUC_PRINTF(4, 5)
static void refuse(GError **error, guint line, const char *label, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE, "line %u: %s%s%s", line,
                label ? label : "", label ? ": " : "", message);
}

/* A name for an error message: cut, since a line may be as long as the file. */
static char *shortened(const char *text)
{
    return g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, -1), MAX_SHOWN));
}

/* Each group and each key may stand once. Takes the label over. */
static bool note_label(LineWalk *walk, char *label, GError **error)
{
    guint earlier = GPOINTER_TO_UINT(g_hash_table_lookup(walk->seen, label));
    if (earlier > 0) {
        refuse(error, walk->line, label, "stands in line %u already", earlier);
        g_free(label);
        return false;
    }
    g_hash_table_insert(walk->seen, label, GUINT_TO_POINTER(walk->line));
    return true;
}

/* @param argument  NULL: there is nothing after the first word, not even white space */
static bool check_argument(const LineWalk *walk, KmsGroup group, const char *argument,
                           GError **error)
{
    const KmsGroupRule *rule = &kms_groups[group];
    g_autofree char *label = g_strdup_printf("[%s]", rule->name);
    if (rule->argument && (!argument || !*argument)) {
        refuse(error, walk->line, label, "lacks its name, as in [%s %s]", rule->name,
               rule->argument);
        return false;
    }
    if (!rule->argument && argument) {
        refuse(error, walk->line, label, "takes no name");
        return false;
    }
    g_autoptr(GError) wrong = NULL;
    if (argument && !kms_name_check(argument, &wrong)) {
        refuse(error, walk->line, label, "its name %s", wrong->message);
        return false;
    }
    return true;
}

static bool enter_group(LineWalk *walk, const char *name, GError **error)
{
    g_auto(GStrv) words = g_strsplit(name, " ", 2);
    const char *kind = words[0] ? words[0] : "";
    const char *argument = words[0] && words[1] ? g_strstrip(words[1]) : NULL;

    KmsGroup group = kms_group_lookup(kind);
    if (group == KMS_N_GROUPS) {
        g_autofree char *shown = shortened(kind);
        refuse(error, walk->line, NULL, "[%s]: unknown group", shown);
        return false;
    }
    if (!check_argument(walk, group, argument, error)) {
        return false;
    }
    argument = argument ? argument : "";

    g_autofree char *folded =
        kms_groups[group].any_case ? g_ascii_strdown(argument, -1) : g_strdup(argument);
    g_free(walk->label);
    walk->label = g_strdup_printf("[%s%s%s]", kind, *folded ? " " : "", folded);
    if (!note_label(walk, g_strdup(walk->label), error)) {
        return false;
    }
    walk->section = kms_groups[group].argument
                        ? kms_policy_file_add_bare(walk->file, group, name, argument)
                        : kms_policy_file_section(walk->file, group);
    return true;
}

static bool note_key(LineWalk *walk, const char *name, GError **error)
{
    g_autofree char *shown = shortened(name);
    if (!walk->section) {
        refuse(error, walk->line, shown, "stands before any [group]");
        return false;
    }
    bool of_rule = walk->section->group == KMS_GROUP_SEVERITY;
    const KmsKeyRule *rule = kms_key_lookup(walk->section->group, name);
    guint index = !rule ? G_MAXUINT : of_rule ? kms_policy_file_rule(walk->file, name) : rule->key;
    g_autofree char *label = g_strdup_printf("%s %s", walk->label, shown);
    if (index == G_MAXUINT) {
        refuse(error, walk->line, label, of_rule ? "unknown rule" : "unknown key");
        return false;
    }
    KeyLine *key = g_new0(KeyLine, 1);
    *key = (KeyLine){.section = walk->section,
                     .rule = rule,
                     .key = index,
                     .name = g_strdup(name),
                     .label = g_strdup(label),
                     .line = walk->line};
    g_ptr_array_add(walk->keys, key);
    return note_label(walk, g_steal_pointer(&label), error);
}

/* @param text  one line, without its end; changed */
static bool walk_line(LineWalk *walk, char *text, GError **error)
{
    g_strchug(text);
    if (*text == '\0' || *text == '#') {
        return true;
    }
    if (g_str_has_suffix(text, "\r")) {
        text[strlen(text) - 1] = '\0';
    }
    for (const char *c = text; *c; c++) {
        if (g_ascii_iscntrl(*c) && *c != '\t') {
            refuse(error, walk->line, walk->label, "a control character");
            return false;
        }
    }
    g_strchomp(text);
    if (*text == '[') {
        char *end = text + strcspn(text, "]");
        if (*end == '\0' || end[1] != '\0' || strpbrk(text + 1, "[\t")) {
            refuse(error, walk->line, NULL,
                   "a group stands alone in its line, as in [policy], "
                   "without brackets or tabs in its name");
            return false;
        }
        *end = '\0';
        return enter_group(walk, text + 1, error);
    }
    char *equals = strchr(text, '=');
    if (!equals || equals == text) {
        refuse(error, walk->line, walk->label, "neither a [group] nor key = value nor a # comment");
        return false;
    }
    *equals = '\0';
    return note_key(walk, g_strchomp(text), error);
}

static bool walk_lines(LineWalk *walk, const char *text, GError **error)
{
    for (const char *line = text; line; walk->line++) {
        const char *end = strchr(line, '\n');
        g_autofree char *copy = end ? g_strndup(line, (gsize)(end - line)) : g_strdup(line);
        if (!walk_line(walk, copy, error)) {
            return false;
        }
        line = end ? end + 1 : NULL;
    }
    return true;
}

/* Words of a value: escapes resolved, outer white space and empty words gone. NULL: an escape that
 * GKeyFile does not know. */
static char **value_words(GKeyFile *key_file, const KeyLine *key)
{
    const char *group = key->section->name;
    g_auto(GStrv) raw = NULL;
    g_autoptr(GError) wrong = NULL;
    if (kms_type_splits(key->rule->type)) {
        raw = g_key_file_get_string_list(key_file, group, key->name, NULL, &wrong);
    } else {
        raw = g_new0(char *, 2);
        raw[0] = g_key_file_get_string(key_file, group, key->name, &wrong);
    }
    if (wrong) {
        return NULL;
    }

    GPtrArray *words = g_ptr_array_new();
    for (guint i = 0; raw && raw[i]; i++) {
        if (*g_strstrip(raw[i])) {
            g_ptr_array_add(words, g_strdup(raw[i]));
        }
    }
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_free(words, FALSE);
}

static bool read_values(GKeyFile *key_file, const GPtrArray *keys, const char *folder,
                        GError **error)
{
    for (guint i = 0; i < keys->len; i++) {
        const KeyLine *key = g_ptr_array_index(keys, i);
        char **words = value_words(key_file, key);
        if (!words) {
            refuse(error, key->line, key->label,
                   "a backslash stands only in \\s, \\n, \\t, \\r, \\\\ and, in lists, \\;");
            return false;
        }
        g_autoptr(GError) wrong = NULL;
        KmsValue *value = kms_value_new(key->rule, words, folder, &wrong);
        if (!value) {
            refuse(error, key->line, key->label, "%s", wrong->message);
            return false;
        }
        value->key = key->key;
        value->stated = true;
        value->line = key->line;
        g_ptr_array_add(key->section->values, value);
    }
    return true;
}

static bool read_text(KmsPolicyFile *file, const char *text, const char *folder, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(key_line_free);
    LineWalk walk = {.file = file, .seen = seen, .keys = keys, .line = 1};
    bool walked = walk_lines(&walk, text, error);
    g_free(walk.label);
    if (!walked) {
        return false;
    }

    g_autoptr(GKeyFile) key_file = g_key_file_new();
    if (!g_key_file_load_from_data(key_file, text, strlen(text), G_KEY_FILE_NONE, error) ||
        !read_values(key_file, keys, folder, error)) {
        return false;
    }
    kms_policy_file_add_defaults(file);
    return kms_provision(file, error);
}

static bool check_encoding(const GString *octets, GError **error)
{
    const char *end = NULL;
    if (g_utf8_validate_len(octets->str, octets->len, &end)) {
        return true;
    }
    guint line = 1;
    for (const char *c = octets->str; c < end; c++) {
        line += *c == '\n';
    }
    refuse(error, line, NULL, *end == '\0' ? "a NUL octet" : "octets that are not UTF-8");
    return false;
}

KmsPolicyFile *kms_policy_file_read(const char *path, const char *const *rule_names, GError **error)
{
    g_autoptr(GString) octets = bounded_file_read(path, MAX_FILE_SIZE, error);
    if (!octets || !check_encoding(octets, error)) {
        return NULL;
    }
    const char *text = octets->str;
    if (g_str_has_prefix(text, "\xef\xbb\xbf")) { /* some editors begin UTF-8 files with a mark */
        text += 3;
    }
    g_autofree char *folder = g_path_get_dirname(path);
    g_autoptr(KmsPolicyFile) file = kms_policy_file_new_bare(rule_names);
    return read_text(file, text, folder, error) ? g_steal_pointer(&file) : NULL;
}
