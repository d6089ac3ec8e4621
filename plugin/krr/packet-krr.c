/* packet-krr.c
 * Dissector for KMS Redirect Responses (KRR) of mission-critical services
 *
 * Content and procedures: TR 33.880 clause 7.2.1.3. Media type, namespace and carriers: 3GPP
 * TS 33.180 clause 5.2.8 and annex D. The names of the elements are a profile, see krr-vocabulary.h.
 *
 * A KRR is the body, or a part of the body, of a SIP 488; it may stand in a MIKEY message; and
 * clients upload KRRs to their KMS over HTTP. Wherever it comes from, the document is read and
 * judged once by the core; here it is only shown and published (krr-tap.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/krr/packet-krr.h"

#include <epan/wmem_scopes.h>

#include "core/audit/audit-document.h"
#include "core/document/krr-document-reader.h"
#include "core/document/krr-origin.h"
#include "core/event/story-event.h"
#include "core/octets/body-encoding.h"
#include "core/signature/krr-signature.h"
#include "plugin/frame/krr-experts.h"
#include "plugin/frame/krr-keep.h"
#include "plugin/frame/krr-layers.h"
#include "plugin/frame/krr-publisher.h"
#include "plugin/frame/krr-tap.h"
#include "plugin/frame/krr-text.h"
#include "plugin/kms/krr-kms.h"
#include "plugin/krr/krr-policy-item.h"
#include "plugin/krr/krr-tree.h"
#include "plugin/preferences/krr-settings.h"
#include "plugin/wireshark-compat.h"

/* base64 around gzip is as deep as it gets. */
#define MAX_ENCODINGS 2
/* What is no KRR is shown as text up to here: a line an item, and items are not free. */
#define TEXT_SHOWN  (64 * 1024)
#define LINES_SHOWN 2000
/* Where the root of a request to a KMS has been named, and the longest header of a SIP message. */
#define ROOT_PROBE 1024
#define SIP_PROBE  (64 * 1024)

static int proto_krr = -1;
static int hf_krr_text;

/* Protocols that carry KRRs, resolved by name; -1 where this Wireshark lacks one. */
static int proto_sip = -1;
static int proto_http = -1;
static int proto_http2 = -1;
static int proto_mikey_sakke = -1;

static dissector_handle_t krr_handle;
static dissector_handle_t data_handle;

/* What is known about where a body stands. */
typedef struct Carrier {
    bool sip;
    bool http;
    bool mikey;
} Carrier;

/* ---- carriers ---- */

/* A WebSocket is HTTP to Wireshark, whatever it carries: of HTTP and SIP the inner one counts. */
static bool is_in_http(const packet_info *pinfo)
{
    for (wmem_list_frame_t *layer = wmem_list_tail(pinfo->layers); layer;
         layer = wmem_list_frame_prev(layer)) {
        const int protocol = GPOINTER_TO_INT(wmem_list_frame_data(layer));
        if (protocol == proto_sip) {
            return false;
        }
        if (protocol == proto_http || protocol == proto_http2) {
            return true;
        }
    }
    return false;
}

/* The layers tell what is in the frame, not what is in what: a MIKEY message beside the KRR is
 *  told from one around it by the data that every carrier but MIKEY hands over. */
static Carrier find_carrier(packet_info *pinfo, const void *data)
{
    return (Carrier){
        .sip = krr_has_layer(pinfo, proto_sip),
        .http = is_in_http(pinfo),
        .mikey = !data && krr_has_layer(pinfo, proto_mikey_sakke),
    };
}

/* The length of a line without the end of it. */
static gsize line_length(const char *line, gsize limit)
{
    const char *end = memchr(line, '\n', limit);
    gsize length = end ? (gsize)(end - line) : limit;

    return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
}

/* The start line of the SIP message that a body was cut from; in the pool, or NULL.
 *
 *  The SIP dissector hands nothing down about its message, and without a tree there is no field to
 *  ask, so it is looked for in the octets before the body. A body that was decoded on the way has
 *  none before it. */
static const char *sip_start_line(packet_info *pinfo, tvbuff_t *tvb)
{
    static const char version[] = "SIP/2.0";
    const gsize version_length = sizeof version - 1;
    tvbuff_t *source = tvb_get_ds_tvb(tvb);
    int body = tvb_raw_offset(tvb);
    int start = MAX(0, body - SIP_PROBE);

    if (body <= 0 || !tvb_bytes_exist(source, start, body - start)) {
        return NULL;
    }
    const char *octets = (const char *)tvb_get_ptr(source, start, body - start);
    gsize limit = (gsize)(body - start);
    for (gsize line = limit; line-- > 0;) {
        /* The first line begins where the transport ends, so it follows no line end. */
        if (limit - line < version_length || memcmp(octets + line, version, version_length) != 0) {
            continue;
        }
        gsize length = line_length(octets + line, limit - line);
        if (length > version_length && octets[line + version_length] == ' ') {
            return wmem_strndup(pinfo->pool, octets + line, length);
        }
        if (length == version_length) {
            return "request";
        }
    }
    return NULL;
}

