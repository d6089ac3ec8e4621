/* keep-alive.c
 * CRLFs between messages, by which ends keep their connections open (RFC 5626 4.4.1)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/keep-alive.h"

#include <string.h>

#include "samples/spelling.h"
#include "samples/tunnel.h"

#define AWAY_NS   G_GINT64_CONSTANT(1000000)
#define MAX_CRLFS 1000

const char *const keep_alive_keys[] = {"crlf", "crlf-count", NULL};

typedef enum Place { PLACE_NOWHERE, PLACE_BEFORE, PLACE_FRONT, PLACE_TAIL, PLACE_BEHIND } Place;

static const char *const place_names[] = {
    [PLACE_NOWHERE] = "none", [PLACE_BEFORE] = "before", [PLACE_FRONT] = "front",
    [PLACE_TAIL] = "tail",    [PLACE_BEHIND] = "behind",
};

static bool read_place(const Scenario *scenario, const ScenarioMessage *message, Place *place,
                       GError **error)
{
    const char *crlf = setting_get(message->settings, "crlf");
    *place = PLACE_NOWHERE;
    while (crlf && *place < G_N_ELEMENTS(place_names) && !g_str_equal(place_names[*place], crlf)) {
        (*place)++;
    }
    return *place < G_N_ELEMENTS(place_names) ||
           scenario_fail(error, scenario, message->line, "crlf=%s: there is no such place", crlf);
}

static GBytes *join(GBytes *first, GBytes *second)
{
    GByteArray *all = g_byte_array_new();
    GBytes *const parts[] = {first, second};
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        gsize length = 0;
        const guint8 *data = g_bytes_get_data(parts[i], &length);
        g_byte_array_append(all, data, length);
    }
    return g_byte_array_free_to_bytes(all);
}

/* Sends the CRLFs alone: by the same way as the message, but without its mishaps. */
static bool send_alone(PacketMaker *packets, const ScenarioMessage *message, gint64 later_ns,
                       GBytes *crlfs, bool over_tcp, GError **error)
{
    g_autoptr(GPtrArray) settings = g_ptr_array_new();
    for (guint i = 0; i < message->settings->len; i++) {
        Setting *setting = message->settings->pdata[i];
        if (g_strv_contains(tunnel_keys, setting->key)) {
            g_ptr_array_add(settings, setting);
        }
    }
    ScenarioMessage alone = *message;
    alone.offset_ns += later_ns;
    alone.settings = settings;
    return packet_maker_send(packets, &alone, crlfs, over_tcp, error);
}

bool keep_alive_send(const Scenario *scenario, PacketMaker *packets, const ScenarioMessage *message,
                     GBytes *bytes, bool over_tcp, GError **error)
{
    Place place;
    guint64 count;
    if (!read_place(scenario, message, &place, error) ||
        !setting_number(scenario, message->settings, "crlf-count", MAX_CRLFS, 2, &count, error)) {
        return false;
    }
    if (place == PLACE_NOWHERE || count == 0 || !spelling_is_sip(bytes)) {
        return packet_maker_send(packets, message, bytes, over_tcp, error);
    }
    GString *text = g_string_new(NULL);
    for (guint64 i = 0; i < count; i++) {
        g_string_append(text, "\r\n");
    }
    g_autoptr(GBytes) crlfs = g_string_free_to_bytes(text);
    g_autoptr(GBytes) sent = place == PLACE_FRONT  ? join(crlfs, bytes)
                             : place == PLACE_TAIL ? join(bytes, crlfs)
                                                   : g_bytes_ref(bytes);
    return (place != PLACE_BEFORE ||
            send_alone(packets, message, -AWAY_NS, crlfs, over_tcp, error)) &&
           packet_maker_send(packets, message, sent, over_tcp, error) &&
           (place != PLACE_BEHIND || send_alone(packets, message, AWAY_NS, crlfs, over_tcp, error));
}
