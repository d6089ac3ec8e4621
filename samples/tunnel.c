/* tunnel.c
 * What a message travels in besides its own packets: tunnels, copies to a collector, ESP
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/tunnel.h"

#include "samples/hep-maker.h"

#define DEFAULT_FROM  "203.0.113.1"
#define DEFAULT_TO    "203.0.113.2"
#define HEP_PORT      9060
#define AGENT_PORT    40000
#define NUMBER_FROM   0xfffe /* network cards of the ends */
#define NUMBER_TO     0xffff
#define NOWHERE       (-1)
#define ESP_SPI       0x00001000
#define ESP_ICV       12 /* octets: HMAC-SHA-1-96, RFC 2404 */
#define ESP_ALIGNMENT 4

enum { IP_PROTOCOL_IPV4 = 4, IP_PROTOCOL_IPV6 = 41, IP_PROTOCOL_GRE = 47, IP_PROTOCOL_ESP = 50 };
enum { PPP_IPV4 = 0x0021, PPP_IPV6 = 0x0057 };

const char *const tunnel_keys[] = {"within",      "tunnel-from",  "tunnel-to",
                                   "tunnel-over", "tunnel-delay", NULL};

/* What a frame stands in. */
typedef enum Outside {
    OUTSIDE_ETHERNET, /* the number is an Ethernet type */
    OUTSIDE_IP,       /* an IP protocol; 0: the one that stands for the IP version inside */
    OUTSIDE_UDP,      /* a port */
    OUTSIDE_ESP,
    OUTSIDE_HEP /* a variant */
} Outside;

/* A header that is the same each time but for these places in it (NOWHERE: not in it). */
struct TunnelWay {
    const char *name;
    Outside outside;
    guint16 number;
    bool whole_frame; /* inside is the frame, not only its IP packet */
    gint type_at;     /* the Ethernet type of what is inside */
    gint ppp_at;      /* its PPP protocol */
    gint length_at;   /* the length of what is inside, ... */
    guint16 more;     /* ... and so many octets */
    guint8 size;
    guint8 header[20];
};

#define NO_PLACES   .type_at = NOWHERE, .ppp_at = NOWHERE, .length_at = NOWHERE
#define HEADER(...) .size = sizeof((const guint8[]){__VA_ARGS__}), .header = {__VA_ARGS__}

static const TunnelWay ways[] = {
    {"hep1", OUTSIDE_HEP, HEP_VERSION_1, NO_PLACES},
    {"hep2", OUTSIDE_HEP, HEP_VERSION_2, NO_PLACES},
    {"hep3", OUTSIDE_HEP, HEP_VERSION_3, NO_PLACES},
    {"hep3-gzip", OUTSIDE_HEP, HEP_VERSION_3_GZIP, NO_PLACES},
    {"hep3-zlib", OUTSIDE_HEP, HEP_VERSION_3_ZLIB, NO_PLACES},
    {"hep3-nested", OUTSIDE_HEP, HEP_VERSION_3_NESTED, NO_PLACES},
    {"esp-null", OUTSIDE_ESP, 0, NO_PLACES},
    {"vlan", OUTSIDE_ETHERNET, 0x8100, false, 2, NOWHERE, NOWHERE, 0, HEADER(0, 10, 0, 0)},
    {"qinq", OUTSIDE_ETHERNET, 0x88a8, false, 6, NOWHERE, NOWHERE, 0,
     HEADER(0, 20, 0x81, 0, 0, 10, 0, 0)},
    {"mpls", OUTSIDE_ETHERNET, 0x8847, NO_PLACES, HEADER(0, 1, 1, 64)},
    {"pppoe", OUTSIDE_ETHERNET, 0x8864, false, NOWHERE, 6, 4, 2, HEADER(0x11, 0, 0, 1, 0, 0, 0, 0)},
    {"ipip", OUTSIDE_IP, 0, NO_PLACES},
    {"gre", OUTSIDE_IP, IP_PROTOCOL_GRE, false, 2, NOWHERE, NOWHERE, 0, HEADER(0, 0, 0, 0)},
    {"gre-ethernet", OUTSIDE_IP, IP_PROTOCOL_GRE, .whole_frame = true, NO_PLACES,
     HEADER(0x20, 0, 0x65, 0x58, 0, 0, 1, 0)},
    {"erspan", OUTSIDE_IP, IP_PROTOCOL_GRE, .whole_frame = true, NO_PLACES,
     HEADER(0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 10, 0, 1, 0, 0, 0, 1)},
    {"gtp-u", OUTSIDE_UDP, 2152, false, NOWHERE, NOWHERE, 2, 0,
     HEADER(0x30, 0xff, 0, 0, 0, 0, 0, 1)},
    {"l2tp", OUTSIDE_UDP, 1701, false, NOWHERE, 8, NOWHERE, 0,
     HEADER(0, 2, 0, 1, 0, 1, 0xff, 3, 0, 0)},
    {"vxlan", OUTSIDE_UDP, 4789, .whole_frame = true, NO_PLACES, HEADER(8, 0, 0, 0, 0, 0, 1, 0)},
    {"geneve", OUTSIDE_UDP, 6081, .whole_frame = true, NO_PLACES,
     HEADER(0, 0, 0x65, 0x58, 0, 0, 1, 0)},
    {"tzsp", OUTSIDE_UDP, 37008, .whole_frame = true, NO_PLACES, HEADER(1, 0, 0, 1, 1)},
};

