/* packet-krr.h
 * The KRR dissector, as whoever registers it sees it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_KRR_H
#define PACKET_KRR_H

#include <epan/proto.h>

/** For proto_register_plugin(), before epan_init(). */
extern const proto_plugin krr_proto_plugin;

#endif
