/* fragments.h
 * Frames with a piece of something that later frames complete
 *
 * Fragments of IP datagrams, of SCTP messages and of WLAN frames. What TCP keeps is the matter of
 * connections.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FRAGMENTS_H
#define FRAGMENTS_H

#include <stdbool.h>

#include <glib.h>

#include "analyzer/engine/session.h"
#include "analyzer/engine/web-socket.h"

struct epan_dissect;

typedef struct Fragments Fragments;

/** Listens to the taps "ip" and "sctp"; after epan_init(). @return NULL with @p error set */
Fragments *fragments_new(GError **error);
void fragments_free(Fragments *fragments);

/** Asks for the fields that are looked at; before every dissection. */
void fragments_prime(const Fragments *fragments, struct epan_dissect *edt);

/** Takes the frame that was dissected; before epan_dissect_reset().
 *  @param now_ns  the frame's time */
void fragments_take(Fragments *fragments, struct epan_dissect *edt, gint64 now_ns);

/** Does a piece wait for others? @param now_ns,age_ns  as in connections_wait() */
bool fragments_wait(const Fragments *fragments, gint64 now_ns, gint64 age_ns);

/** The first fragment of a SIP message, the rest of which has not come. */
typedef struct TornMessage {
    FramePlace place;
    SessionPatch patches[2]; /**< with which it is a frame that the capture cut short */
    guint32 missing;         /**< octets of the datagram */
} TornMessage;

/**
 * Visits the first fragments of SIP messages whose others have not come in TORN_NS, each once; the oldest
 * first.
 * @param now_ns  G_MAXINT64: no frame comes any more, visit all
 */
void fragments_each_torn(Fragments *fragments, gint64 now_ns,
                         void (*visit)(const TornMessage *torn, gpointer data), gpointer data);

/** Visits all frames with pieces that wait.
 *  @param hop  stands for the addresses, see unread_watch_hop() */
void fragments_each(const Fragments *fragments,
                    void (*visit)(guint32 frame, guint hop, gpointer data), gpointer data);

/** A new session begins. @return how many frames with pieces are given up */
guint fragments_renew(Fragments *fragments);

/** Forgets what the taps told of a frame that is not taken. */
void fragments_forget(Fragments *fragments);

#endif
