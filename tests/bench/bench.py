#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures krraudit against tshark and against a bare libpcap loop, and tshark with the plugin
against tshark without it; and writes RESULTS.json and RESULTS.md.

usage: bench.py BUILD_DIR [--quick] [--keep FOLDER] [--only NAME,...] [--figures FILE]
       bench.py --report-only [--figures FILE]

The programs take turns on each capture, several rounds of it, so that what else happens on the
machine hits all of them alike. Seconds are medians of the wall clock; ratios are medians of the
ratios of each turn; memory is the most that one process held.

What was measured stands in RESULTS.json, each measurement with its date, machine and versions, and
is written after each of them: RESULTS.md is made of nothing else. So a few can be measured again.
"""

import argparse
import collections
import datetime
import json
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

import tshark

HERE = pathlib.Path(__file__).resolve().parent
FIGURES = HERE / "RESULTS.json"
RESULTS = HERE / "RESULTS.md"

# One process: by the wall clock, the most memory, and of all processors that it used.
Run = collections.namedtuple("Run", "seconds mebibytes processor")
Capture = collections.namedtuple(
    "Capture", "name scenario rounds every units what turns programs options", defaults=((),))

ALL = ("krraudit", "tshark", "libpcap")
OURS = ("krraudit", "libpcap")

# What is measured: name, scenario, rounds, seconds between them, units, their name, turns,
# programs, options of krraudit.
# tshark is left out where it would take many minutes, which the smaller captures show well enough.
CAPTURES = [
    Capture("start", "sip", 1, 1, 4, "messages", 7, ("krraudit",)),
    Capture("media-5", "media", 25, 1, 100_175, "frames", 5, OURS),
    Capture("media-6", "media", 250, 1, 1_001_750, "frames", 3, ALL),
    Capture("media-7", "media", 2500, 1, 10_017_500, "frames", 2, OURS),
    Capture("sip-5", "sip", 25_000, 0.01, 100_000, "messages", 3, OURS),
    Capture("sip-400k", "sip", 100_000, 0.01, 400_000, "messages", 3, ALL),
    Capture("sip-7", "sip", 2_500_000, 0.01, 10_000_000, "messages", 1, OURS),
    Capture("nosieve", "sip", 250_000, 0.01, 1_000_000, "messages", 1, OURS, ("--no-sieve",)),
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

# tshark with the plugin and without it, on captures without KRRs.
Plugin = collections.namedtuple("Plugin", "name scenario every rounds units smaller larger frames")

# Name, scenario, seconds between rounds; rounds and units of the capture that is timed; rounds of
# the two whose instructions are counted, of which start-up takes the same; frames in a round.
PLUGIN_CAPTURES = [
    Plugin("plugin-media", "media", 1, 7, "28,049 frames", 1, 3, 4007),
    Plugin("plugin-sip", "sip", 0.01, 6_250, "25,000 messages", 100, 600, 4),
]
PLUGIN_MODES = {  # options of tshark
    "one line a frame": (),
    "a filter and a field": ("-Y", "sip", "-T", "fields", "-e", "frame.number"),
    "a statistic": ("-q", "-z", "sip,stat"),
    "whole trees": ("-V",),
    "two passes": ("-2",),
    "two passes, whole trees": ("-2", "-V"),
    "two passes, no links": ("-2",),
}
# Those that only the plugin knows.
PLUGIN_OPTIONS = {"two passes, no links": ("-o", "krr.link_frames:FALSE")}
PLUGIN_TURNS = 5

# Two captures at a time: rounds of calls with offers, four messages each, in each of the two. The
# smaller they are, the more of it is start-up, which two processes do not share.
PAIRS = {"pair-5": (25_000, "10^5"), "pair-400k": (100_000, "4x10^5")}
NAMES = [capture.name for capture in (*CAPTURES, *PLUGIN_CAPTURES)] + list(PAIRS)


def version(command):
    text = subprocess.run(command, capture_output=True, text=True).stdout
    return re.search(r"\d+(\.\d+)+", text).group()


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def circumstances(build, quick):
    """When, on what and of which versions something is measured."""
    gibibytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (f"{datetime.date.today():%Y-%m-%d}, {processor()}, {os.cpu_count()} processors, "
            f"{gibibytes:.0f} GiB, Linux {platform.release().split('-')[0]}, "
            f"Wireshark {version(['tshark', '--version'])}, "
            f"{version([build / 'krraudit', '--version'])} of krraudit"
            f"{', a tenth of everything' if quick else ''}")


class Figures:
    """What was measured: of each name its circumstances, and what its kind of measurement gives."""

    def __init__(self, path):
        self.path = path
        self.all = json.loads(path.read_text(encoding="utf-8")) if path and path.exists() else {}

    def __contains__(self, name):
        return name in self.all

    def __getitem__(self, name):
        return self.all[name]

    def put(self, name, figures):
        self.all[name] = figures
        if self.path:
            text = json.dumps(self.all, indent=1, sort_keys=True) + "\n"
            fresh = self.path.with_suffix(".new")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(self.path)

    def runs(self, name, program):
        return [Run(*run) for run in self.all[name]["runs"].get(program, ())]

    def seconds(self, name, program="krraudit"):
        return statistics.median(run.seconds for run in self.runs(name, program))

    def mebibytes(self, name, program="krraudit"):
        return max(run.mebibytes for run in self.runs(name, program))

    def ratio(self, name, program, over):
        """How many times longer one program takes than another: the median over the turns."""
        return median_ratio(self.runs(name, program), self.runs(name, over))

    def processor(self, name):
        return statistics.median(run.processor for run in self.runs(name, "krraudit"))

    def per_unit(self, name):
        """Microseconds for each frame or message, start-up apart: a processor's, since the digest of
        a small capture is taken beside the start, and that of a large one is not."""
        return (self.processor(name) - self.processor("start")) / self.all[name]["units"] * 1e6


def median_ratio(runs, over):
    return statistics.median(a.seconds / b.seconds for a, b in zip(runs, over, strict=True))


class Bench:
    def __init__(self, build, folder, quick, figures):
        self.build = build
        self.folder = folder
        self.quick = quick
        self.figures = figures
        folder.chmod(0o755)  # tshark steps down from root, and must come in
        own = pathlib.Path(tempfile.mkdtemp(dir=folder))
        self.tshark = tshark.Tshark(build, own)
        self.plain = tshark.Tshark(build, own, plugin=False)

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def rounds(self, rounds):
        return max(1, rounds // 10) if self.quick else rounds

    def make(self, scenario, rounds, every, first="2026-01-01T08:00:00Z"):
        name = f"{scenario}-{rounds}-{first[11:13]}"
        path = self.folder / f"{name}.pcap"
        if path.exists():
            return path
        self.say(f"making {path.name}")
        text = (HERE / f"{scenario}.scenario").read_text(encoding="utf-8")
        source = self.folder / f"{name}.scenario"
        source.write_text(text.replace("2026-01-01T08:00:00Z", first), encoding="utf-8")
        unfinished = self.folder / f"{name}.part"
        subprocess.run([self.build / "samples" / "make-capture", "--rounds", str(rounds),
                        "--every", str(every), source, unfinished], check=True)
        unfinished.chmod(0o644)
        unfinished.replace(path)
        return path

    def krraudit(self, *arguments):
        return self.time([str(self.build / "krraudit"), "--no-progress", "--format", "json",
                          "--output", str(self.folder / "report.json"), *map(str, arguments)],
                         allowed=(0, 1))

    def time(self, command, environment=None, allowed=(0,)):
        """One process, and its children."""
        begin = time.monotonic()
        with open(os.devnull, "wb") as nowhere:
            process = subprocess.Popen(command, stdout=nowhere, stderr=subprocess.DEVNULL,
                                       env=environment)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in allowed:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}")
        return Run(time.monotonic() - begin, usage.ru_maxrss / 1024,
                   usage.ru_utime + usage.ru_stime)

    def run_tshark(self, which, path, *arguments):
        return self.time([*which.unprivileged, "tshark", "-r", str(path), *arguments],
                         which.environment)

    def once(self, program, path, options=()):
        if program == "krraudit":
            return self.krraudit(*options, path)
        if program == "libpcap":
            return self.time([str(self.build / "tests" / "bench-read-loop"), str(path)])
        return self.run_tshark(self.tshark, path, "-Y", "krr", "-T", "fields", "-e", "frame.number",
                               "-e", "krr.creator")

    def put(self, name, **figures):
        self.figures.put(name, {"about": circumstances(self.build, self.quick), **figures})

    def measure(self, capture):
        rounds = self.rounds(capture.rounds)
        path = self.make(capture.scenario, rounds, capture.every)
        self.once("libpcap", path)  # into the page cache
        runs = collections.defaultdict(list)
        for turn in range(capture.turns):
            self.say(f"{capture.name}: turn {turn + 1} of {capture.turns}")
            for program in capture.programs:
                runs[program].append(self.once(program, path, capture.options))
        self.put(capture.name, units=capture.units * rounds // capture.rounds,
                 bytes=path.stat().st_size, runs=runs)
        return path

    def measure_pair(self, name):
        """Two captures one after the other, and at once."""
        rounds = self.rounds(PAIRS[name][0])
        paths = [self.make("offers", rounds, 0.01),
                 self.make("offers", rounds, 0.01, "2026-01-01T09:00:00Z")]
        runs = collections.defaultdict(list)
        for turn in range(3):
            self.say(f"{name}: turn {turn + 1} of 3")
            for jobs in (1, 2):
                runs[f"jobs {jobs}"].append(self.krraudit("--jobs", jobs, *paths))
        self.put(name, runs=runs)

    def instructions(self, which, path, arguments):
        """As callgrind counts them; None: it cannot."""
        command = [*which.unprivileged, "valgrind", "--tool=callgrind",
                   "--callgrind-out-file=/dev/null", "tshark", "-r", str(path), *arguments]
        result = subprocess.run(command, env=which.environment, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True, errors="replace")
        found = re.search(r"Collected : (\d+)", result.stderr)
        return int(found.group(1)) if found else None

    def instructions_a_frame(self, which, plugin, arguments):
        totals = [self.instructions(which, self.make(plugin.scenario, rounds, plugin.every),
                                    arguments) for rounds in (plugin.smaller, plugin.larger)]
        if None in totals:
            return None
        return (totals[1] - totals[0]) / ((plugin.larger - plugin.smaller) * plugin.frames)

    def measure_plugin(self, plugin):
        path = self.make(plugin.scenario, plugin.rounds, plugin.every)
        modes = {}
        for mode, arguments in PLUGIN_MODES.items():
            self.say(f"{plugin.name}: {mode}")
            programs = {"with": (self.tshark, (*arguments, *PLUGIN_OPTIONS.get(mode, ()))),
                        "without": (self.plain, arguments)}
            runs = collections.defaultdict(list)
            for _ in range(PLUGIN_TURNS):
                for name, (which, options) in programs.items():
                    runs[name].append(self.run_tshark(which, path, *options))
            counts = {}
            if shutil.which("valgrind") and not self.quick:
                counts = {name: self.instructions_a_frame(which, plugin, options)
                          for name, (which, options) in programs.items()}
            modes[mode] = {"runs": runs, "instructions": counts}
        self.put(plugin.name, modes=modes)


# ---- the report ----

def row(figures, capture):
    """Of a capture that was measured."""
    name = capture.name
    runs = figures[name]["runs"]
    cells = [name, f"{figures[name]['units']:,} {capture.what}",
             f"{figures[name]['bytes'] / 1e6:,.0f} MB"]
    for program in ALL:
        cells.append(f"{figures.seconds(name, program):.2f}" if program in runs else "")
    cells.append(f"{figures.mebibytes(name):.0f}")
    cells.append(f"{figures.mebibytes(name, 'tshark'):.0f}" if "tshark" in runs else "")
    cells.append(f"{figures.ratio(name, 'tshark', 'krraudit'):.1f}" if "tshark" in runs else "")
    cells.append(f"{figures.ratio(name, 'krraudit', 'libpcap'):.1f}" if "libpcap" in runs else "")
    return cells


def plugin_modes(figures):
    """Name of the capture, mode, times longer with the plugin, times more instructions or None."""
    for plugin in PLUGIN_CAPTURES:
        if plugin.name not in figures:
            continue
        for mode, found in figures[plugin.name]["modes"].items():
            runs = {name: [Run(*run) for run in found["runs"][name]] for name in found["runs"]}
            counts = found["instructions"]
            counted = None not in (counts.get("with"), counts.get("without"))
            yield (plugin, mode, runs, median_ratio(runs["with"], runs["without"]),
                   counts, counts["with"] / counts["without"] if counted else None)


def percent(ratio):
    return f"{100 * (ratio - 1):+.1f} %"


def plugin_row(plugin, mode, runs, slower, counts, more):
    return [plugin.name, plugin.units, mode,
            *(f"{statistics.median(run.seconds for run in runs[name]):.2f}"
              for name in ("without", "with")), percent(slower),
            *(f"{counts[name]:,.0f}" if more else "" for name in ("without", "with")),
            percent(more) if more else ""]


# ---- goals ----

Goal = collections.namedtuple("Goal", "what goal needs measure unit reached")


def at_most(limit):
    return lambda measured: measured <= limit


def at_least(limit):
    return lambda measured: measured >= limit


def media_over_loop(figures):
    return ((figures.seconds("media-6") - figures.seconds("start")) /
            figures.seconds("media-6", "libpcap"))


def faster_than_tshark(name):
    return lambda figures: figures.ratio(name, "tshark", "krraudit")


def memory(name):
    return Goal(f"memory, {name}", "at most 256 MiB", (name,),
                lambda figures: figures.mebibytes(name), "{:.0f} MiB", at_most(256))


def flat(kind, small, large):
    return Goal(f"processor time a frame, {kind}", "flat within 10 %", ("start", small, large),
                lambda figures: 100 * (figures.per_unit(large) / figures.per_unit(small) - 1),
                "{:+.0f} %", at_most(10))


def speedup(name):
    return Goal(f"two captures of {PAIRS[name][1]} messages on two cores",
                "at least 1.8 times faster", (name,),
                lambda figures: median_ratio(figures.runs(name, "jobs 1"),
                                             figures.runs(name, "jobs 2")),
                "{:.2f} times", at_least(1.8))


GOALS = [
    Goal("start-up", "at most 0.15 s", ("start",), lambda figures: figures.seconds("start"),
         "{:.2f} s", at_most(0.15)),
    Goal("media, 10^6 frames, against tshark", "at least 50 times faster", ("media-6",),
         faster_than_tshark("media-6"), "{:.0f} times", at_least(50)),
    Goal("media, 10^6 frames, beyond start-up, against the libpcap loop", "at most 2 times",
         ("start", "media-6"), media_over_loop, "{:.1f} times", at_most(2)),
    Goal("plain calls, 4x10^5 messages, against tshark", "at least 4 times faster", ("sip-400k",),
         faster_than_tshark("sip-400k"), "{:.1f} times", at_least(4)),
    *map(memory, ("sip-400k", "sip-7", "nosieve", "trunk-1m", "offers-6", "open-6", "redirects")),
    flat("media, 10^5 to 10^7", "media-5", "media-7"),
    flat("media, 10^6 to 10^7", "media-6", "media-7"),  # none of them fits the processor's cache
    flat("plain calls, 10^5 to 10^7", "sip-5", "sip-7"),
    flat("plain calls, 4x10^5 to 10^7", "sip-400k", "sip-7"),  # the ledger is full in both
    flat("trunk, 2.5x10^4 to 10^6", "trunk-25k", "trunk-1m"),
    flat("offers, 10^5 to 10^6", "offers-5", "offers-6"),
    flat("open calls, 10^5 to 10^6", "open-5", "open-6"),
    *map(speedup, PAIRS),
]


def judged(what, goal, measured, reached):
    return [what, goal, measured, "yes" if reached else "**no**"]


def goals(figures):
    for goal in GOALS:
        if all(name in figures for name in goal.needs):
            measured = goal.measure(figures)
            yield judged(goal.what, goal.goal, goal.unit.format(measured), goal.reached(measured))
        else:
            yield [goal.what, goal.goal, "not measured", ""]
    for plugin, mode, _, slower, _, more in plugin_modes(figures):
        # A wall clock does not show one part in a hundred; instructions do.
        measured = slower if more is None else more
        what = "seconds" if more is None else "instructions"
        yield judged(f"the plugin in tshark, {plugin.name}, {mode}", "at most 1 % more",
                     f"{percent(measured)} {what}", measured <= 1.01)


def table(head, rows, right):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "|".join("---:" if i >= right else "---" for i in range(len(head))) + "|"
    for cells in rows:
        yield "| " + " | ".join(cells) + " |"


def abouts(figures):
    """Of all measurements when and where, and which of them where they are not all alike."""
    names = collections.defaultdict(list)
    for name in NAMES:
        if name in figures:
            names[figures[name]["about"]].append(name)
    for about, measured in sorted(names.items()):
        yield about if len(names) == 1 else f"- {about}: {', '.join(measured)}"


def report(figures):
    yield "# What it costs"
    yield ""
    yield "Written by `sh tests/bench/run.sh`. Seconds are medians of the wall clock; memory is the"
    yield "most that a process held, in MiB. tshark ran with the plugin, as"
    yield "`tshark -Y krr -T fields -e frame.number -e krr.creator`; libpcap is a loop that reads"
    yield "every frame and does nothing with it. Each capture is a scenario of this folder, played"
    yield "in many rounds; nosieve is plain calls read with `--no-sieve`. Each single figure is in"
    yield "RESULTS.json. Start-up is what four messages take; the digest of a capture is begun"
    yield "meanwhile, so that what a large one takes beyond it is not all that was done for it."
    yield ""
    yield from abouts(figures)
    yield ""
    yield from table(("capture", "holds", "size", "krraudit s", "tshark s", "libpcap s",
                      "krraudit MiB", "tshark MiB", "tshark/krraudit", "krraudit/libpcap"),
                     (row(figures, capture) for capture in CAPTURES if capture.name in figures), 2)
    yield ""
    yield "## The plugin in tshark"
    yield ""
    yield "What the plugin costs where there are no KRRs: tshark without it and with it, in turns."
    yield "Seconds are of whole runs; instructions, of callgrind, are a frame's, start-up apart."
    yield "One line a frame is tshark without options; a filter and a field is"
    yield "`-Y sip -T fields -e frame.number`; a statistic is `-q -z sip,stat`; whole trees are"
    yield "`-V`, two passes `-2`. In two passes the plugin links frames, for which it looks at"
    yield "every message; in one it does where somebody looks at the links. No links is, with the"
    yield "plugin, `-o krr.link_frames:FALSE`."
    yield ""
    yield from table(("capture", "holds", "mode", "without s", "with s", "more", "without instr.",
                      "with instr.", "more"),
                     (plugin_row(*mode) for mode in plugin_modes(figures)), 3)
    yield ""
    yield "## Goals"
    yield ""
    yield from table(("what", "goal", "measured", "reached"), goals(figures), 9)


def names(text):
    wanted = text.split(",")
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        raise argparse.ArgumentTypeError(f"no {', '.join(unknown)} in {', '.join(NAMES)}")
    return wanted


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path, nargs="?", metavar="BUILD_DIR")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything; only print")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER",
                        help="make the captures there, and leave them")
    parser.add_argument("--only", type=names, metavar="NAME,...", default=NAMES,
                        help="measure these; of all else the figures stay as they are")
    parser.add_argument("--figures", type=pathlib.Path, metavar="FILE",
                        help="keep what is measured there, and only print the report")
    parser.add_argument("--report-only", action="store_true", help="measure nothing")
    options = parser.parse_args()
    if options.build is None and not options.report_only:
        parser.error("BUILD_DIR is needed to measure")
    return options


def measure(options, figures, folder):
    bench = Bench(options.build.resolve(), folder, options.quick, figures)
    for capture in CAPTURES:
        if capture.name in options.only:
            path = bench.measure(capture)
            if not options.keep and path.stat().st_size > 1e9:
                path.unlink()
    for plugin in PLUGIN_CAPTURES:
        if plugin.name in options.only:
            bench.measure_plugin(plugin)
    for pair in PAIRS:
        if pair in options.only:
            bench.measure_pair(pair)


def main():
    options = arguments()
    figures = Figures(options.figures or (None if options.quick else FIGURES))
    if not options.report_only:
        folder = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="krr-bench-"))
        folder.mkdir(parents=True, exist_ok=True)
        try:
            measure(options, figures, folder)
        finally:
            if not options.keep:
                shutil.rmtree(folder)
    text = "\n".join(report(figures)) + "\n"
    print(text, end="")
    if figures.path == FIGURES:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
