/* krr-document.c
 * One KMS Redirect Response document: the parsed tree as a tree of KRRs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-document.h"

#include <string.h>

#include "core/document/krr-canonical.h"
#include "core/document/krr-keeping.h"
#include "core/document/krr-parser.h"
#include "core/document/krr-signature-claims.h"

#define XML_SPACE " \t\r\n"
/* Of an element that is not read, enough of its text to recognise it. */
#define UNRECOGNISED_TEXT_BYTES 256
/* Of an error, which quotes names of the document. */
#define ERROR_BYTES 256

/* While one document is read. */
typedef struct Reader {
    KrrDocument *document;
    const KrrVocabulary *vocabulary;
    const KrrParse *parse;
    const guint8 *bytes;
} Reader;

static Krr *read_krr(Reader *reader, xmlNodePtr element, guint depth, bool is_list);

/* ---- freeing ---- */

static void value_clear(KrrValue *value)
{
    g_clear_pointer(&value->text, g_free);
}

void krr_value_free(gpointer data)
{
    KrrValue *value = data;

    value_clear(value);
    g_free(value);
}

static void unrecognised_free(gpointer data)
{
    KrrUnrecognised *unrecognised = data;

    g_free(unrecognised->name);
    g_free(unrecognised->reason);
    g_free(unrecognised->text);
    g_free(unrecognised);
}

static void krr_free(gpointer data)
{
    Krr *krr = data;

    g_free(krr->digest);
    value_clear(&krr->version);
    value_clear(&krr->id);
    for (KrrElement element = 0; element < KRR_N_VALUES; element++) {
        value_clear(&krr->values[element]);
    }
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        g_ptr_array_unref(krr->lists[side].kms);
    }
    krr_signature_clear(&krr->signature);
    g_ptr_array_unref(krr->embedded);
    g_ptr_array_unref(krr->unrecognised);
    g_free(krr);
}

/* The depth is bounded by KRR_MAX_DEPTH. */
static void forget_nodes(const GPtrArray *krrs)
{
    for (guint i = 0; i < krrs->len; i++) {
        Krr *krr = g_ptr_array_index(krrs, i);
        krr->node = NULL;
        krr_signature_forget(&krr->signature);
        forget_nodes(krr->embedded);
    }
}

void krr_document_drop_tree(KrrDocument *document)
{
    if (!document->texts) {
        forget_nodes(document->krrs); /* else the texts to forget are not its own */
        g_clear_pointer(&document->xml, xmlFreeDoc);
        g_clear_pointer(&document->octets, g_bytes_unref);
    }
}

/* The depth is bounded by KRR_MAX_DEPTH. */
static void collect_krrs(const GPtrArray *from, GPtrArray *krrs)
{
    for (guint i = 0; i < from->len; i++) {
        Krr *krr = g_ptr_array_index(from, i);
        g_ptr_array_add(krrs, krr);
        collect_krrs(krr->embedded, krrs);
    }
}

GPtrArray *krr_document_all_krrs(const KrrDocument *document)
{
    GPtrArray *krrs = g_ptr_array_new();

    collect_krrs(document->krrs, krrs);
    return krrs;
}

KrrDocument *krr_document_ref(KrrDocument *document)
{
    g_atomic_int_inc(&document->references);
    return document;
}

void krr_document_unref(KrrDocument *document)
{
    if (document && g_atomic_int_dec_and_test(&document->references)) {
        krr_document_unshare(document);
        g_ptr_array_unref(document->krrs);
        xmlFreeDoc(document->xml);
        g_clear_pointer(&document->octets, g_bytes_unref);
        g_free(document->error);
        g_free(document->body_digest);
        g_free(document);
    }
}

/* ---- texts and ranges ---- */

static KrrRange range_of(const Reader *reader, gsize start, gsize end)
{
    if (!reader->parse->has_ranges) {
        return (KrrRange){0, reader->document->length};
    }
    return (KrrRange){start, end > start ? end - start : 0};
}

