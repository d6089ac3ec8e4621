# SPDX-License-Identifier: GPL-2.0-or-later
"""The profile "KRR audit": what it shows of the demo, and how Wireshark is made to find it."""

import csv
import pathlib
import re
import subprocess

from places import SOURCE

NAME = "KRR audit"
PROFILE = SOURCE / "plugin" / "profile" / NAME

COLUMNS = ["No.", "Time", "Source", "Destination", "Negotiation", "Initiator", "Receiver",
           "KMS pair", "KRR creator", "Initiator list", "Receiver list", "Signature", "Info"]
# What they show of the demo's frame 28, from the fifth to the one before the last; and of an offer.
CELLS = {28: ["sip:carol@home.example.org", "sip:dave@partner.example.org",
              "kms.home.example.org,kms.home.example.org", "sip:outbound-proxy@home.example.org",
              "ANY", "kms.h0me.example.org, kms.partner.example.org", "absent"],
         30: ["sip:carol@home.example.org", "sip:dave@partner.example.org",
              "kms.home.example.org,kms.h0me.example.org", "", "", "", ""]}
# The colouring rule of some frames, with the demo's policy.
COLOURS = {1: "SIP", 9: "Offer", 11: "KRR audit: warning", 28: "KRR audit: error"}
# What the filter buttons leave of the demo, with its policy; of the findings, those in one KRR alone:
# in the light of other frames there are more. The last asks for the packet that is selected: where
# there is one, it leaves NEGOTIATION.
BUTTONS = {"KRRs": [11, 13, 26, 28], "Offers": [3, 4, 9, 10, 15, 16, 17, 24, 25, 30, 31, 32],
           "Findings": [11, 13, 26, 28], "Unsigned": [11, 13, 26, 28], "Unknown KMS": [28],
           "This negotiation": []}
NEGOTIATION = [24, 25, 26, 28, 30, 31, 32, 33, 34, 35]


def global_folder(where, profiles):
    """A folder to take for Wireshark's global one (WIRESHARK_DATA_DIR), with other profiles."""
    listed = subprocess.run(["tshark", "-G", "folders"], check=True, capture_output=True,
                            text=True).stdout
    system = pathlib.Path(re.search(r"(?m)^Global configuration:\s*(.*)$", listed)[1])
    folder = pathlib.Path(where, "data")
    folder.mkdir(mode=0o755)
    for path in system.iterdir():
        if path.name != "profiles":
            (folder / path.name).symlink_to(path)
    (folder / "profiles").symlink_to(profiles)
    return folder


def share_profile(where):
    """The repository's profile as a global one; returns what WIRESHARK_DATA_DIR is to be."""
    copy = pathlib.Path(where, "profiles", NAME)
    copy.mkdir(parents=True)
    for path in PROFILE.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    for path in (copy.parent, copy, *copy.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return global_folder(where, copy.parent)


def buttons():
    """Label and filter of each filter button."""
    with open(PROFILE / "dfilter_buttons", encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")]
    return {row[1]: row[2].replace(r"\x22", '"') for row in rows}


def as_expected(label, frames):
    """Are these, as texts, the frames that a button leaves?"""
    expected = [str(number) for number in BUTTONS[label]]
    return set(expected) <= set(frames) if label == "Findings" else expected == frames
