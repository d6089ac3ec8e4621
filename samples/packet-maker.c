/* packet-maker.c
 * Puts messages on the wire: Ethernet, IPv4 or IPv6, UDP or TCP
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/packet-maker.h"

#include <string.h>

#define SECOND            G_GINT64_CONSTANT(1000000000)
#define BETWEEN_FRAMES_NS 10000     /* of one message */
#define HANDSHAKE_STEP_NS 100000    /* between its frames, and to the first message */
#define FIRST_RESEND_NS   500000000 /* T1 of SIP; doubles each time */
#define MAX_IP_PAYLOAD    65515     /* octets after the smallest IPv4 header */
#define DEFAULT_SEGMENT   1400
#define EPHEMERAL_PORT    49152
#define UDP_HEADER        8
#define TCP_HEADER        20
#define MAX_RESENDS       16

enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_FRAGMENT = 44 };
enum { FLAG_SYN = 0x02, FLAG_PSH = 0x08, FLAG_ACK = 0x10 };
enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd };

const char *const packet_maker_keys[] = {"over", "segment", "hold",    "fragment", "retransmit",
                                         "cut",  "lose",    "reverse", NULL};

typedef struct Frame {
    gint64 time_ns; /* since 1970 */
    GByteArray *bytes;
    guint32 captured; /* octets of it that the capture holds */
} Frame;

/* One side of a hop, as it appears in packets. */
typedef struct Endpoint {
    const ScenarioHost *host;
    guint16 port;
} Endpoint;

/* A TCP connection; index 0 is the side that opened it. */
typedef struct Connection {
    Endpoint ends[2];
    guint32 next[2];     /* sequence number of the next octet */
    GByteArray *held[2]; /* octets that wait for the next message */
} Connection;

struct PacketMaker {
    const Scenario *scenario;
    GPtrArray *frames;      /* of Frame */
    GPtrArray *connections; /* of Connection */
    guint32 packets;        /* IP packets so far: their identification */
};

/* What the settings of a message ask for. */
typedef struct Travel {
    guint64 segment, fragment, retransmit, cut, lose;
    bool reverse;
    gint64 time_ns; /* of its first frame, since 1970 */
} Travel;

static void frame_free(gpointer data)
{
    Frame *frame = data;
    g_byte_array_unref(frame->bytes);
    g_free(frame);
}

static void connection_free(gpointer data)
{
    Connection *connection = data;
    for (guint side = 0; side < G_N_ELEMENTS(connection->held); side++) {
        g_byte_array_unref(connection->held[side]);
    }
    g_free(connection);
}

PacketMaker *packet_maker_new(const Scenario *scenario)
{
    PacketMaker *maker = g_new0(PacketMaker, 1);
    maker->scenario = scenario;
    maker->frames = g_ptr_array_new_with_free_func(frame_free);
    maker->connections = g_ptr_array_new_with_free_func(connection_free);
    return maker;
}

void packet_maker_free(PacketMaker *maker)
{
    if (!maker) {
        return;
    }
    g_ptr_array_unref(maker->frames);
    g_ptr_array_unref(maker->connections);
    g_free(maker);
}

/* ---- octets ---- */

static void put8(GByteArray *bytes, guint8 value)
{
    g_byte_array_append(bytes, &value, 1);
}

static void put16(GByteArray *bytes, guint16 value)
{
    guint16 big = GUINT16_TO_BE(value);
    g_byte_array_append(bytes, (guint8 *)&big, sizeof big);
}

static void put32(GByteArray *bytes, guint32 value)
{
    guint32 big = GUINT32_TO_BE(value);
    g_byte_array_append(bytes, (guint8 *)&big, sizeof big);
}

static void put_address(GByteArray *bytes, const ScenarioHost *host)
{
    g_byte_array_append(bytes, g_inet_address_to_bytes(host->address),
                        g_inet_address_get_native_size(host->address));
}

/* The Internet checksum (RFC 1071). */
static guint16 checksum(const guint8 *data, gsize length)
{
    guint64 sum = 0;
    for (gsize i = 0; i < length; i++) {
        sum += i % 2 == 0 ? (guint)data[i] << 8 : data[i];
    }
    while (sum >> 16) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return ~sum & 0xffff;
}

static void set16(GByteArray *bytes, gsize offset, guint16 value)
{
    bytes->data[offset] = value >> 8;
    bytes->data[offset + 1] = value & 0xff;
}

