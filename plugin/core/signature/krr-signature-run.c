/* krr-signature-run.c
 * Runs one signature: whose key made it, and what does it cover?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/signature/krr-signature-run.h"

#include <string.h>

#include "core/document/krr-standalone.h"
#include "core/signature/krr-signature-value.h"
#include "core/signature/krr-uncanonical.h"
#include "core/signature/krr-xmldsig.h"
#include "core/trust/krr-certificate.h"

/* Where several elements have the Id of a reference, so many of them are tried. */
#define MAX_TARGETS 4
/* A text of the document in a sentence. */
#define QUOTE_CHARACTERS 80

/* The KRR in one form that its own document may have had. */
typedef struct Form {
    xmlDocPtr xml;
    xmlNodePtr krr;
    KrrSignatureParts parts;
    gulong elements;
    GHashTable *ids;     /* text -> GPtrArray of xmlNode with that Id */
    const char *doubled; /* an Id that stands twice, or NULL */
} Form;

char *krr_signature_quote(const xmlChar *text)
{
    g_autofree char *valid = g_utf8_make_valid((const char *)text, -1);
    g_autofree char *start =
        g_utf8_substring(valid, 0, MIN(g_utf8_strlen(valid, -1), QUOTE_CHARACTERS));

    return g_strdup_printf("\"%s\"", start);
}

/* Canonicalization is a transform, too. */
const KrrAlgorithm *krr_transform_algorithm(const xmlNode *transform)
{
    xmlChar *uri = krr_signature_attribute(transform, "Algorithm");
    const KrrAlgorithm *algorithm = krr_algorithm_lookup((const char *)uri, KRR_USE_CANONICAL);

    algorithm = algorithm ? algorithm : krr_algorithm_lookup((const char *)uri, KRR_USE_TRANSFORM);
    xmlFree(uri);
    return algorithm;
}

/* ---- forms ---- */

/* Notes an Id that two elements have: one of them may have been moved there from elsewhere. */
static void note_id(Form *form, xmlNodePtr element, const char *id)
{
    GPtrArray *elements = g_hash_table_lookup(form->ids, id);

    if (elements) {
        g_hash_table_lookup_extended(form->ids, id, (gpointer *)&form->doubled, NULL);
    } else {
        elements = g_ptr_array_new();
        g_hash_table_insert(form->ids, g_strdup(id), elements);
    }
    g_ptr_array_add(elements, element);
}

static bool is_id(const xmlAttr *attribute)
{
    bool is_xml_id = attribute->ns && xmlStrEqual(attribute->ns->href, XML_XML_NAMESPACE) &&
                     xmlStrEqual(attribute->name, BAD_CAST "id");

    return is_xml_id || xmlStrEqual(attribute->name, BAD_CAST "Id");
}

