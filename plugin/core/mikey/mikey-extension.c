/* mikey-extension.c
 * The General Extension payload, and what extensions hold
 *
 * Types: RFC 3830 6.15 (Vendor-ID, SDP-IDs), TS 33.180 annex E (SAKKE-to-self, key parameters). A
 * KRR may stand in an extension of any type: it is known by its content.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/mikey-extension.h"

#include <string.h>

#include "core/mikey/mikey-sakke-data.h"

#define PARAMETERS_ENCRYPTED 0x40 /* message type: the key parameters are in the protected form */
#define IV_LENGTH            16
#define GCM_TAG_LENGTH       16
#define TIME_LENGTH          5
#define GROUP_IEI            0x7b

/* A KRR's root element stands within so many octets: XML declaration, comments, prefix and all. */
#define KRR_ROOT_WITHIN 1024

static const char krr_root[] = "KmsRedirectResponse";

/* A cheap test; whether it is a KRR is for its own parser to decide. Zero octets are left out, so
 * that UTF-16 is recognised as well. */
static bool looks_like_krr(const MikeyReader *data)
{
    char text[KRR_ROOT_WITHIN + 1];
    const guint32 within = MIN(mikey_reader_left(data), KRR_ROOT_WITHIN);
    gsize length = 0;

    for (guint32 i = 0; i < within; i++) {
        const guint8 octet = mikey_octet(data, data->offset + i);
        const bool byte_order_mark = i < 3 && octet >= 0x80;
        if (octet != 0 && !byte_order_mark) {
            text[length++] = (char)octet;
        }
    }
    text[length] = '\0';
    g_strchug(text);
    return text[0] == '<' && strstr(text, krr_root) != NULL;
}

/* A whole SAKKE payload: its "next payload" means nothing. */
static void read_sakke_to_self(MikeyReader *data)
{
    static const MikeySakkeFields fields = {
        MIKEY_FIELD_SELF_PARAMS, MIKEY_FIELD_SELF_ID_SCHEME, MIKEY_FIELD_SELF_LENGTH,
        MIKEY_FIELD_SELF_DATA,   MIKEY_FIELD_SELF_POINT,     MIKEY_FIELD_SELF_HASH,
    };

    mikey_read_number(data, MIKEY_FIELD_SELF_NEXT_PAYLOAD, 1);
    mikey_read_sakke(data, &fields);
}

/* Seconds since 1970 in five octets. */
static void read_time(MikeyReader *data, MikeyFieldId id)
{
    if (!mikey_reader_has(data, TIME_LENGTH)) {
        return;
    }
    const gint64 high = mikey_octet(data, data->offset);
    mikey_add_field(data, id, MIKEY_KIND_SECONDS, data->offset, TIME_LENGTH,
                    high << 32 | mikey_octets_number(data, data->offset + 1));
    mikey_pass(data, TIME_LENGTH);
}

static void read_ciphertext(MikeyReader *data)
{
    const guint32 length = mikey_read_length(data, MIKEY_FIELD_KEY_LENGTH, 2);

    if (!mikey_reader_has(data, length)) {
        return;
    }
    if (length < GCM_TAG_LENGTH) {
        mikey_note(data, MIKEY_PROBLEM_SHORT_CIPHERTEXT, data->announced);
        mikey_read_octets(data, MIKEY_FIELD_KEY_CIPHERTEXT, length);
        return;
    }
    mikey_read_octets(data, MIKEY_FIELD_KEY_CIPHERTEXT, length - GCM_TAG_LENGTH);
    mikey_read_octets(data, MIKEY_FIELD_KEY_TAG, GCM_TAG_LENGTH);
}

static void read_protected_parameters(MikeyReader *data)
{
    mikey_read_number(data, MIKEY_FIELD_KEY_MESSAGE_TYPE, 1);
    read_time(data, MIKEY_FIELD_KEY_TIME);
    mikey_read_number(data, MIKEY_FIELD_KEY_PAYLOAD_ID, 4);
    mikey_read_number(data, MIKEY_FIELD_KEY_SEQUENCE, 1);
    mikey_read_number(data, MIKEY_FIELD_KEY_ALGORITHM, 1);
    mikey_read_octets(data, MIKEY_FIELD_KEY_IV, IV_LENGTH);
    const guint32 dppk_id = mikey_read_number(data, MIKEY_FIELD_KEY_DPPK_ID, 4);
    if (mikey_reader_intact(data) && dppk_id != data->csb_id) {
        mikey_note(data, MIKEY_PROBLEM_DPPK_ID, mikey_last_field(data));
    }
    mikey_read_number(data, MIKEY_FIELD_KEY_IEI, 1);
    read_ciphertext(data);
}

