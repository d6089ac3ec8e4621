#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Is the source written as CONTRIBUTING.md says, as far as a program can tell?

usage: style.py                     layout by clang-format, and the habits below
       style.py --tidy BUILD_DIR    what clang-tidy finds in all that is compiled, see .clang-tidy

Status 77 where the tool is not installed in the version that the source is written for: others have
other opinions.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[1]
TREES = ("analyzer", "plugin", "samples", "tests")
FORMAT = "clang-format-16"
TIDY = "clang-tidy-16"
SKIPPED = 77

# What of C may say gboolean: functions that GLib calls back, and what it writes a truth value to.
CALLED_BACK = re.compile(r"\(g(const)?pointer ")
WRITTEN_BY_GLIB = ("GOptionEntry", "g_variant_get(")
VERSIONS = "plugin/wireshark-compat.h"


def files(*endings):
    return sorted(path for tree in TREES for path in (SOURCE / tree).rglob("*")
                  if path.suffix in endings and path.is_file())


def need(tool):
    if not shutil.which(tool):
        print(f"skipped: {tool} is not installed")
        sys.exit(SKIPPED)


def badly_laid_out():
    result = subprocess.run([FORMAT, "--dry-run", "-Werror", *files(".c", ".h")], cwd=SOURCE,
                            capture_output=True, text=True)
    for line in result.stderr.splitlines():
        if ": error: " in line:
            yield line.replace(f"{SOURCE}/", "").replace(" [-Wclang-format-violations]",
                                                         f", says {FORMAT}")


def unlicensed():
    for path in files(".c", ".h", ".py", ".sh"):
        text = path.read_text(encoding="utf-8")
        if "SPDX-License-Identifier: GPL-2.0-or-later" not in "\n".join(text.splitlines()[:100]):
            yield f"{path.relative_to(SOURCE)}: no licence (SPDX) in its head"


def habits_of(path, text):
    """Yields (line number, what is wrong) of a C file."""
    glib = path.as_posix().endswith(VERSIONS) or any(word in text for word in WRITTEN_BY_GLIB)
    for number, line in enumerate(text.splitlines(), 1):
        if number == 1 and line != f"/* {path.name}":
            yield number, f'the first line is not "/* {path.name}"'
        if path.suffix == ".c" and line.lstrip().startswith("/**"):
            yield number, "/** */ is for declarations in headers"
        if re.match(r"\s*/\* ?[-=*#]{2,}", line) and not re.match(r"/\* ---- \S.*\S ---- \*/$", line):
            yield number, "a section mark is not /* ---- x ---- */"
        if re.search(r"\bgboolean\b", line) and not glib and not CALLED_BACK.search(line):
            yield number, "gboolean where bool would do"
        if re.search(r"\? \w+ : \w+\)\(", line):
            yield number, "the function that is called is an expression"


def bad_habits():
    for path in files(".c", ".h"):
        for number, what in habits_of(path, path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(SOURCE)}:{number}: {what}"


def tidy_one(build, path):
    result = subprocess.run([TIDY, "--quiet", "-p", build, path], capture_output=True, text=True)
    found = [line for line in result.stdout.splitlines()
             if re.search(r": (warning|error): ", line)]
    if result.returncode != 0 and not found:
        found = [f"{path}: {result.stderr.strip()}"]
    return found


def untidy(build):
    """What is found in headers is found from each file that includes them."""
    with open(build / "compile_commands.json", encoding="utf-8") as file:
        compiled = sorted({entry["file"] for entry in json.load(file)})
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [line for lines in pool.map(lambda path: tidy_one(build, path), compiled)
                 for line in lines]
    if not compiled:
        yield f"{build}: nothing is compiled there"
    yield from sorted({line.replace(f"{SOURCE}/", "") for line in found})


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--tidy":
        need(TIDY)
        wrong = list(untidy(pathlib.Path(sys.argv[2]).resolve()))
    elif len(sys.argv) == 1:
        wrong = [*unlicensed(), *bad_habits()]
        if not wrong:
            need(FORMAT)
        if shutil.which(FORMAT):
            wrong += badly_laid_out()
    else:
        sys.exit(__doc__)
    print("\n".join(wrong) or "all is as it should be")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
