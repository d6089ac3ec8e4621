/* sip-header.h
 * The header of an ordinary SIP message, field by field
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIP_HEADER_H
#define SIP_HEADER_H

#include "analyzer/sieve/sip-text.h"

/** The facts of a message that StorySip holds. Texts are parts of the message. */
typedef struct SipFacts {
    guint status;   /**< 0: a request */
    SipText method; /**< of the request; in a response, that of the CSeq */
    SipText call_id;
    guint32 cseq;
    SipText branch; /**< of the topmost Via */
    SipText from_tag;
    SipText to_tag;
    SipText request_uri; /**< requests only */
} SipFacts;

/** A header while it is read; begins as {.facts = ...}, with the status of the start line in the
 *  facts. */
typedef struct SipHeader {
    SipFacts *facts;
    guint seen;       /**< fields that may come once only; see sip-header.c */
    bool has_via;     /**< the topmost one was read */
    bool has_session; /**< its body is said to be a session description */
    guint32 length;   /**< that its body is said to have */
} SipHeader;

/** Reads a line of the header, "Name: value". @return whether it is ordinary */
bool sip_header_take_line(SipHeader *header, SipText line);

/** Did all fields come that every message has? */
bool sip_header_is_complete(const SipHeader *header);

/** For tests: do the names of the fields stand in the order that makes their look-up quick? */
bool sip_header_table_is_sorted(void);

#endif
