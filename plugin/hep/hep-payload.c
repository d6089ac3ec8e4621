/* hep-payload.c
 * What a HEP message is a copy of, dissected as if it were where the original was
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/hep/hep-payload.h"

#include "plugin/wireshark-compat.h"

#include <epan/exceptions.h>
#include <epan/show_exception.h>
#include <gio/gio.h>

#include "plugin/frame/krr-nstime.h"
#include "plugin/frame/message-hop.h"

/* No SIP message comes near it; a few octets can be made to grow to a thousand times as many. */
#define MAX_DECOMPRESSED 262144
#define STEP             16384

enum { PROTOCOL_TCP = 6, PROTOCOL_SCTP = 132 };

static dissector_table_t types;
static dissector_handle_t data_handle;

void hep_payload_register(int proto)
{
    types = register_dissector_table("hep.type", "HEP type", proto, FT_UINT8, BASE_DEC);
}

void hep_payload_hand_off(void)
{
    dissector_add_uint("hep.type", HEP_TYPE_SIP, find_dissector("sip"));
    data_handle = find_dissector("data");
}

/* ---- compression ---- */

static GZlibCompressorFormat format_of(const guint8 *data, gsize length)
{
    if (length > 2 && data[0] == 0x1f && data[1] == 0x8b) {
        return G_ZLIB_COMPRESSOR_FORMAT_GZIP;
    }
    /* RFC 1950 2.2: the method is 8, and the two octets are a multiple of 31. */
    return length > 2 && (data[0] & 0xf) == 8 && (data[0] << 8 | data[1]) % 31 == 0
               ? G_ZLIB_COMPRESSOR_FORMAT_ZLIB
               : G_ZLIB_COMPRESSOR_FORMAT_RAW;
}

/* @return NULL where it is damaged or longer than @p most */
static GByteArray *decompress(const guint8 *data, gsize length, gsize most)
{
    g_autoptr(GZlibDecompressor) decompressor = g_zlib_decompressor_new(format_of(data, length));
    g_autoptr(GByteArray) plain = g_byte_array_new();
    GConverterResult result = G_CONVERTER_CONVERTED;
    guint8 step[STEP];

    while (result == G_CONVERTER_CONVERTED && plain->len <= most) {
        gsize taken = 0, made = 0;

        result = g_converter_convert(G_CONVERTER(decompressor), data, length, step, sizeof step,
                                     G_CONVERTER_INPUT_AT_END, &taken, &made, NULL);
        if (result != G_CONVERTER_ERROR) {
            g_byte_array_append(plain, step, (guint)made);
            data += taken;
            length -= taken;
        }
    }
    return result == G_CONVERTER_FINISHED && plain->len > 0 && plain->len <= most
               ? g_steal_pointer(&plain)
               : NULL;
}

tvbuff_t *hep_payload_decompress(packet_info *pinfo, tvbuff_t *compressed, gsize *left)
{
    const guint length = tvb_captured_length(compressed);
    const gsize most = MIN(*left, MAX_DECOMPRESSED);
    g_autoptr(GByteArray) plain = decompress(tvb_get_ptr(compressed, 0, (int)length), length, most);
    tvbuff_t *tvb;

    if (!plain) {
        *left -= most; /* so much may have been tried */
        return NULL;
    }
    *left -= plain->len;
    tvb = tvb_new_child_real_data(compressed, wmem_memdup(pinfo->pool, plain->data, plain->len),
                                  plain->len, (int)plain->len);
    add_new_data_source(pinfo, tvb, "Decompressed copy");
    return tvb;
}

/* ---- where the original was ---- */

/* What a packet says of where it is, as far as it is changed here. */
typedef struct Place {
    address net_source, net_destination, source, destination;
    port_type type;
    guint32 source_port, destination_port;
    int can_desegment;
    guint32 desegment_length;
    int desegment_offset;
} Place;

static Place place_of(const packet_info *pinfo)
{
    return (Place){
        .net_source = pinfo->net_src,
        .net_destination = pinfo->net_dst,
        .source = pinfo->src,
        .destination = pinfo->dst,
        .type = pinfo->ptype,
        .source_port = pinfo->srcport,
        .destination_port = pinfo->destport,
        .can_desegment = pinfo->can_desegment,
        .desegment_length = pinfo->desegment_len,
        .desegment_offset = pinfo->desegment_offset,
    };
}

static void go_to(packet_info *pinfo, const Place *place)
{
    pinfo->net_src = place->net_source;
    pinfo->net_dst = place->net_destination;
    pinfo->src = place->source;
    pinfo->dst = place->destination;
    pinfo->ptype = place->type;
    pinfo->srcport = place->source_port;
    pinfo->destport = place->destination_port;
    pinfo->can_desegment = place->can_desegment;
    pinfo->desegment_len = place->desegment_length;
    pinfo->desegment_offset = place->desegment_offset;
}

static port_type type_of(guint8 protocol)
{
    return protocol == PROTOCOL_TCP ? PT_TCP : protocol == PROTOCOL_SCTP ? PT_SCTP : PT_UDP;
}

/* Goes to where the original was, and notes that, if it is stated. A copy is whole: nothing that
 * follows belongs to it. */
static void go_to_original(packet_info *pinfo, tvbuff_t *payload, const HepMessage *message)
{
    const address *source, *destination;
    MessageHop hop = {.source_port = message->source_port,
                      .destination_port = message->destination_port};
    nstime_t time;

    pinfo->can_desegment = 0;
    if (!hep_message_ends(message, &source, &destination)) {
        return;
    }
    copy_address_shallow(&hop.source, source);
    copy_address_shallow(&hop.destination, destination);
    hop.has_time = hep_message_time(message, &time);
    hop.time_ns = hop.has_time ? krr_nanoseconds(&time) : 0;
    message_hop_add(pinfo, payload, &hop);
    copy_address_shallow(&pinfo->net_src, source);
    copy_address_shallow(&pinfo->net_dst, destination);
    copy_address_shallow(&pinfo->src, source);
    copy_address_shallow(&pinfo->dst, destination);
    pinfo->ptype = type_of(message->protocol);
    pinfo->srcport = message->source_port;
    pinfo->destport = message->destination_port;
}

static void dissect(tvbuff_t *payload, packet_info *pinfo, proto_tree *tree,
                    const HepMessage *message)
{
    if (dissector_try_uint(types, message->type, payload, pinfo, tree) == 0) {
        call_dissector(data_handle, payload, pinfo, tree);
    }
}

void hep_payload_dissect(tvbuff_t *payload, packet_info *pinfo, proto_tree *tree,
                         const HepMessage *message)
{
    const Place outside = place_of(pinfo);

    go_to_original(pinfo, payload, message);
    /* One copy that is broken must not hide those behind it. */
    TRY
    {
        dissect(payload, pinfo, tree, message);
    }
    CATCH_NONFATAL_ERRORS
    {
        show_exception(payload, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
    }
    FINALLY
    {
        go_to(pinfo, &outside);
    }
    ENDTRY;
}
