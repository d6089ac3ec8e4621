/* body-maker.h
 * Puts together the body of a SIP message: SDP, offers, KRRs, multipart, encodings
 *
 * How a thing is put in (the setting "in" of a message):
 *
 *   sdp, sdp-media          a key-mgmt attribute of the session, or of a medium of its own
 *   body                    the whole body
 *   gzip                    the whole body, with Content-Encoding: gzip
 *   base64, base64-cte      the whole body as folded base64; the latter says so in a header
 *   multipart               a part beside SDP
 *   multipart-text          a part beside plain text
 *   multipart-base64        a part beside SDP, as folded base64 that a header announces
 *   multipart-base64-bare   the same without that header
 *   part                    a part, beside nothing else
 *   message                 a message within the message, as base64
 *   uri                     a list of resources, whose URI names SDP as the body of a request to it
 *
 * How all of it is put, by other settings:
 *
 *   coding = CODING         of the body, or of each part where there are several, unless "in" says
 *                           otherwise: base64, quoted-printable, gzip, deflate, with the header
 *                           that says so; base64-bare without it
 *   closing = no            no delimiter ends the last part
 *   key-mgmt = SPELLING     of the attribute: blank (behind its colon, RFC 4567 3.1), unpadded
 *                           (its base64), capability ("a=acap:1 key-mgmt:...", RFC 5939)
 *   sdp-line = TEXT         one more line of each session description, behind "c="
 *   lines                   see spelling.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef BODY_MAKER_H
#define BODY_MAKER_H

#include "samples/scenario.h"

typedef struct BodyMaker BodyMaker;

/** @param user, address  for the origin and connection lines of SDP; not kept */
BodyMaker *body_maker_new(const char *user, GInetAddress *address);
void body_maker_free(BodyMaker *maker);

/** Reads from a message's settings how all of it is put. @return false with @p error set */
bool body_maker_read_style(BodyMaker *maker, const Scenario *scenario,
                           const ScenarioMessage *message, GError **error);

/**
 * Puts a thing in.
 * @param type  its media type, until the body is finished; NULL: a MIKEY message, which alone can go
 *              into SDP
 * @param in    how, see above
 * @return false where there is no such way, or not for such a thing
 */
bool body_maker_add(BodyMaker *maker, const char *type, GBytes *bytes, const char *in);

/** Asks for SDP, even where nothing needs it. */
void body_maker_want_sdp(BodyMaker *maker);

/** Was anything put in? */
bool body_maker_has_anything(const BodyMaker *maker);

/**
 * The body.
 * @param headers  out: its header lines, each with CRLF, Content-Length excluded; caller frees
 * @return the octets, to be freed with g_bytes_unref()
 */
GBytes *body_maker_finish(BodyMaker *maker, char **headers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BodyMaker, body_maker_free)

#endif
