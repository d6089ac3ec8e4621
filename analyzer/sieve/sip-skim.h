/* sip-skim.h
 * What an ordinary SIP message says, read without a dissector
 *
 * A message is ordinary where Wireshark's SIP dissector cannot but find the same: one message that
 * fills its datagram, in printable ASCII, of header fields that are known here by their full names,
 * each once where it matters and each in a simple shape, without a body or with a session
 * description that is as simple. It carries no offer and no KRR: there is no place in it for one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIP_SKIM_H
#define SIP_SKIM_H

#include <stdbool.h>

#include <glib.h>

/** A part of the message; not terminated. */
typedef struct SipText {
    const char *at; /**< NULL: not in the message */
    gsize length;
} SipText;

/** The facts of a message that StorySip holds. Texts are parts of the message. */
typedef struct SipSkim {
    guint status;   /**< 0: a request */
    SipText method; /**< of the request; in a response, that of the CSeq */
    SipText call_id;
    guint32 cseq;
    SipText branch; /**< of the topmost Via */
    SipText from_tag;
    SipText to_tag;
    SipText request_uri; /**< requests only */
} SipSkim;

/**
 * Reads a message.
 * @param skim  out; of no use where the message is not ordinary
 * @return whether it is ordinary
 */
bool sip_skim(const char *message, gsize length, SipSkim *skim);

#endif
