/* krr-signature-value.c
 * The octets of SignatureValue and DigestValue, and how many of them a key makes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/signature/krr-signature-value.h"

#include <stdbool.h>
#include <string.h>

#define XML_SPACE " \t\r\n"

/* The text without white space; caller frees. */
static char *squeezed(const char *text)
{
    GString *rest = g_string_sized_new(strlen(text));

    for (; *text; text++) {
        if (!strchr(XML_SPACE, *text)) {
            g_string_append_c(rest, *text);
        }
    }
    return g_string_free(rest, FALSE);
}

/* Four digits for three octets; only the last four may end with padding. */
static bool is_base64(const char *text)
{
    gsize length = strlen(text);
    gsize digits = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

    return length > 0 && length % 4 == 0 && length - digits <= 2 &&
           strspn(text + digits, "=") == length - digits;
}

GBytes *krr_signature_value_read(const xmlNode *element)
{
    xmlChar *content = xmlNodeGetContent(element);
    g_autofree char *text = squeezed(content ? (const char *)content : "");
    gsize length = 0;

    xmlFree(content);
    if (!is_base64(text)) {
        return NULL;
    }
    guchar *octets = g_base64_decode_inplace(text, &length);
    return g_bytes_new(octets, length);
}

gsize krr_signature_value_length(const EVP_PKEY *key)
{
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
        return 2 * (((gsize)EVP_PKEY_get_bits(key) + 7) / 8);
    }
    return (gsize)EVP_PKEY_get_size(key);
}
