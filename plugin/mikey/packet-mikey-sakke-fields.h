/* packet-mikey-sakke-fields.h
 * The fields of a MIKEY-SAKKE message, as Wireshark knows them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_MIKEY_SAKKE_FIELDS_H
#define PACKET_MIKEY_SAKKE_FIELDS_H

#include "core/mikey/mikey-message.h"

/** Registers them. @param proto  the protocol mikey_sakke */
void mikey_fields_register(int proto);

/** Wireshark's number of a field. Parameters of SRTP share an id and have one each.
 *  @param index  of the field in the message */
int mikey_field_number(const MikeyMessage *message, guint index);

/** The same for a parameter of SRTP; 0: it has no name of its own. */
int mikey_srtp_parameter_number(gint64 type);

#endif
