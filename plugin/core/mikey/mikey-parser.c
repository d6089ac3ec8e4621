/* mikey-parser.c
 * Octets in, a MIKEY-SAKKE message out
 *
 * A message is a header and a chain of payloads, each of which names the type of the next. Here the
 * chain is read, and what is missing, too much or repeated is judged; the header and the payloads
 * have files of their own, and so has the reader that checks every length.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/mikey-parser.h"

#include "core/mikey/mikey-header.h"
#include "core/mikey/mikey-offer.h"
#include "core/mikey/mikey-payloads.h"
#include "core/mikey/mikey-reader.h"

/* Far more than any profile needs; keeps a hostile message from growing without bounds. */
#define MAX_PAYLOADS 64

/* ---- the chain ---- */

static void add_payload(MikeyReader *reader, MikeyPayloadType type, guint32 offset, guint first)
{
    const MikeyPayload payload = {
        .type = type,
        .whole = mikey_reader_intact(reader),
        .offset = offset,
        .length = mikey_message_field(reader->message, first)->length,
        .first = first,
        .count = reader->message->fields->len - first,
    };

    g_array_append_val(reader->message->payloads, payload);
}

/* @return the type of the next */
static guint32 read_payload(MikeyReader *reader, const MikeyPayloadLayout *layout)
{
    const guint32 start = reader->offset;
    const guint first = mikey_open_group(reader, layout->group, 0);
    guint32 next = MIKEY_LAST;

    if (layout->type != MIKEY_SIGN) {
        next = mikey_read_number(reader, MIKEY_FIELD_NEXT_PAYLOAD, 1);
    }
    layout->read(reader);
    mikey_close_group(reader,
                      mikey_reader_intact(reader) ? reader->offset - start : reader->end - start);
    reader->announced = MIKEY_NO_FIELD;
    add_payload(reader, layout->type, start, first);
    return next;
}

/* Ends the chain where it cannot go on. */
static void stop(MikeyReader *reader, MikeyProblemId problem, char *text)
{
    mikey_note_text(reader, problem, MIKEY_NO_FIELD, text);
    mikey_read_rest(reader);
    mikey_reader_break(reader);
}

/* A payload that cannot be read ends the chain, since its length is not known. */
static void stop_at(MikeyReader *reader, guint32 type)
{
    const char *name = mikey_payload_name(type);

    stop(reader, name ? MIKEY_PROBLEM_UNSUPPORTED_PAYLOAD : MIKEY_PROBLEM_UNDEFINED_PAYLOAD,
         g_strdup_printf("The chain goes on with a payload of type %u (%s), which cannot be read",
                         type, name ? name : "not defined"));
}

static void read_chain(MikeyReader *reader)
{
    guint32 type = mikey_read_header(reader);

    add_payload(reader, MIKEY_HDR, 0, 0);
    for (guint i = 0; type != MIKEY_LAST && mikey_reader_intact(reader); i++) {
        const MikeyPayloadLayout *layout = mikey_payload_layout(type);
        if (i == MAX_PAYLOADS) {
            stop(reader, MIKEY_PROBLEM_TOO_MANY_PAYLOADS, NULL);
        } else if (layout) {
            type = read_payload(reader, layout);
        } else {
            stop_at(reader, type);
        }
    }
    reader->message->state = reader->state;
    const guint32 left = mikey_reader_left(reader);
    if (left > 0) {
        mikey_note_text(reader, MIKEY_PROBLEM_LEFT_OVER, MIKEY_NO_FIELD,
                        g_strdup_printf("Octets left over after the last payload: %u", left));
        mikey_read_rest(reader);
    }
}

/* ---- what an offer holds exactly once ---- */

static void judge_count(MikeyReader *reader, const char *name, guint count, guint repeated)
{
    if (count == 0) {
        mikey_note_text(reader, MIKEY_PROBLEM_MISSING_PAYLOAD, MIKEY_NO_FIELD,
                        g_strdup_printf("%s is missing", name));
    }
    if (repeated > 1) {
        mikey_note_text(reader, MIKEY_PROBLEM_REPEATED_PAYLOAD, MIKEY_NO_FIELD,
                        g_strdup_printf("%s occurs %u times", name, repeated));
    }
}

/* Who is hidden stands under a UID's role instead of the user's, and may stand under both. */
static void judge_identity(MikeyReader *reader, const char *name, MikeyRole role,
                           MikeyRole instead_role)
{
    guint count, instead = 0;

    mikey_message_identity(reader->message, role, &count);
    if (instead_role != role) {
        mikey_message_identity(reader->message, instead_role, &instead);
    }
    judge_count(reader, name, count + instead, MAX(count, instead));
}

/* What an I_MESSAGE of TS 33.180 E.1.2 holds exactly once. */
static void judge_payloads(MikeyReader *reader)
{
    static const MikeyPayloadType payloads[] = {MIKEY_T, MIKEY_RAND, MIKEY_SAKKE};
    static const struct {
        const char *name;
        MikeyRole role, instead;
    } identities[] = {
        {"IDRi", MIKEY_ROLE_INITIATOR, MIKEY_ROLE_INITIATOR_UID},
        {"IDRr", MIKEY_ROLE_RESPONDER, MIKEY_ROLE_RESPONDER_UID},
        {"IDRkmsi", MIKEY_ROLE_INITIATOR_KMS, MIKEY_ROLE_INITIATOR_KMS},
        {"IDRkmsr", MIKEY_ROLE_RESPONDER_KMS, MIKEY_ROLE_RESPONDER_KMS},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(payloads); i++) {
        const guint count = mikey_message_count(reader->message, payloads[i]);
        judge_count(reader, mikey_payload_name(payloads[i]), count, count);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(identities); i++) {
        judge_identity(reader, identities[i].name, identities[i].role, identities[i].instead);
    }
    if (mikey_message_count(reader->message, MIKEY_SIGN) == 0) {
        mikey_note(reader, MIKEY_PROBLEM_NO_SIGNATURE, MIKEY_NO_FIELD);
    }
}

MikeyMessage *mikey_parse(const guint8 *octets, gsize length, bool may_be_cut)
{
    MikeyMessage *message = mikey_message_new(octets, (guint32)MIN(length, (gsize)G_MAXINT32));
    MikeyReader reader;

    mikey_reader_init(&reader, message, may_be_cut);
    read_chain(&reader);
    if (message->state == MIKEY_WHOLE &&
        mikey_message_data_type(message) == MIKEY_DATA_TYPE_SAKKE) {
        judge_payloads(&reader);
    }
    return message;
}
