/* engine.c
 * libwireshark at work: fed with records, listened to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/engine.h"

#include "plugin/wireshark-compat.h"

#include <epan/tap.h>

#include "analyzer/engine/connections.h"
#include "analyzer/engine/fragments.h"
#include "analyzer/engine/libwireshark.h"
#include "analyzer/engine/renewal-schedule.h"
#include "analyzer/engine/session.h"
#include "analyzer/engine/unread-watch.h"
#include "analyzer/process/private-directory.h"
#include "plugin/preferences/krr-preferences.h"
#include "plugin/story/event-extractor.h"

struct Engine {
    char *directory;        /* private: files of this run */
    GPtrArray *preferences; /* of EnginePreference */
    EventExtractor *extractor;
    EngineSink sink;
    gpointer data;
    FrameLinks *links; /* or NULL */
    Connections *connections;
    Fragments *fragments;
    UnreadWatch *watch;
    bool has_keys; /* the user gave some */

    /* The capture that is read. */
    Session *session; /* NULL: none is */
    guint32 capture;
    RenewalSchedule schedule;
    GArray *renewals; /* of SessionRenewal */
    gint64 now_ns;    /* time of the frame */
};

const char *engine_version(void)
{
    return epan_get_version();
}

/* Frames are numbered by the capture, whatever the session, so the number is the file's own. */
static void take_event(StoryEvent *event, gpointer data)
{
    Engine *engine = data;

    renewal_schedule_add_message(&engine->schedule, event->offers->len + event->krrs->len > 0);
    event->frame.capture = engine->capture;
    unread_watch_take_event(engine->watch, event);
    engine->sink(event, engine->data);
}

Engine *engine_new(const EngineSettings *settings, GError **error)
{
    g_autoptr(Engine) engine = g_new0(Engine, 1);

    engine->sink = settings->sink;
    engine->data = settings->data;
    engine->links = settings->links;
    engine->schedule.session_frames = settings->session_frames;
    engine->has_keys = engine_options_have_keys(&settings->options);
    if (!libwireshark_start(error)) {
        return NULL;
    }
    if (settings->judge_by) {
        krr_preferences_judge_by(settings->judge_by);
    }
    engine->directory = private_directory_new("krraudit-", error);
    engine->connections = engine->directory ? connections_new(engine->links != NULL, error) : NULL;
    engine->fragments = engine->connections ? fragments_new(error) : NULL;
    engine->watch = engine->fragments ? unread_watch_new(error) : NULL;
    engine->extractor = engine->watch ? event_extractor_new(take_event, error) : NULL;
    engine->preferences =
        engine->extractor ? engine_options_apply(&settings->options, error) : NULL;
    return engine->preferences ? g_steal_pointer(&engine) : NULL;
}

void engine_free(Engine *engine)
{
    if (!engine) {
        return;
    }
    if (engine->session) {
        g_array_unref(engine_end(engine, NULL));
    }
    g_clear_pointer(&engine->extractor, event_extractor_free);
    g_clear_pointer(&engine->connections, connections_free);
    g_clear_pointer(&engine->fragments, fragments_free);
    g_clear_pointer(&engine->watch, unread_watch_free);
    libwireshark_stop();
    if (engine->directory) {
        private_directory_remove(engine->directory);
    }
    g_free(engine->directory);
    g_clear_pointer(&engine->preferences, g_ptr_array_unref);
    g_free(engine);
}

void engine_redirect(Engine *engine, EngineSink sink, gpointer data)
{
    engine->sink = sink;
    engine->data = data;
}

const char *engine_directory(const Engine *engine)
{
    return engine->directory;
}

const GPtrArray *engine_preferences(const Engine *engine)
{
    return engine->preferences;
}

/* While the parts of a frame are taken. */
typedef struct Parts {
    Engine *engine;
    guint32 frame;
} Parts;

static void take_part(guint32 part, gpointer data)
{
    const Parts *parts = data;

    frame_links_add_part(parts->engine->links, parts->engine->capture, parts->frame, part);
}

static void take_connection(guint number, gpointer data)
{
    const Parts *parts = data;

    frame_links_add_stream(parts->engine->links, parts->engine->capture, parts->frame, number);
}

/* With what other frames is this one to be read? */
static void take_links(Engine *engine, epan_dissect_t *edt)
{
    Parts parts = {engine, edt->pi.num};

    connections_each(engine->connections, take_connection, &parts);
    krr_each_part(edt, edt->pi.fd, take_part, &parts);
}

void engine_begin(Engine *engine, struct wtap *file, guint32 capture)
{
    g_return_if_fail(!engine->session);

    engine->capture = capture;
    engine->renewals = g_array_new(FALSE, FALSE, sizeof(SessionRenewal));
    renewal_schedule_begin(&engine->schedule);
    event_extractor_begin(engine->extractor);
    connections_begin(engine->connections);
    fragments_renew(engine->fragments);
    unread_watch_begin(engine->watch);
    engine->session = session_new(file);
}

static void take_fragment(guint32 frame, guint hop, gpointer data)
{
    unread_watch_take_fragment(data, frame, hop);
}

static void give_fragments_up(Engine *engine)
{
    fragments_each(engine->fragments, take_fragment, engine->watch);
}

/* Nothing is learned from a frame that was taken before. */
static void show_again(const FramePlace *place, gpointer data)
{
    const Engine *engine = data;

    if (session_dissect_again(engine->session, place->frame, place->offset, NULL)) {
        session_end_again(engine->session);
    }
}

