/* rules-offer-signature.h
 * The rules on the signature of one offer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RULES_OFFER_SIGNATURE_H
#define RULES_OFFER_SIGNATURE_H

#include "core/mikey/mikey-offer.h"
#include "core/rules/krr-rules.h"

/**
 * Judges what became of the signature. Without any KMS certificate nothing is judged.
 * @param observed  out, where a rule fires: a sentence for people, to be freed
 * @return the rule that fires, or KRR_N_RULES
 */
KrrRuleId rules_offer_signature(const MikeyOffer *offer, const KmsPolicy *policy, char **observed);

#endif
