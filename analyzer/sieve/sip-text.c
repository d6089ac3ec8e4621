/* sip-text.c
 * Reading texts octet by octet, for messages that are in the simplest of shapes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sieve/sip-text.h"

#include <string.h>

/* No method is longer. */
#define MAX_METHOD 16

#define PRINTABLE (SIP_QUOTED | SIP_WORD)
#define MARK      (SIP_TOKEN | SIP_VALUE | SIP_URI | SIP_NAME | PRINTABLE) /* in tokens and URIs */
#define ALNUM     MARK

/* Which sets an octet is in. */
static const guint16 sets_of[G_MAXUINT8 + 1] = {
    ['A' ... 'Z'] = ALNUM | SIP_UPPER,
    ['a' ... 'z'] = ALNUM | SIP_LOWER,
    ['0' ... '9'] = ALNUM | SIP_DIGIT,
    [' '] = SIP_QUOTED | SIP_NAME,
    ['-'] = MARK,
    ['.'] = MARK,
    ['!'] = MARK,
    ['%'] = MARK,
    ['*'] = MARK,
    ['_'] = MARK,
    ['+'] = MARK,
    ['~'] = MARK,
    ['\''] = MARK,
    ['`'] = SIP_TOKEN | SIP_VALUE | SIP_NAME | PRINTABLE,
    [':'] = SIP_VALUE | SIP_URI | PRINTABLE,
    ['['] = SIP_VALUE | SIP_URI | PRINTABLE,
    [']'] = SIP_VALUE | SIP_URI | PRINTABLE,
    ['@'] = SIP_VALUE | SIP_URI | PRINTABLE,
    ['/'] = SIP_VALUE | SIP_URI | PRINTABLE,
    ['&'] = SIP_URI | PRINTABLE,
    ['='] = SIP_URI | PRINTABLE,
    ['$'] = SIP_URI | PRINTABLE,
    [';'] = SIP_URI | PRINTABLE,
    ['?'] = SIP_URI | PRINTABLE,
    ['('] = SIP_URI | PRINTABLE,
    [')'] = SIP_URI | PRINTABLE,
    [','] = PRINTABLE,
    ['#'] = PRINTABLE,
    ['<'] = PRINTABLE,
    ['>'] = PRINTABLE,
    ['^'] = PRINTABLE,
    ['{'] = PRINTABLE,
    ['|'] = PRINTABLE,
    ['}'] = PRINTABLE,
    ['"'] = SIP_WORD,
    ['\\'] = SIP_WORD,
};

static void drop(SipText *text, gsize length)
{
    text->at += length;
    text->length -= length;
}

SipText sip_text_take(SipText *text, guint octets)
{
    SipText taken = {text->at, 0};

    while (taken.length < text->length && sets_of[(guint8)taken.at[taken.length]] & octets) {
        taken.length++;
    }
    drop(text, taken.length);
    return taken;
}

bool sip_text_take_octet(SipText *text, char octet)
{
    if (sip_text_is_empty(*text) || *text->at != octet) {
        return false;
    }
    drop(text, 1);
    return true;
}

bool sip_text_take_words(SipText *text, const char *words)
{
    gsize length = strlen(words);

    if (text->length < length || memcmp(text->at, words, length) != 0) {
        return false;
    }
    drop(text, length);
    return true;
}

bool sip_text_take_number(SipText *text, guint32 *number)
{
    SipText rest = *text;
    SipText digits = sip_text_take(&rest, SIP_DIGIT);

    if (digits.length == 0 || digits.length > 9) {
        return false;
    }
    *number = 0;
    for (gsize i = 0; i < digits.length; i++) {
        *number = *number * 10 + (guint32)(digits.at[i] - '0');
    }
    *text = rest;
    return true;
}

/* Eight at a time: most of the work on a message is to look at each of its octets once. */
#define EACH(octet) (G_GUINT64_CONSTANT(0x0101010101010101) * (octet))

static bool has_zero(guint64 octets)
{
    return (octets - EACH(1)) & ~octets & EACH(0x80);
}

static bool is_printable(SipText text)
{
    for (; text.length >= sizeof(guint64); drop(&text, sizeof(guint64))) {
        guint64 octets;

        memcpy(&octets, text.at, sizeof octets);
        /* One above, one below, or a DEL. */
        if ((octets & EACH(0x80)) || ((octets - EACH(' ')) & ~octets & EACH(0x80)) ||
            has_zero(octets ^ EACH(0x7f))) {
            return false;
        }
    }
    for (gsize i = 0; i < text.length; i++) {
        if (!g_ascii_isprint(text.at[i])) {
            return false;
        }
    }
    return true;
}

bool sip_text_take_line(SipText *text, SipText *line)
{
    const char *end = sip_text_is_empty(*text) ? NULL : memchr(text->at, '\r', text->length);
    SipText found;

    if (!end) {
        return false;
    }
    found = (SipText){text->at, (gsize)(end - text->at)};
    if (found.length + 1 >= text->length || end[1] != '\n' || !is_printable(found)) {
        return false;
    }
    drop(text, found.length + 2);
    *line = found;
    return true;
}

bool sip_text_has(SipText text, char octet)
{
    return !sip_text_is_empty(text) && memchr(text.at, octet, text.length);
}

bool sip_text_take_quoted(SipText *text)
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

bool sip_text_take_uri(SipText *text, SipText *uri)
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

bool sip_text_take_method(SipText *text, SipText *method)
{
    *method = sip_text_take(text, SIP_UPPER);
    return method->length > 0 && method->length <= MAX_METHOD;
}

bool sip_text_is_word(SipText text, const char *word)
{
    return text.length == strlen(word) && g_ascii_strncasecmp(text.at, word, text.length) == 0;
}
