/* krr-signature.c
 * Is a KRR genuine? What its signature covers, whether it holds, and who made it
 *
 * A signature is taken apart and judged by what it names first; only then xmlsec runs the pieces,
 * on nodes of our choice. So a reference cannot lead xmlsec anywhere but where we know it does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "krr-signature.h"

#include <string.h>

#include "krr-certificate.h"
#include "krr-signature-claims.h"
#include "krr-signature-parts.h"
#include "krr-standalone.h"
#include "krr-xmldsig.h"

/* Signatures of one KRR that are looked at. More than one is one too many. */
#define MAX_TRIED 4
/* Elements with one and the same Id that are tried as what a reference means. */
#define MAX_TARGETS 4
/* A text of the document in a sentence. */
#define QUOTE_CHARACTERS 80

/** What running a signature came to, in rising order of merit. */
typedef enum Outcome {
    OUTCOME_NOT_RUN,
    OUTCOME_TOO_MUCH,
    OUTCOME_VALUE_DIFFERS,
    OUTCOME_DIGEST_DIFFERS,
    OUTCOME_COVERS_OTHER,
    OUTCOME_COVERS_ALL
} Outcome;

/** Work that is left for the document. */
typedef struct Budget {
    guint signatures;
    gulong elements;
} Budget;

/** One signature while it is verified. */
typedef struct Check {
    const Krr *krr;
    const KrrTrust *trust;
    Budget *budget;
    xmlNodePtr signature;          /* in the document's own tree */
    KrrVerdict *verdict;           /* out */
    GPtrArray *certificates;       /* of X509, NULL where one cannot be read */
    const KrrAlgorithm *method;    /* SignatureMethod */
    const KrrAlgorithm *canonical; /* CanonicalizationMethod */
    GString *outside;              /* what is outside the profile, so far */
} Check;

/** The KRR in one form that its own document may have had. */
typedef struct Form {
    xmlDocPtr xml;
    xmlNodePtr krr;
    KrrSignatureParts parts;
    gulong elements;
    GHashTable *ids;     /* text -> GPtrArray of xmlNode with that Id */
    const char *doubled; /* an Id that stands twice, or NULL */
} Form;

/* Words */

static void settle(Check *check, KrrSignatureStatus status, char *reason)
{
    check->verdict->status = status;
    g_free(check->verdict->reason);
    check->verdict->reason = reason;
}

static char *quote(const xmlChar *text)
{
    g_autofree char *valid = g_utf8_make_valid((const char *)text, -1);
    g_autofree char *start =
        g_utf8_substring(valid, 0, MIN(g_utf8_strlen(valid, -1), QUOTE_CHARACTERS));

    return g_strdup_printf("\"%s\"", start);
}

/** Notes something that the profile does not have; each once. Takes the text. */
static void note_outside(Check *check, KrrSignatureGrade grade, char *what)
{
    if (!strstr(check->outside->str, what)) {
        g_string_append_printf(check->outside, "%s%s", check->outside->len ? ", " : "", what);
    }
    check->verdict->grade = MAX(check->verdict->grade, grade);
    g_free(what);
}

/* What it names */

/** The algorithm that an element names. @return NULL, and the signature unsupported, where it is
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
        g_autofree char *name = uri ? quote(uri) : g_strdup("an unnamed algorithm");
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

/** What a transform is; NULL where it is not known. Use tells nothing: c14n is one, too. */
static const KrrAlgorithm *transform_algorithm(const xmlNode *transform)
{
    xmlChar *uri = krr_signature_attribute(transform, "Algorithm");
    const KrrAlgorithm *algorithm = krr_algorithm_lookup((const char *)uri, KRR_USE_CANONICAL);

    algorithm = algorithm ? algorithm : krr_algorithm_lookup((const char *)uri, KRR_USE_TRANSFORM);
    xmlFree(uri);
    return algorithm;
}

/** Judges the methods and transforms by name. @return false where nothing can be run */
static bool judge_algorithms(Check *check, const KrrSignatureParts *parts)
{
    check->canonical = named_algorithm(check, parts->canonicalization, KRR_USE_CANONICAL);
    check->method = named_algorithm(check, parts->method, KRR_USE_SIGNATURE);
    bool all = check->canonical && check->method;

    for (guint i = 0; i < parts->n_references; i++) {
        const KrrReferenceParts *reference = &parts->references[i];
        all = named_algorithm(check, reference->digest_method, KRR_USE_DIGEST) && all;
        for (guint k = 0; k < reference->n_transforms; k++) {
            const KrrAlgorithm *transform = transform_algorithm(reference->transforms[k]);
            if (transform && transform->klass && transform->grade != KRR_GRADE_PROFILE) {
                note_outside(check, transform->grade, g_strdup(transform->name));
            }
        }
    }
    return all;
}

