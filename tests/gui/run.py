#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Starts the real Wireshark with the plugin and the profile, and looks at what is on the screen.

usage: run.py BUILD_DIR [PICTURE]

Runs it on an X server of its own with the capture of the demo, and reads what it shows as a screen
reader would. Leaves a picture of the screen in BUILD_DIR/krr-in-wireshark.png, or where it is told:
doc/pictures/krr-in-wireshark.png is made in this way. Exit status 77: there is no X server to be had.
"""

import pathlib
import sys

import captures
import screen
import stage
from places import DEMO, SAMPLES


def run(build, where, picture):
    """Returns the exit status."""
    demo = captures.make(build, DEMO, where)
    policy = where / "policy.ini"
    policy.write_bytes((SAMPLES / "policy.ini").read_bytes())
    policy.chmod(0o644)
    return stage.play(build, where, stage.HERE / "session.py", [demo, policy], picture, 280)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    picture = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else build / "krr-in-wireshark.png")
    with captures.folder() as where:
        try:
            status = run(build, where, picture)
        except screen.NoScreen as error:
            print(f"SKIPPED, since there is no X server to be had: {error}")
            status = 77
    sys.exit(status)


main()
