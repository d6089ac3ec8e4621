/* krr-certificate.c
 * An X.509 certificate: whom it names, until when, and what its key can do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/trust/krr-certificate.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "core/octets/hex.h"

/* URIs of one certificate that are looked at. */
#define MAX_URIS 16
/* Octets of a subject in a sentence. */
#define MAX_SUBJECT 160
/* A larger RSA key only costs time. */
#define MAX_RSA_BITS 8192
#define MIN_RSA_BITS 2048
#define MIN_EC_BITS  256

static bool is_base64(const char *text)
{
    return text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
                             " \t\r\n")] == '\0';
}

X509 *krr_certificate_read(const char *base64, const char **reason)
{
    gsize length = 0;

    if (strlen(base64) > 2 * KRR_MAX_CERTIFICATE_OCTETS) {
        *reason =
            "its certificate is larger than " G_STRINGIFY(KRR_MAX_CERTIFICATE_OCTETS) " octets";
        return NULL;
    }
    *reason = "its certificate is no X.509 certificate in base64";
    if (!is_base64(base64)) {
        return NULL;
    }
    g_autofree guchar *der = g_base64_decode(base64, &length);
    if (length > KRR_MAX_CERTIFICATE_OCTETS) {
        *reason =
            "its certificate is larger than " G_STRINGIFY(KRR_MAX_CERTIFICATE_OCTETS) " octets";
        return NULL;
    }
    const guchar *end = der;
    ERR_set_mark();
    g_autoptr(X509) certificate = d2i_X509(NULL, &end, (long)length);
    ERR_pop_to_mark();
    return certificate && end == der + length ? g_steal_pointer(&certificate) : NULL;
}

/* Text of a certificate; NULL where it is not UTF-8 or has a NUL, which would hide the rest. */
static char *safe_text(const ASN1_STRING *string)
{
    const char *octets = (const char *)ASN1_STRING_get0_data(string);
    int length = ASN1_STRING_length(string);

    return length > 0 && g_utf8_validate(octets, length, NULL) ? g_strndup(octets, (gsize)length)
                                                               : NULL;
}

GPtrArray *krr_certificate_uris(X509 *certificate)
{
    GPtrArray *uris = g_ptr_array_new_with_free_func(g_free);

    ERR_set_mark();
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    ERR_pop_to_mark();
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names) && uris->len < MAX_URIS; i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        char *uri = name->type == GEN_URI ? safe_text(name->d.uniformResourceIdentifier) : NULL;
        if (uri) {
            g_ptr_array_add(uris, uri);
        }
    }
    GENERAL_NAMES_free(names);
    return uris;
}

char *krr_certificate_common_name(X509 *certificate)
{
    X509_NAME *subject = X509_get_subject_name(certificate);
    int place = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    unsigned char *octets = NULL;

    if (place < 0) {
        return NULL;
    }
    int length =
        ASN1_STRING_to_UTF8(&octets, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place)));
    char *name = length > 0 && g_utf8_validate((const char *)octets, length, NULL)
                     ? g_strndup((const char *)octets, (gsize)length)
                     : NULL;
    OPENSSL_free(octets);
    return name;
}

char *krr_certificate_subject(X509 *certificate)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *octets = NULL;
    char *subject = NULL;

    if (out && X509_NAME_print_ex(out, X509_get_subject_name(certificate), 0,
                                  XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) > 0) {
        long length = BIO_get_mem_data(out, &octets);
        subject = g_utf8_make_valid(octets, MIN(length, MAX_SUBJECT));
    }
    BIO_free(out);
    return subject ? subject : g_strdup("an unnamed subject");
}

static bool seconds_of(const ASN1_TIME *time, gint64 *seconds)
{
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int days = 0, rest = 0;
    bool known = epoch && ASN1_TIME_diff(&days, &rest, epoch, time) == 1;

    *seconds = known ? (gint64)days * 86400 + rest : 0;
    ASN1_TIME_free(epoch);
    return known;
}

char *krr_certificate_digest(const X509 *certificate)
{
    guint8 digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;

    if (X509_digest(certificate, EVP_sha256(), digest, &length) != 1) {
        g_error("OpenSSL has no SHA-256");
    }
    return hex_encode(digest, length);
}

bool krr_certificate_validity(X509 *certificate, gint64 *not_before, gint64 *not_after)
{
    return seconds_of(X509_get0_notBefore(certificate), not_before) &&
           seconds_of(X509_get0_notAfter(certificate), not_after);
}

static KrrKeyFitness judge_ec(EVP_PKEY *key, int bits, char **description)
{
    char curve[64];
    gsize length = 0;

    /* Parameters of one's own can make a curve on which forging is easy. */
    if (EVP_PKEY_get_group_name(key, curve, sizeof curve, &length) != 1) {
        *description = g_strdup("an elliptic curve without a name");
        return KRR_KEY_UNUSABLE;
    }
    *description = g_strdup_printf("a key on the curve %s of %d bits", curve, bits);
    return bits < MIN_EC_BITS ? KRR_KEY_WEAK : KRR_KEY_FIT;
}

static KrrKeyFitness judge_rsa(int bits, char **description)
{
    *description = g_strdup_printf("an RSA key of %d bits", bits);
    if (bits > MAX_RSA_BITS) {
        return KRR_KEY_UNUSABLE;
    }
    return bits < MIN_RSA_BITS ? KRR_KEY_WEAK : KRR_KEY_FIT;
}

KrrKeyFitness krr_certificate_key(X509 *certificate, int kind, char **description)
{
    ERR_set_mark();
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    KrrKeyFitness fitness = KRR_KEY_UNUSABLE;

    if (!key || EVP_PKEY_get_base_id(key) != kind) {
        *description = g_strdup("a key of another kind");
    } else if (kind == EVP_PKEY_EC) {
        fitness = judge_ec(key, EVP_PKEY_get_bits(key), description);
    } else {
        fitness = judge_rsa(EVP_PKEY_get_bits(key), description);
    }
    ERR_pop_to_mark();
    return fitness;
}
