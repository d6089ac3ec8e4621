/* kms-likeness.h
 * In what way one KMS URI passes for another
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_LIKENESS_H
#define KMS_LIKENESS_H

/** How one URI passes for another; the order is that in which they are tried. */
typedef enum KmsLikeness {
    KMS_LIKENESS_NONE,
    KMS_LIKENESS_CASE,         /**< differs in letter case only */
    KMS_LIKENESS_TRAILING_DOT, /**< differs in trailing dots only (or these and case) */
    KMS_LIKENESS_PUNYCODE,   /**< its xn-- labels decode to the known one or to a lookalike of it */
    KMS_LIKENESS_CONFUSABLE, /**< letters of another script or digits that look alike */
    KMS_LIKENESS_INVISIBLE,  /**< differs in characters that are not seen */
    KMS_LIKENESS_SUBDOMAIN,  /**< the known one's host, and another domain behind it */
    KMS_LIKENESS_USER,       /**< the known one's host before an "@" */
    KMS_LIKENESS_PATH,       /**< the known one's host behind its own host */
    KMS_LIKENESS_SCHEME,     /**< the same host, another scheme */
    KMS_LIKENESS_PORT,       /**< the same host, another port */
    KMS_LIKENESS_TOP_LEVEL,  /**< the same host but for its top-level domain */
    KMS_LIKENESS_ONE_EDIT /**< one character put in, left out, replaced, or two neighbours swapped */
} KmsLikeness;

#endif
