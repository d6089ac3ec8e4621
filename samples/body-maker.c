/* body-maker.c
 * Puts together the body of a SIP message: SDP, offers, KRRs, multipart, encodings
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/body-maker.h"

#include <string.h>

#include "samples/compression.h"
#include "samples/spelling.h"

#define MIKEY_MEDIA_TYPE "application/mikey"
#define RESOURCE_LISTS   "application/resource-lists+xml"
#define BOUNDARY         "next-part-of-the-body"
#define LONGEST_LINE     76 /* characters of base64 or quoted-printable, RFC 2045 */
#define FIRST_MEDIA_PORT 20000

typedef enum Coding {
    CODING_NONE,
    CODING_BASE64,
    CODING_BASE64_ANNOUNCED,
    CODING_QUOTED_PRINTABLE,
    CODING_GZIP,
    CODING_DEFLATE
} Coding;

/* What the setting "coding" may ask for. */
static const char *const coding_names[] = {
    [CODING_NONE] = "none",
    [CODING_BASE64] = "base64-bare",
    [CODING_BASE64_ANNOUNCED] = "base64",
    [CODING_QUOTED_PRINTABLE] = "quoted-printable",
    [CODING_GZIP] = "gzip",
    [CODING_DEFLATE] = "deflate",
};

typedef enum Place {
    PLACE_SESSION,
    PLACE_MEDIUM,
    PLACE_WHOLE,
    PLACE_PART,
    PLACE_URI,
    PLACE_MESSAGE
} Place;

typedef enum Company { COMPANY_NONE, COMPANY_SDP, COMPANY_TEXT } Company;

static const struct {
    const char *name;
    Place place;
    Coding coding;
    Company company;
} ways[] = {
    {"sdp", PLACE_SESSION, CODING_NONE, COMPANY_SDP},
    {"sdp-media", PLACE_MEDIUM, CODING_NONE, COMPANY_SDP},
    {"body", PLACE_WHOLE, CODING_NONE, COMPANY_NONE},
    {"gzip", PLACE_WHOLE, CODING_GZIP, COMPANY_NONE},
    {"base64", PLACE_WHOLE, CODING_BASE64, COMPANY_NONE},
    {"base64-cte", PLACE_WHOLE, CODING_BASE64_ANNOUNCED, COMPANY_NONE},
    {"multipart", PLACE_PART, CODING_NONE, COMPANY_SDP},
    {"multipart-text", PLACE_PART, CODING_NONE, COMPANY_TEXT},
    {"multipart-base64", PLACE_PART, CODING_BASE64_ANNOUNCED, COMPANY_SDP},
    {"multipart-base64-bare", PLACE_PART, CODING_BASE64, COMPANY_SDP},
    {"part", PLACE_PART, CODING_NONE, COMPANY_NONE},
    {"uri", PLACE_URI, CODING_NONE, COMPANY_NONE},
    {"message", PLACE_MESSAGE, CODING_NONE, COMPANY_NONE},
};

/* What the setting "key-mgmt" may ask for. */
static const struct {
    const char *name;
    const char *attribute;
    bool unpadded;
} attributes[] = {
    {"usual", "a=key-mgmt:mikey ", false},
    {"blank", "a=key-mgmt: mikey ", false},
    {"unpadded", "a=key-mgmt:mikey ", true},
    {"capability", "a=acap:1 key-mgmt:mikey ", false},
};

typedef struct Part {
    const char *type; /* until the body is finished, the caller's */
    GBytes *bytes;
    Coding coding;
} Part;

struct BodyMaker {
    char *user;
    char *address;
    bool ipv6;
    bool wants_sdp;
    bool wants_text;
    bool wants_multipart;
    Coding coding;         /* of whatever is not coded itself */
    bool lf;               /* lines between parts end in line feeds */
    bool open;             /* no delimiter ends the parts */
    const char *attribute; /* what stands before the base64 of a key-mgmt line */
    bool unpadded;         /* the base64 of such lines has no padding */
    const char *line;      /* one more of a session description; NULL: none */
    GString *session;      /* attributes of the session */
    GPtrArray *media;      /* of char *: attributes of each medium */
    GPtrArray *parts;      /* of Part */
};

