/* unread.c
 * What of a capture could not be read, counted by kind
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/unread.h"

/* Protocols and ports that are told apart: encrypted traffic may use every port. What is beyond is
 * counted without its port. */
#define MAX_UNREAD 64

const char *unread_kind_name(UnreadKind kind)
{
    static const char *const names[] = {
        [UNREAD_CUT] = "cut",
        [UNREAD_FRAGMENTS] = "fragments",
        [UNREAD_HOLES] = "tcp-holes",
        [UNREAD_SIP_EXCEPTION] = "sip-exception",
        [UNREAD_NOT_SIP] = "not-sip",
        [UNREAD_COPIES] = "copies",
        [UNREAD_ENCRYPTED] = "encrypted",
        [UNREAD_UNDECODED] = "undecoded",
        [UNREAD_EXCEPTION] = "exception",
    };

    return names[kind];
}

bool unread_is_lost(UnreadKind kind)
{
    return kind < UNREAD_ENCRYPTED && kind != UNREAD_SIP_EXCEPTION;
}

static Unread *find(GArray *unread, const Unread *wanted)
{
    for (guint i = 0; i < unread->len; i++) {
        Unread *one = &g_array_index(unread, Unread, i);
        if (one->kind == wanted->kind && one->protocol == wanted->protocol &&
            one->port == wanted->port) {
            return one;
        }
    }
    return NULL;
}

void unread_add(GArray *unread, UnreadKind kind, const char *protocol, guint port, guint32 frame)
{
    Unread fresh = {kind, protocol ? g_quark_from_string(protocol) : 0, port, frame, 0};
    Unread *known = find(unread, &fresh);

    if (!known && unread->len >= MAX_UNREAD) {
        fresh.port = 0;
        known = find(unread, &fresh);
    }
    if (!known) {
        g_array_append_val(unread, fresh);
        known = &g_array_index(unread, Unread, unread->len - 1);
    }
    known->first = MIN(known->first, frame);
    known->count++;
}

static int compare(gconstpointer a, gconstpointer b)
{
    const Unread *first = a, *second = b;
    const char *name = g_quark_to_string(first->protocol);
    int order = (int)first->kind - (int)second->kind;

    if (order == 0) {
        order = g_strcmp0(name, g_quark_to_string(second->protocol));
    }
    return order != 0 ? order : (int)first->port - (int)second->port;
}

void unread_sort(GArray *unread)
{
    g_array_sort(unread, compare);
}
