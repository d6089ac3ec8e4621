/* sieve.c
 * Frames of which it is certain, without dissection, what they tell
 *
 * Why a frame that is taken as media cannot be anything else. libwireshark would first ask the
 * dissector of the conversation, where one is set: datagrams of such a flow are not taken. Then it
 * would ask the dissectors of the two ports: these have none, or one of leaf-protocols.c. Then it
 * would ask the heuristic dissectors, of which heuristics.c leaves a few. Of these, only QUIC takes
 * a payload that begins with the bits 10, and what may be QUIC is not taken here. (SIP begins with
 * a printable octet.) So no dissector would find anything in the frame.
 *
 * Why an ordinary SIP message tells what is read here. Where both ports are SIP's, or one is SIP's
 * and the other nobody's, libwireshark asks the SIP dissector alone. event-extractor.c makes an event of
 * what that finds; sip-skim.c finds the same, or refuses the message. What the SIP dissector
 * remembers of a message concerns media and the times of answers, which an audit does not need.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sieve/sieve.h"

#include "plugin/wireshark-compat.h"

#include <arpa/inet.h>

#include <epan/conversation.h>
#include <epan/proto.h>

#include "analyzer/engine/leaf-protocols.h"
#include "analyzer/sieve/datagram.h"
#include "analyzer/sieve/sip-skim.h"
#include "plugin/frame/krr-nstime.h"
#include "plugin/sip/sip-front.h"

#define N_PORTS (G_MAXUINT16 + 1)
/* Flows that are known to be quiet; a power of two. A busy cell has fewer calls at a time. */
#define N_FLOWS 8192

/* Whose a UDP port is. */
typedef enum PortOwner {
    PORT_NOBODY,
    PORT_LEAF, /* of a protocol that leads to no other */
    PORT_SIP,
    PORT_OTHER /* of another protocol */
} PortOwner;

/* What stays on with a setting of the user's. */
typedef enum Extent {
    EXTENT_NOTHING, /* what it changes is not known here */
    EXTENT_MEDIA,   /* it may change how SIP is read */
    EXTENT_ALL
} Extent;

/* A setting that does not turn everything off. */
typedef struct Exception {
    const char *prefix;
    Extent extent;
} Exception;

static const Exception preferences[] = {
    {"gui.", EXTENT_ALL},         {"http.", EXTENT_ALL},  {"krr.", EXTENT_ALL},
    {"mikey_sakke.", EXTENT_ALL}, {"tcp.", EXTENT_ALL},   {"tls.", EXTENT_ALL},
    {"sdp.", EXTENT_MEDIA},       {"sip.", EXTENT_MEDIA},
};

/* Tables of ports: those that a rule names are not nobody's any more. */
static const Exception tables[] = {
    {"sctp.port==", EXTENT_ALL},
    {"tcp.port==", EXTENT_ALL},
    {"tls.port==", EXTENT_ALL},
    {"udp.port==", EXTENT_ALL},
};

/* Between two addresses and ports, as whole words: nearly every frame of a capture is compared. */
#define FLOW_WORDS 5
typedef struct Flow {
    guint64 key[FLOW_WORDS]; /* ports and length of an address, then the addresses */
    guint64 generation;      /* when it was found to be quiet; 0: there is none here */
} Flow;

struct Sieve {
    Extent extent;
    guint8 owners[N_PORTS]; /* PortOwner */
    dissector_handle_t stun;
    guint64 generation; /* changes with every frame that is dissected */
    Flow flows[N_FLOWS];
};

/* ---- whose ports, and what the user changed ---- */

static PortOwner owner_of(dissector_handle_t handle)
{
    int protocol = dissector_handle_get_protocol_index(handle);

    if (sip_front_is(handle)) {
        return PORT_SIP;
    }
    return protocol >= 0 && leaf_protocols_have(proto_get_protocol_filter_name(protocol))
               ? PORT_LEAF
               : PORT_OTHER;
}

static void take_port(const char *table, ftenum_t type, gpointer key, gpointer value, gpointer data)
{
    Sieve *sieve = data;
    dissector_handle_t handle = dtbl_entry_get_handle(value);
    guint port = GPOINTER_TO_UINT(key);

    (void)table;
    (void)type;
    if (port < N_PORTS && handle) {
        sieve->owners[port] = (guint8)owner_of(handle);
    }
}

static Extent extent_of(char **settings, const Exception *exceptions, gsize count)
{
    Extent least = EXTENT_ALL;

    for (char **setting = settings; setting && *setting; setting++) {
        Extent extent = EXTENT_NOTHING;

        for (gsize i = 0; i < count; i++) {
            if (g_str_has_prefix(*setting, exceptions[i].prefix)) {
                extent = exceptions[i].extent;
            }
        }
        least = MIN(least, extent);
    }
    return least;
}

