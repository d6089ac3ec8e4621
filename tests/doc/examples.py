#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Keeps README.md and doc/ true: the outputs that they show, their tables, their commands.

usage: examples.py BUILD_DIR [--update]

A comment before a block says what is kept of it:

  <!-- run -->             a console block: the command is run, and this is what it prints
  <!-- run ADDRESS -->     the same, but only the lines at that address of sed, such as 1,/^$/
  <!-- file NAME -->       a block that is written to a file, for the commands behind it
  <!-- copy PATH -->       a block that is the file at that path of the project
  <!-- not-run REASON -->  a block of commands that cannot be run here
  <!-- rules -->, <!-- keys -->, <!-- fields PROTOCOL -->  a table, up to <!-- end -->

Blocks of sh without a comment are tried: each command of krraudit and tshark must do its work, and
each script and preset that another command names must exist. Commands run where demo.pcap and
policy.ini are, and the files of EXTRA; each page has a folder of its own. With --update the pages are
rewritten, else they are compared.
"""

import difflib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap

import mdoc

from tshark import Tshark

SOURCE = pathlib.Path(__file__).resolve().parents[2]

PAGES = [SOURCE / "README.md", *sorted((SOURCE / "doc").glob("*.md"))]
# Copies of the demo under the names that examples use for captures of the reader's own.
EXTRA = ["trace.pcapng", "morning.pcap", "evening.pcap"]
BLOCK = re.compile(r"^( *)(?:<!-- ([\w-]+)(?: ([^\n]*?))? -->\n\1)?```(\w+)\n(.*?)\n\1```$",
                   re.DOTALL | re.MULTILINE)
TABLE = re.compile(r"<!-- (rules|keys|fields)(?: (\w+))? -->\n.*?<!-- end -->", re.DOTALL)


class Wrong(Exception):
    """An example that does not do what it should."""


def install(build, folder):
    """Puts both programs into a folder of their own. Returns the environment that has them."""
    tshark = Tshark(build, folder)
    # What is set for tshark is set for it alone.
    settings = [f"{name}={value}" for name, value in tshark.environment.items()
                if os.environ.get(name) != value]
    command = shlex.join([*tshark.unprivileged, "env", *settings, shutil.which("tshark")])
    programs = pathlib.Path(folder, "bin")
    programs.mkdir()
    (programs / "krraudit").symlink_to(build / "krraudit")
    (programs / "tshark").write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    (programs / "tshark").chmod(0o755)
    return os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8",
                         "TZ": "UTC"}


class Shell:
    """Runs commands as a reader would, in a folder with the files that examples use."""

    def __init__(self, build, folder, environment):
        self.folder, self.environment = folder, environment
        folder.mkdir()
        for name in ("demo.pcap", *EXTRA):
            shutil.copy(build / "samples" / "captures" / "demo.pcap", folder / name)
        shutil.copy(SOURCE / "samples" / "policy.ini", folder)
        folder.chmod(0o777)  # tshark steps down, and may have to write

    def run(self, command):
        """The finished process. For krraudit, findings are no failure."""
        result = subprocess.run(["sh", "-c", command], cwd=self.folder, env=self.environment,
                                capture_output=True, encoding="utf-8")
        allowed = (0, 1) if "krraudit" in command else (0,)
        if result.returncode not in allowed or result.stderr:
            raise Wrong(f"$ {command}\nexit status {result.returncode}: {result.stderr}")
        # The pages were made with this Wireshark; with others they say the same.
        return re.sub(r"(?m)^(krraudit \S+, Wireshark) \S+$", r"\1 4.0.17", result.stdout)


# ---- blocks

def check_other(words):
    """Commands that are not run, but that name things of this project."""
    if words[0] == "sh" and not (SOURCE / words[1]).is_file():
        raise Wrong(f"there is no {words[1]}")
    if words[0] in ("cmake", "ctest") and "--preset" in words:
        presets = json.loads((SOURCE / "CMakePresets.json").read_text())
        kind = ("testPresets" if words[0] == "ctest" else
                "buildPresets" if "--build" in words else "configurePresets")
        name = words[words.index("--preset") + 1]
        if name not in [preset["name"] for preset in presets[kind]]:
            raise Wrong(f"{' '.join(words)}: there is no such preset")


def try_commands(shell, block):
    for line in block.replace("\\\n", "").splitlines():
        words = shlex.split(line, comments=True)
        if words and {"krraudit", "tshark"} & set(words):
            shell.run(line)
        elif words:
            for command in line.split("&&"):
                check_other(shlex.split(command, comments=True))


def excerpt(text, address):
    """The lines at an address of sed. [...] stands for lines that are left out."""
    if not address:
        return text
    lines = text.split("\n")
    kept = subprocess.run(["sed", "-n", f"{address}{{=;}}"], input=text, capture_output=True,
                          text=True, check=True).stdout.split()
    if not kept:
        raise Wrong(f"no line is at {address}")
    first, last = int(kept[0]) - 1, int(kept[-1])
    return "\n".join(["[...]"] * (first > 0) + lines[first:last] + ["[...]"] * (last < len(lines)))


class Renewal:
    """A page as it should be."""

    def __init__(self, shell):
        self.shell = shell

    def of(self, text):
        return TABLE.sub(self._table, BLOCK.sub(self._block, text))

    def _block(self, match):
        indent, directive, argument, language, block = match.groups()
        block = textwrap.dedent(block)
        if directive == "run":
            command = block.splitlines()[0].removeprefix("$ ")
            block = f"$ {command}\n{excerpt(self.shell.run(command).rstrip(), argument)}"
        elif directive == "file":
            (self.shell.folder / argument).write_text(block + "\n", encoding="utf-8")
        elif directive == "copy":
            block = (SOURCE / argument).read_text(encoding="utf-8").rstrip()
        elif directive != "not-run" and language == "sh":
            try_commands(self.shell, block)
        elif directive is None and language == "console":
            raise Wrong("a console block that is not run: " + block.splitlines()[0])
        start = match[0][:match.start(5) - match.start()]
        return f"{start}{textwrap.indent(block, indent)}\n{indent}```"

    def _table(self, match):
        name, argument = match.groups()
        rows = {"rules": rules, "keys": keys, "fields": fields}[name](self.shell, argument)
        start = match[0].splitlines()[0]
        return "\n".join([start, *table(rows), "<!-- end -->"])


# ---- tables

def table(rows):
    """Markdown; the first row is the head."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return [lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]


