/* story-clock.c
 * The clock of a capture: where it was set back, and how far it is from that of another capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/stores/story-clock.h"

#include <string.h>

#include "core/event/story-time.h"
#include "core/stores/clock-sighting.h"
#include "core/stores/hop-table.h"

/* The year 2116: later times, and such before 1970, are not corrected, so that no sum overflows. */
#define LATEST_NS (G_MAXINT64 / 2)

/* Ten years: clocks that are further apart are not compared. */
#define MOST_OFFSET_NS (10 * 366 * 86400 * STORY_SECOND)

/* Ways whose last message is remembered. */
#define MAX_WAYS 65536

/* A hop, and when the last message passed it in each direction, corrected. */
typedef struct Way {
    HopKey key;
    gint64 last_ns[2];
} Way;

struct StoryClock {
    GHashTable *ways;  /* set of Way, owned */
    gint64 now_ns;     /* the latest time so far, corrected */
    guint64 frame;     /* the latest one so far */
    bool joined;       /* the file was put together of several */
    GArray *steps;     /* of StoryClockStep */
    GArray *sightings; /* of ClockSighting */
    GHashTable *asked; /* text of a transaction -> its place in sightings + 1 */
    gint64 offset_ns;
    guint witnesses;
};

static void way_free(gpointer data)
{
    Way *way = data;

    hop_key_clear(&way->key);
    g_free(way);
}

StoryClock *story_clock_new(void)
{
    StoryClock *clock = g_new0(StoryClock, 1);

    clock->ways = g_hash_table_new_full(hop_key_hash, hop_key_equal, way_free, NULL);
    clock->now_ns = G_MININT64;
    clock->steps = g_array_new(FALSE, FALSE, sizeof(StoryClockStep));
    clock->sightings = clock_sightings_new();
    clock->asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return clock;
}

void story_clock_free(StoryClock *clock)
{
    if (clock) {
        g_hash_table_unref(clock->ways);
        g_array_unref(clock->steps);
        g_array_unref(clock->sightings);
        g_hash_table_unref(clock->asked);
        g_free(clock);
    }
}

/* ---- steps ---- */

static gint64 shift_of(const StoryClock *clock, guint back)
{
    const guint count = clock->steps->len;

    return count > back ? g_array_index(clock->steps, StoryClockStep, count - 1 - back).shift_ns
                        : 0;
}

/* Times from a frame on are corrected otherwise. Two changes at one frame are one. */
static void add_step(StoryClock *clock, guint64 frame, gint64 shift_ns)
{
    const StoryClockStep step = {frame, shift_ns};
    const guint count = clock->steps->len;

    if (count > 0 && g_array_index(clock->steps, StoryClockStep, count - 1).frame == frame) {
        g_array_index(clock->steps, StoryClockStep, count - 1) = step;
    } else {
        g_array_append_val(clock->steps, step);
    }
}

/* The last time on the way of an event; NULL where there are too many ways. */
static gint64 *last_on_way(StoryClock *clock, const StoryEvent *event)
{
    const HopKey key = hop_key(event->source, event->destination);
    const guint direction = g_str_equal(key.lesser, event->source) ? 0 : 1;
    Way *way = g_hash_table_lookup(clock->ways, &key);

    if (!way && g_hash_table_size(clock->ways) >= MAX_WAYS) {
        return NULL;
    }
    if (!way) {
        way = g_new(Way, 1);
        *way = (Way){hop_key_keep(&key), {G_MININT64, G_MININT64}};
        g_hash_table_add(clock->ways, way);
    }
    return &way->last_ns[direction];
}

/* Does the clock show again what it would without its last step? Then it was set to what it had been, or
 * one message had come late. */
static bool is_set_again(const StoryClock *clock, gint64 raw_ns)
{
    return clock->steps->len > 0 && raw_ns + shift_of(clock, 1) >= clock->now_ns &&
           shift_of(clock, 1) < shift_of(clock, 0);
}

/* @param last_ns  of the same way; G_MININT64: nothing passed it before */
static bool was_set_back(const StoryClock *clock, gint64 time_ns, gint64 last_ns)
{
    return (last_ns != G_MININT64 && last_ns - time_ns > STORY_CLOCK_DISORDER_NS) ||
           (!clock->joined && clock->now_ns != G_MININT64 &&
            clock->now_ns - time_ns > STORY_CLOCK_LATE_NS);
}

static void follow_steps(StoryClock *clock, const StoryEvent *event, gint64 *last_ns)
{
    const gint64 raw_ns = event->frame.time_ns;

    if (clock->steps->len >= STORY_CLOCK_MAX_STEPS) {
        return;
    }
    if (is_set_again(clock, raw_ns)) {
        add_step(clock, event->frame.number, shift_of(clock, 1));
    } else if (was_set_back(clock, raw_ns + shift_of(clock, 0), *last_ns)) {
        add_step(clock, event->frame.number, clock->now_ns - raw_ns);
    }
}

/* ---- several files in one ---- */

/* Was an offer sighted at about the same time, without the corrections? Then what looked like a step is
 * the beginning of another file. */
