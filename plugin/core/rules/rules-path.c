/* rules-path.c
 * The rules that compare what was seen on several hops
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "core/rules/rules-private.h"
#include "core/story/story-frames.h"

static bool same_text(const Krr *a, const Krr *b, KrrElement element)
{
    const char *first = krr_text(a, element);

    return first && g_strcmp0(first, krr_text(b, element)) == 0;
}

/* Do two KRRs claim to be one: same creator, same time, same question? */
static bool same_claim(const Krr *a, const Krr *b)
{
    return same_text(a, b, KRR_ELEMENT_CREATOR) && same_text(a, b, KRR_ELEMENT_TIME) &&
           same_text(a, b, KRR_ELEMENT_IDRI) && same_text(a, b, KRR_ELEMENT_IDRR);
}

/* What differs in the values of an embedded KRR and of the one seen on the wire, in words; empty where
 *  nothing does. Caller frees. */
static char *differences(const Krr *embedded, const Krr *seen)
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
    return g_string_free(text, FALSE);
}

static void embedded_krr_altered(StoryJudge *judge, const StoryNegotiation *negotiation,
                                 const StoryKrr *krr, const StoryKrr *embedded,
                                 const StoryKrr *seen)
{
    GArray *frames = evidence_new();
    g_autofree char *what = differences(embedded->krr, seen->krr);
    StorySubject subject = {.negotiation = negotiation, .krr = krr};

    evidence_add(frames, seen->first_alone);
    evidence_add(frames, krr->first_alone);
    story_fire(
        judge, KRR_RULE_EMBEDDED_KRR_ALTERED, subject, frames,
        g_strdup("A new KRR contains the received KRR as it was received."),
        g_strdup_printf("krr-%u embeds krr-%u, which claims to be krr-%u but differs from "
                        "it%s.",
                        krr->number, embedded->number, seen->number,
                        what[0] ? what : "; its values are the same, but the text was rewritten"));
}

/* KRRs of one attempt that are compared with each other: an attacker may send very many. */
#define MAX_COMPARED 256

/* The KRR of an attempt that claims to be the embedded one and is not; NULL where there is none. */
static const StoryKrr *claimed_krr(const StoryAttempt *attempt, const StoryKrr *krr,
                                   const StoryKrr *embedded)
{
    for (guint i = 0; i < attempt->krrs->len && i < MAX_COMPARED; i++) {
        const StoryKrr *seen = g_ptr_array_index(attempt->krrs, i);
        if (seen != krr && seen != embedded && same_claim(embedded->krr, seen->krr)) {
            return seen;
        }
    }
    return NULL;
}

/* The certificate whose key made a signature, as written; NULL where that is not proven. */
static const char *proven_certificate(const KrrSignature *signature)
{
    bool holds = signature->verdict.status == KRR_SIGNATURE_VALID ||
                 signature->verdict.status == KRR_SIGNATURE_UNTRUSTED;
    guint index = signature->verdict.certificate;

    if (!holds || !signature->certificates || index >= signature->certificates->len) {
        return NULL;
    }
    return ((const KrrValue *)signature->certificates->pdata[index])->text;
}

/* Did the same key sign both as they are? Then no other hand was at work: they are one KRR, of which
 *  only namespaces are declared elsewhere, or its signer made two. */
static bool same_signer(const Krr *a, const Krr *b)
{
    const char *first = proven_certificate(&a->signature);

    return first && g_strcmp0(first, proven_certificate(&b->signature)) == 0;
}

/* Were both dated to the second only? Then two of them may well be of the same second. */
static bool has_whole_seconds(const Krr *krr)
{
    return !strchr(krr_text(krr, KRR_ELEMENT_TIME), '.');
}

