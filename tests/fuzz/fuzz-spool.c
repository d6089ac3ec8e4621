/* fuzz-spool.c
 * A fuzz target: octets to the events of a spool, as a reader of captures that was taken over might
 * write them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stddef.h>
#include <stdint.h>

#include "core/document/krr-document-reader.h"
#include "core/event/story-body-record.h"
#include "core/event/story-record.h"
#include "core/event/story-time.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

/* Every KRR is the same. */
static KrrDocument *find_body(guint64 place G_GNUC_UNUSED, const char *digest G_GNUC_UNUSED,
                              gpointer data)
{
    return krr_document_ref(data);
}

static GVariant *record_of(const GVariantType *type, const uint8_t *octets, size_t length)
{
    gpointer copy = g_memdup2(octets, length);

    return g_variant_ref_sink(g_variant_new_from_data(type, copy, length, FALSE, g_free, copy));
}

static void read_events(const uint8_t *octets, size_t length, KrrDocument *document)
{
    GVariant *record = record_of(STORY_RECORD_TYPE, octets, length);
    StoryRecordReader *reader = story_record_reader_new(record);
    g_autoptr(GError) error = NULL;
    StoryEvent *event;

    while ((event = story_record_reader_next(reader, find_body, document, &error))) {
        g_assert_cmpint(ABS(event->frame.time_ns), <=, STORY_LAST_TIME);
        g_assert_no_error(error);
        story_event_free(event);
    }
    story_record_reader_free(reader);
    g_variant_unref(record);
}

static void read_body(const uint8_t *octets, size_t length)
{
    g_autoptr(GVariant) record = record_of(STORY_BODY_RECORD_TYPE, octets, length);
    KrrDocument *document = story_body_record_read(record, krr_vocabulary_default());

    if (document) {
        krr_document_unref(document);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    static KrrDocument *document;

    document = document ? document
                        : krr_document_parse((const guint8 *)"<KmsRedirectResponse/>", 22,
                                             krr_vocabulary_default());
    read_events(octets, length, document);
    read_body(octets, length);
    return 0;
}
