/* sip-tls.c
 * SIP in TLS and DTLS, whatever the port
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/sip/sip-tls.h"

#include "plugin/wireshark-compat.h"

#include "core/sip/sip-message.h"
#include "plugin/sip/sip-front.h"

#define ALPN_SIP "sip/2"

/* ---- guesses ---- */

/* Are they whole messages, one behind the other, and nothing else? */
static bool are_messages(const char *octets, gsize length, bool stream)
{
    gsize offset = 0;
    SipFrame frame;

    while (offset < length &&
           sip_message_find(octets + offset, length - offset, stream, &frame) == SIP_WHOLE) {
        offset += frame.skipped + frame.head + frame.body;
        if (!stream) {
            return true; /* what is behind its body is not part of it (RFC 3261 18.3) */
        }
    }
    return length > 0 && offset == length;
}

/* Guesses are asked before ports, and cannot ask for more: what is not whole is left to the port. */
static krr_wsbool guess(bool stream, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const guint length = tvb_captured_length(tvb);
    const char *octets = length > 0 ? (const char *)tvb_get_ptr(tvb, 0, (int)length) : "";

    return are_messages(octets, length, stream) &&
           call_dissector_only(sip_front_handle(stream), tvb, pinfo, tree, NULL) > 0;
}

static krr_wsbool guess_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)data;
    return guess(true, tvb, pinfo, tree);
}

static krr_wsbool guess_dtls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)data;
    return guess(false, tvb, pinfo, tree);
}

/* ---- registration ---- */

/* Of SIP, so that whoever turns that off turns off the guesses too. */
void sip_tls_hand_off(void)
{
    const int proto_sip = proto_get_id_by_filter_name("sip");

    dissector_add_string("tls.alpn", ALPN_SIP, sip_front_handle(true));
    dissector_add_string("dtls.alpn", ALPN_SIP, sip_front_handle(false));
    heur_dissector_add("tls", guess_tls, "SIP over TLS", "krr_sip_tls", proto_sip,
                       HEURISTIC_ENABLE);
    heur_dissector_add("dtls", guess_dtls, "SIP over DTLS", "krr_sip_dtls", proto_sip,
                       HEURISTIC_ENABLE);
}
