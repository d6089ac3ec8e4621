/* sip-rest.c
 * What a SIP message carries of ours and no dissector was led to
 *
 * An exception in one part ends what Wireshark makes of a message; attributes that its dissector of
 * session descriptions does not know, and bodies that URIs name, it does not look into.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/sip/sip-rest.h"

#include <string.h>

#include "plugin/wireshark-compat.h"

#include <epan/exceptions.h>
#include <epan/show_exception.h>

#include "core/document/krr-limits.h"
#include "core/mikey/mikey-offer.h"
#include "core/octets/body-encoding.h"
#include "core/sip/sip-cargo.h"
#include "plugin/frame/krr-cargo.h"
#include "plugin/frame/krr-keep.h"
#include "plugin/frame/message-hop.h"

/* base64 around gzip is as deep as it gets. */
#define MAX_ENCODINGS 2

static int ett_rest = -1;
static expert_field ei_rest;

static dissector_handle_t krr_handle, mikey_handle;
static int proto_sip = -1;

/* What was read of the message so far. */
typedef struct Read {
    const KrrCargo *all; /* of the frame */
    guint first, count;  /* of the message: from the first to before the count */
} Read;

/* Messages of other MIKEY modes are Wireshark's own dissector's, which tells us nothing of what it read. */
static bool is_ours(const SipCargo *cargo)
{
    gsize length;
    const guint8 *octets = g_bytes_get_data(cargo->octets, &length);

    switch (cargo->kind) {
    case SIP_CARGO_MIKEY:
        return length >= 2 && octets[0] == 1 &&
               (octets[1] == MIKEY_DATA_TYPE_SAKKE || octets[1] == MIKEY_DATA_TYPE_CS_ID_MAP_TR);
    case SIP_CARGO_MIKEY_BASE64: /* the same two octets */
        return length >= 3 && (memcmp(octets, "ARo", 3) == 0 || memcmp(octets, "ARs", 3) == 0);
    default:
        return true;
    }
}

static bool is_of_kind(const KrrCargo *read, SipCargoKind kind)
{
    return read->kind == (kind == SIP_CARGO_KRR ? KRR_CARGO_KRR : KRR_CARGO_MIKEY);
}

/* ---- was it read? ---- */

static bool same_octets(tvbuff_t *tvb, GBytes *octets)
{
    gsize length;
    const void *data = g_bytes_get_data(octets, &length);

    return tvb && tvb_captured_length(tvb) == length &&
           (length == 0 || tvb_memeql(tvb, 0, data, length) == 0);
}

/* A document is compared without what it is encoded in. */
static GBytes *plain_document(GBytes *octets)
{
    GBytes *plain = g_bytes_ref(octets);

    for (guint i = 0; i < MAX_ENCODINGS; i++) {
        gsize length;
        const guint8 *data = g_bytes_get_data(plain, &length);
        const char *encoding;
        GBytes *undone = body_encoding_undo(data, length, KRR_MAX_OCTETS, &encoding);
        if (!undone) {
            break;
        }
        g_bytes_unref(plain);
        plain = undone;
    }
    return plain;
}

static char *digest_of(const SipCargo *cargo)
{
    g_autoptr(GBytes) octets = sip_cargo_mikey(cargo);

    return g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, octets);
}

static bool was_read(const Read *read, const SipCargo *cargo)
{
    const bool krr = cargo->kind == SIP_CARGO_KRR;
    g_autoptr(GBytes) document = krr ? plain_document(cargo->octets) : NULL;
    g_autofree char *digest = krr ? NULL : digest_of(cargo);

    for (guint i = read->first; i < read->count; i++) {
        const KrrCargo *other = &read->all[i];

        if (!is_of_kind(other, cargo->kind)) {
            continue;
        }
        if (krr ? same_octets(other->krr->octets, document)
                : other->mikey->offer && g_strcmp0(other->mikey->offer->digest, digest) == 0) {
            return true;
        }
    }
    return false;
}

/* How many of a kind there are more than were read: what was read otherwise than it is here, or is
 *  broken, cannot be compared, and must not be read again. */
static int unread_count(const Read *read, const GPtrArray *carried, bool krrs)
{
    int count = 0;

    for (guint i = 0; i < carried->len; i++) {
        const SipCargo *cargo = g_ptr_array_index(carried, i);
        count += (cargo->kind == SIP_CARGO_KRR) == krrs ? 1 : 0;
    }
    for (guint i = read->first; i < read->count; i++) {
        count -= (read->all[i].kind == KRR_CARGO_KRR) == krrs && read->all[i].kind != KRR_CARGO_KMS
                     ? 1
                     : 0;
    }
    return count;
}