static KrrRange element_range(const Reader *reader, const xmlNode *element)
{
    const KrrExtent *extent = krr_parse_extent(reader->parse, element);

    return range_of(reader, extent->start, extent->end);
}

/* The content of an element without the white space at its ends. */
static KrrRange content_range(const Reader *reader, const xmlNode *element)
{
    const KrrExtent *extent = krr_parse_extent(reader->parse, element);
    gsize start = extent->content;
    gsize end = extent->content_end;

    if (!reader->parse->has_ranges) {
        return range_of(reader, 0, 0);
    }
    while (start < end && strchr(XML_SPACE, reader->bytes[start])) {
        start++;
    }
    while (end > start && strchr(XML_SPACE, reader->bytes[end - 1])) {
        end--;
    }
    return range_of(reader, start, end);
}

/* Drops white space at both ends; NULL for what is then empty. Takes libxml2's text. */
static char *trimmed(xmlChar *text)
{
    if (!text) {
        return NULL;
    }
    const char *start = (const char *)text + strspn((const char *)text, XML_SPACE);
    size_t length = strlen(start);
    while (length > 0 && strchr(XML_SPACE, start[length - 1])) {
        length--;
    }
    char *result = length > 0 ? g_strndup(start, length) : NULL;
    xmlFree(text);
    return result;
}

/* The value of an element: its whole text, whatever comments and sections cut it. */
static KrrValue element_value(const Reader *reader, xmlNodePtr element)
{
    char *text = trimmed(xmlNodeGetContent(element));

    return (KrrValue){text, text ? content_range(reader, element) : element_range(reader, element)};
}

static KrrValue attribute_value(const Reader *reader, xmlNodePtr element, const char *name)
{
    const KrrExtent *extent = krr_parse_extent(reader->parse, element);
    KrrValue value = {trimmed(xmlGetNoNsProp(element, BAD_CAST name)), {0, 0}};

    if (value.text) {
        value.range = range_of(reader, extent->start, extent->content);
    }
    return value;
}

static bool in_namespace(const xmlNode *element, const char *uri)
{
    return element->ns && xmlStrEqual(element->ns->href, BAD_CAST uri);
}

static KrrElement meaning(const Reader *reader, const xmlNode *element)
{
    return krr_vocabulary_lookup(reader->vocabulary, (const char *)element->name);
}

/* Notes something that is not read. Takes the reason. */
static void not_read(const Reader *reader, Krr *krr, xmlNodePtr element, char *reason)
{
    KrrUnrecognised *unrecognised = g_new0(KrrUnrecognised, 1);
    g_autofree char *text = trimmed(xmlNodeGetContent(element));

    unrecognised->name = element->ns && !in_namespace(element, KRR_NAMESPACE)
                             ? g_strdup_printf("{%s}%s", element->ns->href, element->name)
                             : g_strdup((const char *)element->name);
    unrecognised->reason = reason;
    if (text) {
        g_autofree char *start = g_strndup(text, UNRECOGNISED_TEXT_BYTES);
        unrecognised->text = g_utf8_make_valid(start, -1);
    }
    unrecognised->range = element_range(reader, element);
    g_ptr_array_add(krr->unrecognised, unrecognised);
}

/* ---- lists ---- */

static bool says_any(const char *text)
{
    return text && g_ascii_strcasecmp(text, "ANY") == 0;
}

static void read_member(const Reader *reader, Krr *krr, KrrList *list, xmlNodePtr member,
                        guint *anys)
{
    KrrElement element = meaning(reader, member);

    if (element == KRR_ELEMENT_ANY) {
        (*anys)++;
        return;
    }
    if (element != KRR_ELEMENT_KMS) {
        not_read(reader, krr, member, g_strdup("no member of a list of KMSs"));
        return;
    }
    KrrValue value = element_value(reader, member);
    if (says_any(value.text)) {
        (*anys)++;
        value_clear(&value);
    } else if (!value.text) {
        not_read(reader, krr, member, g_strdup("a KMS URI without text"));
    } else {
        g_ptr_array_add(list->kms, g_memdup2(&value, sizeof(value)));
    }
}

