/* raw-frame.c
 * A frame as it lies in its capture: all that is known of it without dissection
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sieve/raw-frame.h"

#include "plugin/wireshark-compat.h"

RawFrame raw_frame_of(struct KrrRecord *record)
{
    const wtap_packet_header *header = &record->rec.rec_header.packet_header;
    RawFrame frame = {
        .has_time = (record->rec.presence_flags & WTAP_HAS_TS) != 0,
        .time = record->rec.ts,
    };

    if (record->rec.rec_type == REC_TYPE_PACKET) {
        frame.octets = krr_record_octets(record);
        frame.captured = header->caplen;
        frame.length = header->len;
        frame.encapsulation = header->pkt_encap;
    }
    return frame;
}
