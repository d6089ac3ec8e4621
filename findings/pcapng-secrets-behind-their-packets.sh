#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The keys of a TLS connection are in the capture, in a Decryption Secrets Block behind the packets: where a
# recorder must put it that learns the keys only when the connection is over.
#
# One would guess: tshark's second pass (-2), which is there for what is known only later, decrypts then; or that a
# tool that rewrites the file puts the block in front.
# What happens: with two passes nothing is decrypted either, though after the first all keys are known: what TLS
# has made of a packet in the first pass is kept. editcap and mergecap keep the block where it is. Only giving the
# same keys once more, with "editcap --inject-secrets", helps, since that writes them in front. So that a capture
# has its keys in it does not say that it will be decrypted.
# Source: draft-ietf-opsawg-pcapng 4.7; wireshark's wiretap/pcapng.c and wtap.h, wtap_add_dsb(); tshark(1), option -2.
. "$(dirname "$0")/kit/kit.sh"
fetch_tshark

make_captures <<'END'
from tls import connection

frames, keys = connection(5061)
blocks = b"".join(captured(frame, 1700000000 * 10 ** 6 + number) for number, frame in enumerate(frames))
open("before.pcapng", "wb").write(section() + interface() + tls_keys(keys) + blocks)
open("behind.pcapng", "wb").write(section() + interface() + blocks + tls_keys(keys))
END

requests() {
    tshark "$@" -Y 'sip.Method == "OPTIONS"' | wc -l
}
cd "$work"
same "requests: keys before the packets" "$(requests -r before.pcapng)" 1
same "requests: keys behind them" "$(requests -r behind.pcapng)" 0
same "requests: keys behind them, two passes" "$(requests -2 -r behind.pcapng)" 0
fetched editcap behind.pcapng edited.pcapng
same "requests: after editcap" "$(requests -2 -r edited.pcapng)" 0
fetched mergecap -w merged.pcapng behind.pcapng
same "requests: after mergecap" "$(requests -2 -r merged.pcapng)" 0
fetched editcap --inject-secrets tls,keys behind.pcapng injected.pcapng
same "requests: after these keys were given again" "$(requests -r injected.pcapng)" 1
finish
