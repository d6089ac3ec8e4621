/* message-reading.c
 * Which SIP messages were read to their end, whatever became of their dissection
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/frame/message-reading.h"

#include <epan/proto_data.h>

#include "plugin/wireshark-compat.h"

/* Under what a packet keeps it; krr-cargo.c has those before. */
#define READING_KEY 2

static int proto_reading = -1;

void message_reading_register(int proto)
{
    proto_reading = proto;
}

/* Of const guint8 *: where the messages begin, whose octets last as long as the packet. */
static wmem_array_t *begins_of(packet_info *pinfo)
{
    return p_get_proto_data(pinfo->pool, pinfo, proto_reading, READING_KEY);
}

void message_reading_add(packet_info *pinfo, tvbuff_t *octets)
{
    const guint8 *begin = tvb_get_ptr(octets, 0, 1);
    wmem_array_t *begins = begins_of(pinfo);

    if (!begins) {
        begins = wmem_array_new(pinfo->pool, sizeof begin);
        p_add_proto_data(pinfo->pool, pinfo, proto_reading, READING_KEY, begins);
    }
    wmem_array_append_one(begins, begin);
}

bool message_reading_has(packet_info *pinfo, const field_info *shown)
{
    wmem_array_t *begins = begins_of(pinfo);

    if (!begins || !shown->ds_tvb || shown->start < 0 ||
        (guint)shown->start >= tvb_captured_length(shown->ds_tvb)) {
        return false;
    }
    const guint8 *begin = tvb_get_ptr(shown->ds_tvb, shown->start, 1);
    for (guint i = 0; i < wmem_array_get_count(begins); i++) {
        if (*(const guint8 **)wmem_array_index(begins, i) == begin) {
            return true;
        }
    }
    return false;
}
