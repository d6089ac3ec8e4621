/* krr-preferences.h
 * What the user prefers, and what it comes to: the settings by which KRRs and offers are judged
 *
 * Whoever reads or judges in Wireshark asks here: the dissectors, and whoever links their frames.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_PREFERENCES_H
#define KRR_PREFERENCES_H

#include <stdbool.h>

#include <glib.h>

#include "core/document/krr-vocabulary.h"
#include "core/rules/krr-rules.h"
#include "core/signature/krr-verifier.h"

/**
 * What the preferences come to. It never changes once it is made: other preferences make another
 * one. Pointers from different calls of krr_settings() are equal as long as nothing changed.
 */
typedef struct KrrSettings {
    const KmsPolicy *policy; /**< of the policy file and all that is laid over it; not NULL */
    KrrVerifier *verifier;   /**< leans on the policy; not NULL */
    bool verify_signatures;  /**< false: the verifier is not to be asked */
    bool link_frames;        /**< false: each frame is shown by itself */
    const KrrVocabulary *vocabulary; /**< the deployment's or the built-in one; not NULL */
    KrrVocabulary *own_vocabulary;   /**< the deployment's, or NULL */
    bool wanted[KRR_N_RULES];        /**< by KrrRuleId, for audit_new(): those that are not off */
} KrrSettings;

/**
 * The settings that count now; owned by the preferences, good until these change, which they do
 * between two packets at any time. Who keeps something that leans on them (an audit, a verdict)
 * takes a share with krr_settings_ref().
 */
const KrrSettings *krr_settings(void);

/** Another share of the same settings, to be given back with krr_settings_unref(). */
const KrrSettings *krr_settings_ref(const KrrSettings *settings);
void krr_settings_unref(const KrrSettings *settings);

/** Registers the preferences of the protocol "krr"; to be called once, at its registration. */
void krr_preferences_register(int protocol);

/** Whom to call once other preferences are applied, before any frame is read by them; one, from then
 *  on. */
void krr_preferences_notify(void (*changed)(void));

#endif
