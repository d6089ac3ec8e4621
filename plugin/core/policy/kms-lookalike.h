/* kms-lookalike.h
 * Does an unknown KMS URI pass for a known one?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_LOOKALIKE_H
#define KMS_LOOKALIKE_H

#include <glib.h>

#include "core/policy/kms-likeness.h"

/**
 * @param kms    the URI in question, UTF-8
 * @param known  URIs that the policy lists, of char *
 * @param match  out, may be NULL: the known one that it passes for; owned by @p known
 * @return NONE also where @p kms itself is one of @p known, or a numbered sibling of one
 */
KmsLikeness kms_lookalike(const char *kms, const GPtrArray *known, const char **match);

/** For people: "differs in letter case only", ... */
const char *kms_likeness_text(KmsLikeness likeness);

#endif
