/* sip-skim.c
 * What an ordinary SIP message says, read without a dissector
 *
 * Wireshark reads a header field in one of two ways. Most it takes as they are; they may hold any
 * text. The others it takes apart; they must be in the one shape that the check of theirs knows, in
 * which both come to the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sieve/sip-skim.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/sieve/sdp-skim.h"
#include "analyzer/sieve/sip-text.h"

/* An ordinary message fits a few frames of Ethernet and has not that many header fields. */
#define MAX_MESSAGE 8192
#define MAX_FIELDS  100
#define MAX_METHOD  16

/* Header fields that a message has, and has once. */
typedef enum Single {
    SINGLE_CALL_ID = 1 << 0,
    SINGLE_CSEQ = 1 << 1,
    SINGLE_FROM = 1 << 2,
    SINGLE_TO = 1 << 3,
    SINGLE_LENGTH = 1 << 4,
    SINGLE_NEEDED = (1 << 5) - 1,
    SINGLE_TYPE = 1 << 5,
    SINGLE_NONE = 0
} Single;

/* A message while it is read. */
typedef struct Reading {
    SipSkim *skim;
    guint seen;       /* of Single */
    bool has_via;     /* the topmost one was read */
    bool has_session; /* its body is said to be a session description */
    guint32 length;   /* that its body is said to have */
} Reading;

/* Reads the value of a header field; false where it is not ordinary. */
typedef bool (*ReadField)(Reading *reading, SipText value);

/* Letter case does not matter in names. */
typedef struct Field {
    const char *name;
    ReadField read; /* NULL: any value */
    Single single;
} Field;

/* ---- parts of values ---- */

static bool take_quoted(SipText *text)
{
    SipText rest = *text;

    if (!sip_text_take_octet(&rest, '"')) {
        return false;
    }
    sip_text_take(&rest, SIP_QUOTED);
    if (!sip_text_take_octet(&rest, '"')) {
        return false;
    }
    *text = rest;
    return true;
}

static bool take_uri(SipText *text, SipText *uri)
{
    static const char *const schemes[] = {"sip:", "sips:", "tel:"};

    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
        SipText rest = *text;

        if (!sip_text_take_words(&rest, schemes[i])) {
            continue;
        }
        /* What follows a plus is read as digits. */
        if (sip_text_take_octet(&rest, '+') && sip_text_take(&rest, SIP_DIGIT).length < 3) {
            return false;
        }
        uri->at = text->at;
        sip_text_take(&rest, SIP_URI);
        uri->length = (gsize)(rest.at - uri->at);
        *text = rest;
        return uri->length > strlen(schemes[i]);
    }
    return false;
}

/* "<sip:alice@example.org>", with a display name or without. */
static bool take_name_addr(SipText *text)
{
    SipText uri;

    if (take_quoted(text)) {
        sip_text_take_octet(text, ' ');
    } else {
        sip_text_take(text, SIP_NAME);
    }
    return sip_text_take_octet(text, '<') && take_uri(text, &uri) && sip_text_take_octet(text, '>');
}

/* ";name", ";name=value" or ";name="value"": what some would read on in is not taken. */
static bool take_parameter(SipText *text, SipText *name, SipText *value)
{
    SipText rest = *text;

    *value = (SipText){NULL, 0};
    if (!sip_text_take_octet(&rest, ';')) {
        return false;
    }
    *name = sip_text_take(&rest, SIP_TOKEN);
    if (sip_text_is_empty(*name)) {
        return false;
    }
    if (sip_text_take_octet(&rest, '=')) {
        *value = (SipText){rest.at, 0};
        if (!take_quoted(&rest) && sip_text_is_empty(sip_text_take(&rest, SIP_VALUE))) {
            return false;
        }
        value->length = (gsize)(rest.at - value->at);
        if (sip_text_has(*value, ';') || sip_text_has(*value, ',') || sip_text_has(*value, '=')) {
            return false;
        }
    }
    *text = rest;
    return true;
}

