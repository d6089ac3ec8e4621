/* krr-trust.c
 * Whose certificates are believed: anchors, revocations, and certificates of known entities
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/trust/krr-trust.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "core/kms/kms-pattern.h"
#include "core/octets/bounded-file.h"
#include "core/trust/krr-certificate.h"

#define MAX_FILE_SIZE (16 * 1024 * 1024) /* octets: the anchors of a whole country */
/* Certificates between the signer and an anchor. */
#define MAX_CHAIN 8
/* 112 bits: keys and digests in a chain that are weaker prove nothing. */
#define SECURITY_LEVEL 2

/* What is known of an entity. */
typedef struct Pinned {
    X509 *certificate; /* NULL: nothing */
} Pinned;

struct KrrTrust {
    X509_STORE *store; /* empty: what is trusted is handed over for each question */
    STACK_OF(X509) * anchors;
    STACK_OF(X509_CRL) * crls;
    GPtrArray *pinned;          /* of Pinned */
    KmsPatternIndex *pinned_of; /* identity -> Pinned */
};

static bool refuse(GError **error, const char *path, const char *what)
{
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: %s", path, what);
    return false;
}

/* All that a PEM file holds, to be freed; NULL with the error set. */
static STACK_OF(X509_INFO) * read_pem(const char *path, GError **error)
{
    g_autoptr(GString) octets = bounded_file_read(path, MAX_FILE_SIZE, error);

    if (!octets) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    BIO *in = BIO_new_mem_buf(octets->str, (int)octets->len);
    ERR_set_mark();
    STACK_OF(X509_INFO) *infos = in ? PEM_X509_INFO_read_bio(in, NULL, NULL, NULL) : NULL;
    ERR_pop_to_mark();
    BIO_free(in);
    if (!infos) {
        refuse(error, path, "its PEM cannot be read");
    }
    return infos;
}

static void free_infos(STACK_OF(X509_INFO) * infos)
{
    sk_X509_INFO_pop_free(infos, X509_INFO_free);
}

/* Adds the certificates of a file. @return false with the error set where there is none */
static bool add_certificates(STACK_OF(X509) * certificates, const char *path, GError **error)
{
    STACK_OF(X509_INFO) *infos = read_pem(path, error);
    int before = sk_X509_num(certificates);

    if (!infos) {
        return false;
    }
    for (int i = 0; i < sk_X509_INFO_num(infos); i++) {
        X509 *certificate = sk_X509_INFO_value(infos, i)->x509;
        if (certificate && X509_up_ref(certificate)) {
            sk_X509_push(certificates, certificate);
        }
    }
    free_infos(infos);
    return sk_X509_num(certificates) > before ||
           refuse(error, path, "it holds no certificate in PEM");
}

bool krr_trust_check_anchors(const char *path, GError **error)
{
    STACK_OF(X509) *certificates = sk_X509_new_null();
    bool usable = add_certificates(certificates, path, error);

    sk_X509_pop_free(certificates, X509_free);
    return usable;
}

static bool add_crls(STACK_OF(X509_CRL) * crls, const char *path, GError **error)
{
    STACK_OF(X509_INFO) *infos = read_pem(path, error);
    int before = sk_X509_CRL_num(crls);

    if (!infos) {
        return false;
    }
    for (int i = 0; i < sk_X509_INFO_num(infos); i++) {
        X509_CRL *crl = sk_X509_INFO_value(infos, i)->crl;
        if (crl && X509_CRL_up_ref(crl)) {
            sk_X509_CRL_push(crls, crl);
        }
    }
    free_infos(infos);
    return sk_X509_CRL_num(crls) > before ||
           refuse(error, path, "it holds no certificate revocation list in PEM");
}

static void pinned_free(gpointer data)
{
    Pinned *pinned = data;

    X509_free(pinned->certificate);
    g_free(pinned);
}

static bool read_pinned(Pinned *pinned, const char *path, GError **error)
{
    STACK_OF(X509) *certificates = sk_X509_new_null();
    bool read = add_certificates(certificates, path, error);

    if (read && sk_X509_num(certificates) > 1) {
        read = refuse(error, path, "it holds more than one certificate");
    }
    if (read) {
        pinned->certificate = sk_X509_pop(certificates);
    }
    sk_X509_pop_free(certificates, X509_free);
    return read;
}

