/* sip-message.h
 * Where a SIP message begins and ends, and its header fields
 *
 * In every spelling that RFC 3261 allows, and in those that servers understand although it does not:
 * line ends before the start line (7.5), blanks before a colon (7.3.1), values in several lines,
 * compact names (7.3.3), a version in lower case (7.1), bare line feeds. Spans point into the octets
 * that were given and live as long; nothing is copied, no length is trusted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIP_MESSAGE_H
#define SIP_MESSAGE_H

#include <stdbool.h>

#include <glib.h>

/** The longest header section, and the longest body, of a message that is read. */
#define SIP_MAX_HEAD (64 * 1024)
#define SIP_MAX_BODY (16 * 1024 * 1024)

/** Some octets; not terminated. */
typedef struct SipSpan {
    const char *at;
    gsize length;
} SipSpan;

/** What octets begin with. */
typedef enum SipFraming {
    SIP_NONE,    /**< no SIP message, as far as can be told */
    SIP_PARTIAL, /**< of a stream: a message whose end is not there yet */
    SIP_WHOLE
} SipFraming;

/** Where the message is, in octets. */
typedef struct SipFrame {
    gsize skipped; /**< line ends before its start line */
    gsize head;    /**< from the start line to the empty line, both included */
    gsize body;    /**< of its body that are there */
    gsize missing; /**< of its body that are not; of SIP_PARTIAL 0: it is not known how many */
} SipFrame;

/** Do octets begin with a whole start line of SIP ("METHOD URI SIP/2.0", "SIP/2.0 NNN")? */
bool sip_message_begins(const char *octets, gsize length);

/** How many line ends there are before anything else. */
gsize sip_message_skip(const char *octets, gsize length);

/**
 * Finds the first message.
 * @param stream  it comes in a stream: its Content-Length tells where it ends. Otherwise it ends where
 *                its datagram does, if not before (RFC 3261 18.3)
 * @param frame   out; of SIP_NONE only what is skipped is set
 */
SipFraming sip_message_find(const char *octets, gsize length, bool stream, SipFrame *frame);

/** A header field, in one line or several. */
typedef struct SipField {
    SipSpan all;      /**< with what ends its last line */
    SipSpan name;     /**< without blanks behind it; empty: it is no header field */
    SipSpan value;    /**< without blanks around it, line ends in it included */
    bool blank;       /**< there are blanks before its colon */
    bool folded;      /**< it has more than one line */
    bool bare;        /**< a line of it ends with a line feed alone */
    bool blank_after; /**< blanks follow its value */
} SipField;

/** Takes a line with what ends it from the beginning of octets. @param bare  out: it is a line feed
 *  alone @return the line without its end */
SipSpan sip_line_take(SipSpan *rest, bool *bare);

/** Takes the next header field. @return false where an empty line (which is taken too) or nothing is
 *  next */
bool sip_field_take(SipSpan *rest, SipField *field);

/** Is that its name, or its compact form? @param compact  '\0': there is none */
bool sip_field_is(const SipField *field, const char *name, char compact);

/** Its value in one line; to be freed. */
char *sip_field_text(const SipField *field);

/** A media type without the blanks that the grammar allows around "/", "=" and before ";"
 *  (RFC 3261 25.1), its case as it was. @param text  in one line @return to be freed */
char *sip_media_type(const char *text);

/** Is that the type and subtype, whatever the parameters? @param type  from sip_media_type() */
bool sip_media_type_is(const char *type, const char *name);

/** The media type that header fields state of their body: of several the first; to be freed.
 *  @param fields  without a start line @return NULL where they state none */
char *sip_content_type(SipSpan fields);

#endif
