/* story-index.c
 * What the story says of each frame: its negotiations, what came before and after, what fired
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/audit/story-index.h"

/* Of the frames of a finding, so many are named; the first ones tell where it began. */
#define MAX_FRAMES 12

struct StoryIndex {
    GArray *negotiations; /* of StoryIndexNegotiation, by number */
    GArray *parts;        /* of StoryIndexPart, by frame, then by negotiation */
    GArray *findings;     /* of StoryIndexFinding, by frame, then as in the audit */
    GStringChunk *texts;  /* sentences and digests of the findings */
};

/* While the parts of one negotiation are taken. */
typedef struct Taker {
    StoryIndex *index;
    GHashTable *taken; /* frames of the negotiation that have their part */
    const StoryNegotiation *negotiation;
    guint attempt; /* from 0 */
} Taker;

/* ---- attempts beside each other ---- */

static const StoryAttempt *attempt_at(const Taker *taker, guint attempt)
{
    return attempt < taker->negotiation->attempts->len
               ? g_ptr_array_index(taker->negotiation->attempts, attempt)
               : NULL;
}

static bool same_hop(const StoryLeg *a, const StoryLeg *b)
{
    return g_str_equal(a->source, b->source) && g_str_equal(a->destination, b->destination);
}

/* Where the next attempt offers, best on the hop of a leg. 0: there is no next attempt. */
static guint64 retry_after(const Taker *taker, const StoryLeg *leg)
{
    const StoryAttempt *next = attempt_at(taker, taker->attempt + 1);

    for (guint i = 0; next && leg && i < next->legs->len; i++) {
        const StoryLeg *other = story_leg_at(next->legs, i);
        if (other->has_request && same_hop(leg, other)) {
            return other->request.number;
        }
    }
    return next ? next->started.number : 0;
}

/* Where the attempt before was redirected, best on the hop of a leg. 0: it was not. */
static guint64 redirect_before(const Taker *taker, const StoryLeg *leg)
{
    const StoryAttempt *before = taker->attempt > 0 ? attempt_at(taker, taker->attempt - 1) : NULL;
    guint64 first = 0;

    for (guint i = 0; before && i < before->legs->len; i++) {
        const StoryLeg *other = story_leg_at(before->legs, i);
        if (other->krrs->len == 0) {
            continue;
        }
        const StoryFrame *answer = story_frame_at(other->krr_frames, 0);
        if (leg && same_hop(leg, other)) {
            return answer->number;
        }
        first = first ? first : answer->number; /* legs begin at the initiator */
    }
    return first;
}

/* ---- parts ---- */

static void take_part(const Taker *taker, guint64 frame, guint64 retried_in, guint64 retry_of)
{
    if (!g_hash_table_add(taker->taken, g_memdup2(&frame, sizeof frame))) {
        return;
    }
    StoryIndexPart part = {
        .frame = frame,
        .negotiation = taker->index->negotiations->len,
        .attempt = taker->attempt + 1,
        .retried_in = retried_in,
        .retry_of = retry_of,
    };
    g_array_append_val(taker->index->parts, part);
}

static void take_leg(const Taker *taker, const StoryLeg *leg)
{
    for (guint i = 0; i < leg->krr_frames->len; i++) {
        take_part(taker, story_frame_at(leg->krr_frames, i)->number, retry_after(taker, leg), 0);
    }
    if (leg->has_request) {
        take_part(taker, leg->request.number, 0, redirect_before(taker, leg));
    }
    if (leg->has_response && leg->status >= 200) {
        take_part(taker, leg->response.number, 0, 0);
    }
}

static void take_frames(const Taker *taker, const GArray *frames, guint64 retried_in,
                        guint64 retry_of)
{
    for (guint i = 0; i < frames->len; i++) {
        take_part(taker, story_frame_at(frames, i)->number, retried_in, retry_of);
    }
}

/* What was seen of an attempt beside its legs: repetitions, KRRs in KRRs, uploads. */
static void take_rest(const Taker *taker, const StoryAttempt *attempt)
{
    if (attempt->offer) {
        take_frames(taker, attempt->offer->frames, 0, redirect_before(taker, NULL));
    }
    for (guint i = 0; i < attempt->krrs->len; i++) {
        /* The depth is bounded by KRR_MAX_DEPTH. */
        for (const StoryKrr *krr = story_krr_at(attempt->krrs, i); krr; krr = krr->embeds) {
            take_frames(taker, krr->frames, retry_after(taker, NULL), 0);
        }
    }
}

static void take_negotiation(StoryIndex *index, const StoryNegotiation *negotiation)
{
    const GPtrArray *attempts = negotiation->attempts;
    const StoryAttempt *last = story_attempt_at(attempts, attempts->len - 1);
    g_autoptr(GHashTable) taken = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    Taker taker = {.index = index, .taken = taken, .negotiation = negotiation};

    for (taker.attempt = 0; taker.attempt < attempts->len; taker.attempt++) {
        const GPtrArray *legs = attempt_at(&taker, taker.attempt)->legs;
        for (guint i = 0; i < legs->len; i++) {
            take_leg(&taker, story_leg_at(legs, i));
        }
    }
    for (taker.attempt = 0; taker.attempt < attempts->len; taker.attempt++) {
        take_rest(&taker, attempt_at(&taker, taker.attempt));
    }
    StoryIndexNegotiation known = {
        .number = negotiation->number,
        .attempts = attempts->len,
        .outcome = negotiation->outcome,
        .begun_in = negotiation->started.number,
        .ended_in = last->status > 0 ? negotiation->ended.number : 0,
    };
    g_array_append_val(index->negotiations, known);
}

