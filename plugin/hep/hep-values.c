/* hep-values.c
 * The values that a HEP message states of what it is a copy of
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/hep/hep-values.h"

#include "plugin/wireshark-compat.h"

static int hf_family;
static int hf_protocol;
static int hf_ipv4_source;
static int hf_ipv4_destination;
static int hf_ipv6_source;
static int hf_ipv6_destination;
static int hf_source_port;
static int hf_destination_port;
static int hf_seconds;
static int hf_microseconds;
static int hf_type;
static int hf_capture_id;
static int hf_keep_alive;
static int hf_auth_key;
static int hf_payload;
static int hf_compressed_payload;
static int hf_correlation_id;
static int hf_vlan;
static int hf_node_name;
static int hf_time;

static const value_string types[] = {
    {1, "SIP"},
    {5, "RTCP as JSON"},
    {34, "RTP statistics as JSON"},
    {35, "RTCP XR as JSON"},
    {53, "DNS as JSON"},
    {100, "Log"},
    {0, NULL},
};

/* AF_INET and the values that systems have for AF_INET6. */
static const value_string families[] = {
    {2, "IPv4"}, {10, "IPv6"}, {24, "IPv6"}, {26, "IPv6"}, {28, "IPv6"}, {30, "IPv6"}, {0, NULL},
};

/* Some senders say that of what was encrypted. */
static const value_string protocols[] = {
    {6, "TCP"}, {17, "UDP"}, {22, "TLS or WebSocket"}, {132, "SCTP"}, {0, NULL},
};

static const struct {
    const char *name;
    const int *field;
    guint size; /* octets; 0: any */
} values[HEP_N_VALUES] = {
    [HEP_FAMILY] = {"Address family", &hf_family, 1},
    [HEP_PROTOCOL] = {"Transport", &hf_protocol, 1},
    [HEP_IPV4_SOURCE] = {"IPv4 source", &hf_ipv4_source, 4},
    [HEP_IPV4_DESTINATION] = {"IPv4 destination", &hf_ipv4_destination, 4},
    [HEP_IPV6_SOURCE] = {"IPv6 source", &hf_ipv6_source, 16},
    [HEP_IPV6_DESTINATION] = {"IPv6 destination", &hf_ipv6_destination, 16},
    [HEP_SOURCE_PORT] = {"Source port", &hf_source_port, 2},
    [HEP_DESTINATION_PORT] = {"Destination port", &hf_destination_port, 2},
    [HEP_SECONDS] = {"Seconds", &hf_seconds, 4},
    [HEP_MICROSECONDS] = {"Microseconds", &hf_microseconds, 4},
    [HEP_TYPE] = {"Type", &hf_type, 1},
    [HEP_CAPTURE_ID] = {"Capture agent", &hf_capture_id, 4},
    [HEP_KEEP_ALIVE] = {"Keep-alive timer", &hf_keep_alive, 2},
    [HEP_AUTH_KEY] = {"Authentication key", &hf_auth_key, 0},
    [HEP_PAYLOAD] = {"Copy", &hf_payload, 0},
    [HEP_COMPRESSED_PAYLOAD] = {"Compressed copy", &hf_compressed_payload, 0},
    [HEP_CORRELATION_ID] = {"Correlation", &hf_correlation_id, 0},
    [HEP_VLAN] = {"VLAN", &hf_vlan, 2},
    [HEP_NODE_NAME] = {"Node name", &hf_node_name, 0},
};

const char *hep_value_name(guint value)
{
    return value < HEP_N_VALUES ? values[value].name : NULL;
}

const char *hep_type_name(guint8 type)
{
    return val_to_str_const(type, types, "something else");
}

bool hep_family_is_known(guint8 family)
{
    return try_val_to_str(family, families) != NULL;
}

bool hep_value_fits(guint value, tvbuff_t *octets)
{
    return value < HEP_N_VALUES && values[value].field && tvb_captured_length(octets) > 0 &&
           (values[value].size == 0 || (tvb_reported_length(octets) == values[value].size &&
                                        tvb_captured_length(octets) == values[value].size));
}

void hep_value_show(proto_tree *tree, HepValue value, tvbuff_t *octets, guint encoding)
{
    /* For texts, which are ASCII, and octets any encoding of numbers means the same. */
    proto_tree_add_item(tree, *values[value].field, octets, 0, (int)tvb_captured_length(octets),
                        encoding);
}

static guint32 number_of(tvbuff_t *octets, guint encoding)
{
    guint32 number = 0;
    const guint length = tvb_captured_length(octets);

    for (guint i = 0; i < length; i++) {
        guint from = encoding == ENC_LITTLE_ENDIAN ? length - 1 - i : i;
        number = number << 8 | tvb_get_uint8(octets, (int)from);
    }
    return number;
}

