/* mikey-payloads.c
 * The payloads of a MIKEY-SAKKE message, one function each
 *
 * Layouts: RFC 3830 6.x, RFC 6043 6.6 (IDR), RFC 6509 4.2 (SAKKE), RFC 6507 3.3 (ECCSI); SRTP
 * parameters: RFC 3830 6.10.1, RFC 4771, RFC 7714; what 3GPP makes of them: TS 33.180 annex E.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/mikey-payloads.h"

#include "core/mikey/mikey-extension.h"
#include "core/mikey/mikey-identity.h"
#include "core/mikey/mikey-sakke-data.h"

/* Seconds from 1900 to 1970, and those after which NTP's 32 bits begin anew. */
#define NTP_TO_UNIX    2208988800
#define NTP_ERA        (G_GUINT64_CONSTANT(1) << 32)
#define NTP_FIRST_HALF (G_GUINT64_CONSTANT(1) << 31)
#define NS_PER_SECOND  G_GINT64_CONSTANT(1000000000)

#define ECCSI_LENGTH        129 /* r, s, PVT */
#define ECCSI_NUMBER_LENGTH 32
#define ECCSI_PVT_LENGTH    65
#define UNCOMPRESSED_POINT  0x04

#define SIGN_TYPE_SHIFT  12
#define SIGN_LENGTH_BITS 0x0fff

/* Far more than any profile needs; keeps a hostile message from growing without bounds. */
#define MAX_SRTP_PARAMETERS 64

/* ---- T, RAND, IDR, ID ---- */

/* A timestamp of NTP's 64 bits. Seconds of the first half belong to the era that begins in 2036
 * (RFC 4330 section 3): a MIKEY message is not older than MIKEY. */
static gint64 ntp_to_unix_ns(guint32 seconds, guint32 fraction)
{
    const guint64 since_1900 = seconds + (seconds < NTP_FIRST_HALF ? NTP_ERA : 0);

    return ((gint64)since_1900 - NTP_TO_UNIX) * NS_PER_SECOND +
           (gint64)(((guint64)fraction * NS_PER_SECOND) >> 32);
}

static void read_ntp(MikeyReader *reader)
{
    if (!mikey_reader_has(reader, 8)) {
        return;
    }
    const guint32 seconds = mikey_octets_number(reader, reader->offset);
    const guint32 fraction = mikey_octets_number(reader, reader->offset + 4);
    mikey_add_field(reader, MIKEY_FIELD_TIMESTAMP, MIKEY_KIND_NTP, reader->offset, 8,
                    ntp_to_unix_ns(seconds, fraction));
    mikey_pass(reader, 8);
}

static void read_t(MikeyReader *reader)
{
    switch (mikey_read_number(reader, MIKEY_FIELD_TIMESTAMP_TYPE, 1)) {
    case MIKEY_TS_NTP_UTC:
    case MIKEY_TS_NTP:
        read_ntp(reader);
        break;
    case MIKEY_TS_COUNTER:
        mikey_read_number(reader, MIKEY_FIELD_TIMESTAMP_COUNTER, 4);
        break;
    default:
        mikey_break_at_unknown(reader, "A timestamp type");
    }
}

static void read_rand(MikeyReader *reader)
{
    const guint32 length = mikey_read_length(reader, MIKEY_FIELD_RAND_LENGTH, 1);

    mikey_note_empty(reader, length);
    mikey_read_octets(reader, MIKEY_FIELD_RAND_VALUE, length);
}

static void read_idr(MikeyReader *reader)
{
    const guint32 role = mikey_read_number(reader, MIKEY_FIELD_IDR_ROLE, 1);
    const guint32 type = mikey_read_number(reader, MIKEY_FIELD_IDR_TYPE, 1);
    const guint32 length = mikey_read_length(reader, MIKEY_FIELD_IDR_LENGTH, 2);

    mikey_read_identity(reader, MIKEY_FIELD_IDR_VALUE, role, type, length);
}

