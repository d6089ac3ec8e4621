/* fragments.c
 * Frames with a piece of something that later frames complete
 *
 * A frame that completes something names the others that took part in it: those wait no more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/fragments.h"

#include "plugin/wireshark-compat.h"

#include <epan/dissectors/packet-ip.h>
#include <epan/dissectors/packet-sctp.h>
#include <epan/to_str.h>

#include "analyzer/engine/field-numbers.h"
#include "analyzer/engine/first-fragment.h"
#include "analyzer/engine/tap-listener.h"
#include "analyzer/engine/unread-watch.h"
#include "analyzer/process/age.h"

/* Fragments of one datagram follow each other closely. Less than the times of a capture may run back. */
#define TORN_NS (G_GINT64_CONSTANT(5) * 1000 * 1000 * 1000)

/* Messages that are waited for. */
#define MAX_TORN 1024

#define IP_FRAGMENT 0x3fff /* more fragments, and the offset */

#define SCTP_DATA   0
#define SCTP_I_DATA 64
#define SCTP_END    0x01
#define SCTP_BEGIN  0x02

/* Link layers that put messages together from several frames. They do not tell what they keep, so
 * they are assumed to keep something for as long as they are seen. */
static const char *const opaque_layers[] = {"mp", "rlc", "rlc-lte", "rlc-nr"};

/* Of a fragment, one of these is not zero. */
static const char *const fragment_fields[] = {"ipv6.fraghdr.more", "ipv6.fraghdr.offset",
                                              "wlan.fc.frag"};

/* What the taps of a frame told. */
typedef enum Piece {
    PIECE_NONE,
    PIECE_ANY, /* one that may be the last to come */
    PIECE_OPEN /* one that others must follow */
} Piece;

/* A frame with a piece. */
typedef struct Waiting {
    gint64 time_ns;
    guint hop;
} Waiting;

/* A first fragment of a SIP message. */
typedef struct Torn {
    gint64 time_ns;
    TornMessage message;
} Torn;

struct Fragments {
    Fragments *ip; /* itself: a listener is known by the address of its data */
    Fragments *sctp;
    int fields[G_N_ELEMENTS(fragment_fields)];
    int layers[G_N_ELEMENTS(opaque_layers)];
    Piece piece;         /* of the frame at hand */
    GHashTable *waiting; /* frame -> Waiting */
    FirstFragment *first;
    GQueue *torn; /* of Torn, the oldest first */
    bool has_opaque;
    gint64 opaque_ns; /* when such a layer was seen last */
};

static void note(Fragments *fragments, Piece piece)
{
    fragments->piece = MAX(fragments->piece, piece);
}

static tap_packet_status on_ip(void *tap_data, packet_info *pinfo, epan_dissect_t *edt,
                               const void *data, tap_flags_t flags)
{
    const ws_ip4 *header = data;

    (void)pinfo;
    (void)edt;
    (void)flags;
    /* Others than IPv4 give their headers to this tap, too; the version comes first in all. */
    if (header && header->ip_ver == 4 && (header->ip_off & IP_FRAGMENT)) {
        note(*(Fragments **)tap_data, PIECE_ANY);
    }
    return TAP_PACKET_DONT_REDRAW;
}

static tap_packet_status on_sctp(void *tap_data, packet_info *pinfo, epan_dissect_t *edt,
                                 const void *data, tap_flags_t flags)
{
    const struct _sctp_info *info = data;

    (void)pinfo;
    (void)edt;
    (void)flags;
    for (guint i = 0; i < MIN(info->number_of_tvbs, MAXIMUM_NUMBER_OF_TVBS); i++) {
        tvbuff_t *chunk = info->tvb[i];
        guint8 head[2];

        if (tvb_captured_length(chunk) < sizeof(head)) {
            continue;
        }
        tvb_memcpy(chunk, head, 0, sizeof(head));
        if (head[0] != SCTP_DATA && head[0] != SCTP_I_DATA) {
            continue;
        }
        if (!(head[1] & SCTP_END)) {
            note(*(Fragments **)tap_data, PIECE_OPEN);
        } else if (!(head[1] & SCTP_BEGIN)) {
            note(*(Fragments **)tap_data, PIECE_ANY);
        }
    }
    return TAP_PACKET_DONT_REDRAW;
}

static bool listen(const char *tap, Fragments **listener, Fragments *fragments,
                   tap_packet_cb callback, GError **error)
{
    *listener = fragments;
    if (tap_listener_add(tap, listener, callback, error)) {
        return true;
    }
    *listener = NULL;
    return false;
}

Fragments *fragments_new(GError **error)
{
    Fragments *fragments = g_new0(Fragments, 1);

    fragments->waiting = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    fragments->torn = g_queue_new();
    fragments->first = first_fragment_new();
    field_numbers_find(fragment_fields, G_N_ELEMENTS(fragment_fields), fragments->fields);
    for (gsize i = 0; i < G_N_ELEMENTS(opaque_layers); i++) {
        fragments->layers[i] = proto_get_id_by_filter_name(opaque_layers[i]);
    }
    if (listen("ip", &fragments->ip, fragments, on_ip, error) &&
        listen("sctp", &fragments->sctp, fragments, on_sctp, error)) {
        return fragments;
    }
    fragments_free(fragments);
    return NULL;
}

