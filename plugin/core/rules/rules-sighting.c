/* rules-sighting.c
 * The rules that ask when and in what a KRR was seen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/event/story-frames.h"
#include "core/rules/rule-functions.h"
#include "core/rules/rule-words.h"

/* TS 33.180 D.4.1: a KRR is carried in a SIP 488 (Not Acceptable Here), or uploaded to a KMS.
 * Silent where: the KRR was only ever seen embedded in another one. */
void rule_wrong_carrier(StoryJudge *judge, const StoryKrr *krr)
{
    if (krr->wrong_frames->len == 0) {
        return;
    }
    audit_add_finding(judge, KRR_RULE_WRONG_CARRIER, story_subject_krr(judge, krr),
                      g_array_ref(krr->wrong_frames),
                      rule_words("A KRR travels in a SIP 488 response, or in an upload to a KMS."),
                      rule_words("krr-%u was carried by %s.", krr->number, krr->wrong_carrier));
}

/* How much later a KRR is dated than it was first seen, in microseconds: the difference of nanoseconds of
 * two arbitrary times need not fit. @param shift_ns  by which the time of the capture is not corrected */
static gint64 skew_of(const StoryKrr *krr, gint64 shift_ns)
{
    return krr->krr->time_ns / 1000 - (krr->first_sip.time_ns - shift_ns) / 1000;
}

static gint64 lesser(gint64 a, gint64 b)
{
    return ABS(b) < ABS(a) ? b : a;
}

/* The same by the clock of the capture, as it is and as it was corrected, or by that of another capture
 * which saw the offer: where they differ, nobody knows which is right. */
static gint64 least_skew(const StoryKrr *krr)
{
    gint64 least = lesser(skew_of(krr, 0), skew_of(krr, krr->first_sip_shift_ns));

    for (guint i = 0; i < krr->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(krr->legs, i);
        for (guint k = 0; k < leg->offers->len; k++) {
            least = lesser(least, skew_of(krr, story_offer_at(leg->offers, k)->shift_ns));
        }
    }
    return least;
}

/* Clause 7.2.1.3.2.1: the KRR states the date and time, which is when it is created, and it is
 * sent at once. Silent where: it is so by the clock of the capture, or by that of another one; it was seen only in other KRRs, which are old by nature, or in
 * uploads, which come later; or its time cannot be read. */
void rule_clock_skew(StoryJudge *judge, const StoryKrr *krr)
{
    const guint allowed = kms_policy_clock_skew(judge->policy);

    if (!krr->has_first_sip || !krr->krr->time_valid) {
        return;
    }
    const gint64 skew = least_skew(krr);
    if (ABS(skew) <= (gint64)allowed * G_USEC_PER_SEC) {
        return;
    }
    GArray *frames = evidence_new();
    evidence_add(frames, krr->first_sip);
    audit_add_finding(judge, KRR_RULE_CLOCK_SKEW, story_subject_krr(judge, krr), frames,
                      rule_words("A KRR is dated when it is created: at most %u seconds from its "
                                 "first sighting.",
                                 allowed),
                      g_strdup_printf("krr-%u is dated %s, %" G_GINT64_FORMAT " seconds %s it was "
                                      "first seen.",
                                      krr->number, krr_text(krr->krr, KRR_ELEMENT_TIME),
                                      ABS(skew) / G_USEC_PER_SEC, skew > 0 ? "after" : "before"));
}

/* ---- krr-flood ---- */

/* A flood, by the catalogue. */
#define FLOOD_KRRS 20u
#define FLOOD_SPAN (10 * STORY_SECOND)
/* Of a flood, the frames that prove it and some more: not all of a million. */
#define FLOOD_FRAMES 100

static int compare_sightings(gconstpointer a, gconstpointer b)
{
    return story_frame_compare(&(*(const StoryKrr *const *)a)->first_alone,
                               &(*(const StoryKrr *const *)b)->first_alone);
}

