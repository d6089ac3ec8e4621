/* mikey-offer-maker.h
 * The facts of a MIKEY-SAKKE message, from the message itself
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MIKEY_OFFER_MAKER_H
#define MIKEY_OFFER_MAKER_H

#include "core/mikey/mikey-message.h"
#include "core/mikey/mikey-offer.h"

/** What a message says. Its signature is not verified: ABSENT. The digest of one that the capture cut
 *  short is NULL: it is not known. @return one reference */
MikeyOffer *mikey_offer_of_message(const MikeyMessage *message);

/** What the octets of a message say, all of them. @param octets  not NULL @return one reference */
MikeyOffer *mikey_offer_of(const guint8 *octets, gsize length);

#endif
