/* story-body-record.c
 * The body of a KRR document as octets, with what came of verifying its signatures
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/event/story-body-record.h"

#include <string.h>

#include "core/document/krr-document-reader.h"
#include "core/document/krr-origin.h"
#include "core/document/krr-verdict.h"

/* A KrrVerdict; and the same with texts as C has them. */
#define VERDICT_TYPE   "(umaybbumaymaymaaymayxx)"
#define VERDICT_FORMAT "(um^aybbum^aym^aym^aaym^ayxx)"

static GVariant *verdict_variant(const KrrVerdict *verdict)
{
    g_autoptr(GPtrArray) uris = NULL;

    if (verdict->signer_uris) {
        uris = g_ptr_array_new();
        for (guint i = 0; i < verdict->signer_uris->len; i++) {
            g_ptr_array_add(uris, g_ptr_array_index(verdict->signer_uris, i));
        }
        g_ptr_array_add(uris, NULL);
    }
    return g_variant_new(VERDICT_FORMAT, (guint32)verdict->status, verdict->reason,
                         verdict->verified, verdict->trust_judged, (guint32)verdict->grade,
                         verdict->grade_reason, verdict->signer,
                         uris ? (const char *const *)uris->pdata : NULL, verdict->certificate,
                         verdict->not_before, verdict->not_after);
}

static void read_verdict(GVariant *variant, KrrVerdict *verdict)
{
    gboolean verified, trust_judged;
    guint32 status, grade;
    g_autofree char **uris = NULL; /* the texts go to the verdict */

    krr_verdict_clear(verdict);
    g_variant_get(variant, VERDICT_FORMAT, &status, &verdict->reason, &verified, &trust_judged,
                  &grade, &verdict->grade_reason, &verdict->signer, &uris, &verdict->certificate,
                  &verdict->not_before, &verdict->not_after);
    verdict->verified = verified;
    verdict->trust_judged = trust_judged;
    /* Names are looked up by these. */
    verdict->status = MIN(status, KRR_SIGNATURE_UNSUPPORTED);
    verdict->grade = MIN(grade, KRR_GRADE_WEAK);
    if (uris) {
        verdict->signer_uris = g_ptr_array_new_with_free_func(g_free);
        for (char **uri = uris; *uri; uri++) {
            g_ptr_array_add(verdict->signer_uris, *uri);
        }
    }
}

GVariant *story_body_record_new(const KrrDocument *document)
{
    g_autoptr(GPtrArray) krrs = krr_document_all_krrs(document);
    const bool unread = document->kind == KRR_DOCUMENT_UNREAD;
    gsize length = strlen(document->body_digest);
    gconstpointer octets =
        unread ? document->body_digest : g_bytes_get_data(document->origin->octets, &length);
    GVariantBuilder verdicts;

    g_variant_builder_init(&verdicts, G_VARIANT_TYPE("a" VERDICT_TYPE));
    for (guint i = 0; i < krrs->len; i++) {
        const Krr *krr = g_ptr_array_index(krrs, i);
        g_variant_builder_add_value(&verdicts, verdict_variant(&krr->signature.verdict));
    }
    return g_variant_new("(^ay@aya" VERDICT_TYPE ")", unread ? document->error : "",
                         g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, octets, length, 1),
                         &verdicts);
}

static KrrDocument *read_document(GVariant *record, const KrrVocabulary *vocabulary)
{
    g_autoptr(GVariant) why = g_variant_get_child_value(record, 0);
    g_autoptr(GVariant) body = g_variant_get_child_value(record, 1);
    gsize length;
    const guint8 *octets = g_variant_get_fixed_array(body, &length, 1);

    if (*g_variant_get_bytestring(why)) {
        g_autofree char *digest = g_strndup((const char *)octets, length);
        return krr_document_new_unread(digest, g_variant_get_bytestring(why));
    }
    return krr_document_parse(octets, length, vocabulary);
}

KrrDocument *story_body_record_read(GVariant *record, const KrrVocabulary *vocabulary)
{
    g_autoptr(GVariant) verdicts = g_variant_get_child_value(record, 2);
    g_autoptr(KrrDocument) document = read_document(record, vocabulary);
    g_autoptr(GPtrArray) krrs = krr_document_all_krrs(document);

    if (g_variant_n_children(verdicts) != krrs->len) {
        return NULL;
    }
    for (guint i = 0; i < krrs->len; i++) {
        Krr *krr = g_ptr_array_index(krrs, i);
        g_autoptr(GVariant) verdict = g_variant_get_child_value(verdicts, i);
        read_verdict(verdict, &krr->signature.verdict);
    }
    krr_document_drop_origin(document);
    return g_steal_pointer(&document);
}
