/* leg-path.h
 * The order of an attempt's legs: from the initiator outwards
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef LEG_PATH_H
#define LEG_PATH_H

#include "core/stores/story.h"

/** Puts legs in the order of the path, from the initiator outwards. Where one went to is where the next
 *  comes from; that holds whatever the clocks of several probes say. Time decides the rest.
 *  @param legs    of StoryLeg: those of one attempt; of a leg that is there twice, one may stay
 *  @param policy  tells which addresses are one server */
void leg_path_order(GPtrArray *legs, const KmsPolicy *policy);

/** Are two addresses the same server, as far as the policy knows several of one? */
bool leg_path_same_node(const KmsPolicy *policy, const char *one, const char *other);

#endif
