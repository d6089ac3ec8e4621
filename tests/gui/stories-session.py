# SPDX-License-Identifier: GPL-2.0-or-later
"""Looks at stories in Wireshark's window. Runs in a D-Bus session of its own, without privileges.

usage: stories-session.py FOLDER WIDTH HEIGHT STORIES

STORIES is what stories.py wrote: what to open, and what must be seen. Prints what is not as it should
be; exit status 1 where there is something.
"""

import json
import pathlib
import sys

import accessible
from audit_profile import NAME
from window import begin, look

COLUMNS_OF_EXPERTS = 5  # severity, summary, group, protocol, count


def wait_for_frames(wireshark, when, frames):
    """Nothing, or what is in the packet list in place of the frames."""
    expected = [str(frame) for frame in frames]
    try:
        wireshark.wait("frames", lambda: wireshark.frames() == expected, 15)
    except TimeoutError:
        yield f"{when} the list has {wireshark.frames()}, not {expected}"


def rows_of(tree, width):
    cells = accessible.cells(tree)
    return [cells[start:start + width] for start in range(width, len(cells), width)]


def tree_of(wireshark, dialog):
    found = wireshark.wait("the dialog", lambda: next(
        (child for child in map(wireshark.window.get_child_at_index,
                                range(wireshark.window.get_child_count()))
         if child and child.get_name().startswith(f"Wireshark · {dialog} ")), None))
    return wireshark.wait("its tree", lambda: next(iter(accessible.all_of(found, "tree")), None))


def experts(tree, texts):
    """{rule: count} of Expert Information."""
    rules = {text: rule for rule, text in texts.items()}
    return {rules.get(summary, summary): int(count.split()[0])
            for _, summary, _, protocol, count in rows_of(tree, COLUMNS_OF_EXPERTS)
            if protocol in ("KRR", "MIKEY-SAKKE")}


def rules_counted(tree, rules):
    """{rule: count} of the statistics."""
    cells = accessible.cells(tree)
    return {name: int(cells[place + 1]) for place, name in enumerate(cells) if name in rules}


def look_at_rules(wireshark, story):
    """Expert Information and the statistics, of all frames."""
    wireshark.menu("Expert Information")
    tree = tree_of(wireshark, "Expert Information")
    try:
        wireshark.wait("experts", lambda: experts(tree, story["texts"]) == story["counts"], 10)
    except TimeoutError:
        yield f"Expert Information has {experts(tree, story['texts'])}, not {story['counts']}"
    wireshark.menu("KRR")
    tree = tree_of(wireshark, "KRR")
    try:
        wireshark.wait("counts", lambda: rules_counted(tree, story["texts"]) == story["counts"], 10)
    except TimeoutError:
        yield f"statistics: {rules_counted(tree, story['texts'])}, not {story['counts']}"


def look_filtered(wireshark, story):
    """A filter that is there when the capture is opened, reloaded, and judged by another policy."""
    frames, policy = story["frames"][story["rule"]], pathlib.Path(story["policy"])
    yield from wait_for_frames(wireshark, "once opened,", frames)
    wireshark.menu("Reload")
    yield from wait_for_frames(wireshark, "once reloaded,", frames)
    policy.write_text(policy.read_text().replace(
        "\n[severity]\n", f"\n[severity]\n{story['rule']} = off\n"))
    wireshark.menu("Reload")
    yield from wait_for_frames(wireshark, "by another policy,", [])


def look_at_story(folder, size, story):
    arguments = ["-C", NAME, "-o", f"krr.policy_file:{story['policy']}", "-r", story["capture"]]
    yield from look(folder, size, arguments, [lambda wireshark: look_at_rules(wireshark, story)])
    yield from look(folder, size, [*arguments, "-Y", story["filter"]],
                    [lambda wireshark: look_filtered(wireshark, story)])


def main():
    folder, size = pathlib.Path(sys.argv[1]), sys.argv[2:4]
    stories = json.loads(pathlib.Path(sys.argv[4]).read_text())
    begin(folder)
    wrong = [f"{story['rule']}: {problem}" for story in stories
             for problem in look_at_story(folder, size, story)]
    print("\n".join(wrong))
    sys.exit(1 if wrong or not stories else 0)


main()
