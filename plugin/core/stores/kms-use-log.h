/* kms-use-log.h
 * Which users offered which KMSs to whom, and how often
 *
 * Offers that were never redirected are let go, and so their use of KMSs is counted here. Users and KMSs
 * are a few; what comes from an attacker may be very many, and is left out beyond a limit.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_USE_LOG_H
#define KMS_USE_LOG_H

#include "core/stores/story.h"

/** Offers of one user to another with one pair of KMSs. Any text may be NULL: hidden, or not stated. */
typedef struct KmsUse {
    char *idri;
    char *idrr;
    char *idrkmsi;
    char *idrkmsr;
    guint64 count; /**< of offers */
    StoryFrame first;
    StoryFrame last; /**< in which the latest of them was first seen */
} KmsUse;

typedef struct KmsUseLog KmsUseLog;

KmsUseLog *kms_use_log_new(void);
/** A copy that counts some more offers, of StoryOffer.
 *  @param but  set of those that are not to be counted; NULL: none */
KmsUseLog *kms_use_log_with(const KmsUseLog *log, const GPtrArray *offers, GHashTable *but);
void kms_use_log_free(KmsUseLog *log);

/** What one offer says of the use of KMSs, by its identities in clear or resolved. Texts are borrowed. */
KmsUse kms_use_of(const StoryOffer *offer);

/** Counts an offer, by its identities in clear or resolved. Each offer is to be counted once. */
void kms_use_log_note(KmsUseLog *log, const StoryOffer *offer);

/** Of KmsUse, in the order in which they were noted. */
const GPtrArray *kms_use_log_uses(const KmsUseLog *log);

/** Offers that were not counted for want of room. */
guint64 kms_use_log_left_out(const KmsUseLog *log);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KmsUseLog, kms_use_log_free)

#endif
