/* hep-maker.c
 * Copies of messages for a collector, in the Homer Encapsulation Protocol (HEP)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/hep-maker.h"

#include <string.h>

#include "samples/compression.h"

#define SECOND      G_GINT64_CONSTANT(1000000000)
#define CAPTURE_ID  2001
#define AUTH_KEY    "collector"
#define CORRELATION "correlation-1"

/* The numbers of address families are Linux's. */
enum { FAMILY_IPV4 = 2, FAMILY_IPV6 = 10 };

enum { TYPE_SIP = 1, TYPE_HEP = 200 /* not assigned */ };

enum {
    CHUNK_FAMILY = 1,
    CHUNK_PROTOCOL,
    CHUNK_SOURCE_IPV4,
    CHUNK_DESTINATION_IPV4,
    CHUNK_SOURCE_IPV6,
    CHUNK_DESTINATION_IPV6,
    CHUNK_SOURCE_PORT,
    CHUNK_DESTINATION_PORT,
    CHUNK_SECONDS,
    CHUNK_MICROSECONDS,
    CHUNK_TYPE,
    CHUNK_CAPTURE_ID,
    CHUNK_AUTH_KEY = 14,
    CHUNK_PAYLOAD,
    CHUNK_COMPRESSED_PAYLOAD,
    CHUNK_CORRELATION_ID,
    CHUNK_VLAN
};

static bool is_ipv6(const Parcel *parcel)
{
    return g_inet_address_get_family(parcel->from.address) == G_SOCKET_FAMILY_IPV6;
}

static guint8 protocol_of(const Parcel *parcel)
{
    return parcel->over_tcp ? IP_PROTOCOL_TCP : IP_PROTOCOL_UDP;
}

/* ---- versions 1 and 2 ---- */

static void put_as_sender(GByteArray *bytes, guint32 value)
{
    guint32 little = GUINT32_TO_LE(value);
    g_byte_array_append(bytes, (guint8 *)&little, sizeof little);
}

static GBytes *fixed_packet(HepVariant version, const Parcel *parcel, gint64 time_ns)
{
    GByteArray *packet = g_byte_array_new();
    put8(packet, version);
    put8(packet, is_ipv6(parcel) ? 40 : 16);
    put8(packet, is_ipv6(parcel) ? FAMILY_IPV6 : FAMILY_IPV4);
    put8(packet, protocol_of(parcel));
    put16(packet, parcel->from.port);
    put16(packet, parcel->to.port);
    put_address(packet, parcel->from.address);
    put_address(packet, parcel->to.address);
    if (version == HEP_VERSION_2) {
        put_as_sender(packet, time_ns / SECOND);
        put_as_sender(packet, time_ns % SECOND / 1000);
        put_as_sender(packet, CAPTURE_ID); /* two octets, and two to fill the structure up */
    }
    gsize length = 0;
    const guint8 *data = g_bytes_get_data(parcel->bytes, &length);
    g_byte_array_append(packet, data, length);
    return g_byte_array_free_to_bytes(packet);
}

/* ---- version 3 ---- */

static void begin_chunk(GByteArray *packet, guint16 type, gsize length)
{
    put16(packet, 0); /* of no vendor */
    put16(packet, type);
    put16(packet, 6 + length);
}

static void put_octets_chunk(GByteArray *packet, guint16 type, const void *data, gsize length)
{
    begin_chunk(packet, type, length);
    g_byte_array_append(packet, data, length);
}

static void put_number_chunk(GByteArray *packet, guint16 type, guint size, guint32 value)
{
    const guint32 big = GUINT32_TO_BE(value);
    put_octets_chunk(packet, type, (const guint8 *)&big + sizeof big - size, size);
}

static void put_hop(GByteArray *packet, const Parcel *parcel)
{
    guint16 source = is_ipv6(parcel) ? CHUNK_SOURCE_IPV6 : CHUNK_SOURCE_IPV4;
    guint16 destination = is_ipv6(parcel) ? CHUNK_DESTINATION_IPV6 : CHUNK_DESTINATION_IPV4;
    gsize size = g_inet_address_get_native_size(parcel->from.address);
    put_number_chunk(packet, CHUNK_FAMILY, 1, is_ipv6(parcel) ? FAMILY_IPV6 : FAMILY_IPV4);
    put_number_chunk(packet, CHUNK_PROTOCOL, 1, protocol_of(parcel));
    put_octets_chunk(packet, source, g_inet_address_to_bytes(parcel->from.address), size);
    put_octets_chunk(packet, destination, g_inet_address_to_bytes(parcel->to.address), size);
    put_number_chunk(packet, CHUNK_SOURCE_PORT, 2, parcel->from.port);
    put_number_chunk(packet, CHUNK_DESTINATION_PORT, 2, parcel->to.port);
}

static GBytes *compressed(HepVariant variant, GBytes *bytes)
{
    switch (variant) {
    case HEP_VERSION_3_GZIP:
        return compress_octets(bytes, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
    case HEP_VERSION_3_ZLIB:
        return compress_octets(bytes, G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
    default:
        return g_bytes_ref(bytes);
    }
}

static GBytes *chunk_packet(HepVariant variant, const Parcel *parcel, gint64 time_ns)
{
    GByteArray *packet = g_byte_array_new();
    g_autoptr(GBytes) payload = compressed(variant, parcel->bytes);
    bool is_compressed = variant == HEP_VERSION_3_GZIP || variant == HEP_VERSION_3_ZLIB;
    gsize length = 0;
    const guint8 *data = g_bytes_get_data(payload, &length);
    g_byte_array_append(packet, (const guint8 *)"HEP3", 4);
    put16(packet, 0);
    put_hop(packet, parcel);
    put_number_chunk(packet, CHUNK_SECONDS, 4, time_ns / SECOND);
    put_number_chunk(packet, CHUNK_MICROSECONDS, 4, time_ns % SECOND / 1000);
    put_number_chunk(packet, CHUNK_TYPE, 1, variant == HEP_VERSION_3_NESTED ? TYPE_HEP : TYPE_SIP);
    put_number_chunk(packet, CHUNK_CAPTURE_ID, 4, CAPTURE_ID);
    put_octets_chunk(packet, CHUNK_AUTH_KEY, AUTH_KEY, strlen(AUTH_KEY));
    put_octets_chunk(packet, is_compressed ? CHUNK_COMPRESSED_PAYLOAD : CHUNK_PAYLOAD, data,
                     length);
    /* Some senders have it before the payload, some behind it. */
    put_octets_chunk(packet, CHUNK_CORRELATION_ID, CORRELATION, strlen(CORRELATION));
    put_number_chunk(packet, CHUNK_VLAN, 2, 10);
    set16(packet, 4, packet->len);
    return g_byte_array_free_to_bytes(packet);
}

GBytes *hep_packet(HepVariant variant, const Parcel *parcel, gint64 time_ns)
{
    return variant < HEP_VERSION_3 ? fixed_packet(variant, parcel, time_ns)
                                   : chunk_packet(variant, parcel, time_ns);
}
