/* kms-policy-grammar.c
 * The grammar of the policy file, as data: its groups, its keys, what their values may be
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-policy-grammar.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "core/kms/kms-name.h"
#include "core/mikey/mcx-uid.h"
#include "core/trust/kms-certificate.h"

#define MAX_WORD_LENGTH 4096 /* octets */
#define MAX_COUNT       1000
#define MAX_SECONDS     31536000 /* a year: more is a slip of the pen */

const KmsGroupRule kms_groups[KMS_N_GROUPS] = {
    [KMS_GROUP_POLICY] = {"policy", NULL, false},
    [KMS_GROUP_KMS] = {"kms", NULL, false},
    [KMS_GROUP_USER] = {"user", "sip:alice@example.org", false},
    [KMS_GROUP_ENTITY] = {"entity", "sip:proxy@example.org", false},
    [KMS_GROUP_DOMAIN] = {"domain", "example.org", true},
    [KMS_GROUP_KMS_DOMAIN] = {"kms-domain", "kms.example.org", false},
    [KMS_GROUP_TRUST] = {"trust", NULL, false},
    [KMS_GROUP_SEVERITY] = {"severity", NULL, false},
};

const KmsKeyRule kms_keys[] = {
    /* The switches: clause 7.2.1.3.5; max-sub-krrs: clause 7.2.1.3.2.4. */
    {KMS_GROUP_POLICY, KMS_KEY_ALLOW_KRR, "allow-krr", KMS_TYPE_YES_NO, "yes"},
    {KMS_GROUP_POLICY, KMS_KEY_REPORT_KRR, "report-krr", KMS_TYPE_YES_NO, "no"},
    {KMS_GROUP_POLICY, KMS_KEY_REQUIRE_SIGNED_KRR, "require-signed-krr", KMS_TYPE_YES_NO, "no"},
    {KMS_GROUP_POLICY, KMS_KEY_REQUEST_UNKNOWN_CERTIFICATES, "request-unknown-certificates",
     KMS_TYPE_YES_NO, "no"},
    {KMS_GROUP_POLICY, KMS_KEY_HOLD_UNTIL_ACCEPTED, "hold-until-accepted", KMS_TYPE_YES_NO, "no"},
    {KMS_GROUP_POLICY, KMS_KEY_MAX_SUB_KRRS, "max-sub-krrs", KMS_TYPE_COUNT, "5"},
    {KMS_GROUP_POLICY, KMS_KEY_CLOCK_SKEW, "clock-skew", KMS_TYPE_SECONDS, "300"},
    {KMS_GROUP_POLICY, KMS_KEY_WINDOW, "window", KMS_TYPE_SECONDS, "180"},

    {KMS_GROUP_KMS, KMS_KEY_USERS, "users", KMS_TYPE_PATTERN_LIST, NULL},
    {KMS_GROUP_KMS, KMS_KEY_HOME, "home", KMS_TYPE_HOME, NULL},
    {KMS_GROUP_KMS, KMS_KEY_SECONDARY, "secondary", KMS_TYPE_KMS_LIST, NULL},
    {KMS_GROUP_KMS, KMS_KEY_EXTERNAL, "external", KMS_TYPE_KMS_LIST, NULL},
    {KMS_GROUP_KMS, KMS_KEY_PROVISIONED, "provisioned", KMS_TYPE_CERTIFICATE_LIST, NULL},

    {KMS_GROUP_USER, KMS_KEY_ALLOW_KRR, "allow-krr", KMS_TYPE_YES_NO, NULL},
    {KMS_GROUP_USER, KMS_KEY_REPORT_KRR, "report-krr", KMS_TYPE_YES_NO, NULL},
    {KMS_GROUP_USER, KMS_KEY_REQUIRE_SIGNED_KRR, "require-signed-krr", KMS_TYPE_YES_NO, NULL},
    {KMS_GROUP_USER, KMS_KEY_REQUEST_UNKNOWN_CERTIFICATES, "request-unknown-certificates",
     KMS_TYPE_YES_NO, NULL},
    {KMS_GROUP_USER, KMS_KEY_HOLD_UNTIL_ACCEPTED, "hold-until-accepted", KMS_TYPE_YES_NO, NULL},
    {KMS_GROUP_USER, KMS_KEY_MAX_SUB_KRRS, "max-sub-krrs", KMS_TYPE_COUNT, NULL},
    {KMS_GROUP_USER, KMS_KEY_HOME, "home", KMS_TYPE_HOME, NULL},
    {KMS_GROUP_USER, KMS_KEY_SECONDARY, "secondary", KMS_TYPE_KMS_LIST, NULL},
    {KMS_GROUP_USER, KMS_KEY_EXTERNAL, "external", KMS_TYPE_KMS_LIST, NULL},

    {KMS_GROUP_ENTITY, KMS_KEY_ROLE, "role", KMS_TYPE_ROLE, NULL},
    {KMS_GROUP_ENTITY, KMS_KEY_DOMAIN, "domain", KMS_TYPE_DOMAIN_NAME, NULL},
    {KMS_GROUP_ENTITY, KMS_KEY_ADDRESSES, "addresses", KMS_TYPE_ADDRESS_LIST, NULL},
    {KMS_GROUP_ENTITY, KMS_KEY_CERTIFICATE, "certificate", KMS_TYPE_PATH, NULL},

    {KMS_GROUP_DOMAIN, KMS_KEY_USERS, "users", KMS_TYPE_PATTERN_LIST, NULL},
    {KMS_GROUP_DOMAIN, KMS_KEY_KMS, "kms", KMS_TYPE_KMS_LIST, NULL},
    {KMS_GROUP_DOMAIN, KMS_KEY_ACCEPTS, "accepts", KMS_TYPE_KMS_LIST, NULL},
    {KMS_GROUP_DOMAIN, KMS_KEY_HOME, "home", KMS_TYPE_HOME, NULL},
    {KMS_GROUP_DOMAIN, KMS_KEY_SECONDARY, "secondary", KMS_TYPE_KMS_LIST, NULL},
    {KMS_GROUP_DOMAIN, KMS_KEY_EXTERNAL, "external", KMS_TYPE_KMS_LIST, NULL},

    {KMS_GROUP_KMS_DOMAIN, KMS_KEY_USER_KEY_PERIOD, "user-key-period", KMS_TYPE_KEY_PERIOD,
     G_STRINGIFY(MCX_DEFAULT_KEY_PERIOD)},
    {KMS_GROUP_KMS_DOMAIN, KMS_KEY_USER_KEY_OFFSET, "user-key-offset", KMS_TYPE_KEY_OFFSET,
     G_STRINGIFY(MCX_DEFAULT_KEY_OFFSET)},

    {KMS_GROUP_KMS_DOMAIN, KMS_KEY_CERTIFICATE, "certificate", KMS_TYPE_CERTIFICATES, NULL},

    {KMS_GROUP_TRUST, KMS_KEY_ANCHORS, "anchors", KMS_TYPE_PATH_LIST, ""},
    {KMS_GROUP_TRUST, KMS_KEY_CRLS, "crls", KMS_TYPE_PATH_LIST, NULL},

    {KMS_GROUP_SEVERITY, KMS_KEY_SEVERITY, NULL, KMS_TYPE_SEVERITY, NULL},
};
const guint kms_n_keys = G_N_ELEMENTS(kms_keys);

