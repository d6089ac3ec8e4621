/* sip-cargo.h
 * What a SIP message carries of ours: KRRs and MIKEY messages, wherever in it
 *
 * Bodies and parts of their media types; a=key-mgmt lines of a session description, at any level
 * (RFC 4567), offered as capabilities too (RFC 5939); MIKEY as it is, in base64, or as the value of
 * such a line; XML whose root is a KRR, whatever its label; and what a URI says that the body of a
 * request to it is to be (RFC 3261 19.1.1), in Refer-To, the request's own URI, or a list of
 * resources; and all that in a message within the message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIP_CARGO_H
#define SIP_CARGO_H

#include "core/sip/sip-message.h"

/** No more of a message is looked at. */
#define SIP_MAX_CARGO 64

/** What it is. */
typedef enum SipCargoKind {
    SIP_CARGO_KRR,         /**< a document */
    SIP_CARGO_MIKEY,       /**< the octets of a message */
    SIP_CARGO_MIKEY_BASE64 /**< a message in base64 */
} SipCargoKind;

/** One of them. */
typedef struct SipCargo {
    SipCargoKind kind;
    GBytes *octets; /**< a copy */
    char *label;    /**< the media type of what it stands in */
    bool in_uri;    /**< it stands in the body that a URI names */
} SipCargo;

/**
 * All that a message carries, in its order.
 * @param message  in its usual spelling, from its start line to the end of its body
 * @param head     the octets of its header section
 * @return of SipCargo; NULL where there is nothing
 */
GPtrArray *sip_cargo_find(SipSpan message, gsize head);

/** Is nothing of a message hidden from sip_cargo_find()? Compressed bodies are, and transfer encodings
 *  that nobody knows. @param message, head  likewise */
bool sip_cargo_finds_all(SipSpan message, gsize head);

/** The octets of a MIKEY message as they are, by which it can be compared; to be unref'd. Base64 counts
 *  up to the first octet that is none. */
GBytes *sip_cargo_mikey(const SipCargo *cargo);

#endif
