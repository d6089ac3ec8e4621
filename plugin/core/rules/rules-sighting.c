/* rules-sighting.c
 * The rules that ask when and in what a KRR was seen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-time.h"
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

static void say_far(StoryJudge *judge, const StoryKrr *krr, const char *time)
{
    GArray *frames = evidence_new();

    evidence_add(frames, krr->first_sip);
    audit_add_finding(judge, KRR_RULE_CLOCK_SKEW, story_subject_krr(judge, krr), frames,
                      rule_words("A KRR is dated when it is created: at most %u seconds from its "
                                 "first sighting.",
                                 kms_policy_clock_skew(judge->policy)),
                      rule_words("krr-%u is dated %pQ, centuries from when it was first seen.",
                                 krr->number, time));
}

/* Where the clock of the capture is itself in doubt, so is the finding. */
static void say_skew(StoryJudge *judge, const StoryKrr *krr, gint64 skew, guint allowed)
{
    GArray *frames = evidence_new();
    evidence_add(frames, krr->first_sip);
    char *expected = rule_words("A KRR is dated when it is created: at most %u seconds from its "
                                "first sighting.",
                                allowed);
    g_autofree char *observed =
        g_strdup_printf("krr-%u is dated %s, %" G_GINT64_FORMAT " seconds %s it was first seen.",
                        krr->number, krr_text(krr->krr, KRR_ELEMENT_TIME),
                        ABS(skew) / G_USEC_PER_SEC, skew > 0 ? "after" : "before");
    if (krr->first_sip_shift_ns == 0) {
        audit_add_finding(judge, KRR_RULE_CLOCK_SKEW, story_subject_krr(judge, krr), frames,
                          expected, g_steal_pointer(&observed));
    } else {
        audit_add_doubt(judge, KRR_RULE_CLOCK_SKEW, story_subject_krr(judge, krr), frames, expected,
                        rule_words("%s In doubt: the clock of the capture had been set, or differs "
                                   "from another one. A capture by a clock that is right would "
                                   "settle it.",
                                   observed));
    }
}

/* Clause 7.2.1.3.2.1: the KRR states the date and time, which is when it is created, and it is
 * sent at once. Silent where: one of the clocks that saw its offer agrees with it; it was seen only in
 * other KRRs, which are old by nature, or in uploads, which come later; or its time cannot be read. A
 * doubt where the clock of the capture was set, or differs from another one. */
