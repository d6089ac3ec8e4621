#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# How many INVITEs are in a capture? One is sent to a port at which nobody listens, so its receiver answers with an
# ICMP error that quotes it (RFC 792; RFC 1812 4.3.2.3 lets the quotation be as long as it fits).
#
# One would guess: one. Or, if a quotation counts, two, in each count that the same program makes.
# What happens: the display filter and "-z io,stat" count two messages, "-z sip,stat" counts one; and the filter's
# second INVITE goes the same way as the first, from its sender's address, though the frame came back.
# So a filter "sip" finds requests that nobody sent, and what is counted with it differs from the statistics.
# Source: packet-icmp.c calls IP's dissector for the quotation, with in_error_pkt set; taps leave such packets
# out unless they ask for them (tap.c, TL_REQUIRES_ERROR_PACKETS), filters do not know of it.
. "$(dirname "$0")/kit/kit.sh"
fetch_tshark

make_captures <<'END'
invite = udp(1, 2, sip("INVITE sip:bob@example.org SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
                       "From: <sip:alice@example.org>;tag=1", "To: <sip:bob@example.org>", "Call-ID: 1",
                       "CSeq: 1 INVITE"))
unreachable = b"\3\3\0\0\0\0\0\0" + invite[14:]
unreachable = unreachable[:2] + checksum(unreachable).to_bytes(2, "big") + unreachable[4:]
pcap("refused.pcap", [invite, ip(2, 1, 1, unreachable)])
END

same 'sip.Method == "INVITE"' "$(tshark -r refused.pcap -Y 'sip.Method == "INVITE"' | wc -l)" 2
same "-z io,stat,0,sip" \
    "$(tshark -q -r refused.pcap -z io,stat,0,sip | sed -n 's/^| *0.*<>.*|  *\([0-9]*\) |  *[0-9]* |$/\1/p')" 2
same "-z sip,stat" "$(tshark -q -r refused.pcap -z sip,stat | sed -n 's/^ *INVITE *: *//p')" "1 Packets"
same "-z sip,stat: all messages" \
    "$(tshark -q -r refused.pcap -z sip,stat | sed -n 's/^Number of SIP messages: //p')" 1
finish
