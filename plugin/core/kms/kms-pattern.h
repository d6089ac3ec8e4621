/* kms-pattern.h
 * Patterns with "*" and the most specific one that fits
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_PATTERN_H
#define KMS_PATTERN_H

#include <stdbool.h>

#include <glib.h>

/** Patterns, each standing for something of the caller's. */
typedef struct KmsPatternIndex KmsPatternIndex;

/** Does the text hold a "*"? All other characters stand for themselves. */
bool kms_pattern_is_pattern(const char *text);

/** Does the pattern fit the whole text? "*" fits any run of characters, the empty one included. */
bool kms_pattern_fits(const char *pattern, const char *text);

KmsPatternIndex *kms_pattern_index_new(void);
void kms_pattern_index_free(KmsPatternIndex *index);

/**
 * Adds a pattern of identities or an exact one, in any spelling. The same one added again changes
 * nothing.
 * @param meaning  what it stands for; not NULL
 */
void kms_pattern_index_add(KmsPatternIndex *index, const char *identity, gpointer meaning);

/** To be called once, after the last addition and before the first lookup. */
void kms_pattern_index_sort(KmsPatternIndex *index);

/**
 * What the most specific pattern that fits stands for: the exact identity first, then the pattern with
 * most characters besides "*", then the one added first. Identities are compared as
 * mcx_identity_canonical() has it.
 * @return NULL where none fits
 */
gpointer kms_pattern_index_lookup(const KmsPatternIndex *index, const char *identity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KmsPatternIndex, kms_pattern_index_free)

#endif
