/* krr-parser.c
 * Octets to a libxml2 tree that knows where each of its elements stood
 *
 * libxml2's own SAX2 handlers build the tree; ours stand before them, look at the limits and write
 * down the parser's position at each tag. An element's _private is its place in the array of extents
 * (counted from 1), so that the tree stays an ordinary tree for whoever verifies signatures on it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-parser.h"

#include <string.h>

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include "core/document/krr-limits.h"

/* An element whose end has not been seen yet. */
typedef struct OpenElement {
    gsize text;         /* octets so far */
    guint declarations; /* namespace declarations in scope */
    guint prefixes;     /* different prefixes in scope */
} OpenElement;

typedef struct Parser {
    KrrParse *parse;
    const guint8 *octets;
    gsize length;
    xmlParserCtxtPtr context;
    guint nodes;         /* of the tree so far */
    GArray *open;        /* of OpenElement, the innermost last */
    GPtrArray *prefixes; /* in scope, of the parser's dictionary */
} Parser;

/* ---- errors ---- */

static Parser *parser_of(void *context)
{
    return ((xmlParserCtxtPtr)context)->_private;
}

/* libxml2 2.15 has other names for this; 2.9 has only these. */
G_GNUC_BEGIN_IGNORE_DEPRECATIONS

/* How many octets of the document the parser has read; negative: not known. */
static long consumed(const Parser *parser)
{
    return xmlByteConsumed(parser->context);
}

/* Does the parser read a conversion of the document? Positions in it are not those in the input. */
static bool is_converted(const xmlParserInput *input)
{
    return input->buf && input->buf->encoder;
}

G_GNUC_END_IGNORE_DEPRECATIONS

/* Refuses the document; the first reason counts. Takes the text. */
static void refuse(Parser *parser, char *reason)
{
    if (parser->parse->error) {
        g_free(reason);
    } else {
        parser->parse->error = reason;
        parser->parse->error_offset = MIN((gsize)MAX(consumed(parser), 0L), parser->length);
    }
    xmlStopParser(parser->context);
}

static void on_error(void *context, XmlErrorArgument *error)
{
    Parser *parser = parser_of(context);

    if (error->level < XML_ERR_ERROR || parser->parse->error) {
        return;
    }
    g_autofree char *message = g_utf8_make_valid(error->message ? error->message : "unknown", -1);
    refuse(parser, g_strdup_printf("line %d: %s", error->line,
                                   g_strstrip(g_strdelimit(message, "\r\n\t", ' '))));
}

/* Takes errors of conversions, for which libxml2 names no parser: by default it would print them. */
static void ignore_error(void *data G_GNUC_UNUSED, XmlErrorArgument *error G_GNUC_UNUSED)
{
}

/* ---- positions ---- */

/* The octet after which the parser stands; G_MAXSIZE where positions are not known. */
static gsize position(Parser *parser)
{
    xmlParserInputPtr input = parser->context->input;

    if (!parser->parse->has_ranges || !input) {
        return G_MAXSIZE;
    }
    if (is_converted(input)) {
        parser->parse->has_ranges = false;
        return G_MAXSIZE;
    }
    long octets = consumed(parser);
    return octets < 0 || (gsize)octets > parser->length ? G_MAXSIZE : (gsize)octets;
}

/* The "<" before a position: attribute values cannot hold one, so it is that of the tag. */
static gsize tag_start(const Parser *parser, gsize before)
{
    while (before > 0 && parser->octets[before - 1] != '<') {
        before--;
    }
    return before > 0 ? before - 1 : 0;
}

static void note_start(Parser *parser, xmlNodePtr element)
{
    KrrExtent extent = {0};
    gsize at = position(parser); /* on the ">" or "/>" of the start tag */

    if (at != G_MAXSIZE) {
        extent.start = tag_start(parser, at);
        extent.content =
            MIN(at + (at < parser->length && parser->octets[at] == '/' ? 2 : 1), parser->length);
        extent.content_end = extent.content;
        extent.end = extent.content;
    }
    g_array_append_val(parser->parse->extents, extent);
    element->_private = GUINT_TO_POINTER(parser->parse->extents->len);
}

static void note_end(Parser *parser, const xmlNode *element)
{
    KrrExtent *extent =
        &g_array_index(parser->parse->extents, KrrExtent, GPOINTER_TO_UINT(element->_private) - 1);
    gsize at = position(parser);

    if (at != G_MAXSIZE) {
        gsize tag = tag_start(parser, at);
        extent->end = at;
        /* An empty element has no tag but the one that started it. */
        extent->content_end = tag > extent->start ? tag : extent->content;
    }
}

/* ---- handlers ---- */

