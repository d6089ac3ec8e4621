/* packet-mikey-sakke.c
 * MIKEY-SAKKE: the offers and answers of mission-critical key management
 *
 * MIKEY: RFC 3830. General Extensions, GENERIC-ID map and IDR: RFC 4563, RFC 6043. SAKKE mode: RFC
 * 6509. What mission-critical services make of it: 3GPP TS 33.180 annexes E and F.
 *
 * A message is read once by the core; here it is shown and published (krr-tap.h). The tree of its
 * fields has a file of its own, and so have the carriers, the identities behind UIDs and the
 * signature.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/wireshark-compat.h"

#include "plugin/mikey/packet-mikey-sakke.h"

#include <string.h>

#include "core/mikey/mikey-offer-maker.h"
#include "core/mikey/mikey-parser.h"
#include "plugin/frame/krr-keep.h"
#include "plugin/frame/krr-publisher.h"
#include "plugin/mikey/packet-mikey-sakke-carrier.h"
#include "plugin/mikey/packet-mikey-sakke-identity.h"
#include "plugin/mikey/packet-mikey-sakke-signature.h"
#include "plugin/mikey/packet-mikey-sakke-tree.h"

static int proto_mikey_sakke = -1;

static int hf_idri;
static int hf_idrr;
static int hf_idrkmsi;
static int hf_idrkmsr;
static int hf_uidi;
static int hf_uidr;
static int hf_digest;

static int ett_message = -1;

/* ---- shortcuts ---- */

/* The identity of a role, or of the one under which it stands otherwise. */
static const MikeyField *identity_of(const MikeyMessage *message, MikeyRole role,
                                     MikeyRole other_role)
{
    const MikeyPayload *payload = mikey_message_identity(message, role, NULL);

    payload = payload ? payload : mikey_message_identity(message, other_role, NULL);
    return payload ? mikey_payload_field(message, payload, MIKEY_FIELD_IDR_VALUE) : NULL;
}

static void show_identity(const MikeyTree *shown, int hf, const char *value, MikeyRole role,
                          MikeyRole other_role)
{
    const MikeyField *field = value ? identity_of(shown->message, role, other_role) : NULL;

    if (field) {
        proto_item_set_generated(proto_tree_add_string(
            shown->root, hf, shown->tvb, (int)field->offset, (int)field->length, value));
    }
}

/* Who, at which KMS, and by what the message is known on every leg. */
static void show_facts(const MikeyTree *shown, const MikeyOffer *offer)
{
    const MikeyRole i = MIKEY_ROLE_INITIATOR, r = MIKEY_ROLE_RESPONDER;
    const MikeyRole kmsi = MIKEY_ROLE_INITIATOR_KMS, kmsr = MIKEY_ROLE_RESPONDER_KMS;

    show_identity(shown, hf_idri, offer->idri, i, i);
    show_identity(shown, hf_idrr, offer->idrr, r, r);
    show_identity(shown, hf_idrkmsi, offer->idrkmsi, kmsi, kmsi);
    show_identity(shown, hf_idrkmsr, offer->idrkmsr, kmsr, kmsr);
    show_identity(shown, hf_uidi, offer->uidi, MIKEY_ROLE_INITIATOR_UID, i);
    show_identity(shown, hf_uidr, offer->uidr, MIKEY_ROLE_RESPONDER_UID, r);
    if (offer->digest) {
        proto_item_set_generated(proto_tree_add_string(shown->root, hf_digest, shown->tvb, 0,
                                                       (int)shown->message->length, offer->digest));
    }
}

/* ---- columns ---- */

/* A user as a summary names one. */
static const char *name_of(wmem_allocator_t *pool, const char *identity, const char *uid)
{
    if (identity) {
        return identity;
    }
    return uid ? wmem_strdup_printf(pool, "UID %.8s...", uid) : "unknown";
}

/* "PCK sip:alice@example.org -> sip:bob@example.org, KMS a -> b" */
static const char *summary_of(wmem_allocator_t *pool, const MikeyOffer *offer)
{
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

/* ---- dissection ---- */

/* A message that was decoded from text does not know what its text lost. */
static bool may_be_cut(tvbuff_t *tvb, const packet_info *pinfo)
{
    return tvb_captured_length(tvb) < tvb_reported_length(tvb) || pinfo->fragmented ||
           pinfo->fd->cap_len < pinfo->fd->pkt_len;
}

static MikeyMessage *parse(tvbuff_t *tvb, packet_info *pinfo)
{
    const guint length = MIN(tvb_captured_length(tvb), G_MAXINT);
    const guint8 *octets = length > 0 ? tvb_get_ptr(tvb, 0, (int)length) : (const guint8 *)"";
    MikeyMessage *message = mikey_parse(octets, length, may_be_cut(tvb, pinfo));

    krr_keep_for_packet(pinfo, message, (GDestroyNotify)mikey_message_free);
    return message;
}

/* An offer that lives as long as the packet, unless a listener keeps it. */
static MikeyOffer *offer_of(packet_info *pinfo, const MikeyMessage *message)
{
    MikeyOffer *offer = mikey_offer_of_message(message);

    krr_keep_for_packet(pinfo, offer, (GDestroyNotify)mikey_offer_unref);
    return offer;
}

/* Of a message that is not there in full neither the digest nor what it lacks is known. */
static void publish(packet_info *pinfo, const MikeyMessage *message, MikeyOffer *offer,
                    proto_item *item)
{
    MikeySakkeTap *tap = wmem_new0(pinfo->pool, MikeySakkeTap);

    tap->cut = message->state == MIKEY_CUT;
    tap->offer = offer->digest ? offer : NULL;
    krr_publish_mikey(pinfo, tap, item);
}

static int dissect_mikey_sakke(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    proto_item *item = proto_tree_add_item(tree, proto_mikey_sakke, tvb, 0, -1, ENC_NA);

    append_protocol(pinfo->cinfo);
    const MikeyMessage *message = parse(tvb, pinfo);
    MikeyOffer *offer = offer_of(pinfo, message);
    const MikeyTree *shown =
        mikey_tree_add(proto_item_add_subtree(item, ett_message), tvb, pinfo, message);
    show_facts(shown, offer);
    mikey_identity_resolve(shown, offer);
    mikey_signature_judge(shown, offer);

    const char *summary = summary_of(pinfo->pool, offer);
    proto_item_append_text(item, ", %s", summary);
    append_info(pinfo->cinfo, summary);
    publish(pinfo, message, offer, item);
    return (int)tvb_captured_length(tvb);
}

/* ---- registration ---- */

static void register_fields(void)
{
    static hf_register_info hf[] = {
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
    static int *ett[] = {&ett_message};

    proto_register_field_array(proto_mikey_sakke, hf, G_N_ELEMENTS(hf));
    proto_register_subtree_array(ett, G_N_ELEMENTS(ett));
}

void mikey_sakke_register(void)
{
    proto_mikey_sakke = proto_register_protocol("MIKEY-SAKKE key management (3GPP TS 33.180)",
                                                "MIKEY-SAKKE", "mikey_sakke");
    expert_module_t *expert = expert_register_protocol(proto_mikey_sakke);
    mikey_tree_register(proto_mikey_sakke, expert);
    register_fields();
    mikey_identity_register(proto_mikey_sakke);
    mikey_signature_register(proto_mikey_sakke);
    mikey_carrier_register(proto_mikey_sakke, expert);
}

void mikey_sakke_hand_off(void)
{
    mikey_tree_hand_off();
    mikey_carrier_handoff(create_dissector_handle(dissect_mikey_sakke, proto_mikey_sakke));
}
