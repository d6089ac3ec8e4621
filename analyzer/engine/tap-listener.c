/* tap-listener.c
 * Listening to what Wireshark's dissectors publish
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/tap-listener.h"

#include <gio/gio.h>

bool tap_listener_add(const char *tap, void *listener, tap_packet_cb callback, GError **error)
{
    GString *reason =
        register_tap_listener(tap, listener, NULL, TL_REQUIRES_NOTHING, NULL, callback, NULL, NULL);

    if (!reason) {
        return true;
    }
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "no tap \"%s\": %s", tap, reason->str);
    g_string_free(reason, TRUE);
    return false;
}
