#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Do Wireshark and krraudit say the same of the signatures of KRRs?

usage: test-signatures.py BUILD_DIR

Compares the fields and expert infos that tshark shows with the report of krraudit, KRR by KRR, for
the scenarios that are about signatures of KRRs; and looks at what the preferences are there for.
"""

import pathlib
import sys

import audits
import captures
import scenarios
from places import SCENARIOS
from tshark import Tshark

FOLDERS = ["acted-on-unsigned-krr", "signature-invalid", "signature-partial", "signature-untrusted",
           "signature-weak", "signer-not-creator"]
RULES = {rule: "krr." + rule.replace("-", "_")
         for rule in ("signature-invalid", "signature-partial", "signature-untrusted",
                      "signature-weak", "signer-not-creator")}
STATUSES = {"absent", "valid", "untrusted", "invalid", "partial", "unsupported"}


def rows(tshark, capture, fields, *preferences):
    """A list for each frame with a KRR, of a list for each field."""
    output = tshark.output("-2", *(word for text in preferences for word in ("-o", text)),
                           "-r", capture, "-Y", "krr", "-T", "fields", "-E", "aggregator=|",
                           *(word for name in fields for word in ("-e", name)))
    return [[value.split("|") if value else [] for value in row.split("\t")]
            for row in output.splitlines()]


def shown(tshark, policy, capture):
    """Status and signer by digest, and which rule fired in which frame, as tshark has it."""
    fields = ["frame.number", "krr.digest", "krr.signature.status", "krr.signature.signer",
              *RULES.values()]
    verdicts, fired = {}, set()
    for (number,), digests, statuses, signers, *experts in rows(
            tshark, capture, fields, f"krr.policy_file:{policy}"):
        verdicts |= dict(zip(digests, statuses, strict=True))
        verdicts["signers"] = verdicts.get("signers", []) + signers
        fired |= {(rule, int(number)) for rule, values in zip(RULES, experts) if values}
    return verdicts, fired


def reported(auditor, policy, capture):
    """The same as krraudit has it."""
    report = auditor.report("--policy", policy, capture)
    verdicts = {krr["digest"]: krr["signature"]["status"] for krr in report["krrs"]}
    verdicts["signers"] = [krr["signature"]["signer"] for krr in report["krrs"]
                           if krr["signature"]["signer"]]
    fired = {(finding["rule"], frame) for finding in report["findings"]
             if finding["rule"] in RULES for frame in finding["frames"]}
    return verdicts, fired


def compare(auditor, tshark, where):
    """Yields what is wrong."""
    seen = set()
    for scenario in scenarios.all_of(*FOLDERS):
        capture = captures.make(auditor.build, scenario, where)
        policy = captures.policy_of(scenario, where)
        in_tshark = shown(tshark, policy, capture)
        in_report = reported(auditor, policy, capture)
        seen |= {status for status in in_tshark[0].values() if isinstance(status, str)}
        if in_tshark != in_report:
            yield f"{scenarios.name_of(scenario)}:\n  tshark   {in_tshark}\n  krraudit {in_report}"
    if seen != STATUSES:
        yield f"no scenario shows a signature that is {', '.join(sorted(STATUSES - seen))}"


def look_at_preferences(build, tshark, where):
    """Yields what is wrong: anchors alone, nobody to trust in, nothing verified."""
    capture = captures.make(
        build, SCENARIOS / "signature-untrusted/certificate-expired-on-the-way.scenario", where)
    cases = {("krr.trust_anchors:" + str(where / "pki/ca.pem"),): ["valid"],
             ("krr.trust_anchors:" + str(where / "pki/stranger-ca.pem"),): ["untrusted"],
             (): ["untrusted"],
             ("krr.verify_signatures:FALSE",): ["unsupported"]}
    for preferences, expected in cases.items():
        (found,), = rows(tshark, capture, ["krr.signature.status"], *preferences)
        if found != expected:
            yield f"{preferences}: {found}, expected {expected}"
    fields = ["krr.signature.note", "x509ce.uniformResourceIdentifier"]
    (note, names), = rows(tshark, capture, fields)
    if note != ["the certificate had expired when this was captured"]:
        yield f"note: {note}"
    if names != ["sip:is-proxy@partner.example.org"]:
        yield f"the certificate is not dissected: {names}"


def main():
    build = pathlib.Path(sys.argv[1])
    with captures.folder() as where, audits.Server(build) as auditor:
        captures.share_policies(SCENARIOS, where)
        tshark = Tshark(build, where)
        wrong = [*compare(auditor, tshark, where), *look_at_preferences(build, tshark, where)]
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


main()