/* ---- findings ---- */

/* All of the evidence, in a few words: "negotiation 2, frames 24, 28 and 3 more". */
static char *place_of(const AuditFinding *finding)
{
    const guint count = finding->frames->len;
    const guint told = count <= MAX_FRAMES ? count : MAX_FRAMES;
    GString *place = g_string_new(NULL);

    if (finding->negotiation) {
        g_string_append_printf(place, "negotiation %u, ", finding->negotiation->number);
    }
    g_string_append(place, count == 1 ? "frame" : "frames");
    for (guint i = 0; i < told; i++) {
        g_string_append_printf(place, "%s %" G_GUINT64_FORMAT, i > 0 ? "," : "",
                               story_frame_at(finding->frames, i)->number);
    }
    if (count > told) {
        g_string_append_printf(place, " and %u more", count - told);
    }
    return g_string_free(place, FALSE);
}

static void take_finding(StoryIndex *index, const AuditFinding *finding)
{
    GStringChunk *texts = index->texts;
    g_autofree char *place = place_of(finding);
    StoryIndexFinding known = {
        .rule = finding->rule,
        .severity = finding->severity,
        .observed = g_string_chunk_insert(texts, finding->observed),
        .expected = g_string_chunk_insert_const(texts, finding->expected),
        .place = g_string_chunk_insert_const(texts, place),
        .krr = finding->krr ? g_string_chunk_insert_const(texts, finding->krr->krr->digest) : NULL,
        .offer = finding->offer ? g_string_chunk_insert_const(texts, finding->offer->facts->digest)
                                : NULL,
    };

    for (guint i = 0; i < finding->frames->len; i++) {
        known.frame = story_frame_at(finding->frames, i)->number;
        g_array_append_val(index->findings, known);
    }
}

/* ---- the index ---- */

static int compare_frames(guint64 a, guint64 b)
{
    return (a > b) - (a < b);
}

static int compare_parts(gconstpointer a, gconstpointer b)
{
    const StoryIndexPart *first = a;
    const StoryIndexPart *second = b;
    int order = compare_frames(first->frame, second->frame);

    return order != 0 ? order : compare_frames(first->negotiation, second->negotiation);
}

/* Stable, as the sort is: the order of the audit stays. */
static int compare_findings(gconstpointer a, gconstpointer b)
{
    return compare_frames(((const StoryIndexFinding *)a)->frame,
                          ((const StoryIndexFinding *)b)->frame);
}

StoryIndex *story_index_new(const Ledger *ledger, const Audit *audit)
{
    const GPtrArray *negotiations = ledger_negotiations(ledger);
    StoryIndex *index = g_new0(StoryIndex, 1);

    index->negotiations = g_array_new(FALSE, FALSE, sizeof(StoryIndexNegotiation));
    index->parts = g_array_new(FALSE, FALSE, sizeof(StoryIndexPart));
    index->findings = g_array_new(FALSE, FALSE, sizeof(StoryIndexFinding));
    index->texts = g_string_chunk_new(4096);
    for (guint i = 0; i < negotiations->len; i++) {
        take_negotiation(index, g_ptr_array_index(negotiations, i));
    }
    for (guint i = 0; i < audit->findings->len; i++) {
        take_finding(index, g_ptr_array_index(audit->findings, i));
    }
    g_array_sort(index->parts, compare_parts);
    g_array_sort(index->findings, compare_findings);
    return index;
}

void story_index_free(StoryIndex *index)
{
    if (index) {
        g_array_unref(index->negotiations);
        g_array_unref(index->parts);
        g_array_unref(index->findings);
        g_string_chunk_free(index->texts);
        g_free(index);
    }
}

bool story_index_is_empty(const StoryIndex *index)
{
    return index->parts->len == 0 && index->findings->len == 0;
}

/* The frame with which a row of a sorted table begins. Each row begins with its frame. */
static guint64 frame_of(const GArray *rows, guint size, guint row)
{
    return *(const guint64 *)(gconstpointer)(rows->data + (gsize)row * size);
}

/* The first row of a frame. @param count  out: how many there are */
static gconstpointer rows_of(const GArray *rows, guint64 frame, guint *count)
{
    const guint size = g_array_get_element_size((GArray *)rows);
    guint low = 0;
    guint high = rows->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (frame_of(rows, size, middle) < frame) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    while (high < rows->len && frame_of(rows, size, high) == frame) {
        high++;
    }
    *count = high - low;
    return *count > 0 ? rows->data + (gsize)low * size : NULL;
}

const StoryIndexPart *story_index_parts(const StoryIndex *index, guint64 frame, guint *count)
{
    return rows_of(index->parts, frame, count);
}

const StoryIndexNegotiation *story_index_negotiation(const StoryIndex *index, guint negotiation)
{
    return &g_array_index(index->negotiations, StoryIndexNegotiation, negotiation);
}

const StoryIndexFinding *story_index_findings(const StoryIndex *index, guint64 frame, guint *count)
{
    return rows_of(index->findings, frame, count);
}
