/* rules-sighting.c
 * The rules that ask when and in what a KRR was seen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules-private.h"

static GArray *copy_frames(const GArray *frames)
{
    GArray *copy = evidence_new();

    g_array_append_vals(copy, frames->data, frames->len);
    return copy;
}

static void rule_wrong_carrier(StoryJudge *judge, const StoryKrr *krr)
{
    if (krr->wrong_frames->len == 0) {
        return;
    }
    StorySubject subject = {.krr = krr, .negotiation = story_negotiation_of(judge, krr)};
    story_fire(judge, KRR_RULE_WRONG_CARRIER, subject, copy_frames(krr->wrong_frames),
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

void rules_sighting_judge(StoryJudge *judge)
{
    const GPtrArray *krrs = ledger_krrs(judge->ledger);

    for (guint i = 0; i < krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(krrs, i);
        rule_wrong_carrier(judge, krr);
        rule_clock_skew(judge, krr);
    }
}
