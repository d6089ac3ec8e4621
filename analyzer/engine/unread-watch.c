/* unread-watch.c
 * Looks at every frame that is dissected for what could not be read of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/unread-watch.h"

#include <string.h>

#include "plugin/wireshark-compat.h"

#include <epan/address.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/to_str.h>

#include "analyzer/engine/field-numbers.h"
#include "analyzer/engine/leaf-protocols.h"
#include "analyzer/engine/stream-holes.h"
#include "analyzer/engine/tap-listener.h"
#include "plugin/frame/krr-layers.h"

/* Hops with SIP that are remembered. */
#define MAX_HOPS 65536

typedef enum WatchedField {
    FIELD_EXCEPTION,
    FIELD_BUG,
    FIELD_TLS_DATA,
    FIELD_DTLS_DATA,
    FIELD_UDP_PAYLOAD,
    FIELD_COPY_LENGTH,
    FIELD_COPY_PAYLOAD,
    FIELD_COPY_NESTED,
    N_FIELDS
} WatchedField;

static const char *const field_names[N_FIELDS] = {
    [FIELD_EXCEPTION] = "_ws.malformed.expert",
    [FIELD_BUG] = "_ws.malformed.dissector_bug",
    [FIELD_TLS_DATA] = "tls.app_data",
    [FIELD_DTLS_DATA] = "dtls.app_data",
    [FIELD_UDP_PAYLOAD] = "udp.payload",
    [FIELD_COPY_LENGTH] = "hep.length.wrong",
    [FIELD_COPY_PAYLOAD] = "hep.payload.unreadable",
    [FIELD_COPY_NESTED] = "hep.payload.nested",
};

/* Protocols that hide what they carry. */
static const struct {
    const char *name;
    WatchedField field; /* that shows data; N_FIELDS: every frame holds some */
} hiding[] = {
    {"tls", FIELD_TLS_DATA}, {"dtls", FIELD_DTLS_DATA}, {"esp", N_FIELDS},
    {"quic", N_FIELDS},      {"wg", N_FIELDS},          {"openvpn", N_FIELDS},
};

/* Ports of encapsulations that carry packets with SIP in them, or copies of SIP. */
static const struct {
    guint port;
    const char *name;
} encapsulations[] = {
    {1701, "l2tp"},   {2152, "gtp"},   {3544, "teredo"}, {4789, "vxlan"},
    {6081, "geneve"}, {8472, "vxlan"}, {9060, "hep"},
};

struct UnreadWatch {
    UnreadWatch *listener; /* itself: a listener is known by the address of its data */
    int fields[N_FIELDS];
    int hiding[G_N_ELEMENTS(hiding)];
    int data, sip, udp;
    GArray *unread;   /* of Unread */
    GHashTable *hops; /* set of hashes: two addresses with SIP; and two with a port of SIP */
    GHashTable *cut;  /* set of frames: one may hold several messages */
    StreamHoles *streams;
    GArray *fragments; /* of Fragment: on which hops there is SIP is known at the end */
    guint32 frame;     /* at hand */
    bool paused;       /* the frames were taken before */
};

typedef struct Fragment {
    guint32 frame;
    guint hop;
} Fragment;

/* ---- hops ---- */

guint unread_watch_hop(const char *source, const char *destination)
{
    return g_str_hash(source) ^ g_str_hash(destination);
}

/* Of one end of a connection on a hop. */
static guint hop_with_port(guint hop, guint port)
{
    return (hop * 31 + port) | 1u << 31;
}

static void add_hop(UnreadWatch *watch, guint hop)
{
    if (g_hash_table_size(watch->hops) < MAX_HOPS) {
        g_hash_table_add(watch->hops, GUINT_TO_POINTER(hop));
    }
}

static bool has_sip(const UnreadWatch *watch, guint hop)
{
    return g_hash_table_contains(watch->hops, GUINT_TO_POINTER(hop));
}

void unread_watch_take_event(UnreadWatch *watch, const StoryEvent *event)
{
    const guint32 frame = (guint32)event->frame.number;

    if (event->has_sip) {
        const guint hop = unread_watch_hop(event->source, event->destination);
        add_hop(watch, hop & ~(1u << 31));
        add_hop(watch, hop_with_port(hop, event->source_port));
        add_hop(watch, hop_with_port(hop, event->destination_port));
    }
    if (!watch->paused && event->cut && (event->has_sip || event->cut_bodies > 0) &&
        g_hash_table_add(watch->cut, GUINT_TO_POINTER(frame))) {
        unread_add(watch->unread, UNREAD_CUT, NULL, 0, frame);
    }
}

void unread_watch_take_fragment(UnreadWatch *watch, guint32 frame, guint hop)
{
    const Fragment fragment = {frame, hop & ~(1u << 31)};

    if (watch->fragments->len < MAX_HOPS) {
        g_array_append_val(watch->fragments, fragment);
    }
}

/* ---- TCP ---- */

