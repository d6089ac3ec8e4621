/* krr-layers.h
 * Which protocols a frame holds
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_LAYERS_H
#define KRR_LAYERS_H

#include <stdbool.h>

#include <epan/packet.h>

/** Was a protocol dissected in the frame so far? The layers tell what is in the frame, not what is
 *  in what. @param protocol  its number; -1, where this Wireshark lacks it: no */
bool krr_has_layer(packet_info *pinfo, int protocol);

#endif
