/* krr-canonical.c
 * The digest of a KRR: its element as a document of its own, in canonical form
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "krr-canonical.h"

#include <libxml/c14n.h>
#include <libxml/xmlerror.h>
#include <openssl/evp.h>

#include "krr-parser.h"

char *krr_sha256_hex(const void *bytes, gsize length)
{
    guint8 digest[EVP_MAX_MD_SIZE];
    unsigned int digest_length = 0;
    GString *hex = g_string_sized_new(64);

    if (EVP_Digest(bytes, length, digest, &digest_length, EVP_sha256(), NULL) != 1) {
        g_error("OpenSSL has no SHA-256");
    }
    for (unsigned int i = 0; i < digest_length; i++) {
        g_string_append_printf(hex, "%02x", digest[i]);
    }
    return g_string_free(hex, FALSE);
}

/* libxml2 declares on the root of a copy what the copied elements and attributes use and only
 * ancestors declared, and nothing else: that is what the digest asks for. */
static void copy_as_root(xmlDocPtr document, xmlNodePtr element)
{
    xmlDocSetRootElement(document, xmlDocCopyNode(element, document, 1));
}

/** The prefix under which the children of a list are in the KRR namespace; NULL: the default. */
static const xmlChar *prefix_of_children(const xmlNode *element)
{
    for (const xmlNode *child = element->children; child; child = child->next) {
        if (child->type == XML_ELEMENT_NODE && child->ns &&
            xmlStrEqual(child->ns->href, BAD_CAST KRR_NAMESPACE)) {
            return child->ns->prefix;
        }
    }
    return NULL;
}

/** Makes a list that itself is a KRR what it was: attributes and content under the KRR's name. */
static void copy_renamed(xmlDocPtr document, xmlNodePtr element)
{
    xmlNodePtr root =
        xmlNewDocNode(document, NULL, BAD_CAST krr_vocabulary_name(KRR_ELEMENT_KRR), NULL);

    xmlSetNs(root, xmlNewNs(root, BAD_CAST KRR_NAMESPACE, prefix_of_children(element)));
    xmlDocSetRootElement(document, root);
    for (xmlAttrPtr attribute = element->properties; attribute; attribute = attribute->next) {
        xmlAttrPtr copy = xmlCopyProp(root, attribute);
        if (copy) {
            copy->next = root->properties;
            if (root->properties) {
                root->properties->prev = copy;
            }
            root->properties = copy; /* their order does not matter in canonical form */
        }
    }
    for (xmlNodePtr child = element->children; child; child = child->next) {
        xmlAddChild(root, xmlDocCopyNode(child, document, 1));
    }
}

static void ignore_error(void *data G_GNUC_UNUSED, XmlErrorArgument *error G_GNUC_UNUSED)
{
}

/* Canonical XML has no form for a document with a relative namespace URI. Such a KRR is still told
 * apart from others, by its text. */
static char *digest_of_text(xmlDocPtr document)
{
    xmlChar *text = NULL;
    int length = 0;

    xmlDocDumpMemoryEnc(document, &text, &length, "UTF-8");
    char *digest = krr_sha256_hex(text, length > 0 ? (gsize)length : 0);
    xmlFree(text);
    return digest;
}

static char *digest_of(xmlDocPtr document)
{
    xmlStructuredErrorFunc handler = xmlStructuredError;
    void *handler_data = xmlStructuredErrorContext;
    xmlChar *canonical = NULL;

    /* What canonicalisation has to complain about must not go to standard error. */
    xmlSetStructuredErrorFunc(NULL, ignore_error);
    int length = xmlC14NDocDumpMemory(document, NULL, XML_C14N_1_0, NULL, 0, &canonical);
    xmlSetStructuredErrorFunc(handler_data, handler);
    char *digest = length > 0 ? krr_sha256_hex(canonical, (gsize)length) : digest_of_text(document);
    xmlFree(canonical);
    return digest;
}

char *krr_canonical_digest(xmlNodePtr element, gboolean rename)
{
    xmlDocPtr document = xmlNewDoc(BAD_CAST "1.0");

    if (rename) {
        copy_renamed(document, element);
    } else {
        copy_as_root(document, element);
    }
    char *digest = digest_of(document);
    xmlFreeDoc(document);
    return digest;
}
