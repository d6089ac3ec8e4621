#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""--draft-policy: a policy that can be loaded, says what was seen, and accuses nobody by itself.

usage: test-draft-policy.py BUILD_DIR
"""

from krraudit import equal, expect, main
from places import SCENARIOS
from scenarios import HOSTS, OFFER, REDIRECT

# Rules by which a KMS that the draft has left out is found: it passes for another one.
OF_LOOKALIKES = {"lookalike-kms", "unknown-kms", "retry-unprovisioned-kms", "offer-unprovisioned-kms",
                 "contacted-other-kms", "certificate-not-requested"}


def draft(bench, capture):
    """The path of the draft of a capture."""
    result = bench.run("--draft-policy", "--output", "draft.ini", capture)
    expect(result.returncode in (0, 3), f"{capture.name}: status {result.returncode}: {result.stderr}")
    return bench.folder / "draft.ini"


def findings(bench, *arguments):
    report = bench.report(*arguments, status=(0, 1, 3))
    return {(finding["rule"], str(finding["frames"])) for finding in report["findings"]}


def what_was_seen(bench):
    """Users, home and external KMSs of the demo; who made its KRRs, where and when; and that one KMS
    passes for another one."""
    text = draft(bench, bench.demo()).read_text()
    for line in ("users = sip:*@home.example.org", "home = kms.home.example.org",
                 "external = kms.partner.example.org", "# [entity sip:is-proxy@partner.example.org]",
                 "#   made krr-1, frame 11", "# addresses = 198.51.100.12", "# [domain partner.example.org]",
                 "#     It passes for kms.home.example.org, and is left out below: is it forged?"):
        expect(f"\n{line}\n" in text, f"there is no line \"{line}\" in:\n{text}")


def accuses_nobody(bench):
    """Audited by its own draft, a capture gives no finding that it does not give without a policy, but
    for KMSs that pass for others."""
    told = 0
    for folder in sorted(path for path in SCENARIOS.iterdir() if path.is_dir()):
        scenario = min(folder.glob("*.scenario"), default=None)
        if not scenario:
            continue
        capture = bench.capture(scenario)
        before = findings(bench, capture)
        policy = draft(bench, capture)
        caused = {rule for rule, frames in findings(bench, "--policy", policy, capture) - before}
        if "It passes for" in policy.read_text():
            caused -= OF_LOOKALIKES
        told += 1
        equal(caused, set(), f"{folder.name}/{scenario.name} by its draft:\n{policy.read_text()}")
    expect(told > 40, f"only {told} scenarios")


def names_without_end(bench):
    """A KRR can name more KMSs than a policy that somebody checks can hold: the draft says what it lacks."""
    names = "; ".join(f"kms{number}.example.org" for number in range(1200))
    text = ("title  A long list\n" + HOSTS + OFFER +
            REDIRECT.replace("= kms.partner.example.org", f"= {names}") +
            "at 0.0 alice -> proxy INVITE offer=first over=tcp\n"
            "at 0.1 proxy -> alice 488 krr=redirect\n")
    policy = draft(bench, bench.capture(text, "long.pcap")).read_text()
    # One is the KMS of the offer.
    expect("\n#   201 mentions of more KMSs or domains are not in this draft, which holds 1000 of each.\n"
           in policy, policy[-3000:])
    expect("kms998.example.org" in policy and "kms999.example.org" not in policy, "which are in it")


def refused(bench):
    """It is made without a policy, and is no report."""
    bench.refused("--draft-policy", "--format", "json", bench.demo())
    bench.refused("--draft-policy", "--policy", "draft.ini", bench.demo())


main([accuses_nobody], program=[what_was_seen, names_without_end, refused])
