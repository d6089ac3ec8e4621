/* document-judge.c
 * How rules on a document say what they found
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/document-judge.h"

const char *document_identity(const DocumentJudge *judge, const Krr *krr, KrrElement element)
{
    const KrrPeople *people = &judge->people;
    const char *text = krr_text(krr, element);
    const char *uid = people->krr ? krr_text(people->krr, element) : NULL;
    const char *known = element == KRR_ELEMENT_IDRI ? people->idri : people->idrr;

    return text && uid && known && g_ascii_strcasecmp(text, uid) == 0 ? known : text;
}

FindingPlace finding_in_element(KrrElement element)
{
    return (FindingPlace){.element = element};
}

FindingPlace finding_in_list(KrrSide side)
{
    return finding_in_element(krr_side_element(side));
}

FindingPlace finding_in_value(KrrElement element, const KrrValue *value)
{
    return (FindingPlace){.element = element, .range = value->range};
}

FindingPlace finding_in_range(KrrRange range)
{
    return (FindingPlace){.element = KRR_ELEMENT_KRR, .range = range};
}

FindingPlace finding_in_krr(void)
{
    return finding_in_element(KRR_ELEMENT_KRR);
}

void document_add_finding_as(DocumentJudge *judge, KrrRuleId rule, KrrSeverity severity,
                             const Krr *krr, FindingPlace place, char *expected, char *observed)
{
    g_autofree char *expected_text = expected;
    g_autofree char *observed_text = observed;

    severity = krr_rule_severity(judge->policy, rule, severity);
    if (severity == KRR_SEVERITY_OFF) {
        return;
    }
    KrrFinding *finding = g_new(KrrFinding, 1);
    *finding = (KrrFinding){
        .rule = rule,
        .severity = severity,
        .krr = krr,
        .element = place.element,
        .range = place.range,
        .expected = g_steal_pointer(&expected_text),
        .observed = g_steal_pointer(&observed_text),
    };
    g_ptr_array_add(judge->findings, finding);
}

void document_add_finding(DocumentJudge *judge, KrrRuleId rule, const Krr *krr, FindingPlace place,
                          char *expected, char *observed)
{
    document_add_finding_as(judge, rule, krr_rules[rule].severity, krr, place, expected, observed);
}
