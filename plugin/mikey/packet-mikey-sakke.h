/* packet-mikey-sakke.h
 * The MIKEY-SAKKE dissector, as whoever registers it sees it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_MIKEY_SAKKE_H
#define PACKET_MIKEY_SAKKE_H

/** Registers the protocol with its fields. */
void mikey_sakke_register(void);

/** Enters the dissector where it is to be called, once all protocols are registered. */
void mikey_sakke_hand_off(void);

#endif