/* Certificates */

static void free_certificate(gpointer certificate)
{
    X509_free(certificate);
}

/** Takes the signer's name from a certificate; who that is, is proven by its key alone. */
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
    verdict->certificate = index;
    krr_certificate_validity(certificate, &verdict->not_before, &verdict->not_after);
}

/** Reads the certificates. @return false, and the signature unsupported, where there is none */
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

/* Forms */

/** Notes the Ids of an element and of those beneath it; the depth is bounded. */
static void collect_ids(Form *form, xmlNodePtr element)
{
    form->elements++;
    for (xmlAttrPtr attribute = element->properties; attribute; attribute = attribute->next) {
        bool is_xml_id = attribute->ns && xmlStrEqual(attribute->ns->href, XML_XML_NAMESPACE) &&
                         xmlStrEqual(attribute->name, BAD_CAST "id");
        if (!is_xml_id && !xmlStrEqual(attribute->name, BAD_CAST "Id")) {
            continue;
        }
        xmlChar *value = xmlNodeListGetString(form->xml, attribute->children, 1);
        g_autofree char *id = g_strdup(value ? (const char *)value : "");
        GPtrArray *elements = g_hash_table_lookup(form->ids, id);
        xmlFree(value);
        if (elements) {
            g_hash_table_lookup_extended(form->ids, id, (gpointer *)&form->doubled, NULL);
        } else {
            elements = g_ptr_array_new();
            g_hash_table_insert(form->ids, g_steal_pointer(&id), elements);
        }
        g_ptr_array_add(elements, element);
    }
    for (xmlNodePtr child = xmlFirstElementChild(element); child;
         child = xmlNextElementSibling(child)) {
        collect_ids(form, child);
    }
}

static void form_clear(Form *form)
{
    g_clear_pointer(&form->ids, g_hash_table_unref);
    g_clear_pointer(&form->xml, xmlFreeDoc);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Form, form_clear)

/** What the document of the KRR was made of: the KRR, or a wrapper with its signature beside it. */
static xmlNodePtr root_of(const Check *check)
{
    return check->signature->parent == check->krr->node ? check->krr->node
                                                        : check->signature->parent;
}

/**
 * Makes the KRR the document that it was, in one of the forms that it may have had.
 *
 * What an ancestor declares and the KRR uses may have been declared, in the KRR's own document, on
 * its root, or where it is used: whoever embedded the KRR took the declaration away because the same
 * one is in scope outside. Which of the two it was makes another canonical form, and nothing tells.
 * All are tried, and each is the same KRR.
 *
 * @param choice  from 0; a bit for each declaration that is not on the root
 * @return false where there is no such form
 */
static bool form_make(const Check *check, guint choice, Form *form)
{
    xmlNodePtr root = root_of(check);
    bool is_whole = root == xmlDocGetRootElement(root->doc);
    bool is_alone = is_whole || check->krr->is_list;

    if (choice > 0 && is_alone) {
        return false;
    }
    /* The document that was sent keeps what stands around its root: "" covers that, too. */
    form->xml = is_whole ? xmlCopyDoc(root->doc, 1) : krr_standalone_new(root, check->krr->is_list);
    if (choice > 0) {
        if (choice >> krr_standalone_movable(form->xml, root)) {
            return false;
        }
        krr_standalone_move(form->xml, root, choice);
    }
    g_autofree char *reason = NULL;
    form->krr = krr_standalone_counterpart(form->xml, root, check->krr->node);
    krr_signature_take_apart(krr_standalone_counterpart(form->xml, root, check->signature),
                             &form->parts, &reason);
    form->ids =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    collect_ids(form, xmlDocGetRootElement(form->xml));
    return true;
}

/* Running it */

/** Counts a canonicalization of the form. @return false where it was one too many */
static bool spend(Check *check, const Form *form)
{
    if (check->budget->elements < form->elements) {
        return false;
    }
    check->budget->elements -= form->elements;
    return true;
}

