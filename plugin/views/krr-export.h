/* krr-export.h
 * File > Export Objects > KRR, and tshark --export-objects krr,FOLDER
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_EXPORT_H
#define KRR_EXPORT_H

#include <epan/packet.h>

#include "core/document/krr-document.h"

/** Registers the kind of objects. @param proto  the protocol krr */
void krr_export_register(int proto);

/**
 * Offers a document for export, where somebody asked for it. It is in the cargo already.
 * @param tvb         the document's octets: the body without encodings; all of it was captured
 * @param media_type  as it was carried
 */
void krr_export_add(packet_info *pinfo, tvbuff_t *tvb, const KrrDocument *document,
                    const char *media_type);

#endif
