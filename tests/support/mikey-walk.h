/* mikey-walk.h
 * What must hold for every MIKEY message that was read, whatever its octets were
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MIKEY_WALK_H
#define MIKEY_WALK_H

#include <string.h>

#include "core/mikey/mikey-message.h"

static inline void walk_mikey_fields(const MikeyMessage *message)
{
    for (guint i = 0; i < message->fields->len; i++) {
        const MikeyField *field = mikey_message_field(message, i);
        g_assert_cmpuint(field->id, <, MIKEY_N_FIELDS);
        g_assert_cmpuint((guint64)field->offset + field->length, <=, message->length);
        g_assert_true((field->kind == MIKEY_KIND_TEXT) == (field->text != NULL));
        g_assert_true(!field->text || g_utf8_validate(field->text, -1, NULL));
        /* What is left where something broke goes beyond that. */
        if (field->parent == MIKEY_NO_FIELD || field->id == MIKEY_FIELD_UNREAD) {
            continue;
        }
        g_assert_cmpuint(field->parent, <, i);
        const MikeyField *parent = mikey_message_field(message, field->parent);
        g_assert_cmpuint(field->offset, >=, parent->offset);
        g_assert_cmpuint(field->offset + field->length, <=, parent->offset + parent->length);
    }
}

/* No octet is passed over in silence. */
static inline void walk_mikey_coverage(const MikeyMessage *message)
{
    g_autofree bool *covered = g_new0(bool, message->length + 1);

    for (guint i = 0; i < message->fields->len; i++) {
        const MikeyField *field = mikey_message_field(message, i);
        if (field->kind != MIKEY_KIND_GROUP) {
            memset(covered + field->offset, true, field->length);
        }
    }
    g_assert_null(memchr(covered, false, message->length));
}

static inline void walk_mikey_payloads(const MikeyMessage *message)
{
    guint32 end = 0;
    guint next = 0;

    g_assert_cmpuint(message->payloads->len, >, 0);
    g_assert_cmpint(mikey_message_payload(message, 0)->type, ==, MIKEY_HDR);
    for (guint i = 0; i < message->payloads->len; i++) {
        const MikeyPayload *payload = mikey_message_payload(message, i);
        g_assert_cmpuint(payload->offset, ==, end);
        g_assert_cmpuint(payload->first, ==, next);
        g_assert_cmpuint(payload->count, >, 0);
        g_assert_true(payload->whole || i == message->payloads->len - 1);
        end += payload->length;
        next += payload->count;
    }
    g_assert_cmpuint(end, <=, message->length);
    g_assert_cmpuint(next, <=, message->fields->len);
}

static inline void walk_mikey_problems(const MikeyMessage *message)
{
    guint place = 0;

    for (guint i = 0; i < message->problems->len; i++) {
        const MikeyProblem *problem = &g_array_index(message->problems, MikeyProblem, i);
        g_assert_cmpuint(problem->id, <, MIKEY_N_PROBLEMS);
        g_assert_cmpuint(problem->place, >=, place);
        g_assert_cmpuint(problem->place, <=, message->fields->len);
        g_assert_true(problem->field == MIKEY_NO_FIELD || problem->field < problem->place);
        place = problem->place;
    }
}

static inline void walk_mikey_message(const MikeyMessage *message)
{
    walk_mikey_fields(message);
    walk_mikey_coverage(message);
    walk_mikey_payloads(message);
    walk_mikey_problems(message);
}

#endif
