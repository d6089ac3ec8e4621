/* sip-skim.c
 * What an ordinary SIP message says, read without a dissector
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sieve/sip-skim.h"

#include "analyzer/sieve/sdp-skim.h"
#include "core/sip/krr-mention.h"

/* An ordinary message fits a few frames of Ethernet and has not that many header fields. */
#define MAX_MESSAGE 8192
#define MAX_FIELDS  100

static bool read_request_line(SipText line, SipFacts *facts)
{
    return sip_text_take_method(&line, &facts->method) && sip_text_take_octet(&line, ' ') &&
           sip_text_take_uri(&line, &facts->request_uri) &&
           sip_text_take_words(&line, " SIP/2.0") && sip_text_is_empty(line);
}

/* "SIP/2.0 200 OK"; the reason may be missing, its space not. */
static bool read_status_line(SipText line, SipFacts *facts)
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
    facts->status = status;
    return true;
}

static bool read_fields(SipHeader *header, SipText *message)
{
    SipText line;

    for (guint i = 0; i < MAX_FIELDS && sip_text_take_line(message, &line); i++) {
        if (sip_text_is_empty(line)) {
            return sip_header_is_complete(header);
        }
        if (!sip_header_take_line(header, line)) {
            return false;
        }
    }
    return false;
}

bool sip_skim(const char *message, gsize length, SipFacts *facts)
{
    SipText rest = {message, length}, line;
    SipHeader header = {.facts = facts};

    *facts = (SipFacts){0};
    if (length > MAX_MESSAGE || !sip_text_take_line(&rest, &line) ||
        !(read_status_line(line, facts) || read_request_line(line, facts)) ||
        !read_fields(&header, &rest) || header.length != rest.length) {
        return false;
    }
    return sip_text_is_empty(rest) || (header.has_session && sdp_is_ordinary(rest) &&
                                       !krr_is_mentioned((SipSpan){rest.at, rest.length}));
}
