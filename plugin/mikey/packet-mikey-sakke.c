/* packet-mikey-sakke.c
 * MIKEY-SAKKE: the offers and answers of mission-critical key management
 *
 * MIKEY: RFC 3830. General Extensions, GENERIC-ID map and IDR: RFC 4563, RFC 6043. SAKKE mode: RFC
 * 6509. What mission-critical services make of it: 3GPP TS 33.180 annexes E and F.
 *
 * A message is a header and a chain of payloads, each of which names the type of the next. Here the
 * header and the chain are read, and what is missing, too much or not allowed is judged; the
 * payloads have a file of their own, and so have the reader that checks every length, the contents
 * of extensions, the carriers, and the identities behind UIDs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/wireshark-compat.h"

#include <string.h>

#include <openssl/evp.h>

#include <epan/to_str.h>

#include "plugin/mikey/packet-mikey-sakke-message.h"
#include "plugin/mikey/packet-mikey-sakke.h"

#include "plugin/frame/krr-keep.h"
#include "plugin/frame/krr-publisher.h"

/* Far more than any profile needs; keeps a hostile message from flooding the tree. */
#define MAX_PAYLOADS 64

#define DIGEST_LENGTH 32
#define PRF_3GPP      1 /* PRF-HMAC-SHA-256, the one that TS 33.180 allows */
#define SPI_GMK       8 /* octets of an SPI that is a GMK-ID and a GUK-ID */

enum { MAP_SRTP, MAP_EMPTY, MAP_GENERIC };

static int proto_mikey_sakke = -1;

static int hf_hdr;
static int hf_version;
static int hf_data_type;
static int hf_next_payload;
static int hf_v;
static int hf_prf;
static int hf_csb_id;
static int hf_key_purpose;
static int hf_cs_count;
static int hf_cs_id_map_type;
static int hf_cs;
static int hf_cs_id;
static int hf_cs_prot_type;
static int hf_cs_s;
static int hf_cs_policy_count;
static int hf_cs_policy;
static int hf_cs_session_length;
static int hf_cs_session_data;
static int hf_cs_ssrc;
static int hf_cs_roc;
static int hf_cs_seq;
static int hf_cs_spi_length;
static int hf_cs_spi;
static int hf_gmk_id;
static int hf_idri;
static int hf_idrr;
static int hf_idrkmsi;
static int hf_idrkmsr;
static int hf_uidi;
static int hf_uidr;
static int hf_digest;

static int ett_message = -1;
static int ett_payload = -1;
static int ett_cs = -1;
static int ett_session = -1;

static expert_field ei_v_set;
static expert_field ei_prf;
static expert_field ei_purpose;
static expert_field ei_map_type;
static expert_field ei_map_count;
static expert_field ei_undefined_payload;
static expert_field ei_unsupported_payload;
static expert_field ei_too_many_payloads;
static expert_field ei_no_signature;
static expert_field ei_missing_payload;
static expert_field ei_repeated_payload;
static expert_field ei_left_over;

static const value_string data_type_names[] = {
    {MIKEY_DATA_TYPE_SAKKE, "SAKKE I_MESSAGE"},
    {MIKEY_DATA_TYPE_CS_ID_MAP_TR, "CS ID map update"},
    {0, NULL},
};

static const value_string prf_names[] = {
    {0, "MIKEY-1"}, {1, "PRF-HMAC-SHA-256"}, {2, "PRF-HMAC-SHA-384"}, {3, "PRF-HMAC-SHA-512"},
    {0, NULL},
};

static const value_string purpose_names[] = {
    {MIKEY_PURPOSE_GMK, "GMK"},     {MIKEY_PURPOSE_PCK, "PCK"},
    {MIKEY_PURPOSE_CSK, "CSK"},     {MIKEY_PURPOSE_SPK, "SPK"},
    {MIKEY_PURPOSE_MKFC, "MKFC"},   {MIKEY_PURPOSE_MSCCK, "MSCCK"},
    {MIKEY_PURPOSE_MUSIK, "MuSiK"}, {0, NULL},
};

