/* rules-sighting.c
 * The rules that ask when and in what a KRR was seen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/rules-private.h"
#include "core/story/story-frames.h"

static void rule_wrong_carrier(StoryJudge *judge, const StoryKrr *krr)
{
    if (krr->wrong_frames->len == 0) {
        return;
    }
    StorySubject subject = {.krr = krr, .negotiation = story_negotiation_of(judge, krr)};
    story_fire(judge, KRR_RULE_WRONG_CARRIER, subject, g_array_ref(krr->wrong_frames),
               g_strdup("A KRR travels in a SIP 488 response, or in an upload to a KMS."),
               g_strdup_printf("krr-%u was carried by %s.", krr->number, krr->wrong_carrier));
}

/* Embedded KRRs are old by nature and uploads come later, so only SIP counts. */
static void rule_clock_skew(StoryJudge *judge, const StoryKrr *krr)
{
    gint64 allowed = kms_policy_clock_skew(judge->policy);

    if (!krr->has_first_sip || !krr->krr->time_valid) {
        return;
    }
    /* In microseconds: the difference of nanoseconds of two arbitrary times need not fit. */
    gint64 skew = krr->krr->time_ns / 1000 - krr->first_sip.time_ns / 1000;
    if (ABS(skew) <= allowed * G_USEC_PER_SEC) {
        return;
    }
    StorySubject subject = {.krr = krr, .negotiation = story_negotiation_of(judge, krr)};
    GArray *frames = evidence_new();
    evidence_add(frames, krr->first_sip);
    story_fire(judge, KRR_RULE_CLOCK_SKEW, subject, frames,
               g_strdup_printf("A KRR is dated when it is created: at most %" G_GINT64_FORMAT
                               " seconds from its first sighting.",
                               allowed),
               g_strdup_printf("krr-%u is dated %s, %" G_GINT64_FORMAT " seconds %s it was first "
                               "seen.",
                               krr->number, krr_text(krr->krr, KRR_ELEMENT_TIME),
                               ABS(skew) / G_USEC_PER_SEC, skew > 0 ? "after" : "before"));
}

/* A flood, by the catalogue. */
#define FLOOD_KRRS 20
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
        const StoryKrr *first = g_ptr_array_index(krrs, i - FLOOD_KRRS);
        const StoryKrr *last = g_ptr_array_index(krrs, i);
        if (last->first_alone.time_ns - first->first_alone.time_ns <= FLOOD_SPAN) {
            *begin = i - FLOOD_KRRS;
            return true;
        }
    }
    return false;
}

/* @param krrs  of one creator, seen by themselves */
static void rule_krr_flood(StoryJudge *judge, const char *creator, GPtrArray *krrs)
{
    guint begin;
    guint count = 0;

    g_ptr_array_sort(krrs, compare_sightings);
    if (!find_flood(krrs, &begin)) {
        return;
    }
    const StoryKrr *first = g_ptr_array_index(krrs, begin);
    GArray *frames = evidence_new();
    for (guint i = begin; i < krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(krrs, i);
        if (krr->first_alone.time_ns - first->first_alone.time_ns > FLOOD_SPAN) {
            break;
        }
        if (count++ < FLOOD_FRAMES) {
            evidence_add(frames, krr->first_alone);
        }
    }
    g_autofree char *quoted = rules_quote(creator);
    StorySubject subject = {.krr = first, .negotiation = story_negotiation_of(judge, first)};
    story_fire(
        judge, KRR_RULE_KRR_FLOOD, subject, frames,
        g_strdup_printf("At most %d distinct KRRs of one creator in 10 seconds.", FLOOD_KRRS),
        g_strdup_printf("%s made %u.", quoted, count));
}

static void judge_floods(StoryJudge *judge)
{
    const GPtrArray *krrs = ledger_krrs(judge->ledger);
    g_autoptr(GPtrArray) creators = g_ptr_array_new(); /* in order: the same report each time */
    g_autoptr(GHashTable) krrs_of =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);

    for (guint i = 0; i < krrs->len; i++) {
        StoryKrr *krr = g_ptr_array_index(krrs, i);
        const char *creator = krr_text(krr->krr, KRR_ELEMENT_CREATOR);
        if (!creator || !krr->seen_alone || krr->carrier == STORY_CARRIER_KMS_UPLOAD) {
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
    for (guint i = 0; i < creators->len; i++) {
        rule_krr_flood(judge, creators->pdata[i], g_hash_table_lookup(krrs_of, creators->pdata[i]));
    }
}

void rules_sighting_judge(StoryJudge *judge)
{
    const GPtrArray *krrs = ledger_krrs(judge->ledger);

    for (guint i = 0; i < krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(krrs, i);
        rule_wrong_carrier(judge, krr);
        rule_clock_skew(judge, krr);
    }
    judge_floods(judge);
}
