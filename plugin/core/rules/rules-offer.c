/* rules-offer.c
 * The rules that compare a KRR with the offer that it answers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/event/story-frames.h"
#include "core/rules/krr-claim.h"
#include "core/rules/request-answers.h"
#include "core/rules/rule-functions.h"
#include "core/rules/rule-words.h"

/* ---- ids-differ-from-offer ---- */

/* The four identities of a KRR and where an offer has them. */
typedef struct OfferField {
    KrrElement element;
    const char *text; /* NULL: not in the offer, or hidden */
    const char *uid;  /* NULL: not hidden */
    const char *kms;  /* the KMS of that user, for the UID */
} OfferField;

#define N_OFFER_FIELDS 4

static void offer_fields(const StoryOffer *offer, OfferField fields[N_OFFER_FIELDS])
{
    const MikeyOffer *facts = offer->facts;

    fields[0] = (OfferField){KRR_ELEMENT_IDRI, facts->idri, facts->uidi, facts->idrkmsi};
    fields[1] = (OfferField){KRR_ELEMENT_IDRR, facts->idrr, facts->uidr, facts->idrkmsr};
    fields[2] = (OfferField){KRR_ELEMENT_IDRKMSI, facts->idrkmsi, NULL, NULL};
    fields[3] = (OfferField){KRR_ELEMENT_IDRKMSR, facts->idrkmsr, NULL, NULL};
}

typedef enum Agreement { AGREES, DIFFERS, NOT_KNOWN } Agreement;

/* Is the identity in a KRR that which a UID stands for? That it cannot be recomputed proves
 * nothing unless another identity gives this UID: then it is that one's. */
static Agreement compare_uid(const StoryJudge *judge, const StoryOffer *offer,
                             const OfferField *field, const char *identity)
{
    if (g_ascii_strcasecmp(identity, field->uid) == 0) {
        return AGREES; /* the KRR itself speaks of the UID */
    }
    if (!field->kms || !offer->facts->has_time) {
        return NOT_KNOWN;
    }
    g_autofree char *match =
        mcx_uid_match(field->uid, identity, field->kms,
                      kms_policy_key_period(judge->policy, field->kms), offer->facts->time_ns);
    if (match) {
        return AGREES;
    }
    const char *resolved = field->element == KRR_ELEMENT_IDRI ? offer->idri : offer->idrr;
    return resolved ? DIFFERS : NOT_KNOWN;
}

static Agreement compare_field(const StoryJudge *judge, const StoryOffer *offer,
                               const OfferField *field, const StoryKrr *krr)
{
    const char *in_krr = krr_text(krr->krr, field->element);

    if (!in_krr || (!field->text && !field->uid)) {
        return NOT_KNOWN;
    }
    if (field->text) {
        return krr_same_value(field->element, in_krr, field->text) ? AGREES : DIFFERS;
    }
    return compare_uid(judge, offer, field, in_krr);
}

/* How an offer and a KRR differ, as a sentence; NULL where they do not. Caller frees.
 * @param count  out: in how many of the four */
static char *difference(const StoryJudge *judge, const StoryOffer *offer, const StoryKrr *krr,
                        guint *count)
{
    OfferField fields[N_OFFER_FIELDS];
    GString *text = g_string_new(NULL);

    *count = 0;
    offer_fields(offer, fields);
    for (guint i = 0; i < N_OFFER_FIELDS; i++) {
        if (compare_field(judge, offer, &fields[i], krr) != DIFFERS) {
            continue;
        }
        const char *hidden = fields[i].element == KRR_ELEMENT_IDRI ? offer->idri : offer->idrr;
        rule_words_append(text, "%s%s is %pQ in the KRR and %pQ in the offer", *count ? "; " : "",
                          rule_identity_name(fields[i].element),
                          krr_text(krr->krr, fields[i].element),
                          fields[i].text ? fields[i].text : hidden);
        (*count)++;
    }
    return g_string_free(text, *count == 0);
}

