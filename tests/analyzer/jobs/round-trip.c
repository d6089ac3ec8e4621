/* round-trip.c
 * Does every event of some captures come back from a spool as it went there?
 *
 * usage: round-trip POLICY CAPTURE...
 *
 * Prints how many events there were, how many offers and KRRs were in them, and how many differ.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <stdlib.h>

#include "analyzer/capture/capture-reader.h"
#include "analyzer/jobs/join.h"
#include "analyzer/jobs/spool.h"
#include "core/policy/kms-policy-trust.h"
#include "core/rules/krr-rules.h"
#include "plugin/preferences/krr-settings.h"
#include "tests/analyzer/jobs/event-text.h"

/* An event on its way. */
typedef struct Sent {
    char *text;
    guint64 frame;
    guint place; /* among all that were sent */
} Sent;

typedef struct Trip {
    const KrrSettings *judge_by;
    Engine *engine;
    Spool *spool;    /* of the capture at hand */
    GPtrArray *sent; /* of Sent */
    guint back;      /* so many of them have come back */
    guint events, offers, krrs, differing;
} Trip;

static void sent_free(gpointer data)
{
    g_free(((Sent *)data)->text);
    g_free(data);
}

/* What could not be read whole is told late, and comes back in its place. */
static int compare_sent(gconstpointer a, gconstpointer b)
{
    const Sent *first = *(Sent *const *)a, *second = *(Sent *const *)b;

    if (first->frame != second->frame) {
        return first->frame < second->frame ? -1 : 1;
    }
    return first->place < second->place ? -1 : 1;
}

static void send(StoryEvent *event, gpointer data)
{
    Trip *trip = data;
    g_autoptr(GError) error = NULL;
    Sent *sent = g_new(Sent, 1);

    *sent = (Sent){event_text(event), event->frame.number, trip->sent->len};
    trip->events++;
    trip->offers += event->offers->len;
    trip->krrs += event->krrs->len;
    g_ptr_array_add(trip->sent, sent);
    if (!spool_add(trip->spool, event, &error)) {
        g_error("%s", error->message);
    }
}

/* The captures of scenarios are in order, so the events come in that of their frames. */
static void receive(StoryEvent *event, gpointer data)
{
    Trip *trip = data;
    g_autofree char *found = event_text(event);
    const char *expected = trip->back < trip->sent->len
                               ? ((Sent *)g_ptr_array_index(trip->sent, trip->back))->text
                               : "";

    trip->back++;
    if (strcmp(found, expected) != 0) {
        trip->differing++;
        printf("sent:\n%s\ncame back:\n%s\n", expected, found);
    }
    story_event_free(event);
}

static void note_trouble(guint32 capture, const char *why, gpointer data)
{
    ((Trip *)data)->differing++;
    printf("capture %u: %s\n", capture, why);
}

static bool never(gpointer data)
{
    (void)data;
    return false;
}

static void travel(Trip *trip, const char *path, guint32 index)
{
    static const JoinCalls calls = {receive, note_trouble, never};
    const char *directory = engine_directory(trip->engine);
    const CaptureMethod method = {.engine = trip->engine};
    Capture *capture = capture_new(path, index);
    g_autoptr(Progress) progress = progress_new(false);
    g_autoptr(Join) join = join_new(directory, krr_settings()->vocabulary);

    trip->spool = spool_new(directory, index);
    if (!capture_read(capture, NULL, &method, progress)) {
        g_error("%s: %s", path, capture->result.error);
    }
    if (!spool_flush(trip->spool, NULL)) {
        g_error("%s: not flushed", path);
    }
    g_ptr_array_sort(trip->sent, compare_sent);
    join_add(join, index, G_MAXUINT32, 0, spool_lengths(trip->spool));
    join_run(join, &calls, trip);
    trip->differing += trip->back != trip->sent->len;
    g_ptr_array_set_size(trip->sent, 0);
    trip->back = 0;
    g_clear_pointer(&trip->spool, spool_free);
    capture_free(capture);
}

static bool prepare(Trip *trip, const char *path, GError **error)
{
    EngineSettings settings = {.options = {.policy = path}, .sink = send, .data = trip};
    KmsPolicy *policy = kms_policy_load(path, krr_rule_names(), NULL, error);
    KrrTrust *trust = policy ? kms_policy_load_trust(policy, error) : NULL;

    trip->sent = g_ptr_array_new_with_free_func(sent_free);
    if (!trust) {
        return false;
    }
    settings.judge_by = trip->judge_by = krr_settings_new(policy, trust);
    trip->engine = engine_new(&settings, error);
    return trip->engine;
}

int main(int argc, char **argv)
{
    Trip trip = {0};
    g_autoptr(GError) error = NULL;

    if (argc < 3 || !prepare(&trip, argv[1], &error)) {
        fprintf(stderr, "usage: round-trip POLICY CAPTURE...%s%s\n", error ? ": " : "",
                error ? error->message : "");
        return EXIT_FAILURE;
    }
    for (int i = 2; i < argc; i++) {
        travel(&trip, argv[i], (guint32)i);
    }
    printf("events %u offers %u krrs %u differing %u\n", trip.events, trip.offers, trip.krrs,
           trip.differing);
    g_ptr_array_unref(trip.sent);
    krr_settings_unref(trip.judge_by);
    engine_free(trip.engine);
    return trip.differing ? EXIT_FAILURE : EXIT_SUCCESS;
}
