/* krr-layers.c
 * Which protocols a frame holds
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/frame/krr-layers.h"

#include "plugin/wireshark-compat.h"

bool krr_has_layer(packet_info *pinfo, int protocol)
{
    if (protocol == -1) {
        return false;
    }
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer;
         layer = wmem_list_frame_next(layer)) {
        if (GPOINTER_TO_INT(wmem_list_frame_data(layer)) == protocol) {
            return true;
        }
    }
    return false;
}