/* Notes the Ids of an element and of those beneath it; the depth is bounded. */
static void collect_ids(Form *form, xmlNodePtr element)
{
    form->elements++;
    for (xmlAttrPtr attribute = element->properties; attribute; attribute = attribute->next) {
        xmlChar *id =
            is_id(attribute) ? xmlNodeListGetString(form->xml, attribute->children, 1) : NULL;
        if (id && *id) {
            note_id(form, element, (const char *)id);
        }
        xmlFree(id);
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

/* What the document of the KRR was made of: the KRR, or a wrapper with its signature beside it. */
static xmlNodePtr root_of(const KrrSignatureRun *run)
{
    return run->signature->parent == run->element ? run->element : run->signature->parent;
}

/*
 * Makes the KRR the document that it was, in one of the forms that it may have had.
 *
 * A namespace that an ancestor declares and the KRR uses was declared in the KRR's own document too: on
 * its root, or where it is used. Whoever embedded the KRR left that declaration out, since the one of
 * the ancestor does as well. The place makes another canonical form, and nothing tells which it was. So
 * all forms are tried; each of them is the same KRR.
 *
 * @param choice  from 0; a bit for each declaration that is not on the root
 * @return false where there is no such form
 */
static bool form_make(const KrrSignatureRun *run, guint choice, Form *form)
{
    xmlNodePtr root = root_of(run);
    bool is_whole = root == xmlDocGetRootElement(root->doc);
    bool is_alone = is_whole || run->krr->is_list;

    if (choice > 0 && is_alone) {
        return false;
    }
    /* A reference "" covers the whole document, also comments and instructions around its root. */
    form->xml = is_whole ? xmlCopyDoc(root->doc, 1) : krr_standalone_new(root, run->krr->is_list);
    if (choice > 0) {
        if (choice >> krr_standalone_movable(form->xml, root)) {
            return false;
        }
        krr_standalone_move(form->xml, root, choice);
    }
    g_autofree char *reason = NULL;
    form->krr = krr_standalone_counterpart(form->xml, root, run->element);
    krr_signature_take_apart(krr_standalone_counterpart(form->xml, root, run->signature),
                             &form->parts, &reason);
    form->ids =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    collect_ids(form, xmlDocGetRootElement(form->xml));
    return true;
}

/* ---- running it ---- */

/* Counts a canonicalization of the form. @return false where it was one too many */
static bool spend(KrrSignatureRun *run, const Form *form)
{
    if (*run->elements < form->elements) {
        return false;
    }
    *run->elements -= form->elements;
    return true;
}

/* Why there is no canonical form of a document; caller frees. */
static char *no_form(const xmlChar *name)
{
    g_autofree char *quoted = krr_signature_quote(name);

    return g_strdup_printf(
        "it cannot be verified, since the namespace name %s is no absolute URI, for "
        "which canonical XML has no form",
        quoted);
}

/* Does the key verify the value? @param reason  out: why not, where there is more to say; to be freed */
static bool key_fits_value(const KrrSignatureRun *run, const Form *form, GBytes *value,
                           X509 *certificate, char **reason)
{
    const KrrSignatureParts *parts = &form->parts;
    const KrrTransform canonical = {run->canonical, parts->canonicalization};
    const KrrTransform method = {run->method, parts->method};
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    gsize expected = krr_signature_value_length(key);

    if (g_bytes_get_size(value) == expected) {
        return krr_xmldsig_value_holds(parts->signed_info, canonical, method, value, key);
    }
    g_free(*reason);
    *reason = g_strdup_printf("it has a value of %" G_GSIZE_FORMAT " octets, but the key of its "
                              "certificate makes %" G_GSIZE_FORMAT,
                              g_bytes_get_size(value), expected);
    return false;
}

/* Which certificate's key verifies the value; -1: none. @param reason  out: why none does, to be freed */
static int find_signer(KrrSignatureRun *run, const Form *form, char **reason)
{
    g_autoptr(GBytes) value = krr_signature_value_read(form->parts.value);

    for (guint i = 0; value && i < run->certificates->len; i++) {
        X509 *certificate = g_ptr_array_index(run->certificates, i);
        g_autofree char *key = NULL;
        if (certificate &&
            krr_certificate_key(certificate, run->method->key_type, &key) == KRR_KEY_FIT &&
            key_fits_value(run, form, value, certificate, reason)) {
            g_clear_pointer(reason, g_free);
            return (int)i;
        }
    }
    if (!*reason) {
        *reason = g_strdup(value ? "the key of its certificate does not verify the signature value"
                                 : "its signature value is no base64");
    }
    return -1;
}

/* The first transform that is not run, in words to be freed; NULL: all are. */
static char *forbidden_transform(const KrrReferenceParts *reference)
{
    for (guint i = 0; i < reference->n_transforms; i++) {
        const KrrAlgorithm *transform = krr_transform_algorithm(reference->transforms[i]);
        if (!transform || !transform->klass) {
            return g_strdup_printf("%s transform", transform ? transform->name : "unknown");
        }
    }
    return NULL;
}

/* Does the digest of a reference hold for an element (NULL: for the document)? */
static bool digest_holds(const Form *form, const KrrReferenceParts *reference, xmlNodePtr target)
{
    KrrTransform transforms[KRR_MAX_TRANSFORMS];
    xmlChar *uri = krr_signature_attribute(reference->digest_method, "Algorithm");
    const KrrTransform digest = {krr_algorithm_lookup((const char *)uri, KRR_USE_DIGEST),
                                 reference->digest_method};

    g_autoptr(GBytes) value = krr_signature_value_read(reference->digest_value);

    for (guint i = 0; i < reference->n_transforms; i++) {
        transforms[i] = (KrrTransform){krr_transform_algorithm(reference->transforms[i]),
                                       reference->transforms[i]};
    }
    xmlFree(uri);
    return value && krr_xmldsig_digest_holds(form->xml, target, transforms, reference->n_transforms,
                                             digest, value);
}

/* Is it the KRR, or all of the document that holds it? */
static bool is_entire(const Form *form, const xmlNode *target)
{
    return target == form->krr || target == xmlDocGetRootElement(form->xml);
}

/* A reference to elements by their Id. Where several have it, the reference meant the one that was
 * signed; whether another one was moved there must be found out. */
static KrrOutcome run_id_reference(KrrSignatureRun *run, const Form *form,
                                   const KrrReferenceParts *reference, const xmlChar *uri,
                                   char **reason)
{
    const GPtrArray *targets = g_hash_table_lookup(form->ids, (const char *)uri + 1);
    g_autofree char *quoted = krr_signature_quote(uri);

    for (guint i = 0; targets && i < MIN(targets->len, MAX_TARGETS); i++) {
        xmlNodePtr target = g_ptr_array_index(targets, i);
        if (!spend(run, form)) {
            return KRR_OUTCOME_TOO_MUCH;
        }
        if (!digest_holds(form, reference, target)) {
            continue;
        }
        if (is_entire(form, target)) {
            return KRR_OUTCOME_COVERS_ALL;
        }
        *reason = g_strdup_printf("what it covers is another element, the %s with the Id %s",
                                  target->name, quoted);
        return KRR_OUTCOME_COVERS_OTHER;
    }
    *reason =
        targets ? g_strdup_printf("the digest of %s is another than that which was signed", quoted)
                : g_strdup_printf("it covers %s, but no element has that Id", quoted);
    return KRR_OUTCOME_DIGEST_DIFFERS;
}

static KrrOutcome run_whole_reference(KrrSignatureRun *run, const Form *form,
                                      const KrrReferenceParts *reference, char **reason)
{
    if (!spend(run, form)) {
        return KRR_OUTCOME_TOO_MUCH;
    }
    if (digest_holds(form, reference, NULL)) {
        return KRR_OUTCOME_COVERS_ALL;
    }
    *reason = g_strdup("the digest of the KRR is another than that which was signed");
    return KRR_OUTCOME_DIGEST_DIFFERS;
}

/* @param reason  out: what is wrong, to be freed; NULL where it covers all */
static KrrOutcome run_reference(KrrSignatureRun *run, const Form *form,
                                const KrrReferenceParts *reference, char **reason)
{
    xmlChar *uri = krr_signature_attribute(reference->element, "URI");
    g_autofree char *transform = forbidden_transform(reference);
    g_autofree char *quoted = uri ? krr_signature_quote(uri) : NULL;
    KrrOutcome outcome = KRR_OUTCOME_COVERS_OTHER;

    if (transform) {
        *reason =
            g_strdup_printf("it selects what it covers by an %s, which is never run", transform);
    } else if (!uri) {
        *reason = g_strdup("its reference does not say what it covers");
    } else if (*uri == '\0') {
        outcome = run_whole_reference(run, form, reference, reason);
    } else if (*uri != '#') {
        *reason = g_strdup_printf("it covers %s, outside of the document, which is never fetched",
                                  quoted);
    } else if (strpbrk((const char *)uri, "()")) {
        *reason = g_strdup_printf("it selects what it covers by %s, which is never run", quoted);
    } else {
        outcome = run_id_reference(run, form, reference, uri, reason);
    }
    xmlFree(uri);
    return outcome;
}

/* The worst outcome of all references; for several that hold: not what was asked for. */
static KrrOutcome run_references(KrrSignatureRun *run, const Form *form, char **reason)
{
    const KrrSignatureParts *parts = &form->parts;
    KrrOutcome worst = KRR_OUTCOME_COVERS_ALL;

    for (guint i = 0; i < parts->n_references; i++) {
        char *problem = NULL;
        KrrOutcome outcome = run_reference(run, form, &parts->references[i], &problem);
        if (outcome < worst) {
            worst = outcome;
            g_free(*reason);
            *reason = g_steal_pointer(&problem);
        }
        g_free(problem);
    }
    if (worst == KRR_OUTCOME_COVERS_ALL && parts->n_references != 1) {
        *reason =
            g_strdup_printf("it has %u references, not one to the entire KRR", parts->n_references);
        return KRR_OUTCOME_COVERS_OTHER;
    }
    if (worst == KRR_OUTCOME_COVERS_ALL && form->doubled) {
        g_autofree char *doubled = krr_signature_quote(BAD_CAST form->doubled);
        *reason = g_strdup_printf("the Id %s stands twice in the document", doubled);
        return KRR_OUTCOME_COVERS_OTHER;
    }
    return worst;
}

/* @param signer  out: index of the certificate whose key verifies; -1: none does */
static KrrOutcome run_form(KrrSignatureRun *run, const Form *form, int *signer, char **reason)
{
    if (!spend(run, form)) {
        return KRR_OUTCOME_TOO_MUCH;
    }
    const xmlChar *name = krr_uncanonical_name(xmlDocGetRootElement(form->xml));
    if (name) {
        *reason = no_form(name);
        return KRR_OUTCOME_NO_FORM;
    }
    *signer = find_signer(run, form, reason);
    if (*signer < 0) {
        return KRR_OUTCOME_VALUE_DIFFERS;
    }
    return run_references(run, form, reason);
}

/* Tries the forms that the document may have had. The best outcome counts. */
KrrOutcome krr_signature_run(KrrSignatureRun *run)
{
    KrrOutcome best = KRR_OUTCOME_TOO_MUCH;

    run->signer = -1;
    run->reason = NULL;
    for (guint choice = 0; best < KRR_OUTCOME_COVERS_ALL; choice++) {
        g_auto(Form) form = {0};
        int signer = -1;
        char *reason = NULL;
        if (!form_make(run, choice, &form)) {
            break;
        }
        KrrOutcome outcome = run_form(run, &form, &signer, &reason);
        if (outcome > best) {
            best = outcome;
            run->signer = signer;
            g_free(run->reason);
            run->reason = g_steal_pointer(&reason);
        }
        g_free(reason);
    }
    return best;
}
