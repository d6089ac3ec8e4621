/* krr-export.h
 * File > Export Objects > KRR, and tshark --export-objects krr,FOLDER
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_EXPORT_H
#define KRR_EXPORT_H

/** Registers the kind of objects; after krr_publisher_register(). @param proto  the protocol krr */
void krr_export_register(int proto);

#endif
