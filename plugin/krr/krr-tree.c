/* krr-tree.c
 * A KRR document as a protocol tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/krr/krr-tree.h"

#include "core/document/krr-origin.h"
#include "core/signature/krr-signature.h"
#include "plugin/frame/krr-nstime.h"
#include "plugin/frame/krr-text.h"
#include "plugin/krr/krr-x509.h"
#include "plugin/wireshark-compat.h"

/* Where the summary stops naming KMSs and counts the rest. */
#define SUMMARY_KMS 3
/* Certificates of one signature that are shown; no honest one has as many. */
#define SHOWN_CERTIFICATES 16

static int hf_krr_uploaded;
static int hf_krr_sub_krr;
static int hf_krr_id;
static int hf_krr_version;
static int hf_krr_values[KRR_N_VALUES] = {-1, -1, -1, -1, -1, -1};
static int hf_krr_time_text;
static int hf_krr_lists[KRR_N_SIDES] = {-1, -1};
static int hf_krr_list_kinds[KRR_N_SIDES] = {-1, -1};
static int hf_krr_list_kms[KRR_N_SIDES] = {-1, -1};
static int hf_krr_depth;
static int hf_krr_sub_krrs;
static int hf_krr_digest;
static int hf_krr_signature;
static int hf_krr_signature_status;
static int hf_krr_signature_reason;
static int hf_krr_signature_signer;
static int hf_krr_signature_note;
static int hf_krr_signature_algorithm;
static int hf_krr_signature_digest_algorithm;
static int hf_krr_signature_canonicalization;
static int hf_krr_signature_reference;
static int hf_krr_signature_certificate;
static int hf_krr_signature_value;
static int hf_krr_unrecognised;
static int hf_krr_unrecognised_reason;
static int hf_krr_unrecognised_text;

static int ett_krr = -1;
static int ett_krr_list = -1;
static int ett_krr_signature = -1;
static int ett_krr_certificate = -1;
static int ett_krr_unrecognised = -1;

static const value_string list_kind_vals[] = {
    {KRR_LIST_MISSING, "missing"},
    {KRR_LIST_ANY, "ANY"},
    {KRR_LIST_EMPTY, "empty"},
    {KRR_LIST_LISTED, "listed"},
    {0, NULL},
};

/* What a list of a kind means, for people; a listed one says more by its KMSs. */
static const char *const list_meaning[] = {
    [KRR_LIST_MISSING] = "missing (required content)",
    [KRR_LIST_ANY] = "ANY (any KMS is acceptable)",
    [KRR_LIST_EMPTY] = "empty (no KMS is acceptable, the communication must fail)",
    [KRR_LIST_LISTED] = NULL,
};

/* Finds an item: by its range where length is not 0, else by krr and the element in offset. */
typedef struct ItemKey {
    const Krr *krr;
    gsize offset;
    gsize length;
} ItemKey;

struct KrrTree {
    proto_item *item; /* of the protocol */
    tvbuff_t *tvb;
    packet_info *pinfo;
    const KrrOrigin *origin; /* of the document */
    bool has_ranges;
    wmem_map_t *items; /* ItemKey -> proto_item */
};

static guint item_key_hash(gconstpointer data)
{
    const ItemKey *key = data;

    return g_direct_hash(key->krr) ^ (guint)(key->offset * 31 + key->length);
}

static gboolean item_key_equal(gconstpointer a, gconstpointer b)
{
    const ItemKey *one = a;
    const ItemKey *other = b;

    return one->krr == other->krr && one->offset == other->offset && one->length == other->length;
}

static void remember_key(KrrTree *tree, ItemKey key, proto_item *item)
{
    /* The first one keeps the key: what comes second repeats it or stands in it. */
    if (!wmem_map_contains(tree->items, &key)) {
        ItemKey *kept = wmem_new(tree->pinfo->pool, ItemKey);
        *kept = key;
        wmem_map_insert(tree->items, kept, item);
    }
}

static void remember(KrrTree *tree, const Krr *krr, KrrElement element, KrrRange range,
                     proto_item *item)
{
    if (!item) {
        return;
    }
    if (element != KRR_ELEMENT_UNKNOWN) {
        remember_key(tree, (ItemKey){krr, element, 0}, item);
    }
    /* Without ranges all are the same, which tells nothing. */
    if (tree->has_ranges && range.length > 0) {
        remember_key(tree, (ItemKey){NULL, range.offset, range.length}, item);
    }
}

