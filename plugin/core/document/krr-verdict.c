/* krr-verdict.c
 * What was found out about a signature
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-verdict.h"

void krr_verdict_clear(KrrVerdict *verdict)
{
    g_free(verdict->reason);
    g_free(verdict->grade_reason);
    g_free(verdict->signer);
    g_free(verdict->certificate);
    g_clear_pointer(&verdict->signer_uris, g_ptr_array_unref);
    *verdict = (KrrVerdict){0};
}

const char *krr_signature_status_name(KrrSignatureStatus status)
{
    static const char *const names[] = {
        [KRR_SIGNATURE_ABSENT] = "absent",       [KRR_SIGNATURE_VALID] = "valid",
        [KRR_SIGNATURE_UNTRUSTED] = "untrusted", [KRR_SIGNATURE_INVALID] = "invalid",
        [KRR_SIGNATURE_PARTIAL] = "partial",     [KRR_SIGNATURE_UNSUPPORTED] = "unsupported",
    };

    return names[status];
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
    copy->certificate = g_strdup(verdict->certificate);
    if (verdict->signer_uris) {
        copy->signer_uris = g_ptr_array_copy(verdict->signer_uris, copy_text, NULL);
        g_ptr_array_set_free_func(copy->signer_uris, g_free);
    }
}