/** Which certificate's key verifies the value; -1: none. */
static int find_signer(Check *check, const Form *form)
{
    const KrrSignatureParts *parts = &form->parts;
    const KrrTransform canonical = {check->canonical, parts->canonicalization};
    const KrrTransform method = {check->method, parts->method};

    for (guint i = 0; i < check->certificates->len; i++) {
        X509 *certificate = g_ptr_array_index(check->certificates, i);
        g_autofree char *key = NULL;
        if (certificate &&
            krr_certificate_key(certificate, check->method->key_type, &key) == KRR_KEY_FIT &&
            krr_xmldsig_value_holds(parts->signed_info, canonical, method, parts->value,
                                    X509_get0_pubkey(certificate))) {
            return (int)i;
        }
    }
    return -1;
}

/** The first transform that is not run, in words to be freed; NULL: all are. */
static char *forbidden_transform(const KrrReferenceParts *reference)
{
    for (guint i = 0; i < reference->n_transforms; i++) {
        const KrrAlgorithm *transform = transform_algorithm(reference->transforms[i]);
        if (!transform || !transform->klass) {
            return g_strdup_printf("%s transform", transform ? transform->name : "unknown");
        }
    }
    return NULL;
}

/** Does the digest of a reference hold for an element (NULL: for the document)? */
static bool digest_holds(const Form *form, const KrrReferenceParts *reference, xmlNodePtr target)
{
    KrrTransform transforms[KRR_MAX_TRANSFORMS];
    xmlChar *uri = krr_signature_attribute(reference->digest_method, "Algorithm");
    const KrrTransform digest = {krr_algorithm_lookup((const char *)uri, KRR_USE_DIGEST),
                                 reference->digest_method};

    for (guint i = 0; i < reference->n_transforms; i++) {
        transforms[i] =
            (KrrTransform){transform_algorithm(reference->transforms[i]), reference->transforms[i]};
    }
    xmlFree(uri);
    return krr_xmldsig_digest_holds(form->xml, target, transforms, reference->n_transforms, digest,
                                    reference->digest_value);
}

/** Is it the KRR, or all of the document that holds it? */
static bool is_entire(const Form *form, const xmlNode *target)
{
    return target == form->krr || target == xmlDocGetRootElement(form->xml);
}

/** A reference to elements by their Id. Where several have it, that which was signed is what the
 *  reference meant when it was made; that one of them was moved there is what we must find out. */
static Outcome run_id_reference(Check *check, const Form *form, const KrrReferenceParts *reference,
                                const xmlChar *uri, char **reason)
{
    const GPtrArray *targets = g_hash_table_lookup(form->ids, (const char *)uri + 1);
    g_autofree char *quoted = quote(uri);

    for (guint i = 0; targets && i < MIN(targets->len, MAX_TARGETS); i++) {
        xmlNodePtr target = g_ptr_array_index(targets, i);
        if (!spend(check, form)) {
            return OUTCOME_TOO_MUCH;
        }
        if (!digest_holds(form, reference, target)) {
            continue;
        }
        if (is_entire(form, target)) {
            return OUTCOME_COVERS_ALL;
        }
        *reason = g_strdup_printf("what it covers is another element, the %s with the Id %s",
                                  target->name, quoted);
        return OUTCOME_COVERS_OTHER;
    }
    *reason =
        targets ? g_strdup_printf("the digest of %s is another than that which was signed", quoted)
                : g_strdup_printf("it covers %s, but no element has that Id", quoted);
    return OUTCOME_DIGEST_DIFFERS;
}

static Outcome run_whole_reference(Check *check, const Form *form,
                                   const KrrReferenceParts *reference, char **reason)
{
    if (!spend(check, form)) {
        return OUTCOME_TOO_MUCH;
    }
    if (digest_holds(form, reference, NULL)) {
        return OUTCOME_COVERS_ALL;
    }
    *reason = g_strdup("the digest of the KRR is another than that which was signed");
    return OUTCOME_DIGEST_DIFFERS;
}

/** @param reason  out: what is wrong, to be freed; NULL where it covers all */
static Outcome run_reference(Check *check, const Form *form, const KrrReferenceParts *reference,
                             char **reason)
{
    xmlChar *uri = krr_signature_attribute(reference->element, "URI");
    g_autofree char *transform = forbidden_transform(reference);
    g_autofree char *quoted = uri ? quote(uri) : NULL;
    Outcome outcome = OUTCOME_COVERS_OTHER;

    if (transform) {
        *reason =
            g_strdup_printf("it selects what it covers by an %s, which is never run", transform);
    } else if (!uri) {
        *reason = g_strdup("its reference does not say what it covers");
    } else if (*uri == '\0') {
        outcome = run_whole_reference(check, form, reference, reason);
    } else if (*uri != '#') {
        *reason = g_strdup_printf("it covers %s, outside of the document, which is never fetched",
                                  quoted);
    } else if (strpbrk((const char *)uri, "()")) {
        *reason = g_strdup_printf("it selects what it covers by %s, which is never run", quoted);
    } else {
        outcome = run_id_reference(check, form, reference, uri, reason);
    }
    xmlFree(uri);
    return outcome;
}