/* Fills in the checksum of a UDP or TCP packet, which covers the addresses too. */
static void set_transport_checksum(GByteArray *packet, gsize offset, const Endpoint *from,
                                   const Endpoint *to, guint8 protocol)
{
    g_autoptr(GByteArray) covered = g_byte_array_new();
    put_address(covered, from->host);
    put_address(covered, to->host);
    put32(covered, packet->len);
    put32(covered, protocol);
    g_byte_array_append(covered, packet->data, packet->len);
    guint16 sum = checksum(covered->data, covered->len);
    /* In UDP 0 would mean that there is none. */
    set16(packet, offset, sum == 0 && protocol == PROTOCOL_UDP ? 0xffff : sum);
}

/* ---- frames ---- */

static void put_mac(GByteArray *bytes, const ScenarioHost *host)
{
    put16(bytes, 0x0200); /* locally administered */
    put32(bytes, host->number);
}

static GByteArray *begin_frame(const Endpoint *from, const Endpoint *to, guint16 ethertype)
{
    GByteArray *frame = g_byte_array_new();
    put_mac(frame, to->host);
    put_mac(frame, from->host);
    put16(frame, ethertype);
    return frame;
}

/* A piece of an IP payload. */
typedef struct Piece {
    const guint8 *data;
    guint16 offset; /* in the payload */
    guint16 length;
    bool is_fragment;
    bool more; /* others follow */
} Piece;

static GByteArray *ipv4_frame(const Endpoint *from, const Endpoint *to, guint8 protocol, guint32 id,
                              const Piece *piece)
{
    GByteArray *frame = begin_frame(from, to, ETHERTYPE_IPV4);
    gsize start = frame->len;
    put16(frame, 0x4500);
    put16(frame, 20 + piece->length);
    put16(frame, id);
    put16(frame, piece->offset / 8 | (piece->more ? 0x2000 : 0));
    put8(frame, 64);
    put8(frame, protocol);
    put16(frame, 0);
    put_address(frame, from->host);
    put_address(frame, to->host);
    set16(frame, start + 10, checksum(frame->data + start, frame->len - start));
    g_byte_array_append(frame, piece->data, piece->length);
    return frame;
}

static GByteArray *ipv6_frame(const Endpoint *from, const Endpoint *to, guint8 protocol, guint32 id,
                              const Piece *piece)
{
    GByteArray *frame = begin_frame(from, to, ETHERTYPE_IPV6);
    put32(frame, 0x60000000);
    put16(frame, piece->length + (piece->is_fragment ? 8 : 0));
    put8(frame, piece->is_fragment ? PROTOCOL_FRAGMENT : protocol);
    put8(frame, 64);
    put_address(frame, from->host);
    put_address(frame, to->host);
    if (piece->is_fragment) {
        put8(frame, protocol);
        put8(frame, 0);
        put16(frame, piece->offset | (piece->more ? 1 : 0));
        put32(frame, id);
    }
    g_byte_array_append(frame, piece->data, piece->length);
    return frame;
}

static void add_frame(PacketMaker *maker, GByteArray *bytes, gint64 time_ns)
{
    Frame *frame = g_new0(Frame, 1);
    frame->time_ns = time_ns;
    frame->bytes = bytes;
    frame->captured = bytes->len;
    g_ptr_array_add(maker->frames, frame);
}

/* Sends an IP payload, in fragments of at most @p largest octets (0: in one packet). */
static void add_packet(PacketMaker *maker, const Endpoint *from, const Endpoint *to,
                       guint8 protocol, const GByteArray *payload, guint64 largest, gint64 time_ns)
{
    bool ipv6 = g_inet_address_get_family(from->host->address) == G_SOCKET_FAMILY_IPV6;
    gsize headers = ipv6 ? 48 : 20;
    /* All fragments but the last are a multiple of eight octets. */
    gsize step = largest > headers + 8 ? (largest - headers) / 8 * 8 : 8;
    if (largest == 0 || payload->len + headers - (ipv6 ? 8 : 0) <= largest) {
        step = payload->len;
    }
    guint32 id = ++maker->packets;
    for (gsize offset = 0; offset < payload->len; offset += step) {
        Piece piece = {.data = payload->data + offset,
                       .offset = offset,
                       .length = MIN(step, payload->len - offset),
                       .is_fragment = step < payload->len,
                       .more = offset + step < payload->len};
        add_frame(maker, (ipv6 ? ipv6_frame : ipv4_frame)(from, to, protocol, id, &piece), time_ns);
        time_ns += BETWEEN_FRAMES_NS;
    }
}

/* ---- UDP and TCP ---- */

