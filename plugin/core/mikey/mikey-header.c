/* mikey-header.c
 * The header of a MIKEY message, and the map of crypto sessions in it
 *
 * RFC 3830 6.1 (SRTP-ID), RFC 4563 (empty map), RFC 6043 6.1.1 (GENERIC-ID).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/mikey-header.h"

#include "core/mikey/mikey-offer.h"

#define V_BIT            0x80
#define PRF_BITS         0x7f
#define PRF_3GPP         1 /* PRF-HMAC-SHA-256, the one that TS 33.180 allows */
#define S_BIT            0x80
#define P_BITS           0x7f /* of a crypto session: the number of its policies */
#define SPI_GMK          8    /* octets of an SPI that is a GMK-ID and a GUK-ID */
#define SRTP_DATA        4    /* octets of SRTP session data: SSRC */
#define SRTP_DATA_WITH_S 10   /* SSRC, ROC, SEQ */

/* An entry of the SRTP-ID map: its CS-ID is its place. */
static void read_srtp_session(MikeyReader *reader)
{
    mikey_read_number(reader, MIKEY_FIELD_CS_POLICY, 1);
    mikey_read_number(reader, MIKEY_FIELD_CS_SSRC, 4);
    mikey_read_number(reader, MIKEY_FIELD_CS_ROC, 4);
}

/* SRTP session data: SSRC, and if S is set ROC and SEQ. Of another size they stay octets. */
static void read_session_data(MikeyReader *reader, bool s)
{
    const guint32 length = mikey_read_length(reader, MIKEY_FIELD_CS_SESSION_LENGTH, 2);

    if (!mikey_reader_has(reader, length) || length != (s ? SRTP_DATA_WITH_S : SRTP_DATA)) {
        mikey_read_octets(reader, MIKEY_FIELD_CS_SESSION_DATA, length);
        return;
    }
    const guint outer = reader->parent;
    reader->parent = mikey_add_field(reader, MIKEY_FIELD_CS_SESSION_DATA, MIKEY_KIND_OCTETS,
                                     reader->offset, length, 0);
    mikey_read_number(reader, MIKEY_FIELD_CS_SSRC, 4);
    if (s) {
        mikey_read_number(reader, MIKEY_FIELD_CS_ROC, 4);
        mikey_read_number(reader, MIKEY_FIELD_CS_SEQ, 2);
    }
    reader->parent = outer;
}

/* The SPI, which is the MKI. That of a GMK begins with the GMK-ID: it ties together the messages
 * of one GMK, whose CSB-IDs differ from receiver to receiver. */
static void read_spi(MikeyReader *reader)
{
    const guint32 length = mikey_read_length(reader, MIKEY_FIELD_CS_SPI_LENGTH, 1);
    const guint32 offset = reader->offset;

    if (mikey_read_octets(reader, MIKEY_FIELD_CS_SPI, length) && length == SPI_GMK &&
        mikey_purpose(reader->csb_id) == MIKEY_PURPOSE_GMK) {
        mikey_add_field(reader, MIKEY_FIELD_GMK_ID, MIKEY_KIND_NUMBER, offset, 4,
                        mikey_octets_number(reader, offset));
    }
}

static void read_generic_session(MikeyReader *reader)
{
    mikey_read_number(reader, MIKEY_FIELD_CS_ID, 1);
    const bool srtp = mikey_read_number(reader, MIKEY_FIELD_CS_PROT_TYPE, 1) == MIKEY_PROTOCOL_SRTP;
    const guint32 flags = mikey_peek(reader, 1);
    if (mikey_reader_intact(reader)) {
        mikey_add_field(reader, MIKEY_FIELD_CS_S, MIKEY_KIND_NUMBER, reader->offset, 1,
                        (flags & S_BIT) != 0);
    }
    mikey_read_length(reader, MIKEY_FIELD_CS_POLICY_COUNT, 1);
    const guint32 policies = mikey_keep_bits(reader, P_BITS);
    for (guint32 i = 0; i < policies; i++) {
        mikey_read_number(reader, MIKEY_FIELD_CS_POLICY, 1);
    }
    read_session_data(reader, srtp && (flags & S_BIT));
    read_spi(reader);
}

