/* krr-tables.c
 * The tables among the preferences: KMSs, trust anchors, severities of rules
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/preferences/krr-tables.h"

#include <epan/uat.h>

#include "core/rules/krr-rules.h"
#include "core/trust/krr-trust.h"

/* A KMS that users have. */
typedef struct KmsRow {
    char *users; /* pattern */
    char *kms;
    guint kind; /* KmsRole */
} KmsRow;

/* A file of certificates. */
typedef struct AnchorRow {
    char *file;
} AnchorRow;

/* How grave a rule is. */
typedef struct RuleRow {
    guint rule;     /* KrrRuleId */
    guint severity; /* KrrSeverity, or SEVERITY_DEFAULT */
} RuleRow;

/* The severity of the catalogue, in place of what the policy file states. */
#define SEVERITY_DEFAULT (KRR_SEVERITY_ERROR + 1)

/* The rows. Wireshark owns and changes them. */
static KmsRow *kms_rows;
static guint n_kms_rows;
static AnchorRow *anchor_rows;
static guint n_anchor_rows;
static RuleRow *rule_rows;
static guint n_rule_rows;

static const value_string kinds[] = {
    {KMS_ROLE_HOME, "home"},
    {KMS_ROLE_SECONDARY, "secondary"},
    {KMS_ROLE_EXTERNAL, "external"},
    {0, NULL},
};

static const value_string severities[] = {
    {SEVERITY_DEFAULT, "default"},     {KRR_SEVERITY_OFF, "off"},     {KRR_SEVERITY_NOTE, "note"},
    {KRR_SEVERITY_WARNING, "warning"}, {KRR_SEVERITY_ERROR, "error"}, {0, NULL},
};

/* Names of the catalogue, filled at registration. */
static value_string rules[KRR_N_RULES + 1];

UAT_CSTRING_CB_DEF(kms, users, KmsRow)
UAT_CSTRING_CB_DEF(kms, kms, KmsRow)
UAT_VS_DEF(kms, kind, KmsRow, guint, KMS_ROLE_HOME, "home")
UAT_FILENAME_CB_DEF(anchor, file, AnchorRow)
UAT_VS_DEF(rule, rule, RuleRow, guint, 0, "")
UAT_VS_DEF(rule, severity, RuleRow, guint, SEVERITY_DEFAULT, "default")

/* ---- what may stand in a field ---- */

typedef bool (*Check)(const char *text, GError **error);

/* Wireshark shows the message below the table, or on standard error. */
static krr_wsbool check_field(const char *text, guint length, Check check, char **message)
{
    g_autofree char *copy = g_strndup(text ? text : "", text ? length : 0);
    g_autoptr(GError) error = NULL;

    if (check(copy, &error)) {
        *message = NULL;
        return true;
    }
    *message = g_strdup(error->message);
    return false;
}

static bool check_users_text(const char *text, GError **error)
{
    bool good = kms_check_users(text, error);

    if (!good) {
        g_prefix_error(error, "The pattern of users ");
    }
    return good;
}

static bool check_kms_text(const char *text, GError **error)
{
    bool good = kms_check_kms(text, error);

    if (!good) {
        g_prefix_error(error, "The KMS: ");
    }
    return good;
}

static krr_wsbool check_users(void *row, const char *text, guint length, const void *check_data,
                              const void *field_data, char **message)
{
    (void)row, (void)check_data, (void)field_data;
    return check_field(text, length, check_users_text, message);
}

static krr_wsbool check_kms(void *row, const char *text, guint length, const void *check_data,
                            const void *field_data, char **message)
{
    (void)row, (void)check_data, (void)field_data;
    return check_field(text, length, check_kms_text, message);
}

static krr_wsbool check_file(void *row, const char *text, guint length, const void *check_data,
                             const void *field_data, char **message)
{
    (void)row, (void)check_data, (void)field_data;
    return check_field(text, length, krr_trust_check_anchors, message);
}

/* ---- rows ---- */

static void *copy_kms(void *to, const void *from, size_t size)
{
    const KmsRow *row = from;

    (void)size;
    *(KmsRow *)to = (KmsRow){g_strdup(row->users), g_strdup(row->kms), row->kind};
    return to;
}

static void free_kms(void *data)
{
    KmsRow *row = data;

    g_free(row->users);
    g_free(row->kms);
}

static void *copy_anchor(void *to, const void *from, size_t size)
{
    (void)size;
    ((AnchorRow *)to)->file = g_strdup(((const AnchorRow *)from)->file);
    return to;
}

static void free_anchor(void *row)
{
    g_free(((AnchorRow *)row)->file);
}

/* ---- what the tables say ---- */

static GArray *read_grants(void)
{
    GArray *grants = g_array_new(FALSE, FALSE, sizeof(KmsGrant));

    for (guint i = 0; i < n_kms_rows; i++) {
        KmsGrant grant = {kms_rows[i].users, kms_rows[i].kms, (KmsRole)kms_rows[i].kind};
        g_array_append_val(grants, grant);
    }
    return grants;
}

