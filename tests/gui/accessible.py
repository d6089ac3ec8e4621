# SPDX-License-Identifier: GPL-2.0-or-later
"""What a program shows, as it tells screen readers (AT-SPI): texts, places, buttons."""

import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402 (needs the version)

# What AT-SPI calls a widget since 2.53, and what it was called before.
OLD_NAMES = {"button": "push button"}
WIDEST = 100  # children of a widget that are looked at, other than rows


def application(name):
    """The program with that name, or None as long as there is none. To be asked for only when it
    has painted its window: one that is only just starting gives a wrong answer, which stays."""
    desktop = Atspi.get_desktop(0)
    for place in range(desktop.get_child_count()):
        child = desktop.get_child_at_index(place)
        if child and child.get_name() == name and child.get_child_count():
            return child
    return None


def role_of(widget):
    """What kind of widget it is, by the same name in all versions of AT-SPI."""
    name = widget.get_role_name()
    return OLD_NAMES.get(name, name)


def find(widget, role, name):
    """The first widget of a role with that name, below or at the widget; None: there is none.
    Widgets come and go while they are looked at; what has gone is not there."""
    try:
        if role_of(widget) == role and widget.get_name() == name:
            return widget
        children = [widget.get_child_at_index(place)
                    for place in range(min(widget.get_child_count(), WIDEST))]
    except GLib.Error:
        return None
    return next(filter(None, (find(child, role, name) for child in children if child)), None)


def all_of(widget, role):
    """All widgets of a role below a widget that are shown, in its order."""
    try:
        children = [widget.get_child_at_index(place)
                    for place in range(min(widget.get_child_count(), WIDEST))]
        found = [widget] if role_of(widget) == role and box(widget)[2] else []
    except GLib.Error:
        return []
    return found + [other for child in children if child for other in all_of(child, role)]


def wait(what, condition, seconds=30):
    """Waits until a condition gives something, and returns it. TimeoutError says what lacks."""
    end = time.monotonic() + seconds
    while True:
        try:
            found = condition()
        except GLib.Error:
            found = None  # a widget that has gone meanwhile
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.1)


def press(widget):
    """A button, or an entry of a menu."""
    widget.get_action_iface().do_action(0)


def cells(tree):
    """The texts of a table or tree, headers included, in the order of their rows."""
    children = (tree.get_child_at_index(place) for place in range(tree.get_child_count()))
    return [child.get_name() for child in children if child]


def box(widget):
    """Where it is on the screen: left, top, width, height; nowhere, where it has gone meanwhile."""
    try:
        place = widget.get_component_iface()
        extents = place and place.get_extents(Atspi.CoordType.SCREEN)
    except GLib.Error:
        extents = None
    return (extents.x, extents.y, extents.width, extents.height) if extents else (0, 0, 0, 0)


def row(tree, text):
    """The first row of a tree that begins so, or None."""
    rows = (tree.get_child_at_index(place) for place in range(tree.get_child_count()))
    return next((row for row in rows if row and row.get_name().startswith(text)), None)


def on_screen(tree):
    """The texts of the rows of a tree that are in its window now, and not scrolled away."""
    _, start, _, size = box(tree)
    texts = []
    for place in range(tree.get_child_count()):
        child = tree.get_child_at_index(place)
        _, top, _, height = box(child) if child else (0, 0, 0, 0)
        if height and start <= top and top + height <= start + size:
            texts.append(child.get_name())
    return texts


def click(widget):
    """The left button of the mouse."""
    left, top, width, height = box(widget)
    Atspi.generate_mouse_event(left + width // 2, top + height // 2, "b1c")


def type_key(keysym):
    """One key, by its number in X."""
    Atspi.generate_keyboard_event(keysym, None, Atspi.KeySynthType.SYM)


def type_text(text):
    Atspi.generate_keyboard_event(0, text, Atspi.KeySynthType.STRING)


def turn_wheel(tree, notches):
    """The mouse's wheel over the middle of a widget, downwards."""
    left, top, width, height = box(tree)
    for _ in range(notches):
        Atspi.generate_mouse_event(left + width // 2, top + height // 2, "b5c")
