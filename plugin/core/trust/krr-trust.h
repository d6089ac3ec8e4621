/* krr-trust.h
 * Whose certificates are believed: anchors, revocations, and certificates of known entities
 *
 * Who trusts which certificate is local policy (TR 33.880 clause 7.2.1.3.3 note 1), see
 * kms-policy-trust.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_TRUST_H
#define KRR_TRUST_H

#include <stdbool.h>

#include <glib.h>
#include <openssl/x509.h>

typedef struct KrrTrust KrrTrust;

/** The certificate of an entity. */
typedef struct KrrTrustPin {
    const char *identity; /**< or a pattern of identities */
    const char *path;     /**< a PEM file with that certificate alone; NULL: the entity has none, so
                               that none of a less specific pattern is taken for its */
} KrrTrustPin;

/** What a trust is made of: files in PEM. */
typedef struct KrrTrustFiles {
    const char *const *anchors; /**< paths, NULL-terminated */
    const char *const *crls;    /**< likewise */
    const KrrTrustPin *pins;
    guint n_pins;
} KrrTrustFiles;

/**
 * Reads the files.
 * @param files  identities must outlive the result; NULL: nobody is trusted
 * @param error  one line that begins with the file's name
 * @return NULL with @p error set
 */
KrrTrust *krr_trust_new(const KrrTrustFiles *files, GError **error);
void krr_trust_free(KrrTrust *trust);

/** Says what is wrong with a file that is to hold trust anchors, one line that begins with its name. */
bool krr_trust_check_anchors(const char *path, GError **error);

/** What came of the question whether a signer is trusted. */
typedef enum KrrTrustAnswer {
    KRR_TRUST_YES,
    KRR_TRUST_NO,
    KRR_TRUST_NOT_JUDGED /**< there are no anchors, and no certificate is known for the creator */
} KrrTrustAnswer;

/** Who signed what, when. */
typedef struct KrrTrustQuestion {
    X509 *signer;
    const STACK_OF(X509) * others; /**< that came along, maybe issuers; not trusted; or NULL */
    const char *creator;           /**< whom the signed KRR names; or NULL */
    bool has_time;
    gint64 time; /**< when it was signed, seconds since 1970 UTC */
} KrrTrustQuestion;

/**
 * Does the signer's certificate chain to an anchor at that time, is it for signatures, is it not
 * revoked, and is it the one that is pinned for the creator, if there is one?
 * @param reason  out: why not, words that follow a colon, to be freed; NULL where trusted
 */
KrrTrustAnswer krr_trust_ask(const KrrTrust *trust, const KrrTrustQuestion *question,
                             char **reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KrrTrust, krr_trust_free)

#endif
