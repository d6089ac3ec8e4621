/* sip-header.c
 * The header of an ordinary SIP message, field by field
 *
 * Wireshark reads a header field in one of two ways. Most it takes as they are; they may hold any
 * text. The others it takes apart; they must be in the one shape that the check of theirs knows, in
 * which both come to the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sieve/sip-header.h"

#include <stdlib.h>
#include <string.h>

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

/* Reads the value of a header field; false where it is not ordinary. */
typedef bool (*ReadField)(SipHeader *header, SipText value);

/* Letter case does not matter in names. */
typedef struct Field {
    const char *name;
    ReadField read; /* NULL: any value */
    Single single;
} Field;

/* ---- parts of values ---- */

/* "<sip:alice@example.org>", with a display name or without. */
static bool take_name_addr(SipText *text)
{
    SipText uri;

    if (sip_text_take_quoted(text)) {
        sip_text_take_octet(text, ' ');
    } else {
        sip_text_take(text, SIP_NAME);
    }
    return sip_text_take_octet(text, '<') && sip_text_take_uri(text, &uri) &&
           sip_text_take_octet(text, '>');
}

/* ";name", ";name=value" or ";name="value"". A value is not taken where some would read a further
 * parameter in it. */
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
        if (!sip_text_take_quoted(&rest) && sip_text_is_empty(sip_text_take(&rest, SIP_VALUE))) {
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

/* ---- header fields that make the event ---- */

static bool read_call_id(SipHeader *header, SipText value)
{
    header->facts->call_id = sip_text_take(&value, SIP_WORD);
    return header->facts->call_id.length > 0 && sip_text_is_empty(value);
}

static bool read_cseq(SipHeader *header, SipText value)
{
    SipText method;

    if (!sip_text_take_number(&value, &header->facts->cseq) || !sip_text_take_octet(&value, ' ') ||
        !sip_text_take_method(&value, &method)) {
        return false;
    }
    if (header->facts->status != 0) {
        header->facts->method = method;
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
        bool is_tag =
            name.length >= 3 && sip_text_is_word((SipText){name.at + name.length - 3, 3}, "tag");

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

static bool read_from(SipHeader *header, SipText value)
{
    return read_party(value, &header->facts->from_tag);
}

static bool read_to(SipHeader *header, SipText value)
{
    return read_party(value, &header->facts->to_tag);
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

/* Wireshark reads the name up to the first octet that is neither a letter nor a hyphen. It reads
 * the value of some parameters. */
static bool via_parameter_is_odd(SipText name)
{
    SipText rest = name;

    while (sip_text_take_octet(&rest, '-') || sip_text_take(&rest, SIP_LETTER).length > 0) {
        continue;
    }
    return !sip_text_is_empty(rest) || sip_text_is_word(name, "oc") ||
           sip_text_is_word(name, "oc-seq") || sip_text_is_word(name, "oc-algo") ||
           sip_text_is_word(name, "oc-validity") || sip_text_is_word(name, "be-route");
}

/* "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1": one a line, the first is the topmost. */
static bool read_via(SipHeader *header, SipText value)
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
        if (!sip_text_is_word(name, "branch")) {
            continue;
        }
        if (branch.at || !text.at) {
            return false;
        }
        branch = text;
    }
    if (!header->has_via) {
        header->facts->branch = branch;
    }
    header->has_via = true;
    return branch.at && sip_text_is_empty(value);
}

static bool read_length(SipHeader *header, SipText value)
{
    return sip_text_take_number(&value, &header->length) && sip_text_is_empty(value);
}

/* No other type is ordinary: a body of it may be anything. */
static bool read_type(SipHeader *header, SipText value)
{
    header->has_session = true;
    return sip_text_is_word(value, "application/sdp");
}

/* ---- header fields that Wireshark takes apart ---- */

static bool read_name_addr(SipHeader *header, SipText value)
{
    (void)header;
    return take_name_addr(&value) && ends_in_parameters(value);
}

static bool read_contact(SipHeader *header, SipText value)
{
    if (sip_text_take_octet(&value, '*')) {
        return sip_text_is_empty(value);
    }
    return read_name_addr(header, value);
}

/* "<sip:proxy.example.org;lr>, <sip:other.example.org>" */
static bool read_route(SipHeader *header, SipText value)
{
    (void)header;
    do {
        SipText uri;

        sip_text_take_octet(&value, ' ');
        if (!sip_text_take_octet(&value, '<') || !sip_text_take_uri(&value, &uri) ||
            !sip_text_take_octet(&value, '>')) {
            return false;
        }
    } while (sip_text_take_octet(&value, ','));
    return sip_text_is_empty(value);
}

static bool read_something(SipHeader *header, SipText value)
{
    (void)header;
    return !sip_text_is_empty(value);
}

/* Anything behind the number is called malformed. */
static bool read_seconds(SipHeader *header, SipText value)
{
    guint32 seconds;

    (void)header;
    return sip_text_take_number(&value, &seconds) && sip_text_is_empty(value);
}

/* "username="alice", realm="example.org", algorithm=MD5" */
static bool read_digest_items(SipHeader *header, SipText value)
{
    (void)header;
    do {
        while (sip_text_take_octet(&value, ' ')) {
            continue;
        }
        if (sip_text_is_empty(sip_text_take(&value, SIP_TOKEN)) ||
            !sip_text_take_octet(&value, '=') ||
            (!sip_text_take_quoted(&value) &&
             sip_text_is_empty(sip_text_take(&value, SIP_VALUE)))) {
            return false;
        }
    } while (sip_text_take_octet(&value, ','));
    return sip_text_is_empty(value);
}

static bool read_digest(SipHeader *header, SipText value)
{
    return sip_text_take_words(&value, "Digest ") && read_digest_items(header, value);
}

/* "Q.850;cause=16;text="Normal call clearing"" */
static bool read_reason(SipHeader *header, SipText value)
{
    guint32 cause;

    (void)header;
    if (sip_text_is_empty(sip_text_take(&value, SIP_TOKEN)) ||
        !sip_text_take_words(&value, ";cause=") || !sip_text_take_number(&value, &cause)) {
        return false;
    }
    return sip_text_is_empty(value) || (sip_text_take_words(&value, ";text=") &&
                                        sip_text_take_quoted(&value) && sip_text_is_empty(value));
}

/* "3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=0010100" */
static bool read_access(SipHeader *header, SipText value)
{
    (void)header;
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
static bool read_session_id(SipHeader *header, SipText value)
{
    (void)header;
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
        if (sip_text_is_word(name, fields[i].name)) {
            found = &fields[i];
        }
    }
    return found;
}

bool sip_header_take_line(SipHeader *header, SipText line)
{
    SipText name = sip_text_take(&line, SIP_TOKEN);
    const Field *field = find_field(name);

    if (!field || (header->seen & field->single) || !sip_text_take_octet(&line, ':')) {
        return false;
    }
    header->seen |= field->single;
    while (sip_text_take_octet(&line, ' ')) {
        continue;
    }
    /* Some would take a space at the end for a part of the value. */
    if (!sip_text_is_empty(line) && line.at[line.length - 1] == ' ') {
        return false;
    }
    return !field->read || field->read(header, line);
}

bool sip_header_is_complete(const SipHeader *header)
{
    return (header->seen & SINGLE_NEEDED) == SINGLE_NEEDED && header->has_via;
}

bool sip_header_table_is_sorted(void)
{
    for (gsize i = 1; i < G_N_ELEMENTS(fields); i++) {
        const SipText name = {fields[i - 1].name, strlen(fields[i - 1].name)};

        if (compare_name(&name, &fields[i]) >= 0) {
            return false;
        }
    }
    return true;
}
