/* packet-mikey-sakke-ext.c
 * The General Extension payload, and what extensions hold
 *
 * Types: RFC 3830 6.15 (Vendor-ID, SDP-IDs), TS 33.180 annex E (SAKKE-to-self, key parameters). A
 * KRR may stand in an extension of any type: it is known by its content.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/wireshark-compat.h"

#include <string.h>

#include <epan/exceptions.h>
#include <epan/show_exception.h>

#include "plugin/mikey/packet-mikey-sakke-message.h"

#define PARAMETERS_ENCRYPTED 0x40 /* message type: the key parameters are in the protected form */
#define GCM_TAG_LENGTH       16
#define GROUP_IEI            0x7b

/* A KRR's root element stands within so many octets: XML declaration, comments, prefix and all. */
#define KRR_ROOT_WITHIN 1024

static const char krr_root[] = "KmsRedirectResponse";

enum { EXT_VENDOR_ID, EXT_SDP_IDS, EXT_SAKKE_TO_SELF = 6, EXT_KEY_PARAMETERS = 7 };

static int hf_ext_type;
static int hf_ext_length;
static int hf_ext_data;
static int hf_vendor_id;
static int hf_sdp_ids;
static int hf_self_next_payload;
static int hf_self_params;
static int hf_self_id_scheme;
static int hf_self_length;
static int hf_self_data;
static int hf_self_point;
static int hf_self_hash;
static int hf_key_message_type;
static int hf_key_time;
static int hf_key_payload_id;
static int hf_key_sequence;
static int hf_key_algorithm;
static int hf_key_iv;
static int hf_key_dppk_id;
static int hf_key_iei;
static int hf_key_length;
static int hf_key_ciphertext;
static int hf_key_tag;
static int hf_key_type;
static int hf_key_status;
static int hf_key_activation;
static int hf_key_expiry;
static int hf_key_text_length;
static int hf_key_text;
static int hf_key_groups_length;
static int hf_key_groups_count;
static int hf_key_group_iei;
static int hf_key_group_length;
static int hf_key_group_uri;

static int ett_data = -1;

static expert_field ei_ext_left_over;
static expert_field ei_key_dppk_id;
static expert_field ei_key_tag;
static expert_field ei_key_group_iei;
static expert_field ei_ext_empty;

static dissector_handle_t krr_handle;

static const value_string ext_type_names[] = {
    {EXT_VENDOR_ID, "Vendor-ID"},
    {EXT_SDP_IDS, "SDP-IDs"},
    {EXT_SAKKE_TO_SELF, "SAKKE-to-self"},
    {EXT_KEY_PARAMETERS, "3GPP key parameters"},
    {0, NULL},
};

static const value_string key_algorithm_names[] = {
    {1, "AEAD_AES_128_GCM"},
    {0, NULL},
};

/* Only the clear form of older releases is seen on the wire, and that counts from 1. */
static const value_string key_type_names[] = {
    {1, "GMK"},
    {2, "PCK"},
    {3, "CSK"},
    {0, NULL},
};

/* A cheap test; whether it is a KRR is for its own dissector to decide. Zero octets are left out, so
 * that UTF-16 is recognised as well. */
static bool looks_like_krr(const MikeyReader *data)
{
    char text[KRR_ROOT_WITHIN + 1];
    const int within = MIN(mikey_reader_left(data), KRR_ROOT_WITHIN);
    gsize length = 0;

    for (int i = 0; i < within; i++) {
        const guint8 octet = tvb_get_uint8(data->tvb, data->offset + i);
        const bool byte_order_mark = i < 3 && octet >= 0x80;

        if (octet != 0 && !byte_order_mark) {
            text[length++] = (char)octet;
        }
    }
    text[length] = '\0';
    g_strchug(text);
    return text[0] == '<' && strstr(text, krr_root) != NULL;
}

