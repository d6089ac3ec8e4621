/* krr-verifier.c
 * Verifies documents, and remembers what came of those that it has seen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/signature/krr-verifier.h"

#include "core/signature/krr-signature.h"

/* How many documents are remembered. When there are more, all are forgotten. */
#define MAX_REMEMBERED 1024

struct KrrVerifier {
    KrrTrust *trust;
    GHashTable *remembered; /* body digest -> GPtrArray of KrrVerdict, in the document's order */
};

static void verdict_free(gpointer data)
{
    krr_verdict_clear(data);
    g_free(data);
}

KrrVerifier *krr_verifier_new(KrrTrust *trust)
{
    KrrVerifier *verifier = g_new0(KrrVerifier, 1);

    verifier->trust = trust;
    verifier->remembered =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    return verifier;
}

void krr_verifier_free(KrrVerifier *verifier)
{
    if (verifier) {
        g_hash_table_unref(verifier->remembered);
        krr_trust_free(verifier->trust);
        g_free(verifier);
    }
}

static void remember(KrrVerifier *verifier, const KrrDocument *document, const GPtrArray *krrs)
{
    GPtrArray *verdicts = g_ptr_array_new_with_free_func(verdict_free);

    for (guint i = 0; i < krrs->len; i++) {
        const Krr *krr = g_ptr_array_index(krrs, i);
        KrrVerdict *verdict = g_new0(KrrVerdict, 1);
        krr_verdict_copy(verdict, &krr->signature.verdict);
        g_ptr_array_add(verdicts, verdict);
    }
    if (g_hash_table_size(verifier->remembered) >= MAX_REMEMBERED) {
        g_hash_table_remove_all(verifier->remembered);
    }
    g_hash_table_insert(verifier->remembered, g_strdup(document->body_digest), verdicts);
}

void krr_verifier_run(KrrVerifier *verifier, KrrDocument *document)
{
    const GPtrArray *verdicts = g_hash_table_lookup(verifier->remembered, document->body_digest);
    g_autoptr(GPtrArray) krrs = krr_document_all_krrs(document);

    if (document->texts || !document->origin) {
        return;
    }
    if (!verdicts || verdicts->len != krrs->len) {
        krr_signature_verify(document, verifier->trust);
        remember(verifier, document, krrs);
        return;
    }
    for (guint i = 0; i < krrs->len; i++) {
        Krr *krr = g_ptr_array_index(krrs, i);
        krr_verdict_copy(&krr->signature.verdict, g_ptr_array_index(verdicts, i));
    }
}
