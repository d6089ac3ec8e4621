/* event-fields.c
 * Wireshark's fields that events are made of, and what each says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/story/event-fields.h"

#include <string.h>

#include <gio/gio.h>

#include "core/story/story-event.h"
#include "plugin/wireshark-compat.h"

#define TEXT(member) .text = G_STRUCT_OFFSET(StorySip, member)

/* The kinds of a row, in a word. */
#define CARRIED    EVENT_KIND_TRANSACTION /* a message, or what it carries */
#define KEY        (EVENT_KIND_FACT | EVENT_KIND_TRANSACTION)
#define KEY_TEXT   (KEY | EVENT_KIND_TEXT)
#define FACT_TEXT  (EVENT_KIND_FACT | EVENT_KIND_TEXT)
#define MEDIA_TYPE (EVENT_KIND_FACT | EVENT_KIND_MEDIA_TYPE)
#define IDENTITY   (EVENT_KIND_FACT | EVENT_KIND_IDENTITY)
#define HTTP       EVENT_KIND_HTTP

/* clang-format off */
const EventFieldInfo event_field_infos[EVENT_N_FIELDS] = {
    [EVENT_FIELD_ICMP] = {"icmp", 0},
    [EVENT_FIELD_ICMPV6] = {"icmpv6", 0},
    [EVENT_FIELD_MALFORMED] = {"_ws.malformed", 0},
    [EVENT_FIELD_SHORT] = {"_ws.short", 0},
    [EVENT_FIELD_KRR] = {"krr", CARRIED},
    [EVENT_FIELD_MIKEY] = {"mikey_sakke", CARRIED},
    [EVENT_FIELD_KMS] = {"krr.kms", 0},
    [EVENT_FIELD_HTTP] = {"http", 0},
    [EVENT_FIELD_HTTP2] = {"http2.stream", 0},
    [EVENT_FIELD_HTTP_METHOD] = {"http.request.method", HTTP, .http = KRR_HTTP_METHOD},
    [EVENT_FIELD_HTTP_TARGET] = {"http.request.uri", HTTP, .http = KRR_HTTP_TARGET},
    [EVENT_FIELD_HTTP_STATUS] = {"http.response.code", HTTP, .http = KRR_HTTP_STATUS},
    [EVENT_FIELD_HTTP_LENGTH] = {"http.content_length", HTTP, .http = KRR_HTTP_LENGTH},
    [EVENT_FIELD_HTTP2_ID] = {"http2.streamid", HTTP, .http = KRR_HTTP_STREAM},
    [EVENT_FIELD_HTTP2_METHOD] = {"http2.headers.method", HTTP, .http = KRR_HTTP_METHOD},
    [EVENT_FIELD_HTTP2_TARGET] = {"http2.headers.path", HTTP, .http = KRR_HTTP_TARGET},
    [EVENT_FIELD_HTTP2_STATUS] = {"http2.headers.status", HTTP, .http = KRR_HTTP_STATUS},
    [EVENT_FIELD_SIP] = {"sip", CARRIED},
    [EVENT_FIELD_STATUS] = {"sip.Status-Code", KEY},
    [EVENT_FIELD_METHOD] = {"sip.Method", FACT_TEXT, TEXT(method)},
    [EVENT_FIELD_CALL_ID] = {"sip.Call-ID", KEY_TEXT, TEXT(call_id)},
    [EVENT_FIELD_CSEQ] = {"sip.CSeq.seq", KEY},
    [EVENT_FIELD_CSEQ_METHOD] = {"sip.CSeq.method", KEY_TEXT, TEXT(method)},
    [EVENT_FIELD_BRANCH] = {"sip.Via.branch", KEY_TEXT, TEXT(branch)},
    [EVENT_FIELD_FROM_TAG] = {"sip.from.tag", FACT_TEXT, TEXT(from_tag)},
    [EVENT_FIELD_TO_TAG] = {"sip.to.tag", FACT_TEXT, TEXT(to_tag)},
    [EVENT_FIELD_CONTENT_TYPE] = {"sip.Content-Type", MEDIA_TYPE},
    [EVENT_FIELD_PART_TYPE] = {"mime_multipart.header.content-type", MEDIA_TYPE},
    [EVENT_FIELD_BODY] = {"sip.msg_body", 0},
    [EVENT_FIELD_REQUEST_URI] = {"sip.r-uri", IDENTITY | FACT_TEXT, TEXT(request_uri)},
    [EVENT_FIELD_FROM] = {"sip.from.addr", IDENTITY},
    [EVENT_FIELD_TO] = {"sip.to.addr", IDENTITY},
    [EVENT_FIELD_PAI] = {"sip.pai.addr", IDENTITY},
    [EVENT_FIELD_PPI] = {"sip.ppi.addr", IDENTITY},
    [EVENT_FIELD_XML_TEXT] = {"xml.cdata", IDENTITY},
};
/* clang-format on */

static bool resolve(EventFields *fields, GError **error)
{
    for (EventField field = 0; field < EVENT_N_FIELDS; field++) {
        const char *name = event_field_infos[field].name;
        const header_field_info *info = proto_registrar_get_byname(name);
        if (!info) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                        "this Wireshark has no field \"%s\"", name);
            return false;
        }
        fields->numbers[field] = info->id;
    }
    return true;
}

/* A visible tree has hundreds of items, nearly all of which are none of ours. */
static void index_by_number(EventFields *fields)
{
    fields->count = 0;
    for (EventField field = 0; field < EVENT_N_FIELDS; field++) {
        fields->count = MAX(fields->count, (guint)fields->numbers[field] + 1);
    }
    fields->by_number = g_malloc(fields->count);
    memset(fields->by_number, EVENT_N_FIELDS, fields->count);
    for (EventField field = 0; field < EVENT_N_FIELDS; field++) {
        fields->by_number[fields->numbers[field]] = field;
    }
}

bool event_fields_init(EventFields *fields, GError **error)
{
    if (!resolve(fields, error)) {
        return false;
    }
    index_by_number(fields);
    return true;
}

void event_fields_clear(EventFields *fields)
{
    g_clear_pointer(&fields->by_number, g_free);
}