static tap_packet_status on_tcp(void *tap_data, packet_info *pinfo, epan_dissect_t *edt,
                                const void *data, tap_flags_t flags)
{
    UnreadWatch *watch = *(UnreadWatch **)tap_data;
    const struct tcpheader *header = data;
    const guint32 length = (header->th_have_seglen ? header->th_seglen : 0) +
                           ((header->th_flags & (TH_SYN | TH_FIN)) ? 1 : 0);

    (void)edt;
    (void)flags;
    if (length > 0 && !watch->paused) {
        const char *source = address_to_str(pinfo->pool, &header->ip_src);
        const char *destination = address_to_str(pinfo->pool, &header->ip_dst);
        g_autofree char *stream = g_strdup_printf("%s\t%s\t%u\t%u", source, destination,
                                                  header->th_sport, header->th_dport);
        stream_holes_take(watch->streams, stream, header->th_rawseq, length, pinfo->num);
    }
    return TAP_PACKET_DONT_REDRAW;
}

static void take_holes(const char *stream, guint count, guint32 frame, gpointer data)
{
    UnreadWatch *watch = data;
    g_auto(GStrv) parts = g_strsplit(stream, "\t", 4);
    const guint hop = unread_watch_hop(parts[0], parts[1]);
    const guint source = (guint)g_ascii_strtoull(parts[2], NULL, 10);
    const guint destination = (guint)g_ascii_strtoull(parts[3], NULL, 10);

    if (!has_sip(watch, hop_with_port(hop, source)) ||
        !has_sip(watch, hop_with_port(hop, destination))) {
        return;
    }
    for (guint i = 0; i < count; i++) {
        unread_add(watch->unread, UNREAD_HOLES, NULL, MIN(source, destination), frame);
    }
}

/* ---- a life ---- */

UnreadWatch *unread_watch_new(GError **error)
{
    UnreadWatch *watch = g_new0(UnreadWatch, 1);

    field_numbers_find(field_names, N_FIELDS, watch->fields);
    for (gsize i = 0; i < G_N_ELEMENTS(hiding); i++) {
        watch->hiding[i] = proto_get_id_by_filter_name(hiding[i].name);
    }
    watch->data = proto_get_id_by_filter_name("data");
    watch->sip = proto_get_id_by_filter_name("sip");
    watch->udp = proto_get_id_by_filter_name("udp");
    watch->hops = g_hash_table_new(NULL, NULL);
    watch->cut = g_hash_table_new(NULL, NULL);
    watch->streams = stream_holes_new();
    watch->fragments = g_array_new(FALSE, FALSE, sizeof(Fragment));
    watch->unread = g_array_new(FALSE, FALSE, sizeof(Unread));
    watch->listener = watch;
    if (tap_listener_add("tcp", &watch->listener, on_tcp, error)) {
        return watch;
    }
    watch->listener = NULL;
    unread_watch_free(watch);
    return NULL;
}

void unread_watch_free(UnreadWatch *watch)
{
    if (!watch) {
        return;
    }
    if (watch->listener) {
        remove_tap_listener(&watch->listener);
    }
    g_array_unref(watch->unread);
    g_array_unref(watch->fragments);
    stream_holes_free(watch->streams);
    g_hash_table_unref(watch->cut);
    g_hash_table_unref(watch->hops);
    g_free(watch);
}

void unread_watch_begin(UnreadWatch *watch)
{
    g_array_set_size(watch->unread, 0);
    g_array_set_size(watch->fragments, 0);
    g_hash_table_remove_all(watch->hops);
    g_hash_table_remove_all(watch->cut);
    stream_holes_begin(watch->streams);
}

void unread_watch_pause(UnreadWatch *watch, bool paused)
{
    watch->paused = paused;
}

void unread_watch_prime(const UnreadWatch *watch, struct epan_dissect *edt)
{
    field_numbers_prime(watch->fields, N_FIELDS, edt);
}

/* ---- frames ---- */

/* The first item of a field in the frame, or NULL. */
static const field_info *first_of(const UnreadWatch *watch, epan_dissect_t *edt, WatchedField field)
{
    const GPtrArray *found = watch->fields[field] > 0
                                 ? proto_get_finfo_ptr_array(edt->tree, watch->fields[field])
                                 : NULL;

    return found && found->len > 0 ? g_ptr_array_index(found, 0) : NULL;
}

/* The innermost protocol; -1: there is none. */
static int innermost(const UnreadWatch *watch, const packet_info *pinfo)
{
    for (wmem_list_frame_t *layer = wmem_list_tail(pinfo->layers); layer;
         layer = wmem_list_frame_prev(layer)) {
        const int protocol = GPOINTER_TO_INT(wmem_list_frame_data(layer));
        if (protocol != watch->data) {
            return protocol;
        }
    }
    return -1;
}

static guint lower_port(const packet_info *pinfo)
{
    return MIN(pinfo->srcport, pinfo->destport);
}

/* What was decrypted is a data source of its own, even where the message in it goes on. */
static bool was_decrypted(const packet_info *pinfo)
{
    return pinfo->data_src && pinfo->data_src->next;
}