/* Takes parameters to the end of the value. */
static bool ends_in_parameters(SipText value)
{
    SipText name, ignored;

    while (take_parameter(&value, &name, &ignored)) {
        continue;
    }
    return sip_text_is_empty(value);
}

static bool is_word(SipText text, const char *word)
{
    return text.length == strlen(word) && g_ascii_strncasecmp(text.at, word, text.length) == 0;
}

/* ---- header fields that make the event ---- */

static bool take_method(SipText *text, SipText *method)
{
    *method = sip_text_take(text, SIP_UPPER);
    return method->length > 0 && method->length <= MAX_METHOD;
}

static bool read_call_id(Reading *reading, SipText value)
{
    reading->skim->call_id = sip_text_take(&value, SIP_WORD);
    return reading->skim->call_id.length > 0 && sip_text_is_empty(value);
}

static bool read_cseq(Reading *reading, SipText value)
{
    SipText method;

    if (!sip_text_take_number(&value, &reading->skim->cseq) || !sip_text_take_octet(&value, ' ') ||
        !take_method(&value, &method)) {
        return false;
    }
    if (reading->skim->status != 0) {
        reading->skim->method = method;
    }
    return sip_text_is_empty(value);
}

/* From and To. Wireshark looks for "tag=" wherever it stands. */
static bool read_party(SipText value, SipText *tag)
{
    SipText name, text;

    if (!take_name_addr(&value)) {
        return false;
    }
    while (take_parameter(&value, &name, &text)) {
        bool is_tag = name.length >= 3 && is_word((SipText){name.at + name.length - 3, 3}, "tag");

        if (!is_tag) {
            continue;
        }
        if (name.length != 3 || memcmp(name.at, "tag", 3) != 0 || tag->at || !text.at ||
            *text.at == '"') {
            return false;
        }
        *tag = text;
    }
    return sip_text_is_empty(value);
}

static bool read_from(Reading *reading, SipText value)
{
    return read_party(value, &reading->skim->from_tag);
}

static bool read_to(Reading *reading, SipText value)
{
    return read_party(value, &reading->skim->to_tag);
}

/* "192.0.2.1:5060", "[2001:db8::1]" */
static bool take_sent_by(SipText *text)
{
    guint32 port;

    if (sip_text_take_octet(text, '[')) {
        if (sip_text_is_empty(sip_text_take(text, SIP_LETTER | SIP_DIGIT)) &&
            !sip_text_has(*text, ':')) {
            return false;
        }
        while (sip_text_take_octet(text, ':') || sip_text_take_octet(text, '.')) {
            sip_text_take(text, SIP_LETTER | SIP_DIGIT);
        }
        if (!sip_text_take_octet(text, ']')) {
            return false;
        }
    } else {
        if (sip_text_is_empty(sip_text_take(text, SIP_LETTER | SIP_DIGIT))) {
            return false;
        }
        while (sip_text_take_octet(text, '.') || sip_text_take_octet(text, '-')) {
            sip_text_take(text, SIP_LETTER | SIP_DIGIT);
        }
    }
    return !sip_text_take_octet(text, ':') ||
           (sip_text_take_number(text, &port) && port <= G_MAXUINT16);
}

/* Wireshark reads the name up to the first octet that is neither a letter nor a hyphen, and of some
 * it reads the value. */
static bool via_parameter_is_odd(SipText name)
{
    SipText rest = name;

    while (sip_text_take_octet(&rest, '-') || sip_text_take(&rest, SIP_LETTER).length > 0) {
        continue;
    }
    return !sip_text_is_empty(rest) || is_word(name, "oc") || is_word(name, "oc-seq") ||
           is_word(name, "oc-algo") || is_word(name, "oc-validity") || is_word(name, "be-route");
}

