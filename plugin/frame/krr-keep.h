/* krr-keep.h
 * Objects that live as long as the packet
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_KEEP_H
#define KRR_KEEP_H

#include <epan/packet.h>

/** Frees an object of the core's with the packet, whatever exception leaves the dissector before
 *  that. @param object  taken over */
void krr_keep_for_packet(packet_info *pinfo, gpointer object, GDestroyNotify free);

#endif
