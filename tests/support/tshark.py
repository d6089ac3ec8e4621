# SPDX-License-Identifier: GPL-2.0-or-later
"""tshark for tests: a clean configuration, with the plugin of a build or without it."""

import functools
import os
import pathlib
import shutil
import subprocess
import sys

import captures


class Tshark:
    """Runs tshark, and believes it only if it really loaded the plugin.

    Wireshark ignores WIRESHARK_PLUGIN_DIR when it runs as root, silently; so root steps down, and
    captures must be readable for everybody. A plugin with sanitizers needs their library before all
    others; leaks of tshark are not ours. No helpers that list interfaces: tshark starts them from a
    thread, which can hang with sanitizers, and a file needs none.
    """

    def __init__(self, build, folder, plugin=True):
        """build: the build folder; folder: a temporary one of the caller, for good."""
        folder = pathlib.Path(folder, "tshark" if plugin else "tshark-plain")
        for name in ("config", "extcap"):
            (folder / name).mkdir(parents=True)
        self.environment = os.environ | {
            "HOME": str(folder / "config"), "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "WIRESHARK_CONFIG_DIR": str(folder / "config"),
            "WIRESHARK_EXTCAP_DIR": str(folder / "extcap"),
            "WIRESHARK_PLUGIN_DIR": str(folder / "plugins")}
        self.unprivileged = captures.unprivileged()
        target = folder / "plugins" / self.version() / "epan"
        target.mkdir(parents=True)
        if plugin:
            self._add_plugin(pathlib.Path(build), target)
        for place in (folder.parent, *folder.rglob("*"), folder):
            place.chmod(0o755)
        loaded = str(target / "krr.so") in self.run("-G", "plugins").stdout
        if loaded != plugin:
            sys.exit(f"tshark {'does not load the' if plugin else 'loads a'} plugin")

    @staticmethod
    @functools.cache
    def version():
        """Of the tshark that is run: "4.0". The build knows it; by hand it is asked."""
        if "KRR_WIRESHARK" in os.environ:
            return os.environ["KRR_WIRESHARK"]
        words = subprocess.run(["tshark", "--version"], check=True, capture_output=True,
                               text=True).stdout.split()
        return ".".join(words[2].split(".")[:2])

    def _add_plugin(self, build, target):
        shutil.copy(build / "krr.so", target)
        needed = subprocess.run(["ldd", build / "krr.so"], check=True, capture_output=True,
                                text=True).stdout
        for line in needed.splitlines():
            if "libasan" in line:
                self.environment |= {"LD_PRELOAD": line.split()[2],
                                     "ASAN_OPTIONS": "detect_leaks=0"}

    def run(self, *arguments):
        """Returns the finished process; output is text."""
        return subprocess.run([*self.unprivileged, "tshark", *map(str, arguments)],
                              env=self.environment, capture_output=True, encoding="utf-8")

    def output(self, *arguments):
        """What it prints, where it ends well and has nothing to complain about."""
        result = self.run(*arguments)
        if result.returncode or result.stderr:
            sys.exit(f"tshark {' '.join(map(str, arguments))} ended with {result.returncode}:\n"
                     f"{result.stderr}")
        return result.stdout
