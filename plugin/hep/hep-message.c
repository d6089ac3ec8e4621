/* hep-message.c
 * One message of the Homer Encapsulation Protocol: a copy of another message, and what is stated of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/hep/hep-message.h"

#include "plugin/wireshark-compat.h"

#define MICROSECONDS 1000000 /* of a second */
/* AF_INET is the same everywhere; AF_INET6 is not. */
#define FAMILY_IPV4 2

bool hep_message_time(const HepMessage *message, nstime_t *time)
{
    if (message->seconds == 0 || message->microseconds >= MICROSECONDS) {
        return false;
    }
    *time =
        (nstime_t){.secs = (time_t)message->seconds, .nsecs = (int)message->microseconds * 1000};
    return true;
}

bool hep_message_ends(const HepMessage *message, const address **source,
                      const address **destination)
{
    bool has_ipv4 =
        message->ipv4_source.type != AT_NONE && message->ipv4_destination.type != AT_NONE;
    bool has_ipv6 =
        message->ipv6_source.type != AT_NONE && message->ipv6_destination.type != AT_NONE;
    bool ipv6 = has_ipv6 && (!has_ipv4 || (message->family != 0 && message->family != FAMILY_IPV4));

    *source = ipv6 ? &message->ipv6_source : &message->ipv4_source;
    *destination = ipv6 ? &message->ipv6_destination : &message->ipv4_destination;
    return has_ipv4 || has_ipv6;
}
