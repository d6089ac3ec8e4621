/* krr-vocabulary.h
 * The names of a KMS Redirect Response: its media type, its namespace, its elements
 *
 * The published schema of the KRR (3GPP TS 33.180 D.4.4) could not be obtained; the names are a
 * profile. They stand in one table, each with its aliases, and a deployment can name its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_VOCABULARY_H
#define KRR_VOCABULARY_H

#include <stdbool.h>

#include <glib.h>

/** Of a KRR, wherever it is carried (TS 33.180 clause 5.2.8). */
#define KRR_MEDIA_TYPE "application/vnd.3gpp.kmsredirectresponse+xml"

#define KRR_NAMESPACE         "urn:3gpp:ns:mcsecKMSKRR:1.0"
#define KMS_REQUEST_NAMESPACE "urn:3gpp:ns:mcsecKMSInterface:1.0"
#define XMLDSIG_NAMESPACE     "http://www.w3.org/2000/09/xmldsig#"

/** What an element of a KRR means. The first eight are the required content of clause 7.2.1.3.2.1. */
typedef enum KrrElement {
    KRR_ELEMENT_TIME,           /**< date and time */
    KRR_ELEMENT_CREATOR,        /**< identity of the KRR creator */
    KRR_ELEMENT_IDRI,           /**< IDRi: the MIKEY initiating identity */
    KRR_ELEMENT_IDRR,           /**< IDRr: the MIKEY receiving identity */
    KRR_ELEMENT_IDRKMSI,        /**< IDRkmsi: the initiator's KMS named in the offer */
    KRR_ELEMENT_IDRKMSR,        /**< IDRkmsr: the receiver's KMS named in the offer */
    KRR_ELEMENT_INITIATOR_LIST, /**< list of acceptable initiating KMSs */
    KRR_ELEMENT_RECEIVER_LIST,  /**< list of acceptable receiving KMSs */
    KRR_ELEMENT_ANY,            /**< in a list: any KMS is acceptable */
    KRR_ELEMENT_KMS,            /**< in a list: one KMS URI */
    KRR_ELEMENT_KRR,            /**< a KRR: the root, or the embedded received KRR */
    KRR_ELEMENT_EMBEDDED,       /**< a wrapper around the embedded received KRR */
    KRR_ELEMENT_SIGNED,         /**< a root that wraps a KRR and its signature */
    KRR_N_ELEMENTS,
    KRR_ELEMENT_UNKNOWN = KRR_N_ELEMENTS
} KrrElement;

/** Number of elements with a text value (TIME to IDRKMSR), which come first in KrrElement. */
#define KRR_N_VALUES (KRR_ELEMENT_IDRKMSR + 1)
/** Number of elements that every KRR must hold (TIME to RECEIVER_LIST). */
#define KRR_N_REQUIRED (KRR_ELEMENT_RECEIVER_LIST + 1)

typedef struct KrrVocabulary KrrVocabulary;

/** The vocabulary of the built-in table. Shared and constant; never freed. */
const KrrVocabulary *krr_vocabulary_default(void);

/**
 * The built-in table with names added from a deployment's file: a GKeyFile with the one group
 * [elements], key = canonical element name, value = further names separated by ";".
 *
 * Names of a deployment go before built-in aliases: a name that the file gives to one element is
 * taken from the element that had it. The same name for two elements in the file is an error.
 *
 * @param path   the file
 * @param error  one line that names the line and key where there is one
 * @return a vocabulary to be freed with krr_vocabulary_free(), or NULL with @p error set
 */
KrrVocabulary *krr_vocabulary_load(const char *path, GError **error);

void krr_vocabulary_free(KrrVocabulary *vocabulary);

/** The meaning of an element's local name, or KRR_ELEMENT_UNKNOWN. Case matters. */
KrrElement krr_vocabulary_lookup(const KrrVocabulary *vocabulary, const char *local_name);

/** The canonical name of an element, for example "InitiatorKmsList"; never NULL. */
const char *krr_vocabulary_name(KrrElement element);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KrrVocabulary, krr_vocabulary_free)

#endif
