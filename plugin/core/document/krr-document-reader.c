/* krr-document-reader.c
 * From octets to a document
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-document-reader.h"

#include <string.h>

#include "core/document/krr-canonical.h"
#include "core/document/krr-origin.h"
#include "core/document/krr-reader.h"
#include "core/document/krr-signature-claims.h"

/* Of an error, which quotes names of the document. */
#define ERROR_OCTETS 256

static void take_krr(KrrReader *reader, xmlNodePtr element, bool is_list)
{
    g_ptr_array_add(reader->document->krrs, krr_reader_take(reader, element, 0, is_list));
}

static void read_krr_root(KrrReader *reader, xmlNodePtr root)
{
    reader->document->kind = KRR_DOCUMENT_KRR;
    take_krr(reader, root, false);
}

static xmlNodePtr first_child(const KrrReader *reader, const xmlNode *element, KrrElement wanted)
{
    for (xmlNodePtr child = element->children; child; child = child->next) {
        if (child->type == XML_ELEMENT_NODE &&
            krr_element_meaning(&reader->input, child) == wanted) {
            return child;
        }
    }
    return NULL;
}

/* Takes the KRR in a wrapper that holds it and its signature side by side; false without one. */
static bool take_signed(KrrReader *reader, xmlNodePtr wrapper)
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
            krr_reader_take_signature(reader, krr, child);
        } else {
            krr_reader_note(reader, krr, child,
                            g_strdup_printf("beside the KRR in %s", wrapper->name));
        }
    }
    return true;
}

static void read_signed_root(KrrReader *reader, xmlNodePtr root)
{
    if (take_signed(reader, root)) {
        reader->document->kind = KRR_DOCUMENT_KRR;
    } else {
        reader->document->error =
            g_strdup_printf("%s holds no %s", root->name, krr_vocabulary_name(KRR_ELEMENT_KRR));
    }
}

/* A KrrList holds KRRs, signed or not, or is one. */
static void read_krr_list(KrrReader *reader, xmlNodePtr list)
{
    bool is_krr = first_child(reader, list, KRR_ELEMENT_CREATOR);
    bool holds_krrs = false;

    for (xmlNodePtr child = list->children; child && !is_krr; child = child->next) {
        if (child->type != XML_ELEMENT_NODE) {
            continue;
        }
        if (krr_element_meaning(&reader->input, child) == KRR_ELEMENT_KRR) {
            take_krr(reader, child, false);
            holds_krrs = true;
        } else if (krr_element_meaning(&reader->input, child) == KRR_ELEMENT_SIGNED) {
            holds_krrs |= take_signed(reader, child);
        }
    }
    if (!holds_krrs && xmlFirstElementChild(list)) {
        take_krr(reader, list, true);
    }
}

/* KrrList elements of a request; the depth is bounded by KRR_MAX_ELEMENT_DEPTH. */
static void find_krr_lists(KrrReader *reader, xmlNodePtr element)
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

static void read_request_root(KrrReader *reader, xmlNodePtr root)
{
    reader->document->kind = KRR_DOCUMENT_KMS_REQUEST;
    find_krr_lists(reader, root);
}

static void read_root(KrrReader *reader, xmlNodePtr root)
{
    KrrElement element = krr_element_meaning(&reader->input, root);

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
    bool cut = strlen(error) > ERROR_OCTETS;
    g_autofree char *start = g_strndup(error, ERROR_OCTETS);
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

KrrDocument *krr_document_parse(const guint8 *octets, gsize length, const KrrVocabulary *vocabulary)
{
    g_autoptr(KrrParse) parse = krr_parse_new(octets, length);
    KrrDocument *document = krr_document_new();
    KrrReader reader = {document, {parse, vocabulary, octets, length}};

    document->kind = KRR_DOCUMENT_MALFORMED;
    document->length = length;
    document->has_ranges = parse->has_ranges;
    document->body_digest = krr_sha256_hex(octets, length);
    document->error = g_steal_pointer(&parse->error);
    document->error_offset = parse->error_offset;
    document->origin = krr_origin_new(octets, length);
    document->origin->xml = g_steal_pointer(&parse->xml);
    if (document->origin->xml) {
        read_root(&reader, xmlDocGetRootElement(document->origin->xml));
    }
    document->error = one_line(document->error);
    return document;
}
