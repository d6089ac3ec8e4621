/* packet-maker.c
 * Puts messages on the wire: Ethernet, IPv4 or IPv6, UDP or TCP
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/packet-maker.h"

#include <string.h>

#include "samples/spelling.h"
#include "samples/tunnel.h"
#include "samples/websocket-maker.h"

#define SECOND            G_GINT64_CONSTANT(1000000000)
#define BETWEEN_FRAMES_NS 10000     /* of one message */
#define HANDSHAKE_STEP_NS 100000    /* between its frames, and to the first message */
#define FIRST_RESEND_NS   500000000 /* T1 of SIP; doubles each time */
#define MAX_IN_TUNNEL     65000     /* octets of a message, so that it fits with all headers */
#define DEFAULT_SEGMENT   1400
#define EPHEMERAL_PORT    49152
#define TCP_HEADER        20
#define MAX_RESENDS       16

enum { FLAG_SYN = 0x02, FLAG_PSH = 0x08, FLAG_ACK = 0x10 };

const char *const packet_maker_keys[] = {
    "over",          "segment",     "split",     "hold",        "fragment",
    "lose-fragment", "retransmit",  "cut",       "lose",        "reverse",
    "within",        "tunnel-from", "tunnel-to", "tunnel-over", "tunnel-delay",
    "client-port",   "ws-opened",   "ws-frames", "ws-empty",    NULL};

typedef struct Frame {
    gint64 time_ns; /* since 1970 */
    GByteArray *bytes;
    guint32 captured; /* octets of it that the capture holds */
} Frame;

/* A TCP connection; index 0 is the side that opened it. */
typedef struct Connection {
    Endpoint ends[2];
    guint32 next[2];     /* sequence number of the next octet */
    GByteArray *held[2]; /* octets that wait for the next message */
    bool websocket;      /* messages stand in its frames */
} Connection;

struct PacketMaker {
    const Scenario *scenario;
    GPtrArray *frames;      /* of Frame */
    GPtrArray *connections; /* of Connection */
    guint32 packets;        /* IP packets so far: their identification */
};

/* What the settings of a message ask for. */
typedef struct Travel {
    guint64 client_port; /* of a TCP connection that the message opens; 0: one of its own */
    guint64 segment, fragment, retransmit, cut, lose, lose_fragment;
    GArray *split; /* of gint64: where segments begin, too; NULL: nowhere */
    bool reverse, hold, websocket;
    gint64 handshake_ns; /* so long before its first message a WebSocket was opened */
    gint64 time_ns;      /* of its first frame, since 1970 */
    Tunnel tunnel;
} Travel;

static void travel_clear(Travel *travel)
{
    g_clear_pointer(&travel->split, g_array_unref);
    tunnel_clear(&travel->tunnel);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Travel, travel_clear)

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
        g_object_unref(connection->ends[side].address);
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

/* ---- frames ---- */

static void add_frame(PacketMaker *maker, GByteArray *bytes, const Travel *travel, gint64 time_ns)
{
    Frame *frame = g_new0(Frame, 1);
    frame->time_ns = time_ns;
    frame->bytes = tunnel_wrap(&travel->tunnel, bytes, maker->frames->len + 1);
    frame->captured = frame->bytes->len;
    g_ptr_array_add(maker->frames, frame);
}

/* Octets of the payload in each packet: all of it, or a multiple of eight. */
static gsize fragment_step(const Endpoint *to, const GByteArray *payload, guint64 largest)
{
    gsize headers = ip_fragment_headers(to);
    gsize whole = headers > 40 ? headers - 8 : headers; /* IPv6 has a header for fragments alone */
    if (largest == 0 || payload->len + whole <= largest) {
        return payload->len;
    }
    return largest > headers + 8 ? (largest - headers) / 8 * 8 : 8;
}

