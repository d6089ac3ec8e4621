/* krr-creator.h
 * Who made a KRR, as far as it says and the policy knows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_CREATOR_H
#define KRR_CREATOR_H

#include "core/document/krr-document.h"
#include "core/mikey/mcx-uid.h"
#include "core/policy/kms-policy.h"

/** Does the signature hold for the entire KRR, whoever made it? */
bool krr_signature_holds(const Krr *krr);

/** Was the KRR made for an offer, and not for a KRR that it embeds? */
bool krr_is_made_afresh(const Krr *krr);

/** The policy's entity that made the KRR; NULL where the KRR or the policy does not say. */
const KmsEntity *krr_creator_entity(const KmsPolicy *policy, const Krr *krr);

/** Is the creator the receiver itself, by its identity or its UID? */
bool krr_is_of_receiver(const KmsPolicy *policy, const Krr *krr);

/** Did the receiver of the offer make the KRR, as far as it says? A receiver that it names by a
 *  UID is the creator where that is the creator's UID about that time; and an entity that the
 *  policy calls a client or a GMS answers what was meant for it. */
bool krr_is_from_receiver(const KmsPolicy *policy, const Krr *krr);

/** The domain of a KRR's creator: its entity's, else the one that its URI fits; NULL where it is not
 *  known. */
const KmsDomain *krr_creator_domain(const KmsPolicy *policy, const Krr *krr);

#endif
