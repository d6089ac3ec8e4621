#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks -z flow,krr and the tap of VoIP calls: one arrow for each KRR and offer, and no other.

usage: test-flow.py BUILD_DIR

Frames and addresses are compared with what display filters find, labels with the fields. That the
Info column is as it was, with a flow beside it, shows that the flow leaves nothing behind.
"""

import pathlib
import re
import sys

import captures
from cases import set_up
from tshark import Tshark

CASES = ["redirects", "krr", "krr-broken", "mikey-krr", "mikey-payloads"]
LABELS = [
    "PCK kms.home.example.org -> kms.partner.example.org, "
    "sip:alice@home.example.org -> sip:bob@partner.example.org",
    "KRR kms.home.example.org (initiator), kms.partner.example.org (receiver) "
    "by sip:outbound-proxy@home.example.org, 2 sub-KRRs, unsigned",
    "KRR no KMS (initiator) by sip:inbound-proxy@partner.example.org, unsigned",
]

VOIP = """local listener = Listener.new("voip")
function listener.packet(pinfo) print("call " .. pinfo.number) end
"""


def arrows(output):
    """(time, nodes' ports, comment) of each arrow of an ASCII flow graph."""
    lines = output.splitlines()
    for line, below in zip(lines, lines[1:]):
        if re.match(r"\|\d", line) and "(" in below:
            time, *_, comment = line.strip("|").split("|")
            yield time.strip(), comment


def expected_arrows(tshark, options):
    """(time, beginning of the label) of each document and offer, in the order of the frames."""
    rows = tshark.output(*options, "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=;",
                         "-e", "frame.time_relative", "-e", "frame.protocols", "-e", "krr.cut",
                         "-e", "mikey_sakke.data_type", "-e", "mikey_sakke.digest").splitlines()
    for row in rows:
        time, protocols, _, types, digests = row.split("\t")
        names = protocols.split(":")
        offers = types.split(";").count("26") if digests else 0
        if "icmp" not in names:
            yield from [(time, "offer")] * offers + [(time, "KRR")] * names.count("krr")


def kind(comment):
    return "KRR" if re.match(r"[^ ]*: (KRR |\d+ KRRs)", comment) else "offer"


def check_arrows(tshark, case, options):
    expected = list(expected_arrows(tshark, options))
    for passes in ((), ("-2",)):
        output = tshark.output(*options, *passes, "-q", "-z", "flow,krr,standard")
        found = [(time, kind(comment)) for time, comment in arrows(output)]
        if not found or sorted(found) != sorted(expected):
            yield f"{case} {passes}: the arrows are {found}, not {expected}"
    bare = tshark.output(*options)
    beside = tshark.output(*options, "-P", "-z", "flow,krr,standard")
    if not beside.startswith(bare):
        yield f"{case}: with a flow beside it the packet list is another"


def check_labels(tshark, options):
    output = tshark.output(*options, "-q", "-z", "flow,krr,standard")
    comments = [comment for _, comment in arrows(output)]
    for label in LABELS:
        if not any(label in comment for comment in comments):
            yield f"no arrow says {label!r}: {comments}"


def check_calls(tshark, case, options, where):
    """Each answer with one KRR is a message of a call."""
    script = where / "calls.lua"
    script.write_text(VOIP)
    script.chmod(0o644)
    output = tshark.output(*options, "-q", "-X", f"lua_script:{script}")
    rows = tshark.output(*options, "-Y", "sip && krr.depth == 0 && !krr.cut", "-T", "fields",
                         "-E", "occurrence=a", "-e", "frame.number").split()
    found = re.findall(r"(?m)^call (\d+)$", output)
    if not found or found != rows:
        yield f"{case}: the calls' messages are in frames {found}, not {rows}"


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with captures.folder() as where:
        tshark = Tshark(build, where)
        options = {case: set_up(build, case, where)[1] for case in CASES}
        problems = [problem for case in CASES
                    for problem in check_arrows(tshark, case, options[case])]
        problems += check_labels(tshark, options["redirects"])
        problems += [problem for case in ("redirects", "krr-broken")
                     for problem in check_calls(tshark, case, options[case], where)]
    print("\n".join(problem[:600] for problem in problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
