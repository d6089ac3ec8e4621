#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Keeps the README true: the outputs it shows, its table of rules and its policy file.

usage: readme.py BUILD_DIR [--update]

The README's comments say what is kept: "run" stands before a console block whose command is run with
the demo's capture and the sample policy, "rules" before the table made of --list-rules, "policy"
before the sample policy file. With --update the README is rewritten, else it is compared.
"""

import difflib
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

from tshark import Tshark

SOURCE = pathlib.Path(__file__).resolve().parents[1]
README = SOURCE / "README.md"


class Outputs:
    """Runs the README's commands where its files are."""

    def __init__(self, build, folder):
        self.build, self.folder = build, pathlib.Path(folder)
        shutil.copy(build / "samples" / "captures" / "demo.pcap", self.folder)
        shutil.copy(SOURCE / "samples" / "policy.ini", self.folder)
        self.tshark = Tshark(build, folder)

    def of(self, command):
        command, _, filters = command.partition(" | ")
        text = self._run(shlex.split(command))
        return text if not filters else subprocess.run(
            filters, shell=True, input=text, capture_output=True, text=True).stdout

    def _run(self, words):
        if words[0] == "tshark":
            words[1:] = [re.sub(r"^(krr\.policy_file:)?(demo\.pcap|policy\.ini)$",
                                rf"\1{self.folder}/\2", word) for word in words[1:]]
            return self.tshark.run(*words[1:]).stdout
        return subprocess.run([self.build / words[0], *words[1:]], cwd=self.folder,
                              capture_output=True, text=True).stdout

    def console(self, match):
        text = self.of(match[1]).rstrip()
        return f"<!-- run -->\n```console\n$ {match[1]}\n{text}\n```"


def rules(outputs):
    """The table of --list-rules, as Markdown."""
    lines = outputs.of("krraudit --list-rules").splitlines()
    starts = [match.start() for match in re.finditer(r"\S+", lines[0])]
    bounds = list(zip(starts, starts[1:] + [None]))
    rows = [[line[a:b].strip() for a, b in bounds] for line in lines]
    head = "| " + " | ".join(word.lower() for word in rows[0]) + " |"
    body = "\n".join("| `" + row[0] + "` | " + " | ".join(row[1:]) + " |" for row in rows[1:])
    return f"<!-- rules -->\n{head}\n|{'---|' * len(bounds)}\n{body}\n<!-- end -->"


def policy():
    text = (SOURCE / "samples" / "policy.ini").read_text().rstrip()
    return f"<!-- policy -->\n```ini\n{text}\n```\n<!-- end -->"


def renewed(readme, outputs):
    readme = re.sub(r"<!-- run -->\n```console\n\$ ([^\n]*)\n.*?```", outputs.console, readme,
                    flags=re.DOTALL)
    readme = re.sub(r"<!-- rules -->(\n.*?<!-- end -->)?(?=\n)", lambda _: rules(outputs), readme,
                    count=1, flags=re.DOTALL)
    return re.sub(r"<!-- policy -->(\n.*?<!-- end -->)?(?=\n)", lambda _: policy(), readme,
                  count=1, flags=re.DOTALL)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    readme = README.read_text()
    with tempfile.TemporaryDirectory() as folder:
        wanted = renewed(readme, Outputs(build, folder))
    if "--update" in sys.argv:
        README.write_text(wanted)
    elif wanted != readme:
        sys.stdout.writelines(difflib.unified_diff(readme.splitlines(True), wanted.splitlines(True),
                                                   "README.md", "what is true"))
        sys.exit(1)


main()
