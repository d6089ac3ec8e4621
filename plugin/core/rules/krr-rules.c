/* krr-rules.c
 * The catalogue of rules as a table, made of the rows in krr-rules.def
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/krr-rules.h"

/* The labels of the paragraphs. */
#define MEANING(text)  .meaning = (text)
#define FRAUD(text)    .fraud = (text)
#define INNOCENT(text) .innocent = (text)
#define NEXT(text)     .next = (text)

/* clang-format off */
const KrrRule krr_rules[KRR_N_RULES] = {
#define RULE(id, function, rule_name, family, gravity, clauses, line, ...)                         \
    [KRR_RULE_##id] = {.name = (rule_name),                                                        \
                       .field = "krr." #function,                                                  \
                       .severity = KRR_SEVERITY_##gravity,                                         \
                       .clause = (clauses),                                                        \
                       .summary = (line),                                                          \
                       .needs = KRR_NEEDS_##family,                                                \
                       .explanation = {__VA_ARGS__}},
#include "core/rules/krr-rules.def"
};
/* clang-format on */

static const char *const severity_names[] = {
    [KRR_SEVERITY_OFF] = "off",
    [KRR_SEVERITY_NOTE] = "note",
    [KRR_SEVERITY_WARNING] = "warning",
    [KRR_SEVERITY_ERROR] = "error",
};

KrrRuleId krr_rule_lookup(const char *name)
{
    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        if (g_str_equal(krr_rules[rule].name, name)) {
            return rule;
        }
    }
    return KRR_N_RULES;
}

const char *const *krr_rule_names(void)
{
    static const char *const names[] = {
/* clang-format off */
#define RULE(id, function, name, ...) name,
#include "core/rules/krr-rules.def"
        /* clang-format on */
        NULL,
    };

    return names;
}

const char *krr_severity_name(KrrSeverity severity)
{
    return severity_names[severity];
}

bool krr_severity_parse(const char *name, KrrSeverity *severity)
{
    for (guint i = 0; i < G_N_ELEMENTS(severity_names); i++) {
        if (g_str_equal(severity_names[i], name)) {
            *severity = (KrrSeverity)i;
            return true;
        }
    }
    return false;
}

KrrSeverity krr_rule_severity(const KmsPolicy *policy, KrrRuleId rule, KrrSeverity otherwise)
{
    const char *stated = kms_policy_severity(policy, krr_rules[rule].name);
    KrrSeverity severity = otherwise;

    if (stated) {
        krr_severity_parse(stated, &severity);
    }
    return severity;
}

void krr_finding_free(KrrFinding *finding)
{
    if (finding) {
        g_free(finding->expected);
        g_free(finding->observed);
        g_free(finding);
    }
}
