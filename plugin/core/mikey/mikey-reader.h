/* mikey-reader.h
 * Reads a MIKEY message field by field, and never past its end
 *
 * No length of a message is trusted. Each read is checked against what is left; the first that does
 * not fit breaks the reader: it is noted at the field that is to blame, and every later read gives
 * nothing. So a payload is read as a plain sequence, with no test after each field.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MIKEY_READER_H
#define MIKEY_READER_H

#include "core/mikey/mikey-message.h"

typedef struct MikeyReader {
    MikeyMessage *message; /**< where fields and problems go */
    guint32 offset;        /**< the next octet */
    guint32 end;           /**< first octet that is not the reader's */
    bool may_be_cut;       /**< what is missing may have been lost by the capture */
    guint parent;          /**< index of the field that holds what is read, or MIKEY_NO_FIELD */
    guint announced; /**< of the length field that announced what is read next, or MIKEY_NO_FIELD */
    guint32 csb_id;  /**< of the header, once it was read */
    MikeyState state;
} MikeyReader;

/** Over all of the message. @param may_be_cut  the capture may not hold all of it */
void mikey_reader_init(MikeyReader *reader, MikeyMessage *message, bool may_be_cut);

/**
 * A reader over the next @p length octets, which the outer one thereby leaves behind. Where they are
 * not there, both are broken. What breaks the inner one later leaves the outer one intact.
 */
MikeyReader mikey_reader_part(MikeyReader *reader, guint32 length);

bool mikey_reader_intact(const MikeyReader *reader);

/** Octets that are left; none where it is broken. */
guint32 mikey_reader_left(const MikeyReader *reader);

/** Breaks the reader by hand. */
void mikey_reader_break(MikeyReader *reader);

/** Are @p length octets left? If not, the reader breaks and says so. */
bool mikey_reader_has(MikeyReader *reader, guint32 length);

/** An octet of the message. @param offset  within it */
static inline guint8 mikey_octet(const MikeyReader *reader, guint32 offset)
{
    return reader->message->octets[offset];
}

/** Four octets of the message. @param offset  of the first; all within it */
guint32 mikey_octets_number(const MikeyReader *reader, guint32 offset);

/** An integer of 1 to 4 octets that is not passed. 0 where it is not there. */
guint32 mikey_peek(MikeyReader *reader, guint32 length);

/** An integer of 1 to 4 octets, as a field. 0 where it is not there. */
guint32 mikey_read_number(MikeyReader *reader, MikeyFieldId id, guint32 length);

/** The same for a length field, which is blamed where what it announces is not there. */
guint32 mikey_read_length(MikeyReader *reader, MikeyFieldId id, guint32 length);

/** Keeps some bits of the number that was read last, in which a field does not take all of its octets.
 *  @return them; 0 where it was not there */
guint32 mikey_keep_bits(MikeyReader *reader, guint32 mask);

/** @p length octets, as a field; no octets are no field. @return whether they are there */
bool mikey_read_octets(MikeyReader *reader, MikeyFieldId id, guint32 length);

/** What is left, as octets that were not taken apart. */
void mikey_read_rest(MikeyReader *reader);

/** Adds a field where it stands, without passing its octets, which must be there.
 *  @return its index */
guint mikey_add_field(MikeyReader *reader, MikeyFieldId id, MikeyFieldKind kind, guint32 offset,
                      guint32 length, gint64 number);

/** Passes octets that were added by hand. */
void mikey_pass(MikeyReader *reader, guint32 length);

/** The index of the field that was added last; of use where the reader is intact. */
guint mikey_last_field(const MikeyReader *reader);

/** Opens a group, which goes to the end as long as it is not closed: what is read goes into it.
 *  @param number  which one of those in a row it is @return its index */
guint mikey_open_group(MikeyReader *reader, MikeyFieldId id, guint32 number);

/** Closes the group that is open. @param length  its octets */
void mikey_close_group(MikeyReader *reader, guint32 length);

/** Notes a problem. @param field  the index of what is to blame, or MIKEY_NO_FIELD */
void mikey_note(MikeyReader *reader, MikeyProblemId id, guint field);

/** The same with particulars. @param text  to be freed by the message */
void mikey_note_text(MikeyReader *reader, MikeyProblemId id, guint field, char *text);

/** Says of a number, the field that was added last, that it leaves open how long what follows is.
 *  @param what  it is: "A timestamp type" */
void mikey_break_at_unknown(MikeyReader *reader, const char *what);

/** Says of the length that was read last that it is zero, where it is. */
void mikey_note_empty(MikeyReader *reader, guint32 length);

#endif