/* The offer of a request that a KRR differs from least, and how; NULL where it fits one. */
static char *least_difference(const StoryJudge *judge, const StoryLeg *leg, const StoryKrr *krr,
                              const StoryOffer **nearest)
{
    char *least = NULL;
    guint least_count = G_MAXUINT;

    for (guint i = 0; i < leg->offers->len; i++) {
        guint count;
        const StoryOffer *offer = story_offer_at(leg->offers, i);
        char *text = difference(judge, offer, krr, &count);
        if (count < least_count) {
            g_free(least);
            least = text;
            least_count = count;
            *nearest = offer;
        } else {
            g_free(text);
        }
    }
    return least;
}

/* Did any request that the KRR answers carry an offer, as far as the capture shows? */
static bool answers_offer(const StoryJudge *judge, const StoryKrr *krr)
{
    for (guint i = 0; i < krr->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(krr->legs, i);
        if (leg->offers->len > 0 ||
            story_negotiation_lost_offer(story_subject_krr(judge, krr).negotiation, leg)) {
            return true;
        }
    }
    return false;
}

/* Clause 7.2.1.3.2.1: the KRR states IDRi, IDRr, IDRkmsi and IDRkmsr as used within the MIKEY
 * message that it answers. There is one finding for the KRR, with the frames of every leg where
 * it differs. Silent where: the request carried another offer that fits; the offer hides an
 * identity by a UID that nobody known has; or the offer is not in the capture, which is a gap. */
void rule_ids_differ_from_offer(StoryJudge *judge, const StoryKrr *krr)
{
    g_autoptr(GArray) frames = evidence_new();
    g_autofree char *observed = NULL;
    StorySubject subject = story_subject_krr(judge, krr);

    if (krr->legs->len > 0 && !answers_offer(judge, krr)) {
        audit_count_gap(judge, KRR_RULE_IDS_DIFFER_FROM_OFFER, AUDIT_GAP_OFFER_MISSING);
        return;
    }
    for (guint i = 0; i < krr->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(krr->legs, i);
        const StoryOffer *nearest = NULL;
        g_autofree char *text = least_difference(judge, leg, krr, &nearest);
        if (text) {
            evidence_add_answer(frames, leg, krr);
        }
        if (text && !observed) {
            observed = g_steal_pointer(&text);
            subject.offer = nearest;
        }
    }
    if (observed) {
        audit_add_finding(judge, KRR_RULE_IDS_DIFFER_FROM_OFFER, subject, g_steal_pointer(&frames),
                          rule_words("A KRR repeats the identities and KMSs of the offer that it "
                                     "answers."),
                          rule_words("krr-%u: %s.", krr->number, observed));
    }
}

/* ---- krr-older-than-offer ---- */

/* The first offer that a KRR answers; NULL: none was captured. */
static const StoryOffer *answered_offer(const StoryKrr *krr, const StoryLeg **leg)
{
    for (guint i = 0; i < krr->legs->len; i++) {
        *leg = story_leg_at(krr->legs, i);
        if ((*leg)->offers->len > 0) {
            return story_offer_at((*leg)->offers, 0);
        }
    }
    return NULL;
}

/* Is a KRR dated before an offer by more than clocks may differ? In microseconds, which always fit. */
static bool is_older(const StoryJudge *judge, const StoryKrr *krr, const StoryOffer *offer)
{
    const gint64 allowed = (gint64)kms_policy_clock_skew(judge->policy) * G_USEC_PER_SEC;
    const gint64 offered_ns = story_offer_first_frame(offer).time_ns - MAX(offer->shift_ns, 0);

    return krr->krr->time_valid && offered_ns / 1000 - krr->krr->time_ns / 1000 > allowed;
}

