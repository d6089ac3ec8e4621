/* mikey-offer.c
 * What one MIKEY-SAKKE message says, as plain facts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "mikey-offer.h"

MikeyOffer *mikey_offer_new(void)
{
    MikeyOffer *offer = g_new0(MikeyOffer, 1);

    offer->references = 1;
    return offer;
}

MikeyOffer *mikey_offer_ref(MikeyOffer *offer)
{
    g_atomic_int_inc(&offer->references);
    return offer;
}

void mikey_offer_unref(MikeyOffer *offer)
{
    if (offer == NULL || !g_atomic_int_dec_and_test(&offer->references)) {
        return;
    }
    g_free(offer->digest);
    g_free(offer->idri);
    g_free(offer->idrr);
    g_free(offer->idrkmsi);
    g_free(offer->idrkmsr);
    g_free(offer->uidi);
    g_free(offer->uidr);
    g_free(offer->gmk_id);
    g_free(offer);
}

const char *mikey_purpose_name(guint purpose)
{
    /* All that four bits can say, so that the text never has to be composed. */
    static const char *const names[] = {
        [MIKEY_PURPOSE_GMK] = "GMK",     [MIKEY_PURPOSE_PCK] = "PCK",
        [MIKEY_PURPOSE_CSK] = "CSK",     [MIKEY_PURPOSE_SPK] = "SPK",
        [MIKEY_PURPOSE_MKFC] = "MKFC",   [MIKEY_PURPOSE_MSCCK] = "MSCCK",
        [MIKEY_PURPOSE_MUSIK] = "MuSiK", [7] = "unassigned purpose 7",
        [8] = "unassigned purpose 8",    [9] = "unassigned purpose 9",
        [10] = "unassigned purpose 10",  [11] = "unassigned purpose 11",
        [12] = "unassigned purpose 12",  [13] = "unassigned purpose 13",
        [14] = "unassigned purpose 14",  [15] = "unassigned purpose 15",
    };

    return purpose < G_N_ELEMENTS(names) ? names[purpose] : "unassigned purpose";
}
