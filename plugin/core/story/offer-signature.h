/* offer-signature.h
 * Is an offer genuine? Its ECCSI signature, held against the KMS keys that the policy names
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef OFFER_SIGNATURE_H
#define OFFER_SIGNATURE_H

#include "core/mikey/mikey-offer.h"
#include "core/policy/kms-policy.h"

/**
 * Verifies the ECCSI signature of a message under every key of the initiator's KMS, in each of the
 * conventions of MikeySigning.
 *
 * Who is said to have signed is the initiator's UID. Where the message has the identity in clear
 * instead, its UID is computed for the key period of T and the ones beside it, with the scheme
 * "sip:" as it stands and added or taken away. Where it has both and one is not the UID of the
 * other, the signature is invalid: it may be that of somebody else.
 *
 * @param offer      all facts but the signature
 * @param message    the message from its start to the end of the signature
 * @param value      octets before the signature's value; at least two
 * @param length     octets of the value: others than ECCSI_SIGNATURE_LENGTH are no signature
 */
MikeySignature offer_signature_verify(const MikeyOffer *offer, const KmsPolicy *policy,
                                      const guint8 *message, gsize value, gsize length);

#endif
