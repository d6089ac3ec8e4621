/* kms-name.h
 * What may be the name of a user, of an entity, of a domain or of a KMS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_NAME_H
#define KMS_NAME_H

#include <stdbool.h>

#include <glib.h>

/** Says what is wrong with a name or a pattern of names: too long, white space in it, ... The empty
 *  one is none of its business. */
bool kms_name_check(const char *name, GError **error);

#endif