proto_item *krr_tree_find(const KrrTree *tree, const Krr *krr, KrrElement element, KrrRange range)
{
    const ItemKey keys[] = {
        {NULL, range.offset, range.length},
        {krr, element, 0},
        {krr, KRR_ELEMENT_KRR, 0},
    };

    for (gsize i = range.length > 0 ? 0 : 1; i < G_N_ELEMENTS(keys); i++) {
        proto_item *item = wmem_map_lookup(tree->items, &keys[i]);
        if (item) {
            return item;
        }
    }
    return tree->item;
}

/* Text of a capture in a line that we format: what is not printable must not reach a terminal. */
static const char *printable(const KrrTree *tree, const char *text)
{
    return krr_format_text(tree->pinfo->pool, text);
}

/* A range as Wireshark wants it: inside the buffer, whatever the range says. */
static void place(const KrrTree *tree, KrrRange range, int *start, int *length)
{
    gsize available = tvb_captured_length(tree->tvb);

    if (range.offset > available || range.length > available - range.offset) {
        range = (KrrRange){0, available};
    }
    *start = (int)range.offset;
    *length = (int)range.length;
}

static proto_item *add_string(const KrrTree *tree, proto_tree *parent, int hf, KrrRange range,
                              const char *text)
{
    int start, length;

    place(tree, range, &start, &length);
    return proto_tree_add_string(parent, hf, tree->tvb, start, length, text);
}

/* As it stands in the document; nothing where the value is absent. */
static proto_item *add_value(const KrrTree *tree, proto_tree *parent, int hf, const KrrValue *value)
{
    return value->text ? add_string(tree, parent, hf, value->range, value->text) : NULL;
}

static proto_item *add_generated_string(const KrrTree *tree, proto_tree *parent, int hf,
                                        KrrRange range, const char *text)
{
    proto_item *item = add_string(tree, parent, hf, range, text);

    proto_item_set_generated(item);
    return item;
}

static void add_generated_uint(const KrrTree *tree, proto_tree *parent, int hf, KrrRange range,
                               guint number)
{
    int start, length;

    place(tree, range, &start, &length);
    proto_item_set_generated(proto_tree_add_uint(parent, hf, tree->tvb, start, length, number));
}

static proto_tree *add_subtree(const KrrTree *tree, proto_tree *parent, int hf, KrrRange range,
                               int ett, proto_item **item)
{
    int start, length;

    place(tree, range, &start, &length);
    *item = proto_tree_add_item(parent, hf, tree->tvb, start, length, ENC_NA);
    return proto_item_add_subtree(*item, ett);
}

static proto_item *add_time(const KrrTree *tree, proto_tree *parent, const Krr *krr)
{
    const KrrValue *value = &krr->values[KRR_ELEMENT_TIME];
    int start, length;

    if (!krr->time_valid) {
        return add_value(tree, parent, hf_krr_time_text, value);
    }
    const nstime_t time = krr_nstime(krr->time_ns);
    place(tree, value->range, &start, &length);
    return proto_tree_add_time(parent, hf_krr_values[KRR_ELEMENT_TIME], tree->tvb, start, length,
                               &time);
}

static void add_values(KrrTree *tree, proto_tree *parent, const Krr *krr)
{
    remember(tree, krr, KRR_ELEMENT_TIME, krr->values[KRR_ELEMENT_TIME].range,
             add_time(tree, parent, krr));
    for (KrrElement element = KRR_ELEMENT_CREATOR; element < KRR_N_VALUES; element++) {
        const KrrValue *value = &krr->values[element];
        remember(tree, krr, element, value->range,
                 add_value(tree, parent, hf_krr_values[element], value));
    }
}

