/* sdp-skim.h
 * Is a session description one that needs no dissector?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SDP_SKIM_H
#define SDP_SKIM_H

#include "analyzer/sieve/sip-text.h"

/**
 * Is it ordinary: RTP media, with lines and attributes that are known here, in their simple shapes?
 * It then holds no MIKEY message, nor anything else that Wireshark's SDP dissector gives to others.
 */
bool sdp_is_ordinary(SipText body);

#endif