/* The text that stands in an element itself, its children excluded. */
static char *own_text(const xmlNode *element)
{
    GString *text = g_string_new(NULL);

    for (xmlNodePtr child = element->children; child; child = child->next) {
        if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
            g_string_append(text, (const char *)child->content);
        }
    }
    char *result = trimmed(xmlStrdup(BAD_CAST text->str));
    g_string_free(text, TRUE);
    return result;
}

static void read_list(const Reader *reader, Krr *krr, KrrSide side, xmlNodePtr element)
{
    KrrList *list = &krr->lists[side];
    guint anys = 0;
    g_autofree char *text = own_text(element);

    list->range = element_range(reader, element);
    for (xmlNodePtr child = element->children; child; child = child->next) {
        if (child->type == XML_ELEMENT_NODE) {
            read_member(reader, krr, list, child, &anys);
        }
    }
    if (says_any(text)) {
        anys++;
    } else if (text) {
        not_read(reader, krr, element, g_strdup("text beside the members of the list"));
    }
    if (list->kms->len > 0) {
        list->kind = KRR_LIST_LISTED;
        if (anys > 0) {
            /* Read the stricter way: who offers everything need not list anything. */
            not_read(reader, krr, element, g_strdup("ANY beside KMS URIs"));
        }
    } else {
        list->kind = anys > 0 ? KRR_LIST_ANY : KRR_LIST_EMPTY;
    }
}

/* ---- KRRs ---- */

static void read_value(const Reader *reader, Krr *krr, KrrElement element, xmlNodePtr child)
{
    krr->values[element] = element_value(reader, child);
    for (xmlNodePtr inner = child->children; inner; inner = inner->next) {
        if (inner->type == XML_ELEMENT_NODE) {
            not_read(reader, krr, inner, g_strdup_printf("an element inside %s", child->name));
        }
    }
}

static void read_embedded(Reader *reader, Krr *krr, xmlNodePtr element)
{
    if (krr->depth + 1 > KRR_MAX_DEPTH) {
        if (!reader->document->error) {
            reader->document->error =
                g_strdup_printf("there are more than %d levels of sub-KRRs", KRR_MAX_DEPTH);
            reader->document->error_offset = element_range(reader, element).offset;
        }
        return;
    }
    if (krr->embedded->len > 0) {
        not_read(reader, krr, element, g_strdup("a second embedded KRR"));
    }
    g_ptr_array_add(krr->embedded, read_krr(reader, element, krr->depth + 1, false));
}

static void read_signature(const Reader *reader, Krr *krr, xmlNodePtr element)
{
    if (krr->signature.present) {
        not_read(reader, krr, element, g_strdup("a second Signature"));
        g_ptr_array_add(krr->signature.nodes, element);
    } else {
        krr_signature_read(&krr->signature, element, reader->parse, reader->document->length);
    }
}

/* Looks into a wrapper around the embedded KRR. The signature in a signed wrapper is the KRR's. */
static void read_wrapper(Reader *reader, Krr *krr, xmlNodePtr wrapper)
{
    guint before = krr->embedded->len;

    for (xmlNodePtr child = wrapper->children; child; child = child->next) {
        if (child->type != XML_ELEMENT_NODE || krr_is_signature(child)) {
            continue;
        }
        KrrElement element = meaning(reader, child);
        if (element == KRR_ELEMENT_KRR) {
            read_embedded(reader, krr, child);
        } else if (element == KRR_ELEMENT_SIGNED &&
                   meaning(reader, wrapper) == KRR_ELEMENT_EMBEDDED) {
            read_wrapper(reader, krr, child);
        } else {
            not_read(reader, krr, child, g_strdup("not in the vocabulary"));
        }
    }
    for (xmlNodePtr child = wrapper->children; child; child = child->next) {
        if (krr_is_signature(child) && krr->embedded->len > before) {
            read_signature(reader, g_ptr_array_index(krr->embedded, before), child);
        }
    }
}

