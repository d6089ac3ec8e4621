/* krr.h
 * One KRR: what it says
 *
 * Content of a KRR: TR 33.880 clause 7.2.1.3.2.1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_H
#define KRR_H

#include "core/document/krr-list.h"
#include "core/document/krr-value.h"
#include "core/document/krr-verdict.h"
#include "core/document/krr-vocabulary.h"

/** What a signature claims, and what came of verifying it. */
typedef struct KrrSignature {
    bool present;
    KrrRange range;            /**< the ds:Signature element */
    KrrValue algorithm;        /**< SignatureMethod/@Algorithm */
    KrrValue digest_algorithm; /**< DigestMethod/@Algorithm of the first reference */
    KrrValue canonicalization; /**< CanonicalizationMethod/@Algorithm */
    KrrValue reference;        /**< Reference/@URI of the first reference; "" is a text, not NULL */
    guint n_certificates;      /**< how many X509Certificate elements it has */
    guint references;          /**< how many Reference elements there are */
    KrrVerdict verdict;        /**< before krr_signature_verify(): absent, or unsupported */
} KrrSignature;

/** An element that is not read: the vocabulary does not know it, or it must not stand there, or not
 *  twice. */
typedef struct KrrUnrecognised {
    char *name;   /**< element name, with "{namespace}" before it unless that is the KRR's */
    char *reason; /**< for people: "not in the vocabulary", "a second CreatorUri, not read", ... */
    char *text;   /**< its text content, cut at 256 octets */
    KrrRange range; /**< the whole element */
} KrrUnrecognised;

/** What a field or a list says that stands in a KRR once more. It is noted as unrecognised as well. */
typedef struct KrrRepeat {
    KrrElement element; /**< which field or list */
    KrrValue value;     /**< of a field */
    KrrList list;       /**< of a list */
} KrrRepeat;

/** One KRR, at whatever depth. */
typedef struct Krr {
    KrrRange range;                /**< the whole element */
    char *digest;                  /**< 64 hex digits, see krr_document_parse() */
    KrrValue version;              /**< attribute Version */
    KrrValue id;                   /**< attribute Id */
    KrrValue values[KRR_N_VALUES]; /**< by KrrElement */
    bool time_valid;               /**< values[KRR_ELEMENT_TIME] is an xsd:dateTime */
    gint64 time_ns;                /**< that time, nanoseconds since 1970 UTC; no zone means UTC */
    KrrList lists[KRR_N_SIDES];
    KrrSignature signature;
    guint depth;             /**< 0: outermost */
    guint sub_krrs;          /**< KRRs beneath this one, all levels */
    GPtrArray *embedded;     /**< of Krr: directly embedded ones; the content allows one */
    GPtrArray *unrecognised; /**< of KrrUnrecognised, in the document's order */
    GPtrArray *repeats;      /**< of KrrRepeat, in the document's order */
    bool is_list;            /**< a KrrList that itself is a KRR */
    guint number;            /**< in the document, from 0 on: see krr_origin_of() */
} Krr;

/** The text of an element of a KRR, or NULL where it is absent or empty. */
static inline const char *krr_text(const Krr *krr, KrrElement element)
{
    return krr->values[element].text;
}

/** Do two texts of an element say the same? Identities and KMSs may be spelled in several ways. */
bool krr_same_value(KrrElement element, const char *a, const char *b);

/** The element that is the list of a side. */
static inline KrrElement krr_side_element(KrrSide side)
{
    return side == KRR_INITIATOR ? KRR_ELEMENT_INITIATOR_LIST : KRR_ELEMENT_RECEIVER_LIST;
}

/** The side whose list an element is; KRR_N_SIDES: it is none. */
KrrSide krr_element_side(KrrElement element);

/** All lists of a side that a KRR holds, of KrrList (borrowed): lists[side], and those that repeat it.
 *  Readers may differ on which of them counts. Caller frees the array. */
GPtrArray *krr_lists_of(const Krr *krr, KrrSide side);

/** The KMSs of all of these, of KrrValue (borrowed). Caller frees the array. */
GPtrArray *krr_kms_of(const Krr *krr, KrrSide side);

/** An empty KRR, to be filled by krr-reader.c. */
Krr *krr_new(void);

/** Frees a KRR and those beneath it, for arrays of Krr. */
void krr_free(gpointer krr);

/** For arrays of KrrUnrecognised. */
void krr_unrecognised_free(gpointer unrecognised);

#endif
