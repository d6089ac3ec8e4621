/* heuristics.h
 * Which of Wireshark's guesses at payloads an audit is for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HEURISTICS_H
#define HEURISTICS_H

/**
 * Turns off the heuristic dissectors over UDP and TCP that can find nothing of an audit, in
 * whatever version of Wireshark; to be called after epan_init().
 *
 * Each of them would be asked about each datagram and segment on a port that no protocol has. It
 * could claim one by mistake, and with it all that follows between the same two ports. Without
 * them, a segment on such a port takes half the time.
 */
void heuristics_restrict(void);

#endif
