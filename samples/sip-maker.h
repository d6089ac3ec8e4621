/* sip-maker.h
 * Writes the SIP messages of a scenario, and the HTTP ones of uploads to a KMS
 *
 * It remembers calls and transactions, so that a response copies what it must from its request, and
 * an ACK or a CANCEL belongs to its INVITE. What is not stated is worked out:
 *
 *   call = NAME        the call; its Call-ID is NAME@ADDRESS. Default: a request begins a new one,
 *                      but ACK, CANCEL and BYE belong to the last INVITE on that hop, and a
 *                      response answers the last request on the way back
 *   cseq = NUMBER      default: one more than the last of that side of the call
 *   method = METHOD    of the request that is answered; "call", "cseq" and "method" together also
 *                      make a response to a request that is not in the scenario
 *   offer, krr, body, hex = NAME    what it carries; repeatable
 *   in = WAY           how it carries what was named before, see body-maker.h
 *   from, to = URI     default: the identities of the offer or KRR, else those of the hosts
 *   uri = URI          Request-URI; default: that of To
 *   pai = URI          P-Asserted-Identity
 *   contact = VALUE    Contact; default: the name of the host at its address
 *   branch, from-tag, to-tag = TEXT
 *   reason = TEXT      of a status line
 *   header = "NAME: VALUE"      repeatable
 *   sdp = yes | no     whether SDP goes with it; default: INVITE without cargo, 2xx to INVITE
 *   and how all of that is spelt: see spelling.h and, for bodies, body-maker.h
 *
 * POST (cargo: krr=NAME,NAME in=kms-upload) and GET make HTTP requests, "uri" being their path; a
 * status that answers one is an HTTP response. DATA is the cargo alone, without any message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIP_MAKER_H
#define SIP_MAKER_H

#include "samples/cargo.h"

typedef struct SipMaker SipMaker;

/** The keys of a message's settings that are understood here, NULL-terminated. */
extern const char *const sip_maker_keys[];

/** @param scenario  must outlive the maker */
SipMaker *sip_maker_new(const Scenario *scenario);
void sip_maker_free(SipMaker *maker);

/**
 * Writes a message. Messages are to be written in their order.
 * @param over_tcp  out: it travels over TCP
 * @return the octets, to be freed with g_bytes_unref(); NULL with @p error set
 */
GBytes *sip_maker_write(SipMaker *maker, const ScenarioMessage *message, bool *over_tcp,
                        GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SipMaker, sip_maker_free)

#endif
