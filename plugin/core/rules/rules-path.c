/* rules-path.c
 * The rules that compare what was seen on several hops
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "core/rules/krr-claim.h"
#include "core/rules/krr-creator.h"
#include "core/rules/rule-functions.h"
#include "core/rules/rule-words.h"

/* KRRs, and legs, of one attempt that are compared with each other: an attacker may send very
 * many. */
#define MAX_COMPARED 256

/* ---- two KRRs that claim to be one ---- */

/* Was a KRR dated to the second only? Then two of them may well be of the same second. */
static bool has_whole_seconds(const Krr *krr)
{
    return !strchr(krr_text(krr, KRR_ELEMENT_TIME), '.');
}

/* Did the server that received a KRR ask anywhere else, where no answer was captured? */
static bool has_silent_branch(const StoryAttempt *attempt, const StoryKrr *krr)
{
    const StoryLeg *from = krr->legs->len > 0 ? g_ptr_array_index(krr->legs, 0) : NULL;

    for (guint i = 0; from && i < attempt->legs->len && i < MAX_COMPARED; i++) {
        const StoryLeg *leg = story_leg_at(attempt->legs, i);
        if (leg != from && g_str_equal(leg->source, from->source) && leg->krrs->len == 0 &&
            (leg->status < 200 || leg->answer_unreadable)) {
            return true;
        }
    }
    return false;
}

/* May two KRRs that claim to be one be those of two devices of the receiver, which were asked at
 * the same time? Where they say the same, or where one of these was asked and its answer not
 * captured. */
static bool may_be_two_devices(const StoryJudge *judge, const StoryAttempt *attempt,
                               const StoryKrr *other, const StoryKrr *seen)
{
    if (krr_same_signer(other->krr, seen->krr)) {
        return true;
    }
    if (!krr_is_from_receiver(judge->policy, seen->krr) || !has_whole_seconds(seen->krr) ||
        other->krr->signature.present || seen->krr->signature.present) {
        return false;
    }
    g_autofree char *what = krr_claim_differences(other->krr, seen->krr);
    return !what[0] || has_silent_branch(attempt, seen);
}

/* ---- embedded-krr-altered ---- */

/* The KRR of an attempt that claims to be the embedded one and is not; NULL where there is none. */
static const StoryKrr *claimed_krr(const StoryAttempt *attempt, const StoryKrr *krr,
                                   const StoryKrr *embedded)
{
    for (guint i = 0; i < attempt->krrs->len && i < MAX_COMPARED; i++) {
        const StoryKrr *seen = story_krr_at(attempt->krrs, i);
        if (seen != krr && seen != embedded && krr_same_claim(embedded->krr, seen->krr)) {
            return seen;
        }
    }
    return NULL;
}

static void say_altered(StoryJudge *judge, const StoryNegotiation *negotiation, const StoryKrr *krr,
                        const StoryKrr *embedded, const StoryKrr *seen)
{
    GArray *frames = evidence_new();
    g_autofree char *what = krr_claim_differences(embedded->krr, seen->krr);
    StorySubject subject = {.negotiation = negotiation, .krr = krr};

    evidence_add(frames, seen->first_alone);
    evidence_add(frames, krr->first_alone);
    audit_add_finding(
        judge, KRR_RULE_EMBEDDED_KRR_ALTERED, subject, frames,
        rule_words("A new KRR contains the received KRR as it was received."),
        rule_words("krr-%u embeds krr-%u, which claims to be krr-%u but differs from it%s.",
                   krr->number, embedded->number, seen->number,
                   what[0] ? what : "; its values are the same, but the text was rewritten"));
}

/* Clause 7.2.1.3.2.4, note: the new KRR contains the received KRR. Silent where: the two may be
 * of two devices of the receiver, or of two attempts, since who writes whole seconds may well
 * date the KRRs of two attempts the same. What is beneath a KRR that was seen by itself is
 * judged with that one. */
