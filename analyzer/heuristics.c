/* heuristics.c
 * Which of Wireshark's guesses at UDP payloads an audit is for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "heuristics.h"

#include "wireshark-compat.h"

/* SIP itself, and what can carry it or be decrypted to it. None of them takes a datagram that
 * begins as RTP does, but QUIC: see sieve.c, which must know whenever one is added here. */
static const char *const kept[] = {
    "dtls_udp",       /* SIP over DTLS */
    "peekremote_udp", /* remote captures of 802.11 */
    "proxy_udp",      /* HAProxy's header before another payload */
    "quic",           /* HTTP/3 to a KMS */
    "redbackli_udp",  /* lawful interception: IP packets */
    "rftap",          /* 802.11 */
    "sip_udp",        /* SIP on any port */
    "stun_udp",       /* TURN relays whatever it is given */
    "teredo_udp",     /* IPv6 packets; off unless Wireshark turns it on by default */
    "wg",             /* WireGuard */
};

static void restrict_one(const char *table, struct heur_dtbl_entry *entry, gpointer data)
{
    (void)table;
    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(kept); i++) {
        if (strcmp(entry->short_name, kept[i]) == 0)
            return;
    }
    entry->enabled = false;
}

void heuristics_restrict(void)
{
    heur_dissector_table_foreach("udp", restrict_one, NULL);
}
