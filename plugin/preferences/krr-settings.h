/* krr-settings.h
 * The settings by which KRRs and offers are read, judged and shown
 *
 * Whoever reads or judges in Wireshark asks here: the dissectors, and whoever links their frames.
 * They are made of the preferences; a program that embeds Wireshark can bring the policy along.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_SETTINGS_H
#define KRR_SETTINGS_H

#include <stdbool.h>

#include "core/document/krr-vocabulary.h"
#include "core/policy/kms-policy.h"
#include "core/rules/krr-rules.h"
#include "core/signature/krr-verifier.h"
#include "plugin/preferences/policy-label.h"

typedef struct KrrSettings KrrSettings;

/**
 * Settings in use do not change: when the preferences change, new settings are made. So two calls of
 * krr_settings() return the same pointer if and only if nothing changed between them.
 */
struct KrrSettings {
    const KmsPolicy *policy; /**< of the policy file and all that is laid over it; not NULL */
    KrrVerifier *verifier;   /**< by the policy's trust; not NULL */
    bool verify_signatures;  /**< false: the verifier is not to be asked */
    bool link_frames;        /**< false: each frame is shown by itself */
    const PolicyLabel *policy_label; /**< which policy it is; NULL: a program brought it along */
    const KrrVocabulary *vocabulary; /**< the deployment's or the built-in one; not NULL */
    bool wanted[KRR_N_RULES];        /**< by KrrRuleId, for audit_new(): those that are not off */

    /* What is freed with them; NULL: nothing. */
    KmsPolicy *own_policy;
    KrrVerifier *own_verifier;
    KrrVocabulary *own_vocabulary;
    PolicyLabel *own_label;
    const KrrSettings *lender; /**< whose policy and verifier these are */
};

/** Settings that verify and link, with the built-in vocabulary. Takes both over.
 *  @param trust  what kms_policy_load_trust() made of the policy */
KrrSettings *krr_settings_new(KmsPolicy *policy, KrrTrust *trust);

/** The same with the policy and the verifier of other settings. Takes a share of these. */
KrrSettings *krr_settings_new_by(const KrrSettings *lender);

/** Another share of the same settings, to be given back with krr_settings_unref(). */
const KrrSettings *krr_settings_ref(const KrrSettings *settings);
void krr_settings_unref(const KrrSettings *settings);

/**
 * The settings that count now; good until the preferences change, which they do between two packets
 * at any time. Who keeps something that leans on them (an audit, a verdict) takes a share with
 * krr_settings_ref().
 */
const KrrSettings *krr_settings(void);

/** Makes these the settings that krr_settings() returns, and releases the ones before. Takes them
 *  over. @param settings  NULL: when Wireshark ends */
void krr_settings_replace(const KrrSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KrrSettings, krr_settings_unref)

#endif