Sieve *sieve_new(const SieveSettings *settings)
{
    Sieve *sieve = g_new0(Sieve, 1);

    sieve->extent = MIN(extent_of(settings->preferences, preferences, G_N_ELEMENTS(preferences)),
                        extent_of(settings->decode_as, tables, G_N_ELEMENTS(tables)));
    sieve->generation = 1;
    sieve->stun = find_dissector("stun-udp");
    dissector_table_foreach("udp.port", take_port, sieve);
    return sieve;
}

void sieve_free(Sieve *sieve)
{
    g_free(sieve);
}

/* ---- flows ---- */

static void make_key(const Datagram *datagram, guint64 key[FLOW_WORDS])
{
    key[0] = (guint64)datagram->source_port << 32 | (guint64)datagram->destination_port << 16 |
             datagram->address_octets;
    if (datagram->address_octets == 4) {
        guint32 source, destination;

        memcpy(&source, datagram->source, sizeof source);
        memcpy(&destination, datagram->destination, sizeof destination);
        key[1] = (guint64)source << 32 | destination;
        key[2] = key[3] = key[4] = 0;
    } else {
        memcpy(&key[1], datagram->source, 16);
        memcpy(&key[3], datagram->destination, 16);
    }
}

/* Where the flow is, or would be. */
static Flow *place_of(Sieve *sieve, const guint64 key[FLOW_WORDS])
{
    guint64 hash = 0;

    /* The upper half of a product depends on all bits of a factor, the lower half does not. */
    for (guint i = 0; i < FLOW_WORDS; i++) {
        hash = (hash ^ key[i]) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return &sieve->flows[hash % N_FLOWS];
}

static bool same_key(const guint64 a[FLOW_WORDS], const guint64 b[FLOW_WORDS])
{
    guint64 difference = 0;

    for (guint i = 0; i < FLOW_WORDS; i++) {
        difference |= a[i] ^ b[i];
    }
    return difference == 0;
}

/* Would libwireshark ask the dissector of a conversation about a datagram? This looks up what its
 * try_conversation_dissector() looks up. The dissector of STUN does not count: it takes neither
 * what begins as media do nor what begins with a printable octet. */
static bool has_dissector(const Sieve *sieve, const Datagram *datagram, guint32 number)
{
    static const guint wildcards[] = {0, NO_ADDR_B, NO_PORT_B, NO_ADDR_B | NO_PORT_B};
    int type = datagram->address_octets == 4 ? AT_IPv4 : AT_IPv6;
    address source, destination;

    set_address(&source, type, (int)datagram->address_octets, datagram->source);
    set_address(&destination, type, (int)datagram->address_octets, datagram->destination);
    for (gsize i = 0; i < G_N_ELEMENTS(wildcards); i++) {
        conversation_t *found =
            find_conversation(number, &destination, &source, CONVERSATION_UDP,
                              datagram->destination_port, datagram->source_port, wildcards[i]);
        dissector_handle_t handle = found ? conversation_get_dissector(found, number) : NULL;

        if (handle && handle != sieve->stun) {
            return true;
        }
    }
    return false;
}

static bool flow_is_quiet(Sieve *sieve, const Datagram *datagram, guint32 number)
{
    guint64 key[FLOW_WORDS];
    Flow *known;

    make_key(datagram, key);
    known = place_of(sieve, key);
    if (known->generation == sieve->generation && same_key(known->key, key)) {
        return true;
    }
    if (has_dissector(sieve, datagram, number)) {
        return false;
    }
    known->generation = sieve->generation;
    memcpy(known->key, key, sizeof key);
    return true;
}

/* ---- media ---- */

/* The versions of QUIC that Wireshark knows or may come to know stand where media have their
 * payload type and sequence number: those in use, drafts, Facebook's, Google's, and those of
 * RFC 9000 15 that nobody may use. */
static bool may_be_quic(const guint8 *payload)
{
    guint32 version = (guint32)payload[1] << 24 | (guint32)payload[2] << 16 |
                      (guint32)payload[3] << 8 | payload[4];

    return version <= 0xff || version >> 8 == 0xff0000 || version >> 12 == 0xfaceb ||
           version >> 16 == 0x5130 || version >> 16 == 0x5430 || version == 0x6b3343cf ||
           version == 0x709a50c4 || (version & 0x0f0f0f0f) == 0x0a0a0a0a;
}

/* Version 2 of RFC 3550 and what RFC 7983 keeps for it; and no MPEG transport stream, which could
 * carry IP. */
static bool begins_as_media(const Datagram *datagram)
{
    const guint8 *payload = datagram->payload;

    return datagram->captured >= 8 && payload[0] >> 6 == 2 && (payload[1] & 0x7f) != 33 &&
           !may_be_quic(payload);
}

static bool is_media(const Sieve *sieve, const Datagram *datagram)
{
    return sieve->owners[datagram->source_port] <= PORT_LEAF &&
           sieve->owners[datagram->destination_port] <= PORT_LEAF && begins_as_media(datagram);
}

/* ---- SIP ---- */

/* Ports of 0 Wireshark does not look up. */
static bool is_sip(const Sieve *sieve, const Datagram *datagram)
{
    guint8 source = sieve->owners[datagram->source_port];
    guint8 destination = sieve->owners[datagram->destination_port];

    return datagram->plain && datagram->source_port != 0 && datagram->destination_port != 0 &&
           ((source == PORT_SIP && destination == PORT_SIP) ||
            (source == PORT_SIP && destination == PORT_NOBODY) ||
            (source == PORT_NOBODY && destination == PORT_SIP));
}

static char *text_of(SipText text)
{
    return text.at ? g_strndup(text.at, text.length) : NULL;
}

static char *address_of(const Datagram *datagram, const guint8 *octets)
{
    char text[INET6_ADDRSTRLEN];

    return g_strdup(
        inet_ntop(datagram->address_octets == 4 ? AF_INET : AF_INET6, octets, text, sizeof text));
}

static StoryEvent *event_of(const Datagram *datagram, const SipFacts *facts, StoryFrame frame)
{
    StoryEvent *event = story_event_new();

    event->frame = frame;
    event->source = address_of(datagram, datagram->source);
    event->destination = address_of(datagram, datagram->destination);
    event->source_port = datagram->source_port;
    event->destination_port = datagram->destination_port;
    event->has_sip = true;
    event->sip.status = facts->status;
    event->sip.method = text_of(facts->method);
    event->sip.call_id = text_of(facts->call_id);
    event->sip.cseq = facts->cseq;
    event->sip.branch = text_of(facts->branch);
    event->sip.from_tag = text_of(facts->from_tag);
    event->sip.to_tag = text_of(facts->to_tag);
    event->sip.request_uri = text_of(facts->request_uri);
    return event;
}

/* A frame without a time, or with an impossible one, is not ordinary. */
static bool story_frame_of(const RawFrame *raw, guint32 number, StoryFrame *frame)
{
    const nstime_t *time = &raw->time;

    *frame = (StoryFrame){.number = number, .time_ns = krr_nanoseconds(time)};
    return raw->has_time && time->secs >= 0 && time->secs <= G_MAXUINT32 && time->nsecs >= 0 &&
           time->nsecs < STORY_SECOND;
}

static bool skim_sip(Sieve *sieve, const RawFrame *raw, const Datagram *datagram, guint32 number,
                     StoryEvent **event)
{
    SipFacts facts;
    StoryFrame frame;

    if (!story_frame_of(raw, number, &frame) ||
        !sip_skim((const char *)datagram->payload, datagram->length, &facts) ||
        !flow_is_quiet(sieve, datagram, number)) {
        return false;
    }
    *event = event_of(datagram, &facts, frame);
    return true;
}

/* ---- frames ---- */

/* The link types that are known here. */
static bool link_of(int encapsulation, DatagramLink *link)
{
    static const struct {
        int encapsulation;
        DatagramLink link;
    } links[] = {
        {WTAP_ENCAP_ETHERNET, DATAGRAM_LINK_ETHERNET}, {WTAP_ENCAP_SLL, DATAGRAM_LINK_SLL},
        {WTAP_ENCAP_SLL2, DATAGRAM_LINK_SLL2},         {WTAP_ENCAP_RAW_IP, DATAGRAM_LINK_IP},
        {WTAP_ENCAP_RAW_IP4, DATAGRAM_LINK_IPV4},      {WTAP_ENCAP_RAW_IP6, DATAGRAM_LINK_IPV6},
        {WTAP_ENCAP_NULL, DATAGRAM_LINK_NULL},         {WTAP_ENCAP_LOOP, DATAGRAM_LINK_LOOP},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
        if (links[i].encapsulation == encapsulation) {
            *link = links[i].link;
            return true;
        }
    }
    return false;
}

bool sieve_knows(const Sieve *sieve, int encapsulation)
{
    DatagramLink link;

    return sieve && sieve->extent >= EXTENT_MEDIA && link_of(encapsulation, &link);
}

void sieve_look(const Sieve *sieve, const RawFrame *frame, SieveLook *look)
{
    DatagramLink link;

    look->has_datagram =
        frame->octets && sieve && sieve->extent >= EXTENT_MEDIA &&
        link_of(frame->encapsulation, &link) &&
        datagram_find(link, frame->octets, frame->captured, frame->length, &look->datagram);
    look->like_media = look->has_datagram && is_media(sieve, &look->datagram);
}

bool sieve_take(Sieve *sieve, const RawFrame *frame, const SieveLook *look, guint32 number,
                StoryEvent **event)
{
    *event = NULL;
    if (look->like_media && flow_is_quiet(sieve, &look->datagram, number)) {
        return true;
    }
    if (look->has_datagram && sieve->extent == EXTENT_ALL && is_sip(sieve, &look->datagram) &&
        skim_sip(sieve, frame, &look->datagram, number, event)) {
        return true;
    }
    sieve->generation++;
    return false;
}