static void say_older(StoryJudge *judge, const StoryKrr *krr, const StoryKrr *inner,
                      const StoryLeg *leg, const StoryOffer *offer)
{
    GArray *frames = evidence_new();
    StorySubject subject = story_subject_krr(judge, krr);
    g_autofree char *embeds =
        inner == krr ? g_strdup("") : rule_words("embeds krr-%u, which ", inner->number);

    subject.offer = offer;
    evidence_add(frames, story_offer_first_frame(offer));
    evidence_add_answer(frames, leg, krr);
    audit_add_finding(judge, KRR_RULE_KRR_OLDER_THAN_OFFER, subject, frames,
                      rule_words("A KRR is made when the offer that it answers has come in, and so "
                                 "is one that it embeds."),
                      rule_words("krr-%u %sis dated %s, more than %u seconds before the offer.",
                                 krr->number, embeds, krr_text(inner->krr, KRR_ELEMENT_TIME),
                                 kms_policy_clock_skew(judge->policy)));
}

/* Clauses 7.2.1.3.2.3 and 7.2.1.3.2.4: a KRR is created on receipt of a MIKEY message, and embeds the KRR
 * that was received in answer to it. Silent where: the offer is not in the capture, or no time can be
 * read. */
void rule_krr_older_than_offer(StoryJudge *judge, const StoryKrr *krr)
{
    const StoryLeg *leg = NULL;
    const StoryOffer *offer = answered_offer(krr, &leg);

    for (const StoryKrr *inner = krr; offer && inner; inner = inner->embeds) {
        if (is_older(judge, inner, offer)) {
            say_older(judge, krr, inner, leg, offer);
            return;
        }
    }
}

/* ---- unsolicited-krr ---- */

/* A leg stands for its hop. */

static guint hop_hash(gconstpointer key)
{
    const StoryLeg *leg = key;

    return g_str_hash(leg->source) * 31 + g_str_hash(leg->destination);
}

static gboolean hop_equal(gconstpointer a, gconstpointer b)
{
    const StoryLeg *first = a, *second = b;

    return g_str_equal(first->source, second->source) &&
           g_str_equal(first->destination, second->destination);
}

/* Requests with offers by hop, in order of time: the first leg of a hop -> GPtrArray of
 * StoryLeg. */
