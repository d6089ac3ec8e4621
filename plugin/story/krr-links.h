/* krr-links.h
 * The story in Wireshark: which frames belong together, and what only all of them show
 *
 * A postdissector that runs after each frame in every pass. On the first visit of a frame it tells
 * the story of it to the same ledger and rules that write krraudit's report; what is known at once is
 * shown in that pass, the rest whenever the frame is looked at again: in tshark's second pass, in the
 * GUI.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_LINKS_H
#define KRR_LINKS_H

/** Registers the fields; to be called once, at registration. @param proto  the protocol krr */
void krr_links_register(int proto);

/** Registers the postdissector, once all protocols are registered. */
void krr_links_hand_off(void);

#endif
