# SPDX-License-Identifier: GPL-2.0-or-later
"""Wireshark with a capture open, on a screen without eyes: what a session looks at and clicks."""

import os
import pathlib
import subprocess

import accessible
import screen
from audit_profile import COLUMNS


class Wireshark:
    """The program with a capture open, on a screen."""

    def __init__(self, folder, size, arguments):
        environment = os.environ | {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        if "KRR_PRELOAD" in os.environ:
            environment["LD_PRELOAD"] = os.environ["KRR_PRELOAD"]
        # The window is as large as the screen: there is nobody to place it.
        pathlib.Path(os.environ["WIRESHARK_CONFIG_DIR"], "recent_common").write_text(
            "gui.geometry_main_x: 0\ngui.geometry_main_y: 0\n"
            f"gui.geometry_main_width: {size[0]}\ngui.geometry_main_height: {size[1]}\n")
        self.folder = folder
        self.log = open(folder / "wireshark.log", "wb")
        self.process = subprocess.Popen(["wireshark", *arguments], env=environment,
                                        stdout=self.log, stderr=subprocess.STDOUT)
        self.window = None

    def wait(self, what, condition, seconds=40):
        def or_end():
            if self.process.poll() is not None:
                raise RuntimeError(f"Wireshark ended with {self.process.returncode}")
            return condition()
        return accessible.wait(what, or_end, seconds)

    def find(self, role, name, within=None):
        """A widget of the window or of a dialog, that is there or comes."""
        return self.wait(f"{role} \"{name}\"",
                         lambda: accessible.find(within or self.window, role, name))

    def dialog(self, name):
        return self.find("dialog", name)

    def open(self):
        """Waits until the packet list is there."""
        self.wait("a window", lambda: screen.is_painted(self.folder))
        self.window = self.wait("Wireshark", lambda: accessible.application("Wireshark"))
        self.details = self.find("tree", "Packet details")
        self.list = self.find("tree", "Packet list")

    def menu(self, name):
        accessible.press(self.find("menu item", name))

    def rows(self):
        """Of the packet list, each a list of cells."""
        cells = accessible.cells(self.list)
        width = len(COLUMNS)
        return [cells[start:start + width] for start in range(0, len(cells), width)]

    def frames(self):
        """The numbers of the frames in the packet list."""
        return [row[0] for row in self.rows()[1:]]

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()


def look(folder, size, arguments, looks):
    """Yields what is wrong with a Wireshark that is started for it; leaves a picture."""
    wireshark = Wireshark(folder, size, arguments)
    try:
        wireshark.open()
        for one in looks:
            yield from one(wireshark)
    except (TimeoutError, RuntimeError) as error:
        yield f"missing: {error}"
    finally:
        (folder / "screen.xwd").write_bytes(screen.dump(folder))
        wireshark.end()


def begin(folder):
    """What a session needs once, before its first window."""
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