static void on_start_document(void *context)
{
    static const char *const encodings[] = {"UTF-8",    "UTF-16",     "UTF-16LE", "UTF-16BE",
                                            "US-ASCII", "ISO-8859-1", "ASCII"};
    Parser *parser = parser_of(context);
    const char *encoding = (const char *)parser->context->encoding;
    bool known = !encoding;

    for (guint i = 0; i < G_N_ELEMENTS(encodings) && !known; i++) {
        known = g_ascii_strcasecmp(encoding, encodings[i]) == 0;
    }
    if (!known) {
        g_autofree char *valid = g_utf8_make_valid(encoding, -1);
        refuse(parser, g_strdup_printf("the encoding %.40s is not supported", valid));
        return;
    }
    xmlSAX2StartDocument(context);
}

static void on_doctype(void *context, const xmlChar *name G_GNUC_UNUSED,
                       const xmlChar *external G_GNUC_UNUSED, const xmlChar *system G_GNUC_UNUSED)
{
    refuse(parser_of(context), g_strdup("it declares a DOCTYPE, which is not allowed"));
}

/* Counts nodes that the tree is about to get. Each is canonicalized once for each KRR around it. */
static bool nodes_within_limits(Parser *parser, guint count)
{
    parser->nodes += count;
    if (parser->nodes > KRR_MAX_NODES) {
        refuse(parser, g_strdup_printf("there are more than %d elements, attributes, texts, "
                                       "comments and instructions",
                                       KRR_MAX_NODES));
        return false;
    }
    return true;
}

static void refuse_long_attribute(Parser *parser)
{
    refuse(parser,
           g_strdup_printf("an attribute is longer than %d octets", KRR_MAX_ATTRIBUTE_OCTETS));
}

/* An attribute is five pointers: local name, prefix, URI, start and end of the value. */
static bool attributes_within_limits(Parser *parser, int count, const xmlChar **attributes)
{
    if (count > KRR_MAX_ATTRIBUTES) {
        refuse(parser,
               g_strdup_printf("an element has more than %d attributes", KRR_MAX_ATTRIBUTES));
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (attributes[5 * i + 4] - attributes[5 * i + 3] > KRR_MAX_ATTRIBUTE_OCTETS) {
            refuse_long_attribute(parser);
            return false;
        }
    }
    return true;
}

static bool element_within_limits(Parser *parser)
{
    if (parser->open->len >= KRR_MAX_ELEMENT_DEPTH) {
        refuse(parser, g_strdup_printf("elements are nested more than %d levels deep",
                                       KRR_MAX_ELEMENT_DEPTH));
        return false;
    }
    if (parser->parse->extents->len >= KRR_MAX_ELEMENTS) {
        refuse(parser, g_strdup_printf("there are more than %d elements", KRR_MAX_ELEMENTS));
        return false;
    }
    return true;
}

static const OpenElement *innermost(const Parser *parser)
{
    static const OpenElement none = {0};

    return parser->open->len > 0 ? &g_array_index(parser->open, OpenElement, parser->open->len - 1)
                                 : &none;
}

/* Notes the namespaces that an element declares: pairs of prefix and URI. For each element,
 *  canonicalization looks for each prefix in scope among all declarations in scope. */
static bool namespaces_within_limits(Parser *parser, int count, const xmlChar **namespaces,
                                     OpenElement *element)
{
    element->declarations = innermost(parser)->declarations + (guint)count;
    g_ptr_array_set_size(parser->prefixes, (int)innermost(parser)->prefixes);
    for (int i = 0; i < count; i++) {
        if (strlen((const char *)namespaces[2 * i + 1]) > KRR_MAX_ATTRIBUTE_OCTETS) {
            refuse_long_attribute(parser);
            return false;
        }
        if (!g_ptr_array_find(parser->prefixes, namespaces[2 * i], NULL)) {
            g_ptr_array_add(parser->prefixes, (gpointer)namespaces[2 * i]);
        }
    }
    element->prefixes = parser->prefixes->len;
    if (element->declarations > KRR_MAX_NAMESPACES || element->prefixes > KRR_MAX_PREFIXES) {
        refuse(parser, g_strdup_printf("more than %d namespace declarations, or of %d prefixes, "
                                       "are in scope of an element",
                                       KRR_MAX_NAMESPACES, KRR_MAX_PREFIXES));
        return false;
    }
    return true;
}

static void on_start_element(void *context, const xmlChar *name, const xmlChar *prefix,
                             const xmlChar *uri, int n_namespaces, const xmlChar **namespaces,
                             int n_attributes, int n_defaulted, const xmlChar **attributes)
{
    Parser *parser = parser_of(context);
    OpenElement element = {0};

    if (!element_within_limits(parser) ||
        !nodes_within_limits(parser, 1 + (guint)n_namespaces + (guint)n_attributes) ||
        !attributes_within_limits(parser, n_attributes, attributes) ||
        !namespaces_within_limits(parser, n_namespaces, namespaces, &element)) {
        return;
    }
    xmlSAX2StartElementNs(context, name, prefix, uri, n_namespaces, namespaces, n_attributes,
                          n_defaulted, attributes);
    if (parser->context->node) {
        note_start(parser, parser->context->node);
    }
    g_array_append_val(parser->open, element);
}