static GArray *read_severities(void)
{
    GArray *overrides = g_array_new(FALSE, FALSE, sizeof(KmsSeverityOverride));

    for (guint i = 0; i < n_rule_rows; i++) {
        const RuleRow *row = &rule_rows[i];
        KmsSeverityOverride override = {
            krr_rules[row->rule].name,
            row->severity == SEVERITY_DEFAULT ? NULL
                                              : krr_severity_name((KrrSeverity)row->severity),
        };
        g_array_append_val(overrides, override);
    }
    return overrides;
}

/* NULL-terminated. */
static GPtrArray *read_anchors(const char *first)
{
    GPtrArray *anchors = g_ptr_array_new();

    if (*first) {
        g_ptr_array_add(anchors, (gpointer)first);
    }
    for (guint i = 0; i < n_anchor_rows; i++) {
        g_ptr_array_add(anchors, anchor_rows[i].file);
    }
    g_ptr_array_add(anchors, NULL);
    return anchors;
}

KrrTables *krr_tables_read(const char *first_anchor, GError **error)
{
    KrrTables *tables = g_new0(KrrTables, 1);
    KmsOverrides *overrides = &tables->overrides;

    tables->grants = read_grants();
    tables->severities = read_severities();
    tables->anchors = read_anchors(first_anchor);
    overrides->trust_anchors = (const char *const *)tables->anchors->pdata;
    overrides->severities = (const KmsSeverityOverride *)(void *)tables->severities->data;
    overrides->n_severities = tables->severities->len;
    const KmsGrant *grants = (const KmsGrant *)(void *)tables->grants->data;
    if (kms_check_grants(grants, tables->grants->len, error)) {
        overrides->grants = grants;
        overrides->n_grants = tables->grants->len;
    } else {
        g_prefix_error(error, "KMSs of users: ");
    }
    return tables;
}

void krr_tables_free(KrrTables *tables)
{
    if (tables) {
        g_array_unref(tables->grants);
        g_array_unref(tables->severities);
        g_ptr_array_unref(tables->anchors);
        g_free(tables);
    }
}

/* ---- registration ---- */

static uat_field_t kms_fields[] = {
    UAT_FLD_CSTRING_OTHER(kms, users, "Users", check_users,
                          "Identity of a user, or a pattern of them: sip:*@home.example.org"),
    UAT_FLD_CSTRING_OTHER(kms, kms, "KMS", check_kms, "URI of the KMS, as it stands in KRRs"),
    UAT_FLD_VS(kms, kind, "Kind", kinds,
               "home: provisions these users; secondary: keys them too; external: has been told "
               "to them"),
    UAT_END_FIELDS,
};

static uat_field_t anchor_fields[] = {
    UAT_FLD_FILENAME_OTHER(anchor, file, "File", check_file, "Certificates in PEM, one or several"),
    UAT_END_FIELDS,
};

static uat_field_t rule_fields[] = {
    UAT_FLD_VS(rule, rule, "Rule", rules, "Name of a rule"),
    UAT_FLD_VS(rule, severity, "Severity", severities,
               "off: the rule is not judged; default: whatever the policy file says, the "
               "catalogue's"),
    UAT_END_FIELDS,
};

static void name_rules(void)
{
    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        rules[rule] = (value_string){rule, krr_rules[rule].name};
    }
}

void krr_tables_register(module_t *module, void (*changed)(void))
{
    name_rules();
    prefs_register_uat_preference(module, "kms_table", "KMSs of users",
                                  "Which KMSs users have, beside what the policy file says",
                                  uat_new("KRR KMSs of users", sizeof(KmsRow), "krr_kms", true,
                                          &kms_rows, &n_kms_rows, UAT_AFFECTS_DISSECTION, NULL,
                                          copy_kms, NULL, free_kms, changed, NULL, kms_fields));
    prefs_register_uat_preference(
        module, "trust_anchor_table", "Trust anchors",
        "Files with certificates that the signers of KRRs must chain to, beside those that the "
        "policy file names",
        uat_new("KRR trust anchors", sizeof(AnchorRow), "krr_trust_anchors", true, &anchor_rows,
                &n_anchor_rows, UAT_AFFECTS_DISSECTION, NULL, copy_anchor, NULL, free_anchor,
                changed, NULL, anchor_fields));
    prefs_register_uat_preference(
        module, "rule_table", "Rules", "How grave rules are, in place of what the policy file says",
        uat_new("KRR rules", sizeof(RuleRow), "krr_rules", true, &rule_rows, &n_rule_rows,
                UAT_AFFECTS_DISSECTION, NULL, NULL, NULL, NULL, changed, NULL, rule_fields));
}