static const value_string map_type_names[] = {
    {MAP_SRTP, "SRTP-ID"},
    {MAP_EMPTY, "Empty map"},
    {MAP_GENERIC, "GENERIC-ID"},
    {0, NULL},
};

static const value_string cs_id_names[] = {
    {0, "MCPTT private call, initiator"},
    {1, "MCPTT private call, receiver"},
    {2, "MCVideo private call, initiator"},
    {3, "MCVideo private call, receiver"},
    {4, "MCPTT group"},
    {5, "MCVideo group"},
    {6, "CSK, SRTCP of MCPTT"},
    {7, "MuSiK, SRTCP of MCPTT"},
    {8, "CSK, SRTCP of MCVideo"},
    {9, "MuSiK, SRTCP of MCVideo"},
    {0, NULL},
};

static const value_string prot_type_names[] = {
    {0, "SRTP"},
    {0, NULL},
};

/* An entry of the SRTP-ID map: its CS-ID is its place. */
static void dissect_srtp_cs(MikeyReader *reader, proto_item *item)
{
    const guint32 policy = mikey_read_uint(reader, hf_cs_policy, 1, NULL);
    const guint32 ssrc = mikey_read_uint(reader, hf_cs_ssrc, 4, NULL);

    mikey_read_uint(reader, hf_cs_roc, 4, NULL);
    if (mikey_reader_intact(reader)) {
        proto_item_append_text(item, ", policy %u, SSRC 0x%08x", policy, ssrc);
    }
}

/* SRTP session data: SSRC, and if S is set ROC and SEQ. Of another size they stay octets. */
static void dissect_session_data(MikeyReader *reader, bool s)
{
    const int length = (int)mikey_read_length(reader, hf_cs_session_length, 2);
    const int offset = reader->offset;
    proto_item *item = mikey_read_octets(reader, hf_cs_session_data, length);

    if (!mikey_reader_intact(reader) || length != (s ? 10 : 4)) {
        return;
    }

    proto_tree *tree = proto_item_add_subtree(item, ett_session);

    proto_tree_add_item(tree, hf_cs_ssrc, reader->tvb, offset, 4, ENC_BIG_ENDIAN);
    if (s) {
        proto_tree_add_item(tree, hf_cs_roc, reader->tvb, offset + 4, 4, ENC_BIG_ENDIAN);
        proto_tree_add_item(tree, hf_cs_seq, reader->tvb, offset + 8, 2, ENC_BIG_ENDIAN);
    }
}

/* The SPI, which is the MKI. That of a GMK begins with the GMK-ID: it ties together the messages
 * of one GMK, whose CSB-IDs differ from receiver to receiver. */
static void dissect_spi(MikeyReader *reader, MikeyOffer *offer)
{
    const int length = (int)mikey_read_length(reader, hf_cs_spi_length, 1);
    const int offset = reader->offset;

    mikey_read_octets(reader, hf_cs_spi, length);
    if (!mikey_reader_intact(reader) || length != SPI_GMK ||
        mikey_purpose(offer->csb_id) != MIKEY_PURPOSE_GMK) {
        return;
    }
    proto_tree_add_item(reader->tree, hf_gmk_id, reader->tvb, offset, 4, ENC_BIG_ENDIAN);
    if (!offer->gmk_id) {
        offer->gmk_id = g_strdup_printf("%08x", tvb_get_ntohl(reader->tvb, offset));
    }
}

static void dissect_generic_cs(MikeyReader *reader, proto_item *item, MikeyOffer *offer)
{
    const guint32 id = mikey_read_uint(reader, hf_cs_id, 1, NULL);
    const bool srtp = mikey_read_uint(reader, hf_cs_prot_type, 1, NULL) == 0;
    const guint32 flags = mikey_peek_uint(reader, 1);

    if (mikey_reader_intact(reader)) {
        proto_item_append_text(item, ", CS-ID %u (%s)", id,
                               val_to_str_const(id, cs_id_names, "not assigned"));
        proto_tree_add_item(reader->tree, hf_cs_s, reader->tvb, reader->offset, 1, ENC_BIG_ENDIAN);
    }
    mikey_read_length(reader, hf_cs_policy_count, 1);
    for (guint32 i = 0; i < (flags & 0x7f); i++) {
        mikey_read_uint(reader, hf_cs_policy, 1, NULL);
    }
    dissect_session_data(reader, srtp && (flags & 0x80));
    dissect_spi(reader, offer);
}

