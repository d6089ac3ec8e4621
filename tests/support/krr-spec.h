/* krr-spec.h
 * A KRR said in a few words, and its document; for tests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_SPEC_H
#define KRR_SPEC_H

#include <string.h>

#include "core/document/krr-document-reader.h"
#include "core/document/krr-document.h"

/* In place of a value or a list: there is no such element. */
#define KRR_ABSENT "(absent)"

/** What a KRR shall say. NULL: as in the specification that stands in for what is not said. */
typedef struct KrrSpec {
    const char *time;
    const char *creator;
    const char *idri;
    const char *idrr;
    const char *idrkmsi;
    const char *idrkmsr;
    const char *initiator_list; /**< "ANY", "" for an empty one, or KMSs between blanks */
    const char *receiver_list;
    const char *more; /**< XML behind the fields */
    const struct KrrSpec *embeds;
    const struct KrrSpec *embeds_too; /**< a second one, which no KRR should have */
} KrrSpec;

static inline void krr_spec_write_value(GString *xml, const char *name, const char *text,
                                        const char *otherwise)
{
    text = text ? text : otherwise;
    if (!g_str_equal(text, KRR_ABSENT)) {
        g_autofree char *element = g_markup_printf_escaped("<%s>%s</%s>", name, text, name);
        g_string_append(xml, element);
    }
}

static inline void krr_spec_write_list(GString *xml, const char *name, const char *text,
                                       const char *otherwise)
{
    text = text ? text : otherwise;
    if (g_str_equal(text, KRR_ABSENT)) {
        return;
    }
    g_string_append_printf(xml, "<%s>", name);
    g_auto(GStrv) members = g_strsplit(text, " ", -1);
    for (guint i = 0; members[i]; i++) {
        g_autofree char *member = g_markup_printf_escaped("<KmsUri>%s</KmsUri>", members[i]);
        g_string_append(xml, g_str_equal(members[i], "ANY") ? "<Any/>" : member);
    }
    g_string_append_printf(xml, "</%s>", name);
}

static inline void krr_spec_write(GString *xml, const KrrSpec *spec, const KrrSpec *otherwise,
                                  bool outermost)
{
    g_string_append(xml, outermost ? "<KmsRedirectResponse xmlns=\"" KRR_NAMESPACE "\">"
                                   : "<KmsRedirectResponse>");
    krr_spec_write_value(xml, "Time", spec->time, otherwise->time);
    krr_spec_write_value(xml, "CreatorUri", spec->creator, otherwise->creator);
    krr_spec_write_value(xml, "InitiatorUri", spec->idri, otherwise->idri);
    krr_spec_write_value(xml, "ReceiverUri", spec->idrr, otherwise->idrr);
    krr_spec_write_value(xml, "InitiatorKmsUri", spec->idrkmsi, otherwise->idrkmsi);
    krr_spec_write_value(xml, "ReceiverKmsUri", spec->idrkmsr, otherwise->idrkmsr);
    krr_spec_write_list(xml, "InitiatorKmsList", spec->initiator_list, otherwise->initiator_list);
    krr_spec_write_list(xml, "ReceiverKmsList", spec->receiver_list, otherwise->receiver_list);
    g_string_append(xml, spec->more ? spec->more : "");
    if (spec->embeds) {
        krr_spec_write(xml, spec->embeds, otherwise, false);
    }
    if (spec->embeds_too) {
        krr_spec_write(xml, spec->embeds_too, otherwise, false);
    }
    g_string_append(xml, "</KmsRedirectResponse>");
}

/** The document as XML. Caller frees. */
static inline char *krr_spec_xml(const KrrSpec *spec, const KrrSpec *otherwise)
{
    GString *xml = g_string_new(NULL);

    krr_spec_write(xml, spec, otherwise, true);
    return g_string_free(xml, FALSE);
}

/** The document, read. */
static inline KrrDocument *krr_spec_parse(const KrrSpec *spec, const KrrSpec *otherwise)
{
    g_autofree char *xml = krr_spec_xml(spec, otherwise);

    return krr_document_parse((const guint8 *)xml, strlen(xml), krr_vocabulary_default());
}

#endif
