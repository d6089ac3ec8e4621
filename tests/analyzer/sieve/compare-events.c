/* compare-events.c
 * Does the sieve tell of a frame what its dissection tells?
 *
 * usage: compare-events CAPTURE
 *
 * Every frame goes both ways. Of a frame that the sieve would skip, what it says of it must be the
 * very event that dissection makes, field by field, or none where that makes none. Prints how many
 * frames there were, how many were skipped as media, how many as SIP, and how many differ.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <stdlib.h>

#include "analyzer/engine/engine.h"
#include "analyzer/sieve/sieve.h"
#include "plugin/wireshark-compat.h"

/* What was found out. */
typedef struct Tally {
    guint frames;
    guint media;
    guint sip;
    guint differing;
} Tally;

static void keep_event(StoryEvent *event, gpointer data)
{
    g_ptr_array_add(data, event);
}

static void event_free(gpointer data)
{
    story_event_free(data);
}

/* All that is in an event, as text; caller frees. */
static char *describe(const StoryEvent *event)
{
    GString *text = g_string_new(NULL);

    /* Whose capture it is the engine says of both. */
    g_string_append_printf(text, "frame %" G_GUINT64_FORMAT " at %" G_GINT64_FORMAT " ",
                           event->frame.number, event->frame.time_ns);
    g_string_append_printf(text, "from %s %u to %s %u\n", event->source, event->source_port,
                           event->destination, event->destination_port);
    g_string_append_printf(text, "sip %d, cut %d, opaque %d, cut bodies %u, offers %u, krrs %u, ",
                           event->has_sip, event->cut, event->opaque, event->cut_bodies,
                           event->offers->len, event->krrs->len);
    g_string_append_printf(text, "identities %u\n", event->sip.identities->len);
    g_string_append_printf(text, "status %u, method %s, call %s, cseq %u, branch %s\n",
                           event->sip.status, event->sip.method, event->sip.call_id,
                           event->sip.cseq, event->sip.branch);
    g_string_append_printf(text, "from tag %s, to tag %s, to %s\n", event->sip.from_tag,
                           event->sip.to_tag, event->sip.request_uri);
    return g_string_free(text, FALSE);
}

/* All events, as text. NULL among them does not count. */
static char *describe_all(StoryEvent *const *events, guint count)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < count; i++) {
        g_autofree char *one = events[i] ? describe(events[i]) : NULL;

        g_string_append(text, one ? one : "");
    }
    return g_string_free(text, FALSE);
}

static void compare(StoryEvent *sieved, const GPtrArray *dissected, guint32 number, Tally *tally)
{
    g_autofree char *found = describe_all(&sieved, 1);
    g_autofree char *expected = describe_all((StoryEvent *const *)dissected->pdata, dissected->len);

    tally->media += !sieved;
    tally->sip += sieved != NULL;
    if (strcmp(found, expected) == 0) {
        return;
    }
    tally->differing++;
    printf("frame %u differs\nsieve says:\n%sdissection says:\n%s", number, found, expected);
}

static void compare_all(Engine *engine, Sieve *sieve, wtap *file, GPtrArray *dissected,
                        Tally *tally)
{
    KrrRecord record;
    int err = 0;
    g_autofree char *err_info = NULL;
    gint64 offset;

    krr_record_init(&record);
    while (krr_record_read(&record, file, &err, &err_info, &offset)) {
        g_autoptr(StoryEvent) sieved = NULL;
        RawFrame frame = raw_frame_of(&record);
        SieveLook look;
        bool skipped;

        sieve_look(sieve, &frame, &look);
        skipped = sieve_take(sieve, &frame, &look, ++tally->frames, &sieved);

        g_ptr_array_set_size(dissected, 0);
        engine_dissect(engine, &record, tally->frames, offset);
        if (skipped) {
            compare(sieved, dissected, tally->frames, tally);
        }
        wtap_rec_reset(&record.rec);
    }
    krr_record_cleanup(&record);
}

int main(int argc, char **argv)
{
    g_autoptr(GPtrArray) dissected = g_ptr_array_new_with_free_func(event_free);
    const EngineSettings settings = {.sink = keep_event, .data = dissected};
    const SieveSettings nothing = {NULL, NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *err_info = NULL;
    int err = 0;
    Tally tally = {0};
    Engine *engine = argc == 2 ? engine_new(&settings, &error) : NULL;
    g_autoptr(Sieve) sieve = engine ? sieve_new(&nothing) : NULL;
    wtap *file = engine ? wtap_open_offline(argv[1], WTAP_TYPE_AUTO, &err, &err_info, false) : NULL;

    if (!file) {
        fprintf(stderr, "usage: compare-events CAPTURE%s%s\n", error ? ": " : "",
                error ? error->message : "");
        return EXIT_FAILURE;
    }
    engine_begin(engine, file, 1);
    compare_all(engine, sieve, file, dissected, &tally);
    engine_end(engine, NULL);
    wtap_close(file);
    g_ptr_array_set_size(dissected, 0); /* before libxml2 ends */
    engine_free(engine);
    printf("frames %u media %u sip %u differing %u\n", tally.frames, tally.media, tally.sip,
           tally.differing);
    return tally.differing ? EXIT_FAILURE : EXIT_SUCCESS;
}