static void part_free(gpointer data)
{
    Part *part = data;
    g_bytes_unref(part->bytes);
    g_free(part);
}

BodyMaker *body_maker_new(const char *user, GInetAddress *address)
{
    BodyMaker *maker = g_new0(BodyMaker, 1);
    maker->user = g_strdup(user);
    maker->address = g_inet_address_to_string(address);
    maker->ipv6 = g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6;
    maker->session = g_string_new(NULL);
    maker->media = g_ptr_array_new_with_free_func(g_free);
    maker->parts = g_ptr_array_new_with_free_func(part_free);
    return maker;
}

void body_maker_free(BodyMaker *maker)
{
    if (!maker) {
        return;
    }
    g_free(maker->user);
    g_free(maker->address);
    g_string_free(maker->session, TRUE);
    g_ptr_array_unref(maker->media);
    g_ptr_array_unref(maker->parts);
    g_free(maker);
}

void body_maker_want_sdp(BodyMaker *maker)
{
    maker->wants_sdp = true;
}

bool body_maker_has_anything(const BodyMaker *maker)
{
    return maker->wants_sdp || maker->parts->len > 0;
}

/* ---- encodings ---- */

static GBytes *fold_base64(GBytes *bytes)
{
    gsize length = 0;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    g_autofree char *text = g_base64_encode(data, length);
    GString *folded = g_string_new(NULL);
    for (const char *at = text; *at; at += MIN(strlen(at), LONGEST_LINE)) {
        g_string_append_printf(folded, "%.*s\r\n", LONGEST_LINE, at);
    }
    return g_string_free_to_bytes(folded);
}

/* Lines stay lines; where one gets too long, it is broken softly. */
static GBytes *quote_printable(GBytes *bytes)
{
    gsize length = 0, line = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    GString *text = g_string_new(NULL);
    for (gsize i = 0; i < length; i++) {
        bool ends_line =
            data[i] == '\n' || (data[i] == '\r' && i + 1 < length && data[i + 1] == '\n');
        bool plain = ends_line || (g_ascii_isgraph(data[i]) && data[i] != '=');
        if (!ends_line && line + 3 >= LONGEST_LINE) {
            g_string_append(text, "=\r\n");
            line = 0;
        }
        g_string_append_printf(text, plain ? "%c" : "=%02X", (guchar)data[i]);
        line = ends_line ? 0 : line + (plain ? 1 : 3);
    }
    return g_string_free_to_bytes(text);
}