static const char *const yes_no[] = {"no", "yes", NULL};
static const char *const roles[] = {
    "client", "gms", "mcx-server", "inbound-cs-proxy", "outbound-cs-proxy", "is-proxy", NULL};
static const char *const severities[] = {"off", "note", "warning", "error", NULL};

typedef struct KmsTypeRule KmsTypeRule;

/* Reads one word: what it means, or NULL with the error set. */
typedef char *(*KmsWordReader)(const KmsTypeRule *type, const char *word, const char *folder,
                               guint64 *number, GError **error);

struct KmsTypeRule {
    KmsWordReader read;
    bool splits;
    bool is_list;               /* false: exactly one word */
    bool holds_certificates;    /* of KMSs, in the files */
    const char *const *choices; /* of read_choice() */
    guint64 least, most;        /* of read_number() */
};

KmsGroup kms_group_lookup(const char *name)
{
    KmsGroup group = 0;
    while (group < KMS_N_GROUPS && !g_str_equal(kms_groups[group].name, name)) {
        group++;
    }
    return group;
}

const KmsKeyRule *kms_key_lookup(KmsGroup group, const char *name)
{
    for (guint i = 0; i < kms_n_keys; i++) {
        const KmsKeyRule *rule = &kms_keys[i];
        if (rule->group == group && (!rule->name || g_str_equal(rule->name, name))) {
            return rule;
        }
    }
    return NULL;
}

