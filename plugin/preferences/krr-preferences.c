/* krr-preferences.c
 * What the user prefers, and the settings that are made of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/preferences/krr-preferences.h"

#include <wsutil/report_message.h>

#include "core/policy/kms-policy-trust.h"
#include "plugin/preferences/krr-tables.h"
#include "plugin/wireshark-compat.h"

static const char *pref_policy_file = "";
static const char *pref_vocabulary_file = "";
static const char *pref_trust_anchors = "";
static krr_pref_bool pref_verify_signatures = true;
static krr_pref_bool pref_link_frames = true;
static guint pref_max_sub_krrs = 0;

/* Whose policy and verifier count in place of what the preferences name; NULL: nobody's. */
static const KrrSettings *brought;

/* Is called when other preferences have been applied; NULL: nobody is. */
static void (*notify)(void);

/* A capture was opened since the files were read. */
static bool is_read_before;

/* The mistakes that the user was told when the preferences were applied last; "": none. */
static char *last_told;

/* ---- settings ---- */

/* Where a file cannot be used, the defaults count. What was read from an earlier file is not kept,
 * since the preferences no longer name that file. */

static void complain(GPtrArray *mistakes, const char *what, GError **error)
{
    g_ptr_array_add(mistakes, g_strdup_printf("%s: %s", what, (*error)->message));
    g_clear_error(error);
}

static KrrVocabulary *load_vocabulary(GPtrArray *mistakes)
{
    g_autoptr(GError) error = NULL;
    KrrVocabulary *vocabulary = NULL;

    if (*pref_vocabulary_file) {
        vocabulary = krr_vocabulary_load(pref_vocabulary_file, &error);
    }
    if (error) {
        g_prefix_error(&error, "%s: ", pref_vocabulary_file);
        complain(mistakes, "KRR vocabulary file", &error);
    }
    return vocabulary;
}

/* @param label  out: which policy it is; owned by the caller */
static KmsPolicy *load_policy(GPtrArray *mistakes, PolicyLabel **label)
{
    const char *path = *pref_policy_file ? pref_policy_file : NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) table_error = NULL;
    g_autoptr(KrrTables) tables = krr_tables_read(pref_trust_anchors, &table_error);

    tables->overrides.max_sub_krrs = pref_max_sub_krrs;
    KmsPolicy *policy = kms_policy_load(path, krr_rule_names(), &tables->overrides, &error);
    if (!policy) {
        g_prefix_error(&error, "%s: ", path);
        complain(mistakes, "KRR policy file", &error);
        policy = kms_policy_load(NULL, krr_rule_names(), &tables->overrides, NULL);
        path = NULL;
    }
    if (table_error) {
        complain(mistakes, "KRR preferences", &table_error);
    }
    *label = policy_label_new(path, policy);
    return policy;
}

static KrrTrust *load_trust(const KmsPolicy *policy, GPtrArray *mistakes)
{
    g_autoptr(GError) error = NULL;
    KrrTrust *trust = kms_policy_load_trust(policy, &error);

    if (!trust) {
        complain(mistakes, "KRR trust", &error);
        trust = krr_trust_new(NULL, NULL);
    }
    return trust;
}

static KrrSettings *load_judgement(GPtrArray *mistakes)
{
    PolicyLabel *label = NULL;
    KmsPolicy *policy = load_policy(mistakes, &label);
    KrrTrust *trust = load_trust(policy, mistakes);
    KrrSettings *settings = krr_settings_new(policy, trust);

    settings->own_label = label;
    settings->policy_label = label;
    return settings;
}

/* Makes settings of the preferences as they are. @param mistakes  out: texts for the user */
static KrrSettings *make_settings(GPtrArray *mistakes)
{
    KrrSettings *settings = brought ? krr_settings_new_by(brought) : load_judgement(mistakes);

    settings->verify_signatures = pref_verify_signatures;
    settings->link_frames = pref_link_frames;
    settings->own_vocabulary = load_vocabulary(mistakes);
    if (settings->own_vocabulary) {
        settings->vocabulary = settings->own_vocabulary;
    }
    return settings;
}

/* ---- registration ---- */

/* Makes new settings of the preferences. Wireshark calls this for each table that changes, when it is
 * edited and when its file is read; so a mistake that was told in the call before is not told again. */
static void apply(void)
{
    g_autoptr(GPtrArray) mistakes = g_ptr_array_new_with_free_func(g_free);

    if (!krr_settings()) {
        return; /* Wireshark ends and empties the tables */
    }
    krr_settings_replace(make_settings(mistakes));
    g_ptr_array_add(mistakes, NULL);

    char *told = g_strjoinv("\n", (char **)mistakes->pdata);
    if (*told && !g_str_equal(told, last_told)) {
        report_failure("%s", told);
    }
    g_free(last_told);
    last_told = told;
    is_read_before = false;
    if (notify) {
        notify();
    }
}

/* Can the file be read again? A pipe cannot; no file at all need not be. */
static bool can_be_read_again(const char *path)
{
    return !*path || g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

void krr_preferences_refresh(void)
{
    const bool is_first = !is_read_before;

    if (!is_first && !brought && can_be_read_again(pref_policy_file) &&
        can_be_read_again(pref_vocabulary_file) && can_be_read_again(pref_trust_anchors)) {
        apply();
    }
    is_read_before = true;
}

void krr_preferences_notify(void (*changed)(void))
{
    notify = changed;
}

void krr_preferences_judge_by(const KrrSettings *settings)
{
    brought = krr_settings_ref(settings);
    apply();
}

static void forget(void)
{
    krr_settings_replace(NULL);
    g_clear_pointer(&brought, krr_settings_unref);
    g_clear_pointer(&last_told, g_free);
}

void krr_preferences_register(int protocol)
{
    module_t *module = prefs_register_protocol(protocol, apply);

    prefs_register_filename_preference(
        module, "policy_file", "Policy file",
        "Who may use which KMS, what the Home KMS demands, the KMSs' certificates and key periods. "
        "Without it, rules that need that knowledge are not judged.",
        &pref_policy_file, false);
    prefs_register_filename_preference(
        module, "vocabulary_file", "Vocabulary file",
        "Further names of the elements of a KRR, as a deployment uses them.", &pref_vocabulary_file,
        false);
    prefs_register_filename_preference(
        module, "trust_anchors", "Trust anchor file",
        "Certificates in PEM that the signers of KRRs must chain to, beside those that the policy "
        "file and the table of trust anchors name.",
        &pref_trust_anchors, false);
    prefs_register_bool_preference(
        module, "verify_signatures", "Verify signatures",
        "Whether digests, signatures and certificates of KRRs are verified.",
        &pref_verify_signatures);
    prefs_register_bool_preference(module, "link_frames", "Link frames into negotiations",
                                   "Whether offers, their answers and new attempts are linked, and "
                                   "rules judged that need more "
                                   "than one frame. It takes a look at every SIP message.",
                                   &pref_link_frames);
    prefs_register_uint_preference(
        module, "max_sub_krrs", "Maximum number of sub-KRRs",
        "More of them in one KRR are a finding. 0: what the policy file says, and 5 without one.",
        10, &pref_max_sub_krrs);
    krr_tables_register(module, apply);
    register_shutdown_routine(forget);
    last_told = g_strdup("");
    krr_settings_replace(make_settings(NULL)); /* the defaults have no mistakes */
}