static GBytes *encode(GBytes *bytes, Coding coding)
{
    switch (coding) {
    case CODING_BASE64:
    case CODING_BASE64_ANNOUNCED:
        return fold_base64(bytes);
    case CODING_QUOTED_PRINTABLE:
        return quote_printable(bytes);
    case CODING_GZIP:
        return compress_octets(bytes, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
    case CODING_DEFLATE: /* in HTTP's sense: with the header of zlib, RFC 9110 8.4.1.2 */
        return compress_octets(bytes, G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
    default:
        return g_bytes_ref(bytes);
    }
}

static const char *const coding_headers[] = {
    [CODING_NONE] = "",
    [CODING_BASE64] = "",
    [CODING_BASE64_ANNOUNCED] = "Content-Transfer-Encoding: base64\r\n",
    [CODING_QUOTED_PRINTABLE] = "Content-Transfer-Encoding: quoted-printable\r\n",
    [CODING_GZIP] = "Content-Encoding: gzip\r\n",
    [CODING_DEFLATE] = "Content-Encoding: deflate\r\n",
};

static bool read_attribute(BodyMaker *maker, const Scenario *scenario,
                           const ScenarioMessage *message, GError **error)
{
    const char *wanted = setting_get(message->settings, "key-mgmt");
    gsize i = 0;
    while (wanted && !g_str_equal(attributes[i].name, wanted)) {
        if (++i == G_N_ELEMENTS(attributes)) {
            return scenario_fail(error, scenario, message->line,
                                 "key-mgmt=%s: there is no such one", wanted);
        }
    }
    maker->attribute = attributes[i].attribute;
    maker->unpadded = attributes[i].unpadded;
    return true;
}

bool body_maker_read_style(BodyMaker *maker, const Scenario *scenario,
                           const ScenarioMessage *message, GError **error)
{
    const char *coding = setting_get(message->settings, "coding");
    while (coding && !g_str_equal(coding_names[maker->coding], coding)) {
        if (++maker->coding == G_N_ELEMENTS(coding_names)) {
            return scenario_fail(error, scenario, message->line, "coding=%s: there is no such one",
                                 coding);
        }
    }
    maker->line = setting_get(message->settings, "sdp-line");
    maker->lf = spelling_wants_lf(message->settings, "body");
    maker->open = g_strcmp0(setting_get(message->settings, "closing"), "no") == 0;
    return read_attribute(maker, scenario, message, error);
}

/* ---- parts ---- */

/* @param index  before which part; -1: after all */
static void add_part(BodyMaker *maker, gint index, const char *type, Coding coding, GBytes *bytes)
{
    Part *part = g_new0(Part, 1);
    part->type = type;
    part->coding = coding;
    part->bytes = bytes;
    g_ptr_array_insert(maker->parts, index, part);
}

static char *key_mgmt(const BodyMaker *maker, GBytes *mikey)
{
    gsize length = 0;
    const guint8 *data = g_bytes_get_data(mikey, &length);
    g_autofree char *text = g_base64_encode(data, length);
    char *padding = strchr(text, '=');
    if (padding && maker->unpadded) {
        *padding = '\0';
    }
    return g_strdup_printf("%s%s\r\n", maker->attribute, text);
}

/* A list of one resource, whose URI says what the body of a request to it is to be (RFC 5363, RFC 3261
 * 19.1.1): as in a REFER within a pre-established session. */
static GBytes *make_resource_list(const BodyMaker *maker, GBytes *mikey)
{
    g_autofree char *attribute = key_mgmt(maker, mikey);
    g_autofree char *sdp = g_strdup_printf("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nt=0 0\r\n%s",
                                           maker->address, attribute);
    g_autofree char *escaped = g_uri_escape_string(sdp, NULL, FALSE);
    char *list = g_strdup_printf(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
        "<resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\"><list>\r\n"
        "<entry "
        "uri=\"sip:bob@partner.example.org?Content-Type=application%%2Fsdp&amp;body=%s\"/>\r\n"
        "</list></resource-lists>\r\n",
        escaped);
    return g_bytes_new_take(list, strlen(list));
}

/* A message within the message, as registrars tell servers of users that registered (3GPP TS 24.229). */
static GBytes *make_message(const BodyMaker *maker, const char *type, GBytes *bytes)
{
    gsize length = 0;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    g_autofree char *text = g_base64_encode(data, length);
    char *message = g_strdup_printf("REGISTER sip:example.org SIP/2.0\r\n"
                                    "Via: SIP/2.0/UDP %s;branch=z9hG4bK-within\r\n"
                                    "From: <sip:%s@example.org>;tag=within\r\n"
                                    "To: <sip:%s@example.org>\r\n"
                                    "Call-ID: within@%s\r\nCSeq: 1 REGISTER\r\n"
                                    "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
                                    maker->address, maker->user, maker->user, maker->address,
                                    type ? type : MIKEY_MEDIA_TYPE, strlen(text), text);
    return g_bytes_new_take(message, strlen(message));
}

bool body_maker_add(BodyMaker *maker, const char *type, GBytes *bytes, const char *in)
{
    gsize way = 0;
    while (way < G_N_ELEMENTS(ways) && !g_str_equal(ways[way].name, in)) {
        way++;
    }
    if (way == G_N_ELEMENTS(ways)) {
        return false;
    }
    bool in_sdp = ways[way].place == PLACE_SESSION || ways[way].place == PLACE_MEDIUM;
    if ((in_sdp || ways[way].place == PLACE_URI) && type) {
        return false;
    }
    maker->wants_sdp |= ways[way].company == COMPANY_SDP;
    maker->wants_text |= ways[way].company == COMPANY_TEXT;
    maker->wants_multipart |= ways[way].place == PLACE_PART;
    if (in_sdp) {
        g_autofree char *attribute = key_mgmt(maker, bytes);
        if (ways[way].place == PLACE_SESSION) {
            g_string_append(maker->session, attribute);
        } else {
            g_ptr_array_add(maker->media, g_steal_pointer(&attribute));
        }
    } else if (ways[way].place == PLACE_URI) {
        add_part(maker, -1, RESOURCE_LISTS, CODING_NONE, make_resource_list(maker, bytes));
    } else if (ways[way].place == PLACE_MESSAGE) {
        add_part(maker, -1, "message/sip", CODING_NONE, make_message(maker, type, bytes));
    } else {
        add_part(maker, -1, type ? type : MIKEY_MEDIA_TYPE, ways[way].coding, g_bytes_ref(bytes));
    }
    return true;
}

static GBytes *make_sdp(const BodyMaker *maker)
{
    const char *version = maker->ipv6 ? "IP6" : "IP4";
    GString *sdp = g_string_new("v=0\r\n");
    g_string_append_printf(sdp, "o=%s 1 1 IN %s %s\r\ns=-\r\nc=IN %s %s\r\n%s%st=0 0\r\n%s",
                           maker->user, version, maker->address, version, maker->address,
                           maker->line ? maker->line : "", maker->line ? "\r\n" : "",
                           maker->session->str);
    for (guint i = 0; i < MAX(maker->media->len, 1); i++) {
        g_string_append_printf(sdp, "m=audio %u RTP/SAVP 96\r\na=rtpmap:96 AMR-WB/16000/1\r\n%s",
                               FIRST_MEDIA_PORT + 2 * i,
                               maker->media->len > 0 ? (char *)maker->media->pdata[i] : "");
    }
    return g_string_free_to_bytes(sdp);
}

/* ---- the whole ---- */

/* What a part is, and how it is coded: its own coding goes before the setting. */
static Coding coding_of(const BodyMaker *maker, const Part *part)
{
    return part->coding != CODING_NONE ? part->coding : maker->coding;
}

static char *headers_of(const BodyMaker *maker, const Part *part)
{
    return g_strdup_printf("Content-Type: %s\r\n%s", part->type,
                           coding_headers[coding_of(maker, part)]);
}

/* Appends lines that are not the content of a part. */
static void append_lines(const BodyMaker *maker, GByteArray *body, const char *lines)
{
    GString *text = g_string_new(lines);
    if (maker->lf) {
        g_string_replace(text, "\r\n", "\n", 0);
    }
    g_byte_array_append(body, (const guint8 *)text->str, text->len);
    g_string_free(text, TRUE);
}

static GBytes *make_multipart(const BodyMaker *maker)
{
    GByteArray *body = g_byte_array_new();
    for (guint i = 0; i < maker->parts->len; i++) {
        const Part *part = maker->parts->pdata[i];
        g_autofree char *headers = headers_of(maker, part);
        g_autofree char *head =
            g_strdup_printf("%s--" BOUNDARY "\r\n%s\r\n", i > 0 ? "\r\n" : "", headers);
        append_lines(maker, body, head);
        g_autoptr(GBytes) coded = encode(part->bytes, coding_of(maker, part));
        gsize length = 0;
        const guint8 *data = g_bytes_get_data(coded, &length);
        g_byte_array_append(body, data, length);
    }
    append_lines(maker, body, maker->open ? "\r\n" : "\r\n--" BOUNDARY "--\r\n");
    return g_byte_array_free_to_bytes(body);
}

GBytes *body_maker_finish(BodyMaker *maker, char **headers)
{
    static const char text[] = "This device needs another KMS.\r\n";
    /* The usual things go first, as senders do, for devices that read the first part only. */
    if (maker->wants_text) {
        add_part(maker, 0, "text/plain", CODING_NONE, g_bytes_new_static(text, strlen(text)));
    }
    if (maker->wants_sdp) {
        add_part(maker, 0, "application/sdp", CODING_NONE, make_sdp(maker));
    }
    if (maker->parts->len > 1 || maker->wants_multipart) {
        *headers = g_strdup("Content-Type: multipart/mixed;boundary=\"" BOUNDARY "\"\r\n");
        return make_multipart(maker);
    }
    const Part *only = maker->parts->len > 0 ? maker->parts->pdata[0] : NULL;
    *headers = only ? headers_of(maker, only) : g_strdup("");
    return only ? encode(only->bytes, coding_of(maker, only)) : g_bytes_new(NULL, 0);
}
