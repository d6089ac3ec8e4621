/* mikey-message.c
 * One MIKEY-SAKKE message as it stands in its octets: payloads, their fields, and what is wrong
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/mikey-message.h"

/* Of a usual message. */
#define USUAL_PAYLOADS 16
#define USUAL_FIELDS   128

const char *mikey_payload_name(guint type)
{
    static const char *const names[] = {
        [MIKEY_LAST] = "Last payload",
        [MIKEY_KEMAC] = "KEMAC",
        [MIKEY_PKE] = "PKE",
        [MIKEY_DH] = "DH",
        [MIKEY_SIGN] = "SIGN",
        [MIKEY_T] = "T",
        [MIKEY_ID] = "ID",
        [MIKEY_CERT] = "CERT",
        [MIKEY_CHASH] = "CHASH",
        [MIKEY_V] = "V",
        [MIKEY_SP] = "SP",
        [MIKEY_RAND] = "RAND",
        [MIKEY_ERR] = "ERR",
        [MIKEY_TR] = "TR",
        [MIKEY_IDR] = "IDR",
        [MIKEY_RANDR] = "RANDR",
        [MIKEY_TP] = "TP",
        [MIKEY_TICKET] = "TICKET",
        [MIKEY_KEY_DATA] = "Key data",
        [MIKEY_EXT] = "General Extension",
        [MIKEY_SAKKE] = "SAKKE",
    };

    return type < G_N_ELEMENTS(names) ? names[type] : NULL;
}

static void clear_field(gpointer field)
{
    g_free(((MikeyField *)field)->text);
}

static void clear_problem(gpointer problem)
{
    g_free(((MikeyProblem *)problem)->text);
}

MikeyMessage *mikey_message_new(const guint8 *octets, guint32 length)
{
    MikeyMessage *message = g_new0(MikeyMessage, 1);

    message->octets = octets;
    message->length = length;
    message->payloads = g_array_sized_new(FALSE, FALSE, sizeof(MikeyPayload), USUAL_PAYLOADS);
    message->fields = g_array_sized_new(FALSE, FALSE, sizeof(MikeyField), USUAL_FIELDS);
    message->problems = g_array_new(FALSE, FALSE, sizeof(MikeyProblem));
    g_array_set_clear_func(message->fields, clear_field);
    g_array_set_clear_func(message->problems, clear_problem);
    return message;
}

void mikey_message_free(MikeyMessage *message)
{
    if (message) {
        g_array_unref(message->payloads);
        g_array_unref(message->fields);
        g_array_unref(message->problems);
        g_free(message);
    }
}

const MikeyPayload *mikey_message_find(const MikeyMessage *message, MikeyPayloadType type)
{
    for (guint i = 0; i < message->payloads->len; i++) {
        const MikeyPayload *payload = mikey_message_payload(message, i);
        if (payload->type == type && payload->whole) {
            return payload;
        }
    }
    return NULL;
}

guint mikey_message_count(const MikeyMessage *message, MikeyPayloadType type)
{
    guint count = 0;

    for (guint i = 0; i < message->payloads->len; i++) {
        const MikeyPayload *payload = mikey_message_payload(message, i);
        count += payload->type == type && payload->whole;
    }
    return count;
}

const MikeyField *mikey_payload_field(const MikeyMessage *message, const MikeyPayload *payload,
                                      MikeyFieldId id)
{
    for (guint i = payload->first; i < payload->first + payload->count; i++) {
        const MikeyField *field = mikey_message_field(message, i);
        if (field->id == id) {
            return field;
        }
    }
    return NULL;
}

/* All that a field holds follows it, up to the first that stands beside or above it. */
const MikeyField *mikey_group_field(const MikeyMessage *message, guint group, MikeyFieldId id)
{
    for (guint i = group + 1; i < message->fields->len; i++) {
        const MikeyField *field = mikey_message_field(message, i);
        if (field->parent == MIKEY_NO_FIELD || field->parent < group) {
            break;
        }
        if (field->id == id) {
            return field;
        }
    }
    return NULL;
}

guint8 mikey_message_data_type(const MikeyMessage *message)
{
    const MikeyPayload *header = mikey_message_payload(message, 0);
    const MikeyField *type = mikey_payload_field(message, header, MIKEY_FIELD_DATA_TYPE);

    return type ? (guint8)type->number : 0;
}

const MikeyPayload *mikey_message_identity(const MikeyMessage *message, MikeyRole role,
                                           guint *count)
{
    const MikeyPayload *first = NULL;
    guint found = 0;

    for (guint i = 0; i < message->payloads->len; i++) {
        const MikeyPayload *payload = mikey_message_payload(message, i);
        if (payload->type == MIKEY_IDR && payload->whole &&
            mikey_payload_field(message, payload, MIKEY_FIELD_IDR_ROLE)->number == role) {
            first = first ? first : payload;
            found++;
        }
    }
    if (count) {
        *count = found;
    }
    return first;
}
