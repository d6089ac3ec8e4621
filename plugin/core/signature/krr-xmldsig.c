/* krr-xmldsig.c
 * xmlsec at work: does a signature value hold, does a digest hold?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/signature/krr-xmldsig.h"

#include <libxml/xmlerror.h>
#include <openssl/err.h>
#include <xmlsec/errors.h>
#include <xmlsec/keys.h>
#include <xmlsec/nodeset.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/openssl/evp.h>

#include "core/document/krr-parser.h"

/* libxml2 and xmlsec would print on standard error what is wrong with a document. Handlers that ignore
 * it are set for each run, and those of before put back. */
typedef struct Silence {
    xmlStructuredErrorFunc handler;
    void *data;
} Silence;

static void ignore_xml_error(void *data G_GNUC_UNUSED, XmlErrorArgument *error G_GNUC_UNUSED)
{
}

static void ignore_xmlsec_error(const char *file G_GNUC_UNUSED, int line G_GNUC_UNUSED,
                                const char *func G_GNUC_UNUSED, const char *object G_GNUC_UNUSED,
                                const char *subject G_GNUC_UNUSED, int reason G_GNUC_UNUSED,
                                const char *message G_GNUC_UNUSED)
{
}

static Silence silence_begin(void)
{
    Silence before = {xmlStructuredError, xmlStructuredErrorContext};

    xmlSetStructuredErrorFunc(NULL, ignore_xml_error);
    xmlSecErrorsSetCallback(ignore_xmlsec_error);
    ERR_set_mark();
    return before;
}

static void silence_end(Silence before)
{
    ERR_pop_to_mark();
    xmlSecErrorsSetCallback(xmlSecErrorsDefaultCallback);
    xmlSetStructuredErrorFunc(before.data, before.handler);
}

bool krr_xmldsig_start(void)
{
    static gsize started = 0; /* 1: it works, 2: it does not */

    if (g_once_init_enter(&started)) {
        Silence before = silence_begin();
        bool works = xmlSecInit() == 0 && xmlSecCheckVersion() == 1 && xmlSecOpenSSLInit() == 0;
        silence_end(before);
        g_once_init_leave(&started, works ? 1 : 2);
    }
    return started == 1;
}

/* Appends the transform that an element names; no other than the expected one. */
static xmlSecTransformPtr append(xmlSecTransformCtxPtr chain, KrrTransform transform,
                                 xmlSecTransformUsage usage)
{
    xmlSecPtrListEmpty(&chain->enabledTransforms);
    if (xmlSecPtrListAdd(&chain->enabledTransforms, (void *)transform.algorithm->klass()) < 0) {
        return NULL;
    }
    return xmlSecTransformCtxNodeRead(chain, transform.element, usage);
}

/* Sends nodes through the chain, then compares the outcome of its last transform. Takes the nodes. */
static bool run(xmlSecTransformCtxPtr chain, xmlSecTransformPtr last, xmlSecNodeSetPtr nodes,
                GBytes *value)
{
    gsize length = 0;
    const xmlSecByte *octets = g_bytes_get_data(value, &length);
    bool holds = nodes && octets && xmlSecTransformCtxXmlExecute(chain, nodes) == 0 &&
                 xmlSecTransformVerify(last, octets, (xmlSecSize)length, chain) == 0 &&
                 last->status == xmlSecTransformStatusOk;

    if (nodes) {
        xmlSecNodeSetDestroy(nodes);
    }
    return holds;
}

/* xmlsec's form of a key, to be destroyed; NULL where it knows no such keys. */
static xmlSecKeyPtr adopt_key(EVP_PKEY *key)
{
    xmlSecKeyPtr result = xmlSecKeyCreate();

    if (!result) {
        return NULL;
    }
    EVP_PKEY_up_ref(key);
    xmlSecKeyDataPtr data = xmlSecOpenSSLEvpKeyAdopt(key);
    if (!data) {
        EVP_PKEY_free(key);
    } else if (xmlSecKeySetValue(result, data) == 0) {
        return result;
    } else {
        xmlSecKeyDataDestroy(data);
    }
    xmlSecKeyDestroy(result);
    return NULL;
}

static bool value_holds(xmlSecTransformCtxPtr chain, xmlNodePtr signed_info,
                        KrrTransform canonicalization, KrrTransform method, GBytes *value,
                        xmlSecKeyPtr key)
{
    if (!append(chain, canonicalization, xmlSecTransformUsageC14NMethod)) {
        return false;
    }
    xmlSecTransformPtr last = append(chain, method, xmlSecTransformUsageSignatureMethod);
    if (!last) {
        return false;
    }
    last->operation = xmlSecTransformOperationVerify;
    /* Comments are left to the canonicalization method. */
    return xmlSecTransformSetKey(last, key) == 0 &&
           run(chain, last, xmlSecNodeSetGetChildren(signed_info->doc, signed_info, 1, 0), value);
}

bool krr_xmldsig_value_holds(xmlNodePtr signed_info, KrrTransform canonicalization,
                             KrrTransform method, GBytes *value, EVP_PKEY *key)
{
    Silence before = silence_begin();
    xmlSecTransformCtxPtr chain = xmlSecTransformCtxCreate();
    xmlSecKeyPtr xmlsec_key = adopt_key(key);
    bool holds = chain && xmlsec_key &&
                 value_holds(chain, signed_info, canonicalization, method, value, xmlsec_key);

    if (chain) {
        xmlSecTransformCtxDestroy(chain);
    }
    if (xmlsec_key) {
        xmlSecKeyDestroy(xmlsec_key);
    }
    silence_end(before);
    return holds;
}

static bool digest_holds(xmlSecTransformCtxPtr chain, xmlSecNodeSetPtr nodes,
                         const KrrTransform *transforms, guint n_transforms, KrrTransform digest,
                         GBytes *value)
{
    xmlSecTransformPtr last = NULL;
    bool complete = true;

    for (guint i = 0; i < n_transforms && complete; i++) {
        complete = append(chain, transforms[i], xmlSecTransformUsageDSigTransform) != NULL;
    }
    if (complete) {
        last = append(chain, digest, xmlSecTransformUsageDigestMethod);
    }
    if (!last) {
        xmlSecNodeSetDestroy(nodes);
        return false;
    }
    last->operation = xmlSecTransformOperationVerify;
    return run(chain, last, nodes, value);
}

bool krr_xmldsig_digest_holds(xmlDocPtr document, xmlNodePtr target, const KrrTransform *transforms,
                              guint n_transforms, KrrTransform digest, GBytes *value)
{
    Silence before = silence_begin();
    xmlSecTransformCtxPtr chain = xmlSecTransformCtxCreate();
    xmlSecNodeSetPtr nodes = chain ? xmlSecNodeSetGetChildren(document, target, 0, 0) : NULL;
    bool holds = nodes && digest_holds(chain, nodes, transforms, n_transforms, digest, value);

    if (chain) {
        xmlSecTransformCtxDestroy(chain);
    }
    silence_end(before);
    return holds;
}
