/* krr-signature.c
 * Is a KRR genuine? What its signature covers, whether it holds, and who made it
 *
 * A signature is taken apart and judged by what it names first; only then xmlsec runs the pieces,
 * on nodes of our choice. So a reference cannot lead xmlsec anywhere but where we know it does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/signature/krr-signature.h"

#include <string.h>

#include "core/document/krr-origin.h"
#include "core/signature/krr-signature-run.h"
#include "core/signature/krr-xmldsig.h"
#include "core/trust/krr-certificate.h"

/* So many signatures of one KRR are verified, although a KRR must not have more than one. */
#define MAX_TRIED 4

/* Work that is left for the document. */
typedef struct Budget {
    guint signatures;
    gulong elements;
} Budget;

/* One document while its signatures are verified. */
typedef struct Verification {
    const KrrOrigin *origin;
    const KrrTrust *trust; /* NULL: it is turned off */
    Budget *budget;
} Verification;

/* One signature while it is verified. */
typedef struct Check {
    const Krr *krr;
    const KrrTrust *trust;
    Budget *budget;
    xmlNodePtr element;            /* of the KRR, in the document's own tree */
    xmlNodePtr signature;          /* likewise */
    KrrVerdict *verdict;           /* out */
    GPtrArray *certificates;       /* of X509, NULL where one cannot be read */
    const KrrAlgorithm *method;    /* SignatureMethod */
    const KrrAlgorithm *canonical; /* CanonicalizationMethod */
    GString *outside;              /* what is outside the profile, so far */
} Check;

/* ---- words ---- */

static void settle(Check *check, KrrSignatureStatus status, char *reason)
{
    check->verdict->status = status;
    g_free(check->verdict->reason);
    check->verdict->reason = reason;
}

/* Notes something that the profile does not have; each once. Takes the text. */
static void note_outside(Check *check, KrrSignatureGrade grade, char *what)
{
    if (!strstr(check->outside->str, what)) {
        g_string_append_printf(check->outside, "%s%s", check->outside->len ? ", " : "", what);
    }
    check->verdict->grade = MAX(check->verdict->grade, grade);
    g_free(what);
}

/* ---- what it names ---- */

/* The algorithm that an element names. @return NULL, and the signature unsupported, where it is
 *  none that can be run */
static const KrrAlgorithm *named_algorithm(Check *check, const xmlNode *element,
                                           KrrAlgorithmUse use)
{
    xmlChar *uri = krr_signature_attribute(element, "Algorithm");
    const KrrAlgorithm *algorithm = krr_algorithm_lookup((const char *)uri, use);

    if (algorithm && algorithm->grade != KRR_GRADE_PROFILE) {
        note_outside(check, algorithm->grade, g_strdup(algorithm->name));
    }
    if (!algorithm) {
        g_autofree char *name = uri ? krr_signature_quote(uri) : g_strdup("an unnamed algorithm");
        settle(check, KRR_SIGNATURE_UNSUPPORTED,
               g_strdup_printf("%s in %s is not known", name, element->name));
        note_outside(check, KRR_GRADE_UNUSUAL, g_steal_pointer(&name));
    } else if (!algorithm->klass) {
        settle(check, KRR_SIGNATURE_UNSUPPORTED,
               g_strdup_printf(algorithm->grade == KRR_GRADE_WEAK
                                   ? "%s is too weak to prove anything"
                                   : "%s is not supported",
                               algorithm->name));
        algorithm = NULL;
    }
    xmlFree(uri);
    return algorithm;
}

