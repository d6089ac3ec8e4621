/* krr-document.h
 * One KMS Redirect Response document: bytes in, a tree of KRRs out
 *
 * Content of a KRR: TR 33.880 clause 7.2.1.3.2.1. Namespace, root and carriers: TS 33.180 5.2.8, D.4.
 * There is one libxml2 parse of each document; the tree that gives the values is the tree that
 * signatures are verified on. Nothing is expanded, fetched or trusted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_DOCUMENT_H
#define KRR_DOCUMENT_H

#include <stdbool.h>

#include <glib.h>

#include "core/document/krr-vocabulary.h"

/* Limits. A document that exceeds one is malformed, and its error names the limit. */
#define KRR_MAX_BYTES           (1024 * 1024) /**< size of a document */
#define KRR_MAX_DEPTH           64            /**< levels of sub-KRRs beneath the outermost KRR */
#define KRR_MAX_ELEMENT_DEPTH   240         /**< levels of elements (libxml2 itself stops at 256) */
#define KRR_MAX_ELEMENTS        5000        /**< elements in a document: 65 KRRs have about 3000 */
#define KRR_MAX_NODES           10000       /**< elements, attributes, texts, comments and so on */
#define KRR_MAX_ATTRIBUTES      64          /**< attributes of one element */
#define KRR_MAX_NAMESPACES      192         /**< namespace declarations in scope of an element */
#define KRR_MAX_PREFIXES        16          /**< different prefixes among them */
#define KRR_MAX_ATTRIBUTE_BYTES 4096        /**< length of one attribute's value */
#define KRR_MAX_TEXT_BYTES      (64 * 1024) /**< text content of one element, its children excluded */

/** A piece of the input, in octets from its start. Length 0: not known. */
typedef struct KrrRange {
    guint32 offset;
    guint32 length;
} KrrRange;

/** A text value: the element's whole text content, white space at both ends dropped, UTF-8. */
typedef struct KrrValue {
    char *text; /**< NULL where the element is absent or holds no text */
    KrrRange
        range; /**< the text without that white space; of an element without text: the element */
} KrrValue;

/** For arrays of KrrValue. */
void krr_value_free(gpointer value);

/** What a list says. The numbers are those of the field krr.initiator_list.kind. */
typedef enum KrrListKind {
    KRR_LIST_MISSING = 0, /**< there is no such element */
    KRR_LIST_ANY = 1,     /**< any KMS is acceptable */
    KRR_LIST_EMPTY = 2,   /**< no KMS is acceptable: the communication must fail */
    KRR_LIST_LISTED = 3   /**< those that are listed, the preferred one first */
} KrrListKind;

typedef struct KrrList {
    KrrListKind kind;
    GPtrArray *kms; /**< of KrrValue, in the document's order; empty unless LISTED; never NULL */
    KrrRange range; /**< the whole element */
} KrrList;

/** Which of the two lists. */
typedef enum KrrSide { KRR_INITIATOR, KRR_RECEIVER, KRR_N_SIDES } KrrSide;

/** What a signature is worth. Five different stories for whoever looks for fraud. */
typedef enum KrrSignatureStatus {
    KRR_SIGNATURE_ABSENT,     /**< there is none */
    KRR_SIGNATURE_VALID,      /**< it holds for the entire KRR, by a signer who is trusted */
    KRR_SIGNATURE_UNTRUSTED,  /**< it holds for the entire KRR, by whoever has that certificate */
    KRR_SIGNATURE_INVALID,    /**< digest or signature value do not verify */
    KRR_SIGNATURE_PARTIAL,    /**< it verifies, but for something else than the entire KRR */
    KRR_SIGNATURE_UNSUPPORTED /**< not verified: too weak to prove anything, not known, too much */
} KrrSignatureStatus;

/** How a signature relates to the profile of TS 33.180 D.4.2. */
typedef enum KrrSignatureGrade {
    KRR_GRADE_PROFILE, /**< as the profile has it */
    KRR_GRADE_UNUSUAL, /**< outside the profile, but not weak */
    KRR_GRADE_WEAK     /**< can be forged with some effort, or by more people than the signer */
} KrrSignatureGrade;

/** What was found out about a signature, see krr-signature.h. */
typedef struct KrrVerdict {
    KrrSignatureStatus status;
    char *reason;      /**< why it is not valid, words that follow a colon; NULL: valid or absent */
    bool verified;     /**< false: nobody has looked at it, or there is none */
    bool trust_judged; /**< false: it did not come to that, or there was nothing to trust in */
    KrrSignatureGrade grade;
    char *grade_reason;     /**< what is outside the profile, words that follow a colon, or NULL */
    char *signer;           /**< first name of the signer's certificate; NULL: none. Proven only
                                where valid; a claim where it does not verify. */
    GPtrArray *signer_uris; /**< of char *: its URIs (subjectAltName); NULL: none */
    guint certificate;      /**< index of the signer's certificate among those of the signature */
    gint64 not_before;      /**< of that certificate, seconds since 1970 UTC */
    gint64 not_after;       /**< likewise; both 0 where there is no signer */
} KrrVerdict;