/* @param number  its place, from 0 */
static void read_session(MikeyReader *reader, guint32 map_type, guint32 number)
{
    const guint32 start = reader->offset;

    mikey_open_group(reader, MIKEY_FIELD_CS, number);
    if (map_type == MIKEY_MAP_SRTP) {
        read_srtp_session(reader);
    } else {
        read_generic_session(reader);
    }
    mikey_close_group(reader, reader->offset - start);
}

/* @param count_field  that says how many crypto sessions there are */
static void read_map(MikeyReader *reader, guint32 count, guint count_field)
{
    const guint32 type = mikey_read_number(reader, MIKEY_FIELD_CS_ID_MAP_TYPE, 1);

    if (!mikey_reader_intact(reader)) {
        return;
    }
    switch (type) {
    case MIKEY_MAP_SRTP:
    case MIKEY_MAP_GENERIC:
        for (guint32 i = 0; i < count && mikey_reader_intact(reader); i++) {
            read_session(reader, type, i);
        }
        break;
    case MIKEY_MAP_EMPTY:
        if (count != 0) {
            mikey_note(reader, MIKEY_PROBLEM_MAP_COUNT, count_field);
        }
        break;
    default:
        mikey_note(reader, MIKEY_PROBLEM_MAP_TYPE, mikey_last_field(reader));
        if (count != 0) { /* entries of which nobody knows the length */
            mikey_read_rest(reader);
            mikey_reader_break(reader);
        }
    }
}

/* V and the PRF function share an octet. */
static void read_v_and_prf(MikeyReader *reader)
{
    const guint32 octet = mikey_peek(reader, 1);

    if (!mikey_reader_intact(reader)) {
        return;
    }
    const guint v = mikey_add_field(reader, MIKEY_FIELD_V, MIKEY_KIND_NUMBER, reader->offset, 1,
                                    (octet & V_BIT) != 0);
    if (octet & V_BIT) {
        mikey_note(reader, MIKEY_PROBLEM_V_SET, v);
    }
    const guint prf = mikey_add_field(reader, MIKEY_FIELD_PRF, MIKEY_KIND_NUMBER, reader->offset, 1,
                                      octet & PRF_BITS);
    if ((octet & PRF_BITS) != PRF_3GPP) {
        mikey_note(reader, MIKEY_PROBLEM_PRF, prf);
    }
    mikey_pass(reader, 1);
}

static void read_csb_id(MikeyReader *reader)
{
    const guint32 offset = reader->offset;

    reader->csb_id = mikey_read_number(reader, MIKEY_FIELD_CSB_ID, 4);
    if (!mikey_reader_intact(reader)) {
        return;
    }
    const guint purpose = mikey_purpose(reader->csb_id);
    const guint field =
        mikey_add_field(reader, MIKEY_FIELD_KEY_PURPOSE, MIKEY_KIND_DERIVED, offset, 1, purpose);
    if (purpose >= MIKEY_N_PURPOSES) {
        mikey_note(reader, MIKEY_PROBLEM_PURPOSE, field);
    }
}

guint32 mikey_read_header(MikeyReader *reader)
{
    mikey_open_group(reader, MIKEY_FIELD_HDR, 0);
    mikey_read_number(reader, MIKEY_FIELD_VERSION, 1);
    mikey_read_number(reader, MIKEY_FIELD_DATA_TYPE, 1);
    const guint32 next = mikey_read_number(reader, MIKEY_FIELD_NEXT_PAYLOAD, 1);
    read_v_and_prf(reader);
    read_csb_id(reader);
    const guint32 count = mikey_read_number(reader, MIKEY_FIELD_CS_COUNT, 1);
    read_map(reader, count, mikey_last_field(reader));
    mikey_close_group(reader, reader->offset);
    return next;
}
