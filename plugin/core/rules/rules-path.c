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

/* A server, seen from both sides: a leg on which it was asked, and those on which it asked on. */
typedef struct Server {
    const StoryNegotiation *negotiation;
    const StoryAttempt *attempt;
    const StoryLeg *in; /* towards the server */
    GPtrArray *out;     /* of StoryLeg: onwards from it */
} Server;

/* Legs of one attempt that are compared with each other. */
#define MAX_LEGS 256

static bool same_address(const StoryJudge *judge, const char *a, const char *b)
{
    const KmsEntity *entity = kms_policy_entity_at(judge->policy, a);

    return g_str_equal(a, b) || (entity && entity == kms_policy_entity_at(judge->policy, b));
}

/** The legs of the attempt on which the server that was asked on a leg asked on. Where all run on
 *  one address nothing can be told. */
static GPtrArray *legs_onwards(const StoryJudge *judge, const StoryAttempt *attempt,
                               const StoryLeg *in)
{
    GPtrArray *out = g_ptr_array_new();

    for (guint i = 0; i < attempt->legs->len && i < MAX_LEGS; i++) {
        StoryLeg *leg = g_ptr_array_index(attempt->legs, i);
        if (leg != in && leg->has_request && !g_str_equal(in->source, in->destination) &&
            same_address(judge, in->destination, leg->source) &&
            !same_address(judge, in->source, leg->source)) {
            g_ptr_array_add(out, leg);
        }
    }
    return out;
}

static bool received(const Server *server, const StoryKrr *krr)
{
    for (guint i = 0; i < server->out->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(server->out, i);
        if (g_ptr_array_find(leg->krrs, krr, NULL)) {
            return true;
        }
    }
    return false;
}

/** Was a KRR made by the entity at the place where it was answered? Only the policy can tell: a KRR
 *  may also have come in on a branch that was not captured. */
static bool made_by_server(const StoryJudge *judge, const Server *server, const StoryKrr *krr)
{
    const char *creator = krr_text(krr->krr, KRR_ELEMENT_CREATOR);
    const KmsEntity *entity = creator ? kms_policy_entity(judge->policy, creator) : NULL;

    return entity && entity == kms_policy_entity_at(judge->policy, server->in->destination);
}

static void rule_offer_forwarded_after_krr(StoryJudge *judge, const Server *server)
{
    for (guint i = 0; i < server->in->krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(server->in->krrs, i);
        if (krr->embeds || server->out->len == 0 || received(server, krr) ||
            !made_by_server(judge, server, krr)) {
            continue;
        }
        const StoryLeg *onwards = server->out->pdata[0];
        GArray *frames = evidence_new();
        evidence_add(frames, g_array_index(server->in->krr_frames, StoryFrame, i));
        evidence_add(frames, onwards->request);
        g_autofree char *creator = rules_quote(krr_text(krr->krr, KRR_ELEMENT_CREATOR));
        StorySubject subject = {server->negotiation, krr, server->attempt->offer};
        story_fire(judge, KRR_RULE_OFFER_FORWARDED_AFTER_KRR, subject, frames,
                   g_strdup("Whoever creates a KRR drops the offer that it rejects."),
                   g_strdup_printf("%s answered the offer with krr-%u, and sent it on from %s to "
                                   "%s.",
                                   creator, krr->number, onwards->source, onwards->destination));
    }
}

/** Does an answer pass on a KRR: the same, or one that embeds it? An embedded one that was altered
 *  is told by embedded-krr-altered. */
static bool passes_on(const StoryLeg *in, const StoryKrr *krr)
{
    for (guint i = 0; i < in->krrs->len; i++) {
        const StoryKrr *sent = g_ptr_array_index(in->krrs, i);
        if (sent == krr || sent->embeds == krr ||
            (sent->embeds && same_claim(sent->embeds->krr, krr->krr))) {
            return true;
        }
    }
    return false;
}

