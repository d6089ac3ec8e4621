#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Both ends of a TLS connection agree by ALPN that it carries SIP: "sip/2" is registered for that (IANA's list of
# ALPN protocol IDs, from RFC 7301 on). The server's port is not 5061.
#
# One would guess: with the keys at hand, Wireshark dissects what ALPN says, as it does for "h2" and "http/1.1", or
# tries SIP's heuristic, as it does on any port of UDP and TCP.
# What happens: it shows the word "sip/2" twice, decrypts, and leaves the request as data. The heuristic is
# not tried in TLS. Only the port counts: 5061, or what "-d tls.port==..." says. So SIP over TLS on another port is
# absent from a count of SIP even where the keys are there and the handshake names it.
# Source: packet-sip.c, proto_reg_handoff_sip(): heuristics for udp, tcp, sctp and stun, none for tls, no tls.alpn.
. "$(dirname "$0")/kit/kit.sh"
fetch_tshark

make_captures <<'END'
from tls import connection

for port in (5061, 5071):
    frames, keys = connection(port, "sip/2")
    pcap(f"{port}.pcap", frames)
    open(f"{port}.keys", "wb").write(keys)
END

look() {
    port=$1
    shift
    tshark -r "$port.pcap" -o "tls.keylog_file:$port.keys" "$@"
}
method='-T fields -e sip.Method -Y sip'
same "port 5061: SIP" "$(look 5061 $method)" OPTIONS
same "port 5071: SIP" "$(look 5071 $method)" ""
same "port 5071: ALPN" "$(look 5071 -T fields -e tls.handshake.extensions_alpn_str -Y tls.handshake.extensions_alpn_str)" \
    "sip/2 sip/2"
same "port 5071: frames with decrypted octets of no protocol" "$(look 5071 -Y 'tls and data' | wc -l)" 1
same "port 5071, told that it is SIP" "$(look 5071 -d tls.port==5071,sip $method)" OPTIONS
finish
