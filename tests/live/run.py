#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Audits a real call: SIPp plays both sides, the kernel carries it, a recorder records it.

usage: run.py BUILD_DIR CASE

Alice's offer is answered by 488 and a KRR, she tries again and is connected. krraudit and tshark
with the plugin must tell this from the recording; which frames hold which message is asked of
tshark without the plugin. Exit status 77: calls can be recorded nowhere on this machine.
"""

import base64
import collections
import datetime
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import jsonschema

from places import SCHEMA
from tshark import Tshark

HERE = pathlib.Path(__file__).resolve().parent
CANNOT = 77
PATIENCE = 120  # seconds; each wait in record.py has its own, shorter bound

# retry: the offer that follows the KRR, to which KMS, and the rules that the audit must report.
# renames: the retry has a Call-ID of its own. recorder: tried first.
Case = collections.namedtuple("Case", "transport recorder renames retry kms rules")
ALLOWED = ("allowed", "kms.partner.example.org", ["unsigned-krr"])
FORBIDDEN = ("forbidden", "kms.other.example.org", ["retry-outside-list", "unsigned-krr"])
CASES = {
    "udp-allowed": Case("udp", "tcpdump", False, *ALLOWED),
    "udp-forbidden": Case("udp", "dumpcap", True, *FORBIDDEN),
    "tcp-allowed": Case("tcp", "dumpcap", True, *ALLOWED),
    "tcp-forbidden": Case("tcp", "tcpdump", False, *FORBIDDEN),
}
INITIATOR, RECEIVER = "sip:alice@home.example.org", "sip:bob@partner.example.org"
HOME, PARTNER = "kms.home.example.org", "kms.partner.example.org"
CREATOR = "sip:is-proxy@partner.example.org"


# ---- the call and its recording

def make_cargo(build, case, folder):
    """Writes what the SIP messages carry, dated now."""
    scenario = folder / "call.scenario"
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    scenario.write_text(f"start {now}\n" + (HERE / "call.scenario").read_text())

    def printed(*arguments):
        return subprocess.run([build / "samples" / "make-capture", *arguments, scenario],
                              check=True, capture_output=True, text=True).stdout
    (folder / "first.base64").write_text(printed("--print-offer", "first").strip())
    (folder / "retry.base64").write_text(printed("--print-offer", case.retry).strip())
    (folder / "krr.xml").write_text(printed("--print-krr", "redirect"))


def record(case, folder):
    """Makes the call where it can be made and recorded, best place first."""
    namespaces = ["unshare", *([] if os.getuid() == 0 else ["--user", "--map-root-user"]), "--net",
                  "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    places = [("loopback", [])]
    if subprocess.run([*namespaces, "true"], capture_output=True).returncode == 0:
        places.insert(0, ("veth", namespaces))
    recorders = sorted(("tcpdump", "dumpcap"), key=lambda name: name != case.recorder)
    for place, prefix in places:
        for recorder in recorders:
            command = [*prefix, sys.executable, HERE / "record.py", place, case.transport, recorder,
                       "retry///" if case.renames else "", folder]
            status = subprocess.run(command, timeout=PATIENCE).returncode
            if status == 0:
                print(f"recorded by {recorder}, place: {place}")
                return
            if status != CANNOT:
                sys.exit(f"the call could not be recorded by {recorder}, place: {place}")
    print("SKIPPED: neither network namespaces nor the right to capture on the loopback")
    sys.exit(CANNOT)


# ---- what is in the recording, told by others

def legs_expected(plain, capture):
    """The two INVITEs and their final answers, as legs of the report."""
    messages = collections.defaultdict(list)
    for line in plain.output("-r", capture, "-Y", 'sip.CSeq.method == "INVITE"', "-T", "fields",
                             "-e", "sip.CSeq.seq", "-e", "frame.number", "-e", "sip.Status-Code",
                             "-e", "sip.Call-ID", "-e", "ip.src", "-e", "ip.dst").splitlines():
        sequence, frame, status, *rest = line.split("\t")
        messages[sequence].append((int(frame), int(status or 0), rest))
    legs = []
    for sequence in sorted(messages):
        request = next(m for m in messages[sequence] if m[1] == 0)
        answer = next(m for m in messages[sequence] if m[1] >= 200)
        call_id, source, destination = request[2]
        legs.append({"frame_request": request[0], "frame_response": answer[0], "status": answer[1],
                     "call_id": call_id, "source": source, "destination": destination})
    return legs


def digest_of_offer(file):
    return hashlib.sha256(base64.b64decode(file.read_text())).hexdigest()


def digest_of_krr(file):
    canonical = xml.etree.ElementTree.canonicalize(file.read_text())
    return hashlib.sha256(canonical.encode()).hexdigest()


# ---- checks

class Checks:
    """Compares, and remembers what differs."""

    def __init__(self):
        self.wrong = []

    def equal(self, what, seen, expected):
        if seen != expected:
            self.wrong.append(f"{what}: {seen!r}, expected {expected!r}")

    def members(self, what, seen, expected):
        """Those members of the object that are expected, and no look at the others."""
        self.equal(what, {key: seen.get(key) for key in expected}, expected)


def check_report(checks, report, case, folder, legs):
    checks.equal("rules", [finding["rule"] for finding in report["findings"]], case.rules)
    checks.equal("offers seen", report["summary"]["offers_seen"], 2)
    if [len(report[part]) for part in ("offers", "krrs", "negotiations")] != [2, 1, 1]:
        checks.wrong.append(f"not two offers, one KRR, one negotiation: {json.dumps(report)}")
        return
    krr, negotiation = report["krrs"][0], report["negotiations"][0]
    for offer, file, kms, leg in zip(report["offers"], ("first", "retry"), (HOME, case.kms), legs):
        checks.members(offer["id"], offer, {
            "digest": digest_of_offer(folder / f"{file}.base64"), "key_purpose": "PCK",
            "idri": INITIATOR, "idrr": RECEIVER, "idrkmsi": HOME, "idrkmsr": kms,
            "frames": [leg["frame_request"]]})
    checks.members("KRR", krr, {
        "digest": digest_of_krr(folder / "krr.xml"), "creator": CREATOR, "carrier": "sip-488",
        "idri": INITIATOR, "idrr": RECEIVER, "idrkmsi": HOME, "idrkmsr": HOME, "depth": 0,
        "initiator_list": {"kind": "any", "kms": []},
        "receiver_list": {"kind": "listed", "kms": [PARTNER]},
        "frames": [legs[0]["frame_response"]]})
    checks.members("negotiation", negotiation, {
        "idri": INITIATOR, "idrr": RECEIVER, "key_purpose": "PCK", "outcome": "established"})
    attempts = negotiation["attempts"]
    checks.equal("attempts", [(a["offer"], a["krrs"], a["status"]) for a in attempts],
                 [(report["offers"][0]["id"], [krr["id"]], 488), (report["offers"][1]["id"], [], 200)])
    checks.equal("number of legs", [len(attempt["legs"]) for attempt in attempts], [1, 1])
    for attempt, leg in zip(attempts, legs):
        checks.members("leg", attempt["legs"][0], leg)


def audit(checks, build, case, folder, legs):
    result = subprocess.run([build / "krraudit", "--format", "json", "--no-progress", "--policy",
                             HERE / "policy.ini", folder / "capture"],
                            capture_output=True, text=True)
    checks.equal("exit status", result.returncode, 1)
    checks.equal("standard error", result.stderr, "")
    if result.stdout:
        report = json.loads(result.stdout)
        schema = json.loads(SCHEMA.read_text())
        validator = jsonschema.validators.validator_for(schema)(schema)
        checks.equal("breaches of the schema",
                     [error.message for error in validator.iter_errors(report)], [])
        check_report(checks, report, case, folder, legs)


def check_dissection(checks, tshark, case, capture, legs):
    def rows(protocol, *fields):
        wanted = [word for field in fields for word in ("-e", field)]
        text = tshark.output("-r", capture, "-2", "-Y", protocol, "-T", "fields", *wanted)
        return [tuple(line.split("\t")) for line in text.splitlines()]
    first, answer, retry = legs[0]["frame_request"], legs[0]["frame_response"], \
        legs[1]["frame_request"]
    checks.equal("offers in tshark", rows(
        "mikey_sakke", "frame.number", "mikey_sakke.idri", "mikey_sakke.idrr",
        "mikey_sakke.idrkmsi", "mikey_sakke.idrkmsr"), [
        (str(first), INITIATOR, RECEIVER, HOME, HOME),
        (str(retry), INITIATOR, RECEIVER, HOME, case.kms)])
    checks.equal("KRR in tshark", rows(
        "krr", "frame.number", "krr.creator", "krr.initiator_list.kind", "krr.receiver_list.kind",
        "krr.receiver_list.kms", "krr.signature.status"), [
        (str(answer), CREATOR, "1", "3", PARTNER, "absent")])
    checks.equal("expert info in tshark", rows(
        "krr.unsigned_krr", "frame.number"), [(str(answer),)])


def main():
    build, case = pathlib.Path(sys.argv[1]), CASES[sys.argv[2]]
    # Whoever ends the test finds nothing left of it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    with tempfile.TemporaryDirectory(prefix="krr-live-") as name:
        folder = pathlib.Path(name)
        # tshark reads the recording without any privileges.
        folder.chmod(0o755)
        make_cargo(build, case, folder)
        record(case, folder)
        (folder / "capture").chmod(0o644)
        legs = legs_expected(Tshark(build, folder, plugin=False), folder / "capture")
        checks = Checks()
        checks.equal("answers on the wire", [leg["status"] for leg in legs], [488, 200])
        audit(checks, build, case, folder, legs)
        check_dissection(checks, Tshark(build, folder), case, folder / "capture", legs)
    for line in checks.wrong:
        print(line)
    sys.exit(1 if checks.wrong else 0)


if __name__ == "__main__":
    main()