static bool is_final_refusal(const StoryLeg *leg)
{
    return leg->status >= 300 && leg->status != 401 && leg->status != 407;
}

/** Would the capture have shown an answer on that hop after a KRR went in? */
static bool would_have_shown(const StoryJudge *judge, const StoryLeg *in, StoryFrame krr)
{
    gint64 window = kms_policy_window(judge->policy) * G_GINT64_CONSTANT(1000000000);

    return ledger_end_ns(judge->ledger) - krr.time_ns > window &&
           ledger_hop_last_ns(judge->ledger, in->source, in->destination) - krr.time_ns > window;
}

/* Where a server asked on several branches, it may have good reasons to answer with another one. */
static void judge_passing_on(StoryJudge *judge, const Server *server, guint *open)
{
    const StoryLeg *out = server->out->len == 1 ? server->out->pdata[0] : NULL;

    if (!out || out->krrs->len != 1 || passes_on(server->in, out->krrs->pdata[0])) {
        return;
    }
    const StoryKrr *krr = out->krrs->pdata[0];
    StoryFrame arrived = g_array_index(out->krr_frames, StoryFrame, 0);
    StorySubject subject = {server->negotiation, krr, server->attempt->offer};
    GArray *frames = evidence_new();
    evidence_add(frames, arrived);
    if (server->in->krrs->len > 0) {
        const StoryKrr *sent = server->in->krrs->pdata[0];
        subject.krr = sent;
        evidence_add(frames, g_array_index(server->in->krr_frames, StoryFrame, 0));
        story_fire(
            judge, KRR_RULE_RECEIVED_KRR_NOT_EMBEDDED, subject, frames,
            g_strdup("A server that replaces a KRR embeds the one that it received."),
            g_strdup_printf("The server at %s received krr-%u and sent krr-%u, which does not "
                            "embed it.",
                            out->source, krr->number, sent->number));
    } else if (is_final_refusal(server->in) || would_have_shown(judge, server->in, arrived)) {
        if (server->in->has_response) {
            evidence_add(frames, server->in->response);
        }
        g_autofree char *answer =
            is_final_refusal(server->in)
                ? g_strdup_printf("it answered %u without a KRR", server->in->status)
                : g_strdup("it answered nothing");
        story_fire(
            judge, KRR_RULE_KRR_NOT_FORWARDED, subject, frames,
            g_strdup("Whoever receives a KRR forwards it, or one that embeds it, towards the "
                     "initiator."),
            g_strdup_printf("krr-%u reached the server at %s; towards %s %s.", krr->number,
                            out->source, server->in->source, answer));
    } else {
        g_array_unref(frames);
        *open += server->in->status < 200 ? 1 : 0;
    }
}

static void judge_servers(StoryJudge *judge, const StoryNegotiation *negotiation, guint *open)
{
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        const StoryAttempt *attempt = g_ptr_array_index(negotiation->attempts, i);
        for (guint k = 0; attempt->offer && k < attempt->legs->len && k < MAX_LEGS; k++) {
            const StoryLeg *in = g_ptr_array_index(attempt->legs, k);
            g_autoptr(GPtrArray) out = legs_onwards(judge, attempt, in);
            const Server server = {negotiation, attempt, in, out};
            rule_offer_forwarded_after_krr(judge, &server);
            judge_passing_on(judge, &server, open);
        }
    }
}

void rules_path_judge(StoryJudge *judge)
{
    const GPtrArray *negotiations = ledger_negotiations(judge->ledger);
    guint open = 0;

    for (guint i = 0; i < negotiations->len; i++) {
        rule_embedded_krr_altered(judge, g_ptr_array_index(negotiations, i));
        judge_servers(judge, g_ptr_array_index(negotiations, i), &open);
    }
    if (open > 0) {
        story_gap(
            judge, KRR_RULE_KRR_NOT_FORWARDED,
            g_strdup_printf("The capture ends before %u server%s would have had to pass a KRR "
                            "on.",
                            open, open == 1 ? "" : "s"));
    }
}
