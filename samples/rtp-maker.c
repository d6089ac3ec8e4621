/* rtp-maker.c
 * Makes the media of a scenario: RTP (RFC 3550) from one host to another
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/rtp-maker.h"

#define VERSION_2      0x80 /* without padding, extension, contributing sources */
#define PAYLOAD_PCMU   0
#define RTP_HEADER     12
#define MAX_OCTETS     1400
#define SAMPLES_OF_PCM 8000 /* a second */

const char *const rtp_maker_keys[] = {"for", "every", "octets", NULL};

bool rtp_maker_is_stream(const ScenarioMessage *message)
{
    return g_str_equal(message->what, "RTP");
}

static bool read_seconds(const Scenario *scenario, const ScenarioMessage *message, const char *key,
                         const char *otherwise, gint64 *ns, GError **error)
{
    const char *text = setting_get(message->settings, key);
    text = text ? text : otherwise;
    return (text && scenario_seconds(text, ns) && *ns > 0) ||
           scenario_fail(error, scenario, message->line, "%s= must give seconds", key);
}

static GBytes *make_packet(guint32 source, guint16 sequence, guint32 samples, gsize octets)
{
    gsize length = RTP_HEADER + octets;
    guint8 *packet = g_malloc(length);
    packet[0] = VERSION_2;
    packet[1] = PAYLOAD_PCMU;
    for (guint i = 0; i < 2; i++) {
        packet[2 + i] = sequence >> (8 * (1 - i));
    }
    for (guint i = 0; i < 4; i++) {
        packet[4 + i] = samples >> (8 * (3 - i));
        packet[8 + i] = source >> (8 * (3 - i));
    }
    for (gsize i = RTP_HEADER; i < length; i++) {
        packet[i] = (guint8)(sequence + i);
    }
    return g_bytes_new_take(packet, length);
}

bool rtp_maker_send(const Scenario *scenario, PacketMaker *packets, const ScenarioMessage *message,
                    GError **error)
{
    gint64 length_ns, every_ns;
    guint64 octets;
    if (!read_seconds(scenario, message, "for", NULL, &length_ns, error) ||
        !read_seconds(scenario, message, "every", "0.02", &every_ns, error) ||
        !setting_number(scenario, message->settings, "octets", MAX_OCTETS, 160, &octets, error)) {
        return false;
    }
    ScenarioMessage packet = *message;
    for (guint32 i = 0; i * every_ns < length_ns; i++) {
        guint32 samples = (guint32)(i * every_ns / (1000000000 / SAMPLES_OF_PCM));
        g_autoptr(GBytes) bytes = make_packet(message->from->number, (guint16)i, samples, octets);
        packet.offset_ns = message->offset_ns + i * every_ns;
        if (!packet_maker_send(packets, &packet, bytes, false, error)) {
            return false;
        }
    }
    return true;
}
