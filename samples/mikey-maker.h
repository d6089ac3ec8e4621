/* mikey-maker.h
 * Turns the lines of an "offer NAME ... end" block into one MIKEY message
 *
 * Simple form: "key = value" lines, each with a default, make a MIKEY-SAKKE message of the usual
 * shape. Payload form: "payload" and "raw" lines put payloads down one by one, in any order, right
 * or wrong. The two mix: once a payload line stands, only the payloads that are named are written,
 * and those named without parameters come from the simple form. Everything that is not given is
 * derived from what is, so the same lines always make the same octets.
 *
 * The keys of the simple form:
 *
 *   purpose      = GMK | PCK | CSK | SPK | MKFC | MSCCK | MuSiK    default PCK
 *   csb-id       = 8 hex digits             default: the purpose's tag and 28 derived bits
 *   time         = RFC 3339                 default 2026-01-01T12:00:00Z
 *   idri, idrr, idrkmsi, idrkmsr = text     identities and KMS URIs; default alice, bob, two KMSs;
 *                                           "none" leaves the payload out
 *   hidden       = yes | no                 UIDs under roles 8 and 9 instead of roles 1 and 2
 *   legacy-roles = yes | no                 UIDs (hidden = yes) under roles 1 and 2, and a NUL
 *                                           after the KMS URIs
 *   period, offset, period-shift = seconds, seconds, periods       of the UIDs
 *   rand         = hex                      default: derived
 *   map          = generic | empty | srtp   default generic where the purpose has a crypto
 *                                           session of its own or a cs line stands, else empty
 *   cs           = ID [prot=N] [s=0|1] [policies=N,N] [data=HEX] [spi=HEX|gmk|csb]
 *                                           repeatable; gmk: GMK-ID and CSB-ID, csb: CSB-ID;
 *                  for map = srtp: cs = POLICY [ssrc=N] [roc=N]
 *   gmk-id       = 8 hex digits             default derived; for spi=gmk
 *   sp           = on | legacy | none | HEX  default none; HEX: the parameters themselves; repeatable
 *   sakke-length = octets                   default 273
 *   ext          = protected | clear | self | vendor:HEX | sdp-ids:TEXT | krr:NAME | TYPE:HEX
 *                                           repeatable; default none
 *   sign         = eccsi | none | TYPE LENGTH          default eccsi
 *   sign-key     = 64 hex digits            a KMS's master secret (not 0): the ECCSI signature is
 *                                           a real one; without it, octets that look like one
 *   sign-as      = text                     whose UID signs; default: idri
 *   sign-convention = header | no-header | header-hex-id | no-header-hex-id     default header;
 *                                           see core/document/mikey-signature.h
 *   data-type, version, v, prf = number     of the header; defaults 26, 1, 0, 1
 *
 * The payload form:
 *
 *   payload NAME [key=value ...]   NAME: hdr t rand idr id sp sakke ext kemac v err sign or a number;
 *                                  idri idrr idrkmsi idrkmsr for those of the simple form.
 *                                  Keys of every payload: next=N overrides "next payload",
 *                                  length=N overrides its length field, body=HEX gives all that
 *                                  follows "next payload". Further keys, by payload:
 *                                  idr: role= type= value= (text) or hex=; id: type= value= hex=;
 *                                  t: type= hex=; rand: hex=; sp: policy= protocol= hex=;
 *                                  sakke: params= scheme= hex=; ext: type= hex=;
 *                                  sign: type= hex=; hdr: type= map= cs-count= cs=HEX;
 *                                  kemac: encryption= mac= hex=; v: mac=; err: number= reserved=
 *   raw HEX                        octets as they are, outside of the chain
 *   truncate N                     the message is cut to N octets when all else is done
 *   patch OFFSET HEX | +N | -N     octets overwritten, or one octet changed, when all else is done
 *   These two leave what is derived as it is: a cut message is a piece of the whole one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MIKEY_MAKER_H
#define MIKEY_MAKER_H

#include <stdbool.h>

#include <glib.h>

typedef struct MikeyMaker MikeyMaker;

MikeyMaker *mikey_maker_new(void);
void mikey_maker_free(MikeyMaker *maker);

/**
 * Takes one line of the block; empty lines and lines that begin with "#" say nothing.
 * @return false with @p error set where the line cannot be understood
 */
bool mikey_maker_line(MikeyMaker *maker, const char *line, GError **error);

/** Gives the octets of the document that "ext = krr:NAME" names; they are copied. To be called
 *  before mikey_maker_finish(). */
void mikey_maker_set_document(MikeyMaker *maker, const char *name, GBytes *document);

/** The documents that "ext = krr:NAME" lines name, so far; of char *; owned by the maker. */
const GPtrArray *mikey_maker_documents(const MikeyMaker *maker);

/**
 * Makes the message.
 * @return its octets, to be freed with g_byte_array_unref(); NULL with @p error set where a
 *         document is missing or a value does not fit its field
 */
GByteArray *mikey_maker_finish(MikeyMaker *maker, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MikeyMaker, mikey_maker_free)

#endif
