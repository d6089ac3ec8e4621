/* vxlan-port.c
 * VXLAN on the port that Linux gave it before it had one
 *
 * Wireshark knows port 4789 of RFC 7348 alone; Linux, and what is built with it (Flannel, for one),
 * uses 8472 unless it is told otherwise.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/hep/vxlan-port.h"

#include "plugin/wireshark-compat.h"

#define LINUX_PORT  8472
#define HEADER_SIZE 8
/* The first octet: an identifier is there, and with a group policy one more bit is set. */
#define FLAG_IDENTIFIER 0x08
#define OTHER_FLAGS     0x77

static dissector_handle_t vxlan;

/* Other traffic may use the port, such as media: what it is must show in its reserved octets. */
static bool begins_as_vxlan(tvbuff_t *tvb)
{
    return tvb_captured_length(tvb) > HEADER_SIZE &&
           (tvb_get_uint8(tvb, 0) & FLAG_IDENTIFIER) != 0 &&
           (tvb_get_uint8(tvb, 0) & OTHER_FLAGS) == 0 && tvb_get_uint8(tvb, 7) == 0;
}

static int dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)data;
    return begins_as_vxlan(tvb) ? call_dissector(vxlan, tvb, pinfo, tree) : 0;
}

void vxlan_port_hand_off(void)
{
    vxlan = find_dissector("vxlan");
    if (vxlan && !dissector_get_uint_handle(find_dissector_table("udp.port"), LINUX_PORT)) {
        dissector_add_uint(
            "udp.port", LINUX_PORT,
            create_dissector_handle(dissect, dissector_handle_get_protocol_index(vxlan)));
    }
}