static void take_hidden(UnreadWatch *watch, epan_dissect_t *edt, int protocol, bool has_keys)
{
    const packet_info *pinfo = &edt->pi;

    for (gsize i = 0; i < G_N_ELEMENTS(hiding); i++) {
        if (protocol != watch->hiding[i]) {
            continue;
        }
        if ((hiding[i].field == N_FIELDS || first_of(watch, edt, hiding[i].field)) &&
            !(has_keys && was_decrypted(pinfo))) {
            unread_add(watch->unread, UNREAD_ENCRYPTED, hiding[i].name,
                       protocol == watch->hiding[2] ? 0 : lower_port(pinfo), watch->frame);
        }
        return;
    }
}

/* Does a datagram begin with the start line of a SIP message? */
static bool begins_as_sip(const char *octets, gsize length)
{
    static const char version[] = "SIP/2.0";
    const gsize size = sizeof version - 1;
    const char *end = memchr(octets, '\n', length);
    gsize line = end ? (gsize)(end - octets) : 0;

    line -= line > 0 && octets[line - 1] == '\r' ? 1 : 0;
    return line > size + 1 && g_ascii_isupper(octets[0]) &&
           ((g_ascii_strncasecmp(octets, version, size) == 0 && octets[size] == ' ') ||
            (octets[line - size - 1] == ' ' &&
             g_ascii_strncasecmp(octets + line - size, version, size) == 0));
}

/* A datagram that no dissector took. What begins as media does, the sieve may have taken. */
static void take_datagram(UnreadWatch *watch, epan_dissect_t *edt)
{
    const field_info *payload = first_of(watch, edt, FIELD_UDP_PAYLOAD);
    tvbuff_t *source = payload ? payload->ds_tvb : NULL;

    if (!source || payload->length <= 0 ||
        !tvb_bytes_exist(source, payload->start, payload->length)) {
        return;
    }
    const guint8 *octets = tvb_get_ptr(source, payload->start, payload->length);
    if (begins_as_sip((const char *)octets, (gsize)payload->length)) {
        unread_add(watch->unread, UNREAD_NOT_SIP, NULL, lower_port(&edt->pi), watch->frame);
        return;
    }
    if (octets[0] >> 6 == 2 || innermost(watch, &edt->pi) != watch->udp) {
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(encapsulations); i++) {
        if (edt->pi.srcport == encapsulations[i].port ||
            edt->pi.destport == encapsulations[i].port) {
            unread_add(watch->unread, UNREAD_UNDECODED, encapsulations[i].name,
                       encapsulations[i].port, watch->frame);
            return;
        }
    }
}

/* Of frames that the capture cut, an exception is no wonder; leaves the sieve may have taken. */
static void take_exception(UnreadWatch *watch, epan_dissect_t *edt, int protocol, bool sip)
{
    const char *name = protocol >= 0 ? proto_get_protocol_filter_name(protocol) : NULL;

    if (edt->pi.fd->cap_len < edt->pi.fd->pkt_len || (name && leaf_protocols_have(name))) {
        return;
    }
    unread_add(watch->unread, sip ? UNREAD_SIP_EXCEPTION : UNREAD_EXCEPTION, sip ? NULL : name, 0,
               watch->frame);
}

/* Of a message to a collector, what is wrong with it is said by the dissector. */
static void take_copies(UnreadWatch *watch, epan_dissect_t *edt)
{
    for (WatchedField field = FIELD_COPY_LENGTH; field <= FIELD_COPY_NESTED; field++) {
        if (first_of(watch, edt, field)) {
            unread_add(watch->unread, UNREAD_COPIES, "hep", lower_port(&edt->pi), watch->frame);
            return;
        }
    }
}

void unread_watch_take(UnreadWatch *watch, struct epan_dissect *edt, bool has_keys)
{
    const int protocol = innermost(watch, &edt->pi);
    const bool sip = krr_has_layer(&edt->pi, watch->sip);

    watch->frame = edt->pi.num;
    take_copies(watch, edt);
    if (first_of(watch, edt, FIELD_EXCEPTION) || first_of(watch, edt, FIELD_BUG)) {
        take_exception(watch, edt, protocol, sip);
    }
    if (!sip) {
        take_hidden(watch, edt, protocol, has_keys);
        take_datagram(watch, edt);
    }
}

/* ---- the end ---- */

GArray *unread_watch_end(UnreadWatch *watch)
{
    GArray *unread = watch->unread;

    for (guint i = 0; i < watch->fragments->len; i++) {
        const Fragment *fragment = &g_array_index(watch->fragments, Fragment, i);
        if (has_sip(watch, fragment->hop)) {
            unread_add(unread, UNREAD_FRAGMENTS, NULL, 0, fragment->frame);
        }
    }
    stream_holes_each(watch->streams, take_holes, watch);
    unread_sort(unread);
    watch->unread = g_array_new(FALSE, FALSE, sizeof(Unread));
    return unread;
}
