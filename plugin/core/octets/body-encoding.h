/* body-encoding.h
 * Encodings around a document that nobody on the way has undone
 *
 * A part of a multipart body may have a transfer or content encoding of its own, and a message may
 * carry base64 without saying so. What a body is encoded in is told from its content alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef BODY_ENCODING_H
#define BODY_ENCODING_H

#include <stdbool.h>

#include <glib.h>

/**
 * Undoes one layer of base64 or gzip around XML.
 *
 * Base64 counts as such where all of the body is base64 text (folded or not) and stands for
 * something that begins as XML does, or for gzip. Gzip counts as such where it can be decompressed.
 *
 * @param limit     what goes beyond that many octets is not decoded: the result then has
 *                  @p limit + 1 octets
 * @param encoding  out: "base64" or "gzip" (static)
 * @return NULL where the body is in neither
 */
GBytes *body_encoding_undo(const guint8 *octets, gsize length, gsize limit, const char **encoding);

/** Can it be shown to people as text? Looks at the beginning only. */
bool body_looks_like_text(const guint8 *octets, gsize length);

#endif
