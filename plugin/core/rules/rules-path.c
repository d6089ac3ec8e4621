/* rules-path.c
 * The rules that compare what was seen on several hops
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules-private.h"

static bool same_text(const Krr *a, const Krr *b, KrrElement element)
{
    const char *first = krr_text(a, element);

    return first && g_strcmp0(first, krr_text(b, element)) == 0;
}

/** Do two KRRs claim to be one: same creator, same time, same question? */
static bool same_claim(const Krr *a, const Krr *b)
{
    return same_text(a, b, KRR_ELEMENT_CREATOR) && same_text(a, b, KRR_ELEMENT_TIME) &&
           same_text(a, b, KRR_ELEMENT_IDRI) && same_text(a, b, KRR_ELEMENT_IDRR);
}

/** What differs between an embedded KRR and the one seen on the wire, in words. Caller frees. */
static char *alteration(const Krr *embedded, const Krr *seen)
{
    static const KrrElement compared[] = {KRR_ELEMENT_IDRKMSI, KRR_ELEMENT_IDRKMSR};
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(compared); i++) {
        const char *now = krr_text(embedded, compared[i]);
        const char *before = krr_text(seen, compared[i]);
        if (g_strcmp0(now, before) != 0) {
            g_autofree char *quoted_now = rules_quote(now);
            g_autofree char *quoted_before = rules_quote(before);
            g_string_append_printf(text, "; %s was %s and is %s", rules_identity_name(compared[i]),
                                   quoted_before, quoted_now);
        }
    }
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        g_autofree char *now = krr_list_to_text(&embedded->lists[side]);
        g_autofree char *before = krr_list_to_text(&seen->lists[side]);
        if (!g_str_equal(now, before)) {
            g_autofree char *quoted_now = rules_quote(now);
            g_autofree char *quoted_before = rules_quote(before);
            g_string_append_printf(text, "; the %s list was %s and is %s", krr_side_name(side),
                                   quoted_before, quoted_now);
        }
    }
    if (text->len == 0) {
        g_string_append(text, "; its values are the same, but the text was rewritten, which voids "
                              "any signature over it");
    }
    return g_string_free(text, FALSE);
}

static void embedded_krr_altered(StoryJudge *judge, const StoryNegotiation *negotiation,
                                 const StoryKrr *krr, const StoryKrr *seen)
{
    GArray *frames = evidence_new();
    g_autofree char *what = alteration(krr->embeds->krr, seen->krr);
    StorySubject subject = {.negotiation = negotiation, .krr = krr};

    evidence_add(frames, seen->first_alone);
    evidence_add(frames, krr->first_alone);
    story_fire(judge, KRR_RULE_EMBEDDED_KRR_ALTERED, subject, frames,
               g_strdup("A new KRR contains the received KRR as it was received."),
               g_strdup_printf("krr-%u embeds krr-%u, which claims to be krr-%u but differs from "
                               "it%s.",
                               krr->number, krr->embeds->number, seen->number, what));
}

/** All KRRs of a negotiation that were seen by themselves; borrowed. Caller frees the array. */
static GPtrArray *krrs_seen_alone(const StoryNegotiation *negotiation)
{
    GPtrArray *krrs = g_ptr_array_new();

    for (guint i = 0; i < negotiation->attempts->len; i++) {
        const StoryAttempt *attempt = g_ptr_array_index(negotiation->attempts, i);
        for (guint k = 0; k < attempt->krrs->len; k++) {
            g_ptr_array_add(krrs, attempt->krrs->pdata[k]);
        }
    }
    return krrs;
}

/* KRRs of one negotiation that are compared with each other: an attacker may send very many. */
#define MAX_COMPARED 256

static void rule_embedded_krr_altered(StoryJudge *judge, const StoryNegotiation *negotiation)
{
    g_autoptr(GPtrArray) krrs = krrs_seen_alone(negotiation);

    for (guint i = 0; i < krrs->len && i < MAX_COMPARED; i++) {
        const StoryKrr *krr = g_ptr_array_index(krrs, i);
        if (!krr->embeds || krr->embeds->seen_alone) {
            continue;
        }
        for (guint k = 0; k < krrs->len && k < MAX_COMPARED; k++) {
            const StoryKrr *seen = g_ptr_array_index(krrs, k);
            if (seen != krr && seen != krr->embeds && same_claim(krr->embeds->krr, seen->krr)) {
                embedded_krr_altered(judge, negotiation, krr, seen);
                break;
            }
        }
    }
}

void rules_path_judge(StoryJudge *judge)
{
    const GPtrArray *negotiations = ledger_negotiations(judge->ledger);

    for (guint i = 0; i < negotiations->len; i++) {
        rule_embedded_krr_altered(judge, g_ptr_array_index(negotiations, i));
    }
}