/* ---- settings ---- */

static bool find_way(const Scenario *scenario, const ScenarioMessage *message, Tunnel *tunnel,
                     GError **error)
{
    const char *within = setting_get(message->settings, "within");
    if (!within || g_str_equal(within, "none")) {
        return true;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        if (g_str_equal(ways[i].name, within)) {
            tunnel->way = &ways[i];
            return true;
        }
    }
    return scenario_fail(error, scenario, message->line, "within=%s: there is no such way", within);
}

static bool read_end(const Scenario *scenario, const ScenarioMessage *message, const char *key,
                     const char *otherwise, guint16 port, Endpoint *end, GError **error)
{
    const char *text = setting_get(message->settings, key);
    g_autoptr(GSocketConnectable) parsed =
        g_network_address_parse(text ? text : otherwise, port, NULL);
    if (parsed) {
        GNetworkAddress *address = G_NETWORK_ADDRESS(parsed);
        end->address = g_inet_address_new_from_string(g_network_address_get_hostname(address));
        end->port = g_network_address_get_port(address);
    }
    return end->address ||
           scenario_fail(error, scenario, message->line, "%s=%s: no ADDRESS[:PORT]", key, text);
}

bool tunnel_read(const Scenario *scenario, const ScenarioMessage *message, Tunnel *tunnel,
                 GError **error)
{
    const char *over = setting_get(message->settings, "tunnel-over");
    const char *delay = setting_get(message->settings, "tunnel-delay");
    if (!find_way(scenario, message, tunnel, error) || !tunnel->way) {
        return !tunnel->way && !(error && *error);
    }
    bool hep = tunnel->way->outside == OUTSIDE_HEP;
    guint16 port = hep ? HEP_PORT : tunnel->way->number;
    tunnel->from.number = NUMBER_FROM;
    tunnel->to.number = NUMBER_TO;
    tunnel->over_tcp = g_strcmp0(over, "tcp") == 0;
    if (tunnel->over_tcp && (!hep || tunnel->way->number < HEP_VERSION_3)) {
        return scenario_fail(error, scenario, message->line, "tunnel-over=tcp: only HEP3 can");
    }
    if (delay && !scenario_seconds(delay, &tunnel->delay_ns)) {
        return scenario_fail(error, scenario, message->line, "tunnel-delay=%s: no seconds", delay);
    }
    return read_end(scenario, message, "tunnel-from", DEFAULT_FROM, hep ? AGENT_PORT : port,
                    &tunnel->from, error) &&
           read_end(scenario, message, "tunnel-to", DEFAULT_TO, port, &tunnel->to, error);
}

void tunnel_clear(Tunnel *tunnel)
{
    g_clear_object(&tunnel->from.address);
    g_clear_object(&tunnel->to.address);
}

/* ---- copies ---- */

bool tunnel_copies(const Tunnel *tunnel)
{
    return tunnel->way && tunnel->way->outside == OUTSIDE_HEP;
}