static bool add_pinned(KrrTrust *trust, const KrrTrustPin *pin, GError **error)
{
    Pinned *pinned = g_new0(Pinned, 1);

    g_ptr_array_add(trust->pinned, pinned);
    kms_pattern_index_add(trust->pinned_of, pin->identity, pinned);
    return !pin->path || read_pinned(pinned, pin->path, error);
}

static bool read_files(KrrTrust *trust, const KrrTrustFiles *files, GError **error)
{
    for (const char *const *path = files->anchors; *path; path++) {
        if (!add_certificates(trust->anchors, *path, error)) {
            return false;
        }
    }
    for (const char *const *path = files->crls; *path; path++) {
        if (!add_crls(trust->crls, *path, error)) {
            return false;
        }
    }
    for (guint i = 0; i < files->n_pins; i++) {
        if (!add_pinned(trust, &files->pins[i], error)) {
            return false;
        }
    }
    kms_pattern_index_sort(trust->pinned_of);
    return true;
}

KrrTrust *krr_trust_new(const KrrTrustFiles *files, GError **error)
{
    g_autoptr(KrrTrust) trust = g_new0(KrrTrust, 1);

    trust->store = X509_STORE_new();
    trust->anchors = sk_X509_new_null();
    trust->crls = sk_X509_CRL_new_null();
    trust->pinned = g_ptr_array_new_with_free_func(pinned_free);
    trust->pinned_of = kms_pattern_index_new();
    return !files || read_files(trust, files, error) ? g_steal_pointer(&trust) : NULL;
}

void krr_trust_free(KrrTrust *trust)
{
    if (trust) {
        X509_STORE_free(trust->store);
        sk_X509_pop_free(trust->anchors, X509_free);
        sk_X509_CRL_pop_free(trust->crls, X509_CRL_free);
        kms_pattern_index_free(trust->pinned_of);
        g_ptr_array_unref(trust->pinned);
        g_free(trust);
    }
}

/* Revocations are taken as far as they go. An auditor has the lists of today, not those of the day
 * of the capture, and not of every issuer; a list that is old still tells of whom it names. */
static int on_problem(int ok, X509_STORE_CTX *context)
{
    switch (X509_STORE_CTX_get_error(context)) {
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
    case X509_V_ERR_CRL_NOT_YET_VALID:
    case X509_V_ERR_CRL_HAS_EXPIRED:
        return 1;
    default:
        return ok;
    }
}

/* The entry of a certificate in the lists of its issuer, or NULL. */
static X509_REVOKED *revocation_of(const KrrTrust *trust, X509 *certificate)
{
    for (int i = 0; i < sk_X509_CRL_num(trust->crls); i++) {
        X509_CRL *crl = sk_X509_CRL_value(trust->crls, i);
        X509_REVOKED *entry = NULL;
        if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(certificate)) == 0 &&
            X509_CRL_get0_by_cert(crl, &entry, certificate) == 1) {
            return entry;
        }
    }
    return NULL;
}

/* "was revoked on 2026-01-01"; caller frees. */
static char *describe_revocation(const KrrTrust *trust, X509 *certificate, gint64 signed_at)
{
    X509_REVOKED *entry = revocation_of(trust, certificate);
    struct tm date;

    if (!entry || ASN1_TIME_to_tm(X509_REVOKED_get0_revocationDate(entry), &date) != 1) {
        return g_strdup("was revoked");
    }
    /* A signer who has somebody else's key can date a KRR as he likes: later or not, it counts. */
    bool later = ASN1_TIME_cmp_time_t(X509_REVOKED_get0_revocationDate(entry), signed_at) > 0;
    return g_strdup_printf("was revoked on %04d-%02d-%02d%s", date.tm_year + 1900, date.tm_mon + 1,
                           date.tm_mday, later ? ", after the time that the KRR bears" : "");
}

