/* sip-websocket.c
 * SIP messages on WebSockets (RFC 7118) that Wireshark does not put together
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/sip/sip-websocket.h"

#include <string.h>

#include "plugin/wireshark-compat.h"

#include <epan/conversation.h>
#include <epan/proto_data.h>

#include "core/sip/sip-message.h"

#define HEAD_OCTETS  2
#define MASK_OCTETS  4
#define FLAG_FINAL   0x80
#define FLAG_MASKED  0x80
#define LENGTH_BITS  0x7f
#define OPCODE_BITS  0x0f
#define LENGTH_IS_16 126
#define LENGTH_IS_64 127

/* What is longer is no SIP message that anybody reads. */
#define MAX_MESSAGE (SIP_MAX_HEAD + SIP_MAX_BODY)

enum { OPCODE_CONTINUATION = 0, OPCODE_CONTROL = 8 };

/* Of one direction of a WebSocket: the message that has begun. It lives as long as the capture, for the
 * passes that follow the first one. */
typedef struct Message {
    wmem_array_t *octets; /* NULL: none has */
    bool empty;           /* a frame of it was: Wireshark loses it */
} Message;

/* Of a connection. */
typedef struct Socket {
    address host; /* of who sent first */
    guint32 port;
    Message messages[2];
} Socket;

/* A message that ended in a packet, for the passes that follow the first one. */
typedef struct Ended {
    int position; /* of its last frame */
    guint length;
    const guint8 *octets;
} Ended;

/* One frame of a WebSocket, RFC 6455 5.2. */
typedef struct SocketFrame {
    guint8 opcode;
    bool final;
    const guint8 *mask; /* NULL: it has none */
    int begin;          /* of what it holds */
    guint length;
    int next; /* the frame behind it */
} SocketFrame;

static int proto_socket = -1;
static dissector_handle_t websocket, http, sip_message;

/* ---- frames ---- */

/* @return false: it is not whole */
static bool read_frame(tvbuff_t *tvb, int offset, SocketFrame *frame)
{
    const guint rest = tvb_captured_length(tvb) - (guint)offset;
    guint64 length;
    guint head = HEAD_OCTETS;

    if (rest < HEAD_OCTETS) {
        return false;
    }
    const guint8 first = tvb_get_uint8(tvb, offset), second = tvb_get_uint8(tvb, offset + 1);
    const bool masked = (second & FLAG_MASKED) != 0;
    length = second & LENGTH_BITS;
    head += length == LENGTH_IS_16 ? 2 : length == LENGTH_IS_64 ? 8 : 0;
    if (rest < head + (masked ? MASK_OCTETS : 0)) {
        return false;
    }
    length = length == LENGTH_IS_16   ? tvb_get_ntohs(tvb, offset + HEAD_OCTETS)
             : length == LENGTH_IS_64 ? tvb_get_ntoh64(tvb, offset + HEAD_OCTETS)
                                      : length;
    head += masked ? MASK_OCTETS : 0;
    if (length > rest - head) {
        return false;
    }
    *frame = (SocketFrame){.opcode = first & OPCODE_BITS,
                           .final = (first & FLAG_FINAL) != 0,
                           .begin = offset + (int)head,
                           .length = (guint)length,
                           .next = offset + (int)(head + length)};
    frame->mask = masked ? tvb_get_ptr(tvb, frame->begin - MASK_OCTETS, MASK_OCTETS) : NULL;
    return true;
}

/* ---- messages ---- */

static void forget(Message *message)
{
    if (message->octets) {
        wmem_destroy_array(message->octets);
    }
    *message = (Message){NULL, false};
}

static void append(Message *message, tvbuff_t *tvb, const SocketFrame *frame)
{
    if (frame->length == 0) {
        message->empty = true;
        return;
    }
    const guint8 *octets = tvb_get_ptr(tvb, frame->begin, (int)frame->length);
    for (guint i = 0; i < frame->length; i++) {
        const guint8 octet = frame->mask ? octets[i] ^ frame->mask[i % MASK_OCTETS] : octets[i];
        wmem_array_append_one(message->octets, octet);
    }
}

static wmem_array_t *ended_in(packet_info *pinfo)
{
    return p_get_proto_data(wmem_file_scope(), pinfo, proto_socket, 0);
}

/* Keeps a message that ended, if Wireshark has lost it and it is one of SIP. */
static void keep(packet_info *pinfo, const Message *message, int position)
{
    wmem_array_t *all = ended_in(pinfo);
    const guint length = wmem_array_get_count(message->octets);
    const char *octets = wmem_array_get_raw(message->octets);

    if (!message->empty || !sip_message_begins(octets, length)) {
        return;
    }
    if (!all) {
        all = wmem_array_new(wmem_file_scope(), sizeof(Ended));
        p_add_proto_data(wmem_file_scope(), pinfo, proto_socket, 0, all);
    }
    const Ended ended = {position, length, wmem_memdup(wmem_file_scope(), octets, length)};
    wmem_array_append_one(all, ended);
}

