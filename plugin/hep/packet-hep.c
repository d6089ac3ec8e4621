/* packet-hep.c
 * The Homer Encapsulation Protocol (HEP), which has copies of SIP messages for a collector
 *
 * All that is stated of a copy is read before the copy is dissected: some senders put chunks behind it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/hep/packet-hep.h"

#include "plugin/wireshark-compat.h"

#include <epan/expert.h>
#include <epan/proto_data.h>
#include <epan/to_str.h>

#include "plugin/frame/message-hop.h"
#include "plugin/hep/hep-payload.h"
#include "plugin/hep/hep-values.h"

#define PORTS       "9060-9061"
#define MAGIC       "HEP3"
#define MAGIC_SIZE  4
#define HEAD_SIZE   6  /* of a message of version 3, and of a chunk */
#define SHORTEST    12 /* message of version 3: with the head of one chunk */
#define FIXED_SIZE  8  /* before the addresses, versions 1 and 2 */
#define TIME_SIZE   12
#define MAX_NESTING 4   /* copies of copies */
#define START_LINE  512 /* octets of a copy in which its first line must end */

/* What copies of one frame may grow to, all in all, when they are decompressed. */
#define MAX_DECOMPRESSED 1048576

/* Under what a packet keeps its limits. */
#define LIMITS_KEY 1

static int proto_hep = -1;

static int hf_version;
static int hf_length;
static int hf_header_length;
static int hf_chunk;
static int hf_chunk_vendor;
static int hf_chunk_type;
static int hf_chunk_length;
static int hf_chunk_data;
static int hf_skipped;

static int ett_hep = -1;
static int ett_chunk = -1;

static expert_field ei_length;
static expert_field ei_payload;
static expert_field ei_nesting;
static expert_field ei_skipped;

static dissector_handle_t udp_handle;
static dissector_handle_t tcp_handle;

static const value_string vendors[] = {
    {0, "Generic"},  {1, "FreeSWITCH"}, {2, "Kamailio"}, {3, "OpenSIPS"},
    {4, "Asterisk"}, {5, "Homer"},      {6, "sipXecs"},  {0, NULL},
};

/* The message at hand. */
typedef struct Hep {
    packet_info *pinfo;
    proto_tree *top; /* of the frame: copies stand beside the message */
    proto_tree *tree;
    proto_item *item;
    HepMessage message;
    wmem_array_t *payloads; /* of Payload: version 3 may hold several */
} Hep;

/* Against copies that were made to hold copies without end. */
typedef struct Limits {
    guint depth;
    gsize left; /* octets that may still be decompressed */
} Limits;

/* A copy, and whether it is compressed. */
typedef struct Payload {
    tvbuff_t *tvb;
    bool compressed;
} Payload;

/* ---- all versions ---- */

static Hep begin(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, guint version)
{
    Hep hep = {.pinfo = pinfo, .top = tree};

    hep.message.version = version;
    hep.message.type = HEP_TYPE_SIP;
    hep.item = proto_tree_add_item(tree, proto_hep, tvb, 0, -1, ENC_NA);
    hep.tree = proto_item_add_subtree(hep.item, ett_hep);
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "HEP");
    return hep;
}

/* What is stated, in one line; the dissector of the copy has a better one for the list of packets. */
static void sum_up(Hep *hep, tvbuff_t *tvb)
{
    const HepMessage *message = &hep->message;
    const address *source, *destination;
    const char *type = hep_type_name(message->type);

    hep_value_show_time(hep->tree, tvb, message);
    if (!hep_message_ends(message, &source, &destination)) {
        col_add_fstr(hep->pinfo->cinfo, COL_INFO, "Copy of %s", type);
        return;
    }
    const char *from = address_to_str(hep->pinfo->pool, source);
    const char *to = address_to_str(hep->pinfo->pool, destination);
    proto_item_append_text(hep->item, ", version %u, %s from %s port %u to %s port %u",
                           message->version, type, from, message->source_port, to,
                           message->destination_port);
    col_add_fstr(hep->pinfo->cinfo, COL_INFO, "Copy of %s from %s to %s", type, from, to);
}

