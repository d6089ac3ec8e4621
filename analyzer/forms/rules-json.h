/* rules-json.h
 * The catalogue of rules as JSON, for editors and scripts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RULES_JSON_H
#define RULES_JSON_H

#include <glib.h>

/** An array of objects with "name", "severity", "clause" and "summary", in the order of the catalogue;
 *  to be freed. */
GString *rules_json(void);

#endif
