/* krr-tap.h
 * What the dissectors publish to tap listeners
 *
 * Taps "krr" and "mikey_sakke". One packet is queued for each document or message, in the order in
 * which the frame holds them, with a tree and without one. Where there is a tree it holds exactly
 * one item "krr" or "mikey_sakke" for each packet, in that order too, except beneath ICMP, whose
 * quotations are not tapped: so a listener finds out which SIP message carried what. The order among
 * these taps and "sip" tells nothing, it differs between versions of Wireshark.
 *
 * The data live as long as the packet (pinfo->pool); a listener that wants to keep the document or
 * the offer takes a reference.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_TAP_H
#define KRR_TAP_H

#include <epan/tvbuff.h>

#include "core/document/krr-document.h"
#include "core/mikey/mikey-offer.h"
#include "core/rules/krr-rules.h"

/** Tap "krr": a body labelled as a KRR, an upload of KRRs, or a KRR inside MIKEY. */
typedef struct KrrTap {
    KrrDocument *document; /**< its signatures verified; NULL: the capture cut the body short, it
                                was not judged */
    tvbuff_t *octets; /**< of the document: the body without encodings; NULL: it was cut short */
    const char *media_type; /**< as it was carried */
    bool in_sip;            /**< the frame holds a SIP message */
    bool in_mikey;          /**< carried in a MIKEY General Extension */
    bool in_http;           /**< carried by HTTP: an upload to a KMS where it is a KmsRequest */
} KrrTap;

/** Tap "mikey_sakke": a MIKEY message of data type 26 or 27, whatever carried it. */
typedef struct MikeySakkeTap {
    MikeyOffer *offer; /**< NULL: cut short by the capture, or broken before its header's end */
    bool cut;          /**< the capture cut it short */
} MikeySakkeTap;

/** What a packet of the tap "krr_traffic" is about. */
typedef enum KrrTrafficKind {
    KRR_TRAFFIC_KRR,   /**< a packet of "krr" */
    KRR_TRAFFIC_MIKEY, /**< a packet of "mikey_sakke" */
    KRR_TRAFFIC_RULES, /**< which rules fired in the frame: one packet a frame, at most */
    KRR_TRAFFIC_DELAY  /**< the time from an offer to the KRR that answers it */
} KrrTrafficKind;

/** Tap "krr_traffic": all that statistics and flows are made of, in one tap, since a listener of
 *  Wireshark's listens to one. Queued where somebody listens, see krr-traffic.h. */
typedef struct KrrTraffic {
    KrrTrafficKind kind;
    union {
        const KrrTap *krr;
        const MikeySakkeTap *mikey;
        const struct KrrRuleCounts *rules; /**< how often which fired, see krr-cargo.h */
        gint64 delay_ns;
    };
} KrrTraffic;

#endif
