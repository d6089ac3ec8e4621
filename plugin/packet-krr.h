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

#include <epan/proto.h>

/** For proto_register_plugin(), before epan_init(). */
extern const proto_plugin krr_proto_plugin;

#endif