static void on_end_element(void *context, const xmlChar *name, const xmlChar *prefix,
                           const xmlChar *uri)
{
    Parser *parser = parser_of(context);

    if (parser->context->node && parser->open->len > 0) {
        note_end(parser, parser->context->node);
        g_array_set_size(parser->open, parser->open->len - 1);
    }
    xmlSAX2EndElementNs(context, name, prefix, uri);
}

static bool text_within_limits(Parser *parser, int length)
{
    if (parser->open->len == 0) {
        return true;
    }
    OpenElement *element = &g_array_index(parser->open, OpenElement, parser->open->len - 1);
    element->text += (gsize)length;
    if (element->text > KRR_MAX_TEXT_OCTETS) {
        refuse(parser, g_strdup_printf("the text of an element is longer than %d octets",
                                       KRR_MAX_TEXT_OCTETS));
        return false;
    }
    return true;
}

/* A node for a piece of text, unless one is there that takes it. */
static bool text_node_within_limits(Parser *parser, xmlElementType type)
{
    const xmlNode *parent = parser->context->node;
    bool is_new = !parent || !parent->last || parent->last->type != type;

    return nodes_within_limits(parser, is_new ? 1 : 0);
}

static void on_text(void *context, const xmlChar *text, int length)
{
    if (text_within_limits(parser_of(context), length) &&
        text_node_within_limits(parser_of(context), XML_TEXT_NODE)) {
        xmlSAX2Characters(context, text, length);
    }
}

static void on_cdata(void *context, const xmlChar *text, int length)
{
    if (text_within_limits(parser_of(context), length) &&
        text_node_within_limits(parser_of(context), XML_CDATA_SECTION_NODE)) {
        xmlSAX2CDataBlock(context, text, length);
    }
}

static void on_comment(void *context, const xmlChar *text)
{
    if (nodes_within_limits(parser_of(context), 1)) {
        xmlSAX2Comment(context, text);
    }
}

static void on_instruction(void *context, const xmlChar *target, const xmlChar *data)
{
    if (nodes_within_limits(parser_of(context), 1)) {
        xmlSAX2ProcessingInstruction(context, target, data);
    }
}

/* ---- before the parser ---- */

/* libxml2 compares each attribute of a tag with all before it, so a tag with a hundred thousand of
 * them would take minutes, and no handler of ours is called before the tag's end. Quoted values are
 * counted beforehand, in UTF-16 by its code units. */
typedef struct Scanner {
    const guint8 *octets;
    gsize length;
    gsize width;  /* octets of a code unit */
    gsize offset; /* of the octet with the ASCII character in it */
} Scanner;

static Scanner scanner_of(const guint8 *octets, gsize length)
{
    Scanner scanner = {octets, length, 1, 0};

    if (length >= 2 && ((octets[0] == 0xff && octets[1] == 0xfe) || (octets[0] && !octets[1]))) {
        scanner.width = 2;
    } else if (length >= 2 &&
               ((octets[0] == 0xfe && octets[1] == 0xff) || (!octets[0] && octets[1]))) {
        scanner.width = 2;
        scanner.offset = 1;
    }
    return scanner;
}

/* The ASCII character at a place, or 'x' for any other; 0 at the end. */
static char unit(const Scanner *scanner, gsize place)
{
    if (place >= scanner->length / scanner->width) {
        return 0;
    }
    const guint8 *at = scanner->octets + place * scanner->width;
    bool ascii = at[scanner->offset] < 0x80 && at[scanner->offset] != 0 &&
                 (scanner->width == 1 || at[1 - scanner->offset] == 0);
    return ascii ? (char)at[scanner->offset] : 'x';
}

static bool stands_at(const Scanner *scanner, gsize place, const char *text)
{
    for (gsize i = 0; text[i]; i++) {
        if (unit(scanner, place + i) != text[i]) {
            return false;
        }
    }
    return true;
}

/* The place behind the next occurrence of a text, or the end. */
static gsize behind(const Scanner *scanner, gsize place, const char *text)
{
    while (unit(scanner, place)) {
        if (stands_at(scanner, place, text)) {
            return place + strlen(text);
        }
        place++;
    }
    return place;
}