static GHashTable *index_offers(const Ledger *ledger)
{
    GHashTable *index =
        g_hash_table_new_full(hop_hash, hop_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    const GPtrArray *legs = ledger_legs(ledger);

    for (guint i = 0; i < legs->len; i++) {
        StoryLeg *leg = story_leg_at(legs, i);
        if (!leg->has_request || leg->offers->len == 0) {
            continue;
        }
        GPtrArray *of_hop = g_hash_table_lookup(index, leg);
        if (!of_hop) {
            of_hop = g_ptr_array_new();
            g_hash_table_insert(index, leg, of_hop);
        }
        g_ptr_array_add(of_hop, leg);
    }
    return index;
}

/* Requests of a hop that are looked through for an offer, from the answer backwards. */
#define MAX_LOOK_BACK 256

/* The first leg of a hop whose request came after a time: an index into its legs. */
static guint first_leg_after(const GPtrArray *legs, gint64 time_ns)
{
    guint low = 0;
    guint high = legs->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (story_leg_at(legs, middle)->request.time_ns <= time_ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Had a request its final answer before a leg began? Not where that asks for credentials, or says that
 * the request is still worked on (202). */
static bool was_answered_before(const StoryLeg *asked, const StoryLeg *leg)
{
    const StoryFrame began = story_leg_first_frame(leg);

    return asked->status >= 200 && asked->status != 202 &&
           !story_asks_for_credentials(asked->status) && asked->response.capture == began.capture &&
           story_frame_compare(&asked->response, &began) < 0;
}

/* Did a request of the same hop, before that answer, carry an offer that the KRR could answer, and that
 * was not answered before?
 * @param over  out: the latest one that was answered before; NULL: none */
static bool hop_had_offer(StoryJudge *judge, const StoryLeg *answered, const StoryKrr *krr,
                          const StoryLeg **over)
{
    *over = NULL;
    if (!judge->offers_of_hop) {
        judge->offers_of_hop = index_offers(judge->ledger);
    }
    const GPtrArray *legs = g_hash_table_lookup(judge->offers_of_hop, answered);
    guint end = legs ? first_leg_after(legs, answered->response.time_ns) : 0;

    for (guint i = 0; i < end && i < MAX_LOOK_BACK; i++) {
        const StoryLeg *asked = story_leg_at(legs, end - 1 - i);
        const StoryOffer *nearest;
        g_autofree char *text = least_difference(judge, asked, krr, &nearest);
        if (!text && !was_answered_before(asked, answered)) {
            return true;
        }
        *over = !text && !*over ? asked : *over;
    }
    return false;
}

/* The requests with offers, as their senders know them: a set of request_key(). */
static GHashTable *index_requests(const Ledger *ledger)
{
    GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const GPtrArray *legs = ledger_legs(ledger);

    for (guint i = 0; i < legs->len; i++) {
        const StoryLeg *leg = story_leg_at(legs, i);
        if (leg->has_request && leg->offers->len > 0 && leg->branch) {
            g_hash_table_add(index, request_key(leg));
        }
    }
    return index;
}

/* Did the request of a leg, as its sender knows it, carry an offer on another leg? Answers may come from
 * another address than the request went to (RFC 3261, 17.1.3 and 18.1.2). */
static bool asked_at_other_address(StoryJudge *judge, const StoryLeg *leg)
{
    if (leg->has_request || !leg->branch) {
        return false;
    }
    if (!judge->requests_with_offers) {
        judge->requests_with_offers = index_requests(judge->ledger);
    }
    g_autofree char *key = request_key(leg);
    return g_hash_table_contains(judge->requests_with_offers, key);
}

/* What is said of an answer to a request that was not seen. */
static const char never_sent[] =
    "krr-%u answers a %s request that was never sent on this hop, as far "
    "as the capture shows.";

/* @param over  whose offer the KRR is for, and which had its answer before; NULL: none */
static void say_unsolicited(StoryJudge *judge, const StoryKrr *krr, const StoryLeg *leg,
                            const StoryLeg *over)
{
    GArray *frames = evidence_new();

    evidence_add_answer(frames, leg, krr);
    if (over) {
        evidence_add(frames, over->request);
        evidence_add(frames, over->response);
    }
    audit_add_finding(
        judge, KRR_RULE_UNSOLICITED_KRR, story_subject_krr(judge, krr), frames,
        rule_words("A KRR answers a request that carried an offer."),
        rule_words(leg->has_request ? "krr-%u answers a %s request without an offer." : never_sent,
                   krr->number, leg->method ? leg->method : "SIP"));
}

/* @param observed  taken over */
static void doubt_solicited(StoryJudge *judge, const StoryKrr *krr, const StoryLeg *leg,
                            char *observed)
{
    GArray *frames = evidence_new();

    evidence_add_answer(frames, leg, krr);
    audit_add_doubt(judge, KRR_RULE_UNSOLICITED_KRR, story_subject_krr(judge, krr), frames,
                    rule_words("A KRR answers a request that carried an offer."), observed);
}

static char *words_without_offer(const StoryKrr *krr, const StoryLeg *leg)
{
    return rule_words("krr-%u answers a %s request that %s had sent on to %s without the offer. In "
                      "doubt: how its "
                      "creator knew the offer. The message that brought it there would settle it.",
                      krr->number, leg->method ? leg->method : "SIP", leg->source,
                      leg->destination);
}

static char *words_request_missing(const StoryKrr *krr, const StoryLeg *leg)
{
    return rule_words(
        "krr-%u answers a %s request that the capture lacks, at least in part. In doubt: the "
        "request from %s to %s would settle it.",
        krr->number, leg->method ? leg->method : "SIP", leg->source, leg->destination);
}

/* Would the request of a leg be in the capture, had it been sent, and carry its offer there? */
static bool request_would_show(const StoryJudge *judge, const StoryLeg *leg)
{
    if (leg->has_request) {
        return leg->request_readable;
    }
    return leg->hop_was_in_view && !leg->provisional && !leg->acknowledged &&
           !ledger_hop_has_losses(judge->ledger, leg->source, leg->destination);
}

/* Clause 7.2.1.3.2.3: a KRR is created on receipt of a MIKEY message from the initiator. Silent
 * where: another request of that hop carried an offer that the KRR fits, and that had no answer yet;
 * or the request went to another address. A doubt where: the request was not captured, and nothing
 * proves that it would have been, or it could not be read; or a server had taken the offer out of it. */
void rule_unsolicited_krr(StoryJudge *judge, const StoryKrr *krr)
{
    for (guint i = 0; i < krr->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(krr->legs, i);
        const StoryLeg *over = NULL;
        if (leg->offers->len > 0 || hop_had_offer(judge, leg, krr, &over) ||
            asked_at_other_address(judge, leg)) {
            continue;
        }
        if (story_negotiation_lost_offer(story_subject_krr(judge, krr).negotiation, leg)) {
            if (krr->legs->len > 1) { /* else krr-not-forwarded tells it */
                doubt_solicited(judge, krr, leg, words_without_offer(krr, leg));
            }
        } else if (request_would_show(judge, leg)) {
            say_unsolicited(judge, krr, leg, over);
            return;
        } else if (krr->legs->len == 1) {
            doubt_solicited(judge, krr, leg, words_request_missing(krr, leg));
        }
    }
}

/* ---- competing-krrs ---- */

/* The KRRs by request; two rules ask for them. */
static const GPtrArray *answers_of(StoryJudge *judge)
{
    if (!judge->request_answers) {
        judge->request_answers = request_answers_of(judge->ledger);
    }
    return judge->request_answers;
}

/* Competing KRRs that are named in the sentence; the frames show all. */
#define MAX_NAMED 8

static void say_competing(StoryJudge *judge, const RequestAnswers *answers)
{
    StorySubject subject = story_subject_krr(judge, g_ptr_array_index(answers->krrs, 0));
    RuleNames names = {.most = MAX_NAMED};
    GArray *frames = evidence_new();

    for (guint i = 0; i < answers->legs->len && i < MAX_ANSWERS; i++) {
        const StoryLeg *leg = story_leg_at(answers->legs, i);
        for (guint k = 0; k < leg->krrs->len; k++) {
            evidence_add_answer(frames, leg, g_ptr_array_index(leg->krrs, k));
        }
        if (!subject.offer && leg->offers->len > 0) {
            subject.offer = g_ptr_array_index(leg->offers, 0);
        }
    }
    for (guint i = 0; i < answers->krrs->len; i++) {
        const StoryKrr *krr = story_krr_at(answers->krrs, i);
        rule_names_add(&names, "krr-%u by %pQ", krr->number,
                       krr_text(krr->krr, KRR_ELEMENT_CREATOR));
    }
    g_autofree char *text = rule_names_end(&names);
    audit_add_finding(judge, KRR_RULE_COMPETING_KRRS, subject, frames,
                      rule_words("One request is answered by one KRR."),
                      rule_words("%u different KRRs answer it: %s.", answers->krrs->len, text));
}

/* Clause 7.2.1.3.4: misuse of security domains is to be detected; of two KRRs that answer one
 * request, as RFC 3261 (17.1.3) tells requests apart, one may be an intruder's. Silent where:
 * the KRRs say the same, or the request was sent to two servers under one branch. */
void rule_competing_krrs(StoryJudge *judge)
{
    if (ledger_krrs(judge->ledger)->len == 0) {
        return; /* of other legs there may be very many */
    }
    const GPtrArray *requests = answers_of(judge);

    for (guint i = 0; i < requests->len; i++) {
        const RequestAnswers *answers = g_ptr_array_index(requests, i);
        if (answers->krrs->len >= 2) {
            say_competing(judge, answers);
        }
    }
}

/* ---- conflicting-answers ---- */

/* One of two final answers that say different things. */
static char *name_answer(guint status, bool has_krr)
{
    return rule_words("%u %s a KRR", status, has_krr ? "with" : "without");
}

static void say_conflicting(StoryJudge *judge, const StoryLeg *leg, const StoryOtherAnswer *other)
{
    StorySubject subject = story_subject_krr(judge, g_ptr_array_index(leg->krrs, 0));
    GArray *frames = evidence_new();
    const bool krr_first = story_frame_at(leg->krr_frames, 0)->number == leg->response.number;
    g_autofree char *first = name_answer(leg->status, krr_first);
    g_autofree char *second = name_answer(other->status, other->has_krr);

    if (leg->offers->len > 0) {
        subject.offer = g_ptr_array_index(leg->offers, 0);
    }
    if (leg->has_request) {
        evidence_add(frames, leg->request);
    }
    evidence_add(frames, leg->response);
    evidence_add(frames, other->frame);
    audit_add_finding(judge, KRR_RULE_CONFLICTING_ANSWERS, subject, frames,
                      rule_words("A request has one final answer."),
                      rule_words("The request of %s to %s was answered %s, and %s.", leg->source,
                                 leg->destination, first, second));
}

/* RFC 3261, 17.1.1 and 17.2.1: a transaction ends with one final answer; where one brings a KRR and
 * another says something else, one of the two may be an intruder's. Silent where: the answers are
 * the same, sent again, or one of them could not be read wholly. */
void rule_conflicting_answers(StoryJudge *judge)
{
    if (ledger_krrs(judge->ledger)->len == 0) {
        return;
    }
    const GPtrArray *requests = answers_of(judge);

    for (guint i = 0; i < requests->len; i++) {
        const RequestAnswers *answers = g_ptr_array_index(requests, i);
        for (guint k = 0; k < answers->legs->len; k++) {
            const StoryLeg *leg = story_leg_at(answers->legs, k);
            if (leg->other) {
                say_conflicting(judge, leg, leg->other);
            }
            for (guint n = 0; n < answers->others->len; n++) {
                const StoryLeg *other = story_leg_at(answers->others, n);
                say_conflicting(judge, leg,
                                &(StoryOtherAnswer){other->status, false, other->response});
            }
        }
    }
}

/* ---- krr-replayed ---- */

/* @param krrs  that say the same: one KRR, whatever was done to its signature */
static void check_replay(StoryJudge *judge, const GPtrArray *krrs)
{
    const StoryKrr *krr = story_krr_at(krrs, 0);
    const StoryLeg *first = NULL;
    guint other_offers = 0;
    g_autoptr(GArray) frames = evidence_new();

    for (guint i = 0; i < krrs->len; i++) {
        const StoryKrr *use = story_krr_at(krrs, i);
        for (guint k = 0; k < use->legs->len; k++) {
            const StoryLeg *leg = story_leg_at(use->legs, k);
            if (leg->offers->len == 0) {
                continue;
            }
            krr = first ? krr : use;
            first = first ? first : leg;
            if (!krr_legs_share_offer(first, leg) &&
                (use == krr || !krr_may_be_made_at_once(krr, use))) {
                other_offers++;
                evidence_add_answer(frames, leg, use);
            }
        }
    }
    if (other_offers == 0) {
        return;
    }
    evidence_add_answer(frames, first, krr);
    StorySubject subject = story_subject_krr(judge, krr);
    subject.offer = g_ptr_array_index(first->offers, 0);
    audit_add_finding(judge, KRR_RULE_KRR_REPLAYED, subject, g_steal_pointer(&frames),
                      rule_words("A KRR is made for one offer."),
                      rule_words("krr-%u answers %u further request%s with other offers.",
                                 krr->number, other_offers, rule_plural(other_offers)));
}

/* Clause 7.2.1.3.4: misuse of security domains is to be detected; a KRR is made for one offer, which it
 * describes (7.2.1.3.2.1), so that a KRR which answers two offers was used again. Silent where: the
 * offers of the other requests were not captured. */
void rule_krr_replayed(StoryJudge *judge)
{
    g_autoptr(GPtrArray) groups = krr_groups_by_content(ledger_krrs(judge->ledger));

    for (guint i = 0; i < groups->len; i++) {
        check_replay(judge, g_ptr_array_index(groups, i));
    }
}
