/* krr-keep.c
 * Objects that live as long as the packet
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/frame/krr-keep.h"

#include "plugin/wireshark-compat.h"

typedef struct Kept {
    gpointer object;
    GDestroyNotify free;
} Kept;

static krr_wsbool free_kept(wmem_allocator_t *pool, wmem_cb_event_t event, void *data)
{
    const Kept *kept = data;

    (void)pool;
    (void)event;
    kept->free(kept->object);
    g_free(data);
    return FALSE; /* once */
}

void krr_keep_for_packet(packet_info *pinfo, gpointer object, GDestroyNotify free)
{
    Kept *kept = g_new(Kept, 1);

    *kept = (Kept){object, free};
    wmem_register_callback(pinfo->pool, free_kept, kept);
}
