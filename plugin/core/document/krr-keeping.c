/* krr-keeping.c
 * Documents that are kept for long: what they weigh, and how they weigh less
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-keeping.h"

/* What an allocation and an array take beside what they hold. */
#define BLOCK_OCTETS 16
#define ARRAY_OCTETS 48
/* The digest of the body, which stays with the document. */
#define DIGEST_OCTETS (64 + BLOCK_OCTETS)

/* What is done with each text of a document, and told of each array of it. */
typedef struct Visitor Visitor;
struct Visitor {
    void (*text)(Visitor *visitor, char **text);
    gsize weight;          /* of all that is no text */
    const KrrTexts *texts; /* of which each text is one, or may become one */
    KrrTexts *keeper;
};

static void visit_text(Visitor *visitor, char **text)
{
    if (*text) {
        visitor->text(visitor, text);
    }
}

static void weigh_array(Visitor *visitor, const GPtrArray *array, gsize element)
{
    if (array) {
        visitor->weight += ARRAY_OCTETS + array->len * (sizeof(gpointer) + BLOCK_OCTETS + element);
    }
}

static void visit_values(Visitor *visitor, const GPtrArray *values)
{
    weigh_array(visitor, values, sizeof(KrrValue));
    for (guint i = 0; values && i < values->len; i++) {
        visit_text(visitor, &((KrrValue *)g_ptr_array_index(values, i))->text);
    }
}

static void visit_verdict(Visitor *visitor, KrrVerdict *verdict)
{
    visit_text(visitor, &verdict->reason);
    visit_text(visitor, &verdict->grade_reason);
    visit_text(visitor, &verdict->signer);
    weigh_array(visitor, verdict->signer_uris, 0);
    for (guint i = 0; verdict->signer_uris && i < verdict->signer_uris->len; i++) {
        visit_text(visitor, (char **)&g_ptr_array_index(verdict->signer_uris, i));
    }
}

static void visit_signature(Visitor *visitor, KrrSignature *signature)
{
    visit_text(visitor, &signature->algorithm.text);
    visit_text(visitor, &signature->digest_algorithm.text);
    visit_text(visitor, &signature->canonicalization.text);
    visit_text(visitor, &signature->reference.text);
    visit_text(visitor, &signature->value.text);
    visit_values(visitor, signature->certificates);
    visit_verdict(visitor, &signature->verdict);
}

static void visit_unrecognised(Visitor *visitor, const GPtrArray *all)
{
    weigh_array(visitor, all, sizeof(KrrUnrecognised));
    for (guint i = 0; i < all->len; i++) {
        KrrUnrecognised *unrecognised = g_ptr_array_index(all, i);
        visit_text(visitor, &unrecognised->name);
        visit_text(visitor, &unrecognised->reason);
        visit_text(visitor, &unrecognised->text);
    }
}

/* The depth is bounded by KRR_MAX_DEPTH. */
static void visit_krrs(Visitor *visitor, const GPtrArray *krrs)
{
    weigh_array(visitor, krrs, sizeof(Krr));
    for (guint i = 0; i < krrs->len; i++) {
        Krr *krr = g_ptr_array_index(krrs, i);
        visit_text(visitor, &krr->digest);
        visit_text(visitor, &krr->version.text);
        visit_text(visitor, &krr->id.text);
        for (KrrElement element = 0; element < KRR_N_VALUES; element++) {
            visit_text(visitor, &krr->values[element].text);
        }
        for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
            visit_values(visitor, krr->lists[side].kms);
        }
        visit_signature(visitor, &krr->signature);
        visit_unrecognised(visitor, krr->unrecognised);
        visit_krrs(visitor, krr->embedded);
    }
}

static void visit_document(Visitor *visitor, KrrDocument *document)
{
    visitor->weight += sizeof(KrrDocument) + DIGEST_OCTETS + 2 * BLOCK_OCTETS;
    visit_text(visitor, &document->error);
    visit_krrs(visitor, document->krrs);
}

static void weigh_text(Visitor *visitor, char **text)
{
    if (!visitor->texts || !krr_texts_hold(visitor->texts, *text)) {
        visitor->weight += krr_texts_weight(*text);
    }
}

gsize krr_document_weight(const KrrDocument *document, const KrrTexts *texts)
{
    Visitor visitor = {.text = weigh_text, .texts = texts};

    visit_document(&visitor, (KrrDocument *)document); /* this visitor changes nothing */
    return visitor.weight;
}

static void share_text(Visitor *visitor, char **text)
{
    char *own = *text;

    *text = (char *)krr_texts_keep(visitor->keeper, own);
    g_free(own);
}

void krr_document_share(KrrDocument *document, KrrTexts *texts)
{
    Visitor visitor = {.text = share_text, .keeper = texts};

    if (!document->texts) {
        visit_document(&visitor, document);
        document->texts = krr_texts_ref(texts);
    }
}

static void take_out_text(Visitor *visitor, char **text)
{
    (void)visitor;
    *text = NULL;
}

void krr_document_unshare(KrrDocument *document)
{
    Visitor visitor = {.text = take_out_text};

    if (document->texts) {
        visit_document(&visitor, document);
        g_clear_pointer(&document->texts, krr_texts_unref);
    }
}