/* Judges the methods and transforms by name. @return false where nothing can be run */
static bool judge_algorithms(Check *check, const KrrSignatureParts *parts)
{
    check->canonical = named_algorithm(check, parts->canonicalization, KRR_USE_CANONICAL);
    check->method = named_algorithm(check, parts->method, KRR_USE_SIGNATURE);
    bool all = check->canonical && check->method;

    for (guint i = 0; i < parts->n_references; i++) {
        const KrrReferenceParts *reference = &parts->references[i];
        all = named_algorithm(check, reference->digest_method, KRR_USE_DIGEST) && all;
        for (guint k = 0; k < reference->n_transforms; k++) {
            const KrrAlgorithm *transform = krr_transform_algorithm(reference->transforms[k]);
            if (transform && transform->klass && transform->grade != KRR_GRADE_PROFILE) {
                note_outside(check, transform->grade, g_strdup(transform->name));
            }
        }
    }
    return all;
}

/* ---- certificates ---- */

static void free_certificate(gpointer certificate)
{
    X509_free(certificate);
}

/* Takes the signer's name from a certificate. That is a claim until its key has verified the value. */
static void name_signer(Check *check, guint index)
{
    KrrVerdict *verdict = check->verdict;
    X509 *certificate = g_ptr_array_index(check->certificates, index);

    g_clear_pointer(&verdict->signer_uris, g_ptr_array_unref);
    g_clear_pointer(&verdict->signer, g_free);
    verdict->signer_uris = krr_certificate_uris(certificate);
    if (verdict->signer_uris->len > 0) {
        verdict->signer = g_strdup(g_ptr_array_index(verdict->signer_uris, 0));
    } else {
        g_clear_pointer(&verdict->signer_uris, g_ptr_array_unref);
        verdict->signer = krr_certificate_common_name(certificate);
    }
    verdict->signer = verdict->signer ? verdict->signer : krr_certificate_subject(certificate);
    g_free(verdict->certificate);
    verdict->certificate = krr_certificate_digest(certificate);
    krr_certificate_validity(certificate, &verdict->not_before, &verdict->not_after);
}

/* Reads the certificates. @return false, and the signature unsupported, where there is none */
static bool read_certificates(Check *check, const KrrSignatureParts *parts)
{
    const char *reason = "it comes with no X.509 certificate, so it names nobody";
    bool any = false;

    for (guint i = 0; i < parts->n_certificates; i++) {
        xmlChar *text = xmlNodeGetContent(parts->certificates[i]);
        X509 *certificate = krr_certificate_read((const char *)text, &reason);
        xmlFree(text);
        g_ptr_array_add(check->certificates, certificate);
        if (certificate && !any) {
            any = true;
            name_signer(check, i);
        }
    }
    if (!any) {
        settle(check, KRR_SIGNATURE_UNSUPPORTED, g_strdup(reason));
        note_outside(check, KRR_GRADE_UNUSUAL, g_strdup("no certificate that can be read"));
    }
    return any;
}

/* ---- verdicts ---- */

/* What is wrong with the keys where none was fit: then nothing was verified. NULL: one was fit.
 *  @param grade  out: of the keys */
static char *describe_unfit_keys(const Check *check, KrrSignatureGrade *grade)
{
    char *description = NULL;

    for (guint i = 0; i < check->certificates->len; i++) {
        X509 *certificate = g_ptr_array_index(check->certificates, i);
        g_autofree char *key = NULL;
        if (!certificate) {
            continue;
        }
        switch (krr_certificate_key(certificate, check->method->key_type, &key)) {
        case KRR_KEY_FIT:
            g_free(description);
            return NULL;
        case KRR_KEY_WEAK:
            *grade = KRR_GRADE_WEAK;
            g_free(description);
            description = g_steal_pointer(&key);
            break;
        case KRR_KEY_UNUSABLE:
            description = description ? description : g_steal_pointer(&key);
            break;
        }
    }
    return description;
}

static bool judge_keys(Check *check)
{
    KrrSignatureGrade grade = KRR_GRADE_UNUSUAL;
    char *unfit = describe_unfit_keys(check, &grade);

    if (!unfit) {
        return true;
    }
    settle(check, KRR_SIGNATURE_UNSUPPORTED,
           g_strdup_printf(grade == KRR_GRADE_WEAK
                               ? "its certificate has %s, too weak to prove anything"
                               : "its certificate has %s, which is not supported "
                                 "with its algorithm",
                           unfit));
    note_outside(check, grade, unfit);
    return false;
}

