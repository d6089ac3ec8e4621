#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which room may include which: no arrow goes up, and no two files or rooms include each other.

usage: rooms.py [SOURCE_DIR]

A house has floors. A room may include what lies on floors beneath it, and what the table allows on
its own floor; whatever else it includes is named with file and line.
"""

import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[1]

# From the ground up. Rooms on one line are neighbours: neither may include the other.
FLOORS = [
    ["core/octets"],
    ["core/document", "core/sip"],
    ["core/mikey", "core/kms"],
    ["core/trust"],
    ["core/policy"],
    ["core/signature"],
    ["core/event"],
    ["core/stores"],
    ["core/story"],
    ["core/rules"],
    ["core/audit"],
    ["plugin/compat"],
    ["plugin/frame"],
    ["plugin/preferences"],
    ["plugin/hep"],
    ["plugin/sip"],
    ["plugin/kms"],
    ["plugin/krr"],
    ["plugin/mikey"],
    ["plugin/story"],
    ["plugin/views"],
    ["plugin"],
    ["analyzer/process"],
    ["analyzer/engine"],
    ["analyzer/sieve"],
    ["analyzer/capture"],
    ["analyzer/jobs", "analyzer/report"],
    ["analyzer/sheet"],
    ["analyzer/forms"],
    ["analyzer/evidence"],
    ["analyzer"],
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
MOST_UNITS = 24
LARGEST = 600  # lines of a file that nobody has looked at


def room_of(path):
    """The room of a file, by its path from the top of the project."""
    if path.name.startswith("wireshark-compat."):
        return "plugin/compat"
    room = path.parent.as_posix()
    return room.removeprefix("plugin/") if room.startswith("plugin/core") else room


def included(path):
    """Yields (line number, path from the top) of what a file of ours includes."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = re.match(r'#include "([^"]+)"', line)
        if found:
            name = found.group(1)
            yield number, pathlib.Path("plugin/" + name if name.startswith("core/") else name)


def wrong_arrows(source, files):
    for path in files:
        room = room_of(path.relative_to(source))
        for number, target in included(path):
            place = f"{path.relative_to(source)}:{number}"
            other = room_of(target)
            if not (source / target).is_file():
                yield f"{place}: {target} is not written from the root of its tree"
            elif other not in FLOOR:
                yield f"{place}: {other} is no room of the table in tests/rooms.py"
            elif other != room and FLOOR[other] >= FLOOR[room]:
                yield f"{place}: {room} may not include {other}, which does not lie beneath it"


def unit_of(path):
    """A source and its header are one unit."""
    return path.with_suffix("")


def circles(source, files):
    """Units that include each other, in whatever number of steps."""
    arrows = {}
    for path in files:
        unit = unit_of(path.relative_to(source))
        arrows.setdefault(unit, set()).update(
            unit_of(target) for _, target in included(path) if unit_of(target) != unit)
    done, trail = set(), []

    def walk(unit):
        if unit in trail:
            yield trail[trail.index(unit):] + [unit]
        elif unit not in done:
            trail.append(unit)
            for other in sorted(arrows.get(unit, ())):
                yield from walk(other)
            done.add(trail.pop())

    for unit in sorted(arrows):
        for circle in walk(unit):
            yield "a circle: " + " -> ".join(map(str, circle))


def crowded_rooms(source, files):
    rooms = {}
    for path in files:
        rooms.setdefault(path.parent, set()).add(path.stem)
    for folder, units in sorted(rooms.items()):
        if len(units) > MOST_UNITS:
            yield f"{folder.relative_to(source)} holds {len(units)} units, more than {MOST_UNITS}"


def long_files(source, files):
    for path in files:
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > LARGEST:
            yield f"{path.relative_to(source)} has {lines} lines, more than {LARGEST}"


def main():
    source = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else SOURCE
    files = sorted(path for tree in ("plugin", "analyzer") for path in source.glob(f"{tree}/**/*.[ch]"))
    wrong = [*wrong_arrows(source, files), *circles(source, files), *crowded_rooms(source, files),
             *long_files(source, files)]
    print("\n".join(wrong) or f"{len(files)} files in {len(FLOOR)} rooms: no arrow up, no circle")
    sys.exit(bool(wrong) or not files)


if __name__ == "__main__":
    main()
