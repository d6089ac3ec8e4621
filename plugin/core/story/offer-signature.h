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
 * The signer is the initiator, by his UID in the message. Where the message has his identity in clear
 * instead, the UID is computed for the key period of T and the ones beside it, from the identity as it
 * stands and with "sip:" added or taken away. Where the message has both, and the one is not the UID of
 * the other, the signature is invalid: it may be that of somebody else.
 *
 * @param offer      all facts but the signature
 * @param message    the message from its start to the end of the signature
 * @param value      octets before the signature's value; at least two
 * @param length     octets of the value; any other than ECCSI_SIGNATURE_LENGTH is invalid
 */
MikeySignature offer_signature_verify(const MikeyOffer *offer, const KmsPolicy *policy,
                                      const guint8 *message, gsize value, gsize length);

#endif
