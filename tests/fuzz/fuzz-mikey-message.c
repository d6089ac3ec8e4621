/* fuzz-mikey-message.c
 * A fuzz target: octets to a MIKEY message and its offer, and all that must hold for what comes out
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stddef.h>
#include <stdint.h>

#include "core/mikey/mikey-offer-maker.h"
#include "core/mikey/mikey-parser.h"
#include "tests/support/mikey-walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static void read_message(const uint8_t *octets, size_t length, bool may_be_cut)
{
    g_autoptr(MikeyMessage) message = mikey_parse(octets, length, may_be_cut);
    g_autoptr(MikeyOffer) offer = mikey_offer_of_message(message);

    walk_mikey_message(message);
    g_assert_true(may_be_cut || message->state != MIKEY_CUT);
    g_assert_true(offer->whole == (message->state == MIKEY_WHOLE));
    g_assert_true((offer->digest == NULL) == (message->state == MIKEY_CUT));
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    read_message(octets, length, true);
    read_message(octets, length, false);
    return 0;
}
