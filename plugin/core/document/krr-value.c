/* krr-value.c
 * A text of a document, and where it stands
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-value.h"

void krr_value_clear(KrrValue *value)
{
    g_clear_pointer(&value->text, g_free);
}

void krr_value_free(gpointer data)
{
    KrrValue *value = data;

    krr_value_clear(value);
    g_free(value);
}
