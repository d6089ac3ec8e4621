/* kms-view.h
 * The traffic with KMSs as the rules ask for it: by user
 *
 * A request is a user's where it names that user. Where it names nobody it is that of the one user who
 * is known to have its address. What is anybody's may speak for a user, but never against one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_VIEW_H
#define KMS_VIEW_H

#include "core/story/ledger.h"

typedef struct KmsView KmsView;

/** @param ledger  finished; must outlive the view, as must the policy */
KmsView *kms_view_new(const Ledger *ledger, const KmsPolicy *policy);
void kms_view_free(KmsView *view);

/** Whose requests are asked for, and of when. */
typedef struct KmsAsked {
    const char *user;
    const StoryLeg
        *leg; /**< only of the device that sent its request: from the address that it sent it
                              from, or that its Contact names; NULL: from anywhere */
    const StoryFrame *after;
    bool connects; /**< only on connections that were not open then, as far as the capture shows */
} KmsAsked;

/** The user's first such request to its Home KMS, or NULL. */
const KmsExchange *kms_view_next(const KmsView *view, const KmsAsked *asked);

/** The user's last request to its Home KMS that is not after a frame, or NULL. */
const KmsExchange *kms_view_last(const KmsView *view, const char *user, const StoryFrame *until);

/** Uploads of a KRR, alone or in one that embeds it, by whomever, and of others that say the
 *  same: who uploads may have written it anew. Of KmsExchange; NULL: there are none. */
const GPtrArray *kms_view_uploads(const KmsView *view, const StoryKrr *krr);

/** Is the exchange one with the Home KMS of that user, as far as the request says? */
bool kms_view_is_home(const KmsUser *user, const KmsExchange *exchange);

/** Do two names of KMSs, URIs or not, have the same host? In requests a KMS is often named by a URI of
 *  another kind than in a KRR. */
bool kms_view_same_host(const char *a, const char *b);

/** Is there a request for the certificate of a KMS, or of all of them, that may be the user's?
 *  @param receiver  whose KMS may have been asked for instead of the KMS's own; or NULL */
bool kms_view_asked_for(const KmsView *view, const char *user, const char *kms,
                        const char *receiver);

/** May the user have told a KMS something since then that could not be read?
 *  @param address  of the user, or NULL */
bool kms_view_hides(const KmsView *view, const char *user, const char *address, gint64 since_ns);

/** Were other requests answered between the same addresses, so that answers are in view there? */
bool kms_view_shows_answers(const KmsView *view, const KmsExchange *exchange);

/** Is a frame not after another? Where they are of different captures the clocks may differ:
 *  then it may as well be. */
bool kms_view_not_after(const StoryFrame *frame, const StoryFrame *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KmsView, kms_view_free)

#endif
