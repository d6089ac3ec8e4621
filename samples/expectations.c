/* expectations.c
 * What a scenario expects of an audit, for whoever runs one on its capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/expectations.h"

#include "core/policy/kms-policy.h"
#include "core/rules/krr-rules.h"

#define NO_RULE "none"

static const ScenarioExpectation *find(const Scenario *scenario, const char *key)
{
    for (guint i = 0; i < scenario->expectations->len; i++) {
        const ScenarioExpectation *expectation = scenario->expectations->pdata[i];
        if (g_str_equal(expectation->key, key)) {
            return expectation;
        }
    }
    return NULL;
}

/* The expected rules; without an "expect" line no names. */
static char **expected_rules(const Scenario *scenario)
{
    const ScenarioExpectation *expect = find(scenario, "expect");
    return g_strsplit(expect && !g_str_equal(expect->value, NO_RULE) ? expect->value : "", " ", -1);
}

bool expectations_check(const Scenario *scenario, GError **error)
{
    g_auto(GStrv) rules = expected_rules(scenario);
    for (char **rule = rules; *rule; rule++) {
        if (krr_rule_lookup(*rule) == KRR_N_RULES) {
            return scenario_fail(error, scenario, find(scenario, "expect")->line,
                                 "there is no rule '%s'", *rule);
        }
    }
    return true;
}

static KmsPolicy *load_policy(const Scenario *scenario, GError **error)
{
    const ScenarioExpectation *policy = find(scenario, "policy");
    if (!policy) {
        return kms_policy_new();
    }
    g_autoptr(GError) problem = NULL;
    KmsPolicy *loaded = kms_policy_load(policy->value, krr_rule_names(), NULL, &problem);
    if (!loaded) {
        scenario_fail(error, scenario, policy->line, "%s: %s", policy->value, problem->message);
    }
    return loaded;
}

/* 1 where one of the expected rules is at least a warning, as krraudit does by default. */
static int usual_exit_status(const Scenario *scenario, const KmsPolicy *policy)
{
    g_auto(GStrv) rules = expected_rules(scenario);
    for (char **name = rules; *name; name++) {
        KrrRuleId rule = krr_rule_lookup(*name);
        if (krr_rule_severity(policy, rule, krr_rules[rule].severity) >= KRR_SEVERITY_WARNING) {
            return 1;
        }
    }
    return 0;
}

bool expectations_print(const Scenario *scenario, GError **error)
{
    g_autoptr(KmsPolicy) policy = load_policy(scenario, error);
    if (!policy) {
        return false;
    }
    for (guint i = 0; i < scenario->expectations->len; i++) {
        const ScenarioExpectation *expectation = scenario->expectations->pdata[i];
        g_print("%s %s\n", expectation->key, expectation->value);
    }
    if (!find(scenario, "exit")) {
        g_print("exit %d\n", usual_exit_status(scenario, policy));
    }
    return true;
}
