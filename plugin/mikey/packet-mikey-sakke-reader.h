/* packet-mikey-sakke-reader.h
 * Reads a MIKEY message field by field, and never past its end
 *
 * No length of a message is trusted. Each read is checked against what is left; the first that does
 * not fit breaks the reader: it is shown at the item that is to blame, and every later read gives
 * nothing. So a payload is read as a plain sequence, with no test after each field, and nothing
 * throws into whatever carries the message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_MIKEY_SAKKE_READER_H
#define PACKET_MIKEY_SAKKE_READER_H

#include <stdbool.h>

#include <epan/expert.h>
#include <epan/packet.h>

typedef enum MikeyReaderState {
    MIKEY_READER_INTACT,
    MIKEY_READER_BROKEN, /**< a length points past the end, or the layout is not known */
    MIKEY_READER_CUT     /**< the capture does not hold what the message announces */
} MikeyReaderState;

typedef struct MikeyReader {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;      /**< where fields go; callers move it to subtrees and back */
    int offset;            /**< the next octet */
    int end;               /**< first octet that is not the reader's */
    bool may_be_cut;       /**< what is missing may have been lost by the capture */
    proto_item *announced; /**< the length field that announced what is read next, or NULL */
    MikeyReaderState state;
} MikeyReader;

/** For the protocol's registration: the fields and expert infos of the reader. */
void mikey_reader_register(int proto, expert_module_t *expert);

/** Over all that was captured of the message. */
void mikey_reader_init(MikeyReader *reader, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/**
 * A reader over the next @p length octets, which the outer one thereby leaves behind. Where they are
 * not there, both are broken. What breaks the inner one later leaves the outer one intact.
 */
MikeyReader mikey_reader_part(MikeyReader *reader, int length);

bool mikey_reader_intact(const MikeyReader *reader);
int mikey_reader_left(const MikeyReader *reader);

/** Breaks the reader by hand. */
void mikey_reader_break(MikeyReader *reader);

/** Are @p length octets left? If not, the reader breaks and says so. */
bool mikey_reader_has(MikeyReader *reader, int length);

/** An integer of 1 to 4 octets, not shown. 0 where it is not there. */
guint32 mikey_peek_uint(MikeyReader *reader, int length);

/** An integer of 1 to 4 octets, shown as @p hf.
 *  @param item  out: its item, or NULL */
guint32 mikey_read_uint(MikeyReader *reader, int hf, int length, proto_item **item);

/** The same for a length field, which is blamed where what it announces is not there. */
guint32 mikey_read_length(MikeyReader *reader, int hf, int length);

/** @p length octets, shown as @p hf (bytes or text).
 *  @return its item, or NULL; no octets have no item */
proto_item *mikey_read_octets(MikeyReader *reader, int hf, int length);

/** Shows what is left as octets that were not taken apart. */
void mikey_read_rest(MikeyReader *reader);

#endif
