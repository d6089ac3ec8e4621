#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Do Wireshark and krraudit say the same of the signatures of offers?

usage: test-signatures.py BUILD_DIR

Compares the fields and expert infos that tshark shows with the report of krraudit, offer by offer,
for the scenarios that are about signatures of offers.
"""

import pathlib
import sys

import audits
import captures
import scenarios
from tshark import Tshark

RULES = {"offer-signature-invalid": "krr.offer_signature_invalid",
         "offer-signer-unknown-kms": "krr.offer_signer_unknown_kms"}
FIELDS = ["status", "convention", "kms", "kms_certificate"]


def shown(tshark, policy, capture):
    """Signatures by the offer's digest, and which rule fired in which frame, as tshark has it."""
    wanted = ["frame.number", "mikey_sakke.digest", *(f"mikey_sakke.sign.{name}" for name in FIELDS),
              *RULES.values()]
    rows = tshark.output("-2", "-o", f"krr.policy_file:{policy}", "-r", capture,
                         "-Y", "mikey_sakke", "-T", "fields",
                         *(word for name in wanted for word in ("-e", name)))
    signatures, fired = {}, set()
    for row in rows.splitlines():
        number, digest, *values = row.split("\t")
        signatures[digest] = dict(zip(FIELDS, (value or None for value in values)))
        fired |= {(rule, int(number))
                  for rule, value in zip(RULES, values[len(FIELDS):]) if value}
    return signatures, fired


def reported(auditor, policy, capture):
    """The same as krraudit has it."""
    report = auditor.report("--policy", policy, capture)
    signatures = {offer["digest"]: offer["signature"] for offer in report["offers"]}
    fired = {(finding["rule"], frame) for finding in report["findings"]
             if finding["rule"] in RULES for frame in finding["frames"]}
    return signatures, fired


def main():
    build = pathlib.Path(sys.argv[1])
    wrong = 0
    seen = set()
    with captures.folder() as where, audits.Server(build) as auditor:
        tshark = Tshark(build, where)
        for scenario in scenarios.all_of(*RULES):
            capture = captures.make(build, scenario, where)
            policy = captures.policy_of(scenario, where)
            in_tshark = shown(tshark, policy, capture)
            in_report = reported(auditor, policy, capture)
            seen |= {signature["status"] for signature in in_tshark[0].values()}
            if in_tshark != in_report:
                wrong += 1
                print(f"{scenarios.name_of(scenario)}:\n  tshark   {in_tshark}\n  krraudit {in_report}")
    missing = {"valid", "invalid", "no KMS key"} - seen
    if missing:
        sys.exit(f"no scenario shows a signature that is {' or '.join(sorted(missing))}")
    sys.exit(1 if wrong else 0)


main()
