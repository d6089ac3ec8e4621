#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Captures that pcapng's format allows, read by wiretap (tshark) and by libpcap (tcpdump and all that is built on it).
#
# One would guess: both read pcapng. Known is that libpcap takes one link type a file; different snap lengths
# would do no harm, since each packet states its own length, and "no limit" (0) least of all.
# What happens: libpcap gives up where interfaces have different snap lengths, at the second interface; but 0 is to
# it the same as 262144, so these two pass. Sections are there so that files can be put one behind the other,
# each in its own byte order: libpcap reads the second section if it was written in the order of the first, and
# calls its block too large otherwise, after it has given out the packets of the first.
# A file of "dumpcap -i a -s 65535 -i b" or of two machines is thus read in part, or not at all, by half of the tools.
# Source: draft-ietf-opsawg-pcapng 4.1 and 4.2; libpcap 1.10.3, sf-pcapng.c: pcap_ng_next_packet() and
# pcap_adjust_snapshot().
. "$(dirname "$0")/kit/kit.sh"
fetch_tshark tcpdump=4.99.3-1 libpcap0.8=1.10.3-1

make_captures <<'END'
frame = udp(1, 2, b"hello", (9000, 9000))
START = 1700000000 * 10 ** 6


def write(name, *blocks):
    open(name, "wb").write(b"".join(blocks))


def two(first, second):
    return [section(), interface(snap_length=first), interface(snap_length=second), captured(frame, START),
            captured(frame, START + 1, 1)]


def sections(order):
    return [section(), interface(), captured(frame, START), section(order), interface(order=order),
            captured(frame, START + 1, order=order)]


write("lengths-65535-262144.pcapng", *two(65535, 262144))
write("lengths-0-262144.pcapng", *two(0, 262144))
write("order-same.pcapng", *sections("<"))
write("order-other.pcapng", *sections(">"))
END

for case in lengths-65535-262144/0 lengths-0-262144/2 order-same/2 order-other/1; do
    name=${case%/*}
    same "$name: packets that tshark reads" "$(tshark -r "$name.pcapng" | wc -l)" 2
    same "$name: packets that tcpdump reads" \
        "$(fetched tcpdump -n -r "$work/$name.pcapng" 2>>"$work/log" | wc -l)" "${case#*/}"
done
same "what it says of the lengths" "$(grep -c 'snapshot length 262144 different' "$work/log")" 1
same "what it says of the order" "$(grep -c 'block size .* > maximum' "$work/log")" 1
finish
