/* event-fields.h
 * Wireshark's fields that events are made of, and what each says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef EVENT_FIELDS_H
#define EVENT_FIELDS_H

#include <glib.h>

#include <epan/proto.h>

#include "plugin/kms/krr-http.h"

/** The fields; nothing depends on their order. */
typedef enum EventField {
    EVENT_FIELD_ICMP,
    EVENT_FIELD_ICMPV6,
    EVENT_FIELD_MALFORMED,
    EVENT_FIELD_EXCEPTION,
    EVENT_FIELD_SHORT,
    EVENT_FIELD_KRR,
    EVENT_FIELD_MIKEY,
    EVENT_FIELD_KMS,
    EVENT_FIELD_HTTP,
    EVENT_FIELD_HTTP2, /**< a frame of HTTP/2: a part of a message */
    EVENT_FIELD_HTTP_METHOD,
    EVENT_FIELD_HTTP_TARGET,
    EVENT_FIELD_HTTP_STATUS,
    EVENT_FIELD_HTTP_LENGTH,
    EVENT_FIELD_HTTP2_ID,
    EVENT_FIELD_HTTP2_METHOD,
    EVENT_FIELD_HTTP2_TARGET,
    EVENT_FIELD_HTTP2_STATUS,
    EVENT_FIELD_SIP,
    EVENT_FIELD_STATUS,
    EVENT_FIELD_METHOD,
    EVENT_FIELD_CALL_ID,
    EVENT_FIELD_CSEQ,
    EVENT_FIELD_CSEQ_METHOD,
    EVENT_FIELD_BRANCH,
    EVENT_FIELD_FROM_TAG,
    EVENT_FIELD_TO_TAG,
    EVENT_FIELD_CONTENT_TYPE,
    EVENT_FIELD_PART_TYPE, /**< the content type of a part of a body */
    EVENT_FIELD_REQUEST_URI,
    EVENT_FIELD_FROM,
    EVENT_FIELD_TO,
    EVENT_FIELD_PAI,
    EVENT_FIELD_PPI,
    EVENT_FIELD_CONTACT,
    EVENT_FIELD_XML_TEXT, /**< of an mcptt-info body, among others */
    EVENT_N_FIELDS        /**< also: none of these */
} EventField;

/** What a field says; flags. */
typedef enum EventFieldKind {
    EVENT_KIND_TRANSACTION = 1 << 0, /**< who sends what to whom in which transaction */
    EVENT_KIND_FACT = 1 << 1,        /**< something about a SIP message */
    EVENT_KIND_TEXT = 1 << 2,        /**< a text of StorySip */
    EVENT_KIND_MEDIA_TYPE = 1 << 3,  /**< what a body is, or a part of one */
    EVENT_KIND_IDENTITY = 1 << 4,    /**< may name a user */
    EVENT_KIND_HTTP = 1 << 5,        /**< something about an HTTP message */
    EVENT_KIND_CARGO = 1 << 6,       /**< of interest only where the frame carries anything */
} EventFieldKind;

/** A row of the table of fields. */
typedef struct EventFieldInfo {
    const char *name;  /**< Wireshark's */
    guint kinds;       /**< of EventFieldKind */
    gsize text;        /**< of TEXT: which one, its offset in StorySip */
    KrrHttpField http; /**< of HTTP: which one */
} EventFieldInfo;

/** The table, by EventField. */
extern const EventFieldInfo event_field_infos[EVENT_N_FIELDS];

/** The fields as this Wireshark numbers them. */
typedef struct EventFields {
    int numbers[EVENT_N_FIELDS];
    guint8 *by_number; /**< EventField by number; EVENT_N_FIELDS: none of ours */
    guint count;       /**< how many numbers that array has */
} EventFields;

/** To be called once all protocols are registered.
 *  @param error  which field this Wireshark lacks @return false with @p error set */
bool event_fields_init(EventFields *fields, GError **error);

void event_fields_clear(EventFields *fields);

/** Which field an item of a tree is; EVENT_N_FIELDS: none of ours. */
static inline EventField event_fields_of(const EventFields *fields, const proto_node *node)
{
    const field_info *info = PNODE_FINFO(node);

    return info && (guint)info->hfinfo->id < fields->count ? fields->by_number[info->hfinfo->id]
                                                           : EVENT_N_FIELDS;
}

#endif
