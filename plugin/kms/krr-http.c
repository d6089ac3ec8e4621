/* krr-http.c
 * HTTP for the story: what the fields of a message say of it, and what TLS hides
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/kms/krr-http.h"

#include <string.h>

#include "plugin/frame/krr-nstime.h"
#include "plugin/wireshark-compat.h"

/* A connection that goes on being unreadable is told again after so long. */
#define HIDDEN_PAUSE (10 * STORY_SECOND)
/* Connections that are known to have been told; by chance two share a place, and are told more
 * often. */
#define HIDDEN_PLACES 1024

/* ---- messages ---- */

static void take_method(StoryHttp *http, const char *method)
{
    static const char *const with_body[] = {"POST", "PUT", "PATCH", NULL};

    http->kind = STORY_HTTP_REQUEST;
    http->has_body = g_strv_contains(with_body, method);
}

static void take_target(StoryHttp *http, const char *target)
{
    if (http->resource == KMS_RESOURCE_NONE) {
        http->resource = kms_resource_parse(target, &http->argument);
    }
}

static void take_status(StoryHttp *http, guint status)
{
    http->kind = STORY_HTTP_RESPONSE;
    http->status = http->status ? http->status : status;
}

void krr_http_take(StoryHttp *http, KrrHttpField field, field_info *info)
{
    switch (field) {
    case KRR_HTTP_METHOD:
        take_method(http, krr_finfo_string(info));
        break;
    case KRR_HTTP_TARGET:
        take_target(http, krr_finfo_string(info));
        break;
    case KRR_HTTP_STATUS:
        take_status(http, (guint)krr_finfo_number(info));
        break;
    case KRR_HTTP_LENGTH:
        http->has_body = http->has_body && krr_finfo_number(info) > 0;
        break;
    case KRR_HTTP_STREAM:
        http->stream = krr_finfo_uint(info);
        break;
    }
}

bool krr_http_is_message(const StoryEvent *event)
{
    const StoryHttp *http = event->http;

    return http->kind == STORY_HTTP_REQUEST || http->kind == STORY_HTTP_RESPONSE ||
           (http->stream > 0 && (http->message || event->krrs->len + event->cut_bodies > 0));
}

/* ---- what is hidden ---- */

/* A connection that was told. */
typedef struct ToldConnection {
    guint hash; /* 0: none */
    gint64 time_ns;
} ToldConnection;

struct KrrHidden {
    int proto_tls; /* -1: this Wireshark has none */
    int proto_http;
    int proto_http2;
    int proto_sip;
    ToldConnection told[HIDDEN_PLACES];
};

KrrHidden *krr_hidden_new(void)
{
    KrrHidden *hidden = g_new0(KrrHidden, 1);

    hidden->proto_tls = proto_get_id_by_filter_name("tls");
    hidden->proto_http = proto_get_id_by_filter_name("http");
    hidden->proto_http2 = proto_get_id_by_filter_name("http2");
    hidden->proto_sip = proto_get_id_by_filter_name("sip");
    return hidden;
}

void krr_hidden_free(KrrHidden *hidden)
{
    g_free(hidden);
}

void krr_hidden_begin(KrrHidden *hidden)
{
    memset(hidden->told, 0, sizeof hidden->told);
}

static bool is_unreadable(const KrrHidden *hidden, packet_info *pinfo)
{
    bool tls = false;

    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer;
         layer = wmem_list_frame_next(layer)) {
        int protocol = GPOINTER_TO_INT(wmem_list_frame_data(layer));
        if (protocol == hidden->proto_http || protocol == hidden->proto_http2 ||
            protocol == hidden->proto_sip) {
            return false;
        }
        tls = tls || (protocol == hidden->proto_tls && protocol != -1);
    }
    return tls;
}

/* The same in both directions. */
static guint connection_hash(const packet_info *pinfo)
{
    guint hash = (add_address_to_hash(0, &pinfo->src) + pinfo->srcport * 31) ^
                 (add_address_to_hash(0, &pinfo->dst) + pinfo->destport * 31);

    return hash ? hash : 1;
}

bool krr_hidden_take(KrrHidden *hidden, packet_info *pinfo)
{
    if (!is_unreadable(hidden, pinfo)) {
        return false;
    }
    const guint hash = connection_hash(pinfo);
    const gint64 now = krr_nanoseconds(&pinfo->abs_ts);
    ToldConnection *told = &hidden->told[hash % HIDDEN_PLACES];
    if (told->hash == hash && now >= told->time_ns && now - told->time_ns < HIDDEN_PAUSE) {
        return false;
    }
    *told = (ToldConnection){hash, now};
    return true;
}
