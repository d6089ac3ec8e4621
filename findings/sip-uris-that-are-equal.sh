#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Are two SIP URIs equal? Asked of Kamailio (cmp_uri, cmp_aor), of Sofia-SIP (url_cmp, url_cmp_all) and of
# belle-sip (belle_sip_uri_equals), with pairs of which RFC 3261 19.1.4 says what they are.
#
# One would guess: the RFC has a list of pairs that are equal and of pairs that are not, so libraries agree at
# least on these; of two functions in one library, the stricter one is right.
# What happens: no two of these five agree with each other, and none agrees with the RFC.
#   - cmp_uri does not undo %61, which must be equal to "a"; the others do.
#   - transport=udp against none, and header fields against none, are not equal; cmp_uri and url_cmp call them so.
#   - url_cmp looks at no parameter at all, so "security=on" equals "security=off"; url_cmp_all compares
#     parameters as text, so an unknown one on one side, which must not matter, makes the difference.
#   - a password is part of a URI and its letter case counts: to cmp_uri and nobody else.
#   - cmp_aor takes sips: for sip:.
# So who must say whether two identities are one cannot take a library's word for it.
# Source: RFC 3261 19.1.4; Kamailio's documentation of siputils, cmp_uri() and cmp_aor(); Sofia-SIP's url.c,
# url_cmp() and url_cmp_all(); belle-sip's belle_sip_uri_impl.c.
. "$(dirname "$0")/kit/kit.sh"
fetch kamailio=5.6.3-2 libsofia-sip-ua0=1.12.11+20110422.1+1e14eea~dfsg-6 libbellesip1=5.1.64+dfsg-2

cat >"$work/pairs" <<'END'
sip:%61lice@example.org sip:alice@EXAMPLE.org
sip:carol@example.org sip:carol@example.org;newparam=5
sip:carol@example.org;security=on sip:carol@example.org;security=off
sip:bob@example.org sip:bob@example.org:5060
sip:bob@example.org sip:bob@example.org;transport=udp
sip:bob@example.org sip:bob@example.org?Subject=hello
sip:bob@example.org sip:bob@example.org;user=phone
sip:bob:Secret@example.org sip:bob:secret@example.org
sips:bob@example.org sip:bob@example.org
END

cat >"$work/libraries.py" <<'END'
import ctypes
import sys

sofia, belle = ctypes.CDLL("libsofia-sip-ua.so.0"), ctypes.CDLL("libbellesip.so.1")
belle.belle_sip_uri_parse.restype = ctypes.c_void_p
belle.belle_sip_uri_equals.argtypes = [ctypes.c_void_p] * 2
belle.belle_sip_object_pool_push()


def word(equal):
    return "yes" if equal else "no"


for pair in open(sys.argv[1]):
    # What url_d() cuts into pieces must live as long as these do.
    texts = [ctypes.create_string_buffer(text.encode()) for text in pair.split()]
    urls = [ctypes.create_string_buffer(256) for _ in texts]
    for url, text in zip(urls, texts):
        assert sofia.url_d(url, text) == 0
    parsed = [belle.belle_sip_uri_parse(text.encode()) for text in pair.split()]
    print(word(sofia.url_cmp(*urls) == 0), word(sofia.url_cmp_all(*urls) == 0),
          word(belle.belle_sip_uri_equals(*parsed)))
END

cat >"$work/kamailio.cfg" <<END
children=1
log_stderror=yes
listen=udp:127.0.0.1:5060
mpath="$lib/kamailio/modules/"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "siputils.so"
loadmodule "textops.so"
request_route {
    if (cmp_uri("\$hdr(X-First)", "\$hdr(X-Second)")) append_to_reply("X-Uri: yes\r\n");
    if (cmp_aor("\$hdr(X-First)", "\$hdr(X-Second)")) append_to_reply("X-Aor: yes\r\n");
    sl_send_reply("200", "OK");
}
END
cat >"$work/ask.py" <<'END'
import socket
import sys
import time

client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.bind(("127.0.0.1", 5070))
client.settimeout(0.2)
for number, pair in enumerate(open(sys.argv[1])):
    first, second = pair.split()
    request = "\r\n".join(["OPTIONS sip:127.0.0.1 SIP/2.0",
                           f"Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK{number}",
                           "From: <sip:a@example.org>;tag=1", "To: <sip:b@example.org>",
                           f"Call-ID: {number}", "CSeq: 1 OPTIONS", f"X-First: {first}",
                           f"X-Second: {second}", "Content-Length: 0", "", ""])
    answer = b""
    end = time.monotonic() + 10
    while not answer and time.monotonic() < end:  # until Kamailio is up
        client.sendto(request.encode(), ("127.0.0.1", 5060))
        try:
            answer = client.recv(9000)
            while f"Call-ID: {number}\r\n".encode() not in answer:
                answer = client.recv(9000)
        except OSError:
            answer = b""
    print("yes" if b"X-Uri" in answer else "no", "yes" if b"X-Aor" in answer else "no")
END
cat >"$work/kamailio.sh" <<'END'
LD_LIBRARY_PATH=$2 "$3/usr/sbin/kamailio" -DD -E -f "$1/kamailio.cfg" -Y "$1" -m 32 -M 8 >"$1/log" 2>&1 &
python3 "$1/ask.py" "$1/pairs" >"$1/kamailio.answers" || cat "$1/log"
kill $!
wait $! || true
END
alone sh "$work/kamailio.sh" "$work" "$lib" "$root"
LD_LIBRARY_PATH=$lib python3 "$work/libraries.py" "$work/pairs" >"$work/answers" 2>"$work/log"
paste -d ' ' "$work/kamailio.answers" "$work/answers" >"$work/all"

echo "                               cmp_uri cmp_aor url_cmp url_cmp_all belle-sip; RFC 3261"
number=0
while read -r expected right; do
    number=$((number + 1))
    same "$(sed -n "${number}p" "$work/pairs") (RFC: $right)" "$(sed -n "${number}p" "$work/all")" \
        "$(echo "$expected" | tr / ' ')"
done <<'END'
no/no/yes/yes/yes yes
yes/yes/yes/no/yes yes
no/yes/yes/no/no no
no/yes/no/no/no no
yes/yes/yes/no/no no
yes/yes/yes/no/yes no
no/yes/yes/no/no no
no/yes/yes/yes/yes no
no/yes/no/no/no no
END
finish
