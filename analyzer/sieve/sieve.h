/* sieve.h
 * Frames of which it is certain, without dissection, what they tell
 *
 * Media tell nothing: a whole UDP datagram that begins as RTP and RTCP do, between ports that are
 * nobody's. An ordinary SIP message over UDP that carries no offer and no KRR tells what sip-skim.h
 * reads of it. All else is left to libwireshark, and so is whatever is not certain.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIEVE_H
#define SIEVE_H

#include <stdbool.h>

#include <glib.h>

#include "analyzer/sieve/datagram.h"
#include "analyzer/sieve/raw-frame.h"
#include "core/event/story-event.h"

typedef struct Sieve Sieve;

/** What the user asked libwireshark for; nothing of it is kept. Each NULL-terminated, or NULL. */
typedef struct SieveSettings {
    char **preferences; /**< "NAME:VALUE" */
    char **decode_as;   /**< "TABLE==VALUE,PROTOCOL" */
} SieveSettings;

/**
 * Looks up whose which port is; once libwireshark has got its preferences.
 *
 * The sieve is off, and takes nothing, where the user sets a preference that may change how UDP is
 * read, or a --decode-as rule of a table other than those of ports.
 */
Sieve *sieve_new(const SieveSettings *settings);
void sieve_free(Sieve *sieve);

/** What a frame looks like, whatever came before it. Its pointers are into the frame. */
typedef struct SieveLook {
    bool has_datagram;
    bool like_media; /**< a datagram that begins as media do, between ports where they may be */
    Datagram datagram;
} SieveLook;

/** Can anything that begins so be taken? NULL: nothing. @param encapsulation  wiretap's */
bool sieve_knows(const Sieve *sieve, int encapsulation);

/** NULL: it looks like nothing. @param look  out; its datagram is set where there is one */
void sieve_look(const Sieve *sieve, const RawFrame *frame, SieveLook *look);

/**
 * Takes a frame of which it is certain what it tells. A frame that is not taken must be dissected
 * before the next one comes: that may change whom libwireshark would ask about later frames, and
 * the sieve forgets what it knew of that.
 *
 * @param look    what it looks like
 * @param number  frame number in the capture, from 1
 * @param event   out: what the frame tells; owned by the caller, frame.capture is 0. NULL: nothing
 * @return whether it was taken
 */
bool sieve_take(Sieve *sieve, const RawFrame *frame, const SieveLook *look, guint32 number,
                StoryEvent **event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sieve, sieve_free)

#endif
