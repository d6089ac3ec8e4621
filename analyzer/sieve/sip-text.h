/* sip-text.h
 * Reading texts octet by octet, for messages that are in the simplest of shapes
 *
 * Each function takes something from the beginning of a text, and leaves the text as it is where
 * that does not begin so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIP_TEXT_H
#define SIP_TEXT_H

#include <stdbool.h>

#include <glib.h>

/** A part of a message; not terminated. */
typedef struct SipText {
    const char *at; /**< NULL: not in the message */
    gsize length;
} SipText;

/** Sets of octets, to be combined. */
typedef enum SipOctets {
    SIP_UPPER = 1 << 0,
    SIP_LOWER = 1 << 1,
    SIP_DIGIT = 1 << 2,
    SIP_TOKEN = 1 << 3,  /**< tokens of RFC 3261 25.1 */
    SIP_VALUE = 1 << 4,  /**< of a parameter without quotes: tokens, addresses, references */
    SIP_URI = 1 << 5,    /**< in URIs, but for the comma */
    SIP_QUOTED = 1 << 6, /**< printable, but for quotation mark and backslash */
    SIP_NAME = 1 << 7,   /**< in display names without quotation marks */
    SIP_WORD = 1 << 8,   /**< printable, but for the space */
    SIP_LETTER = SIP_UPPER | SIP_LOWER
} SipOctets;

/** The longest beginning of such octets, of no octet perhaps. */
SipText sip_text_take(SipText *text, guint octets);

/** Takes an octet. @return whether it was there */
bool sip_text_take_octet(SipText *text, char octet);

/** Takes the words given, in this case. @return whether they were there */
bool sip_text_take_words(SipText *text, const char *words);

/** Takes a number of one to nine digits. @return whether it was there */
bool sip_text_take_number(SipText *text, guint32 *number);

/** Takes a line of printable ASCII and its CR LF. @return whether there was one */
bool sip_text_take_line(SipText *text, SipText *line);

/** Takes a text in quotation marks, with them. @return whether there was one that needs no
 *  escapes */
bool sip_text_take_quoted(SipText *text);

/** Takes a URI that begins with "sip:", "sips:" or "tel:". @return whether there was one */
bool sip_text_take_uri(SipText *text, SipText *uri);

/** Takes the name of a method, in capital letters; it may be one that nobody knows.
 *  @return whether there was one */
bool sip_text_take_method(SipText *text, SipText *method);

/** Is it that word, in whatever case? */
bool sip_text_is_word(SipText text, const char *word);

/** Does the text hold the octet? */
bool sip_text_has(SipText text, char octet);

static inline bool sip_text_is_empty(SipText text)
{
    return text.length == 0;
}

#endif
