#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Audits a real call through a real proxy: SIPp plays both sides, Kamailio stands between them.

usage: kamailio.py BUILD_DIR WAY-CASE

CASE is "allowed" or "forbidden", as in run.py. Whatever Kamailio does to a call on its way (WAYS in
proxied.py says what), the rules, the outcome and what is said of offers and KRR must be those of the call
without it; there are two hops now. Exit status 77: there is no Kamailio, or no network of its own.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

import run

HERE = pathlib.Path(__file__).resolve().parent
CASES = {"allowed": run.ALLOWED, "forbidden": run.FORBIDDEN}
HOPS = [("192.0.2.100", "192.0.2.10"), ("192.0.2.10", "192.0.2.12")]


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(run.CANNOT)


def record(way, folder):
    namespaces = ["unshare", *([] if os.getuid() == 0 else ["--user", "--map-root-user"]), "--net",
                  "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if not shutil.which("kamailio"):
        skip("Kamailio is not installed")
    if subprocess.run([*namespaces, "true"], capture_output=True).returncode:
        skip("network namespaces cannot be made")
    status = subprocess.run([*namespaces, sys.executable, HERE / "proxied.py", way, folder],
                            timeout=run.PATIENCE).returncode
    if status == run.CANNOT:
        skip("the network cannot be made or recorded")
    if status:
        sys.exit("the call could not be recorded")


def check(checks, report, case, folder):
    checks.equal("rules", [finding["rule"] for finding in report["findings"]], case.rules)
    if [len(report[part]) for part in ("offers", "krrs", "negotiations")] != [2, 1, 1]:
        checks.wrong.append(f"not two offers, one KRR, one negotiation: {json.dumps(report)}")
        return
    offers, krr, negotiation = report["offers"], report["krrs"][0], report["negotiations"][0]
    for offer, file, receiver in zip(offers, ("first", "retry"), (run.HOME, case.kms)):
        checks.members(offer["id"], offer, {
            "digest": run.digest_of_offer(folder / f"{file}.base64"), "idrkmsr": receiver})
        checks.equal(f"frames of {offer['id']}", len(offer["frames"]), len(HOPS))
    checks.members("KRR", krr, {"digest": run.digest_of_krr(folder / "krr.xml"), "carrier": "sip-488",
                                "creator": run.CREATOR, "depth": 0})
    checks.equal("frames of the KRR", len(krr["frames"]), len(HOPS))
    checks.equal("outcome", negotiation["outcome"], "established")
    checks.equal("attempts", [(a["offer"], a["krrs"], a["status"]) for a in negotiation["attempts"]],
                 [(offers[0]["id"], [krr["id"]], 488), (offers[1]["id"], [], 200)])
    for attempt, status in zip(negotiation["attempts"], (488, 200)):
        checks.equal("hops", [(leg["source"].split(":")[0], leg["destination"].split(":")[0], leg["status"])
                              for leg in attempt["legs"]], [(*hop, status) for hop in HOPS])
        # Else topology hiding would hide nothing, and the test say nothing about it.
        checks.equal("Call-IDs", len({leg["call_id"] for leg in attempt["legs"]}),
                     2 if case.transport == "topoh" else 1)


def main():
    build, (way, name) = pathlib.Path(sys.argv[1]), sys.argv[2].rsplit("-", 1)
    case = run.Case(way, "tcpdump", False, *CASES[name])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    with tempfile.TemporaryDirectory(prefix="krr-live-") as name:
        folder = pathlib.Path(name)
        run.make_cargo(build, case, folder)
        record(way, folder)
        result = subprocess.run([build / "krraudit", "--format", "json", "--no-progress", "--policy",
                                 HERE / "policy.ini", folder / "capture"], capture_output=True, text=True)
        checks = run.Checks()
        checks.equal("exit status", result.returncode, 1)
        checks.equal("standard error", result.stderr, "")
        if result.stdout:
            check(checks, json.loads(result.stdout), case, folder)
    for line in checks.wrong:
        print(line)
    sys.exit(1 if checks.wrong else 0)


main()