void rule_clock_skew(StoryJudge *judge, const StoryKrr *krr)
{
    const guint allowed = kms_policy_clock_skew(judge->policy);
    const char *time = krr_text(krr->krr, KRR_ELEMENT_TIME);

    if (krr->has_first_sip && time && krr_time_is_far(time)) {
        say_far(judge, krr, time);
    }
    if (!krr->has_first_sip || !krr->krr->time_valid) {
        return;
    }
    const gint64 skew = least_skew(krr);
    if (ABS(skew) <= (gint64)allowed * G_USEC_PER_SEC) {
        return;
    }
    say_skew(judge, krr, skew, allowed);
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

/* What the KRRs of a flood have in common. */
typedef struct FloodGroup {
    const char *of; /* their creator, or the address that they came from */
    bool by_address;
    GPtrArray *krrs; /* of StoryKrr */
} FloodGroup;

static void say_flood(StoryJudge *judge, const FloodGroup *group, const StoryKrr *first,
                      GArray *frames, guint count)
{
    audit_add_finding(
        judge, KRR_RULE_KRR_FLOOD, story_subject_krr(judge, first), frames,
        rule_words("At most %u distinct KRRs of one creator, or from one address, in 10 seconds.",
                   FLOOD_KRRS),
        rule_words(group->by_address ? "%s sent %u, of several creators." : "%pQ made %u.",
                   group->of, count));
}

static void check_flood(StoryJudge *judge, const FloodGroup *group)
{
    const GPtrArray *krrs = group->krrs;
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
    say_flood(judge, group, first, frames, count);
}

/* Is a KRR another one, or embedded in it at whatever depth? */
static bool is_within(const StoryKrr *krr, const StoryKrr *outer)
{
    for (const StoryKrr *inner = outer; inner; inner = inner->embeds) {
        if (inner == krr) {
            return true;
        }
    }
    return false;
}

/* Is a KRR the one answer to an offer, whatever hops both were seen on? Very many offers are answered by
 * as many KRRs: who asks gets an answer. A server on the way may embed it in one of its own. */
static bool answers_own_offer(const StoryKrr *krr)
{
    for (guint i = 0; i < krr->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(krr->legs, i);
        const StoryOffer *offer = leg->offers->len > 0 ? story_offer_at(leg->offers, 0) : NULL;
        bool alone = offer != NULL;
        for (guint k = 0; offer && alone && k < offer->legs->len; k++) {
            const StoryLeg *other = story_leg_at(offer->legs, k);
            alone = other->krrs->len == 0 ||
                    (other->krrs->len == 1 && (is_within(krr, story_krr_at(other->krrs, 0)) ||
                                               is_within(story_krr_at(other->krrs, 0), krr)));
        }
        if (alone) {
            return true;
        }
    }
    return false;
}

/* Where a KRR came from as an answer; NULL: it answers nothing, or nothing that was sent there was
 * captured: a server that passes very many on may have been asked for each. */
static const char *sender_of(const Ledger *ledger, const StoryKrr *krr)
{
    const StoryLeg *leg = krr->legs->len > 0 ? story_leg_at(krr->legs, 0) : NULL;

    return leg && ledger_hop_last_ns(ledger, leg->source, leg->destination) != G_MININT64
               ? leg->destination
               : NULL;
}

/* May a KRR be one of a flood? Uploads may come in one go, and so may the answers to as many offers. */
static bool may_flood(const StoryKrr *krr)
{
    return krr->seen_alone && krr->carrier != STORY_CARRIER_KMS_UPLOAD && !answers_own_offer(krr);
}

static void flood_group_free(gpointer data)
{
    FloodGroup *group = data;

    g_ptr_array_unref(group->krrs);
    g_free(group);
}

/* Adds a KRR to the group of its creator, or of the address that it came from.
 * @param index   text -> FloodGroup
 * @param groups  all of them, in order, so that the report is the same each time */
static void add_to_group(GHashTable *index, GPtrArray *groups, const char *of, bool by_address,
                         StoryKrr *krr)
{
    FloodGroup *group = of ? g_hash_table_lookup(index, of) : NULL;

    if (of && !group) {
        group = g_new(FloodGroup, 1);
        *group = (FloodGroup){of, by_address, g_ptr_array_new()};
        g_hash_table_insert(index, (gpointer)of, group);
        g_ptr_array_add(groups, group);
    }
    if (group) {
        g_ptr_array_add(group->krrs, krr);
    }
}

/* Does the group of their creator tell of all KRRs of an address? */
static bool is_of_one_creator(const FloodGroup *group)
{
    const char *first = krr_text(story_krr_at(group->krrs, 0)->krr, KRR_ELEMENT_CREATOR);

    for (guint i = 1; first && i < group->krrs->len; i++) {
        if (g_strcmp0(first, krr_text(story_krr_at(group->krrs, i)->krr, KRR_ELEMENT_CREATOR)) !=
            0) {
            return false;
        }
    }
    return first != NULL;
}

/* Tells that a limit left KRRs out of the story: whoever fills it can hide one there. The last one for
 * which there was room shows where. */
static void check_left_out(StoryJudge *judge)
{
    const GPtrArray *krrs = ledger_krrs(judge->ledger);
    const guint64 left_out = ledger_omissions(judge->ledger).krrs;

    if (left_out == 0 || krrs->len == 0) {
        return;
    }
    const StoryKrr *last = story_krr_at(krrs, krrs->len - 1);
    GArray *frames = evidence_new();
    evidence_add(frames, *story_frame_at(last->frames, 0));
    audit_add_finding(
        judge, KRR_RULE_KRR_FLOOD, story_subject_krr(judge, last), frames,
        rule_words("So many KRRs that all of them can be kept."),
        g_strdup_printf("Behind krr-%u, %" G_GUINT64_FORMAT " more KRRs, or sightings of such, "
                        "were left out for want of room, and are not judged. --capture-filter, or "
                        "a part of the capture, shows them.",
                        last->number, left_out));
}

/* Clause 7.2.1.3.4: misuse of security domains is to be detected; very many KRRs of one creator, or from
 * one address whatever creators they name, in a short time deny service, and hide one KRR among many.
 * Silent where: KRRs are uploads, which may come in one go, or each answer an offer of their own. */
void rule_krr_flood(StoryJudge *judge)
{
    const GPtrArray *krrs = ledger_krrs(judge->ledger);
    g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func(flood_group_free);
    g_autoptr(GHashTable) creators = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) addresses = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < krrs->len; i++) {
        StoryKrr *krr = story_krr_at(krrs, i);
        if (may_flood(krr)) {
            add_to_group(creators, groups, krr_text(krr->krr, KRR_ELEMENT_CREATOR), false, krr);
            add_to_group(addresses, groups, sender_of(judge->ledger, krr), true, krr);
        }
    }
    for (guint i = 0; i < groups->len; i++) {
        const FloodGroup *group = g_ptr_array_index(groups, i);
        if (!group->by_address || !is_of_one_creator(group)) {
            g_ptr_array_sort(group->krrs, compare_sightings);
            check_flood(judge, group);
        }
    }
    check_left_out(judge);
}
