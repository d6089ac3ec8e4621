#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Three names in an XML body, each written in a way that XML allows: with a character reference, in a CDATA
# section, and with a comment in it.
#
# One would guess: xml.cdata holds the text of elements, and CDATA sections most certainly, given its name.
# What happens: what stands in a CDATA section is in no field; the reference is left as it is; a comment splits a
# name into two values. An XML parser reads three whole names. So neither a filter nor "-T fields" may be used to
# look for a KMS in a body: whoever writes <![CDATA[...]]> is not found.
# Source: packet-xml.c, whose scanner has a rule for elements, comments and instructions, and none that keeps a
# section's text; XML 1.0, 2.7 and 4.1.
. "$(dirname "$0")/kit/kit.sh"
fetch_tshark libxml2-utils=2.9.14+dfsg-1.3~deb12u6

make_captures <<'END'
body = "<r><k>kms&#46;one.example</k><k><![CDATA[kms.two.example]]></k><k>kms.three<!-- -->.example</k></r>"
open("body.xml", "w").write(body)
pcap("body.pcap", [udp(2, 1, sip("SIP/2.0 488 Not Acceptable Here", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
                                 "From: <sip:alice@example.org>;tag=1", "To: <sip:bob@example.org>;tag=2",
                                 "Call-ID: 1", "CSeq: 1 INVITE", "Content-Type: application/xml", body=body))])
END

names='concat(/r/k[1], ",", /r/k[2], ",", /r/k[3])'
same "an XML parser" "$(fetched xmllint --xpath "$names" "$work/body.xml")" \
    "kms.one.example,kms.two.example,kms.three.example"
same "xml.cdata" "$(tshark -r body.pcap -T fields -e xml.cdata)" "kms&#46;one.example,kms.three,.example"
same 'frames with xml.cdata contains "kms.two"' \
    "$(tshark -r body.pcap -Y 'xml.cdata contains "kms.two"' | wc -l)" 0
same 'frames with xml contains "kms.two"' "$(tshark -r body.pcap -Y 'xml contains "kms.two"' | wc -l)" 1
finish
