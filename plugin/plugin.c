/* plugin.c
 * The exported symbols of krr.so, nothing else
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/wireshark-compat.h"

#include "plugin/protocols.h"

#define EXPORTED __attribute__((visibility("default")))

EXPORTED const char plugin_version[] = KRR_VERSION;
EXPORTED const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
EXPORTED const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

EXPORTED void plugin_register(void);

void plugin_register(void)
{
    krr_protocols_announce(KRR_PROTOCOLS_ALL);
}

#if KRR_WIRESHARK_AT_LEAST(4, 4)
EXPORTED uint32_t plugin_describe(void);

uint32_t plugin_describe(void)
{
    return WS_PLUGIN_DESC_DISSECTOR;
}
#endif