/* Sends an IP payload, which is taken over, in fragments where that is asked for. */
static void add_packet(PacketMaker *maker, const Endpoint *from, const Endpoint *to,
                       guint8 protocol, GByteArray *bytes, const Travel *travel, guint64 largest,
                       gint64 time_ns)
{
    g_autoptr(GByteArray) payload = tunnel_protect(&travel->tunnel, bytes, &protocol);
    gsize step = fragment_step(to, payload, largest);
    guint32 id = ++maker->packets;
    guint64 number = 0;
    for (gsize offset = 0; offset < payload->len; offset += step) {
        const IpPiece piece = {.data = payload->data + offset,
                               .offset = offset,
                               .length = MIN(step, payload->len - offset),
                               .is_fragment = step < payload->len,
                               .more = offset + step < payload->len};
        if (!piece.is_fragment || ++number != travel->lose_fragment) {
            add_frame(maker, ip_frame(from, to, protocol, id, &piece), travel, time_ns);
        }
        time_ns += BETWEEN_FRAMES_NS;
    }
}

/* ---- UDP and TCP ---- */

static void add_datagram(PacketMaker *maker, const Parcel *parcel, const Travel *travel,
                         gint64 time_ns)
{
    gsize length = 0;
    const guint8 *data = g_bytes_get_data(parcel->bytes, &length);
    add_packet(maker, &parcel->from, &parcel->to, IP_PROTOCOL_UDP,
               udp_packet(&parcel->from, &parcel->to, data, length), travel, travel->fragment,
               time_ns);
}

/* Octets of a stream at a sequence number. */
typedef struct Segment {
    guint32 sequence;
    guint8 flags;
    const guint8 *data;
    gsize length;
} Segment;

/* What a segment acknowledges is all that the other side has sent. */
static void add_segment(PacketMaker *maker, const Connection *connection, guint side,
                        const Segment *segment, const Travel *travel, gint64 time_ns)
{
    const Endpoint *from = &connection->ends[side], *to = &connection->ends[!side];
    GByteArray *packet = g_byte_array_new();
    put16(packet, from->port);
    put16(packet, to->port);
    put32(packet, segment->sequence);
    put32(packet, segment->flags & FLAG_ACK ? connection->next[!side] : 0);
    put8(packet, TCP_HEADER / 4 << 4);
    put8(packet, segment->flags);
    put16(packet, 0xffff);
    put32(packet, 0);
    if (segment->length > 0) {
        g_byte_array_append(packet, segment->data, segment->length);
    }
    set_transport_checksum(packet, 16, from, to, IP_PROTOCOL_TCP);
    add_packet(maker, from, to, IP_PROTOCOL_TCP, packet, travel,
               segment->length > 0 ? travel->fragment : 0, time_ns);
}

static void shake_hands(PacketMaker *maker, Connection *connection, const Travel *travel,
                        gint64 time_ns)
{
    static const struct {
        guint side;
        guint8 flags;
    } steps[] = {{0, FLAG_SYN}, {1, FLAG_SYN | FLAG_ACK}, {0, FLAG_ACK}};
    gint64 at = time_ns - (gint64)G_N_ELEMENTS(steps) * HANDSHAKE_STEP_NS;
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        guint side = steps[i].side;
        const Segment segment = {.sequence = connection->next[side], .flags = steps[i].flags};
        connection->next[side] += steps[i].flags & FLAG_SYN ? 1 : 0;
        add_segment(maker, connection, side, &segment, travel, at);
        at += HANDSHAKE_STEP_NS;
    }
}

static Connection *open_connection(PacketMaker *maker, const Parcel *parcel, const Travel *travel,
                                   gint64 time_ns)
{
    Connection *connection = g_new0(Connection, 1);
    guint number = maker->connections->len;
    connection->ends[0] = parcel->from;
    connection->ends[0].port =
        travel->client_port > 0 ? (guint16)travel->client_port : EPHEMERAL_PORT + number % 16384;
    connection->ends[1] = parcel->to;
    connection->next[0] = 1000000 + 1000 * number;
    connection->next[1] = 5000000 + 1000 * number;
    for (guint side = 0; side < G_N_ELEMENTS(connection->held); side++) {
        g_object_ref(connection->ends[side].address);
        connection->held[side] = g_byte_array_new();
    }
    g_ptr_array_add(maker->connections, connection);
    shake_hands(maker, connection, travel, time_ns);
    return connection;
}

