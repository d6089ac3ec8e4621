/* first-fragment.c
 * Is a frame the first fragment of a SIP message, and how is it read without the others?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/first-fragment.h"

#include "analyzer/engine/field-numbers.h"
#include "core/sip/sip-message.h"
#include "plugin/wireshark-compat.h"

#include <epan/ipproto.h>

#define MORE_FRAGMENTS 0x2000 /* of IPv4 */
#define MORE_FLAG      1      /* of IPv6 */
#define IPV4_MIN       20
#define IPV4_LENGTH    2 /* where it is in the header; likewise what follows */
#define IPV4_FRAGMENT  6
#define IPV4_PROTOCOL  9
#define IPV6_HEADER    40
#define IPV6_LENGTH    4
#define EXTENSION      8 /* octets of the header of a fragment */
#define EXTENSION_WORD 2 /* where the offset is in it */
#define UDP_HEADER     8
#define UDP_LENGTH     4

typedef enum FragmentField { FIELD_IPV4, FIELD_IPV6, FIELD_FRAGMENT, N_FIELDS } FragmentField;

static const char *const field_names[N_FIELDS] = {
    [FIELD_IPV4] = "ip.len",
    [FIELD_IPV6] = "ipv6.plen",
    [FIELD_FRAGMENT] = "ipv6.fraghdr.offset",
};

struct FirstFragment {
    int numbers[N_FIELDS];
};

FirstFragment *first_fragment_new(void)
{
    FirstFragment *first = g_new0(FirstFragment, 1);

    field_numbers_find(field_names, N_FIELDS, first->numbers);
    return first;
}

void first_fragment_free(FirstFragment *first)
{
    g_free(first);
}

void first_fragment_prime(const FirstFragment *first, struct epan_dissect *edt)
{
    field_numbers_prime(first->numbers, N_FIELDS, edt);
}

/* How often a field is in the frame. @param place  out: of the only one, in the frame; -1: elsewhere */
static guint count_of(const FirstFragment *first, epan_dissect_t *edt, FragmentField field,
                      int *place)
{
    const GPtrArray *found = proto_get_finfo_ptr_array(edt->tree, first->numbers[field]);
    const field_info *only = found && found->len == 1 ? g_ptr_array_index(found, 0) : NULL;

    *place = only && only->ds_tvb == edt->tvb ? only->start : -1;
    return found ? found->len : 0;
}

/* Does a datagram of SIP begin there? @param length  out: of the datagram */
static bool begins_datagram(tvbuff_t *frame, int udp, guint16 *length)
{
    const int begin = udp + UDP_HEADER;

    if (!tvb_bytes_exist(frame, udp, UDP_HEADER + 1)) {
        return false;
    }
    const gsize rest = (gsize)tvb_captured_length_remaining(frame, begin);
    const char *octets = (const char *)tvb_get_ptr(frame, begin, (int)rest);
    const gsize skipped = sip_message_skip(octets, rest);
    *length = tvb_get_ntohs(frame, udp + UDP_LENGTH);
    return sip_message_begins(octets + skipped, rest - skipped);
}

/* What an IP packet says of its length, and what it would say if it held all. */
static bool complete(SessionPatch *patch, int place, guint16 says, guint32 whole, guint32 *missing)
{
    if (whole <= says || whole > G_MAXUINT16) {
        return false;
    }
    *patch = (SessionPatch){(guint32)place, (guint16)whole};
    *missing = whole - says;
    return true;
}

static bool first_of_ipv4(tvbuff_t *frame, int ip, SessionPatch patches[2], guint32 *missing)
{
    guint16 length;

    if (ip < 0 || !tvb_bytes_exist(frame, ip, IPV4_MIN) ||
        (tvb_get_ntohs(frame, ip + IPV4_FRAGMENT) & 0x3fff) != MORE_FRAGMENTS ||
        tvb_get_uint8(frame, ip + IPV4_PROTOCOL) != IP_PROTO_UDP) {
        return false;
    }
    const guint32 header = (tvb_get_uint8(frame, ip) & 0xf) * 4u;
    if (!begins_datagram(frame, ip + (int)header, &length)) {
        return false;
    }
    patches[0] = (SessionPatch){(guint32)(ip + IPV4_FRAGMENT), 0};
    return complete(&patches[1], ip + IPV4_LENGTH, tvb_get_ntohs(frame, ip + IPV4_LENGTH),
                    header + length, missing);
}

static bool first_of_ipv6(tvbuff_t *frame, int ip, int extension, SessionPatch patches[2],
                          guint32 *missing)
{
    guint16 length;

    if (ip < 0 || extension < ip + IPV6_HEADER || !tvb_bytes_exist(frame, extension, EXTENSION) ||
        tvb_get_ntohs(frame, extension + EXTENSION_WORD) != MORE_FLAG ||
        tvb_get_uint8(frame, extension) != IP_PROTO_UDP ||
        !begins_datagram(frame, extension + EXTENSION, &length)) {
        return false;
    }
    const guint32 headers = (guint32)(extension + EXTENSION - ip - IPV6_HEADER);
    patches[0] = (SessionPatch){(guint32)(extension + EXTENSION_WORD), 0};
    return complete(&patches[1], ip + IPV6_LENGTH, tvb_get_ntohs(frame, ip + IPV6_LENGTH),
                    headers + length, missing);
}

bool first_fragment_of(const FirstFragment *first, struct epan_dissect *edt,
                       SessionPatch patches[2], guint32 *missing)
{
    int ipv4, ipv6, fragment;
    const guint count =
        count_of(first, edt, FIELD_IPV4, &ipv4) + count_of(first, edt, FIELD_IPV6, &ipv6);

    count_of(first, edt, FIELD_FRAGMENT, &fragment);
    if (count != 1) {
        return false;
    }
    return ipv4 >= 0 ? first_of_ipv4(edt->tvb, ipv4 - IPV4_LENGTH, patches, missing)
                     : first_of_ipv6(edt->tvb, ipv6 - IPV6_LENGTH, fragment - EXTENSION_WORD,
                                     patches, missing);
}
