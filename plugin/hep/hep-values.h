/* hep-values.h
 * The values that a HEP message states of what it is a copy of
 *
 * They have the numbers of the chunks of version 3 that have no vendor. The fixed header of versions 1
 * and 2 has some of them, too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HEP_VALUES_H
#define HEP_VALUES_H

#include "plugin/hep/hep-message.h"

typedef enum HepValue {
    HEP_FAMILY = 0x01,
    HEP_PROTOCOL,
    HEP_IPV4_SOURCE,
    HEP_IPV4_DESTINATION,
    HEP_IPV6_SOURCE,
    HEP_IPV6_DESTINATION,
    HEP_SOURCE_PORT,
    HEP_DESTINATION_PORT,
    HEP_SECONDS,
    HEP_MICROSECONDS,
    HEP_TYPE,
    HEP_CAPTURE_ID,
    HEP_KEEP_ALIVE,
    HEP_AUTH_KEY,
    HEP_PAYLOAD,
    HEP_COMPRESSED_PAYLOAD,
    HEP_CORRELATION_ID,
    HEP_VLAN,
    HEP_NODE_NAME,
    HEP_N_VALUES
} HepValue;

/** Registers their fields. */
void hep_values_register(int proto);

/** What a value is called. @return static; NULL: not known */
const char *hep_value_name(guint value);

/** What a type of copies is called. @return static */
const char *hep_type_name(guint8 type);

/** Is it IPv4 or IPv6 in the numbers of some system? */
bool hep_family_is_known(guint8 family);

/** Can the octets be that value: is it known, and are all of its octets there? */
bool hep_value_fits(guint value, tvbuff_t *octets);

/** Shows one that fits. @param encoding  ENC_BIG_ENDIAN or ENC_LITTLE_ENDIAN */
void hep_value_show(proto_tree *tree, HepValue value, tvbuff_t *octets, guint encoding);

/** Takes one that fits, as far as it is a part of @p message; addresses in pinfo->pool. */
void hep_value_take(HepMessage *message, packet_info *pinfo, HepValue value, tvbuff_t *octets,
                    guint encoding);

/** Shows when the original was seen, if that is stated. @param octets  of the whole message */
void hep_value_show_time(proto_tree *tree, tvbuff_t *octets, const HepMessage *message);

#endif