void fragments_free(Fragments *fragments)
{
    if (!fragments) {
        return;
    }
    if (fragments->ip) {
        remove_tap_listener(&fragments->ip);
    }
    if (fragments->sctp) {
        remove_tap_listener(&fragments->sctp);
    }
    g_hash_table_unref(fragments->waiting);
    g_queue_free_full(fragments->torn, g_free);
    first_fragment_free(fragments->first);
    g_free(fragments);
}

void fragments_prime(const Fragments *fragments, struct epan_dissect *edt)
{
    field_numbers_prime(fragments->fields, G_N_ELEMENTS(fragment_fields), edt);
    first_fragment_prime(fragments->first, edt);
}

static void look_at_fields(Fragments *fragments, epan_dissect_t *edt)
{
    for (gsize i = 0; i < G_N_ELEMENTS(fragment_fields); i++) {
        const GPtrArray *found = proto_get_finfo_ptr_array(edt->tree, fragments->fields[i]);

        for (guint k = 0; found && k < found->len; k++) {
            if (krr_finfo_number(g_ptr_array_index(found, k)) != 0) {
                note(fragments, PIECE_ANY);
            }
        }
    }
}

static bool has_opaque_layer(const Fragments *fragments, const packet_info *pinfo)
{
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer;
         layer = wmem_list_frame_next(layer)) {
        int protocol = GPOINTER_TO_INT(wmem_list_frame_data(layer));

        for (gsize i = 0; i < G_N_ELEMENTS(opaque_layers); i++) {
            if (protocol == fragments->layers[i]) {
                return true;
            }
        }
    }
    return false;
}

/* While the parts of a frame are taken. */
typedef struct TakenParts {
    Fragments *fragments;
    bool any;
} TakenParts;

static void take_part(guint32 part, gpointer data)
{
    TakenParts *taken = data;

    g_hash_table_remove(taken->fragments->waiting, GUINT_TO_POINTER(part));
    taken->any = true;
}

static guint hop_of(packet_info *pinfo)
{
    return unread_watch_hop(address_to_str(pinfo->pool, &pinfo->src),
                            address_to_str(pinfo->pool, &pinfo->dst));
}

static void note_torn(Fragments *fragments, epan_dissect_t *edt, gint64 now_ns)
{
    Torn *torn = g_new0(Torn, 1);

    torn->time_ns = now_ns;
    torn->message.place = (FramePlace){edt->pi.num, edt->pi.fd->file_off};
    if (fragments->torn->length < MAX_TORN &&
        first_fragment_of(fragments->first, edt, torn->message.patches, &torn->message.missing)) {
        g_queue_push_tail(fragments->torn, torn);
    } else {
        g_free(torn);
    }
}

void fragments_take(Fragments *fragments, struct epan_dissect *edt, gint64 now_ns)
{
    TakenParts taken = {.fragments = fragments};
    guint32 frame = edt->pi.num;

    look_at_fields(fragments, edt);
    krr_each_part(edt, edt->pi.fd, take_part, &taken);
    if (fragments->piece == PIECE_OPEN || (fragments->piece == PIECE_ANY && !taken.any)) {
        Waiting *waiting = g_new(Waiting, 1);

        *waiting = (Waiting){now_ns, hop_of(&edt->pi)};
        g_hash_table_replace(fragments->waiting, GUINT_TO_POINTER(frame), waiting);
        note_torn(fragments, edt, now_ns);
    }
    if (has_opaque_layer(fragments, &edt->pi)) {
        fragments->has_opaque = true;
        fragments->opaque_ns = now_ns;
    }
    fragments->piece = PIECE_NONE;
}

bool fragments_wait(const Fragments *fragments, gint64 now_ns, gint64 age_ns)
{
    GHashTableIter iterator;
    gpointer waiting;

    if (fragments->has_opaque && age_is_below(fragments->opaque_ns, now_ns, age_ns)) {
        return true;
    }
    g_hash_table_iter_init(&iterator, fragments->waiting);
    while (g_hash_table_iter_next(&iterator, NULL, &waiting)) {
        if (age_is_below(((const Waiting *)waiting)->time_ns, now_ns, age_ns)) {
            return true;
        }
    }
    return false;
}

void fragments_each_torn(Fragments *fragments, gint64 now_ns,
                         void (*visit)(const TornMessage *torn, gpointer data), gpointer data)
{
    const Torn *oldest;

    while ((oldest = g_queue_peek_head(fragments->torn)) &&
           (now_ns == G_MAXINT64 || !age_is_below(oldest->time_ns, now_ns, TORN_NS))) {
        g_autofree Torn *torn = g_queue_pop_head(fragments->torn);
        if (g_hash_table_contains(fragments->waiting,
                                  GUINT_TO_POINTER(torn->message.place.frame))) {
            visit(&torn->message, data);
        }
    }
}

void fragments_each(const Fragments *fragments,
                    void (*visit)(guint32 frame, guint hop, gpointer data), gpointer data)
{
    GHashTableIter iterator;
    gpointer frame, waiting;

    g_hash_table_iter_init(&iterator, fragments->waiting);
    while (g_hash_table_iter_next(&iterator, &frame, &waiting)) {
        visit(GPOINTER_TO_UINT(frame), ((const Waiting *)waiting)->hop, data);
    }
}

guint fragments_renew(Fragments *fragments)
{
    guint unfinished = g_hash_table_size(fragments->waiting);

    g_hash_table_remove_all(fragments->waiting);
    fragments->has_opaque = false;
    fragments->piece = PIECE_NONE;
    return unfinished;
}

void fragments_forget(Fragments *fragments)
{
    fragments->piece = PIECE_NONE;
}