static void add_list(KrrTree *tree, proto_tree *parent, const Krr *krr, KrrSide side)
{
    const KrrList *list = &krr->lists[side];
    char *text = krr_list_to_text(list);
    /* Wireshark may leave a function by longjmp: what it unwinds must be in its pool. */
    const char *pooled = wmem_strdup(tree->pinfo->pool, text);
    g_free(text);
    KrrRange range =
        list->kind == KRR_LIST_MISSING ? (KrrRange){krr->range.offset, 0} : list->range;
    int start, length;

    place(tree, range, &start, &length);
    proto_item *item = proto_tree_add_string_format_value(
        parent, hf_krr_lists[side], tree->tvb, start, length, pooled, "%s",
        list_meaning[list->kind] ? list_meaning[list->kind] : printable(tree, pooled));
    proto_tree *list_tree = proto_item_add_subtree(item, ett_krr_list);
    if (list->kind == KRR_LIST_MISSING) {
        proto_item_set_generated(item);
    }
    remember(tree, krr, krr_side_element(side), list->range, item);

    add_generated_uint(tree, list_tree, hf_krr_list_kinds[side], range, list->kind);
    for (guint i = 0; i < list->kms->len; i++) {
        const KrrValue *kms = g_ptr_array_index(list->kms, i);
        const char *name = kms->text ? kms->text : "";
        place(tree, kms->range, &start, &length);
        item = proto_tree_add_string_format(list_tree, hf_krr_list_kms[side], tree->tvb, start,
                                            length, name, "%u. %s", i + 1, printable(tree, name));
        remember(tree, krr, KRR_ELEMENT_UNKNOWN, kms->range, item);
    }
}

static void add_certificates(const KrrTree *tree, proto_tree *parent, const GPtrArray *certificates)
{
    for (guint i = 0; i < MIN(certificates->len, SHOWN_CERTIFICATES); i++) {
        const KrrValue *certificate = g_ptr_array_index(certificates, i);
        proto_item *item = add_value(tree, parent, hf_krr_signature_certificate, certificate);
        if (certificate->text) {
            krr_x509_add(tree->tvb, tree->pinfo, proto_item_add_subtree(item, ett_krr_certificate),
                         certificate->text);
        }
    }
}

/* What time has done to the signer's certificate since the KRR was made; NULL: nothing. */
static const char *note_on_time(const KrrTree *tree, const KrrVerdict *verdict)
{
    return verdict->signer && tree->pinfo->abs_ts.secs > verdict->not_after
               ? "the certificate had expired when this was captured"
               : NULL;
}

/* What came of verifying it: nothing of this stands in the document. */
static void add_verdict(const KrrTree *tree, proto_tree *parent, const KrrSignature *signature)
{
    const KrrVerdict *verdict = &signature->verdict;
    const struct {
        int hf;
        const char *text;
    } items[] = {
        {hf_krr_signature_status, krr_signature_status_name(verdict->status)},
        {hf_krr_signature_reason, verdict->reason},
        {hf_krr_signature_signer, verdict->signer},
        {hf_krr_signature_note, note_on_time(tree, verdict)},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(items); i++) {
        if (items[i].text) {
            add_generated_string(tree, parent, items[i].hf, signature->range, items[i].text);
        }
    }
}

static void add_signature(KrrTree *tree, proto_tree *parent, const Krr *krr)
{
    const KrrSignature *signature = &krr->signature;
    proto_item *item;

    if (!signature->present) {
        add_generated_string(tree, parent, hf_krr_signature_status,
                             (KrrRange){krr->range.offset, 0},
                             krr_signature_status_name(signature->verdict.status));
        return;
    }
    proto_tree *subtree =
        add_subtree(tree, parent, hf_krr_signature, signature->range, ett_krr_signature, &item);
    proto_item_append_text(item, ": %s", krr_signature_status_name(signature->verdict.status));
    if (signature->verdict.signer) {
        proto_item_append_text(item, ", by %s", printable(tree, signature->verdict.signer));
    }
    remember(tree, krr, KRR_ELEMENT_UNKNOWN, signature->range, item);

    const KrrSource *source = krr_origin_of(tree->origin, krr);
    const struct {
        int hf;
        const KrrValue *value;
    } claims[] = {
        {hf_krr_signature_canonicalization, &signature->canonicalization},
        {hf_krr_signature_algorithm, &signature->algorithm},
        {hf_krr_signature_reference, &signature->reference},
        {hf_krr_signature_digest_algorithm, &signature->digest_algorithm},
        {hf_krr_signature_value, &source->signature_value},
    };
    add_verdict(tree, subtree, signature);
    for (gsize i = 0; i < G_N_ELEMENTS(claims); i++) {
        add_value(tree, subtree, claims[i].hf, claims[i].value);
    }
    add_certificates(tree, subtree, source->certificates);
}