static const struct {
    KrrElement element;
    KrrSide side;
} list_sides[] = {
    {KRR_ELEMENT_INITIATOR_LIST, KRR_INITIATOR},
    {KRR_ELEMENT_RECEIVER_LIST, KRR_RECEIVER},
};

static KrrSide side_of(KrrElement element)
{
    for (guint i = 0; i < G_N_ELEMENTS(list_sides); i++) {
        if (list_sides[i].element == element) {
            return list_sides[i].side;
        }
    }
    return KRR_N_SIDES;
}

/* @param seen  bits of the fields read so far */
static void read_child(Reader *reader, Krr *krr, xmlNodePtr child, guint *seen)
{
    KrrElement element = meaning(reader, child);
    KrrSide side = side_of(element);

    if (element < KRR_N_REQUIRED) {
        if (*seen & (1u << element)) {
            not_read(reader, krr, child,
                     g_strdup_printf("a second %s", krr_vocabulary_name(element)));
            return;
        }
        *seen |= 1u << element;
    }
    if (element < KRR_N_VALUES) {
        read_value(reader, krr, element, child);
    } else if (side != KRR_N_SIDES) {
        read_list(reader, krr, side, child);
    } else if (element == KRR_ELEMENT_KRR) {
        read_embedded(reader, krr, child);
    } else if (element == KRR_ELEMENT_EMBEDDED || element == KRR_ELEMENT_SIGNED) {
        read_wrapper(reader, krr, child);
    } else {
        not_read(reader, krr, child, g_strdup("not in the vocabulary"));
    }
}

/* Is a child in the namespace of the KRR that holds it, or a KRR under whatever namespace? Local
 *  elements of a schema may also stand in no namespace. */
static bool speaks_our_language(const Reader *reader, const xmlNode *krr, const xmlNode *child)
{
    KrrElement element = meaning(reader, child);

    return !child->ns || in_namespace(child, KRR_NAMESPACE) ||
           (krr->ns && xmlStrEqual(child->ns->href, krr->ns->href)) || element == KRR_ELEMENT_KRR ||
           element == KRR_ELEMENT_EMBEDDED || element == KRR_ELEMENT_SIGNED;
}

static void read_children(Reader *reader, Krr *krr, xmlNodePtr element)
{
    guint seen = 0;

    for (xmlNodePtr child = element->children; child; child = child->next) {
        if (child->type != XML_ELEMENT_NODE) {
            continue;
        }
        if (krr_is_signature(child)) {
            read_signature(reader, krr, child);
        } else if (speaks_our_language(reader, element, child)) {
            read_child(reader, krr, child, &seen);
        } else {
            not_read(reader, krr, child, g_strdup("of a foreign namespace"));
        }
    }
}

static void note_namespace(const Reader *reader, Krr *krr, xmlNodePtr element, bool is_list)
{
    if (!is_list && !in_namespace(element, KRR_NAMESPACE)) {
        not_read(reader, krr, element,
                 g_strdup("read, although it is not in the namespace " KRR_NAMESPACE));
    }
}

