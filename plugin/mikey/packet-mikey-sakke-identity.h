/* packet-mikey-sakke-identity.h
 * Who is it? Identities whose UIDs a message carries
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_MIKEY_SAKKE_IDENTITY_H
#define PACKET_MIKEY_SAKKE_IDENTITY_H

#include "core/mikey/mikey-offer.h"
#include "plugin/mikey/packet-mikey-sakke-tree.h"

/** For the protocol's registration. */
void mikey_identity_register(int proto);

/** Shows whose UIDs a message carries, as far as the identities are known from elsewhere. */
void mikey_identity_resolve(const MikeyTree *shown, const MikeyOffer *offer);

#endif
