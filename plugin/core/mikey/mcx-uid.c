/* mcx-uid.c
 * The UID of a user: what stands for the identity where MIKEY-SAKKE hides it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/mcx-uid.h"

#include <string.h>

#include <openssl/evp.h>

#include "core/octets/hex.h"

/* The first octet of S, and P0. */
#define UID_FUNCTION_CODE 0x00
#define UID_LABEL         "MIKEY-SAKKE-UID"

/* From the NTP epoch (1900) to the Unix epoch (1970). */
#define NTP_TO_UNIX_SECONDS G_GUINT64_CONSTANT(2208988800)
#define NS_PER_SECOND       G_GINT64_CONSTANT(1000000000)

/* What a length of two octets can say. */
#define LONGEST_PARAMETER G_MAXUINT16

#define SIP_SCHEME "sip:"

/* Adds Pi and then Li: the length stands behind what it counts. */
static void append_parameter(GByteArray *preimage, const void *octets, gsize length)
{
    guint16 network_length = GUINT16_TO_BE((guint16)length);

    g_byte_array_append(preimage, octets, (guint)length);
    g_byte_array_append(preimage, (const guint8 *)&network_length, sizeof network_length);
}

/* The shortest big-endian form; zero is one octet. */
static void append_number(GByteArray *preimage, guint64 number)
{
    guint8 octets[sizeof number];
    gsize length = 0;

    do {
        length++;
        octets[sizeof octets - length] = number & 0xff;
        number >>= 8;
    } while (number != 0);
    append_parameter(preimage, octets + sizeof octets - length, length);
}

bool mcx_uid_is_text(const char *identity)
{
    return strlen(identity) == 2 * MCX_UID_LENGTH &&
           strspn(identity, "0123456789abcdefABCDEF") == 2 * MCX_UID_LENGTH;
}

void mcx_uid_compute(const char *user, const char *kms, McxKeyPeriod key_period, guint64 number,
                     guint8 uid[MCX_UID_LENGTH])
{
    g_autoptr(GByteArray) preimage = g_byte_array_new();
    const guint8 function_code = UID_FUNCTION_CODE;

    g_byte_array_append(preimage, &function_code, 1);
    append_parameter(preimage, UID_LABEL, strlen(UID_LABEL));
    append_parameter(preimage, user, strlen(user));
    append_parameter(preimage, kms, strlen(kms));
    append_number(preimage, key_period.period);
    append_number(preimage, key_period.offset);
    append_number(preimage, number);
    if (EVP_Digest(preimage->data, preimage->len, uid, NULL, EVP_sha256(), NULL) != 1) {
        /* Out of memory, or a libcrypto without SHA-256: nothing true could be said any more. */
        g_error("SHA-256 is not available");
    }
}

guint64 mcx_uid_period_number(gint64 unix_ns, McxKeyPeriod key_period)
{
    g_return_val_if_fail(key_period.period != 0, 0);

    gint64 seconds = unix_ns / NS_PER_SECOND - (unix_ns % NS_PER_SECOND < 0 ? 1 : 0);
    gint64 ntp = seconds + (gint64)NTP_TO_UNIX_SECONDS;
    if (ntp < 0 || (guint64)ntp < key_period.offset) {
        return 0;
    }
    return ((guint64)ntp - key_period.offset) / key_period.period;
}

/* The same user with the scheme "sip:" added or taken away. */
static char *other_spelling(const char *user)
{
    if (g_ascii_strncasecmp(user, SIP_SCHEME, strlen(SIP_SCHEME)) == 0) {
        return g_strdup(user + strlen(SIP_SCHEME));
    }
    return g_strconcat(SIP_SCHEME, user, NULL);
}

/* A period number @p distance steps away from that of T: 0, then +1, -1, +2, -2 ...
 *  @return false where there is no such number */
static bool neighbour(guint64 number, guint step, guint64 *result)
{
    guint distance = (step + 1) / 2;
    bool later = step % 2 == 1;

    if (later ? number > G_MAXUINT64 - distance : number < distance) {
        return false;
    }
    *result = later ? number + distance : number - distance;
    return true;
}

char *mcx_uid_match(const char *uid, const char *user, const char *kms, McxKeyPeriod key_period,
                    gint64 unix_ns)
{
    guint8 wanted[MCX_UID_LENGTH];
    g_autofree char *other = other_spelling(user);
    const char *const spellings[] = {user, other};
    guint64 number_of_time = mcx_uid_period_number(unix_ns, key_period);

    /* What does not fit a length of two octets has no UID. */
    if (!hex_decode(uid, wanted, MCX_UID_LENGTH) ||
        MAX(strlen(user), strlen(other)) > LONGEST_PARAMETER || strlen(kms) > LONGEST_PARAMETER) {
        return NULL;
    }
    for (guint step = 0; step <= 2 * MCX_UID_PERIOD_NEIGHBOURS; step++) {
        guint64 number;
        if (!neighbour(number_of_time, step, &number)) {
            continue;
        }
        for (gsize i = 0; i < G_N_ELEMENTS(spellings); i++) {
            guint8 computed[MCX_UID_LENGTH];
            mcx_uid_compute(spellings[i], kms, key_period, number, computed);
            if (memcmp(computed, wanted, MCX_UID_LENGTH) == 0) {
                return g_strdup(spellings[i]);
            }
        }
    }
    return NULL;
}
