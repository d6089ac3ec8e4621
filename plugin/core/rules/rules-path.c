/* rules-path.c
 * The rules that compare what was seen on several hops
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "core/rules/krr-claim.h"
#include "core/rules/krr-creator.h"
#include "core/rules/retry.h"
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

static bool is_final_answer(const StoryLeg *leg)
{
    return leg->status >= 200;
}

/* Is it an answer that a person gives, perhaps on another device? */
static bool is_declined(guint status)
{
    return status == 486 || status == 600 || status == 603;
}

/* May the answer without a KRR be that of a person, on another device than the one which sent
 * the KRR, whose branch was not captured at all? */
static bool may_be_declined(const StoryJudge *judge, const PathServer *server)
{
    return server->out->len == 1 && is_declined(server->in->status) &&
           path_is_from_device(judge, server, server->withheld, server->krr);
}

/* Would the capture have shown an answer on that hop after a KRR went in? Only where what the
 * server sends there was seen at all: the two directions may have taken different ways. */
static bool would_have_shown(const StoryJudge *judge, const StoryLeg *in, StoryFrame krr)
{
    gint64 last = ledger_hop_last_ns(judge->ledger, in->destination, in->source);

    return last > krr.time_ns && last - krr.time_ns > story_window_ns(judge->policy);
}

/* Did the initiator act as the KRR tells it to, and not as it had before? Then the KRR had reached it,
 * whatever the capture lacks. */
static bool was_obeyed(const PathServer *server)
{
    GPtrArray *attempts = server->negotiation->attempts;
    guint place;

    if (!story_krr_forbids_pair(server->krr, server->attempt) ||
        !g_ptr_array_find(attempts, server->attempt, &place) || place + 1 >= attempts->len) {
        return false;
    }
    const StoryAttempt *next = story_attempt_at(attempts, place + 1);
    return !story_same_pair(server->attempt, next) && !story_krr_forbids_pair(server->krr, next);
}

/* What a finding or a doubt says: where the KRR went in, and what came out instead. */
typedef struct Withholding {
    StorySubject subject;
    GArray *frames;
    char *expected;
    char *what; /* the first half of the sentence; the caller's to free */
} Withholding;

static Withholding describe_withholding(const PathServer *server)
{
    const StoryLeg *in = server->in;
    Withholding about = {.subject = {server->negotiation, server->krr, server->attempt->offer},
                         .frames = evidence_new()};
    g_autofree char *answer = is_final_answer(in)
                                  ? rule_words("it answered %u without a KRR", in->status)
                                  : rule_words("it gave no final answer");

    evidence_add(about.frames, server->arrived);
    evidence_add(about.frames, in->has_response ? in->response : in->request);
    about.expected = rule_words("Whoever receives a KRR forwards it, or one that embeds it, "
                                "towards the initiator.");
    const char *stripped = "";
    if (story_attempt_lost_offer(server->attempt, server->withheld)) {
        stripped = ", which had taken the offer out of the request";
        evidence_add(about.frames, server->withheld->request);
    }
    about.what = rule_words("krr-%u reached the server at %s%s; towards %s %s", server->krr->number,
                            server->withheld->source, stripped, in->source, answer);
    return about;
}

static void say_not_forwarded(StoryJudge *judge, const PathServer *server)
{
    Withholding about = describe_withholding(server);
    g_autofree char *what = about.what;
    g_autofree char *more =
        server->hunted ? rule_words(", and it offered anew to %s what the KRR had rejected",
                                    server->hunted->destination)
                       : g_strdup("");

    if (server->hunted) {
        evidence_add(about.frames, server->hunted->request);
    }
    audit_add_finding(judge, KRR_RULE_KRR_NOT_FORWARDED, about.subject, about.frames,
                      about.expected, rule_words("%s%s.", what, more));
}

/* @param why  a clause that follows the sentence; taken over */
static void doubt_not_forwarded(StoryJudge *judge, const PathServer *server, StoryFrame settles,
                                char *why)
{
    Withholding about = describe_withholding(server);
    g_autofree char *what = about.what;

    evidence_add(about.frames, settles);
    audit_add_doubt(judge, KRR_RULE_KRR_NOT_FORWARDED, about.subject, about.frames, about.expected,
                    rule_words("%s. In doubt: %s", what, why));
    g_free(why);
}

/* The server answered, and not with a KRR. */
static void judge_answer(StoryJudge *judge, const PathServer *server)
{
    if (server->branch && !server->hunted) {
        doubt_not_forwarded(
            judge, server, server->branch->response,
            rule_words("%s had answered %u on another branch, and a proxy may choose "
                       "that answer. The KRR ended here.",
                       server->branch->destination, server->branch->status));
    } else {
        say_not_forwarded(judge, server);
    }
}

/* No final answer of the server was captured. */
static void judge_silence(StoryJudge *judge, const PathServer *server)
{
    const StoryLeg *in = server->in;

    if (was_obeyed(server)) {
        return;
    }
    if (in->acknowledged) {
        doubt_not_forwarded(judge, server, server->arrived,
                            rule_words("an ACK shows that a final answer came, which the capture "
                                       "lacks. Another capture of that hop would settle it."));
    } else if (!would_have_shown(judge, in, server->arrived)) {
        doubt_not_forwarded(judge, server, server->arrived,
                            rule_words("the capture ends before it would have shown an answer. A "
                                       "longer one of that hop would settle it."));
    } else if (ledger_has_losses_elsewhere(judge->ledger, in->destination)) {
        doubt_not_forwarded(judge, server, server->arrived,
                            rule_words("the capture lacks messages of hops of others too. Another "
                                       "capture of that hop would settle it."));
    } else if (ledger_hop_has_losses(judge->ledger, in->source, in->destination)) {
        doubt_not_forwarded(judge, server, server->arrived,
                            rule_words("the capture lacks other messages of that hop too. Another "
                                       "capture of it would settle it."));
    } else {
        say_not_forwarded(judge, server);
    }
}

