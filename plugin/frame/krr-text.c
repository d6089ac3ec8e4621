/* krr-text.c
 * Texts of a capture in lines of ours: columns, labels, statistics
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/frame/krr-text.h"

#include "plugin/wireshark-compat.h"

const char *krr_short_text(wmem_allocator_t *pool, const char *text)
{
    const char *shown = krr_format_text(pool, text);

    if (g_utf8_strlen(shown, -1) <= KRR_SHORT_TEXT) {
        return shown;
    }
    const char *end = g_utf8_offset_to_pointer(shown, KRR_SHORT_TEXT);
    return wmem_strdup_printf(pool, "%.*s...", (int)(end - shown), shown);
}