/* "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1": one a line, the first is the topmost. */
static bool read_via(Reading *reading, SipText value)
{
    SipText branch = {NULL, 0}, name, text;

    if (!sip_text_take_words(&value, "SIP/2.0/") ||
        sip_text_is_empty(sip_text_take(&value, SIP_UPPER)) || !sip_text_take_octet(&value, ' ') ||
        !take_sent_by(&value)) {
        return false;
    }
    while (take_parameter(&value, &name, &text)) {
        if (via_parameter_is_odd(name) || (text.at && *text.at == '"')) {
            return false;
        }
        if (!is_word(name, "branch")) {
            continue;
        }
        if (branch.at || !text.at) {
            return false;
        }
        branch = text;
    }
    if (!reading->has_via) {
        reading->skim->branch = branch;
    }
    reading->has_via = true;
    return branch.at && sip_text_is_empty(value);
}

static bool read_length(Reading *reading, SipText value)
{
    return sip_text_take_number(&value, &reading->length) && sip_text_is_empty(value);
}

/* No other type is ordinary: a body of it may be anything. */
static bool read_type(Reading *reading, SipText value)
{
    reading->has_session = true;
    return is_word(value, "application/sdp");
}

/* ---- header fields that Wireshark takes apart ---- */

static bool read_name_addr(Reading *reading, SipText value)
{
    (void)reading;
    return take_name_addr(&value) && ends_in_parameters(value);
}

static bool read_contact(Reading *reading, SipText value)
{
    if (sip_text_take_octet(&value, '*')) {
        return sip_text_is_empty(value);
    }
    return read_name_addr(reading, value);
}

/* "<sip:proxy.example.org;lr>, <sip:other.example.org>" */
static bool read_route(Reading *reading, SipText value)
{
    (void)reading;
    do {
        SipText uri;

        sip_text_take_octet(&value, ' ');
        if (!sip_text_take_octet(&value, '<') || !take_uri(&value, &uri) ||
            !sip_text_take_octet(&value, '>')) {
            return false;
        }
    } while (sip_text_take_octet(&value, ','));
    return sip_text_is_empty(value);
}

static bool read_something(Reading *reading, SipText value)
{
    (void)reading;
    return !sip_text_is_empty(value);
}

/* Anything behind the number is called malformed. */
static bool read_seconds(Reading *reading, SipText value)
{
    guint32 seconds;

    (void)reading;
    return sip_text_take_number(&value, &seconds) && sip_text_is_empty(value);
}

/* "username="alice", realm="example.org", algorithm=MD5" */
static bool read_digest_items(Reading *reading, SipText value)
{
    (void)reading;
    do {
        while (sip_text_take_octet(&value, ' ')) {
            continue;
        }
        if (sip_text_is_empty(sip_text_take(&value, SIP_TOKEN)) ||
            !sip_text_take_octet(&value, '=') ||
            (!take_quoted(&value) && sip_text_is_empty(sip_text_take(&value, SIP_VALUE)))) {
            return false;
        }
    } while (sip_text_take_octet(&value, ','));
    return sip_text_is_empty(value);
}

static bool read_digest(Reading *reading, SipText value)
{
    return sip_text_take_words(&value, "Digest ") && read_digest_items(reading, value);
}

/* "Q.850;cause=16;text="Normal call clearing"" */
static bool read_reason(Reading *reading, SipText value)
{
    guint32 cause;

    (void)reading;
    if (sip_text_is_empty(sip_text_take(&value, SIP_TOKEN)) ||
        !sip_text_take_words(&value, ";cause=") || !sip_text_take_number(&value, &cause)) {
        return false;
    }
    return sip_text_is_empty(value) || (sip_text_take_words(&value, ";text=") &&
                                        take_quoted(&value) && sip_text_is_empty(value));
}

/* "3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=0010100" */
static bool read_access(Reading *reading, SipText value)
{
    (void)reading;
    return !sip_text_is_empty(sip_text_take(&value, SIP_TOKEN)) && ends_in_parameters(value);
}