static void add_datagram(PacketMaker *maker, const ScenarioMessage *message, GBytes *bytes,
                         const Travel *travel, gint64 time_ns)
{
    const Endpoint from = {message->from, message->from->port};
    const Endpoint to = {message->to, message->to->port};
    gsize length = 0;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    g_autoptr(GByteArray) packet = g_byte_array_new();
    put16(packet, from.port);
    put16(packet, to.port);
    put16(packet, UDP_HEADER + length);
    put16(packet, 0);
    g_byte_array_append(packet, data, length);
    set_transport_checksum(packet, 6, &from, &to, PROTOCOL_UDP);
    add_packet(maker, &from, &to, PROTOCOL_UDP, packet, travel->fragment, time_ns);
}

/* A segment at a sequence number; what it acknowledges is all that the other side has sent. */
static void add_segment(PacketMaker *maker, const Connection *connection, guint side,
                        guint32 sequence, guint8 flags, const guint8 *data, gsize length,
                        guint64 fragment, gint64 time_ns)
{
    const Endpoint *from = &connection->ends[side], *to = &connection->ends[!side];
    g_autoptr(GByteArray) packet = g_byte_array_new();
    put16(packet, from->port);
    put16(packet, to->port);
    put32(packet, sequence);
    put32(packet, flags & FLAG_ACK ? connection->next[!side] : 0);
    put8(packet, TCP_HEADER / 4 << 4);
    put8(packet, flags);
    put16(packet, 0xffff);
    put32(packet, 0);
    if (length > 0) {
        g_byte_array_append(packet, data, length);
    }
    set_transport_checksum(packet, 16, from, to, PROTOCOL_TCP);
    add_packet(maker, from, to, PROTOCOL_TCP, packet, fragment, time_ns);
}

static Connection *open_connection(PacketMaker *maker, const ScenarioMessage *message,
                                   gint64 time_ns)
{
    Connection *connection = g_new0(Connection, 1);
    guint number = maker->connections->len;
    connection->ends[0] = (Endpoint){message->from, EPHEMERAL_PORT + number % 16384};
    connection->ends[1] = (Endpoint){message->to, message->to->port};
    connection->next[0] = 1000000 + 1000 * number;
    connection->next[1] = 5000000 + 1000 * number;
    for (guint side = 0; side < G_N_ELEMENTS(connection->held); side++) {
        connection->held[side] = g_byte_array_new();
    }
    g_ptr_array_add(maker->connections, connection);
    gint64 at = time_ns - 3 * HANDSHAKE_STEP_NS;
    add_segment(maker, connection, 0, connection->next[0]++, FLAG_SYN, NULL, 0, 0, at);
    at += HANDSHAKE_STEP_NS;
    add_segment(maker, connection, 1, connection->next[1]++, FLAG_SYN | FLAG_ACK, NULL, 0, 0, at);
    at += HANDSHAKE_STEP_NS;
    add_segment(maker, connection, 0, connection->next[0], FLAG_ACK, NULL, 0, 0, at);
    return connection;
}

/* The connection between the hosts of a message, whoever opened it. @p side: the sender's index */
static Connection *find_connection(const PacketMaker *maker, const ScenarioMessage *message,
                                   guint *side)
{
    for (guint i = 0; i < maker->connections->len; i++) {
        Connection *connection = maker->connections->pdata[i];
        for (*side = 0; *side < 2; (*side)++) {
            if (connection->ends[*side].host == message->from &&
                connection->ends[!*side].host == message->to) {
                return connection;
            }
        }
    }
    *side = 0;
    return NULL;
}

static void add_stream(PacketMaker *maker, const Connection *connection, guint side,
                       const Travel *travel, gint64 time_ns)
{
    gsize length = connection->held[side]->len;
    const guint8 *data = connection->held[side]->data;
    guint32 sequence = connection->next[side];
    gint64 step_ns = travel->fragment > 0 ? 100 * BETWEEN_FRAMES_NS : BETWEEN_FRAMES_NS;
    for (gsize offset = 0; offset < length; offset += travel->segment) {
        gsize part = MIN(travel->segment, length - offset);
        guint8 flags = FLAG_ACK | (offset + part == length ? FLAG_PSH : 0);
        add_segment(maker, connection, side, sequence + offset, flags, data + offset, part,
                    travel->fragment, time_ns);
        time_ns += step_ns;
    }
}

/* ---- messages ---- */

/* What the capture does to the frames of a message: shortens, loses, disorders them. */
static bool disturb(PacketMaker *maker, const ScenarioMessage *message, const Travel *travel,
                    guint first, GError **error)
{
    guint count = maker->frames->len - first;
    if (travel->lose > count) {
        return scenario_fail(error, maker->scenario, message->line,
                             "lose=%" G_GUINT64_FORMAT ": the message has %u frames", travel->lose,
                             count);
    }
    for (guint i = 0; i < count; i++) {
        Frame *frame = maker->frames->pdata[first + i];
        if (travel->cut > 0) {
            frame->captured = MIN(frame->captured, travel->cut);
        }
        if (travel->reverse && i < count / 2) {
            Frame *other = maker->frames->pdata[first + count - 1 - i];
            gint64 time_ns = frame->time_ns;
            frame->time_ns = other->time_ns;
            other->time_ns = time_ns;
        }
    }
    if (travel->lose > 0) {
        g_ptr_array_remove_index(maker->frames, first + travel->lose - 1);
    }
    return true;
}

