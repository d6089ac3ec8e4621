/* fuzz-krr-document.c
 * A fuzz target: octets to a KRR document with its signatures verified, and all that must hold for
 * what comes out
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stddef.h>
#include <stdint.h>

#include "core/document/krr-document-reader.h"
#include "core/signature/krr-signature.h"
#include "tests/support/krr-walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

/* Nobody is trusted, so nothing may be valid. */
static void verify(KrrDocument *document)
{
    static KrrTrust *nobody;

    nobody = nobody ? nobody : krr_trust_new(NULL, NULL);
    krr_signature_verify(document, nobody);
    for (guint i = 0; i < document->krrs->len; i++) {
        const KrrSignature *signature = &((const Krr *)document->krrs->pdata[i])->signature;
        g_assert_true(signature->present == (signature->verdict.status != KRR_SIGNATURE_ABSENT));
        g_assert_cmpint(signature->verdict.status, !=, KRR_SIGNATURE_VALID);
        g_assert_true(signature->present == (signature->verdict.reason != NULL));
        walk_text(signature->verdict.reason);
        walk_text(signature->verdict.signer);
        walk_text(signature->verdict.grade_reason);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    g_autoptr(KrrDocument) document = krr_document_parse(octets, length, krr_vocabulary_default());
    g_autoptr(KrrDocument) again = krr_document_parse(octets, length, krr_vocabulary_default());

    walk_document(document, length);
    verify(document);
    verify(again);
    /* The same octets say the same, always. */
    g_assert_cmpstr(document->body_digest, ==, again->body_digest);
    g_assert_cmpstr(document->error, ==, again->error);
    g_assert_cmpuint(document->krrs->len, ==, again->krrs->len);
    for (guint i = 0; i < document->krrs->len; i++) {
        g_assert_cmpstr(((const Krr *)document->krrs->pdata[i])->digest, ==,
                        ((const Krr *)again->krrs->pdata[i])->digest);
    }
    return 0;
}