static void read_id(MikeyReader *reader)
{
    const guint32 type = mikey_read_number(reader, MIKEY_FIELD_ID_TYPE, 1);
    const guint32 length = mikey_read_length(reader, MIKEY_FIELD_ID_LENGTH, 2);

    mikey_read_identity(reader, MIKEY_FIELD_ID_VALUE, 0, type, length);
}

/* ---- SP ---- */

/* RFC 3830 6.10.1, RFC 4771, RFC 7714. */
static bool is_known_parameter(guint32 type)
{
    return type <= 13 || (type >= 18 && type < MIKEY_N_SRTP_PARAMETERS);
}

/* One parameter: a number where it is one of SRTP that somebody defined. */
static void read_parameter(MikeyReader *reader, bool srtp)
{
    const guint32 start = reader->offset;

    mikey_open_group(reader, MIKEY_FIELD_SP_PARAM, 0);
    const guint32 type = mikey_read_number(reader, MIKEY_FIELD_SP_PARAM_TYPE, 1);
    const guint32 length = mikey_read_length(reader, MIKEY_FIELD_SP_PARAM_LENGTH, 1);
    if (srtp && is_known_parameter(type) && length >= 1 && length <= MIKEY_MAX_SRTP_NUMBER) {
        mikey_read_number(reader, MIKEY_FIELD_SP_PARAM_NUMBER, length);
    } else {
        mikey_note_empty(reader, length);
        mikey_read_octets(reader, MIKEY_FIELD_SP_PARAM_VALUE, length);
    }
    mikey_close_group(reader, reader->offset - start);
}

static void read_sp(MikeyReader *reader)
{
    guint count = 0;

    mikey_read_number(reader, MIKEY_FIELD_SP_POLICY, 1);
    const bool srtp = mikey_read_number(reader, MIKEY_FIELD_SP_PROT_TYPE, 1) == MIKEY_PROTOCOL_SRTP;
    MikeyReader parameters =
        mikey_reader_part(reader, mikey_read_length(reader, MIKEY_FIELD_SP_LENGTH, 2));
    while (mikey_reader_left(&parameters) > 0 && count++ < MAX_SRTP_PARAMETERS) {
        read_parameter(&parameters, srtp);
    }
    if (mikey_reader_left(&parameters) > 0) {
        mikey_note(reader, MIKEY_PROBLEM_TOO_MANY_PARAMETERS, reader->parent);
        mikey_read_rest(&parameters);
    }
}

/* ---- SAKKE ---- */

static void read_sakke(MikeyReader *reader)
{
    static const MikeySakkeFields fields = {
        MIKEY_FIELD_SAKKE_PARAMS, MIKEY_FIELD_SAKKE_ID_SCHEME, MIKEY_FIELD_SAKKE_LENGTH,
        MIKEY_FIELD_SAKKE_DATA,   MIKEY_FIELD_SAKKE_POINT,     MIKEY_FIELD_SAKKE_HASH,
    };

    mikey_read_sakke(reader, &fields);
}

/* ---- payloads of older modes ---- */

/* An algorithm, then a MAC as long as that algorithm makes it (RFC 3830 6.2). */
static void read_mac(MikeyReader *reader, MikeyFieldId algorithm_field, MikeyFieldId mac_field)
{
    static const guint32 mac_lengths[] = {0, 20, 32}; /* NULL, HMAC-SHA-1-160, HMAC-SHA-256-256 */
    const guint32 algorithm = mikey_read_number(reader, algorithm_field, 1);

    if (algorithm >= G_N_ELEMENTS(mac_lengths)) {
        mikey_break_at_unknown(reader, "A MAC algorithm");
    } else if (mac_lengths[algorithm] > 0) {
        mikey_read_octets(reader, mac_field, mac_lengths[algorithm]);
    }
}

static void read_kemac(MikeyReader *reader)
{
    mikey_read_number(reader, MIKEY_FIELD_KEMAC_ENCR_ALG, 1);
    mikey_read_octets(reader, MIKEY_FIELD_KEMAC_DATA,
                      mikey_read_length(reader, MIKEY_FIELD_KEMAC_LENGTH, 2));
    read_mac(reader, MIKEY_FIELD_KEMAC_MAC_ALG, MIKEY_FIELD_KEMAC_MAC);
}

