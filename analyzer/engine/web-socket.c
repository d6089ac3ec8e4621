/* web-socket.c
 * What a new session must be shown of a connection to know that it is a WebSocket
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/web-socket.h"

#include "analyzer/engine/field-numbers.h"
#include "plugin/wireshark-compat.h"

#define SWITCHING_PROTOCOLS 101
#define OPCODE_CONTROL      8 /* opcodes from here on are no data */

typedef enum WebSocketField {
    FIELD_STATUS,
    FIELD_ACCEPT,
    FIELD_EXTENSIONS,
    FIELD_FINAL,
    FIELD_OPCODE,
    N_FIELDS
} WebSocketField;

static const char *const field_names[N_FIELDS] = {
    [FIELD_STATUS] = "http.response.code",
    [FIELD_ACCEPT] = "http.sec_websocket_accept",
    [FIELD_EXTENSIONS] = "http.sec_websocket_extensions",
    [FIELD_FINAL] = "websocket.fin",
    [FIELD_OPCODE] = "websocket.opcode",
};

struct WebSocketFields {
    int numbers[N_FIELDS];
};

WebSocketFields *web_socket_fields_new(void)
{
    WebSocketFields *fields = g_new0(WebSocketFields, 1);

    field_numbers_find(field_names, N_FIELDS, fields->numbers);
    return fields;
}

void web_socket_fields_free(WebSocketFields *fields)
{
    g_free(fields);
}

void web_socket_prime(const WebSocketFields *fields, struct epan_dissect *edt)
{
    field_numbers_prime(fields->numbers, N_FIELDS, edt);
}

/* The items of a field in the frame; NULL: there are none. */
static const GPtrArray *items_of(const WebSocketFields *fields, epan_dissect_t *edt,
                                 WebSocketField field)
{
    const GPtrArray *found = proto_get_finfo_ptr_array(edt->tree, fields->numbers[field]);

    return found && found->len > 0 ? found : NULL;
}

/* ---- the handshake ---- */

static void keep(WebSocket *socket, const frame_data *frame)
{
    const FramePlace place = {frame->num, frame->file_off};

    if (!socket->opening) {
        socket->opening = g_array_new(FALSE, FALSE, sizeof(FramePlace));
    }
    if (socket->opening->len < WEB_SOCKET_MAX_FRAMES) {
        g_array_append_val(socket->opening, place);
    } else {
        socket->unshowable = true;
    }
}

/* What a frame was put together from must be known, or it cannot be put together again. */
static void check_part(guint32 part, gpointer data)
{
    WebSocket *socket = data;

    for (guint i = 0; i < socket->opening->len; i++) {
        if (g_array_index(socket->opening, FramePlace, i).frame == part) {
            return;
        }
    }
    socket->unshowable = true;
}

static bool ends_handshake(const WebSocketFields *fields, epan_dissect_t *edt)
{
    const GPtrArray *statuses = items_of(fields, edt, FIELD_STATUS);

    return statuses && items_of(fields, edt, FIELD_ACCEPT) &&
           krr_finfo_number(g_ptr_array_index(statuses, statuses->len - 1)) == SWITCHING_PROTOCOLS;
}

/* ---- messages ---- */

static void take_messages(const WebSocketFields *fields, WebSocket *socket, epan_dissect_t *edt,
                          guint side, gint64 now_ns)
{
    const GPtrArray *opcodes = items_of(fields, edt, FIELD_OPCODE);
    const GPtrArray *finals = items_of(fields, edt, FIELD_FINAL);

    for (guint i = 0; opcodes && finals && i < MIN(opcodes->len, finals->len); i++) {
        if (krr_finfo_number(g_ptr_array_index(opcodes, i)) < OPCODE_CONTROL) {
            socket->in_message[side] = krr_finfo_number(g_ptr_array_index(finals, i)) == 0;
            socket->message_ns = now_ns;
        }
    }
}

void web_socket_take(const WebSocketFields *fields, WebSocket *socket, struct epan_dissect *edt,
                     guint side, guint32 length, gint64 now_ns)
{
    if (socket->open) {
        take_messages(fields, socket, edt, side, now_ns);
        return;
    }
    if (length == 0) {
        return;
    }
    keep(socket, edt->pi.fd);
    krr_each_part(edt, edt->pi.fd, check_part, socket);
    if (ends_handshake(fields, edt)) {
        socket->open = true;
        socket->compressed = items_of(fields, edt, FIELD_EXTENSIONS) != NULL;
        take_messages(fields, socket, edt, side, now_ns);
    }
}

bool web_socket_can_be_shown(const WebSocket *socket)
{
    return socket->open && !socket->compressed && !socket->unshowable;
}

bool web_socket_is_in_message(const WebSocket *socket)
{
    return socket->in_message[0] || socket->in_message[1];
}

void web_socket_renew(WebSocket *socket)
{
    if (!socket->open) {
        web_socket_clear(socket);
    }
    socket->in_message[0] = socket->in_message[1] = false;
}

void web_socket_clear(WebSocket *socket)
{
    g_clear_pointer(&socket->opening, g_array_unref);
    socket->unshowable = false;
}