/* Why a chain was not accepted. */
static char *describe_failure(const KrrTrust *trust, X509_STORE_CTX *context, gint64 signed_at)
{
    X509 *certificate = X509_STORE_CTX_get_current_cert(context);
    g_autofree char *subject =
        certificate ? krr_certificate_subject(certificate) : g_strdup("nobody");

    switch (X509_STORE_CTX_get_error(context)) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return g_strdup_printf("the certificate of %s had expired at the KRR's time", subject);
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return g_strdup_printf("the certificate of %s was not yet valid at the KRR's time",
                               subject);
    case X509_V_ERR_CERT_REVOKED: {
        g_autofree char *revoked = describe_revocation(trust, certificate, signed_at);
        return g_strdup_printf("the certificate of %s %s", subject, revoked);
    }
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return g_strdup_printf("the certificate of %s does not chain to a trust anchor", subject);
    default:
        return g_strdup_printf("the certificate of %s is not accepted (%s)", subject,
                               X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)));
    }
}

static void configure(const KrrTrust *trust, X509_STORE_CTX *context, STACK_OF(X509) * anchors,
                      gint64 time)
{
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);

    X509_STORE_CTX_set0_trusted_stack(context, anchors);
    X509_STORE_CTX_set_verify_cb(context, on_problem);
    X509_VERIFY_PARAM_set_time(param, (time_t)time);
    X509_VERIFY_PARAM_set_depth(param, MAX_CHAIN);
    X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
    /* An anchor is whatever certificate the auditor names, of a root or not. */
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
    if (sk_X509_CRL_num(trust->crls) > 0) {
        X509_STORE_CTX_set0_crls(context, trust->crls);
        X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    }
}

/* Why the signer's certificate does not chain to one of the anchors, to be freed; NULL: it does. */
static char *chain_problem(const KrrTrust *trust, const KrrTrustQuestion *question,
                           STACK_OF(X509) * anchors)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    char *problem = NULL;

    ERR_set_mark();
    if (!context || X509_STORE_CTX_init(context, trust->store, question->signer,
                                        (STACK_OF(X509) *)question->others) != 1) {
        problem = g_strdup("its chain cannot be checked");
    } else {
        configure(trust, context, anchors, question->time);
        if (X509_verify_cert(context) != 1) {
            problem = describe_failure(trust, context, question->time);
        }
    }
    ERR_pop_to_mark();
    X509_STORE_CTX_free(context);
    return problem;
}

/* Without the extension a key is for everything. */
static bool is_for_signatures(X509 *certificate)
{
    return X509_get_key_usage(certificate) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION);
}

/* The certificate that is pinned for an identity, or NULL. */
static X509 *pinned_for(const KrrTrust *trust, const char *identity)
{
    const Pinned *pinned = identity ? kms_pattern_index_lookup(trust->pinned_of, identity) : NULL;

    return pinned ? pinned->certificate : NULL;
}

/* Why the signer is not to be trusted, to be freed; NULL: is. @param pinned  or NULL */
static char *find_problem(const KrrTrust *trust, const KrrTrustQuestion *question, X509 *pinned)
{
    if (pinned && X509_cmp(pinned, question->signer) != 0) {
        return g_strdup_printf("the policy names another certificate for %s", question->creator);
    }
    if (!question->has_time) {
        return g_strdup("the KRR bears no time at which its certificate could be judged");
    }
    if (!is_for_signatures(question->signer)) {
        g_autofree char *subject = krr_certificate_subject(question->signer);
        return g_strdup_printf("the certificate of %s is not for signatures (key usage)", subject);
    }
    STACK_OF(X509) *anchors = sk_X509_dup(trust->anchors);
    if (pinned) {
        sk_X509_push(anchors, pinned);
    }
    char *problem = chain_problem(trust, question, anchors);
    sk_X509_free(anchors);
    return problem;
}

KrrTrustAnswer krr_trust_ask(const KrrTrust *trust, const KrrTrustQuestion *question, char **reason)
{
    X509 *pinned = pinned_for(trust, question->creator);

    if (!pinned && sk_X509_num(trust->anchors) == 0) {
        *reason = g_strdup("there is no trust anchor that its certificate could chain to");
        return KRR_TRUST_NOT_JUDGED;
    }
    *reason = find_problem(trust, question, pinned);
    return *reason ? KRR_TRUST_NO : KRR_TRUST_YES;
}
