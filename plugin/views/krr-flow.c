/* krr-flow.c
 * KRRs and offers in Statistics > Flow Graph (tshark -z flow,krr,standard) and in VoIP Calls
 *
 * In a flow graph an arrow has room for some twenty characters, so what stands on it begins with
 * what matters most: the KMSs. The whole of it stands beside the graph.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/views/krr-flow.h"

#include <epan/packet.h>
#include <epan/tap-voip.h>
#include <epan/tap.h>

#include "core/document/krr-verdict.h"
#include "plugin/frame/krr-publisher.h"
#include "plugin/frame/krr-text.h"
#include "plugin/frame/krr-traffic.h"
#include "plugin/wireshark-compat.h"

/* How many KMSs of a list are named; the others are counted. */
#define NAMED_KMS 3
/* What the label of a KRR begins with. */
#define KRR_LABEL "KRR"

static int voip_tap = -1;

/* ---- labels ---- */

static const char *readable(wmem_allocator_t *pool, const char *text)
{
    return text && *text ? krr_short_text(pool, text) : "nobody named";
}

/* "kms.a or kms.b (receiver)"; nothing for a list that leaves all open. */
static void append_list(wmem_strbuf_t *label, wmem_allocator_t *pool, const KrrList *list,
                        KrrSide side)
{
    const guint named = MIN(list->kms->len, NAMED_KMS);

    if (list->kind == KRR_LIST_ANY) {
        return;
    }
    if (wmem_strbuf_get_len(label) > strlen(KRR_LABEL)) {
        wmem_strbuf_append_c(label, ',');
    }
    if (list->kind != KRR_LIST_LISTED) {
        wmem_strbuf_append_printf(label, " %s",
                                  list->kind == KRR_LIST_EMPTY ? "no KMS" : "no list");
    }
    for (guint i = 0; i < named; i++) {
        const KrrValue *kms = g_ptr_array_index(list->kms, i);
        wmem_strbuf_append_printf(label, "%s%s", i > 0 ? " or " : " ", readable(pool, kms->text));
    }
    if (list->kms->len > named) {
        wmem_strbuf_append_printf(label, " or %u more", list->kms->len - named);
    }
    wmem_strbuf_append_printf(label, " (%s)", krr_side_name(side));
}

/* "KRR kms.b (receiver) by sip:proxy@example.org, 1 sub-KRR, unsigned" */
static const char *krr_label(wmem_allocator_t *pool, const Krr *krr)
{
    wmem_strbuf_t *label = wmem_strbuf_new(pool, KRR_LABEL);
    const KrrSignatureStatus status = krr->signature.verdict.status;

    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        append_list(label, pool, &krr->lists[side], side);
    }
    if (krr->lists[KRR_INITIATOR].kind == KRR_LIST_ANY &&
        krr->lists[KRR_RECEIVER].kind == KRR_LIST_ANY) {
        wmem_strbuf_append(label, " any KMS");
    }
    wmem_strbuf_append_printf(label, " by %s", readable(pool, krr_text(krr, KRR_ELEMENT_CREATOR)));
    if (krr->sub_krrs > 0) {
        wmem_strbuf_append_printf(label, ", %u sub-KRR%s", krr->sub_krrs,
                                  krr->sub_krrs == 1 ? "" : "s");
    }
    wmem_strbuf_append_printf(label,
                              status == KRR_SIGNATURE_ABSENT ? ", unsigned" : ", signature %s",
                              krr_signature_status_name(status));
    return wmem_strbuf_get_str(label);
}

static const char *document_label(wmem_allocator_t *pool, const KrrDocument *document)
{
    if (!document) {
        return "KRR cut short by the capture";
    }
    if (document->krrs->len == 0) {
        return "KRR malformed";
    }
    return document->krrs->len == 1
               ? krr_label(pool, g_ptr_array_index(document->krrs, 0))
               : wmem_strdup_printf(pool, "%u KRRs uploaded", document->krrs->len);
}