/* Where a flood begins in KRRs in order of time: more than FLOOD_KRRS in FLOOD_SPAN. */
static bool find_flood(const GPtrArray *krrs, guint *begin)
{
    for (guint i = FLOOD_KRRS; i < krrs->len; i++) {
        const StoryKrr *first = story_krr_at(krrs, i - FLOOD_KRRS);
        const StoryKrr *last = story_krr_at(krrs, i);
        if (last->first_alone.time_ns - first->first_alone.time_ns <= FLOOD_SPAN) {
            *begin = i - FLOOD_KRRS;
            return true;
        }
    }
    return false;
}

/* @param krrs  of one creator, seen by themselves, in order of time */
static void check_flood(StoryJudge *judge, const char *creator, const GPtrArray *krrs)
{
    guint begin;
    guint count = 0;

    if (!find_flood(krrs, &begin)) {
        return;
    }
    const StoryKrr *first = story_krr_at(krrs, begin);
    GArray *frames = evidence_new();
    for (guint i = begin; i < krrs->len; i++) {
        const StoryKrr *krr = story_krr_at(krrs, i);
        if (krr->first_alone.time_ns - first->first_alone.time_ns > FLOOD_SPAN) {
            break;
        }
        if (count++ < FLOOD_FRAMES) {
            evidence_add(frames, krr->first_alone);
        }
    }
    audit_add_finding(
        judge, KRR_RULE_KRR_FLOOD, story_subject_krr(judge, first), frames,
        rule_words("At most %u distinct KRRs of one creator in 10 seconds.", FLOOD_KRRS),
        rule_words("%pQ made %u.", creator, count));
}

/* Is a KRR the one answer to an offer, whatever hops both were seen on? Very many offers are answered by
 * as many KRRs: who asks gets an answer. */
static bool answers_own_offer(const StoryKrr *krr)
{
    for (guint i = 0; i < krr->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(krr->legs, i);
        const StoryOffer *offer = leg->offers->len > 0 ? story_offer_at(leg->offers, 0) : NULL;
        bool alone = offer != NULL;
        for (guint k = 0; offer && alone && k < offer->legs->len; k++) {
            const StoryLeg *other = story_leg_at(offer->legs, k);
            alone = other->krrs->len == 0 ||
                    (other->krrs->len == 1 && story_krr_at(other->krrs, 0) == krr);
        }
        if (alone) {
            return true;
        }
    }
    return false;
}

/* KRRs of the ledger that were seen by themselves, not in uploads and not in answer to an offer of their
 * own, by creator.
 * @param creators  out: all of them, in order, so that the report is the same each time */
static GHashTable *krrs_by_creator(const Ledger *ledger, GPtrArray *creators)
{
    GHashTable *krrs_of =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    const GPtrArray *krrs = ledger_krrs(ledger);

    for (guint i = 0; i < krrs->len; i++) {
        StoryKrr *krr = story_krr_at(krrs, i);
        const char *creator = krr_text(krr->krr, KRR_ELEMENT_CREATOR);
        if (!creator || !krr->seen_alone || krr->carrier == STORY_CARRIER_KMS_UPLOAD ||
            answers_own_offer(krr)) {
            continue;
        }
        GPtrArray *made = g_hash_table_lookup(krrs_of, creator);
        if (!made) {
            made = g_ptr_array_new();
            g_hash_table_insert(krrs_of, (gpointer)creator, made);
            g_ptr_array_add(creators, (gpointer)creator);
        }
        g_ptr_array_add(made, krr);
    }
    return krrs_of;
}

/* Clause 7.2.1.3.4: misuse of security domains is to be detected; very many KRRs of one creator
 * in a short time deny service, and hide one KRR among many. Silent where: KRRs state no
 * creator, are uploads, which may come in one go, or each answer an offer of their own. */
void rule_krr_flood(StoryJudge *judge)
{
    g_autoptr(GPtrArray) creators = g_ptr_array_new();
    g_autoptr(GHashTable) krrs_of = krrs_by_creator(judge->ledger, creators);

    for (guint i = 0; i < creators->len; i++) {
        const char *creator = g_ptr_array_index(creators, i);
        GPtrArray *krrs = g_hash_table_lookup(krrs_of, creator);
        g_ptr_array_sort(krrs, compare_sightings);
        check_flood(judge, creator, krrs);
    }
}
