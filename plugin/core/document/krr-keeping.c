/* krr-keeping.c
 * Documents that are kept for long: what they weigh, and how they weigh less
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-keeping.h"

#include "core/document/krr-visit.h"

/* What an allocation and an array take beside what they hold. */
#define BLOCK_OCTETS 16
#define ARRAY_OCTETS 48
/* The digest of the body, which stays with the document. */
#define DIGEST_OCTETS (64 + BLOCK_OCTETS)

/* Adds up the memory of a document. */
typedef struct Weighing {
    KrrVisitor visitor;
    gsize octets;
    const KrrTexts *texts; /* those that cost nothing more; or NULL */
} Weighing;

static void weigh_text(KrrVisitor *visitor, char **text)
{
    Weighing *weighing = (Weighing *)visitor;

    if (!weighing->texts || !krr_texts_hold(weighing->texts, *text)) {
        weighing->octets += krr_texts_weight(*text);
    }
}

static void weigh_array(KrrVisitor *visitor, const GPtrArray *array, gsize element)
{
    Weighing *weighing = (Weighing *)visitor;

    weighing->octets += ARRAY_OCTETS + array->len * (sizeof(gpointer) + BLOCK_OCTETS + element);
}

gsize krr_document_weight(const KrrDocument *document, const KrrTexts *texts)
{
    Weighing weighing = {{weigh_text, weigh_array}, 0, texts};
    char *error = document->error;

    weighing.octets = sizeof(KrrDocument) + DIGEST_OCTETS + 2 * BLOCK_OCTETS;
    if (error) {
        weigh_text(&weighing.visitor, &error);
    }
    krr_visit(&weighing.visitor, document->krrs);
    return weighing.octets;
}

/* Replaces each text by the shared copy. */
typedef struct Sharing {
    KrrVisitor visitor;
    KrrTexts *texts;
} Sharing;

static void share_text(KrrVisitor *visitor, char **text)
{
    const Sharing *sharing = (const Sharing *)visitor;
    char *own = *text;

    *text = (char *)krr_texts_keep(sharing->texts, own);
    g_free(own);
}

void krr_document_share(KrrDocument *document, KrrTexts *texts)
{
    Sharing sharing = {{share_text, NULL}, texts};

    if (document->texts) {
        return;
    }
    if (document->error) {
        share_text(&sharing.visitor, &document->error);
    }
    krr_visit(&sharing.visitor, document->krrs);
    document->texts = krr_texts_ref(texts);
}
