/* heuristics.h
 * Which of Wireshark's guesses at UDP payloads an audit is for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HEURISTICS_H
#define HEURISTICS_H

/**
 * Turns off the heuristic dissectors over UDP that can find nothing of an audit, in whatever
 * version of Wireshark; to be called after epan_init().
 *
 * Each of the others would be asked about each datagram on a port that is nobody's, could claim it
 * by mistake, and then all that follows between the same two ports.
 */
void heuristics_restrict(void);

#endif