static int dissect_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* The letters alone may stand in any text: so the first chunk must be one, too. Nobody has a vendor's
 * number with an upper half. */
static bool is_version_3(tvbuff_t *tvb, int offset)
{
    int length;

    if (tvb_captured_length_remaining(tvb, offset) < SHORTEST ||
        tvb_memeql(tvb, offset, (const guint8 *)MAGIC, MAGIC_SIZE) != 0) {
        return false;
    }
    length = tvb_get_ntohs(tvb, offset + MAGIC_SIZE);
    return length >= SHORTEST && tvb_get_uint8(tvb, offset + HEAD_SIZE) == 0 &&
           tvb_get_ntohs(tvb, offset + SHORTEST - 2) >= HEAD_SIZE &&
           tvb_get_ntohs(tvb, offset + SHORTEST - 2) <= length - HEAD_SIZE;
}

static Limits *limits_of(packet_info *pinfo)
{
    Limits *limits = p_get_proto_data(pinfo->pool, pinfo, proto_hep, LIMITS_KEY);

    if (!limits) {
        limits = wmem_new0(pinfo->pool, Limits);
        limits->left = MAX_DECOMPRESSED;
        p_add_proto_data(pinfo->pool, pinfo, proto_hep, LIMITS_KEY, limits);
    }
    return limits;
}

/* Dissects the copy; one of version 3 may hold another one, if somebody copies copies. */
static void dissect_copy(Hep *hep, tvbuff_t *payload)
{
    Limits *limits = limits_of(hep->pinfo);

    if (!is_version_3(payload, 0)) {
        hep_payload_dissect(payload, hep->pinfo, hep->top, &hep->message);
    } else if (limits->depth >= MAX_NESTING) {
        expert_add_info(hep->pinfo, hep->item, &ei_nesting);
    } else {
        limits->depth++;
        dissect_message(payload, hep->pinfo, hep->top);
        limits->depth--;
    }
}

/* ---- version 3 ---- */

/* A chunk; its length was checked. */
typedef struct Chunk {
    guint16 vendor;
    guint16 type;
    tvbuff_t *tvb;  /* all of it */
    tvbuff_t *data; /* what is in it; as short as the capture has it */
} Chunk;

/* Is it a value that is known? */
static bool is_known(const Chunk *chunk)
{
    return chunk->vendor == 0 && hep_value_fits(chunk->type, chunk->data);
}

/* The next chunk. @param offset  in and out. @return false: there is none that could be read */
static bool next_chunk(Hep *hep, tvbuff_t *tvb, int *offset, Chunk *chunk)
{
    const int left = tvb_reported_length_remaining(tvb, *offset);
    int length;

    if (left <= 0 || tvb_captured_length_remaining(tvb, *offset) < MIN(left, HEAD_SIZE)) {
        return false;
    }
    length = left < HEAD_SIZE ? 0 : tvb_get_ntohs(tvb, *offset + 4);
    if (length < HEAD_SIZE || length > left) {
        expert_add_info(hep->pinfo, hep->item, &ei_length);
        return false;
    }
    chunk->vendor = tvb_get_ntohs(tvb, *offset);
    chunk->type = tvb_get_ntohs(tvb, *offset + 2);
    chunk->tvb = tvb_new_subset_length(tvb, *offset, length);
    chunk->data = tvb_new_subset_length(tvb, *offset + HEAD_SIZE, length - HEAD_SIZE);
    *offset += length;
    return true;
}

