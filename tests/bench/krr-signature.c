/* krr-signature.c
 * What a verified KRR costs: reading it, verifying it, and verifying it again
 *
 * krr-signature ANCHORS DOCUMENT... prints microseconds for each document, the median of many runs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>

#include "core/document/krr-document-reader.h"
#include "core/policy/kms-policy-trust.h"
#include "core/signature/krr-signature.h"
#include "core/signature/krr-verifier.h"

#define RUNS 501

static int compare(gconstpointer a, gconstpointer b)
{
    gint64 difference = *(const gint64 *)a - *(const gint64 *)b;

    return (difference > 0) - (difference < 0);
}

static double median(gint64 *times)
{
    qsort(times, RUNS, sizeof *times, compare);
    return (double)times[RUNS / 2];
}

static void measure(const char *path, KrrVerifier *verifier, const KrrTrust *trust)
{
    static gint64 parse[RUNS], verify[RUNS], remember[RUNS];
    g_autofree char *text = NULL;
    gsize length = 0;
    const char *status = "";

    if (!g_file_get_contents(path, &text, &length, NULL)) {
        fprintf(stderr, "%s can not be read\n", path);
        return;
    }
    for (guint i = 0; i < RUNS; i++) {
        gint64 start = g_get_monotonic_time();
        g_autoptr(KrrDocument) document =
            krr_document_parse((const guint8 *)text, length, krr_vocabulary_default());
        gint64 parsed = g_get_monotonic_time();
        krr_signature_verify(document, trust);
        gint64 verified = g_get_monotonic_time();
        krr_verifier_run(verifier, document);
        parse[i] = parsed - start;
        verify[i] = verified - parsed;
        remember[i] = g_get_monotonic_time() - verified;
        const Krr *krr = g_ptr_array_index(document->krrs, 0);
        status = krr_signature_status_name(krr->signature.verdict.status);
    }
    printf("%-40s %-10s read %5.0f us, verified %5.0f us, remembered %3.0f us\n", path, status,
           median(parse), median(verify), median(remember));
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;

    if (argc < 3) {
        fprintf(stderr, "usage: %s ANCHORS DOCUMENT...\n", argv[0]);
        return 2;
    }
    const char *const anchors[] = {argv[1], NULL};
    KmsPolicy *policy =
        kms_policy_load(NULL, NULL, &(KmsOverrides){.trust_anchors = anchors}, NULL);
    g_autoptr(KrrTrust) trust = kms_policy_load_trust(policy, &error);
    KrrVerifier *verifier = krr_verifier_new(kms_policy_load_trust(policy, NULL));
    for (int i = 2; trust && i < argc; i++) {
        measure(argv[i], verifier, trust);
    }
    if (error) {
        fprintf(stderr, "%s\n", error->message);
    }
    krr_verifier_free(verifier);
    g_clear_pointer(&trust, krr_trust_free);
    kms_policy_free(policy);
    return error ? 1 : 0;
}