static void dissect_cs(MikeyMessage *message, guint32 number, guint32 map_type)
{
    MikeyReader *reader = &message->reader;
    proto_tree *outer = reader->tree;
    const int start = reader->offset;
    proto_item *item =
        proto_tree_add_item(outer, hf_cs, reader->tvb, start, mikey_reader_left(reader), ENC_NA);

    reader->tree = proto_item_add_subtree(item, ett_cs);
    proto_item_append_text(item, " %u", number + 1);
    if (map_type == MAP_SRTP) {
        dissect_srtp_cs(reader, item);
    } else {
        dissect_generic_cs(reader, item, message->offer);
    }
    proto_item_set_len(item, reader->offset - start);
    reader->tree = outer;
}

static void dissect_map(MikeyMessage *message, guint32 count, proto_item *count_item)
{
    MikeyReader *reader = &message->reader;
    proto_item *item;
    const guint32 type = mikey_read_uint(reader, hf_cs_id_map_type, 1, &item);

    if (!mikey_reader_intact(reader)) {
        return;
    }
    switch (type) {
    case MAP_SRTP:
    case MAP_GENERIC:
        for (guint32 i = 0; i < count && mikey_reader_intact(reader); i++) {
            dissect_cs(message, i, type);
        }
        break;
    case MAP_EMPTY:
        if (count != 0) {
            expert_add_info(reader->pinfo, count_item, &ei_map_count);
        }
        break;
    default:
        expert_add_info(reader->pinfo, item, &ei_map_type);
        if (count != 0) { /* entries of which nobody knows the length */
            mikey_read_rest(reader);
            mikey_reader_break(reader);
        }
    }
}

/* V and the PRF function share an octet. */
static void dissect_v_and_prf(MikeyReader *reader)
{
    const guint32 octet = mikey_peek_uint(reader, 1);
    proto_item *item;

    if (!mikey_reader_intact(reader)) {
        return;
    }
    item = proto_tree_add_item(reader->tree, hf_v, reader->tvb, reader->offset, 1, ENC_BIG_ENDIAN);
    if (octet & 0x80) {
        expert_add_info(reader->pinfo, item, &ei_v_set);
    }
    mikey_read_uint(reader, hf_prf, 1, &item);
    if ((octet & 0x7f) != PRF_3GPP) {
        expert_add_info(reader->pinfo, item, &ei_prf);
    }
}

static void dissect_csb_id(MikeyMessage *message)
{
    MikeyReader *reader = &message->reader;
    const int offset = reader->offset;
    const guint32 csb_id = mikey_read_uint(reader, hf_csb_id, 4, NULL);
    const guint purpose = mikey_purpose(csb_id);

    if (!mikey_reader_intact(reader)) {
        return;
    }
    message->offer->csb_id = csb_id;

    proto_item *item =
        proto_tree_add_uint(reader->tree, hf_key_purpose, reader->tvb, offset, 1, purpose);

    proto_item_set_generated(item);
    if (purpose >= MIKEY_N_PURPOSES) {
        expert_add_info(reader->pinfo, item, &ei_purpose);
    }
}

/* Returns the type of the first payload. */
static guint8 dissect_header(MikeyMessage *message)
{
    MikeyReader *reader = &message->reader;
    proto_tree *outer = reader->tree;
    proto_item *count_item;

    message->header =
        proto_tree_add_item(outer, hf_hdr, reader->tvb, 0, mikey_reader_left(reader), ENC_NA);
    reader->tree = proto_item_add_subtree(message->header, ett_payload);
    mikey_read_uint(reader, hf_version, 1, NULL);
    message->offer->data_type = (guint8)mikey_read_uint(reader, hf_data_type, 1, NULL);

    const guint8 next = (guint8)mikey_read_uint(reader, hf_next_payload, 1, NULL);

    dissect_v_and_prf(reader);
    dissect_csb_id(message);

    const guint32 count = mikey_read_uint(reader, hf_cs_count, 1, &count_item);

    dissect_map(message, count, count_item);
    proto_item_set_len(message->header, reader->offset);
    reader->tree = outer;
    return next;
}

