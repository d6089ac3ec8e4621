#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cuts MIKEY-SAKKE messages at every octet and spoils every octet of them, on every carrier.

usage: mikey.py BUILD_DIR

No octet is special-cased, so each length field is tried too large, too small, zero and greatest, and
so are types, counts and flags. The captures are the same in every run. krraudit must read them to
their end; tshark, with the plugin really loaded, must show each message as far as it goes, with its
carrier whole, and throw nothing.
"""

import pathlib
import subprocess
import sys
import tempfile

from scenarios import HOSTS
from tshark import Tshark

HEAD = """title  Every cut and every spoilt octet
start  2026-01-01T12:00:00Z
""" + HOSTS + """\
host  peer   192.0.2.11:2269
"""

# Between them they hold every layout; short SAKKE data, since one octet of filler is like another.
MESSAGES = {
    "gmk": ["purpose = GMK", "hidden = yes", "sakke-length = 12", "sp = on", "ext = protected",
            "ext = sdp-ids:1,2"],
    "sessions": ["cs = 0 s=1 policies=0,1 data=112233440000000500ff spi=0a0b",
                 "cs = 1 policies=0 data=55667788", "sakke-length = 260",
                 "ext = 6:00010200020405",
                 "ext = 7:010000000100000000010000000002" + "0002" + "6869" + "0006017b0002" + "6162"],
    "legacy": ["purpose = GMK", "hidden = yes", "legacy-roles = yes", "map = srtp",
               "cs = 0 ssrc=0x11223344 roc=1", "sp = legacy", "sakke-length = 12", "ext = clear"],
    "others": ["sakke-length = 12", "payload hdr", "payload t type=2 hex=00000007", "payload err",
               "payload id value=a@b", "payload kemac", "payload v", "payload sp protocol=1 hex=0001ff",
               "payload sakke", "payload sign type=0 hex=0102"],
    "krr": ["sakke-length = 12", "ext = 99:" + (
        b'<KmsRedirectResponse xmlns="urn:3gpp:ns:mcsecKMSKRR:1.0"><InitiatorKmsList><Any/>'
        b"</InitiatorKmsList></KmsRedirectResponse>").hex()],
    "answer": ["data-type = 27", "purpose = CSK"],
}

CHANGES = ["00", "ff", "+1", "-1", "+128"]
WAYS = ["sdp", "sdp-media", "body", "base64", "multipart", None]  # None: on its own port


def message_length(build, folder, lines):
    """How long the whole message is: what its datagram holds."""
    scenario, capture = folder / "one.scenario", folder / "one.pcap"
    scenario.write_text(HEAD + "offer one\n" + "\n".join(lines) + "\nend\n"
                        "at 0  alice -> peer  DATA  offer=one\n")
    subprocess.run([build / "samples" / "make-capture", scenario, capture], check=True)
    octets = capture.read_bytes()
    return len(octets) - 24 - 16 - 14 - 20 - 8  # file, record, Ethernet, IPv4, UDP headers


def variants(length):
    """What happens to each message: nothing, a cut, or a change of one octet.

    The first two octets say that it is MIKEY-SAKKE, so they stay.
    """
    yield None
    for octets in range(2, length):
        yield f"truncate {octets}"
    for offset in range(2, length):
        for change in CHANGES:
            yield f"patch {offset} {change}"


def write_scenario(path, lines, length):
    """Returns the way in which each frame carries its message."""
    blocks, events, ways = [], [], []
    for number, variant in enumerate(variants(length)):
        way = WAYS[number % len(WAYS)]
        blocks.append("\n".join([f"offer m{number}", *lines, variant or "", "end"]))
        events.append(f"at {number / 100:.2f}  alice -> "
                      + (f"proxy  INVITE  offer=m{number} in={way}" if way
                         else f"peer  DATA  offer=m{number}"))
        ways.append(way)
    path.write_text("\n".join([HEAD, *blocks, *events, ""]))
    return ways


def check_tshark(tshark, capture, ways):
    fields = ["mikey_sakke.data_type", "sdp.media", "sip.Method", "_ws.expert.message"]
    found = tshark.run("-r", capture, "-T", "fields", "-E", "occurrence=a",
                       *(word for field in fields for word in ("-e", field)))
    rows = [line.split("\t") for line in found.stdout.splitlines()]
    problems = [f"tshark says: {found.stderr}"] if found.stderr else []
    if len(rows) != len(ways):
        problems.append(f"{len(rows)} frames of {len(ways)}")
    for number, (row, way) in enumerate(zip(rows, ways), 1):
        data_type, media, method, experts = row
        if data_type not in ("26", "27"):
            problems.append(f"frame {number}: taken {data_type.count(',') + 1 if data_type else 0} times")
        if way and method != "INVITE" or way in ("sdp", "sdp-media", "multipart") and not media:
            problems.append(f"frame {number}: the carrier is not whole")
        if "ssector bug" in experts or "Exception occurred" in experts:
            problems.append(f"frame {number}: {experts}")
    return problems


def check_krraudit(build, capture, frames):
    found = subprocess.run([build / "krraudit", "--format", "json", "--no-progress", capture],
                           capture_output=True, text=True)
    if found.returncode not in (0, 1) or f'"frames": {frames}' not in found.stdout:
        return [f"krraudit ends with {found.returncode}: {found.stderr}"]
    return []


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    problems = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        tshark = Tshark(build, folder)
        for title, lines in MESSAGES.items():
            length = message_length(build, folder, lines)
            scenario, capture = folder / f"{title}.scenario", folder / f"{title}.pcap"
            ways = write_scenario(scenario, lines, length)
            subprocess.run([build / "samples" / "make-capture", scenario, capture], check=True)
            capture.chmod(0o644)
            found = check_krraudit(build, capture, len(ways)) + check_tshark(tshark, capture, ways)
            print(f"{title}: {length} octets, {len(ways)} messages, {len(found)} problems")
            problems += found
    for problem in problems[:50]:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