/* The other certificates: the signer's issuers may be among them. Frees the stack only. */
static STACK_OF(X509) * others_than(const Check *check, int signer)
{
    STACK_OF(X509) *others = sk_X509_new_null();

    for (guint i = 0; i < check->certificates->len; i++) {
        X509 *certificate = g_ptr_array_index(check->certificates, i);
        if (certificate && (int)i != signer) {
            sk_X509_push(others, certificate);
        }
    }
    return others;
}

static void judge_trust(Check *check, int signer)
{
    STACK_OF(X509) *others = others_than(check, signer);
    const KrrTrustQuestion question = {
        .signer = g_ptr_array_index(check->certificates, (guint)signer),
        .others = others,
        .creator = krr_text(check->krr, KRR_ELEMENT_CREATOR),
        .has_time = check->krr->time_valid,
        .time = check->krr->time_ns / G_GINT64_CONSTANT(1000000000),
    };
    char *reason = NULL;
    KrrTrustAnswer answer = krr_trust_ask(check->trust, &question, &reason);

    check->verdict->trust_judged = answer != KRR_TRUST_NOT_JUDGED;
    settle(check, answer == KRR_TRUST_YES ? KRR_SIGNATURE_VALID : KRR_SIGNATURE_UNTRUSTED, reason);
    sk_X509_free(others);
}

static const KrrSignatureStatus outcome_status[] = {
    [KRR_OUTCOME_TOO_MUCH] = KRR_SIGNATURE_UNSUPPORTED,
    [KRR_OUTCOME_NO_FORM] = KRR_SIGNATURE_UNSUPPORTED,
    [KRR_OUTCOME_VALUE_DIFFERS] = KRR_SIGNATURE_INVALID,
    [KRR_OUTCOME_DIGEST_DIFFERS] = KRR_SIGNATURE_INVALID,
    [KRR_OUTCOME_COVERS_OTHER] = KRR_SIGNATURE_PARTIAL,
};

static void refuse_work(Check *check, const char *reason)
{
    settle(check, KRR_SIGNATURE_UNSUPPORTED, g_strdup(reason));
    note_outside(check, KRR_GRADE_UNUSUAL, g_strdup("the amount of work"));
}

static void run_signature(Check *check)
{
    KrrSignatureRun run = {
        .krr = check->krr,
        .element = check->element,
        .signature = check->signature,
        .method = check->method,
        .canonical = check->canonical,
        .certificates = check->certificates,
        .elements = &check->budget->elements,
    };
    KrrOutcome outcome = krr_signature_run(&run);

    if (run.signer >= 0) {
        name_signer(check, (guint)run.signer);
    }
    if (outcome == KRR_OUTCOME_COVERS_ALL) {
        judge_trust(check, run.signer);
    } else if (outcome == KRR_OUTCOME_TOO_MUCH) {
        refuse_work(check, "verifying all of the document's signatures is too much work");
    } else {
        settle(check, outcome_status[outcome], g_steal_pointer(&run.reason));
    }
    if (outcome == KRR_OUTCOME_NO_FORM) {
        note_outside(check, KRR_GRADE_UNUSUAL, g_strdup("a namespace name that is no URI"));
    }
    g_free(run.reason);
}

static void verify_parts(Check *check)
{
    KrrSignatureParts parts;
    char *reason = NULL;

    switch (krr_signature_take_apart(check->signature, &parts, &reason)) {
    case KRR_PARTS_BROKEN:
        settle(check, KRR_SIGNATURE_INVALID, reason);
        return;
    case KRR_PARTS_TOO_MANY:
        settle(check, KRR_SIGNATURE_UNSUPPORTED, reason);
        note_outside(check, KRR_GRADE_UNUSUAL, g_strdup("the number of its parts"));
        return;
    case KRR_PARTS_FINE:
        break;
    }
    bool certified = read_certificates(check, &parts);
    if (judge_algorithms(check, &parts) && certified && judge_keys(check)) {
        run_signature(check);
    }
}

