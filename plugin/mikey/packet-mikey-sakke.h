/* packet-mikey-sakke.h
 * The MIKEY-SAKKE dissector, as whoever registers it sees it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_MIKEY_SAKKE_H
#define PACKET_MIKEY_SAKKE_H

#include <epan/proto.h>

/** For proto_register_plugin(), before epan_init(). */
extern const proto_plugin mikey_sakke_proto_plugin;

#endif