/** The worst outcome of all references; for several that hold: not what was asked for. */
static Outcome run_references(Check *check, const Form *form, char **reason)
{
    const KrrSignatureParts *parts = &form->parts;
    Outcome worst = OUTCOME_COVERS_ALL;

    for (guint i = 0; i < parts->n_references; i++) {
        char *problem = NULL;
        Outcome outcome = run_reference(check, form, &parts->references[i], &problem);
        if (outcome < worst) {
            worst = outcome;
            g_free(*reason);
            *reason = g_steal_pointer(&problem);
        }
        g_free(problem);
    }
    if (worst == OUTCOME_COVERS_ALL && parts->n_references != 1) {
        *reason =
            g_strdup_printf("it has %u references, not one to the entire KRR", parts->n_references);
        return OUTCOME_COVERS_OTHER;
    }
    if (worst == OUTCOME_COVERS_ALL && form->doubled) {
        g_autofree char *doubled = quote(BAD_CAST form->doubled);
        *reason = g_strdup_printf("the Id %s stands twice in the document", doubled);
        return OUTCOME_COVERS_OTHER;
    }
    return worst;
}

/** @param signer  out: index of the certificate whose key verifies; -1: none does */
static Outcome run_form(Check *check, const Form *form, int *signer, char **reason)
{
    if (!spend(check, form)) {
        return OUTCOME_TOO_MUCH;
    }
    *signer = find_signer(check, form);
    if (*signer < 0) {
        *reason = g_strdup("the key of its certificate does not verify the signature value");
        return OUTCOME_VALUE_DIFFERS;
    }
    return run_references(check, form, reason);
}

/** Tries the forms that the document may have had. The best outcome counts. */
static Outcome run_forms(Check *check, int *signer, char **reason)
{
    Outcome best = OUTCOME_NOT_RUN;

    for (guint choice = 0; best < OUTCOME_COVERS_ALL; choice++) {
        g_auto(Form) form = {0};
        int form_signer = -1;
        char *form_reason = NULL;
        if (!form_make(check, choice, &form)) {
            break;
        }
        Outcome outcome = run_form(check, &form, &form_signer, &form_reason);
        if (outcome > best) {
            best = outcome;
            *signer = form_signer;
            g_free(*reason);
            *reason = g_steal_pointer(&form_reason);
        }
        g_free(form_reason);
    }
    return best;
}

/* Verdicts */

/** What is wrong with the keys where none was fit: then nothing was verified. NULL: one was fit.
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

/** The other certificates: the signer's issuers may be among them. To be freed, not what it holds. */
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
    [OUTCOME_NOT_RUN] = KRR_SIGNATURE_UNSUPPORTED,
    [OUTCOME_TOO_MUCH] = KRR_SIGNATURE_UNSUPPORTED,
    [OUTCOME_VALUE_DIFFERS] = KRR_SIGNATURE_INVALID,
    [OUTCOME_DIGEST_DIFFERS] = KRR_SIGNATURE_INVALID,
    [OUTCOME_COVERS_OTHER] = KRR_SIGNATURE_PARTIAL,
};

static void refuse_work(Check *check, const char *reason)
{
    settle(check, KRR_SIGNATURE_UNSUPPORTED, g_strdup(reason));
    note_outside(check, KRR_GRADE_UNUSUAL, g_strdup("the amount of work"));
}