static void show_chunk(const Hep *hep, const Chunk *chunk)
{
    const char *name = chunk->vendor == 0 ? hep_value_name(chunk->type) : NULL;
    proto_item *item =
        proto_tree_add_string(hep->tree, hf_chunk, chunk->tvb, 0,
                              (int)tvb_captured_length(chunk->tvb), name ? name : "Unknown");
    proto_tree *tree = proto_item_add_subtree(item, ett_chunk);

    proto_tree_add_item(tree, hf_chunk_vendor, chunk->tvb, 0, 2, ENC_BIG_ENDIAN);
    proto_tree_add_item(tree, hf_chunk_type, chunk->tvb, 2, 2, ENC_BIG_ENDIAN);
    proto_tree_add_item(tree, hf_chunk_length, chunk->tvb, 4, 2, ENC_BIG_ENDIAN);
    if (is_known(chunk)) {
        hep_value_show(tree, chunk->type, chunk->data, ENC_BIG_ENDIAN);
    } else if (tvb_captured_length(chunk->data) > 0) {
        proto_tree_add_item(tree, hf_chunk_data, chunk->data, 0, -1, ENC_NA);
    }
}

static void note_payload(Hep *hep, const Chunk *chunk)
{
    const Payload payload = {chunk->data, chunk->type == HEP_COMPRESSED_PAYLOAD};

    if (chunk->type == HEP_PAYLOAD || payload.compressed) {
        wmem_array_append_one(hep->payloads, payload);
    }
}

static void dissect_payloads(Hep *hep)
{
    for (guint i = 0; i < wmem_array_get_count(hep->payloads); i++) {
        const Payload *payload = wmem_array_index(hep->payloads, i);
        tvbuff_t *plain = payload->compressed ? hep_payload_decompress(hep->pinfo, payload->tvb,
                                                                       &limits_of(hep->pinfo)->left)
                                              : payload->tvb;

        if (plain) {
            dissect_copy(hep, plain);
        } else {
            expert_add_info(hep->pinfo, hep->item, &ei_payload);
        }
    }
}

/* @param tvb  begins as one and ends where it does, or where the capture cut it */
static void dissect_version_3(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    Hep hep = begin(tvb, pinfo, tree, 3);
    Chunk chunk;
    int offset = HEAD_SIZE;

    hep.payloads = wmem_array_new(pinfo->pool, sizeof(Payload));
    proto_tree_add_uint(hep.tree, hf_version, tvb, 0, MAGIC_SIZE, 3);
    proto_tree_add_item(hep.tree, hf_length, tvb, MAGIC_SIZE, 2, ENC_BIG_ENDIAN);
    while (next_chunk(&hep, tvb, &offset, &chunk)) {
        show_chunk(&hep, &chunk);
        if (is_known(&chunk)) {
            hep_value_take(&hep.message, pinfo, chunk.type, chunk.data, ENC_BIG_ENDIAN);
            note_payload(&hep, &chunk);
        }
    }
    sum_up(&hep, tvb);
    dissect_payloads(&hep);
}

/* ---- versions 1 and 2 ---- */

/* What the fixed header is, or may be. */
typedef struct FixedHeader {
    guint version;
    bool ipv6;
    int addresses; /* octets of both */
    int size;      /* of all that stands before the copy */
} FixedHeader;

/* Does a datagram begin with such a header? Version 2 has a time behind what version 1 has; senders
 * differ on whether the length counts it. */
static bool find_fixed_header(tvbuff_t *tvb, FixedHeader *header)
{
    int stated, family;

    if (tvb_captured_length(tvb) < FIXED_SIZE) {
        return false;
    }
    header->version = tvb_get_uint8(tvb, 0);
    stated = tvb_get_uint8(tvb, 1);
    family = tvb_get_uint8(tvb, 2);
    header->ipv6 = family != 2;
    header->addresses = header->ipv6 ? 32 : 8;
    header->size = FIXED_SIZE + header->addresses + (header->version == 2 ? TIME_SIZE : 0);
    return (header->version == 1 || header->version == 2) && hep_family_is_known(family) &&
           (stated == FIXED_SIZE + header->addresses || stated == header->size) &&
           tvb_captured_length(tvb) > (guint)header->size;
}