static void read_groups(MikeyReader *data)
{
    MikeyReader groups =
        mikey_reader_part(data, mikey_read_length(data, MIKEY_FIELD_KEY_GROUPS_LENGTH, 2));
    const guint32 count = mikey_read_number(&groups, MIKEY_FIELD_KEY_GROUPS_COUNT, 1);

    for (guint32 i = 0; i < count && mikey_reader_intact(&groups); i++) {
        const guint32 iei = mikey_read_number(&groups, MIKEY_FIELD_KEY_GROUP_IEI, 1);
        if (mikey_reader_intact(&groups) && iei != GROUP_IEI) {
            mikey_note(&groups, MIKEY_PROBLEM_GROUP_IEI, mikey_last_field(&groups));
        }
        mikey_read_octets(&groups, MIKEY_FIELD_KEY_GROUP_URI,
                          mikey_read_length(&groups, MIKEY_FIELD_KEY_GROUP_LENGTH, 2));
    }
    mikey_read_rest(&groups);
}

static void read_clear_parameters(MikeyReader *data)
{
    mikey_read_number(data, MIKEY_FIELD_KEY_TYPE, 1);
    mikey_read_number(data, MIKEY_FIELD_KEY_STATUS, 4);
    read_time(data, MIKEY_FIELD_KEY_ACTIVATION);
    read_time(data, MIKEY_FIELD_KEY_EXPIRY);
    mikey_read_octets(data, MIKEY_FIELD_KEY_TEXT,
                      mikey_read_length(data, MIKEY_FIELD_KEY_TEXT_LENGTH, 2));
    if (mikey_reader_left(data) > 0) {
        read_groups(data);
    }
}

static void read_key_parameters(MikeyReader *data)
{
    if (mikey_peek(data, 1) & PARAMETERS_ENCRYPTED) {
        read_protected_parameters(data);
    } else {
        read_clear_parameters(data);
    }
}

/* Reads what goes into the field of the data, the parent of the reader. */
static void read_data(MikeyReader *data, guint32 type)
{
    switch (type) {
    case MIKEY_EXT_VENDOR_ID:
        mikey_read_octets(data, MIKEY_FIELD_VENDOR_ID, mikey_reader_left(data));
        break;
    case MIKEY_EXT_SDP_IDS:
        mikey_read_octets(data, MIKEY_FIELD_SDP_IDS, mikey_reader_left(data));
        break;
    case MIKEY_EXT_SAKKE_TO_SELF:
        read_sakke_to_self(data);
        break;
    case MIKEY_EXT_KEY_PARAMETERS:
        read_key_parameters(data);
        break;
    default: /* nobody knows what they are: they stay octets */
        return;
    }
    if (mikey_reader_left(data) > 0) {
        mikey_note(data, MIKEY_PROBLEM_EXT_LEFT_OVER, data->parent);
        mikey_read_rest(data);
    }
}

void mikey_read_extension(MikeyReader *reader)
{
    const guint32 type = mikey_read_number(reader, MIKEY_FIELD_EXT_TYPE, 1);
    const guint32 length = mikey_read_length(reader, MIKEY_FIELD_EXT_LENGTH, 2);

    if (mikey_reader_intact(reader) && length == 0) {
        mikey_note(reader, MIKEY_PROBLEM_EMPTY_EXTENSION, reader->announced);
    }
    MikeyReader data = mikey_reader_part(reader, length);
    if (mikey_reader_left(&data) == 0) {
        return;
    }
    data.parent =
        mikey_add_field(&data, MIKEY_FIELD_EXT_DATA, MIKEY_KIND_OCTETS, data.offset, length, 0);
    if (looks_like_krr(&data)) {
        mikey_add_field(&data, MIKEY_FIELD_KRR, MIKEY_KIND_KRR, data.offset, length, 0);
    } else {
        read_data(&data, type);
    }
}
