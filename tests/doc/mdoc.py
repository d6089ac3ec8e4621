# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads what our man pages say of options and keys, from their mdoc source."""

import pathlib
import re

MAN = pathlib.Path(__file__).resolve().parents[2] / "doc" / "man"


def sections(name):
    """Yields (title, lines) of each section of a page."""
    title, lines = "", []
    for line in (MAN / name).read_text(encoding="utf-8").splitlines():
        if line.startswith(".Sh "):
            yield title, lines
            title, lines = line[4:].strip(), []
        else:
            lines.append(line)
    yield title, lines


def items(lines):
    """Yields (tag, lines) of each item of the lists."""
    tag, text = None, []
    for line in [*lines, ".El"]:
        if line.startswith(".It ") or line == ".El":
            if tag:
                yield tag, text
            tag, text = (line[4:] if line != ".El" else None), []
        else:
            text.append(line)


def words(lines):
    """The words that stand there literally (Cm)."""
    return [line.split()[1] for line in lines if line.startswith(".Cm ")]


def plain(lines, mark):
    """The text of an item without macros; what is literal goes through mark."""
    text = []
    for line in lines:
        macro, _, rest = line.partition(" ") if line.startswith(".") else ("", "", line)
        closing = re.search(r" ([,.;:)])$", rest) if macro else None
        rest = rest[:closing.start()] if closing else rest
        if macro in (".Cm", ".Li", ".Ql", ".Ic"):
            rest = mark(rest)
        elif macro == ".Fl":
            rest = mark(f"-{rest}")
        elif macro == ".Pq":
            rest = f"({rest})"
        elif macro:
            raise ValueError(f"the macro {macro} cannot be turned into plain text: {line}")
        text.append(rest + (closing[1] if closing else ""))
    return " ".join(text)
