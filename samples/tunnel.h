/* tunnel.h
 * What a message travels in besides its own packets: tunnels, copies to a collector, ESP
 *
 * By the settings of a message:
 *
 *   within = WAY             one of those below; "none" (the default) is none
 *   tunnel-from, tunnel-to = ADDRESS[:PORT]    the outer packets' ends; default: 203.0.113.1 and
 *                            203.0.113.2 with the usual port of what it is
 *   tunnel-over = udp | tcp  HEP3 alone: how the copies get to the collector; default udp
 *   tunnel-delay = SECONDS   HEP alone: from the time that it states to that of its frame
 *
 * Copies of SIP messages for a collector, which state the addresses and the time of the original;
 * HTTP and RTP travel as they are:
 *
 *   hep1, hep2, hep3         Homer Encapsulation Protocol; hep1 states no time
 *   hep3-gzip, hep3-zlib     the payload is compressed
 *   hep3-nested              a copy of the copy
 *
 * Every frame in another one:
 *
 *   vlan, qinq, mpls, pppoe  behind the Ethernet header of the frame
 *   ipip, gre, gre-ethernet, erspan                    in IP
 *   gtp-u, l2tp, vxlan, geneve, tzsp                   in UDP
 *   esp-null                 transport mode without encryption (RFC 2410), as IMS may have it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TUNNEL_H
#define TUNNEL_H

#include "samples/ip-maker.h"
#include "samples/scenario.h"

/** What a way is in the table of ways. */
typedef struct TunnelWay TunnelWay;

typedef struct Tunnel {
    const TunnelWay *way; /**< NULL: none */
    Endpoint from, to;    /**< of the outer packets */
    bool over_tcp;
    gint64 delay_ns;
} Tunnel;

/** The keys of a message's settings that are understood here, NULL-terminated. */
extern const char *const tunnel_keys[];

/** Reads the settings. @return false with @p error set where they are wrong */
bool tunnel_read(const Scenario *scenario, const ScenarioMessage *message, Tunnel *tunnel,
                 GError **error);
void tunnel_clear(Tunnel *tunnel);

/** Are messages copied to a collector, instead of their frames being put in others? */
bool tunnel_copies(const Tunnel *tunnel);

/** A message that travels from one host to another. */
typedef struct Parcel {
    Endpoint from, to;
    GBytes *bytes;
    bool over_tcp;
} Parcel;

/** The copy of a message for the collector. @return to be freed with g_bytes_unref() */
GBytes *tunnel_copy(const Tunnel *tunnel, const Parcel *parcel, gint64 time_ns);

/**
 * Puts an IP payload in ESP, where that is asked for.
 * @param payload   taken over
 * @param protocol  in and out: what the payload is
 * @return to be freed with g_byte_array_unref()
 */
GByteArray *tunnel_protect(const Tunnel *tunnel, GByteArray *payload, guint8 *protocol);

/**
 * Puts a frame in another one, where that is asked for.
 * @param frame  taken over
 * @param id     of the outer IP packet
 * @return to be freed with g_byte_array_unref()
 */
GByteArray *tunnel_wrap(const Tunnel *tunnel, GByteArray *frame, guint32 id);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tunnel, tunnel_clear)

#endif
