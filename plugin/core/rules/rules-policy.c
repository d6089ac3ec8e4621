/* rules-policy.c
 * The rules that a KRR and the policy file decide
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-lookalike.h"
#include "core/rules/rules-private.h"

static const struct {
    KrrSide side;
    KrrElement element;
    const char *name;
} offered_lists[] = {
    {KRR_INITIATOR, KRR_ELEMENT_INITIATOR_LIST, "The initiator list"},
    {KRR_RECEIVER, KRR_ELEMENT_RECEIVER_LIST, "The receiver list"},
};

/* Both lists are offered to the initiator, who picks from both (clause 7.2.1.3.2.5). IDRkmsi and
 * IDRkmsr are no offers of the KRR: the initiator itself named them. */
void rule_unknown_kms(DocumentJudge *judge, const Krr *krr)
{
    const char *initiator = krr_text(krr, KRR_ELEMENT_IDRI);

    if (!initiator) {
        return;
    }
    const KmsUser user = kms_policy_user(judge->policy, initiator, KMS_USER_INITIATOR);
    if (!user.knows_kms) {
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(offered_lists); i++) {
        const KrrList *list = &krr->lists[offered_lists[i].side];
        for (guint k = 0; k < list->kms->len; k++) {
            const KrrValue *kms = g_ptr_array_index(list->kms, k);
            if (kms_user_role(&user, kms->text) != KMS_ROLE_UNKNOWN) {
                continue;
            }
            g_autofree char *quoted = rules_quote(kms->text);
            g_autofree char *quoted_user = rules_quote(initiator);
            KrrFinding *finding = document_fire(
                judge, KRR_RULE_UNKNOWN_KMS, krr_rules[KRR_RULE_UNKNOWN_KMS].severity, krr,
                offered_lists[i].element, g_strdup("A KMS that the policy lists for this user."),
                g_strdup_printf("%s offers %s, which is neither home, secondary nor external for "
                                "%s.",
                                offered_lists[i].name, quoted, quoted_user));
            if (finding) {
                finding->range = kms->range;
            }
        }
    }
}

/* @param place  where it stands, for people */
static void check_lookalike(DocumentJudge *judge, const Krr *krr, const KrrValue *kms,
                            KrrElement element, const char *place)
{
    const char *known = NULL;
    KmsLikeness likeness =
        kms->text ? kms_lookalike(kms->text, kms_policy_known_kms(judge->policy), &known)
                  : KMS_LIKENESS_NONE;

    if (likeness == KMS_LIKENESS_NONE) {
        return;
    }
    g_autofree char *quoted = rules_quote(kms->text);
    g_autofree char *quoted_known = rules_quote(known);
    KrrFinding *finding =
        document_fire(judge, KRR_RULE_LOOKALIKE_KMS, krr_rules[KRR_RULE_LOOKALIKE_KMS].severity,
                      krr, element, g_strdup_printf("The known KMS %s.", quoted_known),
                      g_strdup_printf("%s names %s, which is another KMS but passes for it: %s.",
                                      place, quoted, kms_likeness_text(likeness)));
    if (finding) {
        finding->range = kms->range;
    }
}

/* Unlike an unknown KMS, one that passes for another is worth a word wherever it stands. */
void rule_lookalike_kms(DocumentJudge *judge, const Krr *krr)
{
    check_lookalike(judge, krr, &krr->values[KRR_ELEMENT_IDRKMSI], KRR_ELEMENT_IDRKMSI, "IDRkmsi");
    check_lookalike(judge, krr, &krr->values[KRR_ELEMENT_IDRKMSR], KRR_ELEMENT_IDRKMSR, "IDRkmsr");
    for (guint i = 0; i < G_N_ELEMENTS(offered_lists); i++) {
        const KrrList *list = &krr->lists[offered_lists[i].side];
        for (guint k = 0; k < list->kms->len; k++) {
            check_lookalike(judge, krr, g_ptr_array_index(list->kms, k), offered_lists[i].element,
                            offered_lists[i].name);
        }
    }
}
