/* mikey-reader.c
 * Reads a MIKEY message field by field, and never past its end
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/mikey-reader.h"

void mikey_reader_init(MikeyReader *reader, MikeyMessage *message, bool may_be_cut)
{
    *reader = (MikeyReader){
        .message = message,
        .end = message->length,
        .may_be_cut = may_be_cut,
        .parent = MIKEY_NO_FIELD,
        .announced = MIKEY_NO_FIELD,
    };
}

bool mikey_reader_intact(const MikeyReader *reader)
{
    return reader->state == MIKEY_WHOLE;
}

guint32 mikey_reader_left(const MikeyReader *reader)
{
    return mikey_reader_intact(reader) ? reader->end - reader->offset : 0;
}

void mikey_reader_break(MikeyReader *reader)
{
    if (mikey_reader_intact(reader)) {
        reader->state = MIKEY_BROKEN;
    }
}

/* ---- fields and problems ---- */

guint mikey_add_field(MikeyReader *reader, MikeyFieldId id, MikeyFieldKind kind, guint32 offset,
                      guint32 length, gint64 number)
{
    const MikeyField field = {
        .id = id,
        .kind = kind,
        .parent = reader->parent,
        .offset = offset,
        .length = length,
        .number = number,
    };

    g_array_append_val(reader->message->fields, field);
    return mikey_last_field(reader);
}

guint mikey_last_field(const MikeyReader *reader)
{
    return reader->message->fields->len - 1;
}

void mikey_pass(MikeyReader *reader, guint32 length)
{
    reader->offset += length;
    reader->announced = MIKEY_NO_FIELD;
}

guint mikey_open_group(MikeyReader *reader, MikeyFieldId id, guint32 number)
{
    reader->parent = mikey_add_field(reader, id, MIKEY_KIND_GROUP, reader->offset,
                                     reader->end - reader->offset, number);
    return reader->parent;
}

void mikey_close_group(MikeyReader *reader, guint32 length)
{
    MikeyField *group = &g_array_index(reader->message->fields, MikeyField, reader->parent);

    group->length = length;
    reader->parent = group->parent;
}

void mikey_note_text(MikeyReader *reader, MikeyProblemId id, guint field, char *text)
{
    const MikeyProblem problem = {
        .id = id,
        .field = field,
        .place = reader->message->fields->len,
        .text = text,
    };

    g_array_append_val(reader->message->problems, problem);
}

void mikey_note(MikeyReader *reader, MikeyProblemId id, guint field)
{
    mikey_note_text(reader, id, field, NULL);
}

void mikey_note_empty(MikeyReader *reader, guint32 length)
{
    if (length == 0 && mikey_reader_intact(reader)) {
        mikey_note(reader, MIKEY_PROBLEM_EMPTY_VALUE, reader->announced);
    }
}

void mikey_break_at_unknown(MikeyReader *reader, const char *what)
{
    if (!mikey_reader_intact(reader)) {
        return;
    }
    mikey_note_text(reader, MIKEY_PROBLEM_UNSUPPORTED_LAYOUT, mikey_last_field(reader),
                    g_strdup_printf("%s that is not known: what follows cannot be read", what));
    mikey_read_rest(reader);
    mikey_reader_break(reader);
}

/* ---- reading ---- */

/* Breaks the reader, and says why: at the field to blame or else at the group that is being read. */
static void lack(MikeyReader *reader, guint32 length)
{
    const guint32 left = mikey_reader_left(reader);
    const guint blamed = reader->announced != MIKEY_NO_FIELD ? reader->announced : reader->parent;

    if (reader->may_be_cut) {
        reader->state = MIKEY_CUT;
        mikey_note_text(reader, MIKEY_PROBLEM_CUT, blamed,
                        g_strdup_printf("Of %u octets that follow the capture holds %u: not judged",
                                        length, left));
    } else {
        reader->state = MIKEY_BROKEN;
        mikey_note_text(
            reader, MIKEY_PROBLEM_LENGTH_PAST_END, blamed,
            g_strdup_printf("Octets that should follow: %u, that are left: %u", length, left));
    }
    if (left > 0) {
        mikey_add_field(reader, MIKEY_FIELD_UNREAD, MIKEY_KIND_OCTETS, reader->offset, left, 0);
    }
}

bool mikey_reader_has(MikeyReader *reader, guint32 length)
{
    if (!mikey_reader_intact(reader)) {
        return false;
    }
    if (length <= mikey_reader_left(reader)) {
        return true;
    }
    lack(reader, length);
    return false;
}

MikeyReader mikey_reader_part(MikeyReader *reader, guint32 length)
{
    const bool there = mikey_reader_has(reader, length);
    MikeyReader part = *reader;

    if (there) {
        part.end = reader->offset + length;
        /* All of it was captured, so what is missing in it was never there. */
        part.may_be_cut = false;
        part.announced = MIKEY_NO_FIELD;
        mikey_pass(reader, length);
    }
    return part;
}

static guint32 number_at(const MikeyReader *reader, guint32 offset, guint32 length)
{
    guint32 number = 0;

    for (guint32 i = 0; i < length; i++) {
        number = number << 8 | mikey_octet(reader, offset + i);
    }
    return number;
}

guint32 mikey_octets_number(const MikeyReader *reader, guint32 offset)
{
    return number_at(reader, offset, 4);
}

guint32 mikey_peek(MikeyReader *reader, guint32 length)
{
    return mikey_reader_has(reader, length) ? number_at(reader, reader->offset, length) : 0;
}

guint32 mikey_read_number(MikeyReader *reader, MikeyFieldId id, guint32 length)
{
    const guint32 number = mikey_peek(reader, length);

    if (mikey_reader_intact(reader)) {
        mikey_add_field(reader, id, MIKEY_KIND_NUMBER, reader->offset, length, number);
        mikey_pass(reader, length);
    }
    return number;
}

guint32 mikey_read_length(MikeyReader *reader, MikeyFieldId id, guint32 length)
{
    const guint32 number = mikey_read_number(reader, id, length);

    if (mikey_reader_intact(reader)) {
        reader->announced = mikey_last_field(reader);
    }
    return number;
}

guint32 mikey_keep_bits(MikeyReader *reader, guint32 mask)
{
    if (!mikey_reader_intact(reader)) {
        return 0;
    }
    MikeyField *field =
        &g_array_index(reader->message->fields, MikeyField, mikey_last_field(reader));
    field->number &= mask;
    return (guint32)field->number;
}

bool mikey_read_octets(MikeyReader *reader, MikeyFieldId id, guint32 length)
{
    if (!mikey_reader_has(reader, length)) {
        return false;
    }
    if (length > 0) {
        mikey_add_field(reader, id, MIKEY_KIND_OCTETS, reader->offset, length, 0);
    }
    mikey_pass(reader, length);
    return true;
}

void mikey_read_rest(MikeyReader *reader)
{
    if (mikey_reader_left(reader) > 0) {
        mikey_read_octets(reader, MIKEY_FIELD_UNREAD, mikey_reader_left(reader));
    }
}
