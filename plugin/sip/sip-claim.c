/* sip-claim.c
 * SIP comes before whatever else claims its ports or its sockets
 *
 * A claim is made anew by each message that needs one, whatever claimed the sockets in between, and
 * only there: sockets that lead to SIP anyway stay as they are, and so does all that is no SIP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/sip/sip-claim.h"

#include "plugin/wireshark-compat.h"

#include <epan/conversation.h>
#include <epan/ipproto.h>

#include "core/sip/sip-message.h"
#include "plugin/sip/sip-front.h"

/* A start line is no longer, or it is not looked for. */
#define PROBE (8 * 1024)

#define UDP_HEADER     8
#define TCP_HEADER_MIN 20

/* A transport whose place in the table of IP is ours. */
typedef struct Transport {
    guint8 number;
    const char *ports; /* its table of ports */
    const char *name;  /* of our dissector: 4.4 complains of two without one in a table */
    conversation_type type;
    bool stream;
    dissector_t dissector;
    dissector_handle_t owner; /* Wireshark's own; NULL: there is none */
    dissector_table_t table;
} Transport;

static int dissect_udp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);
static int dissect_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

static Transport udp = {IP_PROTO_UDP, "udp.port",  "krr.udp", CONVERSATION_UDP,
                        false,        dissect_udp, NULL,      NULL};
static Transport tcp = {IP_PROTO_TCP, "tcp.port",  "krr.tcp", CONVERSATION_TCP,
                        true,         dissect_tcp, NULL,      NULL};

/* ---- does it begin as SIP? ---- */

/* Each packet of a capture comes by here: most are told by one octet. */
static bool begins_as_sip(tvbuff_t *tvb, int header)
{
    const guint captured = tvb_captured_length(tvb);

    if (header < 0 || captured <= (guint)header) {
        return false;
    }
    const guint length = MIN(captured - (guint)header, PROBE);
    const char *octets = (const char *)tvb_get_ptr(tvb, header, (int)length);
    const gsize skipped = sip_message_skip(octets, length);
    return sip_message_begins(octets + skipped, length - skipped);
}

/* ---- whose is it? ---- */

/* To what the ports lead. */
typedef enum PortsOf {
    PORTS_OF_NOBODY,
    PORTS_OF_SIP,     /* alone: where one is nobody's the other one decides */
    PORTS_OF_SEVERAL, /* of SIP, and of another protocol */
    PORTS_OF_OTHERS
} PortsOf;

static PortsOf ports_of(const Transport *transport, guint32 source, guint32 destination)
{
    dissector_handle_t first = dissector_get_uint_handle(transport->table, source);
    dissector_handle_t second = dissector_get_uint_handle(transport->table, destination);
    const bool sip = sip_front_is(first) || sip_front_is(second);
    const bool others = (first && !sip_front_is(first)) || (second && !sip_front_is(second));

    if (!sip) {
        return others ? PORTS_OF_OTHERS : PORTS_OF_NOBODY;
    }
    return others ? PORTS_OF_SEVERAL : PORTS_OF_SIP;
}

/* The conversation of these very sockets: one with wildcards is of others too. */
static conversation_t *own_conversation(const Transport *transport, const packet_info *pinfo,
                                        guint32 source, guint32 destination)
{
    conversation_t *found = find_conversation(pinfo->num, &pinfo->src, &pinfo->dst, transport->type,
                                              source, destination, 0);

    if (!found || (found->options & (NO_ADDR2 | NO_PORT2 | NO_PORT2_FORCE)) != 0) {
        found = conversation_new(pinfo->num, &pinfo->src, &pinfo->dst, transport->type, source,
                                 destination, 0);
    }
    return found;
}

/* Has anything else claimed the sockets? */
static bool is_claimed(const Transport *transport, const packet_info *pinfo, guint32 source,
                       guint32 destination)
{
    static const guint wildcards[] = {0, NO_ADDR_B, NO_PORT_B, NO_ADDR_B | NO_PORT_B};

    for (gsize i = 0; i < G_N_ELEMENTS(wildcards); i++) {
        conversation_t *found =
            find_conversation(pinfo->num, &pinfo->src, &pinfo->dst, transport->type, source,
                              destination, wildcards[i]);
        dissector_handle_t handle = found ? conversation_get_dissector(found, pinfo->num) : NULL;
        if (handle) {
            return handle != sip_front_handle(transport->stream);
        }
    }
    return false;
}

/* A segment may hold the middle of a message of any protocol, which may be a copy of SIP: where no port
 * is SIP's, what owns the connection keeps it. A datagram begins where it begins. */
static bool must_claim(const Transport *transport, const packet_info *pinfo, guint32 source,
                       guint32 destination)
{
    const bool claimed = is_claimed(transport, pinfo, source, destination);
    const PortsOf ports = ports_of(transport, source, destination);

    switch (ports) {
    case PORTS_OF_SIP:
        return claimed;
    case PORTS_OF_SEVERAL:
        return true;
    case PORTS_OF_NOBODY:
        return !transport->stream || !claimed;
    default:
        return !transport->stream;
    }
}

static void claim(const Transport *transport, const packet_info *pinfo, guint32 source,
                  guint32 destination)
{
    if (must_claim(transport, pinfo, source, destination)) {
        conversation_t *own = own_conversation(transport, pinfo, source, destination);
        conversation_set_dissector_from_frame_number(own, pinfo->num,
                                                     sip_front_handle(transport->stream));
    }
}

static int dissect(const Transport *transport, int header, tvbuff_t *tvb, packet_info *pinfo,
                   proto_tree *tree, void *data)
{
    if (!pinfo->flags.in_error_pkt && begins_as_sip(tvb, header)) {
        claim(transport, pinfo, tvb_get_ntohs(tvb, 0), tvb_get_ntohs(tvb, 2));
    }
    return call_dissector_only(transport->owner, tvb, pinfo, tree, data);
}

static int dissect_udp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return dissect(&udp, UDP_HEADER, tvb, pinfo, tree, data);
}

static int dissect_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const int header =
        tvb_captured_length(tvb) > TCP_HEADER_MIN ? (tvb_get_uint8(tvb, 12) >> 4) * 4 : -1;

    return dissect(&tcp, header, tvb, pinfo, tree, data);
}

/* ---- registration ---- */

/* Of no protocol, so that it is no layer: the transport's layer is where it was. */
static void take_place(Transport *transport)
{
    dissector_table_t protocols = find_dissector_table("ip.proto");

    transport->owner = protocols ? dissector_get_uint_handle(protocols, transport->number) : NULL;
    transport->table = find_dissector_table(transport->ports);
    if (transport->owner && transport->table && sip_front_handle(transport->stream)) {
        dissector_add_uint("ip.proto", transport->number,
                           create_dissector_handle_with_name_and_description(
                               transport->dissector, -1, transport->name, transport->ports));
    }
}

void sip_claim_hand_off(void)
{
    take_place(&udp);
    take_place(&tcp);
}
