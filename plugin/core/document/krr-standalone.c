/* krr-standalone.c
 * A KRR as the document that it was before it was embedded in another
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-standalone.h"

#include "core/document/krr-vocabulary.h"

/* The prefix under which the children of a list are in the KRR namespace; NULL: the default. */
static const xmlChar *prefix_of_children(const xmlNode *element)
{
    for (const xmlNode *child = element->children; child; child = child->next) {
        if (child->type == XML_ELEMENT_NODE && child->ns &&
            xmlStrEqual(child->ns->href, BAD_CAST KRR_NAMESPACE)) {
            return child->ns->prefix;
        }
    }
    return NULL;
}

/* Makes a list that itself is a KRR what it was: attributes and content under the KRR's name. */
static void copy_renamed(xmlDocPtr copy, xmlNodePtr element)
{
    xmlNodePtr root =
        xmlNewDocNode(copy, NULL, BAD_CAST krr_vocabulary_name(KRR_ELEMENT_KRR), NULL);

    xmlSetNs(root, xmlNewNs(root, BAD_CAST KRR_NAMESPACE, prefix_of_children(element)));
    xmlDocSetRootElement(copy, root);
    for (xmlAttrPtr attribute = element->properties; attribute; attribute = attribute->next) {
        xmlAttrPtr duplicate = xmlCopyProp(root, attribute);
        if (duplicate) {
            duplicate->next = root->properties;
            if (root->properties) {
                root->properties->prev = duplicate;
            }
            root->properties = duplicate; /* their order does not matter in canonical form */
        }
    }
    for (xmlNodePtr child = element->children; child; child = child->next) {
        xmlAddChild(root, xmlDocCopyNode(child, copy, 1));
    }
}

xmlDocPtr krr_standalone_new(xmlNodePtr element, bool rename)
{
    xmlDocPtr copy = xmlNewDoc(BAD_CAST "1.0");

    if (rename) {
        copy_renamed(copy, element);
    } else {
        /* libxml2 declares on the root of a copy what the copied elements and attributes use and
         * only ancestors declared, and nothing else. */
        xmlDocSetRootElement(copy, xmlDocCopyNode(element, copy, 1));
    }
    return copy;
}

/* Is it the namespace of the element or of one of its attributes? */
static bool uses(const xmlNode *element, const xmlNs *ns)
{
    bool used = element->ns == ns;

    for (const xmlAttr *attribute = element->properties; attribute && !used;
         attribute = attribute->next) {
        used = attribute->ns == ns;
    }
    return used;
}

/* The depth is bounded by KRR_MAX_ELEMENT_DEPTH, here and below. */
static void replace_namespace(xmlNodePtr element, const xmlNs *old, xmlNsPtr new)
{
    if (element->ns == old) {
        element->ns = new;
    }
    for (xmlAttrPtr attribute = element->properties; attribute; attribute = attribute->next) {
        if (attribute->ns == old) {
            attribute->ns = new;
        }
    }
    for (xmlNodePtr child = element->children; child; child = child->next) {
        if (child->type == XML_ELEMENT_NODE) {
            replace_namespace(child, old, new);
        }
    }
}

/* Declares a namespace on the topmost elements beneath one that use it.
 *  @return false where that cannot be: some still use the old declaration */
static bool declare_where_used(xmlNodePtr element, const xmlNs *ns)
{
    for (xmlNodePtr child = element->children; child; child = child->next) {
        if (child->type != XML_ELEMENT_NODE) {
            continue;
        }
        if (!uses(child, ns)) {
            if (!declare_where_used(child, ns)) {
                return false;
            }
            continue;
        }
        xmlNsPtr own = xmlNewNs(child, ns->href, ns->prefix);
        if (!own) {
            return false;
        }
        replace_namespace(child, ns, own);
    }
    return true;
}

static bool declares(const xmlNode *element, const xmlChar *prefix)
{
    for (const xmlNs *ns = element->nsDef; ns; ns = ns->next) {
        if (xmlStrEqual(ns->prefix, prefix)) {
            return true;
        }
    }
    return false;
}

/* Is a declaration on the root of a copy inherited, and may it have stood elsewhere? */
static bool is_movable(const xmlNode *root, const xmlNode *element, const xmlNs *ns)
{
    return !declares(element, ns->prefix) && !uses(root, ns);
}

unsigned krr_standalone_movable(xmlDocPtr copy, const xmlNode *element)
{
    const xmlNode *root = xmlDocGetRootElement(copy);
    unsigned n = 0;

    for (const xmlNs *ns = root->nsDef; ns && n < KRR_MAX_MOVABLE; ns = ns->next) {
        n += is_movable(root, element, ns) ? 1 : 0;
    }
    return n;
}

void krr_standalone_move(xmlDocPtr copy, const xmlNode *element, unsigned which)
{
    xmlNodePtr root = xmlDocGetRootElement(copy);

    for (xmlNsPtr *link = &root->nsDef; *link && which;) {
        xmlNsPtr ns = *link;
        bool wanted = false;
        if (is_movable(root, element, ns)) {
            wanted = which & 1;
            which >>= 1;
        }
        if (wanted && declare_where_used(root, ns)) {
            *link = ns->next;
            xmlFreeNs(ns);
        } else {
            link = &ns->next;
        }
    }
}

/* How many elements stand before one among its siblings. */
static unsigned long place_of(const xmlNode *element)
{
    unsigned long place = 0;

    while ((element = xmlPreviousElementSibling((xmlNodePtr)element))) {
        place++;
    }
    return place;
}

xmlNodePtr krr_standalone_counterpart(xmlDocPtr copy, const xmlNode *original,
                                      const xmlNode *element)
{
    if (element == original) {
        return xmlDocGetRootElement(copy);
    }
    xmlNodePtr found =
        xmlFirstElementChild(krr_standalone_counterpart(copy, original, element->parent));
    for (unsigned long place = place_of(element); place > 0; place--) {
        found = xmlNextElementSibling(found);
    }
    return found;
}
