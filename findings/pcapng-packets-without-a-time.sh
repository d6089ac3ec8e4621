#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A packet in a Simple Packet Block of pcapng: such a block has no time.
#
# One would guess: tools give it the time of the packet before, or say that they do not know.
# What happens: each in its own way, and it matters who touched the file last. tshark leaves the time empty, and a
# filter on times does not match it; tcpdump prints 1970. capinfos, asked about the same file, knows no duration at all.
# editcap, not told to change anything, writes it as a packet of 1970: from then on the capture lasts 53 years, and
# reordercap puts the packet first, an answer before its question. Nothing marks that the time was made up.
# Source: draft-ietf-opsawg-pcapng 4.4; wiretap/pcapng.c: WTAP_HAS_TS is not set when reading; when writing,
# only blocks with times are made.
. "$(dirname "$0")/kit/kit.sh"
fetch_tshark tcpdump=4.99.3-1 libpcap0.8=1.10.3-1

make_captures <<'END'
question, answer = udp(1, 2, b"question", (9000, 9000)), udp(2, 1, b"answer", (9000, 9000))
simple = block(3, struct.pack("<I", len(answer)) + padded(answer))
open("simple.pcapng", "wb").write(section() + interface() + captured(question, 1700000000 * 10 ** 6) + simple)
END
cd "$work"

sources() {
    tshark -r "$1" -T fields -e ip.src
}
duration() {
    fetched capinfos -T -r -u "$1" | cut -f 2
}
same "times in tshark" "$(tshark -r simple.pcapng -T fields -e frame.time_epoch)" "1700000000.000000000"
same 'frames with frame.time_epoch >= 0' "$(tshark -r simple.pcapng -Y 'frame.time_epoch >= 0' | wc -l)" 1
same "times in tcpdump" "$(fetched tcpdump -n -tt -r simple.pcapng 2>/dev/null | cut -d ' ' -f 1)" \
    "1700000000.000000 0.000000"
same "duration, as it was" "$(duration simple.pcapng)" n/a
fetched editcap simple.pcapng edited.pcapng
same "duration, after editcap" "$(duration edited.pcapng)" 1700000000.000000
same "senders, as it was" "$(sources simple.pcapng)" "192.0.2.1 192.0.2.2"
fetched reordercap edited.pcapng ordered.pcapng >/dev/null
same "senders, after reordercap" "$(sources ordered.pcapng)" "192.0.2.2 192.0.2.1"
finish
