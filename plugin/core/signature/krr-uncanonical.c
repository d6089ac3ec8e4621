/* krr-uncanonical.c
 * What canonical XML has no form for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/signature/krr-uncanonical.h"

#include <stdbool.h>

#include <libxml/uri.h>

/* Versions of libxml2 read URIs more or less strictly, so GLib is asked too. */
static bool is_absolute(const xmlChar *name)
{
    xmlURIPtr uri = xmlParseURI((const char *)name);
    bool absolute =
        uri && uri->scheme && g_uri_is_valid((const char *)name, G_URI_FLAGS_NONE, NULL);

    xmlFreeURI(uri);
    return absolute;
}

static const xmlChar *declared_by(const xmlNode *element)
{
    for (const xmlNs *space = element->nsDef; space; space = space->next) {
        if (space->href && *space->href && !is_absolute(space->href)) {
            return space->href;
        }
    }
    return NULL;
}

/* The depth is bounded by the parser. */
const xmlChar *krr_uncanonical_name(const xmlNode *element)
{
    const xmlChar *name = declared_by(element);

    for (xmlNodePtr child = xmlFirstElementChild((xmlNodePtr)element); child && !name;
         child = xmlNextElementSibling(child)) {
        name = krr_uncanonical_name(child);
    }
    return name;
}
