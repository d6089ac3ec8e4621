/* story-index.h
 * What the story says of each frame: its negotiations, what came before and after, what fired
 *
 * For whoever shows a capture frame by frame. Everything is held by value: the ledger that it was
 * made of may go on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_INDEX_H
#define STORY_INDEX_H

#include "core/audit/audit.h"

/** A negotiation, in a few words. */
typedef struct StoryIndexNegotiation {
    guint number; /**< "negotiation-N" */
    guint attempts;
    StoryOutcome outcome;
    guint64 begun_in; /**< its first frame */
    guint64 ended_in; /**< the last answer; 0: there is none */
} StoryIndexNegotiation;

/** That a frame is a part of a negotiation: it carried an offer or a KRR of it, or a final
 *  answer. */
typedef struct StoryIndexPart {
    guint64 frame;
    guint negotiation;  /**< index, for story_index_negotiation() */
    guint attempt;      /**< from 1 */
    guint64 retried_in; /**< of a KRR: the frame of the next attempt's offer, on the same hop where
                             that was captured; 0: none */
    guint64 retry_of;   /**< of an offer: the frame of the KRR that led to it, likewise */
} StoryIndexPart;

/** A finding in one of the frames that it cites. */
typedef struct StoryIndexFinding {
    guint64 frame;
    KrrRuleId rule;
    KrrSeverity severity; /**< never OFF */
    const char *observed; /**< a sentence for people */
    const char *expected; /**< likewise */
    const char *place;    /**< its negotiation and frames: "negotiation 2, frames 24, 28" */
    const char *krr;      /**< digest of the KRR that it is about; NULL: about none */
    const char *offer;    /**< likewise, of the offer */
} StoryIndexFinding;

typedef struct StoryIndex StoryIndex;

/** @param ledger  finished, of one capture
 *  @param audit   of that ledger */
StoryIndex *story_index_new(const Ledger *ledger, const Audit *audit);
void story_index_free(StoryIndex *index);

/** Does it say nothing of any frame? */
bool story_index_is_empty(const StoryIndex *index);

/** The parts of negotiations that a frame is. @param count  out: how many there are
 *  @return the first of them, by negotiation; NULL where there is none */
const StoryIndexPart *story_index_parts(const StoryIndex *index, guint64 frame, guint *count);

const StoryIndexNegotiation *story_index_negotiation(const StoryIndex *index, guint negotiation);

/** The findings that cite a frame, in the order of the report; likewise. */
const StoryIndexFinding *story_index_findings(const StoryIndex *index, guint64 frame, guint *count);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoryIndex, story_index_free)

#endif