const KmsKeyRule *kms_key_rule(KmsGroup group, KmsKey key)
{
    guint i = 0;
    while (kms_keys[i].group != group || kms_keys[i].key != key) {
        i++;
    }
    return &kms_keys[i];
}

G_GNUC_PRINTF(2, 3)
static void refuse(GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, message);
}

static char *read_choice(const KmsTypeRule *type, const char *word, const char *folder,
                         guint64 *number, GError **error)
{
    (void)folder;
    for (guint i = 0; type->choices[i]; i++) {
        if (g_str_equal(type->choices[i], word)) {
            *number = i;
            return g_strdup(word);
        }
    }
    g_autofree char *all = g_strjoinv(", ", (char **)type->choices);
    refuse(error, "\"%s\" is none of: %s", word, all);
    return NULL;
}

static char *read_number(const KmsTypeRule *type, const char *word, const char *folder,
                         guint64 *number, GError **error)
{
    (void)folder;
    if (g_ascii_string_to_unsigned(word, 10, type->least, type->most, number, NULL)) {
        return g_strdup(word);
    }
    refuse(error, "\"%s\" is not a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, word,
           type->least, type->most);
    return NULL;
}

static char *read_name(const KmsTypeRule *type, const char *word, const char *folder,
                       guint64 *number, GError **error)
{
    (void)type;
    (void)folder;
    (void)number;
    return kms_name_check(word, error) ? g_strdup(word) : NULL;
}

static char *read_kms(const KmsTypeRule *type, const char *word, const char *folder,
                      guint64 *number, GError **error)
{
    if (!strchr(word, '*')) {
        return read_name(type, word, folder, number, error);
    }
    refuse(error, "\"%s\" is a pattern, but a KMS is named in full", word);
    return NULL;
}

static char *read_address(const KmsTypeRule *type, const char *word, const char *folder,
                          guint64 *number, GError **error)
{
    (void)type;
    (void)folder;
    (void)number;
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(word);
    if (address) {
        return g_inet_address_to_string(address);
    }
    refuse(error, "\"%s\" is not an IP address", word);
    return NULL;
}

static char *read_path(const KmsTypeRule *type, const char *word, const char *folder,
                       guint64 *number, GError **error)
{
    (void)type;
    (void)number;
    g_autofree char *path =
        g_path_is_absolute(word) ? g_strdup(word) : g_build_filename(folder, word, NULL);
    GStatBuf status;
    if (g_stat(path, &status) != 0 || g_access(path, R_OK) != 0) {
        refuse(error, "\"%s\" cannot be read: %s", path, g_strerror(errno));
        return NULL;
    }
    /* A pipe can be read once only, and reading it may block. */
    if (!S_ISREG(status.st_mode)) {
        refuse(error, "\"%s\" is not a file", path);
        return NULL;
    }
    return g_steal_pointer(&path);
}