static bool is_other_file(const StoryClock *clock, const StoryEvent *event)
{
    const MikeyOffer *offer = g_ptr_array_index(event->offers, 0);

    for (guint i = 0; i < clock->sightings->len; i++) {
        const ClockSighting *sighting = &g_array_index(clock->sightings, ClockSighting, i);
        const gint64 before_ns = event->frame.time_ns + shift_of(clock, 1) - sighting->asked_ns;
        const gint64 now_ns = event->frame.time_ns + shift_of(clock, 0) - sighting->asked_ns;
        if (g_strcmp0(offer->digest, sighting->offer) == 0 && ABS(before_ns) < ABS(now_ns) &&
            ABS(before_ns) < STORY_CLOCK_LATE_NS && ABS(now_ns) > STORY_CLOCK_DISORDER_NS) {
            return true;
        }
    }
    return false;
}

static void begin_other_file(StoryClock *clock, const StoryEvent *event)
{
    const gint64 shift_ns = shift_of(clock, 1);

    clock->joined = true;
    add_step(clock, event->frame.number, shift_ns);
    g_hash_table_remove_all(clock->ways);
    clock->now_ns = G_MININT64;
}

/* ---- sightings of offers ---- */

static char *transaction_of(const StoryEvent *event)
{
    const bool request = event->sip.status == 0;

    return g_strdup_printf("%s %s %u %s %s", request ? event->source : event->destination,
                           request ? event->destination : event->source, event->sip.cseq,
                           event->sip.branch ? event->sip.branch : "",
                           event->sip.call_id ? event->sip.call_id : "");
}

static void note_request(StoryClock *clock, const StoryEvent *event)
{
    const MikeyOffer *offer = g_ptr_array_index(event->offers, 0);
    g_autofree char *transaction = transaction_of(event);

    if (!offer->digest || clock->sightings->len >= STORY_CLOCK_MAX_SIGHTINGS ||
        g_hash_table_contains(clock->asked, transaction)) {
        return;
    }
    const ClockSighting sighting = {
        .offer = g_ref_string_new_intern(offer->digest),
        .source = g_ref_string_new_intern(event->source),
        .destination = g_ref_string_new_intern(event->destination),
        .asked_ns = event->frame.time_ns,
        .answered_ns = CLOCK_NEVER,
    };
    g_array_append_val(clock->sightings, sighting);
    g_hash_table_insert(clock->asked, g_steal_pointer(&transaction),
                        GUINT_TO_POINTER(clock->sightings->len));
}

static void note_answer(StoryClock *clock, const StoryEvent *event)
{
    g_autofree char *transaction = transaction_of(event);
    const guint place = GPOINTER_TO_UINT(g_hash_table_lookup(clock->asked, transaction));

    if (place > 0) {
        g_array_index(clock->sightings, ClockSighting, place - 1).answered_ns =
            event->frame.time_ns;
        g_hash_table_remove(clock->asked, transaction);
    }
}

static void note_sighting(StoryClock *clock, const StoryEvent *event)
{
    if (event->sip.status == 0 && event->offers->len > 0 && story_sip_awaits_answer(&event->sip)) {
        note_request(clock, event);
    } else if (event->sip.status >= 200 && g_hash_table_size(clock->asked) > 0) {
        note_answer(clock, event);
    }
}

/* ---- what a capture tells of its clock ---- */

static bool is_within_limits(const StoryClock *clock, const StoryEvent *event)
{
    const gint64 raw_ns = event->frame.time_ns;

    return raw_ns >= 0 && raw_ns <= LATEST_NS - MAX(shift_of(clock, 0), 0);
}

/* What was waited for in vain is told behind frames that came later: it says nothing of the clock. */
static void take_late(StoryClock *clock, StoryEvent *event)
{
    event->shift_ns = story_clock_shift(clock, event->frame.number) - clock->offset_ns;
    event->frame.time_ns += event->shift_ns;
    if (event->has_sip) {
        note_sighting(clock, event);
    }
}

void story_clock_take(StoryClock *clock, StoryEvent *event)
{
    if (!is_within_limits(clock, event)) {
        return;
    }
    if (event->frame.number < clock->frame) {
        take_late(clock, event);
        return;
    }
    clock->frame = event->frame.number;
    if (clock->steps->len > 0 && event->has_sip && event->offers->len > 0 &&
        is_other_file(clock, event)) {
        begin_other_file(clock, event);
    }
    gint64 *last_ns = event->has_sip ? last_on_way(clock, event) : NULL;

    if (last_ns) {
        follow_steps(clock, event, last_ns);
    }
    event->shift_ns = story_time_bound(shift_of(clock, 0));
    event->frame.time_ns = story_time_plus(event->frame.time_ns, event->shift_ns);
    clock->now_ns = MAX(clock->now_ns, event->frame.time_ns);
    if (last_ns) {
        *last_ns = MAX(*last_ns, event->frame.time_ns);
        note_sighting(clock, event);
    }
}

const GArray *story_clock_steps(const StoryClock *clock)
{
    return clock->steps;
}

gint64 story_clock_offset(const StoryClock *clock)
{
    return clock->offset_ns;
}

