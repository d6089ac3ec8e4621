/* connections.h
 * The TCP connections of a capture: which is which, and what they wait for
 *
 * Wireshark counts streams from 0 in each session, and forgets with the session what it holds of a
 * connection: segments of a message that has not ended, segments behind one that is missing, that
 * the connection was upgraded to another protocol. This says when there is nothing to forget, and
 * gives connections numbers that a new session does not change.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CONNECTIONS_H
#define CONNECTIONS_H

#include <stdbool.h>

#include <glib.h>

#include "analyzer/engine/web-socket.h"

struct epan_dissect;

typedef struct Connections Connections;

/**
 * Listens to the tap "tcp"; after epan_init().
 * @param remember  connections keep their numbers however long they are silent
 * @return NULL with @p error set
 */
Connections *connections_new(bool remember, GError **error);
void connections_free(Connections *connections);

/** Another capture begins: nothing is remembered. */
void connections_begin(Connections *connections);

/** Asks for the fields that are looked at; before every dissection. */
void connections_prime(const Connections *connections, struct epan_dissect *edt);

/** Takes the connections of the frame that was dissected; before epan_dissect_reset().
 *  @param now_ns  the frame's time */
void connections_take(Connections *connections, struct epan_dissect *edt, gint64 now_ns);

/**
 * Has what stands behind missing segments read, of which the capture has shown nothing for some seconds.
 * @param frame   number of the next frame
 * @param now_ns  G_MAXINT64: no frame comes any more
 */
void connections_skip_gaps(Connections *connections, guint32 frame, gint64 now_ns, FrameShow *show,
                           gpointer data);

/** Forgets what the tap told of a frame that is not taken. */
void connections_forget(Connections *connections);

/** Calls a function with the number of each connection to which the last frame taken belongs.
 *  Numbers begin with 1 and are the same in all sessions of a capture. */
void connections_each(const Connections *connections, void (*visit)(guint number, gpointer data),
                      gpointer data);

/** Is there none that a new session would have to be told of? */
bool connections_none(const Connections *connections);

/**
 * Would a new session lose something of a connection?
 * @param now_ns  time in the capture
 * @param age_ns  what has waited longer counts as lost: the capture does not have the rest of it
 */
bool connections_wait(const Connections *connections, gint64 now_ns, gint64 age_ns);

/**
 * Tells a new session, in which nothing was dissected yet, how far the open connections were read.
 * So it knows retransmissions and keep-alives for what they are, reads nothing twice, and begins no
 * message in its middle. A connection whose unfinished data are given up begins anew with its next
 * segment. The handshakes of open WebSockets are shown again first.
 * @param frame  number of the next frame
 * @return how many connections had unfinished data, which are given up
 */
guint connections_carry(Connections *connections, guint32 frame, gint64 now_ns, FrameShow *show,
                        gpointer data);

#endif