void rule_embedded_krr_altered(StoryJudge *judge, const StoryNegotiation *negotiation,
                               const StoryAttempt *attempt)
{
    for (guint i = 0; i < attempt->krrs->len && i < MAX_COMPARED; i++) {
        const StoryKrr *krr = story_krr_at(attempt->krrs, i);
        for (const StoryKrr *inner = krr->embeds; inner && !inner->seen_alone;
             inner = inner->embeds) {
            const StoryKrr *seen = claimed_krr(attempt, krr, inner);
            if (seen && !may_be_two_devices(judge, attempt, inner, seen)) {
                say_altered(judge, negotiation, krr, inner, seen);
                break;
            }
        }
    }
}

/* ---- offer-forwarded-after-krr ---- */

static void say_forwarded(StoryJudge *judge, const PathServer *server, const StoryKrr *krr,
                          StoryFrame sent, const StoryLeg *onwards)
{
    StorySubject subject = {server->negotiation, krr, server->attempt->offer};
    GArray *frames = evidence_new();

    evidence_add(frames, sent);
    evidence_add(frames, onwards->request);
    audit_add_finding(
        judge, KRR_RULE_OFFER_FORWARDED_AFTER_KRR, subject, frames,
        rule_words("Whoever creates a KRR drops the offer that it rejects."),
        rule_words("%pQ answered the offer with krr-%u, and sent it on from %s to %s.",
                   krr_text(krr->krr, KRR_ELEMENT_CREATOR), krr->number, onwards->source,
                   onwards->destination));
}

/* Clause 7.2.1.3.2.3, last paragraph: a network entity that creates a KRR drops the received
 * MIKEY message. Silent where: the policy does not say that the creator is at that address; the
 * server had received a KRR before, so that it did not reject the offer afresh; or its KRR
 * embeds one. */
void rule_offer_forwarded_after_krr(StoryJudge *judge, const PathServer *server)
{
    const StoryLeg *onwards = path_asked_on(server);

    for (guint i = 0; onwards && i < server->in->krrs->len; i++) {
        const StoryKrr *krr = story_krr_at(server->in->krrs, i);
        StoryFrame sent = *story_frame_at(server->in->krr_frames, i);
        if (!krr->embeds && !path_had_received(server, sent) &&
            path_made_by_server(judge, server, krr)) {
            say_forwarded(judge, server, krr, sent, onwards);
        }
    }
}

/* ---- krr-not-forwarded ---- */

static bool is_final_refusal(const StoryLeg *leg)
{
    return leg->status >= 300;
}

/* Is it an answer that a person gives, perhaps on another device? */
static bool is_declined(guint status)
{
    return status == 486 || status == 600 || status == 603;
}

/* May the answer without a KRR be that of a person, on another device than the one which sent
 * the KRR? */
static bool may_be_declined(const StoryJudge *judge, const PathServer *server)
{
    const StoryLeg *out = server->withheld;

    return is_declined(server->in->status) &&
           path_is_from_device(judge, server, out, g_ptr_array_index(out->krrs, 0));
}

/* Would the capture have shown an answer on that hop after a KRR went in? Only where what the
 * server sends there was seen at all: the two directions may have taken different ways. */
static bool would_have_shown(const StoryJudge *judge, const StoryLeg *in, StoryFrame krr)
{
    gint64 last = ledger_hop_last_ns(judge->ledger, in->destination, in->source);

    return last > krr.time_ns && last - krr.time_ns > story_window_ns(judge->policy);
}

static void say_not_forwarded(StoryJudge *judge, const PathServer *server)
{
    const StoryLeg *in = server->in;
    const StoryLeg *out = server->withheld;
    const StoryKrr *krr = story_krr_at(out->krrs, 0);
    StorySubject subject = {server->negotiation, krr, server->attempt->offer};
    GArray *frames = evidence_new();
    g_autofree char *answer = is_final_refusal(in)
                                  ? rule_words("it answered %u without a KRR", in->status)
                                  : rule_words("it gave no final answer");

    evidence_add(frames, *story_frame_at(out->krr_frames, 0));
    evidence_add(frames, in->has_response ? in->response : in->request);
    audit_add_finding(judge, KRR_RULE_KRR_NOT_FORWARDED, subject, frames,
                      rule_words("Whoever receives a KRR forwards it, or one that embeds it, "
                                 "towards the initiator."),
                      rule_words("krr-%u reached the server at %s; towards %s %s.", krr->number,
                                 out->source, in->source, answer));
}

