/* event-fields.c
 * Wireshark's fields that events are made of, and what each says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/story/event-fields.h"

#include <string.h>

#include <gio/gio.h>

#include "core/event/story-event.h"
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

const EventFieldInfo event_field_infos[EVENT_N_FIELDS] = {
    [EVENT_FIELD_ICMP] = {.name = "icmp"},
    [EVENT_FIELD_ICMPV6] = {.name = "icmpv6"},
    [EVENT_FIELD_MALFORMED] = {.name = "_ws.malformed"},
    [EVENT_FIELD_EXCEPTION] = {.name = "_ws.malformed.expert"},
    [EVENT_FIELD_SHORT] = {.name = "_ws.short"},
    [EVENT_FIELD_KRR] = {.name = "krr", .kinds = CARRIED},
    [EVENT_FIELD_MIKEY] = {.name = "mikey_sakke", .kinds = CARRIED},
    [EVENT_FIELD_KMS] = {.name = "krr.kms"},
    [EVENT_FIELD_HTTP] = {.name = "http"},
    [EVENT_FIELD_HTTP2] = {.name = "http2.stream"},
    [EVENT_FIELD_HTTP_METHOD] = {.name = "http.request.method",
                                 .kinds = HTTP,
                                 .http = KRR_HTTP_METHOD},
    [EVENT_FIELD_HTTP_TARGET] = {.name = "http.request.uri",
                                 .kinds = HTTP,
                                 .http = KRR_HTTP_TARGET},
    [EVENT_FIELD_HTTP_STATUS] = {.name = "http.response.code",
                                 .kinds = HTTP,
                                 .http = KRR_HTTP_STATUS},
    [EVENT_FIELD_HTTP_LENGTH] = {.name = "http.content_length",
                                 .kinds = HTTP,
                                 .http = KRR_HTTP_LENGTH},
    [EVENT_FIELD_HTTP2_ID] = {.name = "http2.streamid", .kinds = HTTP, .http = KRR_HTTP_STREAM},
    [EVENT_FIELD_HTTP2_METHOD] = {.name = "http2.headers.method",
                                  .kinds = HTTP,
                                  .http = KRR_HTTP_METHOD},
    [EVENT_FIELD_HTTP2_TARGET] = {.name = "http2.headers.path",
                                  .kinds = HTTP,
                                  .http = KRR_HTTP_TARGET},
    [EVENT_FIELD_HTTP2_STATUS] = {.name = "http2.headers.status",
                                  .kinds = HTTP,
                                  .http = KRR_HTTP_STATUS},
    [EVENT_FIELD_SIP] = {.name = "sip", .kinds = CARRIED},
    [EVENT_FIELD_STATUS] = {.name = "sip.Status-Code", .kinds = KEY},
    [EVENT_FIELD_METHOD] = {.name = "sip.Method", .kinds = FACT_TEXT, TEXT(method)},
    [EVENT_FIELD_CALL_ID] = {.name = "sip.Call-ID", .kinds = KEY_TEXT, TEXT(call_id)},
    [EVENT_FIELD_CSEQ] = {.name = "sip.CSeq.seq", .kinds = KEY},
    [EVENT_FIELD_CSEQ_METHOD] = {.name = "sip.CSeq.method", .kinds = KEY_TEXT, TEXT(method)},
    [EVENT_FIELD_BRANCH] = {.name = "sip.Via.branch", .kinds = KEY_TEXT, TEXT(branch)},
    [EVENT_FIELD_FROM_TAG] = {.name = "sip.from.tag", .kinds = FACT_TEXT, TEXT(from_tag)},
    [EVENT_FIELD_TO_TAG] = {.name = "sip.to.tag", .kinds = FACT_TEXT, TEXT(to_tag)},
    [EVENT_FIELD_CONTENT_TYPE] = {.name = "sip.Content-Type", .kinds = MEDIA_TYPE},
    [EVENT_FIELD_PART_TYPE] = {.name = "mime_multipart.header.content-type", .kinds = MEDIA_TYPE},
    [EVENT_FIELD_REQUEST_URI] = {.name = "sip.r-uri",
                                 .kinds = IDENTITY | EVENT_KIND_TEXT,
                                 TEXT(request_uri)},
    [EVENT_FIELD_FROM] = {.name = "sip.from.addr", .kinds = IDENTITY},
    [EVENT_FIELD_TO] = {.name = "sip.to.addr", .kinds = IDENTITY},
    [EVENT_FIELD_PAI] = {.name = "sip.pai.addr", .kinds = IDENTITY},
    [EVENT_FIELD_PPI] = {.name = "sip.ppi.addr", .kinds = IDENTITY},
    [EVENT_FIELD_CONTACT] = {.name = "sip.Contact",
                             .kinds = FACT_TEXT | EVENT_KIND_CARGO,
                             TEXT(contact)},
    [EVENT_FIELD_XML_TEXT] = {.name = "xml.cdata", .kinds = IDENTITY},
};

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