/* The status of a SIP message, by its start line; 0: it is a request. */
static guint status_of(const char *line)
{
    const char *space = g_str_has_prefix(line, "SIP") ? strchr(line, ' ') : NULL;

    return space ? (guint)g_ascii_strtoull(space, NULL, 10) : 0;
}

static StoryCarrier carrier_beside_sip(Carrier carrier, const KrrDocument *document)
{
    if (carrier.http) {
        return document->kind == KRR_DOCUMENT_KMS_REQUEST ? STORY_CARRIER_KMS_UPLOAD
                                                          : STORY_CARRIER_OTHER;
    }
    return carrier.mikey ? STORY_CARRIER_MIKEY : STORY_CARRIER_OTHER;
}

/* Where a KRR stands although it must not; NULL where it may, or where that is not known. */
static const char *wrong_carrier(packet_info *pinfo, tvbuff_t *tvb, Carrier carrier,
                                 const KrrDocument *document)
{
    if (carrier.http || !carrier.sip) {
        return krr_wrong_carrier(carrier_beside_sip(carrier, document), STORY_NO_SIP);
    }
    const char *line = sip_start_line(pinfo, tvb);
    const guint status = line ? status_of(line) : 488;
    const char *wrong = krr_wrong_carrier(STORY_CARRIER_OTHER, status);

    if (wrong && status > 0) { /* the answer is at hand to be named */
        return wmem_strdup_printf(pinfo->pool, "the answer %s", krr_format_text(pinfo->pool, line));
    }
    return wrong;
}

/* ---- findings ---- */

static void show_finding(const KrrTree *tree, packet_info *pinfo, const KrrFinding *finding)
{
    proto_item *item = krr_tree_find(tree, finding->krr, finding->element, finding->range);

    krr_experts_add_finding(pinfo, item,
                            &(KrrExpert){.rule = finding->rule,
                                         .severity = finding->severity,
                                         .observed = finding->observed,
                                         .expected = finding->expected});
}

static void judge(const KrrTree *tree, packet_info *pinfo, const KrrDocument *document)
{
    GPtrArray *findings = audit_document(document, krr_settings()->policy);

    krr_keep_for_packet(pinfo, findings, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < findings->len; i++) {
        show_finding(tree, pinfo, g_ptr_array_index(findings, i));
    }
}

static void judge_carrier(const KrrTree *tree, packet_info *pinfo, tvbuff_t *tvb, Carrier carrier,
                          const KrrDocument *document)
{
    const char *where = wrong_carrier(pinfo, tvb, carrier, document);
    KrrFinding finding = {
        .rule = KRR_RULE_WRONG_CARRIER,
        .severity = krr_rule_severity(krr_settings()->policy, KRR_RULE_WRONG_CARRIER,
                                      krr_rules[KRR_RULE_WRONG_CARRIER].severity),
        .element = KRR_ELEMENT_KRR,
    };

    if (where && document->krrs->len > 0 && finding.severity != KRR_SEVERITY_OFF) {
        finding.observed = wmem_strdup_printf(pinfo->pool, "The KRR is carried by %s.", where);
        show_finding(tree, pinfo, &finding);
    }
}

/* ---- signatures ---- */

static void verify(KrrDocument *document)
{
    const KrrSettings *settings = krr_settings();

    if (settings->verify_signatures) {
        krr_verifier_run(settings->verifier, document);
    } else {
        krr_signature_verify(document, NULL);
    }
}

/* ---- dissection ---- */

/* The document without encodings that it is still in, each a data source of its own. */
static tvbuff_t *undo_encodings(tvbuff_t *tvb, packet_info *pinfo)
{
    for (guint i = 0; i < MAX_ENCODINGS; i++) {
        const char *encoding = NULL;
        gsize length = tvb_captured_length(tvb);
        GBytes *plain =
            body_encoding_undo(tvb_get_ptr(tvb, 0, -1), length, KRR_MAX_OCTETS, &encoding);
        if (!plain) {
            break;
        }
        krr_keep_for_packet(pinfo, plain, (GDestroyNotify)g_bytes_unref);
        gsize size;
        const guint8 *octets = g_bytes_get_data(plain, &size);
        tvb = tvb_new_child_real_data(tvb, octets, (guint)size, (gint)size);
        add_new_data_source(pinfo, tvb,
                            wmem_strdup_printf(pinfo->pool, "KRR (%s undone)", encoding));
    }
    return tvb;
}

