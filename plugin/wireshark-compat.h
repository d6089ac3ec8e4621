/* wireshark-compat.h
 * All that differs between Wireshark 4.0, 4.4 and 4.6, and nothing else
 *
 * The rest of the project is written against the newest interface; older ones are mapped onto it
 * here. No other file asks for Wireshark's version.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WIRESHARK_COMPAT_H
#define WIRESHARK_COMPAT_H

#include <stdbool.h>
#include <stdint.h>

#include <ws_version.h>

#include <epan/packet.h>
#include <epan/prefs.h>

#define KRR_WIRESHARK_AT_LEAST(major, minor)                                                       \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                          \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

#if KRR_WIRESHARK_AT_LEAST(4, 4)
#include <epan/dissectors/packet-media-type.h>
/* A boolean preference is a bool. */
typedef bool krr_pref_bool;
#else
#include <epan/dissectors/packet-http.h>
/* A boolean preference is a gboolean, which is four octets wide: a bool would be overrun. */
typedef gboolean krr_pref_bool;
#define tvb_get_uint8(tvb, offset) tvb_get_guint8(tvb, offset)
#endif

/** The parameters of the Content-Type under which a media type dissector was called, or NULL.
 *  @param data  what the table "media_type" handed over */
static inline const char *krr_media_parameters(const void *data)
{
#if KRR_WIRESHARK_AT_LEAST(4, 4)
    const media_content_info_t *info = data;
#else
    const http_message_info_t *info = data;
#endif
    return info ? info->media_str : NULL;
}

#endif
