/* store-array.h
 * Arrays as the stores of the ledger use them: items that know their place, and arrays that mostly stay
 * empty
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORE_ARRAY_H
#define STORE_ARRAY_H

#include <glib.h>

/* ---- items that know their place, so that each can leave at once ---- */

/* @param place  offset of a guint in every item: where it stands */

/** Puts an item at the end. */
void store_array_append(GPtrArray *array, gpointer item, gsize place);

/** Takes an item out, which is not freed; the last one moves into its place. */
void store_array_steal(GPtrArray *array, gpointer item, gsize place);

/** Puts the items in order. */
void store_array_sort(GPtrArray *array, GCompareFunc compare, gsize place);

/* ---- arrays that mostly stay empty, and until then are one that all share ---- */

/** Adds an item to an array. Where that is empty, it is replaced by an array of its own first, which
 *  frees its items by @p item_free, or not where that is NULL. */
void store_array_grow(GPtrArray **array, gpointer item, GDestroyNotify item_free);

#endif
