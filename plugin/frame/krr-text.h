/* krr-text.h
 * Texts of a capture in lines of ours: columns, labels, statistics
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_TEXT_H
#define KRR_TEXT_H

#include <epan/wmem_scopes.h>

/** How many characters of a text are shown. */
#define KRR_SHORT_TEXT 100

/**
 * A text that may be anything and of any length, fit for a line: what is not printable is escaped,
 * and a long one is cut ("..."), so that a creator or KMS with an endless name cannot push what
 * matters out of sight.
 * @param text  UTF-8
 * @return in @p pool
 */
const char *krr_short_text(wmem_allocator_t *pool, const char *text);

#endif
