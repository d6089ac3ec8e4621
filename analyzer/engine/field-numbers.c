/* field-numbers.c
 * Fields that are asked for in each frame, by their names
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/field-numbers.h"

#include "plugin/wireshark-compat.h"

void field_numbers_find(const char *const *names, gsize count, int *numbers)
{
    for (gsize i = 0; i < count; i++) {
        numbers[i] = proto_registrar_get_id_byname(names[i]);
    }
}

void field_numbers_prime(const int *numbers, gsize count, struct epan_dissect *edt)
{
    for (gsize i = 0; i < count; i++) {
        if (numbers[i] > 0) {
            epan_dissect_prime_with_hfid(edt, numbers[i]);
        }
    }
}