/* @param is_list  a KrrList that itself is a KRR */
static Krr *read_krr(Reader *reader, xmlNodePtr element, guint depth, bool is_list)
{
    Krr *krr = g_new0(Krr, 1);
    const char *time;

    krr->node = element;
    krr->is_list = is_list;
    krr->range = element_range(reader, element);
    krr->depth = depth;
    krr->embedded = g_ptr_array_new_with_free_func(krr_free);
    krr->unrecognised = g_ptr_array_new_with_free_func(unrecognised_free);
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        krr->lists[side].kms = g_ptr_array_new_with_free_func(krr_value_free);
    }
    krr->version = attribute_value(reader, element, "Version");
    krr->id = attribute_value(reader, element, "Id");
    note_namespace(reader, krr, element, is_list);
    read_children(reader, krr, element);
    time = krr_text(krr, KRR_ELEMENT_TIME);
    krr->time_valid = time && krr_time_parse(time, &krr->time_ns);
    for (guint i = 0; i < krr->embedded->len; i++) {
        krr->sub_krrs += 1 + ((const Krr *)krr->embedded->pdata[i])->sub_krrs;
    }
    krr->digest = krr_canonical_digest(element, is_list);
    return krr;
}

/* ---- roots ---- */

static void take_krr(Reader *reader, xmlNodePtr element, bool is_list)
{
    g_ptr_array_add(reader->document->krrs, read_krr(reader, element, 0, is_list));
}

static void read_krr_root(Reader *reader, xmlNodePtr root)
{
    reader->document->kind = KRR_DOCUMENT_KRR;
    take_krr(reader, root, false);
}

static xmlNodePtr first_child(const Reader *reader, const xmlNode *element, KrrElement wanted)
{
    for (xmlNodePtr child = element->children; child; child = child->next) {
        if (child->type == XML_ELEMENT_NODE && meaning(reader, child) == wanted) {
            return child;
        }
    }
    return NULL;
}

/* Takes the KRR in a wrapper that holds it and its signature side by side; false without one. */
static bool take_signed(Reader *reader, xmlNodePtr wrapper)
{
    xmlNodePtr inner = first_child(reader, wrapper, KRR_ELEMENT_KRR);

    if (!inner) {
        return false;
    }
    take_krr(reader, inner, false);
    Krr *krr = g_ptr_array_index(reader->document->krrs, reader->document->krrs->len - 1);
    for (xmlNodePtr child = wrapper->children; child; child = child->next) {
        if (child->type != XML_ELEMENT_NODE || child == inner) {
            continue;
        }
        if (krr_is_signature(child)) {
            read_signature(reader, krr, child);
        } else {
            not_read(reader, krr, child, g_strdup_printf("beside the KRR in %s", wrapper->name));
        }
    }
    return true;
}

static void read_signed_root(Reader *reader, xmlNodePtr root)
{
    if (take_signed(reader, root)) {
        reader->document->kind = KRR_DOCUMENT_KRR;
    } else {
        reader->document->error =
            g_strdup_printf("%s holds no %s", root->name, krr_vocabulary_name(KRR_ELEMENT_KRR));
    }
}

/* A KrrList holds KRRs, signed or not, or is one. */
static void read_krr_list(Reader *reader, xmlNodePtr list)
{
    bool is_krr = first_child(reader, list, KRR_ELEMENT_CREATOR);
    bool holds_krrs = false;

    for (xmlNodePtr child = list->children; child && !is_krr; child = child->next) {
        if (child->type != XML_ELEMENT_NODE) {
            continue;
        }
        if (meaning(reader, child) == KRR_ELEMENT_KRR) {
            take_krr(reader, child, false);
            holds_krrs = true;
        } else if (meaning(reader, child) == KRR_ELEMENT_SIGNED) {
            holds_krrs |= take_signed(reader, child);
        }
    }
    if (!holds_krrs && xmlFirstElementChild(list)) {
        take_krr(reader, list, true);
    }
}

/* KrrList elements of a request; the depth is bounded by KRR_MAX_ELEMENT_DEPTH. */
static void find_krr_lists(Reader *reader, xmlNodePtr element)
{
    for (xmlNodePtr child = element->children; child; child = child->next) {
        if (child->type != XML_ELEMENT_NODE) {
            continue;
        }
        if (xmlStrEqual(child->name, BAD_CAST "KrrList")) {
            read_krr_list(reader, child);
        } else {
            find_krr_lists(reader, child);
        }
    }
}