/* ---- dissection ---- */

proto_tree *sip_rest_tree(proto_tree *tree)
{
    proto_node *found = NULL;

    for (proto_node *child = tree ? tree->first_child : NULL; child; child = child->next) {
        const field_info *finfo = PNODE_FINFO(child);
        found = finfo && finfo->hfinfo->id == proto_sip ? child : found;
    }
    proto_tree *own = found ? proto_item_get_subtree(found) : NULL;
    return own ? own : tree;
}

/* @return false: it threw */
static bool call(const SipCargo *cargo, tvbuff_t *octets, packet_info *pinfo, proto_tree *tree)
{
    static int carrier; /* that there is one: KRRs in MIKEY have none */
    const char *const match = pinfo->match_string;
    volatile bool whole = true;

    pinfo->match_string = wmem_strdup(pinfo->pool, cargo->label);
    TRY
    {
        if (cargo->kind == SIP_CARGO_KRR) {
            call_dissector_only(krr_handle, octets, pinfo, tree, &carrier);
        } else {
            call_dissector_only(mikey_handle, octets, pinfo, tree, NULL);
        }
    }
    CATCH_NONFATAL_ERRORS
    {
        show_exception(octets, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
        whole = false;
    }
    ENDTRY;
    pinfo->match_string = match;
    return whole;
}

static bool dissect_one(const SipCargo *cargo, tvbuff_t *message, packet_info *pinfo,
                        proto_tree *tree)
{
    GBytes *copy = g_bytes_ref(cargo->octets);
    const char *what = cargo->kind == SIP_CARGO_KRR ? "KRR" : "MIKEY message";
    const char *where =
        cargo->in_uri ? "in the body that a URI names" : "that no dissector was led to";
    proto_item *item;
    gsize length;

    krr_keep_for_packet(pinfo, copy, (GDestroyNotify)g_bytes_unref);
    const guint8 *data = g_bytes_get_data(copy, &length);
    tvbuff_t *octets = tvb_new_child_real_data(message, data, (guint)length, (int)length);
    add_new_data_source(pinfo, octets, what);
    message_hop_copy(pinfo, message, octets);
    proto_tree *subtree =
        proto_tree_add_subtree_format(tree, octets, 0, -1, ett_rest, &item, "%s %s", what, where);
    expert_add_info_format(pinfo, item, &ei_rest, "%s %s: read all the same", what, where);
    return call(cargo, octets, pinfo, subtree);
}

/* @return false: some of it threw */
static bool dissect_unread(const GPtrArray *carried, const Read *read, tvbuff_t *message,
                           packet_info *pinfo, proto_tree *tree)
{
    bool whole = true;
    int left[] = {unread_count(read, carried, false), unread_count(read, carried, true)};

    for (guint i = 0; i < carried->len; i++) {
        const SipCargo *cargo = g_ptr_array_index(carried, i);
        int *count = &left[cargo->kind == SIP_CARGO_KRR];

        if (*count > 0 && is_ours(cargo) && !was_read(read, cargo)) {
            (*count)--;
            whole &= dissect_one(cargo, message, pinfo, sip_rest_tree(tree));
        }
    }
    return whole;
}

bool sip_rest_dissect(const MessageReading *reading, tvbuff_t *message, packet_info *pinfo,
                      proto_tree *tree, guint before)
{
    GPtrArray *carried = sip_cargo_find(reading->octets, reading->head);
    Read read = {.first = before};

    if (!carried) {
        return true;
    }
    krr_keep_for_packet(pinfo, carried, (GDestroyNotify)g_ptr_array_unref);
    read.all = krr_cargo_of(pinfo, &read.count);
    return dissect_unread(carried, &read, message, pinfo, tree);
}

/* ---- registration ---- */

void sip_rest_register(expert_module_t *expert)
{
    static int *trees[] = {&ett_rest};
    static ei_register_info experts[] = {
        {&ei_rest,
         {"krr.sip_rest", PI_UNDECODED, PI_NOTE, "Read although no dissector was led to it",
          EXPFILL}},
    };

    proto_register_subtree_array(trees, G_N_ELEMENTS(trees));
    expert_register_field_array(expert, experts, G_N_ELEMENTS(experts));
}

void sip_rest_hand_off(void)
{
    proto_sip = proto_get_id_by_filter_name("sip");
    krr_handle = find_dissector("krr");
    mikey_handle =
        dissector_get_string_handle(find_dissector_table("media_type"), "application/mikey");
}
