/* clock-sighting.c
 * When the request with an offer and its answer passed a hop, by the clock of one capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/stores/clock-sighting.h"

/* Sightings of one offer, and pairs of sightings, that are compared: an honest offer has a few. */
#define MAX_OF_OFFER 8
#define MAX_PAIRS    512

/* Where a message was seen but once, how far apart the two may be that ought to follow each other. */
#define MOST_DELAY_NS (G_GINT64_CONSTANT(50) * 1000 * 1000)

/* What the other clock shows more than the base, at least and at most. */
typedef struct Limits {
    gint64 least, most;
} Limits;

static void sighting_clear(gpointer data)
{
    ClockSighting *sighting = data;

    g_ref_string_release(sighting->offer);
    g_ref_string_release(sighting->source);
    g_ref_string_release(sighting->destination);
}

GArray *clock_sightings_new(void)
{
    GArray *sightings = g_array_new(FALSE, FALSE, sizeof(ClockSighting));

    g_array_set_clear_func(sightings, sighting_clear);
    return sightings;
}

static bool is_answered(const ClockSighting *sighting)
{
    return sighting->answered_ns != CLOCK_NEVER;
}

static gint64 duration(const ClockSighting *sighting)
{
    return sighting->answered_ns - sighting->asked_ns;
}

/* The same messages on the same hop: the limits are one, but for how long they were on their way. */
static bool limits_of_same(const ClockSighting *base, const ClockSighting *other, Limits *limits)
{
    const gint64 asked = other->asked_ns - base->asked_ns;
    const gint64 answered =
        is_answered(base) && is_answered(other) ? other->answered_ns - base->answered_ns : asked;

    *limits = (Limits){MIN(asked, answered), MAX(asked, answered)};
    return limits->most - limits->least <= MOST_DELAY_NS;
}

/* The request was sent on after it had come in, and the answer came in before it was sent back. Where the
 * inner one took longer than the outer one, one is not because of the other. */
static bool limits_of_next(const ClockSighting *outer, const ClockSighting *inner, Limits *limits)
{
    limits->most = inner->asked_ns - outer->asked_ns;
    limits->least = limits->most - MOST_DELAY_NS;
    if (!is_answered(outer) || !is_answered(inner)) {
        return true;
    }
    limits->least = inner->answered_ns - outer->answered_ns;
    return duration(inner) <= duration(outer);
}

static bool find_limits(const ClockSighting *base, const ClockSighting *other, Limits *limits)
{
    if (base->source == other->source && base->destination == other->destination) {
        return limits_of_same(base, other, limits);
    }
    if (base->destination == other->source && base->source != other->destination) {
        return limits_of_next(base, other, limits);
    }
    if (other->destination == base->source && other->source != base->destination &&
        limits_of_next(other, base, limits)) {
        *limits = (Limits){-limits->most, -limits->least};
        return true;
    }
    return false;
}

/* ---- what most of them allow ---- */

static bool allows(const Limits *limits, gint64 offset_ns)
{
    return limits->least <= offset_ns && offset_ns <= limits->most;
}

static guint count_allowing(const GArray *pairs, gint64 offset_ns)
{
    guint count = 0;

    for (guint i = 0; i < pairs->len; i++) {
        count += allows(&g_array_index(pairs, Limits, i), offset_ns);
    }
    return count;
}

static gint64 middle(const Limits *limits)
{
    return limits->least + (limits->most - limits->least) / 2;
}

/* The difference that most pairs allow: 0 if no other is allowed by more. An offer may have been sent
 * twice, so that a sighting of the one time meets one of the other. */
static gint64 most_allowed(const GArray *pairs, guint *count)
{
    gint64 best = 0;

    *count = count_allowing(pairs, 0);
    for (guint i = 0; i < pairs->len; i++) {
        const gint64 offset_ns = middle(&g_array_index(pairs, Limits, i));
        const guint allowing = count_allowing(pairs, offset_ns);
        if (allowing > *count) {
            best = offset_ns;
            *count = allowing;
        }
    }
    return best;
}

/* The middle of what all allow that allow an offset. */
static gint64 refine(const GArray *pairs, gint64 offset_ns)
{
    Limits common = {G_MININT64 / 4, G_MAXINT64 / 4};

    for (guint i = 0; i < pairs->len; i++) {
        const Limits *limits = &g_array_index(pairs, Limits, i);
        if (allows(limits, offset_ns)) {
            common.least = MAX(common.least, limits->least);
            common.most = MIN(common.most, limits->most);
        }
    }
    return middle(&common);
}

/* ---- pairs ---- */

/* The sightings of each offer: its digest -> GPtrArray of ClockSighting (borrowed). */
static GHashTable *by_offer(const GArray *sightings)
{
    GHashTable *index = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);

    for (guint i = 0; i < sightings->len; i++) {
        const ClockSighting *sighting = &g_array_index(sightings, ClockSighting, i);
        GPtrArray *same = g_hash_table_lookup(index, sighting->offer);
        if (!same) {
            same = g_ptr_array_new();
            g_hash_table_insert(index, sighting->offer, same);
        }
        if (same->len < MAX_OF_OFFER) {
            g_ptr_array_add(same, (gpointer)sighting);
        }
    }
    return index;
}

static GArray *pairs_of(const GArray *base, const GArray *other)
{
    g_autoptr(GHashTable) index = by_offer(base);
    GArray *pairs = g_array_new(FALSE, FALSE, sizeof(Limits));

    for (guint i = 0; i < other->len && pairs->len < MAX_PAIRS; i++) {
        const ClockSighting *sighting = &g_array_index(other, ClockSighting, i);
        const GPtrArray *same = g_hash_table_lookup(index, sighting->offer);
        for (guint k = 0; same && k < same->len; k++) {
            Limits limits;
            if (find_limits(g_ptr_array_index(same, k), sighting, &limits)) {
                g_array_append_val(pairs, limits);
            }
        }
    }
    return pairs;
}

guint clock_sightings_compare(const GArray *base, const GArray *other, gint64 *offset_ns)
{
    g_autoptr(GArray) pairs = pairs_of(base, other);
    guint count;

    *offset_ns = 0;
    if (pairs->len == 0) {
        return 0;
    }
    const gint64 ahead_ns = most_allowed(pairs, &count);
    if (ahead_ns != 0) {
        *offset_ns = -refine(pairs, ahead_ns);
    }
    return count;
}