/* What is no KRR, or not all of one: as text where it is text.
 *
 *  Wireshark's own dissector for lines of text would ask heuristic ones first, that of XML among
 *  them; what our parser refused must not be parsed by another, with other limits. */
static void show_octets(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    int length = (int)tvb_captured_length(tvb);
    int offset = 0;

    if (body_looks_like_text(tvb_get_ptr(tvb, 0, length), (gsize)length)) {
        for (int line = 0; line < LINES_SHOWN && offset < MIN(length, TEXT_SHOWN); line++) {
            int next;
            int size =
                tvb_find_line_end(tvb, offset, MIN(length, TEXT_SHOWN) - offset, &next, false);
            proto_tree_add_item(tree, hf_krr_text, tvb, offset, size, ENC_UTF_8 | ENC_NA);
            offset = next;
        }
    }
    if (offset < length) {
        call_dissector(data_handle, tvb_new_subset_remaining(tvb, offset), pinfo, tree);
    }
}

/* What the carrier calls the document. MIKEY calls it nothing. */
static const char *media_type_of(const packet_info *pinfo, Carrier carrier)
{
    return carrier.mikey || !pinfo->match_string ? KRR_MEDIA_TYPE : pinfo->match_string;
}

/* @param document  NULL: the capture cut it short
 *  @param octets    of the document, without encodings */
static void publish(packet_info *pinfo, proto_item *item, KrrDocument *document, tvbuff_t *octets,
                    Carrier carrier)
{
    KrrTap *tap = wmem_new(pinfo->pool, KrrTap);

    *tap = (KrrTap){
        .document = document,
        .octets = octets,
        .media_type = media_type_of(pinfo, carrier),
        .in_sip = carrier.sip,
        .in_mikey = carrier.mikey,
        .in_http = carrier.http,
    };
    krr_publish_krr(pinfo, tap, item);
}

/* The whole document in a few words, in the pool. */
static const char *summarise(packet_info *pinfo, const KrrDocument *document)
{
    const char *cause = document->error ? document->error : "no KRR in it";

    if (document->krrs->len == 0) {
        return wmem_strdup_printf(pinfo->pool, "malformed (%s)",
                                  krr_format_text(pinfo->pool, cause));
    }
    if (document->krrs->len > 1) {
        return wmem_strdup_printf(pinfo->pool, "%u KRRs uploaded", document->krrs->len);
    }
    return krr_tree_summary(pinfo, g_ptr_array_index(document->krrs, 0));
}

/* Adds to the Protocol column what is in what carries it; once, however many there are. */
static void append_protocol(packet_info *pinfo)
{
    const char *before = col_get_text(pinfo->cinfo, COL_PROTOCOL);

    if (!before || !strstr(before, "/KRR")) {
        col_append_str(pinfo->cinfo, COL_PROTOCOL, "/KRR");
    }
}

/* Adds to the Info column what SIP or HTTP began; some leave a space behind for what follows. */
static void append_info(packet_info *pinfo, const KrrDocument *document, const char *summary)
{
    const char *before = col_get_text(pinfo->cinfo, COL_INFO);
    const char *separator = before && g_str_has_suffix(before, " ") ? "" : ", ";
    const Krr *krr =
        document && document->krrs->len == 1 ? g_ptr_array_index(document->krrs, 0) : NULL;
    const char *creator = krr ? krr_text(krr, KRR_ELEMENT_CREATOR) : NULL;

    col_append_sep_fstr(pinfo->cinfo, COL_INFO, separator, "KRR%s%s: %s", creator ? " by " : "",
                        creator ? krr_short_text(pinfo->pool, creator) : "", summary);
}

static int dissect_cut(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, proto_item *item,
                       Carrier carrier)
{
    publish(pinfo, item, NULL, NULL, carrier);
    append_info(pinfo, NULL, "cut short by the capture");
    proto_item_append_text(item, ", cut short by the capture");
    krr_experts_add_cut(pinfo, item);
    show_octets(tvb, pinfo, tree);
    return (int)tvb_captured_length(tvb);
}

static int dissect_krr(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    Carrier carrier = find_carrier(pinfo, data);
    proto_item *item = proto_tree_add_item(tree, proto_krr, tvb, 0, -1, ENC_NA);
    proto_tree *subtree = proto_item_add_subtree(item, krr_tree_ett());

    append_protocol(pinfo);
    if (tvb_captured_length(tvb) < tvb_reported_length(tvb)) {
        return dissect_cut(tvb, pinfo, subtree, item, carrier);
    }
    tvbuff_t *plain = undo_encodings(tvb, pinfo);
    KrrDocument *document = krr_document_parse(
        tvb_get_ptr(plain, 0, -1), tvb_captured_length(plain), krr_settings()->vocabulary);
    krr_keep_for_packet(pinfo, document, (GDestroyNotify)krr_document_unref);
    verify(document);
    publish(pinfo, item, document, plain, carrier);

    const char *summary = summarise(pinfo, document);
    append_info(pinfo, document, summary);
    proto_item_append_text(item, ", %s", summary);
    KrrTree *shown = krr_tree_add(item, plain, pinfo, document);
    krr_policy_item_add(subtree, pinfo, plain);
    if (tree && carrier.http) {
        krr_kms_add(tree, plain, pinfo, kms_message_of(document->origin->xml));
    }
    judge(shown, pinfo, document);
    judge_carrier(shown, pinfo, tvb, carrier, document);
    if (document->krrs->len == 0) {
        show_octets(plain, pinfo, subtree);
    }
    return (int)tvb_captured_length(tvb);
}

