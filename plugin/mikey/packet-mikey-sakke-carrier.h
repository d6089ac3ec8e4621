/* packet-mikey-sakke-carrier.h
 * Where MIKEY messages are found, and which dissector each is for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_MIKEY_SAKKE_CARRIER_H
#define PACKET_MIKEY_SAKKE_CARRIER_H

#include <epan/expert.h>
#include <epan/packet.h>

/** For the protocol's registration. @param proto  that of MIKEY-SAKKE */
void mikey_carrier_register(int proto, expert_module_t *expert);

/** Once all protocols are registered. @param sakke  the dissector of MIKEY-SAKKE messages */
void mikey_carrier_handoff(dissector_handle_t sakke);

#endif
