/* krr-certificate.h
 * An X.509 certificate: whom it names, until when, and what its key can do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_CERTIFICATE_H
#define KRR_CERTIFICATE_H

#include <stdbool.h>

#include <glib.h>
#include <openssl/x509.h>

/** Longest certificate that is read, octets of DER; real ones have one or two thousand. */
#define KRR_MAX_CERTIFICATE_OCTETS 16384

/**
 * Reads a certificate as it stands in a signature.
 * @param base64  DER in base64, white space allowed
 * @param reason  out: why it cannot be read, words that follow a colon; static
 * @return to be freed with X509_free(); NULL with @p reason set
 */
X509 *krr_certificate_read(const char *base64, const char **reason);

/** The URIs that it names (subjectAltName), of char *, maybe none; to be unreffed. */
GPtrArray *krr_certificate_uris(X509 *certificate);

/** The first common name of its subject, UTF-8, to be freed; NULL where there is none. */
char *krr_certificate_common_name(X509 *certificate);

/** Its subject in one line (RFC 2253), UTF-8, cut where it is very long; to be freed. */
char *krr_certificate_subject(X509 *certificate);

/** SHA-256 of its DER, 64 hex digits, to be freed: tells certificates apart. */
char *krr_certificate_digest(const X509 *certificate);

/** From and until when it is valid, seconds since 1970 UTC; false where that cannot be read. */
bool krr_certificate_validity(X509 *certificate, gint64 *not_before, gint64 *not_after);

/** What a key is fit for. */
typedef enum KrrKeyFitness {
    KRR_KEY_FIT,
    KRR_KEY_WEAK,    /**< RSA under 2048 bits, a curve under 256 bits */
    KRR_KEY_UNUSABLE /**< another kind, too large, or a curve without a name */
} KrrKeyFitness;

/**
 * Judges the key of a certificate.
 * @param kind         EVP_PKEY_EC or EVP_PKEY_RSA: what it must be
 * @param description  out: "an RSA key of 1024 bits", to be freed
 */
KrrKeyFitness krr_certificate_key(X509 *certificate, int kind, char **description);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)

#endif
