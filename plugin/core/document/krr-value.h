/* krr-value.h
 * A text of a document, and where it stands
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_VALUE_H
#define KRR_VALUE_H

#include <glib.h>

/** A piece of the input, in octets from its start. Length 0: not known. */
typedef struct KrrRange {
    guint32 offset;
    guint32 length;
} KrrRange;

/** A text value: the element's whole text content, white space at both ends dropped, UTF-8. */
typedef struct KrrValue {
    char *text;     /**< NULL where the element is absent or holds no text */
    KrrRange range; /**< of the text without that white space; of an element without text: the
                         element */
} KrrValue;

/** Frees what a value holds. */
void krr_value_clear(KrrValue *value);

/** Frees a value itself too, for arrays of KrrValue. */
void krr_value_free(gpointer value);

#endif