static bool read_travel(const PacketMaker *maker, const ScenarioMessage *message, Travel *travel,
                        GError **error)
{
    const Scenario *scenario = maker->scenario;
    const GPtrArray *settings = message->settings;
    const char *over = setting_get(settings, "over");
    if (over && !g_str_equal(over, "udp") && !g_str_equal(over, "tcp")) {
        return scenario_fail(error, scenario, message->line, "over=%s: udp or tcp", over);
    }
    travel->reverse = setting_is_yes(settings, "reverse");
    travel->time_ns = g_date_time_to_unix(scenario->start) * SECOND +
                      g_date_time_get_microsecond(scenario->start) * G_GINT64_CONSTANT(1000) +
                      message->offset_ns;
    if (travel->time_ns < SECOND || travel->time_ns / SECOND > G_MAXINT32) {
        return scenario_fail(error, scenario, message->line, "a time that pcap cannot express");
    }
    if (!setting_number(scenario, settings, "segment", DEFAULT_SEGMENT * 40, DEFAULT_SEGMENT,
                        &travel->segment, error) ||
        !setting_number(scenario, settings, "fragment", G_MAXUINT16, 0, &travel->fragment, error) ||
        !setting_number(scenario, settings, "retransmit", MAX_RESENDS, 0, &travel->retransmit,
                        error) ||
        !setting_number(scenario, settings, "cut", CAPTURE_SNAP_LENGTH, 0, &travel->cut, error) ||
        !setting_number(scenario, settings, "lose", G_MAXUINT32, 0, &travel->lose, error)) {
        return false;
    }
    return travel->segment > 0 ||
           scenario_fail(error, scenario, message->line, "segment=0 would never end");
}

/* Sends what there is to send, as often as asked for. Without a connection: as a datagram. */
static bool send_and_resend(PacketMaker *maker, const ScenarioMessage *message, GBytes *bytes,
                            const Connection *connection, guint side, const Travel *travel,
                            GError **error)
{
    gint64 time_ns = travel->time_ns, wait_ns = FIRST_RESEND_NS;
    for (guint64 i = 0; i <= travel->retransmit; i++) {
        guint first = maker->frames->len;
        if (connection) {
            add_stream(maker, connection, side, travel, time_ns);
        } else {
            add_datagram(maker, message, bytes, travel, time_ns);
        }
        if (!disturb(maker, message, travel, first, error)) {
            return false;
        }
        time_ns += wait_ns;
        wait_ns *= 2;
    }
    return true;
}

static bool send_stream(PacketMaker *maker, const ScenarioMessage *message, GBytes *bytes,
                        const Travel *travel, GError **error)
{
    guint side = 0;
    Connection *connection = find_connection(maker, message, &side);
    if (!connection) {
        connection = open_connection(maker, message, travel->time_ns);
    }
    gsize length = 0;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    GByteArray *held = connection->held[side];
    g_byte_array_append(held, data, length);
    if (setting_is_yes(message->settings, "hold")) {
        return true;
    }
    if (!send_and_resend(maker, message, NULL, connection, side, travel, error)) {
        return false;
    }
    connection->next[side] += held->len;
    g_byte_array_set_size(held, 0);
    return true;
}

bool packet_maker_send(PacketMaker *maker, const ScenarioMessage *message, GBytes *bytes,
                       bool over_tcp, GError **error)
{
    Travel travel;
    if (!read_travel(maker, message, &travel, error)) {
        return false;
    }
    if (over_tcp) {
        return send_stream(maker, message, bytes, &travel, error);
    }
    gsize length = g_bytes_get_size(bytes);
    if (length > MAX_IP_PAYLOAD - UDP_HEADER) {
        return scenario_fail(error, maker->scenario, message->line,
                             "%" G_GSIZE_FORMAT " octets do not fit a datagram; over=tcp", length);
    }
    return send_and_resend(maker, message, bytes, NULL, 0, &travel, error);
}

void packet_maker_hand_over(PacketMaker *maker, CaptureWriter *writer)
{
    for (guint i = 0; i < maker->frames->len; i++) {
        const Frame *frame = maker->frames->pdata[i];
        capture_writer_add(writer, frame->time_ns, g_byte_array_ref(frame->bytes), frame->captured);
    }
    g_ptr_array_set_size(maker->frames, 0);
}
