/* tcp-connection.h
 * A TCP connection in the present session, and segments of it that are missing
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TCP_CONNECTION_H
#define TCP_CONNECTION_H

#include "analyzer/engine/stream-gap.h"
#include "analyzer/engine/tcp-books.h"
#include "analyzer/engine/web-socket.h"

/* One direction. */
typedef struct Direction {
    guint8 static_flags; /* Wireshark's own; whether the base is known is one of them */
    guint32 base;        /* the number before the first octet */
    guint32 next;        /* up to where it was read, counted from the base */
    guint64 open;        /* where the unfinished begins; or TCP_BOOKS_CLOSED */
    gint64 since_ns;     /* when that was seen first */
    bool finished;       /* FIN was seen */
    StreamGap gap;
} Direction;

/* A connection in the present session. */
typedef struct TcpConnection {
    guint number;
    address source; /* of the first frame seen; owned */
    address destination;
    guint16 source_port;
    guint16 destination_port;
    Direction directions[2];
    guint asked;     /* HTTP requests without an answer */
    gint64 asked_ns; /* when the last of them was */
    bool bound;      /* a dissector remembers what went before */
    bool closed;
    WebSocket socket;
    guint32 last; /* the latest frame, and its time */
    gint64 last_ns;
} TcpConnection;

/** Frees a TcpConnection. */
void tcp_connection_free(gpointer data);

/** Takes a segment into the direction that it is of, where one before it is missing.
 *  @return whether that is the first one */
bool tcp_connection_take_gap(TcpConnection *connection, const frame_data *frame,
                             const struct tcpheader *header, const struct tcp_analysis *books,
                             gint64 now_ns);

/**
 * Has what stands behind gaps read that are given up.
 * @param frame, now_ns  as in connections_skip_gaps()
 * @return whether there is still a gap that is waited for
 */
bool tcp_connection_skip_gaps(TcpConnection *connection, guint32 frame, gint64 now_ns,
                              FrameShow *show, gpointer data);

#endif
