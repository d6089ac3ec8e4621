#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures krraudit against tshark and against a bare libpcap loop, and writes RESULTS.md.

usage: bench.py BUILD_DIR [--quick] [--keep FOLDER]

The programs take turns on each capture, several rounds of it, so that what else happens on the
machine hits all of them alike. Seconds are medians of the wall clock; ratios are medians of the
ratios of each turn; memory is the most that one process held.
"""

import argparse
import collections
import datetime
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import tshark  # noqa: E402

Run = collections.namedtuple("Run", "seconds mebibytes")
Capture = collections.namedtuple("Capture", "name scenario rounds every units what turns programs")

ALL = ("krraudit", "tshark", "libpcap")
OURS = ("krraudit", "libpcap")

# What is measured: name, scenario, rounds, seconds between them, units, their name, turns, programs.
# tshark is left out where it would take many minutes, which the smaller captures show well enough.
CAPTURES = [
    Capture("start", "sip", 1, 1, 4, "messages", 7, ("krraudit",)),
    Capture("media-5", "media", 25, 1, 100_175, "frames", 5, OURS),
    Capture("media-6", "media", 250, 1, 1_001_750, "frames", 3, ALL),
    Capture("media-7", "media", 2500, 1, 10_017_500, "frames", 2, OURS),
    Capture("sip-5", "sip", 25_000, 0.01, 100_000, "messages", 3, OURS),
    Capture("sip-400k", "sip", 100_000, 0.01, 400_000, "messages", 3, ALL),
    Capture("sip-7", "sip", 2_500_000, 0.01, 10_000_000, "messages", 1, OURS),
    Capture("trunk-25k", "trunk", 6_250, 0.01, 25_000, "messages", 3, ALL),
    Capture("trunk-50k", "trunk", 12_500, 0.01, 50_000, "messages", 1, ALL),
    Capture("trunk-1m", "trunk", 250_000, 0.01, 1_000_000, "messages", 1, OURS),
    Capture("offers-5", "offers", 25_000, 0.01, 100_000, "messages", 3, ALL),
    Capture("offers-6", "offers", 250_000, 0.01, 1_000_000, "messages", 1, OURS),
    Capture("open-5", "open", 100_000, 0.001, 100_000, "messages", 1, OURS),
    Capture("open-6", "open", 1_000_000, 0.0001, 1_000_000, "messages", 1, OURS),
    Capture("redirects", "redirects", 10_000, 0.5, 120_000, "messages", 3, OURS),
    Capture("day", "day", 300, 2, 300 * 3039, "frames", 3, ALL),
]


class Bench:
    def __init__(self, build, folder, quick):
        self.build = build
        self.folder = folder
        self.quick = quick
        folder.chmod(0o755)  # tshark steps down from root, and must come in
        self.tshark = tshark.Tshark(build, pathlib.Path(tempfile.mkdtemp(dir=folder)))
        self.runs = {}

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def path(self, capture):
        return self.folder / f"{capture.name}.pcap"

    def rounds(self, capture):
        return max(1, capture.rounds // 10) if self.quick else capture.rounds

    def units(self, capture):
        return capture.units * self.rounds(capture) // capture.rounds

    def make(self, name, scenario, rounds, every, first="2026-01-01T08:00:00Z"):
        path = self.folder / f"{name}.pcap"
        if path.exists():
            return path
        self.say(f"making {path.name}")
        text = (HERE / f"{scenario}.scenario").read_text(encoding="utf-8")
        source = self.folder / f"{name}.scenario"
        source.write_text(text.replace("2026-01-01T08:00:00Z", first), encoding="utf-8")
        subprocess.run([self.build / "samples" / "make-capture", "--rounds", str(rounds),
                        "--every", str(every), source, path], check=True)
        path.chmod(0o644)
        return path

    def krraudit(self, *arguments):
        return self.time([str(self.build / "krraudit"), "--no-progress", "--format", "json",
                          "--output", str(self.folder / "report.json"), *map(str, arguments)],
                         allowed=(0, 1))

    def time(self, command, environment=None, allowed=(0,)):
        """One process: its wall clock and the most memory that it or a child of it held."""
        begin = time.monotonic()
        with open(os.devnull, "wb") as nowhere:
            process = subprocess.Popen(command, stdout=nowhere, stderr=subprocess.DEVNULL,
                                       env=environment)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in allowed:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}")
        return Run(time.monotonic() - begin, usage.ru_maxrss / 1024)

    def once(self, program, path):
        if program == "krraudit":
            return self.krraudit(path)
        if program == "libpcap":
            return self.time([str(self.build / "tests" / "bench-read-loop"), str(path)])
        return self.time([*self.tshark.unprivileged, "tshark", "-r", str(path), "-Y", "krr",
                          "-T", "fields", "-e", "frame.number", "-e", "krr.creator"],
                         self.tshark.environment)

    def measure(self, capture):
        path = self.make(capture.name, capture.scenario, self.rounds(capture), capture.every)
        self.once("libpcap", path)  # into the page cache
        runs = collections.defaultdict(list)
        for turn in range(capture.turns):
            self.say(f"{capture.name}: turn {turn + 1} of {capture.turns}")
            for program in capture.programs:
                runs[program].append(self.once(program, path))
        self.runs[capture.name] = runs
        return path

    def seconds(self, name, program="krraudit"):
        return statistics.median(run.seconds for run in self.runs[name][program])

    def mebibytes(self, name, program="krraudit"):
        return max(run.mebibytes for run in self.runs[name][program])

    def ratio(self, name, program, over):
        """How many times longer one program takes than another: the median over the turns."""
        return statistics.median(a.seconds / b.seconds for a, b in
                                 zip(self.runs[name][program], self.runs[name][over]))

    def two_files(self):
        """Two captures one after the other, and at once."""
        rounds = 2_500 if self.quick else 25_000
        paths = [self.make("half-1", "offers", rounds, 0.01),
                 self.make("half-2", "offers", rounds, 0.01, "2026-01-01T09:00:00Z")]
        turns = [(self.krraudit("--jobs", 1, *paths), self.krraudit("--jobs", 2, *paths))
                 for _ in range(3)]
        return statistics.median(one.seconds / two.seconds for one, two in turns)


def per_unit(bench, name):
    """Microseconds for each frame or message, start-up apart."""
    capture = next(one for one in CAPTURES if one.name == name)
    return (bench.seconds(name) - bench.seconds("start")) / bench.units(capture) * 1e6


def row(bench, capture):
    runs = bench.runs[capture.name]
    cells = [capture.name, f"{bench.units(capture):,} {capture.what}",
             f"{bench.path(capture).stat().st_size / 1e6:,.0f} MB"]
    for program in ALL:
        cells.append(f"{bench.seconds(capture.name, program):.2f}" if program in runs else "")
    cells.append(f"{bench.mebibytes(capture.name):.0f}")
    cells.append(f"{bench.mebibytes(capture.name, 'tshark'):.0f}" if "tshark" in runs else "")
    cells.append(f"{bench.ratio(capture.name, 'tshark', 'krraudit'):.1f}" if "tshark" in runs else "")
    cells.append(f"{bench.ratio(capture.name, 'krraudit', 'libpcap'):.1f}" if "libpcap" in runs else "")
    return cells


def goals(bench, speedup):
    start = bench.seconds("start")
    media = bench.seconds("media-6") - start
    loop = bench.seconds("media-6", "libpcap")
    flat = {kind: per_unit(bench, large) / per_unit(bench, small) for kind, small, large in
            (("media, 10^5 to 10^7", "media-5", "media-7"),
             ("plain calls, 10^5 to 10^7", "sip-5", "sip-7"),
             ("trunk, 2.5x10^4 to 10^6", "trunk-25k", "trunk-1m"),
             ("offers, 10^5 to 10^6", "offers-5", "offers-6"),
             ("open calls, 10^5 to 10^6", "open-5", "open-6"))}
    yield "start-up", "at most 0.15 s", f"{start:.2f} s", start <= 0.15
    yield ("media, 10^6 frames, against tshark", "at least 50 times faster",
           f"{bench.ratio('media-6', 'tshark', 'krraudit'):.0f} times", bench.ratio("media-6", "tshark", "krraudit") >= 50)
    yield ("media, 10^6 frames, without start-up, against the libpcap loop", "at most 2 times",
           f"{media / loop:.1f} times", media <= 2 * loop)
    yield ("plain calls, 4x10^5 messages, against tshark", "at least 4 times faster",
           f"{bench.ratio('sip-400k', 'tshark', 'krraudit'):.1f} times", bench.ratio("sip-400k", "tshark", "krraudit") >= 4)
    for name in ("sip-400k", "sip-7", "open-6"):
        yield (f"memory, {name}", "at most 256 MiB", f"{bench.mebibytes(name):.0f} MiB",
               bench.mebibytes(name) <= 256)
    for kind, ratio in flat.items():
        yield f"time a frame, {kind}", "flat within 10 %", f"{100 * (ratio - 1):+.0f} %", ratio <= 1.1
    yield "two captures on two cores", "at least 1.8 times faster", f"{speedup:.2f} times", \
        speedup >= 1.8


def table(head, rows, right):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "|".join("---:" if i >= right else "---" for i in range(len(head))) + "|"
    for cells in rows:
        yield "| " + " | ".join(cells) + " |"


def version(command):
    text = subprocess.run(command, capture_output=True, text=True).stdout
    return re.search(r"\d+(\.\d+)+", text).group()


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def report(bench, speedup):
    gibibytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    yield "# What it costs"
    yield ""
    yield "Written by `sh tests/bench/run.sh`. Seconds are medians of the wall clock; memory is the"
    yield "most that a process held, in MiB. tshark ran with the plugin, as"
    yield "`tshark -Y krr -T fields -e frame.number -e krr.creator`; libpcap is a loop that reads"
    yield "every frame and does nothing with it. Each capture is a scenario of this folder, played"
    yield "in many rounds."
    yield ""
    yield (f"{datetime.date.today():%Y-%m-%d}, {processor()}, {os.cpu_count()} processors, "
           f"{gibibytes:.0f} GiB, Linux {platform.release().split('-')[0]}, "
           f"Wireshark {version(['tshark', '--version'])}, "
           f"{version([bench.build / 'krraudit', '--version'])} of krraudit")
    yield ""
    yield from table(("capture", "holds", "size", "krraudit s", "tshark s", "libpcap s",
                      "krraudit MiB", "tshark MiB", "tshark/krraudit", "krraudit/libpcap"),
                     (row(bench, capture) for capture in CAPTURES), 2)
    yield ""
    yield "## Goals"
    yield ""
    yield from table(("what", "goal", "measured", "reached"),
                     ((what, goal, measured, "yes" if reached else "**no**")
                      for what, goal, measured, reached in goals(bench, speedup)), 9)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything; only print")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER",
                        help="make the captures there, and leave them")
    options = parser.parse_args()
    folder = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="krr-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        bench = Bench(options.build.resolve(), folder, options.quick)
        for capture in CAPTURES:
            path = bench.measure(capture)
            size = path.stat().st_size
            if not options.keep and size > 1e9:
                path.unlink()
                os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), size)
        lines = list(report(bench, bench.two_files()))
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    print("\n".join(lines))
    if not options.quick:
        (HERE / "RESULTS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
