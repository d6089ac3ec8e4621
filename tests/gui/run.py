#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Starts the real Wireshark with the plugin and the profile, and looks at what is on the screen.

usage: run.py BUILD_DIR [PICTURE]

Runs it on an X server of its own with the capture of the demo, and reads what it shows as a screen
reader would. Leaves a picture of the screen in BUILD_DIR/krr-in-wireshark.png, or where it is told:
doc/pictures/krr-in-wireshark.png is made in this way. Exit status 77: there is no X server to be had.
"""

import pathlib
import shutil
import subprocess
import sys

import audit_profile
import captures
import screen
from places import DEMO, SAMPLES, TESTS
from tshark import Tshark

HERE = pathlib.Path(__file__).resolve().parent
SIZE = (1800, 960)
SUPPORT = ("audit_profile", "places")  # modules that the session needs


def prepare(build, where):
    """Puts all that the session needs where it can be read without privileges. Returns what goes
    before its command, its environment and its folder."""
    tshark = Tshark(build, where)  # which proves that this Wireshark loads the plugin
    folder = where / "session"
    folder.mkdir()
    for script in (HERE / "session.py", HERE / "screen.py", HERE / "accessible.py",
                   *(TESTS / "support" / f"{name}.py" for name in SUPPORT)):
        shutil.copy(script, folder)
    config = pathlib.Path(tshark.environment["WIRESHARK_CONFIG_DIR"])
    for path in (folder, config):
        path.chmod(0o777)
    environment = tshark.environment | {
        "WIRESHARK_DATA_DIR": str(audit_profile.share_profile(where))}
    for name in ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "NO_AT_BRIDGE"):
        environment.pop(name, None)  # of whoever runs the tests
    if "LD_PRELOAD" in environment:  # for Wireshark alone
        environment["KRR_PRELOAD"] = environment.pop("LD_PRELOAD")
        # Wireshark's own dialog of preferences compares strings with memcmp, beyond the end of them.
        environment["ASAN_OPTIONS"] += ":strict_memcmp=0"
    return tshark.unprivileged, environment, folder


def run(build, where, picture):
    """Returns the exit status."""
    demo = captures.make(build, DEMO, where)
    policy = where / "policy.ini"
    policy.write_bytes((SAMPLES / "policy.ini").read_bytes())
    policy.chmod(0o644)
    unprivileged, environment, folder = prepare(build, where)
    with screen.screen(folder, SIZE, unprivileged) as display:
        session = subprocess.run(
            [*unprivileged, "dbus-run-session", "--", "/usr/bin/python3", "-B",
             folder / "session.py", folder, *map(str, SIZE), demo, policy], cwd=folder, timeout=280,
            env=environment | {"DISPLAY": display}, capture_output=True, text=True)
    if (folder / "screen.xwd").exists():
        picture.write_bytes(screen.png((folder / "screen.xwd").read_bytes()))
    if session.returncode:
        log = folder / "wireshark.log"
        print(session.stdout, session.stderr, log.read_text(errors="replace"))
    return session.returncode


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
