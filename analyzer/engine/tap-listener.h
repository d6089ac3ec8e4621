/* tap-listener.h
 * Listening to what Wireshark's dissectors publish
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TAP_LISTENER_H
#define TAP_LISTENER_H

#include <stdbool.h>

#include "plugin/wireshark-compat.h"

#include <epan/tap.h>

/**
 * Listens to a tap, without asking for a tree; remove_tap_listener() ends it.
 * @param listener  given to the callback; libwireshark knows a listener by this address
 * @return false with @p error set where there is no such tap
 */
bool tap_listener_add(const char *tap, void *listener, tap_packet_cb callback, GError **error);

#endif
