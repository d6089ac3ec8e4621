/* packet-krr.h
 * The KRR dissector, as whoever registers or calls it sees it
 *
 * It is found under the name "krr". Called with no data it takes a body that stands in a MIKEY
 * message for one that MIKEY carried: SIP, HTTP and multipart hand over data about the media type.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_KRR_H
#define PACKET_KRR_H

#include <epan/packet.h>

#include "core/rules/krr-rules.h"
#include "core/signature/krr-verifier.h"

/** For proto_register_plugin(), before epan_init(). */
extern const proto_plugin krr_proto_plugin;

/**
 * Sets who verifies signatures, in place of what the preferences name.
 * @param verifier  must outlive the dissection; NULL: the preferences count
 */
void krr_use_verifier(KrrVerifier *verifier);

/**
 * Adds the expert info of a rule that fired, whichever dissector found it.
 * @param item      that shows it; NULL where there is no tree
 * @param severity  not OFF; one that the user set for the expert info goes before it
 */
void krr_show_rule(packet_info *pinfo, proto_item *item, KrrRuleId rule, KrrSeverity severity,
                   const char *observed);

#endif
