/* store-array.c
 * Arrays as the stores of the ledger use them: items that know their place, and arrays that mostly stay
 * empty
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/stores/store-array.h"

void store_array_append(GPtrArray *array, gpointer item, gsize place)
{
    G_STRUCT_MEMBER(guint, item, place) = array->len;
    g_ptr_array_add(array, item);
}

void store_array_steal(GPtrArray *array, gpointer item, gsize place)
{
    const guint freed = G_STRUCT_MEMBER(guint, item, place);

    g_ptr_array_steal_index_fast(array, freed);
    if (freed < array->len) {
        G_STRUCT_MEMBER(guint, g_ptr_array_index(array, freed), place) = freed;
    }
}

void store_array_sort(GPtrArray *array, GCompareFunc compare, gsize place)
{
    g_ptr_array_sort(array, compare);
    for (guint i = 0; i < array->len; i++) {
        G_STRUCT_MEMBER(guint, g_ptr_array_index(array, i), place) = i;
    }
}

void store_array_grow(GPtrArray **array, gpointer item, GDestroyNotify item_free)
{
    if ((*array)->len == 0) {
        g_ptr_array_unref(*array);
        *array = g_ptr_array_new_full(1, item_free);
    }
    g_ptr_array_add(*array, item);
}
