/* krr-experts.h
 * Rules that fired, shown as expert infos
 *
 * Each rule of the catalogue is an expert info of the protocol krr, whichever dissector finds that it
 * fired.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_EXPERTS_H
#define KRR_EXPERTS_H

#include <epan/packet.h>

#include "core/rules/krr-rules.h"

/** Registers the expert infos; to be called once, at registration. @param proto  the protocol krr */
void krr_experts_register(int proto);

/**
 * Adds the expert info of a rule that fired, and counts it (krr-cargo.h).
 * @param item      that shows it; NULL where there is no tree
 * @param severity  not OFF; one that the user set for the expert info goes before it
 * @param observed  what was seen; any text
 */
void krr_experts_add_rule(packet_info *pinfo, proto_item *item, KrrRuleId rule,
                          KrrSeverity severity, const char *observed);

/** Says of a KRR that the capture cut it short, and that it is not judged. */
void krr_experts_add_cut(packet_info *pinfo, proto_item *item);

#endif
