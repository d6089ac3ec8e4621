/* mcx-uid.h
 * The UID of a user: what stands for the identity where MIKEY-SAKKE hides it
 *
 * TS 33.180 F.2.1. A UID cannot be turned back into an identity; it can be recomputed for the
 * identities that are known from elsewhere and compared.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MCX_UID_H
#define MCX_UID_H

#include <stdbool.h>

#include <glib.h>

#define MCX_UID_LENGTH            32      /**< octets */
#define MCX_DEFAULT_KEY_PERIOD    2592000 /**< seconds: 30 days */
#define MCX_DEFAULT_KEY_OFFSET    0       /**< seconds */
#define MCX_UID_PERIOD_NEIGHBOURS 6       /**< period numbers tried on each side of that of T */

/** How a KMS numbers its key periods (KmsCertificate/UserKeyPeriod, UserKeyOffset). Seconds. */
typedef struct McxKeyPeriod {
    guint64 period; /**< not 0 */
    guint64 offset;
} McxKeyPeriod;

/** Is an identity a UID, as text? It may be anybody's. */
bool mcx_uid_is_text(const char *identity);

/**
 * UID = SHA-256(S) with S = 0x00 | P0 L0 | ... | P5 L5 (TS 33.180 F.2.1).
 * @param user    user URI, exactly as the KMS uses it; beyond 65535 octets there is no UID, and
 *                what comes out is nobody's
 * @param kms     KMS URI, exactly as the KMS uses it; likewise
 * @param number  key period number
 * @param uid     out
 */
void mcx_uid_compute(const char *user, const char *kms, McxKeyPeriod key_period, guint64 number,
                     guint8 uid[MCX_UID_LENGTH]);

/** floor((NTP seconds since 1900 - offset) / period); times before the offset give 0. */
guint64 mcx_uid_period_number(gint64 unix_ns, McxKeyPeriod key_period);

/**
 * Is this the UID of that user at that KMS about that time?
 *
 * Tries the user URI as given and with the scheme "sip:" added or taken away, and the period number
 * of the time, then its neighbours outwards, MCX_UID_PERIOD_NEIGHBOURS on each side.
 *
 * @param uid      64 hex digits
 * @param unix_ns  T of the message
 * @return the spelling of the user URI that matched, to be freed; NULL where none does
 */
char *mcx_uid_match(const char *uid, const char *user, const char *kms, McxKeyPeriod key_period,
                    gint64 unix_ns);

#endif