static void add_unrecognised(KrrTree *tree, proto_tree *parent, const Krr *krr)
{
    for (guint i = 0; i < krr->unrecognised->len; i++) {
        const KrrUnrecognised *element = g_ptr_array_index(krr->unrecognised, i);
        proto_item *item =
            add_string(tree, parent, hf_krr_unrecognised, element->range, element->name);
        proto_tree *subtree = proto_item_add_subtree(item, ett_krr_unrecognised);
        remember(tree, krr, KRR_ELEMENT_UNKNOWN, element->range, item);
        add_generated_string(tree, subtree, hf_krr_unrecognised_reason, element->range,
                             element->reason);
        if (element->text && *element->text) {
            add_string(tree, subtree, hf_krr_unrecognised_text, element->range, element->text);
        }
    }
}

/* The depth is bounded by KRR_MAX_DEPTH. */
static void add_krr(KrrTree *tree, proto_tree *parent, const Krr *krr)
{
    proto_item *item;

    add_value(tree, parent, hf_krr_version, &krr->version);
    add_value(tree, parent, hf_krr_id, &krr->id);
    add_values(tree, parent, krr);
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        add_list(tree, parent, krr, side);
    }
    add_signature(tree, parent, krr);
    add_unrecognised(tree, parent, krr);
    add_generated_uint(tree, parent, hf_krr_depth, krr->range, krr->depth);
    add_generated_uint(tree, parent, hf_krr_sub_krrs, krr->range, krr->sub_krrs);
    if (krr->digest) {
        add_generated_string(tree, parent, hf_krr_digest, krr->range, krr->digest);
    }
    for (guint i = 0; i < krr->embedded->len; i++) {
        const Krr *sub = g_ptr_array_index(krr->embedded, i);
        const char *creator = krr_text(sub, KRR_ELEMENT_CREATOR);
        proto_tree *subtree = add_subtree(tree, parent, hf_krr_sub_krr, sub->range, ett_krr, &item);
        proto_item_append_text(item, " at depth %u by %s: %s", sub->depth,
                               creator ? printable(tree, creator) : "nobody named",
                               krr_tree_summary(tree->pinfo, sub));
        remember(tree, sub, KRR_ELEMENT_KRR, sub->range, item);
        add_krr(tree, subtree, sub);
    }
}

KrrTree *krr_tree_add(proto_item *item, tvbuff_t *tvb, packet_info *pinfo,
                      const KrrDocument *document)
{
    KrrTree *tree = wmem_new(pinfo->pool, KrrTree);
    proto_tree *parent = proto_item_add_subtree(item, ett_krr);

    *tree = (KrrTree){
        .item = item,
        .tvb = tvb,
        .pinfo = pinfo,
        .origin = document->origin,
        .has_ranges = document->has_ranges,
        .items = wmem_map_new(pinfo->pool, item_key_hash, item_key_equal),
    };
    for (guint i = 0; item && i < document->krrs->len; i++) {
        const Krr *krr = g_ptr_array_index(document->krrs, i);
        proto_item *krr_item = item;
        proto_tree *krr_tree = parent;
        if (document->kind == KRR_DOCUMENT_KMS_REQUEST) {
            krr_tree = add_subtree(tree, parent, hf_krr_uploaded, krr->range, ett_krr, &krr_item);
            proto_item_append_text(krr_item, " %u of %u: %s", i + 1, document->krrs->len,
                                   krr_tree_summary(pinfo, krr));
        }
        remember(tree, krr, KRR_ELEMENT_KRR, krr->range, krr_item);
        add_krr(tree, krr_tree, krr);
    }
    return tree;
}

