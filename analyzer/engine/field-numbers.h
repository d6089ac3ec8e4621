/* field-numbers.h
 * Fields that are asked for in each frame, by their names
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FIELD_NUMBERS_H
#define FIELD_NUMBERS_H

#include <glib.h>

struct epan_dissect;

/** Looks fields up, after epan_init().
 *  @param numbers  out: as many as there are names; negative where this Wireshark has no such field */
void field_numbers_find(const char *const *names, gsize count, int *numbers);

/** Asks for the fields in the frame that is dissected next. */
void field_numbers_prime(const int *numbers, gsize count, struct epan_dissect *edt);

#endif
