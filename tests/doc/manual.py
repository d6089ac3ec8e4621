#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Do the man pages say what the programs know?

usage: manual.py BUILD_DIR

krraudit(1) has the options of --help, with the same short names and arguments; krr-policy(5) has the
groups, keys, defaults and choices of the parser's own table; both are of this version, and groff has
nothing to complain about.
"""

import pathlib
import re
import subprocess
import sys

import mdoc


def output(*command):
    return subprocess.run(list(map(str, command)), check=True, capture_output=True,
                          text=True).stdout


# ---- options

def options_of_help(text):
    """{long name: (short name, argument)}"""
    found = re.findall(r"^  (?:-(\w), )?--([\w-]+)(?:=(\S+))?", text, flags=re.MULTILINE)
    return {name: (short, argument) for short, name, argument in found}


def options_of_page():
    options = {}
    for title, lines in mdoc.sections("krraudit.1"):
        for tag, _ in mdoc.items(lines) if title == "OPTIONS" else ():
            found = re.fullmatch(r"(?:Fl (\w) , )?Fl -([\w-]+)(?: Ns = Ns Ar (\S+))?", tag)
            if not found:
                sys.exit(f"krraudit.1: \"{tag}\" is no option")
            options[found[2]] = (found[1] or "", found[3] or "")
    return options


def statuses_of_page():
    """{status: meaning}"""
    return {tag: mdoc.plain(text, str) for title, lines in mdoc.sections("krraudit.1")
            if title == "EXIT STATUS" for tag, text in mdoc.items(lines)}


def statuses_of_help(text):
    """The same, from between the head of that group and the next empty line."""
    group = text.split("\nExit status:\n", 1)[1].split("\n\n", 1)[0]
    rows = re.split(r"^  (\d)  ", group, flags=re.MULTILINE)[1:]
    return {status: " ".join(meaning.split()) for status, meaning in zip(rows[::2], rows[1::2])}


def wide_lines(text):
    return [f"--help has a line of {len(line)} columns: {line}" for line in text.splitlines()
            if len(line) >= 80 or not line.isascii()]


# ---- completion

def wrong_completions(options):
    """Each shell completes each option."""
    for path in sorted((mdoc.MAN.parents[1] / "analyzer" / "completions").iterdir()):
        text = path.read_text(encoding="utf-8")
        known = set(re.findall(r"(?:--|-l )([a-z][a-z-]+)", text))
        for name in sorted(set(options) - known):
            yield f"{path.name} does not complete --{name}"


# ---- what --explain says

def wrong_explanations(krraudit):
    """It says of each key of the policy file what krr-policy(5) says."""
    for title, lines in mdoc.sections("krr-policy.5"):
        for tag, text in mdoc.items(lines) if title.startswith("[") else ():
            name, meaning = tag.split()[1], mdoc.plain(text, str)
            if name == "RULE" or meaning.startswith("As in"):
                continue
            told = " ".join(output(krraudit, "--explain", name).split())
            if f"{name} (key of the policy file, in {title}) {meaning}" not in told:
                yield f"--explain {name} does not say: {meaning}"


# ---- keys of the policy file

def keys_of_parser(text):
    """{(group, key): (default, choices)}"""
    rows = [line.split("\t") for line in text.splitlines()]
    return {(group, key): (default, set(choices.split()))
            for group, key, default, choices in rows}


def keys_of_page():
    keys = {}
    for title, lines in mdoc.sections("krr-policy.5"):
        group = re.fullmatch(r"\[([\w-]+)(?: [A-Z]+)?\]", title)
        for tag, text in mdoc.items(lines) if group else ():
            default = re.match(r"Default: (.*)\.$", text[0])
            keys[group[1], tag.split()[1]] = (default[1] if default else "",
                                              set(mdoc.words(text)), text)
    return keys


def wrong_keys(parser, page):
    for place in sorted(parser.keys() | page.keys()):
        name = f"[{place[0]}] {place[1]}"
        if place not in page:
            yield f"krr-policy.5 does not have {name}"
        elif place not in parser:
            yield f"krr-policy.5 has {name}, which the parser does not know"
        else:
            (default, choices), (stated, literal, text) = parser[place], page[place]
            if stated != default:
                yield f"krr-policy.5: the default of {name} is \"{default}\", not \"{stated}\""
            if choices != literal and not text[0].startswith("As in "):
                yield f"krr-policy.5: {name} is one of {sorted(choices)}, not {sorted(literal)}"


# ---- both pages

def wrong_pages(version):
    for path in sorted(mdoc.MAN.iterdir()):
        if f"\n.Os krr {version}\n" not in path.read_text(encoding="utf-8"):
            yield f"{path.name} is not of version {version}"
        groff = subprocess.run(["groff", "-mandoc", "-ww", "-Tutf8", "-z", path],
                               capture_output=True, text=True)
        if groff.returncode or groff.stderr:
            yield f"groff on {path.name}: {groff.stderr}"


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    text = output(build / "krraudit", "--help")
    told, page = options_of_help(text), options_of_page()
    wrong = [f"--{name}: --help says {told.get(name)}, krraudit.1 says {page.get(name)}"
             for name in sorted(told.keys() | page.keys()) if told.get(name) != page.get(name)]
    if statuses_of_help(text) != statuses_of_page():
        wrong.append(f"exit status: --help says {statuses_of_help(text)}, "
                     f"krraudit.1 {statuses_of_page()}")
    wrong += [*wide_lines(text), *wrong_completions(page), *wrong_explanations(build / "krraudit")]
    wrong += wrong_keys(keys_of_parser(output(build / "tests" / "policy-keys")), keys_of_page())
    wrong += wrong_pages(output(build / "krraudit", "--version").split()[1])
    print("\n".join(wrong) or f"{len(page)} options and {len(keys_of_page())} keys are as the "
          "programs have them")
    sys.exit(bool(wrong) or not told)


main()