/* Did the server that received a KRR ask anywhere else, where no answer was captured? */
static bool has_silent_branch(const StoryAttempt *attempt, const StoryKrr *krr)
{
    const StoryLeg *from = krr->legs->len > 0 ? krr->legs->pdata[0] : NULL;

    for (guint i = 0; from && i < attempt->legs->len && i < MAX_COMPARED; i++) {
        const StoryLeg *leg = g_ptr_array_index(attempt->legs, i);
        if (leg != from && g_str_equal(leg->source, from->source) && leg->krrs->len == 0 &&
            (leg->status < 200 || leg->answer_unreadable)) {
            return true;
        }
    }
    return false;
}

/* May two KRRs that claim to be one be those of two devices of the receiver, which were asked at the
 *  same time? Where they say the same, or where one of these was asked and its answer not captured. */
static bool may_be_two_devices(const StoryJudge *judge, const StoryAttempt *attempt,
                               const StoryKrr *other, const StoryKrr *seen)
{
    if (same_signer(other->krr, seen->krr)) {
        return true;
    }
    if (!krr_is_from_receiver(judge->policy, seen->krr) || !has_whole_seconds(seen->krr) ||
        other->krr->signature.present || seen->krr->signature.present) {
        return false;
    }
    g_autofree char *what = differences(other->krr, seen->krr);
    return !what[0] || has_silent_branch(attempt, seen);
}

/* Within an attempt: who writes whole seconds may well date the KRRs of two attempts the same. What is
 * beneath a KRR that was seen by itself is judged with that one. */
