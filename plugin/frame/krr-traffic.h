/* krr-traffic.h
 * One tap for all that is counted and drawn: KRRs, MIKEY-SAKKE messages, rules that fired
 *
 * A statistics tree or a flow graph of Wireshark's listens to one tap alone, so what they need is
 * queued once more under the name "krr_traffic" (krr-tap.h). Nothing is done where nobody listens.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_TRAFFIC_H
#define KRR_TRAFFIC_H

#include <stdbool.h>

#include <epan/packet.h>

#include "plugin/frame/krr-cargo.h"
#include "plugin/frame/krr-tap.h"

/** The tap's name. */
#define KRR_TRAFFIC_TAP "krr_traffic"

/** Registers the tap. */
void krr_traffic_register(void);

/** Does anybody listen? */
bool krr_traffic_is_heard(void);

/** Queues what was queued for the tap "krr". @param tap  in pinfo->pool */
void krr_traffic_add_krr(packet_info *pinfo, const KrrTap *tap);

/** Queues what was queued for the tap "mikey_sakke". @param tap  in pinfo->pool */
void krr_traffic_add_mikey(packet_info *pinfo, const MikeySakkeTap *tap);

/** Queues the rules that fire in the frame; once, when the first does. A frame may break a rule
 *  thousands of times, and a tap takes a few thousand packets a frame: they are one packet.
 *  @param rules  what goes on counting while the frame is dissected; in pinfo->pool */
void krr_traffic_add_rules(packet_info *pinfo, const KrrRuleCounts *rules);

/** Queues the time from an offer to the KRR that answers it. @param delay_ns  nanoseconds */
void krr_traffic_add_delay(packet_info *pinfo, gint64 delay_ns);

#endif
