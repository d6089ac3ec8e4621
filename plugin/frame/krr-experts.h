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

/** A finding that stands alone: what was seen, what should have been, and where all of it is. */
typedef struct KrrExpert {
    KrrRuleId rule;
    KrrSeverity severity; /**< as above */
    const char *observed; /**< any text */
    const char *expected; /**< likewise; NULL: the observation says it */
    const char *place; /**< of all the evidence: "negotiation 2, frames 24, 28"; NULL: the item */
} KrrExpert;

/** The same for such a finding. Wireshark cuts long texts: what was
 *  expected gives way, then what was seen, and never the place. */
void krr_experts_add_finding(packet_info *pinfo, proto_item *item, const KrrExpert *expert);

/** Says of a KRR that the capture cut it short, and that it is not judged. */
void krr_experts_add_cut(packet_info *pinfo, proto_item *item);

#endif
