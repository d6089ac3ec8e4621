/* packet-mikey-sakke-experts.h
 * What is wrong with a MIKEY-SAKKE message, as expert infos
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_MIKEY_SAKKE_EXPERTS_H
#define PACKET_MIKEY_SAKKE_EXPERTS_H

#include <epan/expert.h>

#include "core/mikey/mikey-message.h"

/** Registers them. @param expert  the module of the protocol mikey_sakke */
void mikey_experts_register(expert_module_t *expert);

/** Shows a problem. @param item  that is to blame; NULL where there is no tree */
void mikey_experts_add(packet_info *pinfo, proto_item *item, const MikeyProblem *problem);

#endif