static void take_address(address *end, packet_info *pinfo, tvbuff_t *octets, int type)
{
    const guint length = tvb_captured_length(octets);

    set_address(end, type, (int)length, tvb_memdup(pinfo->pool, octets, 0, length));
}

void hep_value_take(HepMessage *message, packet_info *pinfo, HepValue value, tvbuff_t *octets,
                    guint encoding)
{
    switch (value) {
    case HEP_FAMILY:
        message->family = tvb_get_uint8(octets, 0);
        break;
    case HEP_PROTOCOL:
        message->protocol = tvb_get_uint8(octets, 0);
        break;
    case HEP_IPV4_SOURCE:
        take_address(&message->ipv4_source, pinfo, octets, AT_IPv4);
        break;
    case HEP_IPV4_DESTINATION:
        take_address(&message->ipv4_destination, pinfo, octets, AT_IPv4);
        break;
    case HEP_IPV6_SOURCE:
        take_address(&message->ipv6_source, pinfo, octets, AT_IPv6);
        break;
    case HEP_IPV6_DESTINATION:
        take_address(&message->ipv6_destination, pinfo, octets, AT_IPv6);
        break;
    case HEP_SOURCE_PORT:
        message->source_port = (guint16)number_of(octets, encoding);
        break;
    case HEP_DESTINATION_PORT:
        message->destination_port = (guint16)number_of(octets, encoding);
        break;
    case HEP_SECONDS:
        message->seconds = number_of(octets, encoding);
        break;
    case HEP_MICROSECONDS:
        message->microseconds = number_of(octets, encoding);
        break;
    case HEP_TYPE:
        message->type = tvb_get_uint8(octets, 0);
        break;
    default:
        break;
    }
}

void hep_value_show_time(proto_tree *tree, tvbuff_t *octets, const HepMessage *message)
{
    nstime_t time;

    if (hep_message_time(message, &time)) {
        proto_item_set_generated(proto_tree_add_time(tree, hf_time, octets, 0, 0, &time));
    }
}

static hf_register_info fields[] = {
    {&hf_family,
     {"Address family", "hep.family", FT_UINT8, BASE_DEC, VALS(families), 0, NULL, HFILL}},
    {&hf_protocol,
     {"Transport", "hep.protocol", FT_UINT8, BASE_DEC, VALS(protocols), 0, NULL, HFILL}},
    {&hf_ipv4_source, {"Source", "hep.src", FT_IPv4, BASE_NONE, NULL, 0, NULL, HFILL}},
    {&hf_ipv4_destination, {"Destination", "hep.dst", FT_IPv4, BASE_NONE, NULL, 0, NULL, HFILL}},
    {&hf_ipv6_source, {"IPv6 source", "hep.ipv6_src", FT_IPv6, BASE_NONE, NULL, 0, NULL, HFILL}},
    {&hf_ipv6_destination,
     {"IPv6 destination", "hep.ipv6_dst", FT_IPv6, BASE_NONE, NULL, 0, NULL, HFILL}},
    {&hf_source_port, {"Source port", "hep.src_port", FT_UINT16, BASE_DEC, NULL, 0, NULL, HFILL}},
    {&hf_destination_port,
     {"Destination port", "hep.dst_port", FT_UINT16, BASE_DEC, NULL, 0, NULL, HFILL}},
    {&hf_seconds, {"Seconds", "hep.seconds", FT_UINT32, BASE_DEC, NULL, 0, "Since 1970", HFILL}},
    {&hf_microseconds,
     {"Microseconds", "hep.microseconds", FT_UINT32, BASE_DEC, NULL, 0, NULL, HFILL}},
    {&hf_time,
     {"Time", "hep.time", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC, NULL, 0,
      "When the original was seen", HFILL}},
    {&hf_type, {"Type", "hep.type", FT_UINT8, BASE_DEC, VALS(types), 0, NULL, HFILL}},
    {&hf_capture_id,
     {"Capture agent", "hep.capture_id", FT_UINT32, BASE_DEC, NULL, 0, NULL, HFILL}},
    {&hf_keep_alive,
     {"Keep-alive timer", "hep.keep_alive", FT_UINT16, BASE_DEC, NULL, 0, NULL, HFILL}},
    {&hf_auth_key,
     {"Authentication key", "hep.auth_key", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
    {&hf_payload, {"Copy", "hep.payload", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
    {&hf_compressed_payload,
     {"Compressed copy", "hep.compressed_payload", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
    {&hf_correlation_id,
     {"Correlation", "hep.correlation_id", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
    {&hf_vlan, {"VLAN", "hep.vlan", FT_UINT16, BASE_DEC, NULL, 0, NULL, HFILL}},
    {&hf_node_name, {"Node name", "hep.node_name", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
};

void hep_values_register(int proto)
{
    proto_register_field_array(proto, fields, array_length(fields));
}
