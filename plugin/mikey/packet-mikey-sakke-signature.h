/* packet-mikey-sakke-signature.h
 * Is it genuine? The signature of a message, held against the KMS keys of the policy file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_MIKEY_SAKKE_SIGNATURE_H
#define PACKET_MIKEY_SAKKE_SIGNATURE_H

#include "core/mikey/mikey-offer.h"
#include "plugin/mikey/packet-mikey-sakke-tree.h"

/** For the protocol's registration. */
void mikey_signature_register(int proto);

/** Verifies the signature, notes in the offer what came of it, and shows that. */
void mikey_signature_judge(const MikeyTree *shown, MikeyOffer *offer);

#endif