/* "PCK kms.a -> kms.b, sip:alice@example.org -> sip:bob@example.org"; NULL for what is no offer. */
static const char *offer_label(wmem_allocator_t *pool, const MikeyOffer *offer)
{
    if (!offer || offer->data_type != MIKEY_DATA_TYPE_SAKKE) {
        return NULL;
    }
    return wmem_strdup_printf(pool, "%s %s -> %s, %s -> %s",
                              offer->whole ? mikey_purpose_name(mikey_purpose(offer->csb_id))
                                           : "incomplete offer",
                              readable(pool, offer->idrkmsi), readable(pool, offer->idrkmsr),
                              readable(pool, offer->idri ? offer->idri : offer->uidi),
                              readable(pool, offer->idrr ? offer->idrr : offer->uidr));
}

static const char *label_of(wmem_allocator_t *pool, const KrrTraffic *traffic)
{
    switch (traffic->kind) {
    case KRR_TRAFFIC_KRR:
        return document_label(pool, traffic->krr->document);
    case KRR_TRAFFIC_MIKEY:
        return offer_label(pool, traffic->mikey->offer);
    case KRR_TRAFFIC_RULES:
    case KRR_TRAFFIC_DELAY:
        break;
    }
    return NULL;
}

/* ---- flow graph ---- */

static void replace_info(column_info *columns, const char *text)
{
    col_clear_fence(columns, COL_INFO);
    col_add_str(columns, COL_INFO, text);
}

/* Adds an arrow as Wireshark's own "All Flows" does, whose text is that of the Info column: ours
 *  stands there meanwhile. */
static tap_packet_status add_arrow(void *tap_data, packet_info *pinfo, epan_dissect_t *edt,
                                   const void *data, tap_flags_t flags)
{
    register_analysis_t *all = sequence_analysis_find_by_name("any");
    const char *label = label_of(pinfo->pool, data);

    const char *shown = col_get_text(pinfo->cinfo, COL_INFO);

    if (!all || !label || !shown) {
        return TAP_PACKET_DONT_REDRAW;
    }
    const char *info = wmem_strdup(pinfo->pool, shown);
    replace_info(pinfo->cinfo, label);
    tap_packet_status status =
        sequence_analysis_get_packet_func(all)(tap_data, pinfo, edt, data, flags);
    replace_info(pinfo->cinfo, info);
    return status;
}

/* ---- VoIP calls ---- */

/* Shows a KRR among the VoIP calls: one call for each pair of initiator and receiver that KRRs speak
 * of. */
static void add_call(packet_info *pinfo, const KrrTap *tap)
{
    const KrrDocument *document = tap->document;

    if (!have_tap_listener(voip_tap) || !tap->in_sip || !document || document->krrs->len != 1) {
        return;
    }
    const Krr *krr = g_ptr_array_index(document->krrs, 0);
    const char *initiator = readable(pinfo->pool, krr_text(krr, KRR_ELEMENT_IDRI));
    const char *receiver = readable(pinfo->pool, krr_text(krr, KRR_ELEMENT_IDRR));
    const char *label = krr_label(pinfo->pool, krr);
    voip_packet_info_t *call = wmem_new0(pinfo->pool, voip_packet_info_t);

    *call = (voip_packet_info_t){
        .protocol_name = wmem_strdup(pinfo->pool, "KRR"),
        .call_id = wmem_strdup_printf(pinfo->pool, "KRR %s %s", initiator, receiver),
        .call_state = VOIP_REJECTED,
        .call_active_state = VOIP_ACTIVE,
        .from_identity = wmem_strdup(pinfo->pool, initiator),
        .to_identity = wmem_strdup(pinfo->pool, receiver),
        .call_comment = wmem_strdup(pinfo->pool, label),
        .frame_label = wmem_strdup(pinfo->pool, label),
        .frame_comment = wmem_strdup(pinfo->pool, label),
    };
    tap_queue_packet(voip_tap, pinfo, call);
}

void krr_flow_register(int proto)
{
    register_seq_analysis("krr", "KRR Flows", proto, KRR_TRAFFIC_TAP, TL_REQUIRES_COLUMNS,
                          add_arrow);
    /* VoIP Calls listens to a tap of this name where anybody has registered it. */
    voip_tap = register_tap("voip");
    krr_publisher_watch(add_call);
}
