/* krr-parser.h
 * Octets to a libxml2 tree that knows where each of its elements stood
 *
 * The one place where a document is parsed: no entities, no DTD, no network, all limits.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_PARSER_H
#define KRR_PARSER_H

#include <libxml/tree.h>
#include <libxml/xmlerror.h>

#include <stdbool.h>

#include <glib.h>

/* What an error handler is given: constant since libxml2 2.12. */
#if LIBXML_VERSION >= 21200
typedef const xmlError XmlErrorArgument;
#else
typedef xmlError XmlErrorArgument;
#endif

/** Where an element stood, in octets from the start of the input. */
typedef struct KrrExtent {
    gsize start;       /**< its "<" */
    gsize content;     /**< after the start tag */
    gsize content_end; /**< the "<" of the end tag; the same as content in an empty element */
    gsize end;         /**< after the element */
} KrrExtent;

typedef struct KrrParse {
    xmlDocPtr xml;      /**< NULL where it could not be parsed */
    GArray *extents;    /**< of KrrExtent, see krr_parse_extent() */
    bool has_ranges;    /**< false: the input is not UTF-8, positions are not known */
    char *error;        /**< one line; NULL where it was parsed */
    gsize error_offset; /**< octets; 0 where it is not known */
} KrrParse;

/** Parses a document within the limits of krr-limits.h. Never NULL. */
KrrParse *krr_parse_new(const guint8 *octets, gsize length);
void krr_parse_free(KrrParse *parse);

/** Where an element of the tree stood. */
const KrrExtent *krr_parse_extent(const KrrParse *parse, const xmlNode *element);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KrrParse, krr_parse_free)

#endif
