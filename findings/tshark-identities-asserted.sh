#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A proxy asserts two identities of a caller, a SIP URI and a telephone number, as RFC 3325 9.1 allows.
#
# One would guess: a list of values in one line is the same as a line for each (RFC 3261 7.3.1), so both
# identities have fields, as both values of Contact, Route and Via do.
# What happens: of a list in one line only the first identity is cut into fields; a filter for the telephone
# number finds the call if the two stand in two lines, and not if they stand in one. Contact, Route and Via are
# each taken apart wholly. So a filter for an identity misses calls by how a proxy writes.
# Source: RFC 3325 9.1, RFC 3261 7.3.1; packet-sip.c, case POS_P_ASSERTED_IDENTITY.
. "$(dirname "$0")/kit/kit.sh"
fetch_tshark

make_captures <<'END'
def invite(*asserted):
    return sip("INVITE sip:bob@example.org SIP/2.0",
               "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1, SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK2",
               "From: <sip:alice@example.org>;tag=1", "To: <sip:bob@example.org>", "Call-ID: 1",
               "CSeq: 1 INVITE", "Contact: <sip:alice@192.0.2.9>, <sip:alice@192.0.2.8>", *asserted)


pcap("line.pcap", [udp(1, 2, invite("P-Asserted-Identity: <sip:alice@example.org>, <tel:+15550100>"))])
pcap("lines.pcap", [udp(1, 2, invite("P-Asserted-Identity: <sip:alice@example.org>",
                                     "P-Asserted-Identity: <tel:+15550100>"))])
END

shown() {
    tshark -r "$1" -T fields -e sip.pai.addr
}
same "Via: branches" "$(tshark -r line.pcap -T fields -e sip.Via.branch)" z9hG4bK1,z9hG4bK2
same "Contact: URIs" "$(tshark -r line.pcap -T fields -e sip.contact.uri)" \
    "sip:alice@192.0.2.9,sip:alice@192.0.2.8"
same "identities in two lines" "$(shown lines.pcap)" "sip:alice@example.org,tel:+15550100"
same "identities in one line" "$(shown line.pcap)" "sip:alice@example.org"
finish