/* Is there a first line of SIP where the copy begins? */
static bool begins_as_sip(tvbuff_t *tvb, int offset)
{
    static const char version[] = "SIP/2.0";
    const int length = MIN(tvb_captured_length_remaining(tvb, offset), START_LINE);
    g_autofree char *text = g_strndup((const char *)tvb_get_ptr(tvb, offset, length), length);
    gsize line = strcspn(text, "\r\n");

    return g_ascii_isalpha(*text) && g_strstr_len(text, (gssize)line, version) != NULL;
}

/* The time is in the order of the sender's octets, nearly always the least one first. Of two readings
 * that could be a time, that which is nearer to the packet's. */
static guint order_of_time(tvbuff_t *tvb, int offset, const packet_info *pinfo)
{
    HepMessage little = {.seconds = tvb_get_letohl(tvb, offset),
                         .microseconds = tvb_get_letohl(tvb, offset + 4)};
    HepMessage big = {.seconds = tvb_get_ntohl(tvb, offset),
                      .microseconds = tvb_get_ntohl(tvb, offset + 4)};
    nstime_t time;

    if (!hep_message_time(&big, &time)) {
        return ENC_LITTLE_ENDIAN;
    }
    if (!hep_message_time(&little, &time)) {
        return ENC_BIG_ENDIAN;
    }
    gint64 now = (gint64)pinfo->abs_ts.secs;
    return ABS((gint64)big.seconds - now) < ABS((gint64)little.seconds - now) ? ENC_BIG_ENDIAN
                                                                              : ENC_LITTLE_ENDIAN;
}

/* A value of the header. @return where the next one is */
static int dissect_value(Hep *hep, tvbuff_t *tvb, HepValue value, int offset, int size, guint order)
{
    tvbuff_t *octets = tvb_new_subset_length(tvb, offset, size);

    hep_value_show(hep->tree, value, octets, order);
    hep_value_take(&hep->message, hep->pinfo, value, octets, order);
    return offset + size;
}

static void dissect_fixed(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                          const FixedHeader *header)
{
    Hep hep = begin(tvb, pinfo, tree, header->version);
    const int size = header->addresses / 2;
    int offset = 2;

    proto_tree_add_uint(hep.tree, hf_version, tvb, 0, 1, header->version);
    proto_tree_add_item(hep.tree, hf_header_length, tvb, 1, 1, ENC_NA);
    offset = dissect_value(&hep, tvb, HEP_FAMILY, offset, 1, ENC_BIG_ENDIAN);
    offset = dissect_value(&hep, tvb, HEP_PROTOCOL, offset, 1, ENC_BIG_ENDIAN);
    offset = dissect_value(&hep, tvb, HEP_SOURCE_PORT, offset, 2, ENC_BIG_ENDIAN);
    offset = dissect_value(&hep, tvb, HEP_DESTINATION_PORT, offset, 2, ENC_BIG_ENDIAN);
    offset = dissect_value(&hep, tvb, header->ipv6 ? HEP_IPV6_SOURCE : HEP_IPV4_SOURCE, offset,
                           size, ENC_BIG_ENDIAN);
    offset = dissect_value(&hep, tvb, header->ipv6 ? HEP_IPV6_DESTINATION : HEP_IPV4_DESTINATION,
                           offset, size, ENC_BIG_ENDIAN);
    if (header->version == 2) {
        guint order = order_of_time(tvb, offset, pinfo);
        offset = dissect_value(&hep, tvb, HEP_SECONDS, offset, 4, order);
        offset = dissect_value(&hep, tvb, HEP_MICROSECONDS, offset, 4, order);
        dissect_value(&hep, tvb, HEP_CAPTURE_ID, offset, 2, order);
    }
    proto_item_set_len(hep.item, header->size);
    sum_up(&hep, tvb);
    dissect_copy(&hep, tvb_new_subset_remaining(tvb, header->size));
}