/* ---- uploads ---- */

/* A media type that we share with its former owner. */
typedef struct SharedType {
    const char *media_type;
    dissector_t dissector;
    dissector_handle_t owner;
} SharedType;

static int dissect_application_xml(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);
static int dissect_text_xml(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

static SharedType shared_types[] = {
    {"application/xml", dissect_application_xml, NULL},
    {"text/xml", dissect_text_xml, NULL},
};

static bool contains(const guint8 *octets, gsize length, const char *word)
{
    return g_strstr_len((const char *)octets, (gssize)length, word) != NULL;
}

/* Shows what users and their KMS say to each other. An upload of KRRs is a body of ours; of others
 *  only what the story asks of them is shown. @return octets that were taken */
static int dissect_kms(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const gsize length = tvb_captured_length(tvb);
    const guint8 *octets = tvb_get_ptr(tvb, 0, -1);
    const gsize probe = MIN(length, (gsize)ROOT_PROBE);

    if (contains(octets, probe, "KmsRequest") && contains(octets, length, "KrrList")) {
        return call_dissector_only(krr_handle, tvb, pinfo, tree, data);
    }
    /* Who has no tree has no use for it. */
    if (tree && length == tvb_reported_length(tvb) &&
        (contains(octets, probe, "KmsRequest") || contains(octets, probe, "KmsResponse"))) {
        krr_kms_add(tree, tvb, pinfo, kms_message_parse(octets, length));
    }
    return 0;
}

/* Shows what is ours before the owner of the media type shows the whole of the body. For all else
 *  nothing changes. */
static int dissect_shared(const SharedType *type, tvbuff_t *tvb, packet_info *pinfo,
                          proto_tree *tree, void *data)
{
    bool http = krr_has_layer(pinfo, proto_http) || krr_has_layer(pinfo, proto_http2);
    int shown = http ? dissect_kms(tvb, pinfo, tree, data) : 0;
    int owned = call_dissector_only(type->owner, tvb, pinfo, tree, data);

    return MAX(shown, owned);
}

static int dissect_application_xml(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return dissect_shared(&shared_types[0], tvb, pinfo, tree, data);
}

static int dissect_text_xml(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return dissect_shared(&shared_types[1], tvb, pinfo, tree, data);
}

static void share_media_types(void)
{
    dissector_table_t media_types = find_dissector_table("media_type");

    for (gsize i = 0; i < G_N_ELEMENTS(shared_types); i++) {
        SharedType *type = &shared_types[i];
        type->owner = dissector_get_string_handle(media_types, type->media_type);
        if (type->owner) {
            /* Of no protocol, so that it is no layer: the owner's layer is where it was. It needs a
             * description all the same, which 4.6 complains about otherwise. */
            dissector_add_string("media_type", type->media_type,
                                 create_dissector_handle_with_name_and_description(
                                     type->dissector, -1, NULL, type->media_type));
        }
    }
}

/* ---- registration ---- */

int krr_dissector_register(void)
{
    static hf_register_info fields[] = {
        {&hf_krr_text,
         {"Text", "krr.text", FT_STRING, BASE_NONE, NULL, 0, "A line of a body that is no KRR",
          HFILL}},
    };

    proto_krr = proto_register_protocol("KMS Redirect Response", "KRR", "krr");
    proto_register_field_array(proto_krr, fields, G_N_ELEMENTS(fields));
    krr_tree_register(proto_krr);
    krr_policy_item_register(proto_krr);
    krr_handle = register_dissector("krr", dissect_krr, proto_krr);
    return proto_krr;
}

void krr_dissector_hand_off(void)
{
    proto_sip = proto_get_id_by_filter_name("sip");
    proto_http = proto_get_id_by_filter_name("http");
    proto_http2 = proto_get_id_by_filter_name("http2");
    proto_mikey_sakke = proto_get_id_by_filter_name("mikey_sakke");
    data_handle = find_dissector_add_dependency("data", proto_krr);
    dissector_add_string("media_type", KRR_MEDIA_TYPE, krr_handle);
    share_media_types();
}
