#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Does Wireshark take the profile "KRR audit" as it is meant?

usage: test-profile.py BUILD_DIR

tshark takes it as a global profile, and shows its columns and colours; each filter of it is one
that Wireshark understands, and gives the frames that it promises.
"""

import pathlib
import re
import sys

import captures
from audit_profile import (BUTTONS, CELLS, COLOURS, COLUMNS, NAME, as_expected, buttons,
                           share_profile)
from places import DEMO, SAMPLES
from tshark import Tshark

def look_at_columns(tshark, demo):
    found = tshark.output("-C", NAME, "-r", demo, "-T", "tabs").splitlines()
    for number, expected in CELLS.items():
        cells = [cell.strip() for cell in found[number - 1].split("\t")]
        if cells[0] != str(number) or len(cells) < len(COLUMNS) or cells[-8:-1] != expected:
            yield f"frame {number}: {cells}"
    listed = tshark.output("-G", "currentprefs", "-C", NAME)
    titles = re.findall(r'(?m)^\s+"(.*?)", "%', listed[listed.index("gui.column.format"):])
    if titles != COLUMNS:
        yield f"columns: {titles}"


def look_at_colours(tshark, demo, policy):
    output = tshark.output("-C", NAME, "--color", "-o", f"krr.policy_file:{policy}", "-r", demo,
                           "-T", "fields", "-e", "frame.number", "-e", "frame.coloring_rule.name")
    found = dict(line.split("\t") for line in output.splitlines())
    for number, rule in COLOURS.items():
        if found[str(number)] != rule:
            yield f"frame {number} has the colour of \"{found[str(number)]}\", not of \"{rule}\""


def look_at_buttons(tshark, demo, policy):
    if set(buttons()) != set(BUTTONS):
        yield f"buttons: {list(buttons())}"
    for label, expression in buttons().items():
        result = tshark.run("-o", f"krr.policy_file:{policy}", "-r", demo, "-Y", expression, "-T",
                            "fields", "-e", "frame.number")
        if result.returncode or not as_expected(label, result.stdout.split()):
            yield f"button {label}: {result.stdout.split()} {result.stderr}"


def main():
    build = pathlib.Path(sys.argv[1])
    with captures.folder() as where:
        demo = captures.make(build, DEMO, where)
        policy = where / "policy.ini"
        policy.write_bytes((SAMPLES / "policy.ini").read_bytes())
        policy.chmod(0o644)
        tshark = Tshark(build, where)
        tshark.environment["WIRESHARK_DATA_DIR"] = str(share_profile(where))
        # A global profile that is used is copied to the personal ones.
        config = pathlib.Path(tshark.environment["WIRESHARK_CONFIG_DIR"])
        config.chmod(0o777)
        wrong = [*look_at_columns(tshark, demo), *look_at_colours(tshark, demo, policy),
                 *look_at_buttons(tshark, demo, policy)]
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
