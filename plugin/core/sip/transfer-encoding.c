/* transfer-encoding.c
 * Transfer encodings of MIME: quoted-printable and base64 (RFC 2045 6.7 and 6.8)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/sip/transfer-encoding.h"

#include <string.h>

TransferEncoding transfer_encoding_of(SipSpan name)
{
    static const struct {
        const char *name;
        TransferEncoding encoding;
    } known[] = {
        {"7bit", TRANSFER_PLAIN},    {"8bit", TRANSFER_PLAIN},
        {"binary", TRANSFER_PLAIN},  {"quoted-printable", TRANSFER_QUOTED_PRINTABLE},
        {"base64", TRANSFER_BASE64},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (name.length == strlen(known[i].name) &&
            g_ascii_strncasecmp(name.at, known[i].name, name.length) == 0) {
            return known[i].encoding;
        }
    }
    return TRANSFER_UNKNOWN;
}

/* How many octets at the beginning are blanks and the end of a line; 0: it is not that. */
static gsize blank_line_end(SipSpan octets)
{
    gsize i = 0;

    while (i < octets.length && (octets.at[i] == ' ' || octets.at[i] == '\t')) {
        i++;
    }
    if (i < octets.length && octets.at[i] == '\r') {
        i++;
    }
    return i < octets.length && octets.at[i] == '\n' ? i + 1 : 0;
}

static bool is_octet(SipSpan octets)
{
    return octets.length >= 3 && g_ascii_isxdigit(octets.at[1]) && g_ascii_isxdigit(octets.at[2]);
}

static void undo_quoted_printable(SipSpan octets, GString *plain)
{
    while (octets.length > 0) {
        gsize taken = 1;

        if (octets.at[0] != '=') {
            g_string_append_c(plain, octets.at[0]);
        } else if (is_octet(octets)) {
            int high = g_ascii_xdigit_value(octets.at[1]), low = g_ascii_xdigit_value(octets.at[2]);
            g_string_append_c(plain, (char)(high << 4 | low));
            taken = 3;
        } else {
            gsize soft = blank_line_end((SipSpan){octets.at + 1, octets.length - 1});
            if (soft == 0 && octets.length > 1) {
                g_string_append_c(plain, '=');
            }
            taken += soft;
        }
        octets.at += taken;
        octets.length -= taken;
    }
}

static void undo_base64(SipSpan octets, GString *plain)
{
    const gsize before = plain->len;
    gint state = 0;
    guint save = 0;

    g_string_set_size(plain, before + octets.length / 4 * 3 + 3);
    gsize length = g_base64_decode_step(octets.at, octets.length, (guchar *)plain->str + before,
                                        &state, &save);
    g_string_set_size(plain, before + length);
}

void transfer_encoding_undo(TransferEncoding encoding, SipSpan octets, GString *plain)
{
    if (encoding == TRANSFER_QUOTED_PRINTABLE) {
        undo_quoted_printable(octets, plain);
    } else if (encoding == TRANSFER_BASE64) {
        undo_base64(octets, plain);
    } else {
        g_string_append_len(plain, octets.at, (gssize)octets.length);
    }
}
