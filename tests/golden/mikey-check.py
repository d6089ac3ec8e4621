#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What holds for the MIKEY scenarios of this folder whatever their exact text.

usage: mikey-check.py BUILD_DIR

Every field of mikey_sakke, expert infos included, occurs in at least one of them. Messages of other
modes than MIKEY-SAKKE look the same with the plugin and without. The second pass shows what the
first shows, and a filter finds without a tree what the tree shows.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from tshark import Tshark

# Wireshark's own dissector shows these differently in its second pass.
OTHER_MODES = "mikey-other-modes"

# What Wireshark itself collects over the capture differs from pass to pass.
COLLECTED = re.compile(r".*\[Generated Call-ID: .*\n")


def make_captures(build, folder):
    captures = {}
    for scenario in sorted(HERE.glob("mikey-*.scenario")):
        capture = folder / f"{scenario.stem}.pcap"
        subprocess.run([build / "samples" / "make-capture", scenario, capture], check=True)
        capture.chmod(0o644)
        captures[scenario.stem] = capture
    return captures


def unseen_fields(tshark, captures):
    """Registered fields that no capture shows."""
    registered = {line.split("\t")[2] for line in tshark.output("-G", "fields").splitlines()
                  if line.split("\t")[2].startswith("mikey_sakke")}
    seen = set()
    for capture in captures.values():
        pdml = tshark.output("-r", capture, "-T", "pdml")
        seen |= set(re.findall(r'name="(mikey_sakke[^"]*)"', pdml))
    if len(registered) < 100:
        return ["tshark lists hardly any field"]
    return [f"{field} does not occur" for field in sorted(registered - seen)]


def differences_of_modes(tshark, plain, capture):
    return [f"tshark {' '.join(how)} shows other modes differently with the plugin"
            for how in ([], ["-V"], ["-T", "pdml"], ["-T", "json"], ["-2", "-V"])
            if tshark.output("-r", capture, *how) != plain.output("-r", capture, *how)]


def differences_of_passes(tshark, captures):
    return [f"{name}: the second pass differs" for name, capture in captures.items()
            if name != OTHER_MODES and COLLECTED.sub("", tshark.output("-r", capture, "-V"))
            != COLLECTED.sub("", tshark.output("-r", capture, "-2", "-V"))]


def differences_of_filters(tshark, captures):
    """Frames whose tree has the field against those that a filter without a tree finds."""
    problems = []
    for name, capture in captures.items():
        for field in ("mikey_sakke.idr.identity", "mikey_sakke.digest", "mikey_sakke.uidr"):
            rows = tshark.output("-r", capture, "-T", "fields", "-e", "frame.number", "-e", field)
            shown = [row.split("\t")[0] for row in rows.splitlines() if row.split("\t")[1]]
            found = [line.split()[0] for line in
                     tshark.output("-r", capture, "-Y", field).splitlines()]
            if shown != found:
                problems.append(f"{name}: a filter on {field} finds {found}, shown are {shown}")
    return problems


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        captures = make_captures(build, folder)
        tshark = Tshark(build, folder)
        plain = Tshark(build, folder, plugin=False)
        problems = (unseen_fields(tshark, captures)
                    + differences_of_modes(tshark, plain, captures[OTHER_MODES])
                    + differences_of_passes(tshark, captures)
                    + differences_of_filters(tshark, captures))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
