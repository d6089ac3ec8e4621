/* mikey-offer.h
 * What one MIKEY-SAKKE message says, as plain facts
 *
 * Made of a message that was read (mikey-offer-maker.h); story and rules read it. TS 33.180 annex E;
 * RFC 3830, 6043, 6509.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MIKEY_OFFER_H
#define MIKEY_OFFER_H

#include <stdbool.h>

#include <glib.h>

#include "core/mikey/mikey-signature.h"

/** Purpose tag: the top four bits of the CSB-ID (TS 33.180). */
typedef enum MikeyKeyPurpose {
    MIKEY_PURPOSE_GMK = 0,
    MIKEY_PURPOSE_PCK = 1,
    MIKEY_PURPOSE_CSK = 2,
    MIKEY_PURPOSE_SPK = 3,
    MIKEY_PURPOSE_MKFC = 4,
    MIKEY_PURPOSE_MSCCK = 5,
    MIKEY_PURPOSE_MUSIK = 6,
    MIKEY_N_PURPOSES
} MikeyKeyPurpose;

#define MIKEY_DATA_TYPE_SAKKE        26 /**< SAKKE I_MESSAGE: an offer */
#define MIKEY_DATA_TYPE_CS_ID_MAP_TR 27 /**< CS ID map update: an answer, not an offer */

/** One MIKEY-SAKKE message. All strings are UTF-8 and owned; NULL: not in the message. */
typedef struct MikeyOffer {
    char *digest;     /**< SHA-256 of the whole message, 64 hex digits */
    guint8 data_type; /**< MIKEY_DATA_TYPE_... */
    guint32 csb_id;
    bool whole;      /**< the chain was read to its end: what is NULL is truly absent */
    bool is_compact; /**< made by mikey_offer_compact(): not to be changed */
    bool has_time;
    gint64 time_ns; /**< T payload, nanoseconds since 1970 UTC */
    char *idri;     /**< initiator, role 1, as text */
    char *idrr;     /**< responder, role 2, as text */
    char *idrkmsi;  /**< initiator's KMS, role 6 (a trailing NUL dropped) */
    char *idrkmsr;  /**< responder's KMS, role 7 */
    char *uidi;     /**< initiator's UID, 64 hex digits: role 8, or 32 octets under role 1 */
    char *uidr;     /**< responder's UID, 64 hex digits */
    char *gmk_id;   /**< 8 hex digits: GMK-ID from a GENERIC-ID SPI; ties the offers of one GMK,
                            whose CSB-IDs (GUK-IDs) differ from receiver to receiver */
    MikeySignature signature;
    gint references;
} MikeyOffer;

/** An empty offer with one reference. */
MikeyOffer *mikey_offer_new(void);
MikeyOffer *mikey_offer_ref(MikeyOffer *offer);
void mikey_offer_unref(MikeyOffer *offer);

/** A copy for keeping, with one reference: in one piece of memory but for the names of the KMSs, which
 *  all such copies share. */
MikeyOffer *mikey_offer_compact(const MikeyOffer *offer);

/** The purpose tag of a CSB-ID; values of MIKEY_N_PURPOSES and above are not assigned. */
static inline guint mikey_purpose(guint32 csb_id)
{
    return csb_id >> 28;
}

/** "GMK", "PCK", ..., or "unassigned purpose 9" (static strings). */
const char *mikey_purpose_name(guint purpose);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MikeyOffer, mikey_offer_unref)

#endif
