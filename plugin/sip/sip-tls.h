/* sip-tls.h
 * SIP in TLS and DTLS, whatever the port
 *
 * Wireshark knows SIP in TLS by the port 5061 alone. It neither asks what both ends agreed on by ALPN
 * ("sip/2", RFC 7301 and IANA's registry), nor looks at what was decrypted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIP_TLS_H
#define SIP_TLS_H

/** Takes what ALPN calls SIP, and each record that begins with a whole message where ALPN says nothing.
 *  To be called once all dissectors are registered, and sip_front_hand_off() was. */
void sip_tls_hand_off(void);

#endif