def rules(shell, _):
    """What --list-rules prints."""
    lines = shell.run("krraudit --list-rules").splitlines()
    starts = [match.start() for match in re.finditer(r"\S+", lines[0])]
    bounds = list(zip(starts, starts[1:] + [None]))
    head, *rows = [[line[a:b].strip() for a, b in bounds] for line in lines]
    return [[word.lower() for word in head], *([f"`{row[0]}`", *row[1:]] for row in rows)]


def keys(_, __):
    """What krr-policy(5) says of the keys; those that mean the same share a row."""
    rows = [["group", "key", "default", "meaning"]]
    for title, lines in mdoc.sections("krr-policy.5"):
        for tag, text in mdoc.items(lines) if title.startswith("[") else ():
            key, default = f"`{tag.split()[1]}`", re.match(r"Default: (.*)\.$", text[0])
            meaning = mdoc.plain(text[1:] if default else text, "`{}`".format)
            if rows[-1][0] == f"`{title}`" and rows[-1][3] == meaning:
                rows[-1][1] += f", {key}"
            else:
                rows.append([f"`{title}`", key, default[1] if default else "", meaning])
    return rows


def fields(shell, protocol):
    """The fields of a protocol, without those that are rules."""
    named = {line.split()[0].replace("-", "_")
             for line in shell.run("krraudit --list-rules").splitlines()}
    rows = [["field", "type", "name in the tree"]]
    for line in shell.run("tshark -G fields").splitlines():
        if not line.startswith("F\t"):
            continue
        title, field, type_, parent = line.split("\t")[1:5]
        if parent == protocol and field.removeprefix(protocol + ".") not in named:
            rows.append([f"`{field}`", type_.removeprefix("FT_").lower(), title])
    return rows


def renewed(page, shell):
    """The page as it should be, or None where an example of it fails."""
    try:
        return Renewal(shell).of(page.read_text(encoding="utf-8"))
    except Wrong as error:
        print(f"{page.relative_to(SOURCE)}: {error}")
        return None


def difference(page, wanted):
    return difflib.unified_diff(page.read_text(encoding="utf-8").splitlines(True),
                                wanted.splitlines(True), str(page.relative_to(SOURCE)),
                                "what is true")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    wrong = False
    with tempfile.TemporaryDirectory(prefix="krr-doc-") as folder:
        environment = install(build, folder)
        for page in PAGES:
            name = str(page.relative_to(SOURCE)).replace("/", "-")
            wanted = renewed(page, Shell(build, pathlib.Path(folder, name), environment))
            if wanted is None:
                wrong = True
            elif "--update" in sys.argv:
                page.write_text(wanted, encoding="utf-8")
            else:
                lines = list(difference(page, wanted))
                sys.stdout.writelines(lines)
                wrong |= bool(lines)
    sys.exit(wrong)


main()