/* Clauses 7.2.1.3.2.3 and 7.2.1.3.2.4, last paragraphs: entities in the path that receive a KRR
 * forward it towards IDRi. Silent where: the server sent another KRR, which is
 * received-krr-not-embedded; the call came about or was cancelled; a person may have declined it on a
 * device that the capture does not show; or the initiator acted on the KRR. A doubt where: another
 * branch was answered as the server did, or the capture lacks, or may lack, its answer. */
void rule_krr_not_forwarded(StoryJudge *judge, const PathServer *server)
{
    if (!server->withheld || server->in->krrs->len > 0 || may_be_declined(judge, server)) {
        return;
    }
    if (is_final_answer(server->in)) {
        judge_answer(judge, server);
    } else {
        judge_silence(judge, server);
    }
}

/* ---- received-krr-not-embedded ---- */

/* Is a KRR embedded in one that the server received, at whatever depth? Then it took the outer one off. */
static const StoryKrr *unwrapped_from(const PathServer *server, const StoryKrr *sent)
{
    for (guint i = 0; i < server->out->len; i++) {
        const StoryLeg *out = story_leg_at(server->out, i);
        for (guint k = 0; k < out->krrs->len && k < MAX_COMPARED; k++) {
            const StoryKrr *received = story_krr_at(out->krrs, k);
            for (const StoryKrr *inner = received->embeds; inner; inner = inner->embeds) {
                if (inner == sent) {
                    return received;
                }
            }
        }
    }
    return NULL;
}

/* May a server have taken the KRR that it sent, or what that embeds, from a branch that was not
 * captured: from another device of the receiver, or another server? */
static bool may_be_of_another_branch(const StoryJudge *judge, const PathServer *server,
                                     const StoryKrr *sent)
{
    const StoryLeg *out = server->withheld;
    const StoryKrr *krr = server->krr;

    for (const StoryKrr *inner = sent; inner; inner = inner->embeds) {
        if (krr_same_claim(inner->krr, krr->krr)) {
            return may_be_two_devices(judge, server->attempt, inner, krr);
        }
        if (inner != sent && inner->seen_alone) {
            return false;
        }
        if (path_made_elsewhere(judge, server, inner, krr) ||
            (krr_is_from_receiver(judge->policy, inner->krr) &&
             path_is_from_device(judge, server, out, krr)) ||
            (server->silent && !path_made_by_server(judge, server, inner))) {
            return true;
        }
    }
    return false;
}

/* What both a finding and a doubt say. */
static GArray *exchange_frames(const PathServer *server)
{
    GArray *frames = evidence_new();

    evidence_add(frames, server->arrived);
    evidence_add(frames, *story_frame_at(server->in->krr_frames, 0));
    return frames;
}

static const char embedding_expected[] = "A server that replaces a KRR embeds the one that it "
                                         "received.";

static void say_not_embedded(StoryJudge *judge, const PathServer *server, const StoryKrr *sent,
                             const StoryKrr *outer)
{
    StorySubject subject = {server->negotiation, sent, server->attempt->offer};

    audit_add_finding(
        judge, KRR_RULE_RECEIVED_KRR_NOT_EMBEDDED, subject, exchange_frames(server),
        rule_words(embedding_expected),
        outer ? rule_words("The server at %s received krr-%u and sent krr-%u, which it took out of "
                           "that one.",
                           server->withheld->source, outer->number, sent->number)
              : rule_words("The server at %s received krr-%u and sent krr-%u, which does not embed "
                           "it.",
                           server->withheld->source, server->krr->number, sent->number));
}

static void doubt_not_embedded(StoryJudge *judge, const PathServer *server, const StoryKrr *sent)
{
    StorySubject subject = {server->negotiation, sent, server->attempt->offer};

    audit_add_doubt(
        judge, KRR_RULE_RECEIVED_KRR_NOT_EMBEDDED, subject, exchange_frames(server),
        rule_words(embedding_expected),
        rule_words("The server at %s received krr-%u and sent krr-%u, which does not "
                   "embed it. In doubt: that one may have come on a branch that the "
                   "capture does not show. A capture of all of its hops would settle it.",
                   server->withheld->source, server->krr->number, sent->number));
}

/* Clause 7.2.1.3.2.4, note: the new KRR contains the received KRR. Silent where: the server sent
 * no KRR, which is krr-not-forwarded. A doubt where: it may have answered as another branch did, of
 * which at least the answer was not captured; a KRR of its own, or one that it took out of the
 * received one, can be of no branch. */
void rule_received_krr_not_embedded(StoryJudge *judge, const PathServer *server)
{
    const StoryKrr *sent =
        server->in->krrs->len > 0 ? g_ptr_array_index(server->in->krrs, 0) : NULL;

    if (!server->withheld || !sent) {
        return;
    }
    const StoryKrr *outer = unwrapped_from(server, sent);
    if (outer || !may_be_of_another_branch(judge, server, sent)) {
        say_not_embedded(judge, server, sent, outer);
    } else {
        doubt_not_embedded(judge, server, sent);
    }
}
