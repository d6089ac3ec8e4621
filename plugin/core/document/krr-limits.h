/* krr-limits.h
 * What a document may hold at most, so that hostile ones cost little
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_LIMITS_H
#define KRR_LIMITS_H

/* A document that exceeds one is malformed, and its error names the limit. */
#define KRR_MAX_OCTETS           (1024 * 1024) /**< size of a document */
#define KRR_MAX_DEPTH            64            /**< levels of sub-KRRs beneath the outermost KRR */
#define KRR_MAX_ELEMENT_DEPTH    240   /**< levels of elements (libxml2 itself stops at 256) */
#define KRR_MAX_ELEMENTS         5000  /**< elements in a document: 65 KRRs have about 3000 */
#define KRR_MAX_NODES            10000 /**< elements, attributes, texts, comments and so on */
#define KRR_MAX_ATTRIBUTES       64    /**< attributes of one element */
#define KRR_MAX_NAMESPACES       192   /**< namespace declarations in scope of an element */
#define KRR_MAX_PREFIXES         16    /**< different prefixes among them */
#define KRR_MAX_ATTRIBUTE_OCTETS 4096  /**< length of one attribute's value */
#define KRR_MAX_TEXT_OCTETS      (64 * 1024) /**< text content of one element, its children excluded */

#endif
