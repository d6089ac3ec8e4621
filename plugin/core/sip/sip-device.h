/* sip-device.h
 * By what a device is known in the messages that it sends: its Contact
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIP_DEVICE_H
#define SIP_DEVICE_H

/** What a Contact header field says of the device; NULL: nothing. */
typedef struct SipDevice {
    char *instance; /**< of RFC 5626 (+sip.instance), or the "gr" of a public GRUU (RFC 5627) */
    char *contact; /**< where it wants to be reached: scheme, user, host and port, for comparison */
} SipDevice;

/** @param value  of a Contact header field, in one line; NULL: there was none. Only its first address
 *                counts, and of what is longer than any honest one nothing
 *  @return both to be freed with sip_device_clear() */
SipDevice sip_device_of(const char *value);

void sip_device_clear(SipDevice *device);

#endif