/* Reads one payload and returns the type of the next. */
static guint8 dissect_payload(MikeyMessage *message, const MikeyPayload *payload)
{
    MikeyReader *reader = &message->reader;
    proto_tree *outer = reader->tree;
    const int start = reader->offset;
    proto_item *item = proto_tree_add_item(outer, *payload->hf, reader->tvb, start,
                                           mikey_reader_left(reader), ENC_NA);
    guint8 next = MIKEY_LAST;

    reader->tree = proto_item_add_subtree(item, ett_payload);
    if (payload->type != MIKEY_SIGN) {
        next = (guint8)mikey_read_uint(reader, hf_next_payload, 1, NULL);
    }
    payload->dissect(message);
    if (mikey_reader_intact(reader)) {
        message->seen[payload->type]++;
        proto_item_set_len(item, reader->offset - start);
    }
    reader->announced = NULL;
    reader->tree = outer;
    return next;
}

/* A payload that cannot be read ends the chain, since its length is not known. */
static void stop_chain(MikeyReader *reader, guint8 type)
{
    expert_field *reason =
        mikey_payload_is_defined(type) ? &ei_unsupported_payload : &ei_undefined_payload;

    expert_add_info_format(reader->pinfo, proto_tree_get_parent(reader->tree), reason,
                           "The chain goes on with a payload of type %u (%s), which cannot be read",
                           type, val_to_str_const(type, mikey_payload_names, "not defined"));
    mikey_read_rest(reader);
    mikey_reader_break(reader);
}

static void dissect_chain(MikeyMessage *message)
{
    MikeyReader *reader = &message->reader;
    guint8 type = dissect_header(message);

    for (guint i = 0; type != MIKEY_LAST && mikey_reader_intact(reader); i++) {
        const MikeyPayload *payload = mikey_payload_lookup(type);

        if (i == MAX_PAYLOADS) {
            expert_add_info(reader->pinfo, proto_tree_get_parent(reader->tree),
                            &ei_too_many_payloads);
            mikey_read_rest(reader);
            mikey_reader_break(reader);
        } else if (payload) {
            type = dissect_payload(message, payload);
        } else {
            stop_chain(reader, type);
        }
    }
    message->offer->whole = mikey_reader_intact(reader);
    if (mikey_reader_left(reader) > 0) {
        expert_add_info_format(reader->pinfo, proto_tree_get_parent(reader->tree), &ei_left_over,
                               "Octets left over after the last payload: %d",
                               mikey_reader_left(reader));
        mikey_read_rest(reader);
    }
}

static void judge_count(const MikeyMessage *message, const char *name, guint count, guint repeated)
{
    const MikeyReader *reader = &message->reader;
    proto_item *item = proto_tree_get_parent(reader->tree);

    if (count == 0) {
        expert_add_info_format(reader->pinfo, item, &ei_missing_payload, "%s is missing", name);
    }
    if (repeated > 1) {
        expert_add_info_format(reader->pinfo, item, &ei_repeated_payload, "%s occurs %u times",
                               name, repeated);
    }
}

/* What an I_MESSAGE of TS 33.180 E.1.2 holds exactly once. Who is hidden stands under a UID's role
 * instead of the user's, and may stand under both. */