static const KmsTypeRule types[KMS_N_TYPES] = {
    [KMS_TYPE_YES_NO] = {read_choice, false, false, false, yes_no, 0, 0},
    [KMS_TYPE_COUNT] = {read_number, false, false, false, NULL, 0, MAX_COUNT},
    [KMS_TYPE_SECONDS] = {read_number, false, false, false, NULL, 0, MAX_SECONDS},
    [KMS_TYPE_KEY_PERIOD] = {read_number, false, false, false, NULL, 1, G_MAXUINT32},
    [KMS_TYPE_KEY_OFFSET] = {read_number, false, false, false, NULL, 0, G_MAXUINT32},
    [KMS_TYPE_DOMAIN_NAME] = {read_name, false, false, false, NULL, 0, 0},
    [KMS_TYPE_HOME] = {read_kms, true, false, false, NULL, 0, 0},
    [KMS_TYPE_KMS_LIST] = {read_kms, true, true, false, NULL, 0, 0},
    [KMS_TYPE_PATTERN_LIST] = {read_name, true, true, false, NULL, 0, 0},
    [KMS_TYPE_ADDRESS_LIST] = {read_address, true, true, false, NULL, 0, 0},
    [KMS_TYPE_PATH] = {read_path, false, false, false, NULL, 0, 0},
    [KMS_TYPE_PATH_LIST] = {read_path, true, true, false, NULL, 0, 0},
    [KMS_TYPE_CERTIFICATES] = {read_path, false, false, true, NULL, 0, 0},
    [KMS_TYPE_CERTIFICATE_LIST] = {read_path, true, true, true, NULL, 0, 0},
    [KMS_TYPE_ROLE] = {read_choice, false, false, false, roles, 0, 0},
    [KMS_TYPE_SEVERITY] = {read_choice, false, false, false, severities, 0, 0},
};

bool kms_type_splits(KmsType type)
{
    return types[type].splits;
}

const char *const *kms_type_choices(KmsType type)
{
    return types[type].choices;
}

static bool check_count(const KmsKeyRule *rule, guint n, GError **error)
{
    if (n == 1 || types[rule->type].is_list) {
        return true;
    }
    if (n == 0) {
        refuse(error, "has no value");
    } else {
        refuse(error, "%u KMSs, but a user has exactly one Primary Home KMS", n);
    }
    return false;
}

static bool check_word(const char *word, GError **error)
{
    if (strlen(word) > MAX_WORD_LENGTH) {
        refuse(error, "a value is longer than %d octets", MAX_WORD_LENGTH);
        return false;
    }
    for (const char *c = word; *c; c = g_utf8_next_char(c)) {
        if (g_unichar_iscntrl(g_utf8_get_char(c))) {
            refuse(error, "holds a control character");
            return false;
        }
    }
    return true;
}

/* Reads the KMS certificates of a file, where values of that type name such files. */
static bool take_certificates(KmsValue *value, const KmsKeyRule *rule, const char *path,
                              GError **error)
{
    if (!types[rule->type].holds_certificates) {
        return true;
    }
    GPtrArray *read = kms_certificates_load(path, error);
    if (!read) {
        return false;
    }
    if (value->certificates) {
        g_ptr_array_extend_and_steal(value->certificates, read);
    } else {
        value->certificates = read;
    }
    return true;
}

KmsValue *kms_value_new(const KmsKeyRule *rule, char **words, const char *folder, GError **error)
{
    g_autoptr(KmsValue) value = g_new0(KmsValue, 1);
    guint n = g_strv_length(words);
    value->key = rule->key;
    value->is_list = types[rule->type].is_list;
    value->spelled = words;
    value->meant = g_new0(char *, n + 1);
    if (!check_count(rule, n, error)) {
        return NULL;
    }
    for (guint i = 0; i < n; i++) {
        if (!check_word(words[i], error)) {
            return NULL;
        }
        value->meant[i] =
            types[rule->type].read(&types[rule->type], words[i], folder, &value->number, error);
        if (!value->meant[i] || !take_certificates(value, rule, value->meant[i], error)) {
            return NULL;
        }
    }
    return g_steal_pointer(&value);
}

void kms_value_free(KmsValue *value)
{
    if (!value) {
        return;
    }
    g_strfreev(value->spelled);
    g_strfreev(value->meant);
    g_clear_pointer(&value->certificates, g_ptr_array_unref);
    g_free(value);
}

char **kms_list_append(char **list, const char *text)
{
    guint length = g_strv_length(list);

    list = g_renew(char *, list, length + 2);
    list[length] = g_strdup(text);
    list[length + 1] = NULL;
    return list;
}
