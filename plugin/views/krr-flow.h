/* krr-flow.h
 * KRRs and offers in Statistics > Flow Graph (tshark -z flow,krr,standard) and in VoIP Calls
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_FLOW_H
#define KRR_FLOW_H

#include <epan/packet.h>

#include "plugin/frame/krr-tap.h"

/** Registers the flow and the tap of VoIP calls. @param proto  the protocol krr */
void krr_flow_register(int proto);

/** Shows a KRR among the VoIP calls: one call for each pair of initiator and receiver that KRRs
 *  speak of. Queued where somebody listens. @param tap  of the document; in pinfo->pool */
void krr_flow_add_call(packet_info *pinfo, const KrrTap *tap);

#endif
