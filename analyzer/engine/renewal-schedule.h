/* renewal-schedule.h
 * When libwireshark is to forget what it knows of a capture
 *
 * Wireshark grows because it keeps every conversation of a capture for ever. Here it forgets them
 * after some number of frames, but only when no connection and no fragment waits for later frames.
 * The longer that takes, the shorter the wait that is allowed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RENEWAL_SCHEDULE_H
#define RENEWAL_SCHEDULE_H

#include <stdbool.h>

#include <glib.h>

/** A renewal: libwireshark forgot what it knew of the capture so far. */
typedef struct SessionRenewal {
    guint32 frame;      /**< before which it was */
    guint32 unfinished; /**< connections and fragments that had waited so long for what was missing
                             that they were given up */
} SessionRenewal;

/** The schedule of one capture. */
typedef struct RenewalSchedule {
    gint64
        session_frames; /**< what the user said: frames of a session, 0: never; negative: nothing */
    guint64 elapsed; /**< frames since the last renewal, whatever became of them, as they count */
    guint64 next_check; /**< frames by which a renewal must be overdue to be asked for again */
} RenewalSchedule;

/** Another capture begins, or the session was renewed. */
void renewal_schedule_begin(RenewalSchedule *schedule);

/**
 * To be asked before each frame: is it time to renew the session, if nothing waits?
 * @param has_keys  TLS keys are in play: never, unless the user said otherwise
 * @param age_ns    out, where it is time: what has waited for longer than this counts as lost
 */
bool renewal_schedule_check(RenewalSchedule *schedule, bool has_keys, gint64 *age_ns);

/** Counts a frame, whatever became of it.
 *  @param like_media  it looks like media, of which a session would only keep the addresses: unless
 *  the user said how many frames make a session, it counts for less */
void renewal_schedule_add_frame(RenewalSchedule *schedule, bool like_media);

/** A message is in the frame, of which a session keeps more than of others.
 *  @param has_cargo  with an offer or a KRR in it */
void renewal_schedule_add_message(RenewalSchedule *schedule, bool has_cargo);

#endif
