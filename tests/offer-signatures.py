#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Do Wireshark and krraudit say the same of the signatures of offers?

usage: offer-signatures.py BUILD_DIR

Compares the fields and expert infos that tshark shows with the report of krraudit, offer by offer,
for the scenarios that are about signatures of offers.
"""

import json
import pathlib
import shutil
import subprocess
import sys

import captures
from tshark import Tshark

SCENARIOS = pathlib.Path(__file__).resolve().parent / "scenarios"
RULES = {"offer-signature-invalid": "krr.offer_signature_invalid",
         "offer-signer-unknown-kms": "krr.offer_signer_unknown_kms"}
FIELDS = ["status", "convention", "kms", "kms_certificate"]


def policy_of(scenario, where):
    """The policy that the scenario names, where everybody can read it."""
    line = next(line for line in scenario.read_text().splitlines() if line.startswith("policy"))
    return where / line.split()[1]


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


def reported(build, policy, capture):
    """The same as krraudit has it."""
    output = subprocess.run([build / "krraudit", "--format", "json", "--policy", policy,
                             "--no-progress", capture], capture_output=True, text=True).stdout
    report = json.loads(output)
    signatures = {offer["digest"]: offer["signature"] for offer in report["offers"]}
    fired = {(finding["rule"], frame) for finding in report["findings"]
             if finding["rule"] in RULES for frame in finding["frames"]}
    return signatures, fired


def main():
    build = pathlib.Path(sys.argv[1])
    wrong = 0
    seen = set()
    with captures.folder() as where:
        shutil.copytree(SCENARIOS / "kms", where / "kms")
        for policy in SCENARIOS.glob("*.ini"):
            shutil.copy(policy, where)
        tshark = Tshark(build, where)
        for scenario in sorted(SCENARIOS.glob("offer-sign*.scenario")):
            capture = captures.make(build, scenario, where)
            policy = policy_of(scenario, where)
            in_tshark = shown(tshark, policy, capture)
            in_report = reported(build, policy, capture)
            seen |= {signature["status"] for signature in in_tshark[0].values()}
            if in_tshark != in_report:
                wrong += 1
                print(f"{scenario.name}:\n  tshark   {in_tshark}\n  krraudit {in_report}")
    missing = {"valid", "invalid", "no KMS key"} - seen
    if missing:
        sys.exit(f"no scenario shows a signature that is {' or '.join(sorted(missing))}")
    sys.exit(1 if wrong else 0)


main()