/* Clauses 7.2.1.3.2.3 and 7.2.1.3.2.4, last paragraphs: entities in the path that receive a KRR
 * forward it towards IDRi. Silent where: the server sent another KRR, which is
 * received-krr-not-embedded; it asked on several branches, or may have answered as another one
 * did; the call came about or was cancelled; or the capture ends before it would show the
 * answer, which is a gap. */
void rule_krr_not_forwarded(StoryJudge *judge, const PathServer *server)
{
    const StoryLeg *in = server->in;
    const StoryLeg *out = server->withheld;

    if (!out || in->krrs->len > 0 || may_be_declined(judge, server)) {
        return;
    }
    if (is_final_refusal(in) || would_have_shown(judge, in, *story_frame_at(out->krr_frames, 0))) {
        say_not_forwarded(judge, server);
    } else {
        audit_count_gap(judge, KRR_RULE_KRR_NOT_FORWARDED, AUDIT_GAP_CAPTURE_ENDS);
    }
}

/* ---- received-krr-not-embedded ---- */

/* May a server that received one KRR have taken the one that it sent, or what that embeds, from a
 * branch that was not captured: from another device of the receiver, or another server? */
static bool may_be_of_another_branch(const StoryJudge *judge, const PathServer *server,
                                     const StoryKrr *sent)
{
    const StoryLeg *out = server->withheld;
    const StoryKrr *krr = story_krr_at(out->krrs, 0);

    for (const StoryKrr *inner = sent; inner; inner = inner->embeds) {
        if (krr_same_claim(inner->krr, krr->krr)) {
            return may_be_two_devices(judge, server->attempt, inner, krr);
        }
        if (inner != sent && inner->seen_alone) {
            return false;
        }
        if (path_made_elsewhere(judge, server, inner, krr) ||
            (krr_is_from_receiver(judge->policy, inner->krr) &&
             path_is_from_device(judge, server, out, krr))) {
            return true;
        }
    }
    return false;
}

static void say_not_embedded(StoryJudge *judge, const PathServer *server, const StoryKrr *sent)
{
    const StoryLeg *out = server->withheld;
    const StoryKrr *krr = story_krr_at(out->krrs, 0);
    StorySubject subject = {server->negotiation, sent, server->attempt->offer};
    GArray *frames = evidence_new();

    evidence_add(frames, *story_frame_at(out->krr_frames, 0));
    evidence_add(frames, *story_frame_at(server->in->krr_frames, 0));
    audit_add_finding(
        judge, KRR_RULE_RECEIVED_KRR_NOT_EMBEDDED, subject, frames,
        rule_words("A server that replaces a KRR embeds the one that it received."),
        rule_words("The server at %s received krr-%u and sent krr-%u, which does not embed it.",
                   out->source, krr->number, sent->number));
}

/* Clause 7.2.1.3.2.4, note: the new KRR contains the received KRR. Silent where: the server sent
 * no KRR, which is krr-not-forwarded; it asked on several branches, or may have answered as
 * another one did, of which at least the answer was not captured, which is a gap. */
void rule_received_krr_not_embedded(StoryJudge *judge, const PathServer *server)
{
    const StoryKrr *sent =
        server->in->krrs->len > 0 ? g_ptr_array_index(server->in->krrs, 0) : NULL;

    if (!server->withheld) {
        return;
    }
    if (sent ? may_be_of_another_branch(judge, server, sent) : may_be_declined(judge, server)) {
        audit_count_gap(judge, KRR_RULE_RECEIVED_KRR_NOT_EMBEDDED, AUDIT_GAP_OTHER_BRANCH);
    } else if (sent) {
        say_not_embedded(judge, server, sent);
    }
}
