#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what tshark and krraudit say about the scenarios of this folder with what they said.

usage: golden.py BUILD_DIR CASE...            compares; exit status 1 where something differs
       golden.py BUILD_DIR --update [CASE...] rewrites the files in expected/; all cases by default
       golden.py --list                       prints the names of the cases

A change that is meant is made with --update and read in the diff of the commit.

What stands in expected/ was shown by the first version of Wireshark that is supported. Where a later
one shows it in another way, its text stands in expected/VERSION/, and counts for all versions from
that on.
"""

import difflib
import pathlib
import re
import sys

import audits
import captures
import views
from cases import CASES, GOLDEN, REPORT_VIEWS, set_up
from tshark import Tshark

EXPECTED = GOLDEN / "expected"
FIRST_VERSION = "4.0"

# What tshark is asked, and what is kept of its answer.
TSHARK_VIEWS = {
    "text": (lambda _: ["-V"], views.trees_of_text),
    "columns": (views.ask_for_columns, views.rows_of_columns),
    "experts": (views.ask_for_experts, views.rows_of_experts),
    "fields": (views.ask_for_fields, views.rows_of_fields),
    "links": (views.ask_for_links, views.rows_of_links),
    "json": (lambda _: ["-T", "json"], views.trees_of_json),
    "pdml": (lambda _: ["-T", "pdml"], views.trees_of_pdml),
}

# What krraudit prints without a capture.
COMMANDS = {"list-rules": ["--list-rules"], "help": ["--help"]}


def run_krraudit(build, arguments, where):
    """What it prints; the folder is the current one, so that no path of this machine shows."""
    result = audits.Program(build).run(*arguments, cwd=where)
    if result.returncode not in (0, 1, 3) or result.stderr:
        sys.exit(f"krraudit {' '.join(arguments)} ended with {result.returncode}:\n{result.stderr}")
    return result.stdout


def without_versions(report):
    """A report without the versions of the programs that made it, and without what confined them, which
    is up to the kernel."""
    report = re.sub(r"(\A|<p>)(krraudit) [^\s,]+, Wireshark [^\s<]+", r"\1\2 VERSION, Wireshark VERSION",
                    report)
    report = re.sub(r'("confinement": )\[[^]]*\]', r"\1[]", report, count=1)
    return re.sub(r'("(?:version|wireshark|libxml2|xmlsec|openssl)": )"[^"]*"', r'\1"VERSION"', report,
                  count=5)


def view_scenario(build, name, where):
    """Yields the name and the text of each view of a case."""
    case = CASES[name]
    capture, options = set_up(build, name, where)
    tshark = Tshark(build, where)
    for view in case.views:
        if view in TSHARK_VIEWS:
            ask, keep = TSHARK_VIEWS[view]
            output = tshark.output(*options, *ask(case.protocols))
            lines = views.by_frame(keep(output, case.protocols))
            yield f"{name}.{view}", "".join(f"{line}\n" for line in lines)
        else:
            arguments = ["--no-progress", "--policy", f"{GOLDEN.name}/{case.policy}",
                         "--format", REPORT_VIEWS[view], capture.name]
            yield f"{name}.{view}", without_versions(run_krraudit(build, arguments, where))


def results(build, name, where):
    if name in COMMANDS:
        return [(f"{name}.txt", run_krraudit(build, COMMANDS[name], where))]
    return view_scenario(build, name, where)


def numbers(version):
    return tuple(map(int, version.split(".")))


def places_of(name, version):
    """Where the text may stand that this Wireshark shows, the one that counts first: in the folder of
    its version, or of one before, or among those of the first version."""
    later = sorted((path.name for path in EXPECTED.iterdir() if path.is_dir()), key=numbers)
    folders = [EXPECTED / other for other in reversed(later) if numbers(other) <= numbers(version)]
    return [folder / name for folder in (*folders, EXPECTED)]


def expected_of(name, version):
    """The file that counts, and its text."""
    path = next(filter(pathlib.Path.exists, places_of(name, version)), EXPECTED / name)
    return path, path.read_text(encoding="utf-8") if path.exists() else ""


def compare(name, text, version):
    """Prints how the text differs from the file. Returns whether it does."""
    path, expected = expected_of(name, version)
    difference = list(difflib.unified_diff(expected.splitlines(), text.splitlines(),
                                           str(path.relative_to(GOLDEN)), "now", lineterm=""))
    print("\n".join(difference[:80]))
    if not text:
        print(f"{name}: nothing was shown")
    return bool(difference) or not text


def update(name, text, version):
    """Rewrites the file. Wireshark after the first version gets one of its own where it shows another
    text, and only there."""
    own = EXPECTED / version / name
    if version != FIRST_VERSION:
        own.unlink(missing_ok=True)
        if expected_of(name, version)[1] == text:
            return
        own.parent.mkdir(exist_ok=True)
    path = EXPECTED / name if version == FIRST_VERSION else own
    path.write_text(text, encoding="utf-8")


def main(arguments):
    names = [*CASES, *COMMANDS]
    if arguments == ["--list"]:
        print("\n".join(names))
        return 0
    build, renew = pathlib.Path(arguments[0]).resolve(), "--update" in arguments
    wanted = [word for word in arguments[1:] if word != "--update"] or (names if renew else [])
    if not wanted or set(wanted) - set(names):
        sys.exit(f"cases: {' '.join(names)}")
    version, differences = Tshark.version(), 0
    for case in wanted:
        with captures.folder() as where:
            for name, text in results(build, case, where):
                differences += bool((update if renew else compare)(name, text, version))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