static void judge_payloads(const MikeyMessage *message)
{
    static const guint8 payloads[] = {MIKEY_T, MIKEY_RAND, MIKEY_SAKKE};
    static const struct {
        const char *name;
        MikeyRole role, instead;
    } identities[] = {
        {"IDRi", MIKEY_ROLE_INITIATOR, MIKEY_ROLE_INITIATOR_UID},
        {"IDRr", MIKEY_ROLE_RESPONDER, MIKEY_ROLE_RESPONDER_UID},
        {"IDRkmsi", MIKEY_ROLE_INITIATOR_KMS, MIKEY_ROLE_INITIATOR_KMS},
        {"IDRkmsr", MIKEY_ROLE_RESPONDER_KMS, MIKEY_ROLE_RESPONDER_KMS},
    };

    for (gsize i = 0; i < array_length(payloads); i++) {
        judge_count(message, val_to_str_const(payloads[i], mikey_payload_names, ""),
                    message->seen[payloads[i]], message->seen[payloads[i]]);
    }
    for (gsize i = 0; i < array_length(identities); i++) {
        const guint count = message->places[identities[i].role].count;
        const guint instead = message->places[identities[i].instead].count;

        judge_count(message, identities[i].name, count + instead, MAX(count, instead));
    }
    if (message->seen[MIKEY_SIGN] == 0) {
        expert_add_info(message->reader.pinfo, proto_tree_get_parent(message->reader.tree),
                        &ei_no_signature);
    }
}

static void show_fact(const MikeyMessage *message, int hf, const char *value, MikeyRole role,
                      MikeyRole hidden_role)
{
    const MikeyIdentityPlace *place = &message->places[role];

    if (place->count == 0) {
        place = &message->places[hidden_role];
    }
    if (value) {
        proto_item_set_generated(proto_tree_add_string(
            message->reader.tree, hf, message->reader.tvb, place->offset, place->length, value));
    }
}

/* The shortcuts: who, at which KMS, and by what the message is known on every leg. */
static void show_facts(const MikeyMessage *message)
{
    const MikeyOffer *offer = message->offer;
    const MikeyRole i = MIKEY_ROLE_INITIATOR, r = MIKEY_ROLE_RESPONDER;

    show_fact(message, hf_idri, offer->idri, i, i);
    show_fact(message, hf_idrr, offer->idrr, r, r);
    show_fact(message, hf_idrkmsi, offer->idrkmsi, MIKEY_ROLE_INITIATOR_KMS,
              MIKEY_ROLE_INITIATOR_KMS);
    show_fact(message, hf_idrkmsr, offer->idrkmsr, MIKEY_ROLE_RESPONDER_KMS,
              MIKEY_ROLE_RESPONDER_KMS);
    show_fact(message, hf_uidi, offer->uidi, MIKEY_ROLE_INITIATOR_UID, i);
    show_fact(message, hf_uidr, offer->uidr, MIKEY_ROLE_RESPONDER_UID, r);
    if (offer->digest) {
        proto_item_set_generated(proto_tree_add_string(message->reader.tree, hf_digest,
                                                       message->reader.tvb, 0, message->reader.end,
                                                       offer->digest));
    }
}

static char *digest_of(const MikeyReader *reader)
{
    guint8 digest[DIGEST_LENGTH];
    const guint8 *octets = tvb_get_ptr(reader->tvb, 0, reader->end);

    if (EVP_Digest(octets, reader->end, digest, NULL, EVP_sha256(), NULL) != 1) {
        return NULL;
    }
    return g_strdup(bytes_to_str(reader->pinfo->pool, digest, sizeof digest));
}

/* A user as a summary names one. */
static const char *name_of(wmem_allocator_t *pool, const char *identity, const char *uid)
{
    if (identity) {
        return identity;
    }
    return uid ? wmem_strdup_printf(pool, "UID %.8s...", uid) : "unknown";
}

/* "PCK sip:alice@example.org -> sip:bob@example.org, KMS a -> b" */
static const char *summary_of(const MikeyMessage *message)
{
    const MikeyOffer *offer = message->offer;
    wmem_allocator_t *pool = message->reader.pinfo->pool;
    const char *purpose = mikey_purpose_name(mikey_purpose(offer->csb_id));

    if (offer->data_type != MIKEY_DATA_TYPE_SAKKE) {
        return wmem_strdup_printf(pool, "%s answer", purpose);
    }
    return wmem_strdup_printf(
        pool, "%s %s -> %s, KMS %s -> %s%s", purpose, name_of(pool, offer->idri, offer->uidi),
        name_of(pool, offer->idrr, offer->uidr), offer->idrkmsi ? offer->idrkmsi : "unknown",
        offer->idrkmsr ? offer->idrkmsr : "unknown", offer->whole ? "" : " [incomplete]");
}

