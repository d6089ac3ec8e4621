#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The benchmark's report says what was measured, and judges it; measures nothing.

usage: test-report.py BUILD_DIR
"""

import subprocess
import sys

import bench
from krraudit import equal, expect, main

ABOUT = "2026-01-01, a processor"


def capture(units, krraudit, mebibytes=200, **others):
    """A measurement of a capture: the seconds of each turn of krraudit and of other programs. A
    processor's are half as many."""
    runs = {"krraudit": [(seconds, mebibytes, seconds / 2) for seconds in krraudit]}
    runs |= {name: [(seconds, 300, seconds) for seconds in turns] for name, turns in others.items()}
    return {"about": ABOUT, "units": units, "bytes": 2_500_000, "runs": runs}


def plugin(instructions):
    """A measurement of one mode of tshark, 2 % slower with the plugin."""
    runs = {"without": [(1.0, 150, 1), (2.0, 150, 1), (3.0, 150, 1)],
            "with": [(1.02, 160, 1), (2.04, 160, 1), (3.09, 160, 1)]}
    return {"about": ABOUT, "modes": {"one line a frame": {"runs": runs,
                                                           "instructions": instructions}}}


def cells(figures, first):
    """Those of the one row that begins so."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in bench.report(figures) if line.startswith(f"| {first} |")]
    equal(len(rows), 1, f"rows of {first}")
    return rows[0]


def figures_of(**measured):
    figures = bench.Figures(None)
    for name, found in measured.items():
        figures.put(name.replace("_", "-"), found)
    return figures


def test_capture(_):
    """Medians of the seconds, medians of the ratios of each turn, the most memory."""
    figures = figures_of(sip_400k=capture(400_000, (2.0, 4.0, 3.0), tshark=(12.0, 12.0, 15.0),
                                          libpcap=(0.5, 0.1, 0.3)))
    equal(cells(figures, "sip-400k"),
          ["sip-400k", "400,000 messages", "2 MB", "3.00", "12.00", "0.30", "200", "300", "5.0",
           "10.0"])


def test_empty_cells(_):
    """A program that did not run has none."""
    equal(cells(figures_of(start=capture(4, (0.1,))), "start"),
          ["start", "4 messages", "2 MB", "0.10", "", "", "200", "", "", ""])


def test_goals(_):
    """A goal is reached at its limit and not behind it."""
    for seconds, reached in ((0.15, "yes"), (0.151, "**no**")):
        equal(cells(figures_of(start=capture(4, (seconds,))), "start-up")[2:],
              [f"{seconds:.2f} s", reached])
    for mebibytes, reached in ((256, "yes"), (256.4, "**no**")):
        equal(cells(figures_of(open_6=capture(10, (1,), mebibytes)), "memory, open-6")[2:],
              ["256 MiB", reached])


def test_flat(_):
    """A processor's time for a frame is compared, without start-up."""
    def judged(seconds):
        figures = figures_of(start=capture(4, (1,)), sip_5=capture(100, (2,)),
                             sip_7=capture(1000, (seconds,)))
        return cells(figures, "processor time a frame, plain calls, 10^5 to 10^7")[2:]

    equal(judged(11.5), ["+5 %", "yes"])
    equal(judged(12.5), ["+15 %", "**no**"])


def test_pair(_):
    runs = {"jobs 1": [(3.0, 1, 3), (4.0, 1, 4), (6.0, 1, 6)],
            "jobs 2": [(2.0, 1, 3), (2.0, 1, 4), (2.0, 1, 6)]}
    figures = figures_of(pair_5={"about": ABOUT, "runs": runs})
    equal(cells(figures, "two captures of 10^5 messages on two cores")[2:], ["2.00 times", "yes"])


def test_plugin(_):
    """Instructions judge where they were counted, else seconds."""
    goal = "the plugin in tshark, plugin-sip, one line a frame"
    counted = figures_of(plugin_sip=plugin({"with": 1009.0, "without": 1000.0}))
    equal(cells(counted, "plugin-sip"),
          ["plugin-sip", "25,000 messages", "one line a frame", "2.00", "2.04", "+2.0 %", "1,000",
           "1,009", "+0.9 %"])
    equal(cells(counted, goal)[2:], ["+0.9 % instructions", "yes"])
    for instructions in ({}, {"with": None, "without": None}):
        timed = figures_of(plugin_sip=plugin(instructions))
        equal(cells(timed, "plugin-sip")[6:], ["", "", ""])
        equal(cells(timed, goal)[2:], ["+2.0 % seconds", "**no**"])


def test_nothing(_):
    """What was not measured is neither reached nor missed."""
    rows = list(bench.goals(figures_of()))
    equal(len(rows), len(bench.GOALS))
    equal({tuple(row[2:]) for row in rows}, {("not measured", "")})


def test_needs(_):
    """Goals ask for what is measured."""
    for goal in bench.GOALS:
        expect(set(goal.needs) <= set(bench.NAMES), f"{goal.what} needs {goal.needs}")


def test_circumstances(_):
    """Where some were measured on another day, it says which."""
    figures = figures_of(start=capture(4, (0.1,)), day=capture(9, (1,)))
    expect(ABOUT in list(bench.report(figures)), "circumstances in one line")
    figures.put("day", capture(9, (1,)) | {"about": "2026-01-02, another"})
    lines = list(bench.report(figures))
    expect(f"- {ABOUT}: start" in lines and "- 2026-01-02, another: day" in lines,
           "circumstances of each")


def run(*arguments):
    return subprocess.run([sys.executable, "-B", bench.HERE / "bench.py", *arguments], text=True,
                          capture_output=True)


def test_file(its):
    """What is measured again takes the place of what was; the report is that of the file alone."""
    path = its.folder / "figures.json"
    figures = bench.Figures(path)
    figures.put("start", capture(4, (0.9,)))
    figures.put("plugin-sip", plugin({"with": 3.0, "without": 2.0}))
    bench.Figures(path).put("start", capture(4, (0.1, 0.12, 0.3)))
    result = run("--report-only", "--figures", path)
    equal(result.returncode, 0, result.stderr)
    expect("| start-up | at most 0.15 s | 0.12 s | yes |\n" in result.stdout, result.stdout)
    expect("| +50.0 % instructions | **no** |\n" in result.stdout, result.stdout)
    equal(result.stdout, "\n".join(bench.report(bench.Figures(path))) + "\n")


def test_refused(_):
    """No measuring without a build, and of nothing that there is not."""
    equal(run().returncode, 2)
    result = run("build", "--only", "start,stop")
    equal(result.returncode, 2)
    expect("no stop in" in result.stderr, result.stderr)


def test_results(_):
    """RESULTS.md is the report of RESULTS.json."""
    if bench.FIGURES.exists():
        equal(bench.RESULTS.read_text(encoding="utf-8"),
              "\n".join(bench.report(bench.Figures(bench.FIGURES))) + "\n")


if __name__ == "__main__":
    main(program=[value for name, value in list(globals().items()) if name.startswith("test_")])