/* ---- UDP ---- */

/* One message. @return how much of it is HEP; 0: none */
static int dissect_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    FixedHeader header;

    if (is_version_3(tvb, 0)) {
        int length = MIN(tvb_get_ntohs(tvb, MAGIC_SIZE), (int)tvb_reported_length(tvb));
        dissect_version_3(tvb_new_subset_length(tvb, 0, length), pinfo, tree);
        return length;
    }
    if (find_fixed_header(tvb, &header)) {
        dissect_fixed(tvb, pinfo, tree, &header);
        return (int)tvb_captured_length(tvb);
    }
    return 0;
}

static int dissect_udp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)data;
    return dissect_message(tvb, pinfo, tree);
}

/* On ports that are nobody's it must be certain: all of the datagram, or SIP behind the header. */
static krr_wsbool guess_udp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    FixedHeader header;
    bool certain = is_version_3(tvb, 0)
                       ? tvb_get_ntohs(tvb, MAGIC_SIZE) == tvb_reported_length(tvb)
                       : find_fixed_header(tvb, &header) && begins_as_sip(tvb, header.size);

    return certain && dissect_udp(tvb, pinfo, tree, data) > 0;
}

/* ---- TCP ---- */

/* Where the next message begins; -1: nowhere. */
static int find_message(tvbuff_t *tvb, int offset)
{
    while ((offset = tvb_find_uint8(tvb, offset, -1, MAGIC[0])) >= 0 &&
           !is_version_3(tvb, offset)) {
        offset++;
    }
    return offset;
}

/* Steps over octets of a message whose beginning was not seen. @return where the next one begins */
static int skip_rest(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset)
{
    const int next = find_message(tvb, offset + 1);
    const int end = next < 0 ? (int)tvb_captured_length(tvb) : next;
    proto_item *item = proto_tree_add_item(tree, proto_hep, tvb, offset, end - offset, ENC_NA);
    proto_tree *hep_tree = proto_item_add_subtree(item, ett_hep);

    item = proto_tree_add_item(hep_tree, hf_skipped, tvb, offset, end - offset, ENC_NA);
    expert_add_info(pinfo, item, &ei_skipped);
    return end;
}

/* Asks TCP for what is missing of the message at @p offset. @return whether it may come */
static bool wait_for(packet_info *pinfo, int offset, guint missing)
{
    if (!pinfo->can_desegment) {
        return false;
    }
    pinfo->desegment_offset = offset;
    pinfo->desegment_len = missing;
    return true;
}

/* Could the last octets of a segment be the begin of a message? */
static bool may_begin(tvbuff_t *tvb, int offset, int left)
{
    return tvb_memeql(tvb, offset, (const guint8 *)MAGIC, (size_t)MIN(left, MAGIC_SIZE)) == 0;
}

/* The messages of a stream, each as long as it says: at most 65535 octets are waited for. */
static void dissect_stream(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    int offset = 0, left;

    while ((left = tvb_captured_length_remaining(tvb, offset)) > 0) {
        if (left < SHORTEST && may_begin(tvb, offset, left) &&
            wait_for(pinfo, offset, DESEGMENT_ONE_MORE_SEGMENT)) {
            return;
        }
        if (!is_version_3(tvb, offset)) {
            offset = skip_rest(tvb, pinfo, tree, offset);
            continue;
        }
        int length = tvb_get_ntohs(tvb, offset + MAGIC_SIZE);
        int there = tvb_reported_length_remaining(tvb, offset);
        if (length > there && wait_for(pinfo, offset, (guint)(length - there))) {
            return;
        }
        dissect_message(tvb_new_subset_length(tvb, offset, MIN(length, there)), pinfo, tree);
        offset += MIN(length, there);
        col_set_fence(pinfo->cinfo, COL_INFO);
    }
}