/* What there is of a message is read as what a snap length leaves of one: it is of that frame, whose
 * pieces are counted elsewhere. */
static void read_torn(const TornMessage *torn, gpointer data)
{
    Engine *engine = data;
    const SessionChange change = {torn->patches, G_N_ELEMENTS(torn->patches), torn->missing};
    epan_dissect_t *edt = session_dissection(engine->session);

    unread_watch_pause(engine->watch, true);
    event_extractor_prime(engine->extractor, edt);
    if (session_dissect_again(engine->session, torn->place.frame, torn->place.offset, &change)) {
        event_extractor_run(engine->extractor, &edt->pi, edt->tvb, edt->tree, engine);
        session_end_again(engine->session);
    }
    unread_watch_pause(engine->watch, false);
    connections_forget(engine->connections);
    fragments_forget(engine->fragments);
}

/* What was kept behind a missing segment is read, as if it came now; it was counted when it came. */
static void read_behind_gap(const FramePlace *place, gpointer data)
{
    Engine *engine = data;
    epan_dissect_t *edt = session_dissection(engine->session);

    unread_watch_pause(engine->watch, true);
    event_extractor_prime(engine->extractor, edt);
    connections_prime(engine->connections, edt);
    if (session_dissect_again(engine->session, place->frame, place->offset, NULL)) {
        event_extractor_run(engine->extractor, &edt->pi, edt->tvb, edt->tree, engine);
        connections_take(engine->connections, edt, engine->now_ns);
        session_end_again(engine->session);
    }
    unread_watch_pause(engine->watch, false);
    fragments_forget(engine->fragments);
}

/* What does not come any more is not waited for. @param now_ns  G_MAXINT64: nothing comes any more */
static void give_up_missing(Engine *engine, guint32 number, gint64 now_ns)
{
    fragments_each_torn(engine->fragments, now_ns, read_torn, engine);
    connections_skip_gaps(engine->connections, number, now_ns, read_behind_gap, engine);
}

/* Where nothing was dissected in the session, and nothing was carried into it, it need not be
 * renewed. */
static guint32 begin_anew(Engine *engine, guint32 number)
{
    guint32 unfinished;

    if (!session_was_used(engine->session) && connections_none(engine->connections)) {
        return 0;
    }
    give_up_missing(engine, number, G_MAXINT64);
    session_renew(engine->session);
    give_fragments_up(engine);
    unfinished = fragments_renew(engine->fragments);
    unread_watch_pause(engine->watch, true);
    unfinished +=
        connections_carry(engine->connections, number, engine->now_ns, show_again, engine);
    unread_watch_pause(engine->watch, false);
    connections_forget(engine->connections);
    fragments_forget(engine->fragments);
    return unfinished;
}

/* @param age  after which time unfinished data are dead */
static void renew_if_safe(Engine *engine, gint64 age, guint32 number)
{
    SessionRenewal renewal = {.frame = number};

    if (fragments_wait(engine->fragments, engine->now_ns, age) ||
        connections_wait(engine->connections, engine->now_ns, age)) {
        return;
    }
    renewal.unfinished = begin_anew(engine, number);
    g_array_append_val(engine->renewals, renewal);
    renewal_schedule_begin(&engine->schedule);
}

void engine_advance(Engine *engine, guint32 number, gint64 time_ns, bool like_media)
{
    bool has_keys = engine->has_keys || session_has_keys(engine->session);
    gint64 age;

    engine->now_ns = time_ns;
    give_up_missing(engine, number, time_ns);
    if (renewal_schedule_check(&engine->schedule, has_keys, &age)) {
        renew_if_safe(engine, age, number);
    }
    renewal_schedule_add_frame(&engine->schedule, like_media);
}

/* Asks for the fields that are looked at; the end of a frame forgets it. */
static void prime(Engine *engine, epan_dissect_t *edt)
{
    event_extractor_prime(engine->extractor, edt);
    connections_prime(engine->connections, edt);
    fragments_prime(engine->fragments, edt);
    unread_watch_prime(engine->watch, edt);
}

/* Learns from the tree, before it goes. */
static void take_frame(Engine *engine, epan_dissect_t *edt)
{
    event_extractor_run(engine->extractor, &edt->pi, edt->tvb, edt->tree, engine);
    connections_take(engine->connections, edt, engine->now_ns);
    fragments_take(engine->fragments, edt, engine->now_ns);
    unread_watch_take(engine->watch, edt, engine->has_keys || session_has_keys(engine->session));
    if (engine->links) {
        take_links(engine, edt);
    }
}

void engine_dissect(Engine *engine, struct KrrRecord *record, guint32 number, gint64 offset)
{
    epan_dissect_t *edt = session_dissection(engine->session);

    prime(engine, edt);
    session_dissect(engine->session, record, number, offset);
    take_frame(engine, edt);
    session_end_frame(engine->session);
}

void engine_publish(Engine *engine, StoryEvent *event)
{
    take_event(event, engine);
}

GArray *engine_end(Engine *engine, GArray **unread)
{
    if (unread) {
        give_up_missing(engine, G_MAXUINT32, G_MAXINT64);
        give_fragments_up(engine);
        *unread = unread_watch_end(engine->watch);
    }
    g_clear_pointer(&engine->session, session_free);
    return g_steal_pointer(&engine->renewals);
}
