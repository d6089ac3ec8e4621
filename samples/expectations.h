/* expectations.h
 * What a scenario expects of an audit, for whoever runs one on its capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef EXPECTATIONS_H
#define EXPECTATIONS_H

#include "samples/scenario.h"

/** Are the rules that a scenario expects in the catalogue? False with @p error set if not. */
bool expectations_check(const Scenario *scenario, GError **error);

/**
 * Prints them, one "KEY VALUE" a line. An exit status that the scenario does not state is worked
 * out from the severities of the rules, those of its policy file included.
 * @return false with @p error set where the policy file cannot be read
 */
bool expectations_print(const Scenario *scenario, GError **error);

#endif