/* The column says what carries the message, unless it has its own port; one MIKEY will do. */
static void append_protocol(column_info *columns)
{
    const char *before = col_get_text(columns, COL_PROTOCOL);

    if (!before || !strstr(before, "MIKEY-SAKKE")) {
        col_append_sep_str(columns, COL_PROTOCOL, "/", "MIKEY-SAKKE");
    }
}

/* "|" is how SIP ends its own part. */
static void append_info(column_info *columns, const char *summary)
{
    const char *before = col_get_text(columns, COL_INFO);

    if (before && g_str_has_suffix(before, "| ")) {
        col_append_str(columns, COL_INFO, "MIKEY-SAKKE ");
    } else {
        col_append_sep_str(columns, COL_INFO, NULL, "MIKEY-SAKKE ");
    }
    col_append_str(columns, COL_INFO, summary);
}

/* An offer that lives as long as the packet, unless a listener keeps it. */
static MikeyOffer *new_offer(packet_info *pinfo)
{
    MikeyOffer *offer = mikey_offer_new();

    krr_keep_for_packet(pinfo, offer, (GDestroyNotify)mikey_offer_unref);
    return offer;
}

static void publish(const MikeyMessage *message, proto_item *item)
{
    packet_info *pinfo = message->reader.pinfo;
    MikeySakkeTap *tap = wmem_new0(pinfo->pool, MikeySakkeTap);

    tap->cut = message->reader.state == MIKEY_READER_CUT;
    /* Of a message that is not there in full neither the digest nor what it lacks is known. */
    if (!tap->cut && message->offer->digest) {
        tap->offer = message->offer;
    }
    krr_publish_mikey(pinfo, tap, item);
}

static int dissect_mikey_sakke(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    proto_item *item = proto_tree_add_item(tree, proto_mikey_sakke, tvb, 0, -1, ENC_NA);
    MikeyMessage message = {.offer = new_offer(pinfo)};
    MikeyReader *reader = &message.reader;

    append_protocol(pinfo->cinfo);
    mikey_reader_init(reader, tvb, pinfo, proto_item_add_subtree(item, ett_message));
    dissect_chain(&message);
    if (reader->state != MIKEY_READER_CUT) {
        message.offer->digest = digest_of(reader);
    }
    if (message.offer->whole && message.offer->data_type == MIKEY_DATA_TYPE_SAKKE) {
        judge_payloads(&message);
    }
    show_facts(&message);
    mikey_identity_resolve(&message);
    mikey_signature_judge(&message);

    const char *summary = summary_of(&message);

    proto_item_append_text(item, ", %s", summary);
    append_info(pinfo->cinfo, summary);
    publish(&message, item);
    return (int)tvb_captured_length(tvb);
}