static void rule_embedded_krr_altered(StoryJudge *judge, const StoryNegotiation *negotiation,
                                      const StoryAttempt *attempt)
{
    for (guint i = 0; i < attempt->krrs->len && i < MAX_COMPARED; i++) {
        const StoryKrr *krr = g_ptr_array_index(attempt->krrs, i);
        for (const StoryKrr *inner = krr->embeds; inner && !inner->seen_alone;
             inner = inner->embeds) {
            const StoryKrr *seen = claimed_krr(attempt, krr, inner);
            if (seen && !may_be_two_devices(judge, attempt, inner, seen)) {
                embedded_krr_altered(judge, negotiation, krr, inner, seen);
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

/* May a server have sent one request because it received the other? The clocks of two captures may
 *  differ. */
static bool may_follow(const StoryLeg *in, const StoryLeg *out)
{
    gint64 tolerance = in->request.capture == out->request.capture ? 0 : STORY_MAX_CLOCK_OFFSET;

    return !in->has_request || !out->has_request ||
           in->request.time_ns - out->request.time_ns <= tolerance;
}

/* Does a leg lead onwards from the server that was asked on another one? Not where it leads back:
 *  two users behind one address translator look like one server. */
static bool leads_onwards(const StoryJudge *judge, const StoryLeg *in, const StoryLeg *out)
{
    return out != in && same_address(judge, in->destination, out->source) &&
           !same_address(judge, in->source, out->source) &&
           !same_address(judge, in->source, out->destination) && may_follow(in, out);
}

/* The legs of the attempt on which the server that was asked on a leg asked on, or was answered as if
 *  it had. Where all run on one address nothing can be told. */
static GPtrArray *legs_onwards(const StoryJudge *judge, const StoryAttempt *attempt,
                               const StoryLeg *in)
{
    GPtrArray *out = g_ptr_array_new();

    for (guint i = 0; i < attempt->legs->len && i < MAX_LEGS; i++) {
        StoryLeg *leg = g_ptr_array_index(attempt->legs, i);
        if (!g_str_equal(in->source, in->destination) && leads_onwards(judge, in, leg)) {
            g_ptr_array_add(out, leg);
        }
    }
    return out;
}

/* Had a server received a KRR by some time, this one or another? Then it did not reject the offer
 *  afresh. */
static bool had_received(const Server *server, StoryFrame sent)
{
    for (guint i = 0; i < server->out->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(server->out, i);
        if (leg->krrs->len > 0 &&
            (g_array_index(leg->krr_frames, StoryFrame, 0).capture != sent.capture ||
             story_frame_compare(&g_array_index(leg->krr_frames, StoryFrame, 0), &sent) < 0)) {
            return true;
        }
    }
    return false;
}

static const KmsEntity *creator_of(const StoryJudge *judge, const StoryKrr *krr)
{
    const char *creator = krr_text(krr->krr, KRR_ELEMENT_CREATOR);

    return creator ? kms_policy_entity(judge->policy, creator) : NULL;
}

/* Was a KRR made by the entity at the place where it was answered? Only the policy can tell: a KRR
 *  may also have come in on a branch that was not captured. */
static bool made_by_server(const StoryJudge *judge, const Server *server, const StoryKrr *krr)
{
    const KmsEntity *entity = creator_of(judge, krr);

    return entity && entity == kms_policy_entity_at(judge->policy, server->in->destination);
}

/* A request that the server was seen to send onwards, or NULL. */
static const StoryLeg *asked_on(const Server *server)
{
    for (guint i = 0; i < server->out->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(server->out, i);
        if (leg->has_request) {
            return leg;
        }
    }
    return NULL;
}

static void rule_offer_forwarded_after_krr(StoryJudge *judge, const Server *server)
{
    const StoryLeg *onwards = asked_on(server);

    for (guint i = 0; onwards && i < server->in->krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(server->in->krrs, i);
        StoryFrame sent = g_array_index(server->in->krr_frames, StoryFrame, i);
        if (krr->embeds || had_received(server, sent) || !made_by_server(judge, server, krr)) {
            continue;
        }
        GArray *frames = evidence_new();
        evidence_add(frames, sent);
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

/* What could not be judged, counted. */
typedef struct PathGaps {
    guint open;   /* the capture ends before the answer */
    guint branch; /* the answer may be that of a branch that was not captured */
} PathGaps;

/* Is a KRR the same as another, or does it embed that one at some depth? An embedded one that was
 *  altered is told by embedded-krr-altered. */
static bool holds(const StoryKrr *sent, const StoryKrr *krr)
{
    for (const StoryKrr *inner = sent; inner; inner = inner->embeds) {
        if (inner == krr || (inner != sent && same_claim(inner->krr, krr->krr))) {
            return true;
        }
    }
    return false;
}

/* Did the server pass a KRR on, on any leg on which it was asked? A request that is repeated, with
 *  credentials or over another transport, is a leg of its own. */
static bool passed_on(const StoryJudge *judge, const Server *server, const StoryKrr *krr)
{
    const GPtrArray *legs = server->attempt->legs;

    for (guint i = 0; i < legs->len && i < MAX_LEGS; i++) {
        const StoryLeg *leg = g_ptr_array_index(legs, i);
        if (!same_address(judge, leg->destination, server->in->destination)) {
            continue;
        }
        for (guint k = 0; k < leg->krrs->len; k++) {
            if (holds(leg->krrs->pdata[k], krr)) {
                return true;
            }
        }
    }
    return false;
}

/* Did the server answer before the KRR came in? The clocks of two captures may differ, so there it
 *  counts how long each leg took. */
static bool came_too_late(const StoryLeg *in, const StoryLeg *out, StoryFrame arrived)
{
    if (!in->has_response || in->status < 200) {
        return false;
    }
    if (in->response.capture == arrived.capture || !in->has_request || !out->has_request) {
        return story_frame_compare(&in->response, &arrived) < 0;
    }
    return arrived.time_ns - out->request.time_ns > in->response.time_ns - in->request.time_ns;
}

/* Does a server owe a KRR to whom asked it? Not where the call came about on another branch or was
 *  cancelled, where credentials were wanted first, or where its answer cannot be read. */
static bool owes_krr(const StoryLeg *in, const StoryLeg *out, StoryFrame arrived)
{
    bool other_end = (in->status >= 200 && in->status < 300) || in->status == 401 ||
                     in->status == 407 || in->status == 487;

    return !other_end && !in->answer_unreadable && !came_too_late(in, out, arrived);
}

/* Did a KRR come straight from a device of the receiver? Of these there may be several. */
static bool is_from_device(const StoryJudge *judge, const Server *server, const StoryLeg *out,
                           const StoryKrr *krr)
{
    const KmsEntity *entity = kms_policy_entity_at(judge->policy, out->destination);
    g_autoptr(GPtrArray) further = legs_onwards(judge, server->attempt, out);

    return krr_is_from_receiver(judge->policy, krr->krr) && further->len == 0 &&
           (!entity || entity->role == KMS_ENTITY_CLIENT);
}

/* Was a KRR made by an entity that the policy places elsewhere, and that did not make the other? */
static bool is_made_elsewhere(const StoryJudge *judge, const Server *server, const StoryKrr *krr,
                              const StoryKrr *received_krr)
{
    const KmsEntity *entity = creator_of(judge, krr);

    return entity && entity->addresses[0] && entity != creator_of(judge, received_krr) &&
           !g_strv_contains((const char *const *)entity->addresses, server->in->destination);
}

/* May a server that received one KRR have taken the one that it sent, or what that embeds, from a
 *  branch that was not captured: from another device of the receiver, or another server? */
static bool may_be_of_another_branch(const StoryJudge *judge, const Server *server,
                                     const StoryLeg *out, const StoryKrr *sent)
{
    const StoryKrr *krr = g_ptr_array_index(out->krrs, 0);

    for (const StoryKrr *inner = sent; inner; inner = inner->embeds) {
        if (same_claim(inner->krr, krr->krr)) {
            return may_be_two_devices(judge, server->attempt, inner, krr);
        }
        if (inner != sent && inner->seen_alone) {
            return false;
        }
        if (is_made_elsewhere(judge, server, inner, krr) ||
            (krr_is_from_receiver(judge->policy, inner->krr) &&
             is_from_device(judge, server, out, krr))) {
            return true;
        }
    }
    return false;
}

static bool is_final_refusal(const StoryLeg *leg)
{
    return leg->status >= 300;
}

/* Is it an answer that a person gives, perhaps on another device? */
static bool is_declined(guint status)
{
    return status == 486 || status == 600 || status == 603;
}

/* Would the capture have shown an answer on that hop after a KRR went in? Only where what the server
 *  sends there was seen at all: the two directions may have taken different ways. */
static bool would_have_shown(const StoryJudge *judge, const StoryLeg *in, StoryFrame krr)
{
    gint64 window = kms_policy_window(judge->policy) * STORY_SECOND;
    gint64 last = ledger_hop_last_ns(judge->ledger, in->destination, in->source);

    return last > krr.time_ns && last - krr.time_ns > window;
}

static void received_krr_not_embedded(StoryJudge *judge, const Server *server, const StoryLeg *out)
{
    const StoryKrr *krr = g_ptr_array_index(out->krrs, 0);
    const StoryKrr *sent = g_ptr_array_index(server->in->krrs, 0);
    StorySubject subject = {server->negotiation, sent, server->attempt->offer};
    GArray *frames = evidence_new();

    evidence_add(frames, g_array_index(out->krr_frames, StoryFrame, 0));
    evidence_add(frames, g_array_index(server->in->krr_frames, StoryFrame, 0));
    story_fire(judge, KRR_RULE_RECEIVED_KRR_NOT_EMBEDDED, subject, frames,
               g_strdup("A server that replaces a KRR embeds the one that it received."),
               g_strdup_printf("The server at %s received krr-%u and sent krr-%u, which does not "
                               "embed it.",
                               out->source, krr->number, sent->number));
}

static void krr_not_forwarded(StoryJudge *judge, const Server *server, const StoryLeg *out)
{
    const StoryLeg *in = server->in;
    const StoryKrr *krr = g_ptr_array_index(out->krrs, 0);
    StorySubject subject = {server->negotiation, krr, server->attempt->offer};
    GArray *frames = evidence_new();
    g_autofree char *answer = is_final_refusal(in)
                                  ? g_strdup_printf("it answered %u without a KRR", in->status)
                                  : g_strdup("it gave no final answer");

    evidence_add(frames, g_array_index(out->krr_frames, StoryFrame, 0));
    evidence_add(frames, in->has_response ? in->response : in->request);
    story_fire(judge, KRR_RULE_KRR_NOT_FORWARDED, subject, frames,
               g_strdup("Whoever receives a KRR forwards it, or one that embeds it, towards the "
                        "initiator."),
               g_strdup_printf("krr-%u reached the server at %s; towards %s %s.", krr->number,
                               out->source, in->source, answer));
}

/* Where a server asked on several branches, it may have good reasons to answer with another one. */
static void judge_passing_on(StoryJudge *judge, const Server *server, PathGaps *gaps)
{
    const StoryLeg *in = server->in;
    const StoryLeg *out = server->out->len == 1 ? server->out->pdata[0] : NULL;

    if (!out || out->krrs->len != 1 || passed_on(judge, server, out->krrs->pdata[0])) {
        return;
    }
    const StoryKrr *krr = out->krrs->pdata[0];
    StoryFrame arrived = g_array_index(out->krr_frames, StoryFrame, 0);
    if (!owes_krr(in, out, arrived)) {
        return;
    }
    if (in->krrs->len > 0) {
        if (may_be_of_another_branch(judge, server, out, in->krrs->pdata[0])) {
            gaps->branch++;
        } else {
            received_krr_not_embedded(judge, server, out);
        }
    } else if (is_declined(in->status) && is_from_device(judge, server, out, krr)) {
        gaps->branch++;
    } else if (is_final_refusal(in) || would_have_shown(judge, in, arrived)) {
        krr_not_forwarded(judge, server, out);
    } else {
        gaps->open++;
    }
}

static void judge_attempts(StoryJudge *judge, const StoryNegotiation *negotiation, PathGaps *gaps)
{
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        const StoryAttempt *attempt = g_ptr_array_index(negotiation->attempts, i);
        rule_embedded_krr_altered(judge, negotiation, attempt);
        for (guint k = 0; attempt->offer && k < attempt->legs->len && k < MAX_LEGS; k++) {
            const StoryLeg *in = g_ptr_array_index(attempt->legs, k);
            g_autoptr(GPtrArray) out = legs_onwards(judge, attempt, in);
            const Server server = {negotiation, attempt, in, out};
            rule_offer_forwarded_after_krr(judge, &server);
            judge_passing_on(judge, &server, gaps);
        }
    }
}

static void note_gaps(StoryJudge *judge, const PathGaps *gaps)
{
    if (gaps->open > 0) {
        story_gap(
            judge, KRR_RULE_KRR_NOT_FORWARDED,
            g_strdup_printf("The capture ends before %u server%s would have had to pass a KRR "
                            "on.",
                            gaps->open, gaps->open == 1 ? "" : "s"));
    }
    if (gaps->branch > 0) {
        story_gap(
            judge, KRR_RULE_RECEIVED_KRR_NOT_EMBEDDED,
            g_strdup_printf("%u server%s may have answered as another branch of the call did, "
                            "which the capture does not show.",
                            gaps->branch, gaps->branch == 1 ? "" : "s"));
    }
}

void rules_path_judge(StoryJudge *judge)
{
    const GPtrArray *negotiations = ledger_negotiations(judge->ledger);
    PathGaps gaps = {0};

    for (guint i = 0; i < negotiations->len; i++) {
        judge_attempts(judge, g_ptr_array_index(negotiations, i), &gaps);
    }
    note_gaps(judge, &gaps);
}