static void read_v(MikeyReader *reader)
{
    read_mac(reader, MIKEY_FIELD_VER_AUTH_ALG, MIKEY_FIELD_VER_DATA);
}

static void read_err(MikeyReader *reader)
{
    mikey_read_number(reader, MIKEY_FIELD_ERR_NUMBER, 1);
    mikey_read_number(reader, MIKEY_FIELD_ERR_RESERVED, 2);
}

/* ---- SIGN ---- */

static void read_eccsi(MikeyReader *reader)
{
    const guint outer = reader->parent;

    reader->parent = mikey_add_field(reader, MIKEY_FIELD_SIGN_VALUE, MIKEY_KIND_OCTETS,
                                     reader->offset, ECCSI_LENGTH, 0);
    mikey_read_octets(reader, MIKEY_FIELD_SIGN_R, ECCSI_NUMBER_LENGTH);
    mikey_read_octets(reader, MIKEY_FIELD_SIGN_S, ECCSI_NUMBER_LENGTH);
    const bool is_point = mikey_peek(reader, 1) == UNCOMPRESSED_POINT;
    mikey_read_octets(reader, MIKEY_FIELD_SIGN_PVT, ECCSI_PVT_LENGTH);
    if (!is_point) {
        mikey_note(reader, MIKEY_PROBLEM_SIGN_PVT, mikey_last_field(reader));
    }
    reader->parent = outer;
}

/* SIGN has no "next payload": it ends the message. Its type and its length share two octets. */
static void read_sign(MikeyReader *reader)
{
    const guint32 type = mikey_peek(reader, 2) >> SIGN_TYPE_SHIFT;

    if (!mikey_reader_intact(reader)) {
        return;
    }
    mikey_add_field(reader, MIKEY_FIELD_SIGN_TYPE, MIKEY_KIND_NUMBER, reader->offset, 2, type);
    if (type != MIKEY_SIGN_ECCSI) {
        mikey_note(reader, MIKEY_PROBLEM_SIGN_TYPE, mikey_last_field(reader));
    }
    mikey_read_length(reader, MIKEY_FIELD_SIGN_LENGTH, 2);
    const guint32 length = mikey_keep_bits(reader, SIGN_LENGTH_BITS);
    if (type == MIKEY_SIGN_ECCSI && length != ECCSI_LENGTH) {
        mikey_note(reader, MIKEY_PROBLEM_SIGN_LENGTH, reader->announced);
    }
    if (type == MIKEY_SIGN_ECCSI && length == ECCSI_LENGTH && mikey_reader_has(reader, length)) {
        read_eccsi(reader);
    } else {
        mikey_read_octets(reader, MIKEY_FIELD_SIGN_VALUE, length);
    }
}

/* ---- all ---- */

static const MikeyPayloadLayout layouts[] = {
    {MIKEY_T, MIKEY_FIELD_T, read_t},
    {MIKEY_RAND, MIKEY_FIELD_RAND, read_rand},
    {MIKEY_IDR, MIKEY_FIELD_IDR, read_idr},
    {MIKEY_ID, MIKEY_FIELD_ID, read_id},
    {MIKEY_SP, MIKEY_FIELD_SP, read_sp},
    {MIKEY_SAKKE, MIKEY_FIELD_SAKKE, read_sakke},
    {MIKEY_EXT, MIKEY_FIELD_EXT, mikey_read_extension},
    {MIKEY_KEMAC, MIKEY_FIELD_KEMAC, read_kemac},
    {MIKEY_V, MIKEY_FIELD_VER, read_v},
    {MIKEY_ERR, MIKEY_FIELD_ERR, read_err},
    {MIKEY_SIGN, MIKEY_FIELD_SIGN, read_sign},
};

const MikeyPayloadLayout *mikey_payload_layout(guint32 type)
{
    for (gsize i = 0; i < G_N_ELEMENTS(layouts); i++) {
        if (layouts[i].type == type) {
            return &layouts[i];
        }
    }
    return NULL;
}
