#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""contacted-other-kms is an error where a KRR had offered that KMS, else a warning."""

from krraudit import equal, main
from places import TESTS

RULE = "contacted-other-kms"
FOLDER = TESTS / "scenarios" / RULE


def severities(bench, name, policy):
    report = bench.auditor.report("--policy", policy, bench.capture(FOLDER / f"{name}.scenario"))
    return [finding["severity"] for finding in report["findings"] if finding["rule"] == RULE]


def by_what_came_before(bench):
    """A KRR that came afterwards makes it no graver."""
    policy = TESTS / "scenarios" / "policy.ini"
    equal(severities(bench, "keys-from-another-kms", policy), ["warning"], "without a KRR")
    equal(severities(bench, "kms-that-krr-offered", policy), ["error"], "after the KRR")
    equal(severities(bench, "krr-comes-only-afterwards", policy), ["warning"], "before the KRR")


def as_the_policy_states(bench):
    """What the policy file states of the rule holds for both."""
    text = (TESTS / "scenarios" / "policy.ini").read_text()
    for severity, wanted in ("note", ["note"]), ("off", []):
        policy = bench.folder / f"{severity}.ini"
        policy.write_text(f"{text}{RULE} = {severity}\n")
        for name in "keys-from-another-kms", "kms-that-krr-offered":
            equal(severities(bench, name, policy), wanted, f"{name} as {severity}")


main([by_what_came_before, as_the_policy_states])
