/* krr-canonical.c
 * The digest of a KRR: its element as a document of its own, in canonical form
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-canonical.h"

#include <libxml/c14n.h>
#include <libxml/xmlerror.h>
#include <openssl/evp.h>

#include "core/document/krr-parser.h"
#include "core/document/krr-standalone.h"
#include "core/octets/hex.h"

char *krr_sha256_hex(const void *octets, gsize length)
{
    guint8 digest[EVP_MAX_MD_SIZE];
    unsigned int digest_length = 0;

    if (EVP_Digest(octets, length, digest, &digest_length, EVP_sha256(), NULL) != 1) {
        g_error("OpenSSL has no SHA-256");
    }
    return hex_encode(digest, digest_length);
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

    /* libxml2 would write errors of the canonicalisation to standard error. */
    xmlSetStructuredErrorFunc(NULL, ignore_error);
    int length = xmlC14NDocDumpMemory(document, NULL, XML_C14N_1_0, NULL, 0, &canonical);
    xmlSetStructuredErrorFunc(handler_data, handler);
    char *digest = length > 0 ? krr_sha256_hex(canonical, (gsize)length) : digest_of_text(document);
    xmlFree(canonical);
    return digest;
}

char *krr_canonical_digest(xmlNodePtr element, bool rename)
{
    xmlDocPtr document = krr_standalone_new(element, rename);
    char *digest = digest_of(document);

    xmlFreeDoc(document);
    return digest;
}
