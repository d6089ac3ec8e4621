/* krr-uncanonical.h
 * What canonical XML has no form for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_UNCANONICAL_H
#define KRR_UNCANONICAL_H

#include <glib.h>
#include <libxml/tree.h>

/**
 * Finds a namespace name that is no absolute URI. Canonical XML 1.0 section 1.3 lets implementations
 * fail there, and libxml2 does so wherever in the document it stands: nobody can tell whether what was
 * signed is what is there.
 * @param element  with all beneath it
 * @return borrowed from the tree; NULL: all have a form
 */
const xmlChar *krr_uncanonical_name(const xmlNode *element);

#endif
