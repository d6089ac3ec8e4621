/* rtp-maker.h
 * Makes the media of a scenario: RTP (RFC 3550) from one host to another
 *
 * The message "at SECONDS FROM -> TO RTP for=SECONDS [every=SECONDS] [octets=COUNT]" stands for a
 * stream: that many octets (default 160) every so often (default 0.02 s) for so long. The ports are
 * the hosts' own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RTP_MAKER_H
#define RTP_MAKER_H

#include "samples/packet-maker.h"

/** The keys of such a message's settings, NULL-terminated. */
extern const char *const rtp_maker_keys[];

bool rtp_maker_is_stream(const ScenarioMessage *message);

/** Sends the packets of a stream. @return false with @p error set where its settings are wrong */
bool rtp_maker_send(const Scenario *scenario, PacketMaker *packets, const ScenarioMessage *message,
                    GError **error);

#endif