/* The place behind a tag. @param values  out: how many quoted values it has */
static gsize behind_tag(const Scanner *scanner, gsize place, guint *values)
{
    *values = 0;
    for (char c = unit(scanner, place); c && c != '>'; c = unit(scanner, place)) {
        place++;
        if (c == '"' || c == '\'') {
            (*values)++;
            while (unit(scanner, place) && unit(scanner, place) != c) {
                place++;
            }
            place++;
        }
    }
    return place + 1;
}

/* Has any tag more attributes, namespace declarations included, than the limits allow? */
static bool has_crowded_tag(const guint8 *octets, gsize length)
{
    Scanner scanner = scanner_of(octets, length);
    guint values = 0;
    gsize place = 0;

    while (unit(&scanner, place) && values <= KRR_MAX_ATTRIBUTES) {
        if (stands_at(&scanner, place, "<!--")) {
            place = behind(&scanner, place, "-->");
        } else if (stands_at(&scanner, place, "<![CDATA[")) {
            place = behind(&scanner, place, "]]>");
        } else if (stands_at(&scanner, place, "<?")) {
            place = behind(&scanner, place, "?>");
        } else if (unit(&scanner, place) == '<') {
            place = behind_tag(&scanner, place, &values);
        } else {
            place++;
        }
    }
    return values > KRR_MAX_ATTRIBUTES;
}

/* XML has no NUL, but libxml2 takes one for the end and overlooks what stands behind it. */
static bool has_nul(const guint8 *octets, gsize length)
{
    gsize width = scanner_of(octets, length).width;

    if (width == 1) {
        return memchr(octets, 0, length) != NULL;
    }
    for (gsize i = 0; i + 1 < length; i += width) {
        if (octets[i] == 0 && octets[i + 1] == 0) {
            return true;
        }
    }
    return false;
}

/* What can be refused without parsing, or NULL. Caller frees. */
static char *refused_unparsed(const guint8 *octets, gsize length)
{
    if (length == 0) {
        return g_strdup("the body is empty");
    }
    if (length > KRR_MAX_OCTETS) {
        return g_strdup_printf("it is larger than %d octets", KRR_MAX_OCTETS);
    }
    if (has_nul(octets, length)) {
        return g_strdup("it holds a NUL character");
    }
    if (has_crowded_tag(octets, length)) {
        return g_strdup_printf("an element has more than %d attributes", KRR_MAX_ATTRIBUTES);
    }
    return NULL;
}

static void set_handlers(xmlParserCtxtPtr context)
{
    xmlSAXHandlerPtr handlers = context->sax;

    handlers->startDocument = on_start_document;
    handlers->internalSubset = on_doctype;
    handlers->startElementNs = on_start_element;
    handlers->endElementNs = on_end_element;
    handlers->characters = on_text;
    handlers->ignorableWhitespace = on_text;
    handlers->cdataBlock = on_cdata;
    handlers->comment = on_comment;
    handlers->processingInstruction = on_instruction;
    handlers->serror = on_error;
}

KrrParse *krr_parse_new(const guint8 *octets, gsize length)
{
    KrrParse *parse = g_new0(KrrParse, 1);

    parse->extents = g_array_new(FALSE, FALSE, sizeof(KrrExtent));
    parse->has_ranges = true;
    parse->error = refused_unparsed(octets, length);
    if (parse->error) {
        return parse;
    }
    g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(OpenElement));
    g_autoptr(GPtrArray) prefixes = g_ptr_array_new();
    xmlParserCtxtPtr context = xmlNewParserCtxt();
    Parser parser = {parse, octets, length, context, 0, open, prefixes};
    if (!context) {
        g_error("out of memory");
    }
    set_handlers(context);
    context->_private = &parser;
    xmlStructuredErrorFunc others_handler = xmlStructuredError;
    void *others_data = xmlStructuredErrorContext;
    xmlSetStructuredErrorFunc(NULL, ignore_error);
    parse->xml =
        xmlCtxtReadMemory(context, (const char *)octets, (int)length, NULL, NULL, XML_PARSE_NONET);
    xmlSetStructuredErrorFunc(others_data, others_handler);
    if (parse->xml && (!context->wellFormed || !context->nsWellFormed) && !parse->error) {
        parse->error = g_strdup("it is not well-formed XML");
    }
    if (!parse->xml && !parse->error) {
        parse->error = g_strdup("it is not XML");
    }
    if (parse->error) {
        xmlFreeDoc(parse->xml);
        parse->xml = NULL;
    }
    xmlFreeParserCtxt(context);
    return parse;
}

void krr_parse_free(KrrParse *parse)
{
    if (parse) {
        xmlFreeDoc(parse->xml);
        g_array_unref(parse->extents);
        g_free(parse->error);
        g_free(parse);
    }
}

const KrrExtent *krr_parse_extent(const KrrParse *parse, const xmlNode *element)
{
    return &g_array_index(parse->extents, KrrExtent, GPOINTER_TO_UINT(element->_private) - 1);
}
