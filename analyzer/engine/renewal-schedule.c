/* renewal-schedule.c
 * When libwireshark is to forget what it knows of a capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/renewal-schedule.h"

/* libwireshark keeps 2 to 3 KiB of each SIP message, and 6 KiB of one with an offer, whose session
 * description it keeps, too. So a session grows to 20 MiB. A renewal takes as long as the
 * dissection of some 30 messages. A message counts as so many frames more; also one that the sieve
 * takes, because renewals must come at the same frames with the sieve and without it. */
#define USUAL_SESSION_FRAMES 20000
#define FRAMES_OF_MESSAGE    2
#define FRAMES_OF_CARGO      9

/* So many frames that look like media count as one: of those, a session keeps addresses and
 * ports. */
#define MEDIA_A_FRAME 8

/* Unfinished data that have waited for longer than TCP and IP would wait are given up: the network
 * or the capture has lost the rest. The more a renewal is overdue, the less time they get: it
 * shrinks with the square, and is nothing at MOST_OVERDUE times the frames of a session. Else many
 * losses, or somebody who sends fragments on purpose, could put off the renewal for ever. Sessions
 * of few frames are as patient as those of PATIENT_FRAMES. */
#define UNFINISHED_NS  (G_GINT64_CONSTANT(60) * 1000 * 1000 * 1000)
#define MOST_OVERDUE   9
#define PATIENT_FRAMES 1000
#define CHECKS_SESSION 100 /* while it is overdue: not at every frame, for the cost */

void renewal_schedule_begin(RenewalSchedule *schedule)
{
    schedule->elapsed = schedule->next_check = 0;
}

/* Frames of a session; 0: without end. */
static guint64 session_frames(const RenewalSchedule *schedule, bool has_keys)
{
    if (schedule->session_frames >= 0) {
        return (guint64)schedule->session_frames;
    }
    return has_keys ? 0 : USUAL_SESSION_FRAMES;
}

/* After which time unfinished data are dead. @param overdue  frames since the renewal was due */
static gint64 unfinished_age(guint64 overdue, guint64 frames)
{
    guint64 unit = MAX(frames, PATIENT_FRAMES);
    double lateness = 1 + (double)overdue / (double)unit;

    return overdue >= MOST_OVERDUE * unit ? 0
                                          : (gint64)((double)UNFINISHED_NS / lateness / lateness);
}

bool renewal_schedule_check(RenewalSchedule *schedule, bool has_keys, gint64 *age_ns)
{
    guint64 frames = session_frames(schedule, has_keys);
    guint64 overdue;

    if (!frames || schedule->elapsed < frames * MEDIA_A_FRAME) {
        return false;
    }
    overdue = schedule->elapsed / MEDIA_A_FRAME - frames;
    if (overdue < schedule->next_check) {
        return false;
    }
    schedule->next_check = overdue + 1 + frames / CHECKS_SESSION;
    *age_ns = unfinished_age(overdue, frames);
    return true;
}

void renewal_schedule_add_frame(RenewalSchedule *schedule, bool like_media)
{
    schedule->elapsed += like_media && schedule->session_frames < 0 ? 1 : MEDIA_A_FRAME;
}

/* Not where the user said after how many frames it is. */
void renewal_schedule_add_message(RenewalSchedule *schedule, bool has_cargo)
{
    if (schedule->session_frames < 0) {
        schedule->elapsed += MEDIA_A_FRAME * (has_cargo ? FRAMES_OF_CARGO : FRAMES_OF_MESSAGE);
    }
}
