/* web-socket.h
 * What a new session must be shown of a connection to know that it is a WebSocket
 *
 * libwireshark knows a WebSocket (RFC 6455) by its handshake alone, and reads its frames by what that
 * agreed on. So the frames with the handshake are kept in mind, and a new session is shown them again,
 * before anything else of the connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WEB_SOCKET_H
#define WEB_SOCKET_H

#include <stdbool.h>

#include <glib.h>

struct epan_dissect;

/** Frames with data that are kept in mind of a connection until its handshake ends. A longer beginning
 *  cannot be shown again. */
#define WEB_SOCKET_MAX_FRAMES 32

/** Where a frame is. */
typedef struct FramePlace {
    guint32 frame;
    gint64 offset; /**< of its record in the file */
} FramePlace;

/** Has a frame dissected once more that was dissected before. */
typedef void FrameShow(const FramePlace *place, gpointer data);

/** Of a connection that may be one; all zero at its beginning. */
typedef struct WebSocket {
    GArray *opening;    /**< of FramePlace: with data, up to the end of the handshake */
    bool open;          /**< the handshake has ended */
    bool compressed;    /**< it has a state that no handshake gives back */
    bool unshowable;    /**< not all that the handshake was put together from is known */
    bool in_message[2]; /**< by side: a message has begun that has not ended */
    gint64 message_ns;  /**< when a part of one was seen last */
} WebSocket;

/** Fields that are looked at. */
typedef struct WebSocketFields WebSocketFields;

/** After epan_init(). */
WebSocketFields *web_socket_fields_new(void);
void web_socket_fields_free(WebSocketFields *fields);

/** Asks for the fields; before every dissection. */
void web_socket_prime(const WebSocketFields *fields, struct epan_dissect *edt);

/** Takes a frame of the connection. @param side  0 or 1: the sender's  @param length  of its data */
void web_socket_take(const WebSocketFields *fields, WebSocket *socket, struct epan_dissect *edt,
                     guint side, guint32 length, gint64 now_ns);

/** Is it one that a new session can be shown the beginning of? */
bool web_socket_can_be_shown(const WebSocket *socket);

/** Is there a message of which only a part was seen? */
bool web_socket_is_in_message(const WebSocket *socket);

/** A new session begins: of what is no WebSocket yet, nothing is kept in mind. */
void web_socket_renew(WebSocket *socket);

void web_socket_clear(WebSocket *socket);

#endif