/* "receiver KMS -> a or b"; nothing for a list that leaves all open. */
static void summarise_list(wmem_strbuf_t *line, packet_info *pinfo, const KrrList *list,
                           KrrSide side)
{
    const char *separator = wmem_strbuf_get_len(line) > 0 ? ", " : "";

    switch (list->kind) {
    case KRR_LIST_ANY:
        return;
    case KRR_LIST_MISSING:
        wmem_strbuf_append_printf(line, "%sno %s list", separator, krr_side_name(side));
        return;
    case KRR_LIST_EMPTY:
        wmem_strbuf_append_printf(line, "%sno %s KMS acceptable", separator, krr_side_name(side));
        return;
    case KRR_LIST_LISTED:
        break;
    }
    wmem_strbuf_append_printf(line, "%s%s KMS -> ", separator, krr_side_name(side));
    for (guint i = 0; i < MIN(list->kms->len, SUMMARY_KMS); i++) {
        const KrrValue *kms = g_ptr_array_index(list->kms, i);
        wmem_strbuf_append_printf(line, "%s%s", i > 0 ? " or " : "",
                                  krr_short_text(pinfo->pool, kms->text ? kms->text : ""));
    }
    if (list->kms->len > SUMMARY_KMS) {
        wmem_strbuf_append_printf(line, " or %u more", list->kms->len - SUMMARY_KMS);
    }
}

const char *krr_tree_summary(packet_info *pinfo, const Krr *krr)
{
    wmem_strbuf_t *line = wmem_strbuf_new(pinfo->pool, "");

    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        summarise_list(line, pinfo, &krr->lists[side], side);
    }
    if (wmem_strbuf_get_len(line) == 0) {
        wmem_strbuf_append(line, "any KMS acceptable");
    }
    if (krr->sub_krrs > 0) {
        wmem_strbuf_append_printf(line, ", %u sub-KRR%s", krr->sub_krrs,
                                  krr->sub_krrs == 1 ? "" : "s");
    }
    if (krr->signature.present) {
        wmem_strbuf_append_printf(line, ", signature %s",
                                  krr_signature_status_name(krr->signature.verdict.status));
    } else {
        wmem_strbuf_append(line, ", unsigned");
    }
    return wmem_strbuf_get_str(line);
}

int krr_tree_ett(void)
{
    return ett_krr;
}

