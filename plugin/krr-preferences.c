/* krr-preferences.c
 * What the user prefers, and what it comes to: the settings by which KRRs and offers are judged
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "krr-preferences.h"

#include <wsutil/report_message.h>

#include "wireshark-compat.h"

static const char *pref_policy_file = "";
static const char *pref_vocabulary_file = "";
static const char *pref_trust_anchors = "";
static krr_pref_bool pref_verify_signatures = true;
static guint pref_max_sub_krrs = 0;

/* What they come to; another one as soon as one of them changes. */
static KrrSettings *current;

/* ---- settings ---- */

static KrrVocabulary *load_vocabulary(void)
{
    g_autoptr(GError) error = NULL;
    KrrVocabulary *vocabulary = NULL;

    if (*pref_vocabulary_file) {
        vocabulary = krr_vocabulary_load(pref_vocabulary_file, &error);
    }
    if (error) {
        report_failure("KRR vocabulary file %s: %s", pref_vocabulary_file, error->message);
    }
    return vocabulary;
}

/* A file that cannot be used is as good as none: what an older one said is not kept, since the
 * preferences no longer show it. */
static KmsPolicy *load_policy(void)
{
    g_autoptr(GError) error = NULL;
    KmsPolicy *policy = NULL;

    if (*pref_policy_file) {
        policy = kms_policy_load(pref_policy_file, krr_rule_names(), &error);
    }
    if (error) {
        report_failure("KRR policy file %s: %s", pref_policy_file, error->message);
    }
    if (!policy) {
        policy = kms_policy_new();
    }
    if (pref_max_sub_krrs > 0) {
        kms_policy_set_max_sub_krrs(policy, pref_max_sub_krrs);
    }
    if (*pref_trust_anchors) {
        kms_policy_add_trust_anchor(policy, pref_trust_anchors);
    }
    return policy;
}

static KrrVerifier *load_trust(const KmsPolicy *policy)
{
    g_autoptr(GError) error = NULL;
    KrrTrust *trust = krr_trust_new(policy, &error);

    if (error) {
        report_failure("KRR trust: %s", error->message);
        trust = krr_trust_new(NULL, NULL);
    }
    return krr_verifier_new(trust);
}

static void settings_clear(gpointer data)
{
    KrrSettings *settings = data;

    krr_verifier_free(settings->verifier); /* before the policy that it leans on */
    kms_policy_free(settings->policy);
    krr_vocabulary_free(settings->own_vocabulary);
}

/** Makes settings of the preferences as they are, and tells the user what is wrong with these. */
static KrrSettings *settings_new(void)
{
    KrrSettings *settings = g_rc_box_new0(KrrSettings);

    settings->policy = load_policy();
    settings->verifier = load_trust(settings->policy);
    settings->verify_signatures = pref_verify_signatures;
    settings->own_vocabulary = load_vocabulary();
    settings->vocabulary =
        settings->own_vocabulary ? settings->own_vocabulary : krr_vocabulary_default();
    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        settings->wanted[rule] =
            krr_rule_severity(settings->policy, rule, krr_rules[rule].severity) != KRR_SEVERITY_OFF;
    }
    return settings;
}

const KrrSettings *krr_settings(void)
{
    return current;
}

const KrrSettings *krr_settings_ref(const KrrSettings *settings)
{
    return g_rc_box_acquire((gpointer)settings);
}

void krr_settings_unref(const KrrSettings *settings)
{
    g_rc_box_release_full((gpointer)settings, settings_clear);
}

/* ---- registration ---- */

static void apply(void)
{
    KrrSettings *before = current;

    current = settings_new();
    krr_settings_unref(before);
}

static void forget(void)
{
    g_clear_pointer(&current, krr_settings_unref);
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
        module, "trust_anchors", "Trust anchors",
        "Certificates in PEM that the signers of KRRs must chain to, beside those that the policy "
        "file names.",
        &pref_trust_anchors, false);
    prefs_register_bool_preference(
        module, "verify_signatures", "Verify signatures",
        "Whether digests, signatures and certificates of KRRs are verified.",
        &pref_verify_signatures);
    prefs_register_uint_preference(
        module, "max_sub_krrs", "Maximum number of sub-KRRs",
        "More of them in one KRR are a finding. 0: what the policy file says, and 5 without one.",
        10, &pref_max_sub_krrs);
    register_shutdown_routine(forget);
    current = settings_new(); /* of the defaults, which nobody applies */
}
