/* kms-skeleton.h
 * What a KMS URI looks like, as against what it is
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_SKELETON_H
#define KMS_SKELETON_H

#include <stdbool.h>

#include <glib.h>

/** The forms in which two URIs are compared: equal forms look alike. Not for display. */
typedef struct KmsSkeleton {
    char *folded;   /**< letters in lower case, each kept within its script: the Kelvin sign does
                         not become a "k" */
    char *dotless;  /**< the same, and the host without dots at its end */
    char *skeleton; /**< characters that look alike are the same: other scripts and forms, digits
                         like letters, pairs like one letter, letters with marks */
    char *seen;     /**< the same, without the characters that are not seen */
} KmsSkeleton;

/** @param text  UTF-8 */
KmsSkeleton *kms_skeleton_new(const char *text);
void kms_skeleton_free(KmsSkeleton *skeleton);

/** The text with its xn-- labels decoded (RFC 3492) as far as they can be, a new string; NULL where
 *  that changes nothing. */
char *kms_skeleton_decode(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KmsSkeleton, kms_skeleton_free)

#endif
