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

#include "analyzer/sieve/sip-header.h"

/**
 * Reads a message.
 * @param facts  out; of no use where the message is not ordinary
 * @return whether it is ordinary
 */
bool sip_skim(const char *message, gsize length, SipFacts *facts);

#endif