static void read_request_root(Reader *reader, xmlNodePtr root)
{
    reader->document->kind = KRR_DOCUMENT_KMS_REQUEST;
    find_krr_lists(reader, root);
}

static void read_root(Reader *reader, xmlNodePtr root)
{
    KrrElement element = meaning(reader, root);

    if (element == KRR_ELEMENT_KRR) {
        read_krr_root(reader, root);
    } else if (element == KRR_ELEMENT_SIGNED) {
        read_signed_root(reader, root);
    } else if (xmlStrEqual(root->name, BAD_CAST "KmsRequest") ||
               xmlStrEqual(root->name, BAD_CAST "SignedKmsRequest")) {
        read_request_root(reader, root);
    } else {
        reader->document->error = g_strdup_printf(
            "its root element is %s%s%s%s, not a KMS Redirect Response", root->ns ? "{" : "",
            root->ns ? (const char *)root->ns->href : "", root->ns ? "}" : "", root->name);
    }
}

/* An error as one line of bounded length, whatever names of the document it quotes. */
static char *one_line(char *error)
{
    if (!error) {
        return NULL;
    }
    bool cut = strlen(error) > ERROR_BYTES;
    g_autofree char *start = g_strndup(error, ERROR_BYTES);
    char *line = g_utf8_make_valid(start, -1);
    for (char *c = line; *c; c++) {
        *c = g_ascii_iscntrl(*c) ? ' ' : *c;
    }
    g_free(error);
    if (cut) {
        g_autofree char *whole = line;
        line = g_strconcat(whole, "...", NULL);
    }
    return line;
}

KrrDocument *krr_document_parse(const guint8 *bytes, gsize length, const KrrVocabulary *vocabulary)
{
    g_autoptr(KrrParse) parse = krr_parse_new(bytes, length);
    KrrDocument *document = g_new0(KrrDocument, 1);
    Reader reader = {document, vocabulary, parse, bytes};

    document->references = 1;
    document->kind = KRR_DOCUMENT_MALFORMED;
    document->length = length;
    document->octets = g_bytes_new(bytes, length);
    document->has_ranges = parse->has_ranges;
    document->body_digest = krr_sha256_hex(bytes, length);
    document->krrs = g_ptr_array_new_with_free_func(krr_free);
    document->error = g_steal_pointer(&parse->error);
    document->error_offset = parse->error_offset;
    if (parse->xml) {
        document->xml = parse->xml;
        read_root(&reader, xmlDocGetRootElement(parse->xml));
        parse->xml = NULL;
    }
    document->error = one_line(document->error);
    return document;
}

/* ---- questions ---- */

bool krr_list_allows(const KrrList *list, const char *kms)
{
    if (list->kind == KRR_LIST_ANY) {
        return true;
    }
    for (guint i = 0; i < list->kms->len; i++) {
        if (g_str_equal(((const KrrValue *)list->kms->pdata[i])->text, kms)) {
            return true;
        }
    }
    return false;
}

char *krr_list_to_text(const KrrList *list)
{
    if (list->kind == KRR_LIST_ANY) {
        return g_strdup("ANY");
    }
    if (list->kind != KRR_LIST_LISTED) {
        return g_strdup(krr_list_kind_name(list->kind));
    }
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < list->kms->len; i++) {
        g_string_append_printf(text, "%s%s", i ? ", " : "",
                               ((const KrrValue *)list->kms->pdata[i])->text);
    }
    return g_string_free(text, FALSE);
}

const char *krr_list_kind_name(KrrListKind kind)
{
    static const char *const names[] = {
        [KRR_LIST_MISSING] = "missing",
        [KRR_LIST_ANY] = "any",
        [KRR_LIST_EMPTY] = "empty",
        [KRR_LIST_LISTED] = "listed",
    };

    return names[kind];
}

const char *krr_side_name(KrrSide side)
{
    return side == KRR_INITIATOR ? "initiator" : "receiver";
}
