/* krr-flow.h
 * KRRs and offers in Statistics > Flow Graph (tshark -z flow,krr,standard) and in VoIP Calls
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_FLOW_H
#define KRR_FLOW_H

/** Registers the flow and the tap of VoIP calls; after krr_publisher_register().
 *  @param proto  the protocol krr */
void krr_flow_register(int proto);

#endif
