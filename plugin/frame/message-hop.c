/* message-hop.c
 * Between whom, and when, a message travelled that a frame holds a copy of
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/frame/message-hop.h"

#include <epan/proto_data.h>

#include "plugin/wireshark-compat.h"

/* Under what a packet keeps them. */
#define HOPS_KEY 0

/* A copy and its hop. */
typedef struct Copy {
    MessageHop hop;
    const guint8 *octets;
    guint length;
} Copy;

static int proto_hops = -1;

void message_hop_register(int proto)
{
    proto_hops = proto;
}

static wmem_array_t *copies_of(packet_info *pinfo)
{
    return proto_hops == -1 ? NULL : p_get_proto_data(pinfo->pool, pinfo, proto_hops, HOPS_KEY);
}

void message_hop_add(packet_info *pinfo, tvbuff_t *octets, const MessageHop *hop)
{
    wmem_array_t *copies = copies_of(pinfo);
    Copy copy = {.hop = *hop, .length = tvb_captured_length(octets)};

    if (proto_hops == -1 || copy.length == 0) {
        return;
    }
    copy.octets = tvb_get_ptr(octets, 0, (int)copy.length);
    if (!copies) {
        copies = wmem_array_new(pinfo->pool, sizeof(Copy));
        p_add_proto_data(pinfo->pool, pinfo, proto_hops, HOPS_KEY, copies);
    }
    wmem_array_append_one(copies, copy);
}

/* From the last one: a copy inside another copy was noted later. */
static const MessageHop *hop_of_octet(packet_info *pinfo, const guint8 *octet)
{
    wmem_array_t *copies = copies_of(pinfo);

    for (guint i = copies ? wmem_array_get_count(copies) : 0; i > 0; i--) {
        const Copy *copy = wmem_array_index(copies, i - 1);
        if (octet >= copy->octets && octet < copy->octets + copy->length) {
            return &copy->hop;
        }
    }
    return NULL;
}

void message_hop_copy(packet_info *pinfo, tvbuff_t *from, tvbuff_t *made)
{
    const MessageHop *hop = copies_of(pinfo) && tvb_captured_length(from) > 0
                                ? hop_of_octet(pinfo, tvb_get_ptr(from, 0, 1))
                                : NULL;

    if (hop) {
        const MessageHop own = *hop; /* adding may move it */
        message_hop_add(pinfo, made, &own);
    }
}

const MessageHop *message_hop_of(packet_info *pinfo, const field_info *shown)
{
    if (!copies_of(pinfo) || !shown->ds_tvb || shown->start < 0 ||
        (guint)shown->start >= tvb_captured_length(shown->ds_tvb)) {
        return NULL;
    }
    return hop_of_octet(pinfo, tvb_get_ptr(shown->ds_tvb, shown->start, 1));
}