static void run_signature(Check *check)
{
    g_autofree char *reason = NULL;
    int signer = -1;
    Outcome outcome = run_forms(check, &signer, &reason);

    if (signer >= 0) {
        name_signer(check, (guint)signer);
    }
    if (outcome == OUTCOME_COVERS_ALL) {
        judge_trust(check, signer);
    } else if (outcome == OUTCOME_TOO_MUCH || outcome == OUTCOME_NOT_RUN) {
        refuse_work(check, "verifying all of the document's signatures is too much work");
    } else {
        settle(check, outcome_status[outcome], g_steal_pointer(&reason));
    }
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

/** @param verdict  out; must be cleared or zero */
static void verify_signature(const Krr *krr, xmlNodePtr signature, const KrrTrust *trust,
                             Budget *budget, KrrVerdict *verdict)
{
    g_autoptr(GPtrArray) certificates = g_ptr_array_new_with_free_func(free_certificate);
    g_autoptr(GString) outside = g_string_new(NULL);
    Check check = {
        .krr = krr,
        .trust = trust,
        .budget = budget,
        .signature = signature,
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

/** Does anything hold? */
static bool is_good_for_something(const KrrVerdict *verdict)
{
    return verdict->status == KRR_SIGNATURE_VALID || verdict->status == KRR_SIGNATURE_UNTRUSTED ||
           verdict->status == KRR_SIGNATURE_PARTIAL;
}

/** A KRR has one signature. Where it has several, readers may differ on which one counts. */
static void verify_several(const Krr *krr, const KrrTrust *trust, Budget *budget,
                           KrrVerdict *verdict)
{
    const GPtrArray *nodes = krr->signature.nodes;

    for (guint i = 0; i < MIN(nodes->len, MAX_TRIED); i++) {
        KrrVerdict another = {0};
        verify_signature(krr, g_ptr_array_index(nodes, i), trust, budget, &another);
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
        verdict->reason = g_strdup_printf("it is one of %u signatures of the KRR", nodes->len);
    }
}

/* The depth is bounded by KRR_MAX_DEPTH. */
static void verify_krr(Krr *krr, const KrrTrust *trust, Budget *budget)
{
    KrrVerdict *verdict = &krr->signature.verdict;

    krr_verdict_clear(verdict);
    if (krr->signature.present && !trust) {
        verdict->status = KRR_SIGNATURE_UNSUPPORTED;
        verdict->reason = g_strdup("the verification of signatures is turned off");
    } else if (krr->signature.present && !krr_xmldsig_start()) {
        verdict->status = KRR_SIGNATURE_UNSUPPORTED;
        verdict->reason = g_strdup("the library that verifies signatures cannot be used");
    } else if (krr->signature.present && krr->signature.nodes->len > 1) {
        verify_several(krr, trust, budget, verdict);
    } else if (krr->signature.present) {
        verify_signature(krr, g_ptr_array_index(krr->signature.nodes, 0), trust, budget, verdict);
    }
    for (guint i = 0; i < krr->embedded->len; i++) {
        verify_krr(g_ptr_array_index(krr->embedded, i), trust, budget);
    }
}

void krr_signature_verify(KrrDocument *document, const KrrTrust *trust)
{
    Budget budget = {KRR_MAX_SIGNATURES, KRR_MAX_CANONICALIZED};

    for (guint i = 0; i < document->krrs->len; i++) {
        verify_krr(g_ptr_array_index(document->krrs, i), trust, &budget);
    }
}

/* Questions */

const char *krr_signature_status_name(KrrSignatureStatus status)
{
    static const char *const names[] = {
        [KRR_SIGNATURE_ABSENT] = "absent",       [KRR_SIGNATURE_VALID] = "valid",
        [KRR_SIGNATURE_UNTRUSTED] = "untrusted", [KRR_SIGNATURE_INVALID] = "invalid",
        [KRR_SIGNATURE_PARTIAL] = "partial",     [KRR_SIGNATURE_UNSUPPORTED] = "unsupported",
    };

    return names[status];
}

static const char *without_scheme(const char *identity)
{
    static const char *const schemes[] = {"sip:", "sips:"};

    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (g_str_has_prefix(identity, schemes[i])) {
            return identity + strlen(schemes[i]);
        }
    }
    return identity;
}

static bool same_identity(const char *a, const char *b)
{
    return g_str_equal(without_scheme(a), without_scheme(b));
}

bool krr_verdict_names(const KrrVerdict *verdict, const char *identity)
{
    for (guint i = 0; verdict->signer_uris && i < verdict->signer_uris->len; i++) {
        if (same_identity(g_ptr_array_index(verdict->signer_uris, i), identity)) {
            return true;
        }
    }
    return !verdict->signer_uris && verdict->signer && same_identity(verdict->signer, identity);
}

static gpointer copy_text(gconstpointer text, gpointer data)
{
    (void)data;
    return g_strdup(text);
}

void krr_verdict_copy(KrrVerdict *copy, const KrrVerdict *verdict)
{
    krr_verdict_clear(copy);
    *copy = *verdict;
    copy->reason = g_strdup(verdict->reason);
    copy->grade_reason = g_strdup(verdict->grade_reason);
    copy->signer = g_strdup(verdict->signer);
    if (verdict->signer_uris) {
        copy->signer_uris = g_ptr_array_copy(verdict->signer_uris, copy_text, NULL);
        g_ptr_array_set_free_func(copy->signer_uris, g_free);
    }
}