/* The connection between the ends of a parcel, whoever opened it. @p side: the sender's index */
static Connection *find_connection(const PacketMaker *maker, const Parcel *parcel, guint *side)
{
    for (guint i = 0; i < maker->connections->len; i++) {
        Connection *connection = maker->connections->pdata[i];
        for (*side = 0; *side < 2; (*side)++) {
            if (connection->ends[*side].number == parcel->from.number &&
                connection->ends[!*side].number == parcel->to.number) {
                return connection;
            }
        }
    }
    *side = 0;
    return NULL;
}

/* Where the segment ends that begins at @p offset. */
static gsize segment_end(const Travel *travel, gsize offset, gsize length)
{
    gsize end = MIN(length, offset + travel->segment);
    for (guint i = 0; travel->split && i < travel->split->len; i++) {
        gint64 stated = g_array_index(travel->split, gint64, i);
        gint64 place = stated < 0 ? (gint64)length + stated : stated;
        if (place > (gint64)offset && place < (gint64)end) {
            end = (gsize)place;
        }
    }
    return end;
}

static void add_stream(PacketMaker *maker, const Connection *connection, guint side,
                       const Travel *travel, gint64 time_ns)
{
    gsize length = connection->held[side]->len;
    gint64 step_ns = travel->fragment > 0 ? 100 * BETWEEN_FRAMES_NS : BETWEEN_FRAMES_NS;
    for (gsize offset = 0, end; offset < length; offset = end) {
        end = segment_end(travel, offset, length);
        const Segment segment = {.sequence = connection->next[side] + (guint32)offset,
                                 .flags = FLAG_ACK | (end == length ? FLAG_PSH : 0),
                                 .data = connection->held[side]->data + offset,
                                 .length = end - offset};
        add_segment(maker, connection, side, &segment, travel, time_ns);
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

/* Where segments are to begin: "10,-20". */
static bool read_split(const PacketMaker *maker, const ScenarioMessage *message, Travel *travel,
                       GError **error)
{
    const char *text = setting_get(message->settings, "split");
    g_auto(GStrv) places = text ? g_strsplit(text, ",", -1) : NULL;
    travel->split = places ? g_array_new(FALSE, FALSE, sizeof(gint64)) : NULL;
    for (char **place = places; place && *place; place++) {
        gint64 offset;
        if (!g_ascii_string_to_signed(*place, 10, -G_MAXINT32, G_MAXINT32, &offset, NULL)) {
            return scenario_fail(error, maker->scenario, message->line, "split=%s: no octet",
                                 *place);
        }
        g_array_append_val(travel->split, offset);
    }
    return true;
}

static bool read_numbers(const PacketMaker *maker, const ScenarioMessage *message, Travel *travel,
                         GError **error)
{
    const struct {
        const char *key;
        guint64 largest;
        guint64 otherwise;
        guint64 *number;
    } numbers[] = {
        {"segment", DEFAULT_SEGMENT * 40, DEFAULT_SEGMENT, &travel->segment},
        {"fragment", G_MAXUINT16, 0, &travel->fragment},
        {"lose-fragment", G_MAXUINT16, 0, &travel->lose_fragment},
        {"retransmit", MAX_RESENDS, 0, &travel->retransmit},
        {"cut", CAPTURE_SNAP_LENGTH, 0, &travel->cut},
        {"lose", G_MAXUINT32, 0, &travel->lose},
        {"client-port", G_MAXUINT16, 0, &travel->client_port},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        if (!setting_number(maker->scenario, message->settings, numbers[i].key, numbers[i].largest,
                            numbers[i].otherwise, numbers[i].number, error)) {
            return false;
        }
    }
    return travel->segment > 0 ||
           scenario_fail(error, maker->scenario, message->line, "segment=0 would never end");
}

static bool read_travel(const PacketMaker *maker, const ScenarioMessage *message, Travel *travel,
                        GError **error)
{
    const Scenario *scenario = maker->scenario;
    const char *over = setting_get(message->settings, "over");
    if (over && !g_str_equal(over, "udp") && !g_str_equal(over, "tcp") &&
        !g_str_equal(over, "ws")) {
        return scenario_fail(error, scenario, message->line, "over=%s: udp, tcp or ws", over);
    }
    const char *opened = setting_get(message->settings, "ws-opened");
    if (opened && !scenario_seconds(opened, &travel->handshake_ns)) {
        return scenario_fail(error, scenario, message->line, "ws-opened=%s: no seconds", opened);
    }
    travel->websocket = websocket_maker_wants(message->settings);
    travel->reverse = setting_is_yes(message->settings, "reverse");
    travel->hold = setting_is_yes(message->settings, "hold");
    travel->time_ns = g_date_time_to_unix(scenario->start) * SECOND +
                      g_date_time_get_microsecond(scenario->start) * G_GINT64_CONSTANT(1000) +
                      message->offset_ns;
    if (travel->time_ns < SECOND || travel->time_ns / SECOND > G_MAXINT32) {
        return scenario_fail(error, scenario, message->line, "a time that pcap cannot express");
    }
    return read_numbers(maker, message, travel, error) &&
           read_split(maker, message, travel, error) &&
           tunnel_read(scenario, message, &travel->tunnel, error);
}

/* Sends what there is to send, as often as asked for. Without a connection: as a datagram. */
static bool send_and_resend(PacketMaker *maker, const ScenarioMessage *message,
                            const Parcel *parcel, const Connection *connection, guint side,
                            const Travel *travel, GError **error)
{
    gint64 time_ns = travel->time_ns, wait_ns = FIRST_RESEND_NS;
    for (guint64 i = 0; i <= travel->retransmit; i++) {
        guint first = maker->frames->len;
        if (connection) {
            add_stream(maker, connection, side, travel, time_ns);
        } else {
            add_datagram(maker, parcel, travel, time_ns);
        }
        if (!disturb(maker, message, travel, first, error)) {
            return false;
        }
        time_ns += wait_ns;
        wait_ns *= 2;
    }
    return true;
}

/* Octets of one side, in a segment of their own. */
static void say(PacketMaker *maker, Connection *connection, guint side, GBytes *octets,
                const Travel *travel, gint64 time_ns)
{
    gsize length;
    const guint8 *data = g_bytes_get_data(octets, &length);
    const Segment segment = {connection->next[side], FLAG_ACK | FLAG_PSH, data, length};

    add_segment(maker, connection, side, &segment, travel, time_ns);
    connection->next[side] += length;
}

/* Makes a connection a WebSocket. */
static void upgrade(PacketMaker *maker, Connection *connection, const Travel *travel,
                    gint64 time_ns)
{
    g_autofree char *host = g_inet_address_to_string(connection->ends[1].address);
    g_autoptr(GBytes) request = websocket_maker_request(host);
    g_autoptr(GBytes) answer = websocket_maker_answer();

    say(maker, connection, 0, request, travel, time_ns);
    say(maker, connection, 1, answer, travel, time_ns + HANDSHAKE_STEP_NS);
    connection->websocket = true;
}

/* The connection that a message takes, opened where there is none. @param side  out: the sender's */
static Connection *connection_for(PacketMaker *maker, const Parcel *parcel, const Travel *travel,
                                  guint *side)
{
    Connection *connection = find_connection(maker, parcel, side);

    if (connection) {
        return connection;
    }
    const gint64 steps = travel->websocket ? 2 : 0; /* a request, and its answer */
    const gint64 time_ns = travel->time_ns - travel->handshake_ns - steps * HANDSHAKE_STEP_NS;
    connection = open_connection(maker, parcel, travel, time_ns);
    if (travel->websocket) {
        upgrade(maker, connection, travel, time_ns);
    }
    return connection;
}

static bool send_stream(PacketMaker *maker, const ScenarioMessage *message, const Parcel *parcel,
                        const Travel *travel, GError **error)
{
    guint side = 0;
    Connection *connection = connection_for(maker, parcel, travel, &side);
    g_autoptr(GBytes) octets =
        connection->websocket
            ? websocket_maker_wrap(maker->scenario, message, parcel->bytes, side == 0, error)
            : g_bytes_ref(parcel->bytes);
    if (!octets) {
        return false;
    }
    gsize length = 0;
    const guint8 *data = g_bytes_get_data(octets, &length);
    GByteArray *held = connection->held[side];
    g_byte_array_append(held, data, length);
    if (travel->hold) {
        return true;
    }
    if (!send_and_resend(maker, message, parcel, connection, side, travel, error)) {
        return false;
    }
    connection->next[side] += held->len;
    g_byte_array_set_size(held, 0);
    return true;
}

static bool send_parcel(PacketMaker *maker, const ScenarioMessage *message, const Parcel *parcel,
                        const Travel *travel, GError **error)
{
    gsize length = g_bytes_get_size(parcel->bytes);
    if (parcel->over_tcp) {
        return send_stream(maker, message, parcel, travel, error);
    }
    if (length > MAX_IP_PAYLOAD - UDP_HEADER) {
        return scenario_fail(error, maker->scenario, message->line,
                             "%" G_GSIZE_FORMAT " octets do not fit a datagram; over=tcp", length);
    }
    return send_and_resend(maker, message, parcel, NULL, 0, travel, error);
}

/* Sends a copy of the message to the collector, and one of each time that it is sent again. */
static bool send_copies(PacketMaker *maker, const ScenarioMessage *message, const Parcel *original,
                        const Travel *travel, GError **error)
{
    const Tunnel *tunnel = &travel->tunnel;
    gint64 seen_ns = travel->time_ns, wait_ns = FIRST_RESEND_NS;
    Travel again = *travel;
    bool sent = true;
    again.retransmit = 0;
    /* Who copies messages, and not packets, sees one that comes again over TCP but once. */
    guint64 resends = original->over_tcp ? 0 : travel->retransmit;
    for (guint64 i = 0; sent && i <= resends; i++) {
        g_autoptr(GBytes) bytes = tunnel_copy(tunnel, original, seen_ns);
        const Parcel copy = {
            .from = tunnel->from, .to = tunnel->to, .bytes = bytes, .over_tcp = tunnel->over_tcp};
        again.time_ns = seen_ns + tunnel->delay_ns;
        sent = send_parcel(maker, message, &copy, &again, error);
        seen_ns += wait_ns;
        wait_ns *= 2;
    }
    return sent;
}

static Endpoint endpoint_of(const ScenarioHost *host)
{
    return (Endpoint){.address = host->address, .port = host->port, .number = host->number};
}

bool packet_maker_send(PacketMaker *maker, const ScenarioMessage *message, GBytes *bytes,
                       bool over_tcp, GError **error)
{
    g_auto(Travel) travel = {0};
    if (!read_travel(maker, message, &travel, error)) {
        return false;
    }
    const Parcel parcel = {.from = endpoint_of(message->from),
                           .to = endpoint_of(message->to),
                           .bytes = bytes,
                           .over_tcp = over_tcp};
    if (travel.tunnel.way && g_bytes_get_size(bytes) > MAX_IN_TUNNEL) {
        return scenario_fail(error, maker->scenario, message->line,
                             "%" G_GSIZE_FORMAT " octets do not fit within another packet",
                             g_bytes_get_size(bytes));
    }
    if (tunnel_copies(&travel.tunnel) && spelling_is_sip(bytes)) {
        return send_copies(maker, message, &parcel, &travel, error);
    }
    return send_parcel(maker, message, &parcel, &travel, error);
}

void packet_maker_hand_over(PacketMaker *maker, CaptureWriter *writer)
{
    for (guint i = 0; i < maker->frames->len; i++) {
        const Frame *frame = maker->frames->pdata[i];
        capture_writer_add(writer, frame->time_ns, g_byte_array_ref(frame->bytes), frame->captured);
    }
    g_ptr_array_set_size(maker->frames, 0);
}
