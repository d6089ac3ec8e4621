/* story-clock.h
 * The clock of a capture: where it was set back, and how far it is from that of another capture
 *
 * Messages from one address to another pass one probe, which writes them as they come. Where a message
 * is dated before an earlier one of its way the clock was set back in between; from there on all times
 * are put behind what came before, so that the order of the file is kept. Probes with several interfaces
 * write what comes by different ways a little out of order: that alone says nothing. Nor do files that were
 * put one behind the other, where an offer stands in both at the same time.
 *
 * Of two captures the clocks are compared by the offers that both saw: a request leaves a server after
 * it came in, and its answer comes in before it leaves, so that each offer which both saw, on the same hop
 * or on the next one, tells between which limits the difference of the clocks lies.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_CLOCK_H
#define STORY_CLOCK_H

#include "core/event/story-event.h"

/** How far messages of one way may run back: what several queues of one interface put out of order. */
#define STORY_CLOCK_DISORDER_NS (STORY_SECOND / 20)

/** How far those of different ways may run back: what probes with several interfaces write late. */
#define STORY_CLOCK_LATE_NS (10 * STORY_SECOND)

/** Steps of one clock that are followed. */
#define STORY_CLOCK_MAX_STEPS 256

/** Sightings of offers that are remembered for the comparison, of each capture. */
#define STORY_CLOCK_MAX_SIGHTINGS 4096

typedef struct StoryClock StoryClock;

StoryClock *story_clock_new(void);
void story_clock_free(StoryClock *clock);

/** Corrects the time of an event by the steps so far. Events come in the order of the file, but for those
 *  of messages whose rest was waited for in vain. */
void story_clock_take(StoryClock *clock, StoryEvent *event);

/** Where a clock was set: from a frame on its times are corrected by something else than before. */
typedef struct StoryClockStep {
    guint64 frame;
    gint64 shift_ns; /**< is added to the times from that frame on */
} StoryClockStep;

/** Of StoryClockStep, in order; empty: the clock ran on. */
const GArray *story_clock_steps(const StoryClock *clock);

/** What is added to all times, beside the steps, since the clock differs from those of other captures;
 *  0: it does not, as far as the order of messages shows. */
gint64 story_clock_offset(const StoryClock *clock);

/** By how many offers that was found. */
guint story_clock_witnesses(const StoryClock *clock);

/** What is added to the time of a frame in all. @param clock  NULL: nothing */
gint64 story_clock_shift(const StoryClock *clock, guint64 frame);

/** Compares the clocks of captures, and gives those an offset that differ from the others.
 *  @param clocks  of StoryClock, in the order of captures; NULL: there is none */
void story_clocks_compare(const GPtrArray *clocks);

/** Steps and sightings, to be read by another process of the same program. Floating. */
#define STORY_CLOCK_TYPE "(a(tx)a(sssxx))"
GVariant *story_clock_variant(const StoryClock *clock);
StoryClock *story_clock_new_from(GVariant *variant);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoryClock, story_clock_free)

#endif
