# SPDX-License-Identifier: GPL-2.0-or-later
"""Sits before Wireshark, looks and clicks. Runs in a D-Bus session of its own, without privileges.

usage: session.py FOLDER WIDTH HEIGHT DEMO POLICY

The folder is that of the screen, which is WIDTH by HEIGHT. Prints what is not as it should be; exit
status 1 where there is something. Leaves what was on the screen in FOLDER/screen.xwd.
"""

import pathlib
import sys

import accessible
from audit_profile import BUTTONS, COLUMNS, NAME, NEGOTIATION, as_expected
from window import begin, look

FRAME = "28"
KRR = "KMS Redirect Response, "
# What the tree says of the demo's frame 28, in this order. The tree may say more in between.
ROWS = [KRR,
        "Creator: sip:outbound-proxy@home.example.org",
        "Initiator (IDRi): sip:carol@home.example.org",
        "Initiator list: ANY",
        "Receiver list: kms.h0me.example.org, kms.partner.example.org",
        "1. kms.h0me.example.org",
        "[Expert Info (Warning/Security): unknown-kms: ",
        "[Expert Info (Error/Security): lookalike-kms: ",
        "2. kms.partner.example.org",
        "[Expert Info (Error/Protocol): list-widened: ",
        "[Signature status: absent]",
        "Sub-KRR",
        "Creator: sip:is-proxy@partner.example.org"]
RIGHT = 0xff53  # the key that opens a branch of a tree
# Of these the first must be on the screen at once, without scrolling.
AT_ONCE = 10


def missing(expected, rows):
    """The first of the expected texts that no row begins with, after the ones before; or None."""
    rows = iter(rows)
    return next((text for text in expected if not any(row.startswith(text) for row in rows)), None)


def scroll_to(wireshark, text):
    """Until the row that begins so is one of the first of the details on the screen."""
    def distance():
        _, top, _, height = accessible.box(accessible.row(wireshark.details, text))
        return (top - accessible.box(wireshark.details)[1]) // height if height else None

    for _ in range(50):
        before = wireshark.wait("a place", lambda: distance() is not None and (distance(),))[0]
        if before < 4:
            return
        accessible.turn_wheel(wireshark.details, max(before // 3 - 1, 1))
        wireshark.wait("scrolling", lambda: distance() not in (before, None), 5)
    raise TimeoutError(f"scrolling to \"{text}\"")


def look_at_packet(wireshark):
    """The packet that was asked for."""
    wireshark.wait("the packet's details", lambda: any(
        cell.startswith(f"Frame {FRAME}:") for cell in accessible.cells(wireshark.details)))
    yield from ()


def look_at_krrs(wireshark):
    yield from look_at_button(wireshark, "KRRs")


def look_at_tree(wireshark):
    wireshark.menu("Expand All")
    wireshark.wait("the tree of the KRR, expanded",
                   lambda: missing(ROWS, accessible.cells(wireshark.details)) is None or
                   len(accessible.cells(wireshark.details)) > 100)
    gone = missing(ROWS, accessible.cells(wireshark.details))
    if gone:
        yield f"the packet's details lack \"{gone}\""
        return
    scroll_to(wireshark, KRR)
    gone = missing(ROWS[:AT_ONCE], accessible.on_screen(wireshark.details))
    if gone:
        yield f"not on the screen: \"{gone}\""


def look_at_list(wireshark):
    rows = wireshark.rows()
    if rows[0] != COLUMNS:
        yield f"columns: {rows[0]}"
    if not any(row[0] == FRAME and row[8] == "sip:outbound-proxy@home.example.org" for row in rows):
        yield f"frame {FRAME} is not in the list: {rows}"


def look_at_button(wireshark, label):
    accessible.press(wireshark.find("push button", label))
    try:
        wireshark.wait("frames", lambda: as_expected(label, wireshark.frames()), 10)
    except TimeoutError:
        yield f"button {label} leaves {wireshark.frames()}"


def open_preferences(wireshark):
    """Returns the dialog, with the page of KRR."""
    wireshark.menu("Preferences…")
    dialog = wireshark.dialog("Wireshark · Preferences")
    accessible.click(wireshark.find("table cell", "Protocols", dialog))
    accessible.type_key(RIGHT)
    wireshark.find("table cell", "6LoWPAN", dialog)  # the first protocol: the branch is open
    accessible.type_text("KRR")
    wireshark.find("label", "KMS Redirect Response", dialog)
    return dialog


def beside(wireshark, dialog, label, button):
    """The button in the line of a label."""
    def look_for():
        lines = [accessible.box(found)[1] for found in accessible.all_of(dialog, "label")
                 if found.get_name() == label]
        return next((found for found in accessible.all_of(dialog, "push button")
                     if found.get_name() == button and accessible.box(found)[1] in lines), None)
    return wireshark.wait(f"{button} beside {label}", look_for)


def look_at_change(wireshark):
    """A table that is changed in its dialog counts at once: rules that were off are judged again."""
    accessible.press(wireshark.find("push button", "Unknown KMS"))
    wireshark.wait("an empty list", lambda: not wireshark.frames(), 10)
    preferences = open_preferences(wireshark)
    accessible.press(beside(wireshark, preferences, "Rules", "Edit…"))
    table = wireshark.dialog("KRR rules")
    wireshark.find("table cell", "unknown-kms", table)
    accessible.press(wireshark.wait("the button that clears the table", lambda: next(
        (button for button in accessible.all_of(table, "push button")
         if button.get_description().startswith("Clear all")), None)))
    wireshark.wait("an empty table", lambda: not accessible.find(table, "table cell", "off"))
    accessible.press(wireshark.find("push button", "OK", table))
    accessible.press(wireshark.find("push button", "OK", preferences))
    try:
        wireshark.wait("the finding", lambda: wireshark.frames() == [FRAME], 10)
    except TimeoutError:
        yield f"once the rules are judged again, frames {wireshark.frames()} have an unknown KMS"


def look_at_negotiation(wireshark):
    """The button that goes by the packet that is selected, which is the frame at first."""
    accessible.press(wireshark.find("push button", "This negotiation"))
    expected = [str(number) for number in NEGOTIATION]
    wireshark.wait("the negotiation's frames", lambda: wireshark.frames() == expected, 10)
    yield from look_at_button(wireshark, "KRRs")  # another list, and the same packet
    wireshark.menu("KRR negotiation")
    try:
        wireshark.wait("the negotiation's frames", lambda: wireshark.frames() == expected, 10)
    except TimeoutError:
        yield f"the conversation filter leaves {wireshark.frames()}"


def look_at_buttons(wireshark):
    for label in BUTTONS:
        if label != "This negotiation":
            yield from look_at_button(wireshark, label)


def main():
    folder, demo, policy = (pathlib.Path(sys.argv[place]) for place in (1, 4, 5))
    size = sys.argv[2], sys.argv[3]
    begin(folder)
    arguments = ["-C", NAME, "-o", f"krr.policy_file:{policy}", "-g", FRAME, "-r", demo]
    off = [word for rule in ("unknown-kms", "lookalike-kms")
           for word in ("-o", f'uat:krr_rules:"{rule}","off"')]
    wrong = [*look(folder, size, off + arguments, [look_at_packet, look_at_change])]
    if not wrong:
        wrong = [*look(folder, size, arguments,
                       [look_at_packet, look_at_list, look_at_negotiation, look_at_buttons, look_at_krrs,
                        look_at_tree])]
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


main()
