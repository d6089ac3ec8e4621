/* vxlan-port.h
 * VXLAN on the port that Linux gave it before it had one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef VXLAN_PORT_H
#define VXLAN_PORT_H

/** Gives datagrams of UDP port 8472 that begin as VXLAN to Wireshark's dissector for it, if the port is
 *  nobody's. To be called once all dissectors are registered. */
void vxlan_port_hand_off(void);

#endif