static void register_fields(void)
{
    static hf_register_info hf[] = {
        {&hf_hdr,
         {"Common header (HDR)", "mikey_sakke.payload.hdr", FT_NONE, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_version,
         {"Version", "mikey_sakke.version", FT_UINT8, BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_data_type,
         {"Data type", "mikey_sakke.data_type", FT_UINT8, BASE_DEC, VALS(data_type_names), 0x0,
          NULL, HFILL}},
        {&hf_next_payload,
         {"Next payload", "mikey_sakke.next_payload", FT_UINT8, BASE_DEC, VALS(mikey_payload_names),
          0x0, NULL, HFILL}},
        {&hf_v,
         {"V (an answer is wanted)", "mikey_sakke.v", FT_BOOLEAN, 8, NULL, 0x80,
          "Whether the initiator wants an answer; MIKEY-SAKKE wants none", HFILL}},
        {&hf_prf,
         {"PRF function", "mikey_sakke.prf", FT_UINT8, BASE_DEC, VALS(prf_names), 0x7f,
          "Pseudo-random function that derives keys", HFILL}},
        {&hf_csb_id,
         {"CSB-ID", "mikey_sakke.csb_id", FT_UINT32, BASE_HEX, NULL, 0x0,
          "Crypto Session Bundle; its top four bits tell the kind of key, the rest the key",
          HFILL}},
        {&hf_key_purpose,
         {"Key purpose", "mikey_sakke.key_purpose", FT_UINT8, BASE_DEC, VALS(purpose_names), 0x0,
          "Kind of key, from the top four bits of the CSB-ID", HFILL}},
        {&hf_cs_count,
         {"Number of crypto sessions", "mikey_sakke.cs_count", FT_UINT8, BASE_DEC, NULL, 0x0, NULL,
          HFILL}},
        {&hf_cs_id_map_type,
         {"CS ID map type", "mikey_sakke.cs_id_map_type", FT_UINT8, BASE_DEC, VALS(map_type_names),
          0x0, "How crypto sessions are tied to the security protocol", HFILL}},
        {&hf_cs, {"Crypto session", "mikey_sakke.cs", FT_NONE, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_cs_id,
         {"CS-ID", "mikey_sakke.cs.id", FT_UINT8, BASE_DEC, VALS(cs_id_names), 0x0, NULL, HFILL}},
        {&hf_cs_prot_type,
         {"Protocol type", "mikey_sakke.cs.prot_type", FT_UINT8, BASE_DEC, VALS(prot_type_names),
          0x0, NULL, HFILL}},
        {&hf_cs_s,
         {"S (ROC and SEQ are in the session data)", "mikey_sakke.cs.s", FT_BOOLEAN, 8, NULL, 0x80,
          NULL, HFILL}},
        {&hf_cs_policy_count,
         {"Number of policies", "mikey_sakke.cs.policy_count", FT_UINT8, BASE_DEC, NULL, 0x7f, NULL,
          HFILL}},
        {&hf_cs_policy,
         {"Policy number", "mikey_sakke.cs.policy", FT_UINT8, BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_cs_session_length,
         {"Length of session data", "mikey_sakke.cs.session_data_length", FT_UINT16, BASE_DEC, NULL,
          0x0, NULL, HFILL}},
        {&hf_cs_session_data,
         {"Session data", "mikey_sakke.cs.session_data", FT_BYTES, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_cs_ssrc,
         {"SSRC", "mikey_sakke.cs.ssrc", FT_UINT32, BASE_HEX, NULL, 0x0,
          "Synchronization source of the RTP stream", HFILL}},
        {&hf_cs_roc,
         {"ROC", "mikey_sakke.cs.roc", FT_UINT32, BASE_DEC, NULL, 0x0,
          "Rollover counter of the SRTP stream", HFILL}},
        {&hf_cs_seq,
         {"SEQ", "mikey_sakke.cs.seq", FT_UINT16, BASE_DEC, NULL, 0x0,
          "Sequence number of the SRTP stream", HFILL}},
        {&hf_cs_spi_length,
         {"Length of SPI", "mikey_sakke.cs.spi_length", FT_UINT8, BASE_DEC, NULL, 0x0, NULL,
          HFILL}},
        {&hf_cs_spi,
         {"SPI (MKI)", "mikey_sakke.cs.spi", FT_BYTES, BASE_NONE, NULL, 0x0,
          "Security parameter index; the master key identifier of SRTP", HFILL}},
        {&hf_gmk_id,
         {"GMK-ID", "mikey_sakke.gmk_id", FT_UINT32, BASE_HEX, NULL, 0x0,
          "Identifier of the group master key", HFILL}},
        {&hf_idri,
         {"IDRi", "mikey_sakke.idri", FT_STRING, BASE_NONE, NULL, 0x0, "Identity of the initiator",
          HFILL}},
        {&hf_idrr,
         {"IDRr", "mikey_sakke.idrr", FT_STRING, BASE_NONE, NULL, 0x0, "Identity of the receiver",
          HFILL}},
        {&hf_idrkmsi,
         {"IDRkmsi", "mikey_sakke.idrkmsi", FT_STRING, BASE_NONE, NULL, 0x0, "KMS of the initiator",
          HFILL}},
        {&hf_idrkmsr,
         {"IDRkmsr", "mikey_sakke.idrkmsr", FT_STRING, BASE_NONE, NULL, 0x0, "KMS of the receiver",
          HFILL}},
        {&hf_uidi,
         {"UIDi", "mikey_sakke.uidi", FT_STRING, BASE_NONE, NULL, 0x0,
          "UID under which the initiator is hidden, in hex digits", HFILL}},
        {&hf_uidr,
         {"UIDr", "mikey_sakke.uidr", FT_STRING, BASE_NONE, NULL, 0x0,
          "UID under which the receiver is hidden, in hex digits", HFILL}},
        {&hf_digest,
         {"Digest (SHA-256)", "mikey_sakke.digest", FT_STRING, BASE_NONE, NULL, 0x0,
          "Of the whole message: the same on every hop", HFILL}},
    };
    static int *ett[] = {&ett_message, &ett_payload, &ett_cs, &ett_session};

    proto_register_field_array(proto_mikey_sakke, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}

static expert_module_t *register_expert_infos(void)
{
    static ei_register_info ei[] = {
        {&ei_v_set,
         {"mikey_sakke.v_set", PI_PROTOCOL, PI_WARN,
          "MIKEY-SAKKE messages want no answer: V is not set", EXPFILL}},
        {&ei_prf,
         {"mikey_sakke.wrong_prf", PI_PROTOCOL, PI_WARN, "The PRF function is PRF-HMAC-SHA-256",
          EXPFILL}},
        {&ei_purpose,
         {"mikey_sakke.unassigned_purpose", PI_PROTOCOL, PI_WARN,
          "No kind of key has this purpose tag", EXPFILL}},
        {&ei_map_type,
         {"mikey_sakke.unknown_map_type", PI_UNDECODED, PI_WARN,
          "A CS ID map type that is not known", EXPFILL}},
        {&ei_map_count,
         {"mikey_sakke.empty_map_count", PI_PROTOCOL, PI_WARN,
          "An empty map has no crypto sessions", EXPFILL}},
        {&ei_undefined_payload,
         {"mikey_sakke.undefined_payload", PI_MALFORMED, PI_ERROR,
          "A payload type that nobody defined", EXPFILL}},
        {&ei_unsupported_payload,
         {"mikey_sakke.unsupported_payload", PI_UNDECODED, PI_WARN,
          "A payload that does not belong in a MIKEY-SAKKE message", EXPFILL}},
        {&ei_too_many_payloads,
         {"mikey_sakke.too_many_payloads", PI_MALFORMED, PI_ERROR,
          "More payloads than any message needs", EXPFILL}},
        {&ei_no_signature,
         {"mikey_sakke.no_signature", PI_PROTOCOL, PI_ERROR, "The message ends without a signature",
          EXPFILL}},
        {&ei_missing_payload,
         {"mikey_sakke.missing_payload", PI_PROTOCOL, PI_ERROR, "A mandatory payload is missing",
          EXPFILL}},
        {&ei_repeated_payload,
         {"mikey_sakke.repeated_payload", PI_PROTOCOL, PI_ERROR,
          "A payload that occurs once is repeated", EXPFILL}},
        {&ei_left_over,
         {"mikey_sakke.left_over", PI_MALFORMED, PI_WARN,
          "Octets are left over after the last payload", EXPFILL}},
    };
    expert_module_t *expert = expert_register_protocol(proto_mikey_sakke);

    expert_register_field_array(expert, ei, array_length(ei));
    return expert;
}

void mikey_sakke_register(void)
{
    proto_mikey_sakke = proto_register_protocol("MIKEY-SAKKE key management (3GPP TS 33.180)",
                                                "MIKEY-SAKKE", "mikey_sakke");
    register_fields();

    expert_module_t *expert = register_expert_infos();

    mikey_reader_register(proto_mikey_sakke, expert);
    mikey_payload_register(proto_mikey_sakke, expert);
    mikey_extension_register(proto_mikey_sakke, expert);
    mikey_identity_register(proto_mikey_sakke);
    mikey_signature_register(proto_mikey_sakke);
    mikey_carrier_register(proto_mikey_sakke, expert);
}

void mikey_sakke_hand_off(void)
{
    mikey_extension_handoff();
    mikey_carrier_handoff(create_dissector_handle(dissect_mikey_sakke, proto_mikey_sakke));
}