/* @param verdict  out; must be cleared or zero */
static void verify_signature(const Verification *verification, const Krr *krr,
                             const KrrSource *source, guint index, KrrVerdict *verdict)
{
    Budget *budget = verification->budget;
    g_autoptr(GPtrArray) certificates = g_ptr_array_new_with_free_func(free_certificate);
    g_autoptr(GString) outside = g_string_new(NULL);
    Check check = {
        .krr = krr,
        .trust = verification->trust,
        .budget = budget,
        .element = source->element,
        .signature = g_ptr_array_index(source->signatures, index),
        .verdict = verdict,
        .certificates = certificates,
        .outside = outside,
    };

    verdict->verified = true;
    if (budget->signatures == 0) {
        refuse_work(&check, "there are more than " G_STRINGIFY(KRR_MAX_SIGNATURES) " signatures in "
                                                                                   "the document");
    } else {
        budget->signatures--;
        verify_parts(&check);
    }
    if (outside->len > 0) {
        verdict->grade_reason = g_strdup(outside->str);
    }
}

/* Did anything verify? */
static bool is_good_for_something(const KrrVerdict *verdict)
{
    return verdict->status == KRR_SIGNATURE_VALID || verdict->status == KRR_SIGNATURE_UNTRUSTED ||
           verdict->status == KRR_SIGNATURE_PARTIAL;
}

/* A KRR has one signature. Where it has several, readers may differ on which one counts. */
static void verify_several(const Verification *verification, const Krr *krr,
                           const KrrSource *source, KrrVerdict *verdict)
{
    const guint count = source->signatures->len;

    for (guint i = 0; i < MIN(count, MAX_TRIED); i++) {
        KrrVerdict another = {0};
        verify_signature(verification, krr, source, i, &another);
        if (i == 0) {
            *verdict = another;
            continue;
        }
        if (is_good_for_something(&another) && !is_good_for_something(verdict)) {
            verdict->status = another.status;
        }
        krr_verdict_clear(&another);
    }
    if (is_good_for_something(verdict)) {
        g_free(verdict->reason);
        verdict->status = KRR_SIGNATURE_PARTIAL;
        verdict->reason = g_strdup_printf("it is one of %u signatures of the KRR", count);
    }
}

/* A KRR that has a signature. */
static void verify_signed(const Verification *verification, const Krr *krr, KrrVerdict *verdict)
{
    const KrrSource *source = krr_origin_of(verification->origin, krr);

    if (!verification->trust) {
        verdict->status = KRR_SIGNATURE_UNSUPPORTED;
        verdict->reason = g_strdup("the verification of signatures is turned off");
    } else if (!krr_xmldsig_start()) {
        verdict->status = KRR_SIGNATURE_UNSUPPORTED;
        verdict->reason = g_strdup("the library that verifies signatures cannot be used");
    } else if (source->signatures->len > 1) {
        verify_several(verification, krr, source, verdict);
    } else {
        verify_signature(verification, krr, source, 0, verdict);
    }
}

/* The depth is bounded by KRR_MAX_DEPTH. */
static void verify_krr(const Verification *verification, Krr *krr)
{
    KrrVerdict *verdict = &krr->signature.verdict;

    krr_verdict_clear(verdict);
    if (krr->signature.present) {
        verify_signed(verification, krr, verdict);
    }
    for (guint i = 0; i < krr->embedded->len; i++) {
        verify_krr(verification, g_ptr_array_index(krr->embedded, i));
    }
}

void krr_signature_verify(KrrDocument *document, const KrrTrust *trust)
{
    Budget budget = {KRR_MAX_SIGNATURES, KRR_MAX_CANONICALIZED};
    const Verification verification = {document->origin, trust, &budget};

    for (guint i = 0; i < document->krrs->len; i++) {
        verify_krr(&verification, g_ptr_array_index(document->krrs, i));
    }
}
