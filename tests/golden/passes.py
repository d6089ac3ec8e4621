#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that tshark says the same about a golden case whichever way it is asked.

usage: passes.py BUILD_DIR CASE

Both passes show the same trees of our protocols; the second adds only what later frames tell. Where
there is such a tree, the columns are the same with it and without it, in one pass and in two. Filters
and statistics, for which no tree is shown, find the frames that show the protocol or the field.
"""

import pathlib
import re
import sys

import captures
import views
from cases import CASES, set_up
from tshark import Tshark

# A column line, among the lines of trees. Those are indented or have no tabs.
COLUMNS = re.compile(r"(?m)^ *\d+\t.*\n")

# Before a line that Wireshark cuts.
CUT = " [truncated]"


def trees_of(output, protocols):
    return list(views.trees_of_text(COLUMNS.sub("", output), protocols))


def learned(once, twice):
    """The lines that only the second pass shows; None where it leaves out one of the first."""
    lines, more = iter(twice), []
    for line in once:
        for other in lines:
            if other == line:
                break
            more.append(other)
        else:
            return None
    return more + list(lines)


def is_of_the_story(lines):
    """Do the lines say what only later frames tell? Links, and rules that need a whole negotiation,
    each with what stands beneath it."""
    above = None
    for _, line in lines:
        indent = len(line) - len(line.lstrip())
        if above is None or indent <= above:
            above = indent
            said = line.strip().lstrip("[").removeprefix(CUT)
            if not said.startswith((*views.LATER, "Expert Info")):
                return False
    return True


def frames_of(trees):
    return list(dict.fromkeys(frame for frame, _ in trees))


def count_frames(tshark, options, fields):
    """In how many frames each field is shown, be it empty: quotes tell."""
    output = tshark.output(*options, "-T", "fields", "-E", "quote=d",
                           *(word for name in fields for word in ("-e", name)))
    columns = zip(*(row.split("\t") for row in output.splitlines()))
    return [sum(value != "" for value in column) for column in columns]


def columns_of(output, frames):
    """Other frames are not our business: Wireshark itself has its second thoughts on fragments."""
    return [row for row in COLUMNS.findall(output) if row.split("\t")[0].strip() in frames]


def statistic_of_frames(tshark, options, filters):
    """How many frames -z io,stat counts for each filter, with neither tree nor columns."""
    output = tshark.output(*options, "-q", "-z", ",".join(["io,stat,0", *filters]))
    row = re.search(r"(?m)^\|.*<>.*", output)[0]
    return [int(number) for number in re.findall(r"\| +(\d+) (?=\|)", row)[::2]]


def differences(tshark, options, protocols):
    ask = [*options, *views.ask_for_columns(protocols)]
    bare = tshark.output(*ask)
    once = tshark.output(*ask, "-P", "-V")
    twice = tshark.output(*ask, "-2", "-P", "-V")
    trees = trees_of(once, protocols)
    more = learned(trees, trees_of(twice, protocols))
    if more is None or not is_of_the_story(more):
        yield f"other trees in the second pass: {more}"
    for output, how in ((once, "a tree"), (twice, "a tree and two passes")):
        if columns_of(output, frames_of(trees)) != columns_of(bare, frames_of(trees)):
            yield f"other columns with {how}"
    fields = views.field_names(protocols)
    counts = zip(fields, count_frames(tshark, options, fields),
                 statistic_of_frames(tshark, options, fields), strict=True)
    yield from (f"-z io,stat counts {counted} frames with {name}, {shown} show it"
                for name, shown, counted in counts if shown != counted)
    for protocol in protocols:
        shown = frames_of(trees_of(once, [protocol]))
        found = frames_of(views.rows_of_columns(tshark.output(*ask, "-Y", protocol), protocols))
        if not shown or found != shown:
            yield f"-Y {protocol} finds frames {found}, shown are {shown}"


def main(build, case):
    with captures.folder() as where:
        tshark = Tshark(build, where)
        _, options = set_up(pathlib.Path(build).resolve(), case, where)
        problems = list(differences(tshark, options, CASES[case].protocols))
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
