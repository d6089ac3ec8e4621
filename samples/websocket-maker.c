/* websocket-maker.c
 * Messages in frames of a WebSocket (RFC 6455), with SIP agreed on (RFC 7118)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/websocket-maker.h"

#include <string.h>

#include "samples/octets.h"

#define MAX_FRAMES  64
#define FLAG_FINAL  0x80
#define FLAG_MASKED 0x80

enum { OPCODE_CONTINUATION = 0, OPCODE_TEXT = 1 };

static const guint8 masking_key[] = {0x37, 0xfa, 0x21, 0x3d};

bool websocket_maker_wants(const GPtrArray *settings)
{
    return g_strcmp0(setting_get(settings, "over"), "ws") == 0;
}

static GBytes *take_text(char *text)
{
    return g_bytes_new_take(text, strlen(text));
}

/* The key and what answers it are those of RFC 6455 1.3. */
GBytes *websocket_maker_request(const char *host)
{
    return take_text(g_strdup_printf("GET / HTTP/1.1\r\n"
                                     "Host: %s\r\n"
                                     "Upgrade: websocket\r\n"
                                     "Connection: Upgrade\r\n"
                                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                     "Sec-WebSocket-Protocol: sip\r\n"
                                     "Sec-WebSocket-Version: 13\r\n"
                                     "\r\n",
                                     host));
}

GBytes *websocket_maker_answer(void)
{
    return take_text(g_strdup("HTTP/1.1 101 Switching Protocols\r\n"
                              "Upgrade: websocket\r\n"
                              "Connection: Upgrade\r\n"
                              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                              "Sec-WebSocket-Protocol: sip\r\n"
                              "\r\n"));
}

static void put_length(GByteArray *frame, gsize length, guint8 masked)
{
    if (length < 126) {
        put8(frame, masked | (guint8)length);
    } else if (length <= G_MAXUINT16) {
        put8(frame, masked | 126);
        put16(frame, (guint16)length);
    } else {
        put8(frame, masked | 127);
        put32(frame, 0);
        put32(frame, (guint32)length);
    }
}

/* @param head  opcode and flags */
static void put_frame(GByteArray *frames, guint8 head, const guint8 *data, gsize length,
                      bool client)
{
    put8(frames, head);
    put_length(frames, length, client ? FLAG_MASKED : 0);
    if (client) {
        g_byte_array_append(frames, masking_key, sizeof masking_key);
    }
    for (gsize i = 0; i < length; i++) {
        put8(frames, client ? data[i] ^ masking_key[i % sizeof masking_key] : data[i]);
    }
}

/* The settings "ws-empty": which of the frames holds nothing; -1: none does. */
static bool read_empty(const Scenario *scenario, const ScenarioMessage *message, guint64 *count,
                       gint64 *empty, GError **error)
{
    const char *text = setting_get(message->settings, "ws-empty");

    *empty = -1;
    if (!setting_number(scenario, message->settings, "ws-frames", MAX_FRAMES, 1, count, error)) {
        return false;
    }
    if (g_strcmp0(text, "first") == 0) {
        *empty = 0;
    } else if (g_strcmp0(text, "last") == 0) {
        *empty = (gint64)*count;
    } else if (text) {
        return scenario_fail(error, scenario, message->line, "ws-empty=%s: first or last", text);
    }
    return *count > 0 || scenario_fail(error, scenario, message->line, "ws-frames=0: at least 1");
}

GBytes *websocket_maker_wrap(const Scenario *scenario, const ScenarioMessage *message,
                             GBytes *bytes, bool client, GError **error)
{
    g_autoptr(GByteArray) frames = g_byte_array_new();
    gsize length, offset = 0;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    guint64 full;
    gint64 empty;

    if (!read_empty(scenario, message, &full, &empty, error)) {
        return NULL;
    }
    const gint64 count = (gint64)full + (empty >= 0 ? 1 : 0);
    for (gint64 i = 0; i < count; i++) {
        const gsize rest = length - offset;
        const gint64 behind = count - i - (empty > i ? 1 : 0); /* of those that hold something */
        const gsize size = i == empty ? 0 : behind <= 1 ? rest : rest / (gsize)behind;
        put_frame(frames,
                  (i == 0 ? OPCODE_TEXT : OPCODE_CONTINUATION) | (i == count - 1 ? FLAG_FINAL : 0),
                  data + offset, size, client);
        offset += size;
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&frames));
}
