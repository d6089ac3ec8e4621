/* message-reading.c
 * The SIP messages of a frame as they were handed on, and whether all of them was looked through
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/frame/message-reading.h"

#include <epan/proto_data.h>

#include "core/sip/sip-cargo.h"
#include "plugin/wireshark-compat.h"

/* Under what a packet keeps it; krr-cargo.c has those before. */
#define READING_KEY 2

static int proto_reading = -1;

void message_reading_register(int proto)
{
    proto_reading = proto;
}

/* Of MessageReading. */
static wmem_array_t *readings_of(packet_info *pinfo)
{
    return p_get_proto_data(pinfo->pool, pinfo, proto_reading, READING_KEY);
}

void message_reading_add(packet_info *pinfo, const MessageReading *reading)
{
    wmem_array_t *readings = readings_of(pinfo);

    if (!readings) {
        readings = wmem_array_new(pinfo->pool, sizeof(MessageReading));
        p_add_proto_data(pinfo->pool, pinfo, proto_reading, READING_KEY, readings);
    }
    wmem_array_append(readings, reading, 1);
}

bool message_reading_of(packet_info *pinfo, const field_info *shown, MessageReading *reading)
{
    wmem_array_t *readings = readings_of(pinfo);

    if (!readings || !shown->ds_tvb || shown->start < 0 ||
        (guint)shown->start >= tvb_captured_length(shown->ds_tvb)) {
        return false;
    }
    const char *begin = (const char *)tvb_get_ptr(shown->ds_tvb, shown->start, 1);
    for (guint i = 0; i < wmem_array_get_count(readings); i++) {
        const MessageReading *noted = wmem_array_index(readings, i);
        if (noted->octets.at == begin) {
            *reading = *noted;
            return true;
        }
    }
    return false;
}

bool message_reading_is_whole(packet_info *pinfo, const field_info *shown)
{
    MessageReading reading;

    return message_reading_of(pinfo, shown, &reading) && reading.searched &&
           sip_cargo_finds_all(reading.octets, reading.head);
}