/** What a signature claims, and what came of verifying it. */
typedef struct KrrSignature {
    bool present;
    KrrRange range;            /**< the ds:Signature element */
    KrrValue algorithm;        /**< SignatureMethod/@Algorithm */
    KrrValue digest_algorithm; /**< DigestMethod/@Algorithm of the first reference */
    KrrValue canonicalization; /**< CanonicalizationMethod/@Algorithm */
    KrrValue reference;        /**< Reference/@URI of the first reference; "" is a text, not NULL */
    KrrValue value;            /**< SignatureValue, base64 as written */
    GPtrArray *certificates;   /**< of KrrValue: X509Certificate, base64 as written; NULL where
                                     there is no signature, or no tree any more */
    guint n_certificates;      /**< how many those are, or were before the tree was dropped */
    guint references;          /**< how many Reference elements there are */
    GPtrArray *nodes;   /**< of xmlNode *: Signature elements of this KRR, the one above first; NULL
                             where there is none */
    KrrVerdict verdict; /**< before krr_signature_verify(): absent, or unsupported */
} KrrSignature;

/** Something that the vocabulary does not know, or knows but not there or not twice. */
typedef struct KrrUnrecognised {
    char *name;   /**< element name, with "{namespace}" before it unless that is the KRR's */
    char *reason; /**< for people: "not in the vocabulary", "a second CreatorUri, not read", ... */
    char *text;   /**< its text content, cut at 256 octets */
    KrrRange range; /**< the whole element */
} KrrUnrecognised;

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
    struct _xmlNode *node;   /**< the element in the document's tree; NULL once that is dropped */
    bool is_list;            /**< a KrrList that itself is a KRR */
} Krr;

typedef enum KrrDocumentKind {
    KRR_DOCUMENT_MALFORMED,  /**< no KRR could be read; see error */
    KRR_DOCUMENT_KRR,        /**< root is a KRR or a SignedKmsRedirectResponse */
    KRR_DOCUMENT_KMS_REQUEST /**< root is a (Signed)KmsRequest that uploads KRRs */
} KrrDocumentKind;

typedef struct KrrDocument {
    KrrDocumentKind kind;
    char *error;        /**< why it is malformed, one line, or NULL. May stand beside KRRs that were
                             read: more than KRR_MAX_DEPTH levels leave the upper ones readable. */
    gsize error_offset; /**< where, as far as that is known */
    bool has_ranges;    /**< false: not UTF-8, every range is the whole input */
    gsize length;       /**< of the input */
    char *body_digest;  /**< SHA-256 of the input, 64 hex digits: tells malformed bodies apart */
    GPtrArray
        *krrs; /**< of Krr: one in a KRR document, any number in a request, none if malformed */
    struct _xmlDoc *xml; /**< NULL once the tree is dropped */
    GBytes *octets;      /**< the input; goes with the tree */
    struct KrrTexts
        *texts; /**< with which it shares its texts, see krr-keeping.h; NULL: with none */
    gint references;
} KrrDocument;

/**
 * Reads a document.
 *
 * The digest of a KRR is the SHA-256 of the inclusive canonical XML 1.0 (no comments) of its
 * element taken as a document of its own: ancestors excluded, with those inherited namespace
 * declarations that the element or its content uses. A KrrList that itself is a KRR is digested
 * under the name KmsRedirectResponse in the KRR namespace.
 *
 * @param bytes       the body as it was carried (transfer and content encodings undone); need not
 *                    be text; copied
 * @param length      octets
 * @param vocabulary  the element names; not kept
 * @return a document with one reference, never NULL: what cannot be read has kind MALFORMED
 */
KrrDocument *krr_document_parse(const guint8 *bytes, gsize length, const KrrVocabulary *vocabulary);

/** Frees the parsed tree, the octets, the signature values and the certificates, and keeps the facts: a
 *  document that will be neither verified again nor shown needs a fraction of the memory without
 *  them. */
void krr_document_drop_tree(KrrDocument *document);

/** All KRRs of a document, of Krr (borrowed): each before those beneath it. Caller frees. */
GPtrArray *krr_document_all_krrs(const KrrDocument *document);

KrrDocument *krr_document_ref(KrrDocument *document);
void krr_document_unref(KrrDocument *document);

/** The text of an element of a KRR, or NULL where it is absent or empty. */
static inline const char *krr_text(const Krr *krr, KrrElement element)
{
    return krr->values[element].text;
}

/** A KMS of a list, by its place; borrowed. */
static inline const char *krr_list_kms_at(const KrrList *list, guint place)
{
    return ((const KrrValue *)g_ptr_array_index(list->kms, place))->text;
}

/** Does the list allow this KMS? ANY allows each, an empty or missing one none. Opaque strings. */
bool krr_list_allows(const KrrList *list, const char *kms);

/** The list in words for people: "ANY", "empty", "missing" or "a, b, c". Caller frees. */
char *krr_list_to_text(const KrrList *list);

/** "missing", "any", "empty" or "listed", as in the report. */
const char *krr_list_kind_name(KrrListKind kind);

/** "initiator" or "receiver". */
const char *krr_side_name(KrrSide side);

/** The element that is the list of a side. */
static inline KrrElement krr_side_element(KrrSide side)
{
    return side == KRR_INITIATOR ? KRR_ELEMENT_INITIATOR_LIST : KRR_ELEMENT_RECEIVER_LIST;
}

/**
 * An xsd:dateTime as a time.
 * @param text  without white space around it
 * @param ns    out: nanoseconds since 1970 UTC; finer digits are dropped
 * @return false where it is none, or does not fit 64 bits
 */
bool krr_time_parse(const char *text, gint64 *ns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KrrDocument, krr_document_unref)

#endif