guint story_clock_witnesses(const StoryClock *clock)
{
    return clock->witnesses;
}

gint64 story_clock_shift(const StoryClock *clock, guint64 frame)
{
    gint64 shift_ns = 0;

    for (guint i = 0; clock && i < clock->steps->len; i++) {
        const StoryClockStep *step = &g_array_index(clock->steps, StoryClockStep, i);
        shift_ns = step->frame <= frame ? step->shift_ns : shift_ns;
    }
    return shift_ns + (clock ? clock->offset_ns : 0);
}

/* ---- several captures ---- */

static StoryClock *clock_at(const GPtrArray *clocks, guint place)
{
    return g_ptr_array_index(clocks, place);
}

/* Compares a clock with the others before it: the first that saw the same offers counts, and that one's
 * own offset is added. */
static void compare_with_earlier(const GPtrArray *clocks, guint place)
{
    StoryClock *clock = clock_at(clocks, place);

    for (guint i = 0; clock && i < place && clock->witnesses == 0; i++) {
        const StoryClock *earlier = clock_at(clocks, i);
        gint64 offset_ns;
        if (!earlier) {
            continue;
        }
        clock->witnesses =
            clock_sightings_compare(earlier->sightings, clock->sightings, &offset_ns);
        clock->offset_ns = clock->witnesses > 0 ? earlier->offset_ns + offset_ns : 0;
        if (ABS(clock->offset_ns) > MOST_OFFSET_NS) {
            clock->offset_ns = 0;
        }
    }
}

static int compare_offsets(gconstpointer a, gconstpointer b)
{
    const gint64 first = *(const gint64 *)a, second = *(const gint64 *)b;

    return (first > second) - (first < second);
}

/* The offset that most clocks have, or are near to: that which is in the middle. */
static gint64 usual_offset(const GPtrArray *clocks)
{
    g_autoptr(GArray) offsets = g_array_new(FALSE, FALSE, sizeof(gint64));

    for (guint i = 0; i < clocks->len; i++) {
        if (clock_at(clocks, i)) {
            g_array_append_val(offsets, clock_at(clocks, i)->offset_ns);
        }
    }
    g_array_sort(offsets, compare_offsets);
    return offsets->len > 2 ? g_array_index(offsets, gint64, (offsets->len - 1) / 2) : 0;
}

void story_clocks_compare(const GPtrArray *clocks)
{
    for (guint i = 0; i < clocks->len; i++) {
        compare_with_earlier(clocks, i);
    }
    const gint64 usual_ns = usual_offset(clocks);
    for (guint i = 0; i < clocks->len; i++) {
        if (clock_at(clocks, i)) {
            clock_at(clocks, i)->offset_ns -= usual_ns;
        }
    }
}

/* ---- for another process ---- */

static GVariant *steps_variant(const GArray *steps)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(tx)"));
    for (guint i = 0; i < steps->len; i++) {
        const StoryClockStep *step = &g_array_index(steps, StoryClockStep, i);
        g_variant_builder_add(&builder, "(tx)", step->frame, step->shift_ns);
    }
    return g_variant_builder_end(&builder);
}

GVariant *story_clock_variant(const StoryClock *clock)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(sssxx)"));
    for (guint i = 0; i < clock->sightings->len; i++) {
        const ClockSighting *sighting = &g_array_index(clock->sightings, ClockSighting, i);
        g_variant_builder_add(&builder, "(sssxx)", sighting->offer, sighting->source,
                              sighting->destination, sighting->asked_ns, sighting->answered_ns);
    }
    return g_variant_new("(@a(tx)@a(sssxx))", steps_variant(clock->steps),
                         g_variant_builder_end(&builder));
}

StoryClock *story_clock_new_from(GVariant *variant)
{
    StoryClock *clock = story_clock_new();
    g_autoptr(GVariantIter) steps = NULL;
    g_autoptr(GVariantIter) sightings = NULL;
    const char *offer, *source, *destination;
    ClockSighting sighting;
    StoryClockStep step;

    g_variant_get(variant, STORY_CLOCK_TYPE, &steps, &sightings);
    while (clock->steps->len < STORY_CLOCK_MAX_STEPS &&
           g_variant_iter_next(steps, "(tx)", &step.frame, &step.shift_ns)) {
        step.shift_ns = story_time_bound(step.shift_ns);
        g_array_append_val(clock->steps, step);
    }
    while (clock->sightings->len < STORY_CLOCK_MAX_SIGHTINGS &&
           g_variant_iter_next(sightings, "(&s&s&sxx)", &offer, &source, &destination,
                               &sighting.asked_ns, &sighting.answered_ns)) {
        sighting.offer = g_ref_string_new_intern(offer);
        sighting.source = g_ref_string_new_intern(source);
        sighting.destination = g_ref_string_new_intern(destination);
        sighting.asked_ns = story_time_bound(sighting.asked_ns);
        if (sighting.answered_ns != CLOCK_NEVER) {
            sighting.answered_ns = story_time_bound(sighting.answered_ns);
        }
        g_array_append_val(clock->sightings, sighting);
    }
    return clock;
}
