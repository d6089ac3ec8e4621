/* kms-disguise.h
 * A known KMS's host in a place of a URI where it means nothing, or with another port or scheme
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_DISGUISE_H
#define KMS_DISGUISE_H

#include <stdbool.h>

#include "core/policy/kms-likeness.h"

/**
 * How a URI shows the host of a known one although it is another: as a subdomain, before an "@", in the
 * path, with another port, scheme or top-level domain. Hosts with a dot only.
 * @param kms, known  canonical, see kms_uri_canonical()
 */
KmsLikeness kms_disguise(const char *kms, const char *known);

/**
 * Are the hosts of two URIs numbered siblings: "kms2.example.org" and "kms3.example.org" or
 * "kms.example.org", which differ in the number at the end of their first label only? Who has the rest of
 * the name has both.
 */
bool kms_are_siblings(const char *kms, const char *known);

#endif
