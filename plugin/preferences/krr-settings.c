/* krr-settings.c
 * The settings by which KRRs and offers are read, judged and shown
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/preferences/krr-settings.h"

/* Global, since Wireshark hands dissectors no data of ours. */
static const KrrSettings *current;

static KrrSettings *settings_new(const KmsPolicy *policy, KrrVerifier *verifier)
{
    KrrSettings *settings = g_rc_box_new0(KrrSettings);

    settings->policy = policy;
    settings->verifier = verifier;
    settings->verify_signatures = true;
    settings->link_frames = true;
    settings->vocabulary = krr_vocabulary_default();
    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        settings->wanted[rule] =
            krr_rule_severity(policy, rule, krr_rules[rule].severity) != KRR_SEVERITY_OFF;
    }
    return settings;
}

KrrSettings *krr_settings_new(KmsPolicy *policy, KrrTrust *trust)
{
    KrrVerifier *verifier = krr_verifier_new(trust);
    KrrSettings *settings = settings_new(policy, verifier);

    settings->own_policy = policy;
    settings->own_verifier = verifier;
    return settings;
}

KrrSettings *krr_settings_new_by(const KrrSettings *lender)
{
    KrrSettings *settings = settings_new(lender->policy, lender->verifier);

    settings->lender = krr_settings_ref(lender);
    return settings;
}

static void settings_clear(gpointer data)
{
    KrrSettings *settings = data;

    krr_verifier_free(settings->own_verifier); /* before the policy that it leans on */
    kms_policy_free(settings->own_policy);
    krr_vocabulary_free(settings->own_vocabulary);
    policy_label_free(settings->own_label);
    g_clear_pointer(&settings->lender, krr_settings_unref);
}

const KrrSettings *krr_settings_ref(const KrrSettings *settings)
{
    return g_rc_box_acquire((gpointer)settings);
}

void krr_settings_unref(const KrrSettings *settings)
{
    g_rc_box_release_full((gpointer)settings, settings_clear);
}

const KrrSettings *krr_settings(void)
{
    return current;
}

void krr_settings_replace(const KrrSettings *settings)
{
    const KrrSettings *before = current;

    current = settings;
    if (before) {
        krr_settings_unref(before);
    }
}
