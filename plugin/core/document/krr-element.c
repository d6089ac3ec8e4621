/* krr-element.c
 * An element of a document: what it is called, its texts, and where they stand
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-element.h"

#include <string.h>

#define XML_SPACE " \t\r\n"

KrrRange krr_input_range(const KrrInput *input, gsize start, gsize end)
{
    if (!input->parse->has_ranges) {
        return (KrrRange){0, input->length};
    }
    return (KrrRange){start, end > start ? end - start : 0};
}

KrrRange krr_element_range(const KrrInput *input, const xmlNode *element)
{
    const KrrExtent *extent = krr_parse_extent(input->parse, element);

    return krr_input_range(input, extent->start, extent->end);
}

/* The content of an element without the white space at its ends. */
static KrrRange content_range(const KrrInput *input, const xmlNode *element)
{
    const KrrExtent *extent = krr_parse_extent(input->parse, element);
    gsize start = extent->content;
    gsize end = extent->content_end;

    if (!input->parse->has_ranges) {
        return krr_input_range(input, 0, 0);
    }
    while (start < end && strchr(XML_SPACE, input->octets[start])) {
        start++;
    }
    while (end > start && strchr(XML_SPACE, input->octets[end - 1])) {
        end--;
    }
    return krr_input_range(input, start, end);
}

/* Drops white space at both ends; NULL for what is then empty. Takes libxml2's text. */
static char *trimmed(xmlChar *text)
{
    if (!text) {
        return NULL;
    }
    const char *start = (const char *)text + strspn((const char *)text, XML_SPACE);
    size_t length = strlen(start);
    while (length > 0 && strchr(XML_SPACE, start[length - 1])) {
        length--;
    }
    char *result = length > 0 ? g_strndup(start, length) : NULL;
    xmlFree(text);
    return result;
}

char *krr_element_text(const xmlNode *element)
{
    return trimmed(xmlNodeGetContent(element));
}

KrrValue krr_element_value(const KrrInput *input, const xmlNode *element)
{
    char *text = krr_element_text(element);

    return (KrrValue){text,
                      text ? content_range(input, element) : krr_element_range(input, element)};
}

KrrValue krr_attribute_value(const KrrInput *input, const xmlNode *element, const char *name)
{
    const KrrExtent *extent = krr_parse_extent(input->parse, element);
    KrrValue value = {trimmed(xmlGetNoNsProp(element, BAD_CAST name)), {0, 0}};

    if (value.text) {
        value.range = krr_input_range(input, extent->start, extent->content);
    }
    return value;
}

bool krr_element_in_namespace(const xmlNode *element, const char *uri)
{
    return element->ns && xmlStrEqual(element->ns->href, BAD_CAST uri);
}

KrrElement krr_element_meaning(const KrrInput *input, const xmlNode *element)
{
    return krr_vocabulary_lookup(input->vocabulary, (const char *)element->name);
}

char *krr_element_own_text(const xmlNode *element)
{
    GString *text = g_string_new(NULL);

    for (xmlNodePtr child = element->children; child; child = child->next) {
        if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
            g_string_append(text, (const char *)child->content);
        }
    }
    char *result = trimmed(xmlStrdup(BAD_CAST text->str));
    g_string_free(text, TRUE);
    return result;
}