GBytes *tunnel_copy(const Tunnel *tunnel, const Parcel *parcel, gint64 time_ns)
{
    if (tunnel->way->number != HEP_VERSION_3_NESTED) {
        return hep_packet(tunnel->way->number, parcel, time_ns);
    }
    const Parcel copy = {.from = tunnel->from,
                         .to = tunnel->to,
                         .bytes = hep_packet(HEP_VERSION_3, parcel, time_ns),
                         .over_tcp = tunnel->over_tcp};
    GBytes *nested = hep_packet(HEP_VERSION_3_NESTED, &copy, time_ns);
    g_bytes_unref(copy.bytes);
    return nested;
}

/* ---- frames ---- */

GByteArray *tunnel_protect(const Tunnel *tunnel, GByteArray *payload, guint8 *protocol)
{
    if (!tunnel->way || tunnel->way->outside != OUTSIDE_ESP) {
        return payload;
    }
    GByteArray *packet = g_byte_array_new();
    put32(packet, ESP_SPI);
    put32(packet, 1);
    g_byte_array_append(packet, payload->data, payload->len);
    guint8 padding = 0;
    while ((packet->len + 2) % ESP_ALIGNMENT != 0) {
        put8(packet, ++padding);
    }
    put8(packet, padding);
    put8(packet, *protocol);
    guint8 digest[20];
    gsize length = sizeof digest;
    g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA1, (const guchar *)"key", 3);
    g_hmac_update(hmac, packet->data, packet->len);
    g_hmac_get_digest(hmac, digest, &length);
    g_byte_array_append(packet, digest, ESP_ICV);
    g_byte_array_unref(payload);
    *protocol = IP_PROTOCOL_ESP;
    return packet;
}

static GByteArray *with_header(const TunnelWay *way, const guint8 *inside, gsize length,
                               guint16 ethertype)
{
    GByteArray *bytes = g_byte_array_new();
    g_byte_array_append(bytes, way->header, way->size);
    if (way->type_at != NOWHERE) {
        set16(bytes, way->type_at, ethertype);
    }
    if (way->ppp_at != NOWHERE) {
        set16(bytes, way->ppp_at, ethertype == ETHERTYPE_IPV6 ? PPP_IPV6 : PPP_IPV4);
    }
    if (way->length_at != NOWHERE) {
        set16(bytes, way->length_at, length + way->more);
    }
    g_byte_array_append(bytes, inside, length);
    return bytes;
}

static GByteArray *behind_ethernet(const TunnelWay *way, const GByteArray *frame,
                                   const GByteArray *inside)
{
    GByteArray *outer = g_byte_array_new();
    g_byte_array_append(outer, frame->data, ETHERNET_HEADER);
    set16(outer, ETHERNET_HEADER - 2, way->number);
    g_byte_array_append(outer, inside->data, inside->len);
    return outer;
}

static GByteArray *in_ip(const Tunnel *tunnel, const GByteArray *inside, guint16 ethertype,
                         guint32 id)
{
    const TunnelWay *way = tunnel->way;
    guint8 usual = ethertype == ETHERTYPE_IPV6 ? IP_PROTOCOL_IPV6 : IP_PROTOCOL_IPV4;
    guint8 protocol = way->outside == OUTSIDE_UDP ? IP_PROTOCOL_UDP
                      : way->number               ? way->number
                                                  : usual;
    g_autoptr(GByteArray) datagram =
        way->outside == OUTSIDE_UDP
            ? udp_packet(&tunnel->from, &tunnel->to, inside->data, inside->len)
            : NULL;
    const GByteArray *payload = datagram ? datagram : inside;
    const IpPiece piece = {.data = payload->data, .length = payload->len};
    return ip_frame(&tunnel->from, &tunnel->to, protocol, id, &piece);
}

GByteArray *tunnel_wrap(const Tunnel *tunnel, GByteArray *frame, guint32 id)
{
    const TunnelWay *way = tunnel->way;
    if (!way || way->outside == OUTSIDE_ESP || way->outside == OUTSIDE_HEP) {
        return frame;
    }
    gsize skipped = way->whole_frame ? 0 : ETHERNET_HEADER;
    guint16 ethertype = frame->data[ETHERNET_HEADER - 2] << 8 | frame->data[ETHERNET_HEADER - 1];
    g_autoptr(GByteArray) inside =
        with_header(way, frame->data + skipped, frame->len - skipped, ethertype);
    GByteArray *outer = way->outside == OUTSIDE_ETHERNET ? behind_ethernet(way, frame, inside)
                                                         : in_ip(tunnel, inside, ethertype, id);
    g_byte_array_unref(frame);
    return outer;
}
