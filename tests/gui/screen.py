# SPDX-License-Identifier: GPL-2.0-or-later
"""An X server without a screen, and pictures of what is on it."""

import collections
import contextlib
import os
import pathlib
import struct
import subprocess
import zlib


class NoScreen(Exception):
    """No X server can be had."""


@contextlib.contextmanager
def screen(folder, size, before=()):
    """Starts Xvfb with a display number that is free, for whoever may write to the folder; before:
    what goes before the command. Yields its DISPLAY. What is on the screen is in dump(folder)."""
    reading, writing = os.pipe()
    try:
        server = subprocess.Popen(
            [*before, "Xvfb", "-displayfd", str(writing), "-screen", "0",
             f"{size[0]}x{size[1]}x24", "-fbdir", str(folder), "-nolisten", "tcp", "-noreset"],
            pass_fds=[writing])
    except FileNotFoundError as error:
        raise NoScreen(error) from error
    finally:
        os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()  # nothing where the server ended
        if not number:
            raise NoScreen(f"Xvfb ended with {server.wait()}")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def dump(folder):
    """What is on the screen, as xwd has it."""
    return pathlib.Path(folder, "Xvfb_screen0").read_bytes()


def is_painted(folder):
    """Is there anything on the screen? At first it is black."""
    picture = dump(folder)
    return any(picture[len(picture) // 2:])


def pixels(picture):
    """The lines of a dump with 32 bits a pixel, as Xvfb keeps it; 3 octets a pixel."""
    header = struct.unpack(">25I", picture[:100])
    size, width, height, line, colours = header[0], header[4], header[5], header[12], header[19]
    if header[1] != 7 or header[7] != 0 or header[11] != 32:
        raise ValueError(f"a dump of another kind: {header}")
    start = size + colours * 12
    for y in range(height):
        part = picture[start + y * line:start + y * line + width * 4]
        yield list(zip(part[2::4], part[1::4], part[0::4]))


def palette(lines):
    """The 256 most frequent colours; and of each colour, the place of the one next to it."""
    counts = collections.Counter(colour for line in lines for colour in line)
    kept = [colour for colour, _ in counts.most_common(256)]
    places = {colour: place for place, colour in enumerate(kept)}
    for colour in counts.keys() - places.keys():
        places[colour] = min(range(len(kept)), key=lambda place: sum(
            (one - other) ** 2 for one, other in zip(kept[place], colour)))
    return kept, places


def png(picture):
    """A PNG file of a dump."""
    lines = list(pixels(picture))
    kept, places = palette(lines)

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))

    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", len(lines[0]), len(lines), 8, 3, 0, 0, 0)) +
            chunk(b"PLTE", b"".join(map(bytes, kept))) +
            chunk(b"IDAT", zlib.compress(b"".join(
                b"\0" + bytes(places[colour] for colour in line) for line in lines), 9)) +
            chunk(b"IEND", b""))
