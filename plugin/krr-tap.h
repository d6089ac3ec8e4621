/* krr-tap.h
 * What the dissectors publish to tap listeners
 *
 * Taps "krr" and "mikey_sakke". One packet is queued for each document or message, in the order of
 * the frame, and before that of the SIP message ("sip") that carried it, since the SIP dissector
 * queues its own when it has done its bodies. The data live as long as the packet (pinfo->pool); a
 * listener that wants to keep the document or the offer takes a reference.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_TAP_H
#define KRR_TAP_H

#include "core/document/krr-document.h"
#include "core/document/mikey-offer.h"

/** Tap "krr": a body labelled as a KRR, an upload of KRRs, or a KRR inside MIKEY. */
typedef struct KrrTap {
    KrrDocument *document; /**< NULL: the capture cut the body short, it was not judged */
    bool in_mikey;         /**< carried in a MIKEY General Extension */
    bool in_http;          /**< carried by HTTP: an upload to a KMS where it is a KmsRequest */
} KrrTap;

/** Tap "mikey_sakke": a MIKEY message of data type 26 or 27, whatever carried it. */
typedef struct MikeySakkeTap {
    MikeyOffer *offer; /**< NULL: cut short by the capture, or broken before its header's end */
    bool cut;          /**< the capture cut it short */
} MikeySakkeTap;

#endif
