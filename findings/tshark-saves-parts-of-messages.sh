#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Saving the answers 488 of a capture with tshark, where one of them came in three TCP segments.
#
# One would guess: "-Y FILTER -w FILE" saves what is needed to see the message again; two passes (-2) make no
# difference with one filter, or if so, then -R, the filter that is made for two passes, is the right one.
# What happens: "-Y" saves the last segment alone, in which no message is to be seen any more. "-2 -Y" saves all
# three, though only the last one matches. "-2 -R" saves the last one alone again. So the same filter keeps or
# loses the evidence, and nothing is said in either case.
# Source: tshark(1) says of -2 that it permits dependencies of reassembled frames to be computed; that -Y uses
# them when it writes and -R does not is said of neither. tshark.c, process_packet_second_pass().
. "$(dirname "$0")/kit/kit.sh"
fetch_tshark

make_captures <<'END'
answer = sip("SIP/2.0 488 Not Acceptable Here", "Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1",
             "From: <sip:alice@example.org>;tag=1", "To: <sip:bob@example.org>;tag=2", "Call-ID: 1",
             "CSeq: 1 INVITE", "Content-Type: text/plain", body="x" * 3000)
pcap("answer.pcap", [tcp(2, 1, answer[start:start + 1400], 100 + start, 1) for start in (0, 1400, 2800)])
END

matching='sip.Status-Code == 488'
saved() {
    tshark -r answer.pcap "$@" -w saved.pcap
    tshark -r saved.pcap -T fields -e tcp.len | wc -l
    tshark -r saved.pcap -Y "$matching" | wc -l
}
same "frames that match in the capture" "$(tshark -r answer.pcap -Y "$matching" | wc -l)" 1
same "frames saved, messages in them: -Y" "$(saved -Y "$matching")" "1 0"
same "frames saved, messages in them: -2 -Y" "$(saved -2 -Y "$matching")" "3 1"
same "frames saved, messages in them: -2 -R" "$(saved -2 -R "$matching")" "1 0"
finish
