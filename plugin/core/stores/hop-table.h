/* hop-table.h
 * Hops: pairs of addresses between which messages pass, and what was in view of each
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HOP_TABLE_H
#define HOP_TABLE_H

#include "core/event/story-event.h"

/* ---- hops as keys ---- */

/** A hop, the same from whichever end it is named. Tables find an item by it that begins with one. */
typedef struct HopKey {
    GRefString *lesser, *greater; /**< addresses, in the order of strcmp() */
} HopKey;

/** The key of a hop, to look it up; borrows the addresses. */
HopKey hop_key(const char *one, const char *other);

/** The key as an item of a table has it: interned addresses of its own. */
HopKey hop_key_keep(const HopKey *key);
void hop_key_clear(HopKey *key);

guint hop_key_hash(gconstpointer key);
gboolean hop_key_equal(gconstpointer a, gconstpointer b);

/** An address as a reference of the caller's, interned: mostly the hop has it already.
 *  @param key  kept, one of whose ends the address is; NULL: the hop is not known */
GRefString *hop_key_address(const HopKey *key, const char *address);

/* ---- what was in view of the hops of SIP ---- */

typedef struct HopTable HopTable;

HopTable *hop_table_new(void);
void hop_table_free(HopTable *table);

/** Notes a SIP message. @return the key of its hop, the table's; NULL where there are too many hops */
const HopKey *hop_table_note(HopTable *table, const StoryEvent *event);

/** Was some request from one address to another seen by a time, and no message of theirs ever cut short?
 *  A message that the capture cut short may have been any message. */
bool hop_table_shows_requests(const HopTable *table, const char *source, const char *destination,
                              gint64 time_ns);

/** Notes that a message between two addresses is certain to be missing from the capture: an answer came
 *  whose request was not seen, or an ACK without its answer. @param more  false: it was found after all,
 *  in a capture whose frames are out of order */
void hop_table_note_loss(HopTable *table, const char *source, const char *destination, bool more);

/** Are messages of a hop missing from the capture? */
bool hop_table_has_losses(const HopTable *table, const char *source, const char *destination);

/** Notes that an answer with a KRR came whose request was not seen. Of that hop it proves nothing: whoever
 *  sends one unasked would excuse himself. Of others it does. */
void hop_table_note_unasked(HopTable *table, const char *source, const char *destination);

/** Notes that a sender acknowledged a final answer that was not seen. */
void hop_table_note_acknowledged(HopTable *table, const char *source, const char *destination);

/** Were messages missing once on a hop that does not touch an address, or on one whose other end acknowledged
 *  what was missing? Then the probe loses messages, and whoever has that address did not order it. */
bool hop_table_has_losses_elsewhere(const HopTable *table, const char *address);

/** The time of the last message from one address to another; G_MININT64: none. */
gint64 hop_table_last_ns(const HopTable *table, const char *source, const char *destination);

#endif
