#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what tshark and krraudit say about the scenarios of this folder with what they said.

usage: golden.py BUILD_DIR CASE...            compares; exit status 1 where something differs
       golden.py BUILD_DIR --update [CASE...] rewrites the files in expected/; all cases by default
       golden.py --list                       prints the names of the cases

A change that is meant is made with --update and read in the diff of the commit.
"""

import dataclasses
import difflib
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import captures
import views
from tshark import Tshark

EXPECTED = HERE / "expected"

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
REPORT_VIEWS = {"report.txt": "text", "report.json": "json", "report.csv": "csv",
                "report.html": "html"}


@dataclasses.dataclass
class Case:
    """A scenario of this folder, which says what it is about, and how it is looked at."""
    protocols: list  # whose trees are kept
    views: list      # of TSHARK_VIEWS and REPORT_VIEWS
    policy: str = "policy.ini"


FORMATS = ["text", "columns", "fields", "json", "pdml"]
CASES = {
    "krr": Case(["krr", "krr.kms"], [*FORMATS, "report.json"]),
    "krr-rules": Case(["krr"], ["text", "experts"]),
    "krr-broken": Case(["krr"], [*FORMATS, *REPORT_VIEWS]),
    "krr-signatures": Case(["krr"], ["columns", "experts"], "policy-signatures.ini"),
    "redirects": Case(["krr"], ["columns", "links", *REPORT_VIEWS]),
    "mikey-payloads": Case(["mikey_sakke"], FORMATS),
    "mikey-broken": Case(["mikey_sakke"], ["text", "columns"]),
    "mikey-krr": Case(["mikey_sakke", "krr"], ["text", "columns", "json", "report.json"]),
    "mikey-identities": Case(["mikey_sakke"], ["fields", "columns", "report.json"]),
    "hep": Case(["hep"], [*FORMATS, "experts"]),
    "mikey-signatures": Case(["mikey_sakke"], ["fields", "experts"], "policy-signatures.ini"),
}

# What krraudit prints without a capture.
COMMANDS = {"list-rules": ["--list-rules"], "help": ["--help"]}


def run_krraudit(build, arguments, where):
    """What it prints; the folder is the current one, so that no path of this machine shows."""
    result = subprocess.run([build / "krraudit", *arguments], cwd=where, capture_output=True,
                            encoding="utf-8")
    if result.returncode not in (0, 1) or result.stderr:
        sys.exit(f"krraudit {' '.join(arguments)} ended with {result.returncode}:\n{result.stderr}")
    return result.stdout


def without_versions(report):
    """A report without the versions of the programs that made it."""
    report = re.sub(r"(\A|<p>)(krraudit) [^\s,]+, Wireshark [^\s<]+", r"\1\2 VERSION, Wireshark VERSION",
                    report)
    return re.sub(r'("(?:version|wireshark)": )"[^"]*"', r'\1"VERSION"', report, count=2)


def set_up(build, name, where):
    """Makes the capture of a case, and shares its policy. Returns it and tshark's options."""
    capture = captures.make(build, HERE / f"{name}.scenario", where)
    policy = captures.share_policies(HERE, where) / CASES[name].policy
    return capture, ["-o", f"krr.policy_file:{policy}", "-r", capture]


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
            arguments = ["--no-progress", "--policy", f"{HERE.name}/{case.policy}",
                         "--format", REPORT_VIEWS[view], capture.name]
            yield f"{name}.{view}", without_versions(run_krraudit(build, arguments, where))


def results(build, name, where):
    if name in COMMANDS:
        return [(f"{name}.txt", run_krraudit(build, COMMANDS[name], where))]
    return view_scenario(build, name, where)


def compare(name, text):
    """Prints how the text differs from the file. Returns whether it does."""
    path = EXPECTED / name
    expected = path.read_text(encoding="utf-8") if path.exists() else ""
    difference = list(difflib.unified_diff(expected.splitlines(), text.splitlines(),
                                           f"expected/{name}", "now", lineterm=""))
    print("\n".join(difference[:80]))
    if not text:
        print(f"{name}: nothing was shown")
    return bool(difference) or not text


def main(arguments):
    names = [*CASES, *COMMANDS]
    if arguments == ["--list"]:
        print("\n".join(names))
        return 0
    build, update = pathlib.Path(arguments[0]).resolve(), "--update" in arguments
    wanted = [word for word in arguments[1:] if word != "--update"] or (names if update else [])
    if not wanted or set(wanted) - set(names):
        sys.exit(f"cases: {' '.join(names)}")
    differences = 0
    for case in wanted:
        with captures.folder() as where:
            for name, text in results(build, case, where):
                if update:
                    (EXPECTED / name).write_text(text, encoding="utf-8")
                else:
                    differences += compare(name, text)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