void krr_tree_register(int proto)
{
#define TEXT_FIELD(hf, name, abbrev, blurb)                                                        \
    {                                                                                              \
        &(hf),                                                                                     \
        {                                                                                          \
            name, "krr." abbrev, FT_STRING, BASE_NONE, NULL, 0, blurb, HFILL                       \
        }                                                                                          \
    }
#define SUBTREE_FIELD(hf, name, abbrev, blurb)                                                     \
    {                                                                                              \
        &(hf),                                                                                     \
        {                                                                                          \
            name, "krr." abbrev, FT_NONE, BASE_NONE, NULL, 0, blurb, HFILL                         \
        }                                                                                          \
    }
#define NUMBER_FIELD(hf, name, abbrev, strings, blurb)                                             \
    {                                                                                              \
        &(hf),                                                                                     \
        {                                                                                          \
            name, "krr." abbrev, FT_UINT32, BASE_DEC, strings, 0, blurb, HFILL                     \
        }                                                                                          \
    }
    static hf_register_info fields[] = {
        SUBTREE_FIELD(hf_krr_uploaded, "Uploaded KRR", "uploaded", "A KRR in a request to a KMS"),
        SUBTREE_FIELD(hf_krr_sub_krr, "Sub-KRR", "sub_krr", "A KRR embedded in another"),
        TEXT_FIELD(hf_krr_version, "Version", "version", NULL),
        TEXT_FIELD(hf_krr_id, "Id", "id", NULL),
        {&hf_krr_values[KRR_ELEMENT_TIME],
         {"Time", "krr.time", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC, NULL, 0,
          "Date and time of the KRR", HFILL}},
        TEXT_FIELD(hf_krr_time_text, "Time", "time_text", "A time that is no xsd:dateTime"),
        TEXT_FIELD(hf_krr_values[KRR_ELEMENT_CREATOR], "Creator", "creator",
                   "Identity of the entity that made the KRR"),
        TEXT_FIELD(hf_krr_values[KRR_ELEMENT_IDRI], "Initiator (IDRi)", "idri",
                   "Initiating identity of the rejected MIKEY message"),
        TEXT_FIELD(hf_krr_values[KRR_ELEMENT_IDRR], "Receiver (IDRr)", "idrr",
                   "Receiving identity of the rejected MIKEY message"),
        TEXT_FIELD(hf_krr_values[KRR_ELEMENT_IDRKMSI], "Initiator's KMS (IDRkmsi)", "idrkmsi",
                   "KMS of the initiator in the rejected MIKEY message"),
        TEXT_FIELD(hf_krr_values[KRR_ELEMENT_IDRKMSR], "Receiver's KMS (IDRkmsr)", "idrkmsr",
                   "KMS of the receiver in the rejected MIKEY message"),
        TEXT_FIELD(hf_krr_lists[KRR_INITIATOR], "Initiator list", "initiator_list",
                   "KMSs acceptable for the initiator, the preferred one first"),
        NUMBER_FIELD(hf_krr_list_kinds[KRR_INITIATOR], "Kind", "initiator_list.kind",
                     VALS(list_kind_vals), "What the initiator list says"),
        TEXT_FIELD(hf_krr_list_kms[KRR_INITIATOR], "KMS", "initiator_list.kms",
                   "A KMS acceptable for the initiator"),
        TEXT_FIELD(hf_krr_lists[KRR_RECEIVER], "Receiver list", "receiver_list",
                   "KMSs acceptable for the receiver, the preferred one first"),
        NUMBER_FIELD(hf_krr_list_kinds[KRR_RECEIVER], "Kind", "receiver_list.kind",
                     VALS(list_kind_vals), "What the receiver list says"),
        TEXT_FIELD(hf_krr_list_kms[KRR_RECEIVER], "KMS", "receiver_list.kms",
                   "A KMS acceptable for the receiver"),
        NUMBER_FIELD(hf_krr_depth, "Depth", "depth", NULL,
                     "How deep the KRR is embedded; 0: not at all"),
        NUMBER_FIELD(hf_krr_sub_krrs, "Sub-KRRs", "sub_krrs", NULL,
                     "KRRs embedded beneath this one, at any depth"),
        TEXT_FIELD(hf_krr_digest, "Digest", "digest",
                   "SHA-256 of the KRR in canonical form: the same on every hop"),
        SUBTREE_FIELD(hf_krr_signature, "Signature", "signature", "XML signature of the KRR"),
        TEXT_FIELD(hf_krr_signature_status, "Signature status", "signature.status",
                   "Whether there is a signature, and whether it holds"),
        TEXT_FIELD(hf_krr_signature_reason, "Reason", "signature.reason",
                   "Why the signature is not valid"),
        TEXT_FIELD(hf_krr_signature_signer, "Signer", "signature.signer",
                   "Whom the signer's certificate names; proven only where the signature is valid"),
        TEXT_FIELD(hf_krr_signature_note, "Note", "signature.note",
                   "What else is to be said of the signer's certificate"),
        TEXT_FIELD(hf_krr_signature_algorithm, "Algorithm", "signature.algorithm",
                   "Signature algorithm"),
        TEXT_FIELD(hf_krr_signature_digest_algorithm, "Digest algorithm",
                   "signature.digest_algorithm", NULL),
        TEXT_FIELD(hf_krr_signature_canonicalization, "Canonicalization",
                   "signature.canonicalization", "Canonicalization algorithm"),
        TEXT_FIELD(hf_krr_signature_reference, "Reference", "signature.reference",
                   "What the signature says that it covers; empty: the whole document"),
        TEXT_FIELD(hf_krr_signature_certificate, "Certificate", "signature.certificate",
                   "X.509 certificate, base64"),
        TEXT_FIELD(hf_krr_signature_value, "Value", "signature.value", "Signature value, base64"),
        TEXT_FIELD(hf_krr_unrecognised, "Unrecognised", "unrecognised",
                   "Something that was not read as part of the KRR"),
        TEXT_FIELD(hf_krr_unrecognised_reason, "Reason", "unrecognised.reason",
                   "Why it was not read"),
        TEXT_FIELD(hf_krr_unrecognised_text, "Text", "unrecognised.text", "Its text content"),
    };
#undef TEXT_FIELD
#undef SUBTREE_FIELD
#undef NUMBER_FIELD
    static int *subtrees[] = {&ett_krr, &ett_krr_list, &ett_krr_signature, &ett_krr_certificate,
                              &ett_krr_unrecognised};

    proto_register_field_array(proto, fields, G_N_ELEMENTS(fields));
    proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
}
