/* sdp-skim.c
 * Is a session description one that needs no dissector?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sieve/sdp-skim.h"

#include <string.h>

/* More than any phone offers. */
#define MAX_LINES        128
#define MAX_MEDIA        8
#define MAX_FORMATS      24
#define MAX_PAYLOAD_TYPE 127

typedef bool (*Check)(SipText value);

typedef struct Attribute {
    const char *name;
    Check check;
} Attribute;

static bool any_value(SipText value)
{
    return !sip_text_has(value, '"'); /* it would quote line ends */
}

static bool no_value(SipText value)
{
    return sip_text_is_empty(value);
}

static bool take_payload_type(SipText *text)
{
    guint32 type;

    return sip_text_take_number(text, &type) && type <= MAX_PAYLOAD_TYPE;
}

/* "0 PCMU/8000" */
static bool is_map(SipText value)
{
    guint32 rate;

    return take_payload_type(&value) && sip_text_take_octet(&value, ' ') &&
           !sip_text_is_empty(sip_text_take(&value, SIP_TOKEN)) &&
           sip_text_take_octet(&value, '/') && sip_text_take_number(&value, &rate) &&
           (sip_text_is_empty(value) || sip_text_take_octet(&value, '/')) &&
           (sip_text_take(&value, SIP_DIGIT), sip_text_is_empty(value));
}

/* Wireshark gives the values of these to other dissectors. */
static bool is_dissected(SipText name)
{
    static const char *const beginnings[] = {"config", "level", "packetization", "profile",
                                             "sprop"};

    for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++) {
        if (sip_text_take_words(&name, beginnings[i])) {
            return true;
        }
    }
    return false;
}

/* "101 0-16" and "97 mode-set=0,2; octet-align=1" */
static bool is_parameters(SipText value)
{
    if (!take_payload_type(&value) || !sip_text_take_octet(&value, ' ')) {
        return false;
    }
    do {
        while (sip_text_take_octet(&value, ' ')) {
            continue;
        }
        SipText name = sip_text_take(&value, SIP_LETTER | SIP_DIGIT | SIP_TOKEN);

        if (sip_text_is_empty(name) || is_dissected(name)) {
            return false;
        }
        while (sip_text_take_octet(&value, '=') || sip_text_take_octet(&value, ',')) {
            sip_text_take(&value, SIP_TOKEN);
        }
    } while (sip_text_take_octet(&value, ';'));
    return sip_text_is_empty(value);
}

/* Those that stand most often in session descriptions; in the order of their names. */
static const Attribute attributes[] = {
    {"conf", any_value},      {"curr", any_value},     {"des", any_value},
    {"direction", any_value}, {"fmtp", is_parameters}, {"framerate", any_value},
    {"group", any_value},     {"ice-lite", no_value},  {"inactive", no_value},
    {"label", any_value},     {"maxptime", any_value}, {"mid", any_value},
    {"ptime", any_value},     {"recvonly", no_value},  {"rtcp", any_value},
    {"rtcp-fb", any_value},   {"rtcp-mux", no_value},  {"rtpmap", is_map},
    {"sendonly", no_value},   {"sendrecv", no_value},  {"silenceSupp", any_value},
    {"ssrc", any_value},      {"tool", any_value},
};

static bool is_attribute(SipText value)
{
    SipText name = sip_text_take(&value, SIP_TOKEN);

    /* A colon without a value is an expert's business. */
    if (sip_text_take_octet(&value, ':') && sip_text_is_empty(value)) {
        return false;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(attributes); i++) {
        if (strlen(attributes[i].name) == name.length &&
            memcmp(attributes[i].name, name.at, name.length) == 0) {
            return attributes[i].check(value);
        }
    }
    return false;
}

/* "- 1 1 IN IP4 192.0.2.1" */
static bool is_origin(SipText value)
{
    for (guint i = 0; i < 5; i++) {
        if (sip_text_is_empty(sip_text_take(&value, SIP_VALUE)) ||
            !sip_text_take_octet(&value, ' ')) {
            return false;
        }
    }
    return !sip_text_is_empty(sip_text_take(&value, SIP_VALUE)) && sip_text_is_empty(value);
}

static bool is_connection(SipText value)
{
    return (sip_text_take_words(&value, "IN IP4 ") || sip_text_take_words(&value, "IN IP6 ")) &&
           !sip_text_has(value, '/') && !sip_text_is_empty(sip_text_take(&value, SIP_VALUE)) &&
           sip_text_is_empty(value);
}

static bool is_bandwidth(SipText value)
{
    return !sip_text_is_empty(sip_text_take(&value, SIP_TOKEN)) &&
           sip_text_take_octet(&value, ':') &&
           !sip_text_is_empty(sip_text_take(&value, SIP_DIGIT)) && sip_text_is_empty(value);
}

static bool is_time(SipText value)
{
    return !sip_text_is_empty(sip_text_take(&value, SIP_DIGIT)) &&
           sip_text_take_octet(&value, ' ') &&
           !sip_text_is_empty(sip_text_take(&value, SIP_DIGIT)) && sip_text_is_empty(value);
}

/* "audio 40000 RTP/AVP 0 8 101" */
static bool is_media(SipText value)
{
    guint32 port;
    guint formats = 0;

    if (sip_text_is_empty(sip_text_take(&value, SIP_LETTER)) || !sip_text_take_octet(&value, ' ') ||
        !sip_text_take_number(&value, &port) || port > G_MAXUINT16 ||
        !sip_text_take_words(&value, " RTP/") ||
        sip_text_is_empty(sip_text_take(&value, SIP_UPPER))) {
        return false;
    }
    while (sip_text_take_octet(&value, ' ')) {
        if (!take_payload_type(&value) || ++formats > MAX_FORMATS) {
            return false;
        }
    }
    return formats > 0 && sip_text_is_empty(value);
}

/* "=" comes behind the letter. @param media  counts the descriptions of media */
static bool is_line(SipText line, guint *media)
{
    char type;

    if (line.length < 2 || line.at[1] != '=') {
        return false;
    }
    type = line.at[0];
    line.at += 2;
    line.length -= 2;
    switch (type) {
    case 'a':
        return is_attribute(line);
    case 'b':
        return is_bandwidth(line);
    case 'c':
        return is_connection(line);
    case 'm':
        return ++*media <= MAX_MEDIA && is_media(line);
    case 'o':
        return is_origin(line);
    case 't':
        return is_time(line);
    case 'e':
    case 'i':
    case 'p':
    case 's':
    case 'u':
        return any_value(line);
    default:
        return false;
    }
}

bool sdp_is_ordinary(SipText body)
{
    SipText line;
    guint lines = 0, media = 0;

    if (!sip_text_take_words(&body, "v=0\r\n")) {
        return false;
    }
    while (sip_text_take_line(&body, &line)) {
        if (++lines > MAX_LINES || !is_line(line, &media)) {
            return false;
        }
    }
    return sip_text_is_empty(body);
}