static bool take_identifier(SipText *text)
{
    SipText identifier = sip_text_take(text, SIP_LETTER | SIP_DIGIT);

    for (gsize i = 0; i < identifier.length; i++) {
        if (!g_ascii_isxdigit(identifier.at[i])) {
            return false;
        }
    }
    return identifier.length == 32;
}

/* RFC 7329: 32 hexadecimal digits. */
static bool read_session_id(Reading *reading, SipText value)
{
    (void)reading;
    return take_identifier(&value) && sip_text_is_empty(value);
}

/* ---- all header fields ---- */

/* By length, then by octets. What is not here, compact forms too, is not ordinary. */
static const Field fields[] = {
    {"To", read_to, SINGLE_TO},
    {"Via", read_via, SINGLE_NONE},
    {"CSeq", read_cseq, SINGLE_CSEQ},
    {"Date", NULL, SINGLE_NONE},
    {"From", read_from, SINGLE_FROM},
    {"Path", read_route, SINGLE_NONE},
    {"RSeq", NULL, SINGLE_NONE},
    {"Allow", NULL, SINGLE_NONE},
    {"Event", NULL, SINGLE_NONE},
    {"Route", read_route, SINGLE_NONE},
    {"Accept", NULL, SINGLE_NONE},
    {"Min-SE", NULL, SINGLE_NONE},
    {"Reason", read_reason, SINGLE_NONE},
    {"Server", NULL, SINGLE_NONE},
    {"Call-ID", read_call_id, SINGLE_CALL_ID},
    {"Contact", read_contact, SINGLE_NONE},
    {"Expires", read_something, SINGLE_NONE},
    {"Privacy", NULL, SINGLE_NONE},
    {"Require", NULL, SINGLE_NONE},
    {"Subject", NULL, SINGLE_NONE},
    {"Warning", NULL, SINGLE_NONE},
    {"Priority", NULL, SINGLE_NONE},
    {"SIP-ETag", NULL, SINGLE_NONE},
    {"Supported", NULL, SINGLE_NONE},
    {"Timestamp", NULL, SINGLE_NONE},
    {"Alert-Info", NULL, SINGLE_NONE},
    {"Session-ID", read_session_id, SINGLE_NONE},
    {"User-Agent", NULL, SINGLE_NONE},
    {"Answer-Mode", NULL, SINGLE_NONE},
    {"Min-Expires", NULL, SINGLE_NONE},
    {"Retry-After", read_seconds, SINGLE_NONE},
    {"Unsupported", NULL, SINGLE_NONE},
    {"Allow-Events", NULL, SINGLE_NONE},
    {"Content-Type", read_type, SINGLE_TYPE},
    {"Feature-Caps", read_something, SINGLE_NONE},
    {"MIME-Version", NULL, SINGLE_NONE},
    {"Max-Forwards", read_something, SINGLE_NONE},
    {"Organization", NULL, SINGLE_NONE},
    {"Record-Route", read_route, SINGLE_NONE},
    {"SIP-If-Match", NULL, SINGLE_NONE},
    {"Authorization", read_digest, SINGLE_NONE},
    {"P-Early-Media", NULL, SINGLE_NONE},
    {"Proxy-Require", NULL, SINGLE_NONE},
    {"Service-Route", read_route, SINGLE_NONE},
    {"Accept-Contact", NULL, SINGLE_NONE},
    {"Content-Length", read_length, SINGLE_LENGTH},
    {"Accept-Encoding", NULL, SINGLE_NONE},
    {"Accept-Language", NULL, SINGLE_NONE},
    {"Session-Expires", NULL, SINGLE_NONE},
    {"WWW-Authenticate", read_digest, SINGLE_NONE},
    {"P-Called-Party-ID", NULL, SINGLE_NONE},
    {"Resource-Priority", NULL, SINGLE_NONE},
    {"P-Asserted-Service", NULL, SINGLE_NONE},
    {"Proxy-Authenticate", read_digest, SINGLE_NONE},
    {"Subscription-State", NULL, SINGLE_NONE},
    {"Authentication-Info", read_digest_items, SINGLE_NONE},
    {"Content-Disposition", NULL, SINGLE_NONE},
    {"P-Asserted-Identity", read_name_addr, SINGLE_NONE},
    {"P-Preferred-Service", NULL, SINGLE_NONE},
    {"Proxy-Authorization", read_digest, SINGLE_NONE},
    {"Request-Disposition", NULL, SINGLE_NONE},
    {"P-Preferred-Identity", read_name_addr, SINGLE_NONE},
    {"P-Visited-Network-ID", NULL, SINGLE_NONE},
    {"P-Access-Network-Info", read_access, SINGLE_NONE},
};