/* On the usual ports: others have services there, too. A capture may begin amid a message. */
static int dissect_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const int length = (int)tvb_captured_length(tvb);

    (void)data;
    if (find_message(tvb, 0) < 0 && !(length < SHORTEST && may_begin(tvb, 0, length))) {
        return 0;
    }
    dissect_stream(tvb, pinfo, tree);
    return length;
}

static krr_wsbool guess_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)data;
    if (!is_version_3(tvb, 0)) {
        return false;
    }
    dissect_stream(tvb, pinfo, tree);
    return true;
}

/* ---- registration ---- */

static hf_register_info fields[] = {
    {&hf_version, {"Version", "hep.version", FT_UINT8, BASE_DEC, NULL, 0, NULL, HFILL}},
    {&hf_length,
     {"Length", "hep.length", FT_UINT16, BASE_DEC, NULL, 0, "Octets of the message", HFILL}},
    {&hf_header_length,
     {"Header length", "hep.header_length", FT_UINT8, BASE_DEC, NULL, 0,
      "Octets before the copy; in version 2 some senders do not count the time", HFILL}},
    {&hf_chunk, {"Chunk", "hep.chunk", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
    {&hf_chunk_vendor,
     {"Vendor", "hep.chunk.vendor", FT_UINT16, BASE_DEC, VALS(vendors), 0, NULL, HFILL}},
    {&hf_chunk_type, {"Chunk type", "hep.chunk.type", FT_UINT16, BASE_HEX, NULL, 0, NULL, HFILL}},
    {&hf_chunk_length,
     {"Chunk length", "hep.chunk.length", FT_UINT16, BASE_DEC, NULL, 0,
      "Octets of the chunk, with its head", HFILL}},
    {&hf_chunk_data, {"Data", "hep.chunk.data", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
    {&hf_skipped,
     {"Rest of a message", "hep.skipped", FT_BYTES, BASE_NONE, NULL, 0,
      "Its beginning was not captured", HFILL}},
};

static ei_register_info experts[] = {
    {&ei_length,
     {"hep.length.wrong", PI_MALFORMED, PI_ERROR, "A chunk does not fit the message", EXPFILL}},
    {&ei_payload,
     {"hep.payload.unreadable", PI_UNDECODED, PI_WARN,
      "The compressed copy is damaged or too long: it was not read", EXPFILL}},
    {&ei_nesting,
     {"hep.payload.nested", PI_UNDECODED, PI_WARN, "Copies of copies: not read any further",
      EXPFILL}},
    {&ei_skipped,
     {"hep.skipped.rest", PI_SEQUENCE, PI_NOTE, "The beginning of this message is missing",
      EXPFILL}},
};

void hep_register(void)
{
    static int *trees[] = {&ett_hep, &ett_chunk};

    if (proto_get_id_by_filter_name("hep") != -1) {
        return;
    }
    proto_hep = proto_register_protocol("Homer Encapsulation Protocol", "HEP", "hep");
    proto_register_field_array(proto_hep, fields, array_length(fields));
    hep_values_register(proto_hep);
    proto_register_subtree_array(trees, array_length(trees));
    expert_register_field_array(expert_register_protocol(proto_hep), experts,
                                array_length(experts));
    udp_handle = register_dissector("hep", dissect_udp, proto_hep);
    tcp_handle = register_dissector("hep.tcp", dissect_tcp, proto_hep);
    message_hop_register(proto_hep);
    hep_payload_register(proto_hep);
}

void hep_hand_off(void)
{
    if (proto_hep == -1) {
        return;
    }
    hep_payload_hand_off();
    dissector_add_uint_range_with_preference("udp.port", PORTS, udp_handle);
    dissector_add_uint_range_with_preference("tcp.port", PORTS, tcp_handle);
    heur_dissector_add("udp", guess_udp, "HEP over UDP", "hep_udp", proto_hep, HEURISTIC_ENABLE);
    heur_dissector_add("tcp", guess_tcp, "HEP over TCP", "hep_tcp", proto_hep, HEURISTIC_ENABLE);
}
