# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a session with Wireshark's window takes place: an X server, a D-Bus, no privileges."""

import pathlib
import shutil
import subprocess

import audit_profile
import screen
from places import TESTS
from tshark import Tshark

HERE = pathlib.Path(__file__).resolve().parent
SIZE = (1800, 960)
SCRIPTS = ("accessible", "screen", "window")  # modules that each session needs
SUPPORT = ("audit_profile", "places")


def prepare(build, where, session):
    """Puts all that a session needs where it can be read without privileges. Returns what goes
    before its command, its environment and its folder."""
    tshark = Tshark(build, where)  # which proves that this Wireshark loads the plugin
    folder = where / "session"
    folder.mkdir()
    for script in (session, *(HERE / f"{name}.py" for name in SCRIPTS),
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


def play(build, where, session, arguments, picture, timeout):
    """Plays a session: a script of this folder that is called with FOLDER WIDTH HEIGHT and the
    arguments. Leaves a picture of its screen. Returns its exit status; what it says is printed."""
    unprivileged, environment, folder = prepare(build, where, session)
    with screen.screen(folder, SIZE, unprivileged) as display:
        played = subprocess.run(
            [*unprivileged, "dbus-run-session", "--", "/usr/bin/python3", "-B",
             folder / session.name, folder, *map(str, SIZE), *arguments], cwd=folder,
            timeout=timeout, env=environment | {"DISPLAY": display}, capture_output=True, text=True)
    if (folder / "screen.xwd").exists():
        picture.write_bytes(screen.png((folder / "screen.xwd").read_bytes()))
    if played.returncode:
        log = folder / "wireshark.log"
        print(played.stdout, played.stderr, log.read_text(errors="replace"))
    return played.returncode
