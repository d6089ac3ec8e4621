/* heuristics.c
 * Which of Wireshark's guesses at payloads an audit is for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/heuristics.h"

#include "plugin/wireshark-compat.h"

/* SIP itself, and what can carry it or be decrypted to it; NULL-terminated. */

/* Of these, only QUIC takes a datagram that begins as RTP does. sieve.c relies on that: whoever
 * adds one here must look there, too. */
static const char *const kept_udp[] = {
    "dtls_udp",       /* SIP over DTLS */
    "hep_udp",        /* copies of SIP for a collector */
    "peekremote_udp", /* remote captures of 802.11 */
    "proxy_udp",      /* HAProxy's header before another payload */
    "quic",           /* HTTP/3 to a KMS */
    "redbackli_udp",  /* lawful interception: IP packets */
    "rftap",          /* 802.11 */
    "sip_udp",        /* SIP on any port */
    "stun_udp",       /* TURN relays whatever it is given */
    "teredo_udp",     /* IPv6 packets; off unless Wireshark turns it on by default */
    "wg",             /* WireGuard */
    NULL,
};

static const char *const kept_tcp[] = {
    "fcip_tcp",      /* Fibre Channel, over which IP goes, too */
    "hep_tcp",       /* copies of SIP for a collector */
    "http_tcp",      /* KMS requests on any port; WebSockets begin as HTTP */
    "ifcp_tcp",      /* Fibre Channel */
    "ipsec_tcp",     /* ESP */
    "msrp_tcp",      /* bodies of the types that SIP has */
    "proxy_tcp",     /* HAProxy's header before another payload */
    "rpcap_tcp",     /* remote captures */
    "sip_tcp",       /* SIP on any port */
    "stun_tcp",      /* TURN relays whatever it is given */
    "tls_tcp",       /* SIP or HTTP over TLS */
    "websocket_tcp", /* off unless Wireshark turns it on by default */
    NULL,
};

static const struct {
    const char *table;
    const char *const *kept;
} restricted[] = {
    {"tcp", kept_tcp},
    {"udp", kept_udp},
};

/* @param data  the names of those that are kept in the table */
static void restrict_one(const char *table, struct heur_dtbl_entry *entry, gpointer data)
{
    const char *const *kept = data;

    (void)table;
    if (!g_strv_contains(kept, entry->short_name)) {
        entry->enabled = false;
    }
}

void heuristics_restrict(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(restricted); i++) {
        heur_dissector_table_foreach(restricted[i].table, restrict_one,
                                     (gpointer)restricted[i].kept);
    }
}
