/* krr-claim.c
 * Two KRRs that claim to be one, and how they differ
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/krr-claim.h"

#include "core/octets/kms-uri.h"
#include "core/rules/krr-creator.h"
#include "core/rules/rule-words.h"

static bool same_text(const Krr *a, const Krr *b, KrrElement element)
{
    const char *first = krr_text(a, element);

    const char *second = krr_text(b, element);

    return first && second && krr_same_value(element, first, second);
}

bool krr_same_claim(const Krr *a, const Krr *b)
{
    return same_text(a, b, KRR_ELEMENT_CREATOR) && same_text(a, b, KRR_ELEMENT_TIME) &&
           same_text(a, b, KRR_ELEMENT_IDRI) && same_text(a, b, KRR_ELEMENT_IDRR);
}

bool krr_same_list(const KrrList *a, const KrrList *b)
{
    if (a->kind != b->kind || a->kms->len != b->kms->len) {
        return false;
    }
    for (guint i = 0; i < a->kms->len; i++) {
        if (!kms_uri_same(krr_list_kms_at(a, i), krr_list_kms_at(b, i))) {
            return false;
        }
    }
    return true;
}

char *krr_claim_differences(const Krr *now, const Krr *before)
{
    static const KrrElement compared[] = {KRR_ELEMENT_IDRKMSI, KRR_ELEMENT_IDRKMSR};
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(compared); i++) {
        const char *value = krr_text(now, compared[i]);
        const char *old = krr_text(before, compared[i]);
        if (!value != !old || (value && !krr_same_value(compared[i], value, old))) {
            rule_words_append(text, "; %s was %pQ and is %pQ", rule_identity_name(compared[i]), old,
                              value);
        }
    }
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        if (!krr_same_list(&now->lists[side], &before->lists[side])) {
            rule_words_append(text, "; the %s list was %pL and is %pL", krr_side_name(side),
                              &before->lists[side], &now->lists[side]);
        }
    }
    return g_string_free(text, FALSE);
}

/* The certificate whose key made a signature, by its digest; NULL where that is not proven. */
static const char *proven_certificate(const Krr *krr)
{
    return krr_signature_holds(krr) ? krr->signature.verdict.certificate : NULL;
}

bool krr_same_signer(const Krr *a, const Krr *b)
{
    const char *first = proven_certificate(a);

    return first && g_strcmp0(first, proven_certificate(b)) == 0;
}
