#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Does every link of the pages lead somewhere, and can every page be found?

usage: links.py [BUILD_DIR]

Checks links between pages, their anchors, files of the project that pages name in `code`, that each
page of the manual is in its table of contents and each picture in a page, and what the front page and
pictures weigh.
"""

import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
DOC = SOURCE / "doc"
PAGES = [*sorted(SOURCE.glob("*.md")), *sorted(DOC.glob("*.md"))]
PICTURES = sorted((DOC / "pictures").iterdir())
FRONT_LINES = 250
PICTURE_OCTETS = 300_000
# Folders of the project, at the beginning of a path in a page's text.
ROOMS = ("analyzer/", "cmake/", "doc/", "plugin/", "samples/", "tests/")


def without_code(text):
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def anchors(page):
    """As GitHub makes them from headings."""
    titles = re.findall(r"^#+ (.*)$", without_code(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links(page):
    """Yields the targets of links and pictures that are no addresses of the web."""
    text = without_code(page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:", target):
            yield target


def wrong_links(page):
    for target in links(page):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists():
            yield f"there is no {target}"
        elif anchor and anchor not in anchors(file):
            yield f"{target}: there is no such heading"


def wrong_paths(page):
    """`path/of/a/file` in the text; a word in capitals stands for something."""
    for path in re.findall(r"`((?:%s)[\w./-]*)`" % "|".join(ROOMS), page.read_text("utf-8")):
        if not re.search(r"[A-Z]{3}", path) and not (SOURCE / path).exists():
            yield f"there is no {path}"


def lost():
    """Pages and pictures to which nothing leads."""
    listed = {(DOC / target.partition("#")[0]).resolve() for target in links(DOC / "README.md")}
    for page in DOC.glob("*.md"):
        if page.name != "README.md" and page not in listed:
            yield f"doc/README.md does not lead to {page.name}"
    shown = {(page.parent / target).resolve() for page in PAGES for target in links(page)}
    for picture in PICTURES:
        if picture not in shown:
            yield f"no page shows {picture.name}"


def heavy():
    lines = len((SOURCE / "README.md").read_text(encoding="utf-8").splitlines())
    if lines > FRONT_LINES:
        yield f"README.md has {lines} lines, more than {FRONT_LINES}: the manual is in doc/"
    for picture in PICTURES:
        if picture.stat().st_size > PICTURE_OCTETS:
            yield f"{picture.name} has {picture.stat().st_size} octets"


def main():
    wrong = [f"{page.relative_to(SOURCE)}: {what}" for page in PAGES
             for what in (*wrong_links(page), *wrong_paths(page))]
    wrong += [*lost(), *heavy()]
    print("\n".join(wrong) or f"{len(PAGES)} pages and {len(PICTURES)} pictures")
    sys.exit(bool(wrong) or not PICTURES)


main()
