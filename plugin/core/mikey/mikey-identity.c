/* mikey-identity.c
 * What the value of an ID or IDR payload is: a name, a UID, or mere octets
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/mikey-identity.h"

#include "core/mikey/mcx-uid.h"
#include "core/octets/hex.h"

/* What an identity is, whatever its ID type claims. */
typedef struct Identity {
    MikeyIdentityKind kind;
    char *text;    /* for people */
    bool has_nul;  /* dropped from the text */
    bool not_text; /* what is none in it was replaced */
} Identity;

/* Is it text that can be shown as it is? */
static bool is_printable(const char *text, gsize length)
{
    if (!g_utf8_validate(text, (gssize)length, NULL)) {
        return false;
    }
    for (gsize i = 0; i < length; i++) {
        if (g_ascii_iscntrl(text[i])) {
            return false;
        }
    }
    return true;
}

/* Text of any octets: what is no text becomes U+FFFD. */
static char *make_printable(const char *octets, gsize length)
{
    g_autofree char *valid = g_utf8_make_valid(octets, (gssize)length);
    GString *text = g_string_new(NULL);

    for (const char *c = valid; *c; c = g_utf8_next_char(c)) {
        g_string_append_unichar(text, g_ascii_iscntrl(*c) ? 0xfffd : g_utf8_get_char(c));
    }
    return g_string_free(text, FALSE);
}

static bool is_uid_role(guint32 role)
{
    return role == MIKEY_ROLE_INITIATOR_UID || role == MIKEY_ROLE_RESPONDER_UID;
}

static bool is_user_role(guint32 role)
{
    return role == MIKEY_ROLE_INITIATOR || role == MIKEY_ROLE_RESPONDER;
}

/* A hash has 32 octets and is announced as a URI, or stands under the role of the user that it
 * hides: so the role and the octets themselves decide. */
static Identity identify(const char *octets, gsize length, guint32 role, guint32 type)
{
    gsize text_length = length;

    while (text_length > 0 && octets[text_length - 1] == '\0') {
        text_length--;
    }
    const bool printable = is_printable(octets, text_length);
    const bool is_uid =
        length == MCX_UID_LENGTH && (is_uid_role(role) || (is_user_role(role) && !printable));
    if (is_uid || (!printable && (is_uid_role(role) || type == MIKEY_ID_BYTE_STRING))) {
        return (Identity){
            .kind = is_uid ? MIKEY_IDENTITY_UID : MIKEY_IDENTITY_OCTETS,
            .text = hex_encode((const guint8 *)octets, length),
        };
    }
    return (Identity){
        .kind = MIKEY_IDENTITY_TEXT,
        .text = printable ? g_strndup(octets, text_length) : make_printable(octets, text_length),
        .has_nul = text_length < length,
        .not_text = !printable,
    };
}

static void judge(MikeyReader *reader, guint field, guint32 role, const Identity *identity)
{
    if (identity->has_nul) {
        mikey_note(reader, MIKEY_PROBLEM_TRAILING_NUL, field);
    }
    if (identity->not_text) {
        mikey_note(reader, MIKEY_PROBLEM_IDENTITY_NOT_TEXT, field);
    }
    if (identity->kind != MIKEY_IDENTITY_UID && is_uid_role(role)) {
        mikey_note(reader, MIKEY_PROBLEM_UID_LENGTH, field);
    }
}

void mikey_read_identity(MikeyReader *reader, MikeyFieldId id, guint32 role, guint32 type,
                         guint32 length)
{
    mikey_note_empty(reader, length);
    if (!mikey_reader_has(reader, length)) {
        return;
    }
    const char *octets = (const char *)reader->message->octets + reader->offset;
    const Identity identity = identify(octets, length, role, type);
    const guint field =
        mikey_add_field(reader, id, MIKEY_KIND_TEXT, reader->offset, length, identity.kind);
    g_array_index(reader->message->fields, MikeyField, field).text = identity.text;
    judge(reader, field, role, &identity);
    mikey_pass(reader, length);
}
