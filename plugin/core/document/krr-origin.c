/* krr-origin.c
 * What a document was read from: its octets, and the tree that they are
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-origin.h"

static void source_clear(gpointer data)
{
    KrrSource *source = data;

    g_clear_pointer(&source->signatures, g_ptr_array_unref);
    g_clear_pointer(&source->certificates, g_ptr_array_unref);
    krr_value_clear(&source->signature_value);
}

KrrOrigin *krr_origin_new(const guint8 *octets, gsize length)
{
    KrrOrigin *origin = g_new0(KrrOrigin, 1);

    origin->octets = g_bytes_new(octets, length);
    origin->krrs = g_array_new(FALSE, TRUE, sizeof(KrrSource));
    g_array_set_clear_func(origin->krrs, source_clear);
    return origin;
}

void krr_origin_free(KrrOrigin *origin)
{
    if (origin) {
        g_array_unref(origin->krrs);
        xmlFreeDoc(origin->xml);
        g_bytes_unref(origin->octets);
        g_free(origin);
    }
}

void krr_origin_add(KrrOrigin *origin, Krr *krr, xmlNodePtr element)
{
    const KrrSource source = {.element = element};

    krr->number = origin->krrs->len;
    g_array_append_val(origin->krrs, source);
}

KrrSource *krr_origin_of(const KrrOrigin *origin, const Krr *krr)
{
    return &g_array_index(origin->krrs, KrrSource, krr->number);
}
