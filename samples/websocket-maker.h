/* websocket-maker.h
 * Messages in frames of a WebSocket (RFC 6455), with SIP agreed on (RFC 7118)
 *
 * By the settings of a message that travels "over = ws":
 *
 *   ws-frames = NUMBER      into how many frames it is put; default 1
 *   ws-empty = first | last one more of them holds nothing
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WEBSOCKET_MAKER_H
#define WEBSOCKET_MAKER_H

#include "samples/scenario.h"

/** Does the message travel so? */
bool websocket_maker_wants(const GPtrArray *settings);

/** What the client says first, and what the server answers. To be freed with g_bytes_unref(). */
GBytes *websocket_maker_request(const char *host);
GBytes *websocket_maker_answer(void);

/**
 * A message in its frames.
 * @param client  it is sent by the side that opened the connection, and masked
 * @return to be freed with g_bytes_unref(); NULL with @p error set where the settings are wrong
 */
GBytes *websocket_maker_wrap(const Scenario *scenario, const ScenarioMessage *message,
                             GBytes *bytes, bool client, GError **error);

#endif