static void take_frame(packet_info *pinfo, Message *message, tvbuff_t *tvb,
                       const SocketFrame *frame)
{
    if (frame->opcode >= OPCODE_CONTROL) {
        return; /* between the frames of a message */
    }
    if (frame->opcode != OPCODE_CONTINUATION) {
        forget(message);
        if (frame->final) {
            return; /* Wireshark reads it */
        }
        message->octets = wmem_array_new(wmem_file_scope(), 1);
    }
    if (!message->octets) {
        return;
    }
    if (wmem_array_get_count(message->octets) + frame->length > MAX_MESSAGE) {
        forget(message);
        return;
    }
    append(message, tvb, frame);
    if (frame->final) {
        keep(pinfo, message, tvb_raw_offset(tvb) + frame->begin);
        forget(message);
    }
}

static Message *message_of(packet_info *pinfo)
{
    conversation_t *conversation = find_or_create_conversation(pinfo);
    Socket *socket = conversation_get_proto_data(conversation, proto_socket);

    if (!socket) {
        socket = wmem_new0(wmem_file_scope(), Socket);
        copy_address_wmem(wmem_file_scope(), &socket->host, &pinfo->src);
        socket->port = pinfo->srcport;
        conversation_add_proto_data(conversation, proto_socket, socket);
    }
    const bool same =
        pinfo->srcport == socket->port && cmp_address(&pinfo->src, &socket->host) == 0;
    return &socket->messages[same ? 0 : 1];
}

/* Dissects what ended with a frame. */
static void show_ended(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                       const SocketFrame *frame)
{
    wmem_array_t *all = ended_in(pinfo);
    const guint16 can_desegment = pinfo->can_desegment;

    pinfo->can_desegment = 0; /* it is whole */
    for (guint i = 0; all && i < wmem_array_get_count(all); i++) {
        const Ended *ended = wmem_array_index(all, i);
        if (ended->position == tvb_raw_offset(tvb) + frame->begin) {
            tvbuff_t *message =
                tvb_new_child_real_data(tvb, ended->octets, ended->length, (int)ended->length);
            add_new_data_source(pinfo, message, "Message of several WebSocket frames");
            call_dissector(sip_message, message, pinfo, tree);
        }
    }
    pinfo->can_desegment = can_desegment;
}

/* As if whoever called us had called it: each call takes one off what may be asked of TCP. */
static int call_instead(dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo,
                        proto_tree *tree, void *data)
{
    pinfo->can_desegment += pinfo->can_desegment > 0 ? 1 : 0;
    return call_dissector_only(handle, tvb, pinfo, tree, data);
}

static int dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    SocketFrame frame;
    const int taken = call_instead(websocket, tvb, pinfo, tree, data);

    for (int offset = 0; read_frame(tvb, offset, &frame); offset = frame.next) {
        if (!PINFO_FD_VISITED(pinfo)) {
            take_frame(pinfo, message_of(pinfo), tvb, &frame);
        }
        show_ended(tvb, pinfo, tree, &frame);
    }
    return taken;
}

/* ---- on ports of SIP ---- */

bool sip_websocket_claim(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    static const char method[] = "GET ", version[] = " HTTP/1.1";
    const guint length = tvb_captured_length(tvb);

    if (!http || length < sizeof method || tvb_strneql(tvb, 0, method, sizeof method - 1) != 0) {
        return false;
    }
    const char *octets = (const char *)tvb_get_ptr(tvb, 0, (int)length);
    const char *end = memchr(octets, '\r', MIN(length, SIP_MAX_HEAD));
    const gsize size = sizeof version - 1;
    if (!end || (gsize)(end - octets) < size || memcmp(end - size, version, size) != 0) {
        return false;
    }
    conversation_set_dissector(find_or_create_conversation(pinfo), http);
    call_instead(http, tvb, pinfo, tree, data);
    return true;
}

/* ---- registration ---- */

void sip_websocket_register(int proto)
{
    proto_socket = proto;
}

void sip_websocket_hand_off(dissector_handle_t sip)
{
    static const char upgrade[] = "websocket";

    sip_message = sip;
    websocket = find_dissector("websocket");
    http = find_dissector("http-over-tcp");
    http = http ? http : find_dissector("http");
    if (websocket && find_dissector_table("http.upgrade")) {
        dissector_add_string("http.upgrade", upgrade,
                             create_dissector_handle_with_name_and_description(
                                 dissect, -1, NULL, "SIP on WebSockets"));
    }
}
