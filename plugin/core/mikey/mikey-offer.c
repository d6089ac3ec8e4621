/* mikey-offer.c
 * What one MIKEY-SAKKE message says, as plain facts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/mikey-offer.h"

#include <string.h>

/* The texts of an offer: those that hardly another one has, and those that many have. */
static const gsize own_texts[] = {
    G_STRUCT_OFFSET(MikeyOffer, digest), G_STRUCT_OFFSET(MikeyOffer, idri),
    G_STRUCT_OFFSET(MikeyOffer, idrr),   G_STRUCT_OFFSET(MikeyOffer, uidi),
    G_STRUCT_OFFSET(MikeyOffer, uidr),   G_STRUCT_OFFSET(MikeyOffer, gmk_id),
};
static const gsize common_texts[] = {
    G_STRUCT_OFFSET(MikeyOffer, idrkmsi),
    G_STRUCT_OFFSET(MikeyOffer, idrkmsr),
};

static char **text_at(MikeyOffer *offer, gsize place)
{
    return &G_STRUCT_MEMBER(char *, offer, place);
}

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
    for (gsize i = 0; i < G_N_ELEMENTS(own_texts) && !offer->is_compact; i++) {
        g_free(*text_at(offer, own_texts[i]));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(common_texts); i++) {
        char *text = *text_at(offer, common_texts[i]);
        if (text && offer->is_compact) {
            g_ref_string_release(text);
        } else {
            g_free(text);
        }
    }
    g_free(offer);
}

MikeyOffer *mikey_offer_compact(const MikeyOffer *offer)
{
    gsize octets = sizeof(MikeyOffer);

    for (gsize i = 0; i < G_N_ELEMENTS(own_texts); i++) {
        const char *text = *text_at((MikeyOffer *)offer, own_texts[i]);
        octets += text ? strlen(text) + 1 : 0;
    }
    MikeyOffer *copy = g_malloc(octets);
    char *end = (char *)(copy + 1);
    *copy = *offer;
    copy->references = 1;
    copy->is_compact = true;
    for (gsize i = 0; i < G_N_ELEMENTS(own_texts); i++) {
        char **text = text_at(copy, own_texts[i]);
        if (*text) {
            char *start = end;
            end = g_stpcpy(start, *text) + 1;
            *text = start;
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(common_texts); i++) {
        char **text = text_at(copy, common_texts[i]);
        *text = *text ? g_ref_string_new_intern(*text) : NULL;
    }
    return copy;
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
