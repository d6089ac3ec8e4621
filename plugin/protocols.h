/* protocols.h
 * All that is registered with Wireshark, in the right order
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PROTOCOLS_H
#define PROTOCOLS_H

/** What a program wants of us. */
typedef enum KrrProtocols {
    KRR_PROTOCOLS_DISSECTORS, /**< dissectors with their taps, views and preferences */
    KRR_PROTOCOLS_ALL         /**< and links between frames: not for a program that has the whole
                                   story, such as krraudit */
} KrrProtocols;

/** Announces them to Wireshark, which registers them in epan_init(); to be called once, before it. */
void krr_protocols_announce(KrrProtocols wanted);

#endif