static void dissect_krr(MikeyReader *data, proto_item *item)
{
    const int length = mikey_reader_left(data);
    tvbuff_t *document = tvb_new_subset_length(data->tvb, data->offset, length);
    packet_info *pinfo = data->pinfo;
    proto_tree *tree = proto_item_add_subtree(item, ett_data);

    /* What is wrong with the document must not take the message with it. */
    TRY
    {
        call_dissector_only(krr_handle, document, pinfo, tree, NULL);
    }
    CATCH_NONFATAL_ERRORS
    {
        show_exception(document, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
    }
    ENDTRY;
    data->offset += length;
}

static void dissect_vendor_id(MikeyReader *data)
{
    mikey_read_octets(data, hf_vendor_id, mikey_reader_left(data));
}

static void dissect_sdp_ids(MikeyReader *data)
{
    mikey_read_octets(data, hf_sdp_ids, mikey_reader_left(data));
}

/* A whole SAKKE payload: its "next payload" means nothing. */
static void dissect_sakke_to_self(MikeyReader *data)
{
    static const MikeySakkeFields fields = {&hf_self_params, &hf_self_id_scheme, &hf_self_length,
                                            &hf_self_data,   &hf_self_point,     &hf_self_hash};

    mikey_read_uint(data, hf_self_next_payload, 1, NULL);
    mikey_sakke_dissect(data, &fields);
}

/* Seconds since 1970 in five octets. */
static void read_time(MikeyReader *data, int hf)
{
    const gint64 high = mikey_reader_has(data, 5) ? tvb_get_uint8(data->tvb, data->offset) : 0;

    if (!mikey_reader_intact(data)) {
        return;
    }
    const nstime_t time = {.secs =
                               (time_t)(high << 32 | tvb_get_ntohl(data->tvb, data->offset + 1))};

    proto_tree_add_time(data->tree, hf, data->tvb, data->offset, 5, &time);
    data->offset += 5;
}

static void read_ciphertext(MikeyReader *data)
{
    const int length = (int)mikey_read_length(data, hf_key_length, 2);

    if (mikey_reader_has(data, length) && length < GCM_TAG_LENGTH) {
        expert_add_info(data->pinfo, data->announced, &ei_key_tag);
    }
    if (length >= GCM_TAG_LENGTH) {
        mikey_read_octets(data, hf_key_ciphertext, length - GCM_TAG_LENGTH);
        mikey_read_octets(data, hf_key_tag, GCM_TAG_LENGTH);
    } else {
        mikey_read_octets(data, hf_key_ciphertext, length);
    }
}

static void dissect_protected_parameters(MikeyReader *data, guint32 csb_id)
{
    proto_item *item;

    mikey_read_uint(data, hf_key_message_type, 1, NULL);
    read_time(data, hf_key_time);
    mikey_read_uint(data, hf_key_payload_id, 4, NULL);
    mikey_read_uint(data, hf_key_sequence, 1, NULL);
    mikey_read_uint(data, hf_key_algorithm, 1, NULL);
    mikey_read_octets(data, hf_key_iv, 16);

    const guint32 dppk_id = mikey_read_uint(data, hf_key_dppk_id, 4, &item);

    if (mikey_reader_intact(data) && dppk_id != csb_id) {
        expert_add_info(data->pinfo, item, &ei_key_dppk_id);
    }
    mikey_read_uint(data, hf_key_iei, 1, NULL);
    read_ciphertext(data);
}

static void dissect_groups(MikeyReader *data)
{
    MikeyReader groups =
        mikey_reader_part(data, (int)mikey_read_length(data, hf_key_groups_length, 2));
    const guint32 count = mikey_read_uint(&groups, hf_key_groups_count, 1, NULL);

    for (guint32 i = 0; i < count && mikey_reader_intact(&groups); i++) {
        proto_item *item;
        const guint32 iei = mikey_read_uint(&groups, hf_key_group_iei, 1, &item);

        if (mikey_reader_intact(&groups) && iei != GROUP_IEI) {
            expert_add_info(data->pinfo, item, &ei_key_group_iei);
        }
        mikey_read_octets(&groups, hf_key_group_uri,
                          (int)mikey_read_length(&groups, hf_key_group_length, 2));
    }
    mikey_read_rest(&groups);
}

static void dissect_clear_parameters(MikeyReader *data)
{
    mikey_read_uint(data, hf_key_type, 1, NULL);
    mikey_read_uint(data, hf_key_status, 4, NULL);
    read_time(data, hf_key_activation);
    read_time(data, hf_key_expiry);
    mikey_read_octets(data, hf_key_text, (int)mikey_read_length(data, hf_key_text_length, 2));
    if (mikey_reader_left(data) > 0) {
        dissect_groups(data);
    }
}

static void dissect_key_parameters(MikeyReader *data, guint32 csb_id)
{
    if (mikey_peek_uint(data, 1) & PARAMETERS_ENCRYPTED) {
        dissect_protected_parameters(data, csb_id);
    } else {
        dissect_clear_parameters(data);
    }
}

static void dissect_data(MikeyReader *data, guint32 type, guint32 csb_id)
{
    switch (type) {
    case EXT_VENDOR_ID:
        dissect_vendor_id(data);
        break;
    case EXT_SDP_IDS:
        dissect_sdp_ids(data);
        break;
    case EXT_SAKKE_TO_SELF:
        dissect_sakke_to_self(data);
        break;
    case EXT_KEY_PARAMETERS:
        dissect_key_parameters(data, csb_id);
        break;
    default: /* the octets are shown as they are */
        return;
    }
    if (mikey_reader_left(data) > 0) {
        expert_add_info(data->pinfo, proto_tree_get_parent(data->tree), &ei_ext_left_over);
        mikey_read_rest(data);
    }
}

void mikey_extension_dissect(MikeyMessage *message)
{
    MikeyReader *reader = &message->reader;
    const guint32 type = mikey_read_uint(reader, hf_ext_type, 1, NULL);
    const int length = (int)mikey_read_length(reader, hf_ext_length, 2);

    if (mikey_reader_intact(reader)) {
        proto_item_append_text(proto_tree_get_parent(reader->tree), ", %s",
                               val_to_str_const(type, ext_type_names, "Unknown type"));
    }
    if (mikey_reader_intact(reader) && length == 0) {
        expert_add_info(reader->pinfo, reader->announced, &ei_ext_empty);
    }

    MikeyReader data = mikey_reader_part(reader, length);

    if (mikey_reader_left(&data) == 0) {
        return;
    }

    proto_item *item =
        proto_tree_add_item(reader->tree, hf_ext_data, data.tvb, data.offset, length, ENC_NA);

    if (krr_handle && looks_like_krr(&data)) {
        dissect_krr(&data, item);
        return;
    }
    data.tree = proto_item_add_subtree(item, ett_data);
    dissect_data(&data, type, message->offer->csb_id);
}

void mikey_extension_handoff(void)
{
    krr_handle = find_dissector("krr");
}

void mikey_extension_register(int proto, expert_module_t *expert)
{
    static hf_register_info hf[] = {
        {&hf_ext_type,
         {"Type", "mikey_sakke.ext.type", FT_UINT8, BASE_DEC, VALS(ext_type_names), 0x0, NULL,
          HFILL}},
        {&hf_ext_length,
         {"Length", "mikey_sakke.ext.length", FT_UINT16, BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_ext_data,
         {"Data", "mikey_sakke.ext.data", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_vendor_id,
         {"Vendor-ID", "mikey_sakke.ext.vendor_id", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_sdp_ids,
         {"SDP-IDs", "mikey_sakke.ext.sdp_ids", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_self_next_payload,
         {"Next payload (without meaning)", "mikey_sakke.ext.self.next_payload", FT_UINT8, BASE_DEC,
          NULL, 0x0, NULL, HFILL}},
        {&hf_self_params,
         {"SAKKE params", "mikey_sakke.ext.self.params", FT_UINT8, BASE_DEC, NULL, 0x0, NULL,
          HFILL}},
        {&hf_self_id_scheme,
         {"ID scheme", "mikey_sakke.ext.self.id_scheme", FT_UINT8, BASE_DEC, NULL, 0x0, NULL,
          HFILL}},
        {&hf_self_length,
         {"Length", "mikey_sakke.ext.self.length", FT_UINT16, BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_self_data,
         {"SAKKE data", "mikey_sakke.ext.self.data", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_self_point,
         {"R_(b,S)", "mikey_sakke.ext.self.point", FT_BYTES, BASE_NONE, NULL, 0x0,
          "Point of the SAKKE encapsulated data", HFILL}},
        {&hf_self_hash,
         {"H", "mikey_sakke.ext.self.hash", FT_BYTES, BASE_NONE, NULL, 0x0,
          "The shared secret value, masked", HFILL}},
        {&hf_key_message_type,
         {"Message type", "mikey_sakke.ext.key.message_type", FT_UINT8, BASE_HEX, NULL, 0x0, NULL,
          HFILL}},
        {&hf_key_time,
         {"Date and time", "mikey_sakke.ext.key.time", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC, NULL,
          0x0, NULL, HFILL}},
        {&hf_key_payload_id,
         {"Payload ID", "mikey_sakke.ext.key.payload_id", FT_UINT32, BASE_DEC, NULL, 0x0, NULL,
          HFILL}},
        {&hf_key_sequence,
         {"Sequence number", "mikey_sakke.ext.key.sequence", FT_UINT8, BASE_DEC, NULL, 0x0, NULL,
          HFILL}},
        {&hf_key_algorithm,
         {"Payload algorithm", "mikey_sakke.ext.key.algorithm", FT_UINT8, BASE_DEC,
          VALS(key_algorithm_names), 0x0, NULL, HFILL}},
        {&hf_key_iv,
         {"IV", "mikey_sakke.ext.key.iv", FT_BYTES, BASE_NONE, NULL, 0x0, "Initialization vector",
          HFILL}},
        {&hf_key_dppk_id,
         {"DPPK-ID", "mikey_sakke.ext.key.dppk_id", FT_UINT32, BASE_HEX, NULL, 0x0,
          "Identifier of the key that protects the payload", HFILL}},
        {&hf_key_iei,
         {"Payload IEI", "mikey_sakke.ext.key.iei", FT_UINT8, BASE_HEX, NULL, 0x0,
          "Information element identifier of the payload", HFILL}},
        {&hf_key_length,
         {"Length", "mikey_sakke.ext.key.length", FT_UINT16, BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_key_ciphertext,
         {"Ciphertext", "mikey_sakke.ext.key.ciphertext", FT_BYTES, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_key_tag,
         {"Authentication tag", "mikey_sakke.ext.key.tag", FT_BYTES, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_key_type,
         {"Key type", "mikey_sakke.ext.key.type", FT_UINT8, BASE_DEC, VALS(key_type_names), 0x0,
          NULL, HFILL}},
        {&hf_key_status,
         {"Status", "mikey_sakke.ext.key.status", FT_UINT32, BASE_HEX, NULL, 0x0, NULL, HFILL}},
        {&hf_key_activation,
         {"Activation time", "mikey_sakke.ext.key.activation", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC,
          NULL, 0x0, NULL, HFILL}},
        {&hf_key_expiry,
         {"Expiry time", "mikey_sakke.ext.key.expiry", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC, NULL,
          0x0, NULL, HFILL}},
        {&hf_key_text_length,
         {"Text length", "mikey_sakke.ext.key.text_length", FT_UINT16, BASE_DEC, NULL, 0x0, NULL,
          HFILL}},
        {&hf_key_text,
         {"Text", "mikey_sakke.ext.key.text", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_key_groups_length,
         {"Length of groups", "mikey_sakke.ext.key.groups_length", FT_UINT16, BASE_DEC, NULL, 0x0,
          NULL, HFILL}},
        {&hf_key_groups_count,
         {"Groups", "mikey_sakke.ext.key.groups_count", FT_UINT8, BASE_DEC, NULL, 0x0, NULL,
          HFILL}},
        {&hf_key_group_iei,
         {"Group IEI", "mikey_sakke.ext.key.group.iei", FT_UINT8, BASE_HEX, NULL, 0x0, NULL,
          HFILL}},
        {&hf_key_group_length,
         {"Length", "mikey_sakke.ext.key.group.length", FT_UINT16, BASE_DEC, NULL, 0x0, NULL,
          HFILL}},
        {&hf_key_group_uri,
         {"Group URI", "mikey_sakke.ext.key.group.uri", FT_STRING, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
    };
    static int *ett[] = {&ett_data};
    static ei_register_info ei[] = {
        {&ei_ext_left_over,
         {"mikey_sakke.ext_left_over", PI_PROTOCOL, PI_WARN,
          "Octets are left over in the extension", EXPFILL}},
        {&ei_key_dppk_id,
         {"mikey_sakke.dppk_id_differs", PI_PROTOCOL, PI_WARN,
          "The DPPK-ID is not the message's CSB-ID", EXPFILL}},
        {&ei_key_tag,
         {"mikey_sakke.short_ciphertext", PI_PROTOCOL, PI_ERROR,
          "Too short for an authentication tag of 16 octets", EXPFILL}},
        {&ei_key_group_iei,
         {"mikey_sakke.group_iei", PI_PROTOCOL, PI_WARN, "A group identity has the IEI 0x7b",
          EXPFILL}},
        {&ei_ext_empty,
         {"mikey_sakke.empty_extension", PI_PROTOCOL, PI_WARN, "An extension without data",
          EXPFILL}},
    };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert, ei, array_length(ei));
}