static int compare_name(const void *key, const void *element)
{
    const SipText *name = key;
    const Field *field = element;
    gsize length = strlen(field->name);

    if (name->length != length) {
        return name->length < length ? -1 : 1;
    }
    return memcmp(name->at, field->name, length);
}

/* Hardly anybody writes a name in another way than RFC 3261 does. */
static const Field *find_field(SipText name)
{
    const Field *found =
        bsearch(&name, fields, G_N_ELEMENTS(fields), sizeof fields[0], compare_name);

    for (gsize i = 0; !found && i < G_N_ELEMENTS(fields); i++) {
        if (is_word(name, fields[i].name)) {
            found = &fields[i];
        }
    }
    return found;
}

/* "Name: value"; what the line begins or ends with would be a part of the value to some. */
static bool read_field(Reading *reading, SipText line)
{
    SipText name = sip_text_take(&line, SIP_TOKEN);
    const Field *field = find_field(name);

    if (!field || (reading->seen & field->single) || !sip_text_take_octet(&line, ':')) {
        return false;
    }
    reading->seen |= field->single;
    while (sip_text_take_octet(&line, ' ')) {
        continue;
    }
    if (!sip_text_is_empty(line) && line.at[line.length - 1] == ' ') {
        return false;
    }
    return !field->read || field->read(reading, line);
}

/* ---- the message ---- */

static bool read_request_line(SipText line, SipSkim *skim)
{
    return take_method(&line, &skim->method) && sip_text_take_octet(&line, ' ') &&
           take_uri(&line, &skim->request_uri) && sip_text_take_words(&line, " SIP/2.0") &&
           sip_text_is_empty(line);
}

/* "SIP/2.0 200 OK"; the reason may be missing, its space not. */
static bool read_status_line(SipText line, SipSkim *skim)
{
    guint32 status;
    SipText code;

    if (!sip_text_take_words(&line, "SIP/2.0 ")) {
        return false;
    }
    code = line;
    if (!sip_text_take_number(&line, &status) || line.at - code.at != 3 || status < 100 ||
        status > 699 || !sip_text_take_octet(&line, ' ')) {
        return false;
    }
    skim->status = status;
    return true;
}

static bool read_fields(Reading *reading, SipText *message)
{
    SipText line;

    for (guint i = 0; i < MAX_FIELDS && sip_text_take_line(message, &line); i++) {
        if (sip_text_is_empty(line)) {
            return (reading->seen & SINGLE_NEEDED) == SINGLE_NEEDED && reading->has_via;
        }
        if (!read_field(reading, line)) {
            return false;
        }
    }
    return false;
}

bool sip_skim(const char *message, gsize length, SipSkim *skim)
{
    SipText rest = {message, length}, line;
    Reading reading = {.skim = skim};

    *skim = (SipSkim){0};
    if (length > MAX_MESSAGE || !sip_text_take_line(&rest, &line) ||
        !(read_status_line(line, skim) || read_request_line(line, skim)) ||
        !read_fields(&reading, &rest) || reading.length != rest.length) {
        return false;
    }
    return sip_text_is_empty(rest) || (reading.has_session && sdp_is_ordinary(rest));
}
