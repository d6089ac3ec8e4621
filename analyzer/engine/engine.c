/* engine.c
 * libwireshark at work: fed with records, listened to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/engine.h"

#include <string.h>

#include "plugin/wireshark-compat.h"

#include <epan/addr_resolv.h>
#include <epan/secrets.h>

#include "analyzer/engine/connections.h"
#include "analyzer/engine/decode-as.h"
#include "analyzer/engine/fragments.h"
#include "analyzer/engine/libwireshark.h"
#include "analyzer/process/private-directory.h"
#include "plugin/krr/packet-krr.h"
#include "plugin/story/krr-story.h"

/* What a session keeps grows by 2 to 3 KiB with each SIP message, and by 6 KiB with one that has an
 * offer, whose session description is a part of it: to 20 MiB. A renewal costs what some 30 messages
 * cost to dissect. Messages count as so many frames more, whether they are dissected or not: where
 * the renewals are must not depend on which it is. */
#define USUAL_SESSION_FRAMES 20000
#define FRAMES_OF_MESSAGE    2
#define FRAMES_OF_CARGO      9

/* So many frames that look like media count as one: a session keeps of them only between whom they
 * were. With and without the sieve, since renewals must be the same. */
#define MEDIA_A_FRAME 8

/* Unfinished data that have waited longer than TCP and IP do are dead: what they wait for was lost,
 * by the network or by the capture. The time shrinks with the square of how overdue the renewal is,
 * to nothing at this many times the frames of a session: one loss after the other, or somebody who
 * makes fragments on purpose, must not put it off for ever. Sessions of few frames are as patient as
 * those of PATIENT_FRAMES. */
#define UNFINISHED_NS  (G_GINT64_CONSTANT(60) * 1000 * 1000 * 1000)
#define MOST_OVERDUE   9
#define PATIENT_FRAMES 1000
#define CHECKS_SESSION 100 /* while it is overdue: not at every frame, for the cost */

/* Dissectors may ask for the times of frames. One pass keeps two of them, as tshark's does. */
struct packet_provider_data {
    frame_data first;
    frame_data previous;
    bool has_first;
    bool has_previous;
};

struct Engine {
    char *directory;        /* private: files of this run */
    GPtrArray *preferences; /* of EnginePreference */
    KrrStory *story;
    EngineSink sink;
    gpointer data;
    FrameLinks *links; /* or NULL */
    Connections *connections;
    Fragments *fragments;
    gint64 session_frames; /* as EngineSettings has it */
    bool has_keys;         /* the user gave some */

    /* The capture that is read; session is NULL between captures. */
    epan_t *session;
    epan_dissect_t *edt;
    bool used;          /* something was dissected in the session */
    guint64 elapsed;    /* frames since the last renewal, whatever became of them, as they
                               count; in parts of which MEDIA_A_FRAME are one */
    guint64 next_check; /* frames by which a renewal must be overdue to be looked at again */
    GArray *renewals;   /* of EngineRenewal */
    gint64 now_ns;      /* time of the frame */
    wtap *file;
    struct packet_provider_data frames;
    guint32 capture;
    guint32 octets;       /* of the frames so far */
    nstime_t since_first; /* time, for Wireshark's own use */
    int file_type;
};

/* What the dissection depends on, set explicitly so that the report can name it. Checksums are not
 * checked: captures on the sending host have wrong ones in frames that were fine on the wire. */
static const EnginePreference own_preferences[] = {
    {"gui.max_tree_items", "1000000"},
    {"http.dechunk_body", "TRUE"},
    {"http.decompress_body", "TRUE"},
    {"http.desegment_body", "TRUE"},
    {"http.desegment_headers", "TRUE"},
    {"ip.check_checksum", "FALSE"},
    {"ip.defragment", "TRUE"},
    {"ipv6.defragment", "TRUE"},
    {"sctp.reassembly", "TRUE"},
    /* Media is not looked at, and the conversations of many calls between the same two addresses
     * make each further one slower. */
    {"sdp.establish_conversation", "FALSE"},
    {"sip.desegment_body", "TRUE"},
    {"sip.desegment_headers", "TRUE"},
    {"tcp.analyze_sequence_numbers", "TRUE"},
    {"tcp.check_checksum", "FALSE"},
    {"tcp.desegment_tcp_streams", "TRUE"},
    {"tcp.reassemble_out_of_order", "TRUE"},
    {"tls.desegment_ssl_application_data", "TRUE"},
    {"tls.desegment_ssl_records", "TRUE"},
    {"udp.check_checksum", "FALSE"},
};

static const nstime_t *frame_time(struct packet_provider_data *frames, guint32 number)
{
    if (frames->has_first && frames->first.num == number) {
        return &frames->first.abs_ts;
    }
    if (frames->has_previous && frames->previous.num == number) {
        return &frames->previous.abs_ts;
    }
    return NULL;
}

static const struct packet_provider_funcs provider = {.get_frame_ts = frame_time};

const char *engine_version(void)
{
    return epan_get_version();
}

static void preference_free(gpointer data)
{
    EnginePreference *preference = data;

    g_free(preference->name);
    g_free(preference->value);
    g_free(preference);
}

/* What was set last is what counts, and what is reported. */
static void record_preference(Engine *engine, const char *name, const char *value)
{
    EnginePreference *preference;

    for (guint i = 0; i < engine->preferences->len; i++) {
        preference = g_ptr_array_index(engine->preferences, i);
        if (strcmp(preference->name, name) == 0) {
            g_ptr_array_remove_index(engine->preferences, i);
            break;
        }
    }
    preference = g_new(EnginePreference, 1);
    *preference = (EnginePreference){g_strdup(name), g_strdup(value)};
    g_ptr_array_add(engine->preferences, preference);
}

/* @param why  out: what is wrong with the value, where libwireshark says so; to be freed */
static prefs_set_pref_e set_preference(Engine *engine, const char *name, const char *value,
                                       char **why)
{
    g_autofree char *text = g_strconcat(name, ":", value, NULL);
    prefs_set_pref_e outcome;

    *why = NULL;
    outcome = prefs_set_pref(text, why);
    if (outcome == PREFS_SET_OK) {
        record_preference(engine, name, value);
    }
    return outcome;
}

/* A preference that this Wireshark does not know does nothing and is not recorded. */
static void set_own_preference(Engine *engine, const char *name, const char *value)
{
    g_autofree char *why = NULL;

    if (value) {
        set_preference(engine, name, value, &why);
    }
}

static bool set_user_preference(Engine *engine, const char *text, GError **error)
{
    const char *colon = strchr(text, ':');
    g_autofree char *name = NULL, *why = NULL;
    const char *what = NULL;

    if (!colon || colon == text) {
        what = "it must have the form NAME:VALUE";
    } else if (g_str_has_prefix(text, "nameres.")) {
        what = "names are never resolved in an audit";
    }
    if (!what) {
        name = g_strndup(text, (gsize)(colon - text));
        switch (set_preference(engine, name, colon + 1, &why)) {
        case PREFS_SET_OK:
            return true;
        case PREFS_SET_SYNTAX_ERR:
            what = why ? why : "the value is not one that the preference can have";
            break;
        case PREFS_SET_NO_SUCH_PREF:
            what = "there is no such preference";
            break;
        case PREFS_SET_OBSOLETE:
            what = "this preference exists no more";
            break;
        }
    }
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--preference %s: %s", text, what);
    return false;
}

static bool set_preferences(Engine *engine, const EngineSettings *settings, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(own_preferences); i++) {
        set_own_preference(engine, own_preferences[i].name, own_preferences[i].value);
    }
    set_own_preference(engine, "krr.vocabulary_file", settings->vocabulary);
    set_own_preference(engine, "krr.policy_file", settings->policy);
    set_own_preference(engine, "tls.keylog_file", settings->tls_keys);
    for (char **text = settings->preferences; text && *text; text++) {
        if (!set_user_preference(engine, *text, error)) {
            return false;
        }
    }
    prefs_apply_all(); /* before that they have no effect */
    disable_name_resolution();
    for (char **selector = settings->decode_as; selector && *selector; selector++) {
        if (!decode_as_apply(*selector, error)) {
            return false;
        }
    }
    return true;
}

/* By how many frames a message hastens the renewal; not where the user said after how many it is. */
static guint64 burden_of(const Engine *engine, const StoryEvent *event)
{
    if (engine->session_frames >= 0) {
        return 0;
    }
    return event->offers->len + event->krrs->len > 0 ? FRAMES_OF_CARGO : FRAMES_OF_MESSAGE;
}

/* Frames are numbered by the capture, whatever the session, so the number is the file's own. */
static void take_event(StoryEvent *event, gpointer data)
{
    Engine *engine = data;

    engine->elapsed += MEDIA_A_FRAME * burden_of(engine, event);
    event->frame.capture = engine->capture;
    engine->sink(event, engine->data);
}

/* What is encrypted is read by what was agreed when its connection began, perhaps long ago. */
static bool has_keys(const EngineSettings *settings)
{
    static const char *const prefixes[] = {"dtls.", "quic.", "ssl.", "tls.", "uat:", "wlan."};

    for (char **text = settings->preferences; text && *text; text++) {
        for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
            if (g_str_has_prefix(*text, prefixes[i])) {
                return true;
            }
        }
    }
    return settings->tls_keys != NULL;
}

Engine *engine_new(const EngineSettings *settings, GError **error)
{
    g_autoptr(Engine) engine = g_new0(Engine, 1);

    krr_use_verifier(settings->verifier);
    engine->sink = settings->sink;
    engine->data = settings->data;
    engine->preferences = g_ptr_array_new_with_free_func(preference_free);
    engine->directory = libwireshark_start(error) ? private_directory_new(error) : NULL;
    if (!engine->directory) {
        return NULL;
    }
    engine->links = settings->links;
    engine->session_frames = settings->session_frames;
    engine->has_keys = has_keys(settings);
    engine->connections = connections_new(engine->links != NULL, error);
    engine->fragments = engine->connections ? fragments_new(error) : NULL;
    engine->story = engine->fragments ? krr_story_new(take_event, error) : NULL;
    if (!engine->story || !set_preferences(engine, settings, error)) {
        return NULL;
    }
    return g_steal_pointer(&engine);
}

void engine_free(Engine *engine)
{
    if (!engine) {
        return;
    }
    if (engine->session) {
        g_array_unref(engine_end(engine));
    }
    g_clear_pointer(&engine->story, krr_story_free);
    g_clear_pointer(&engine->connections, connections_free);
    g_clear_pointer(&engine->fragments, fragments_free);
    libwireshark_stop();
    if (engine->directory) {
        private_directory_remove(engine->directory);
    }
    g_free(engine->directory);
    g_ptr_array_unref(engine->preferences);
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
static void take_links(Engine *engine, const frame_data *frame)
{
    Parts parts = {engine, frame->num};

    connections_each(engine->connections, take_connection, &parts);
    krr_each_part(engine->edt, frame, take_part, &parts);
}

/* Wireshark's routine for keys in the file takes no data of ours, hence the static. */
static bool file_has_keys;

static void take_secrets(guint32 type, const void *secrets, guint size)
{
    file_has_keys = true;
    secrets_wtap_callback(type, secrets, size);
}

static void open_session(Engine *engine)
{
    engine->session = epan_new(&engine->frames, &provider);
    /* A tree that nobody looks at: fields that were asked for are in it, nothing is formatted. */
    engine->edt = epan_dissect_new(engine->session, true, false);
    engine->used = false;
    /* TLS keys in pcapng files; those that were read already are given again. */
    wtap_set_cb_new_secrets(engine->file, take_secrets);
}

static void close_session(Engine *engine)
{
    g_clear_pointer(&engine->edt, epan_dissect_free); /* before its session */
    g_clear_pointer(&engine->session, epan_free);
}

void engine_begin(Engine *engine, struct wtap *file, guint32 capture)
{
    g_return_if_fail(!engine->session); /* libwireshark allows for one at a time */

    engine->file = file;
    engine->capture = capture;
    engine->octets = 0;
    engine->file_type = wtap_file_type_subtype(file);
    engine->frames = (struct packet_provider_data){0};
    engine->elapsed = engine->next_check = 0;
    engine->renewals = g_array_new(FALSE, FALSE, sizeof(EngineRenewal));
    nstime_set_zero(&engine->since_first);
    krr_story_begin(engine->story);
    connections_begin(engine->connections);
    fragments_renew(engine->fragments);
    file_has_keys = false;
    open_session(engine);
}

/* Frames of a session; 0: without end. */
static guint64 session_frames(const Engine *engine)
{
    if (engine->session_frames >= 0) {
        return (guint64)engine->session_frames;
    }
    return engine->has_keys || file_has_keys ? 0 : USUAL_SESSION_FRAMES;
}

/* After which time unfinished data are dead. @param overdue  frames since the renewal was due */
static gint64 unfinished_age(guint64 overdue, guint64 frames)
{
    guint64 unit = MAX(frames, PATIENT_FRAMES);
    double lateness = 1 + (double)overdue / (double)unit;

    return overdue >= MOST_OVERDUE * unit ? 0
                                          : (gint64)((double)UNFINISHED_NS / lateness / lateness);
}

/* A session in which nothing was dissected, and that was told of nothing, is as new. */
static guint32 begin_anew(Engine *engine, guint32 number)
{
    guint32 unfinished;

    if (!engine->used && connections_none(engine->connections)) {
        return 0;
    }
    close_session(engine);
    open_session(engine);
    unfinished = fragments_renew(engine->fragments);
    return unfinished + connections_carry(engine->connections, number, engine->now_ns);
}

static void renew_if_safe(Engine *engine, guint64 frames, guint32 number)
{
    guint64 overdue = engine->elapsed / MEDIA_A_FRAME - frames;
    gint64 age = unfinished_age(overdue, frames);
    EngineRenewal renewal = {.frame = number};

    if (overdue < engine->next_check) {
        return;
    }
    engine->next_check = overdue + 1 + frames / CHECKS_SESSION;
    if (fragments_wait(engine->fragments, engine->now_ns, age) ||
        connections_wait(engine->connections, engine->now_ns, age)) {
        return;
    }
    renewal.unfinished = begin_anew(engine, number);
    g_array_append_val(engine->renewals, renewal);
    engine->elapsed = engine->next_check = 0;
}

void engine_advance(Engine *engine, guint32 number, gint64 time_ns, bool like_media)
{
    guint64 frames = session_frames(engine);

    engine->now_ns = time_ns;
    if (frames && engine->elapsed >= frames * MEDIA_A_FRAME) {
        renew_if_safe(engine, frames, number);
    }
    engine->elapsed += like_media && engine->session_frames < 0 ? 1 : MEDIA_A_FRAME;
}

/* Asks for the fields that are looked at; a reset forgets it. */
static void prime(Engine *engine)
{
    krr_story_prime(engine->story, engine->edt);
    connections_prime(engine->connections, engine->edt);
    fragments_prime(engine->fragments, engine->edt);
}

/* Learns from the tree, before it goes. */
static void take_frame(Engine *engine, const frame_data *frame)
{
    krr_story_tell(engine->story, &engine->edt->pi, engine->edt->tvb, engine->edt->tree, engine);
    connections_take(engine->connections, engine->edt, engine->now_ns);
    fragments_take(engine->fragments, engine->edt, engine->now_ns);
    if (engine->links) {
        take_links(engine, frame);
    }
}

void engine_dissect(Engine *engine, struct KrrRecord *record, guint32 number, gint64 offset)
{
    struct packet_provider_data *frames = &engine->frames;
    const frame_data *reference = frames->has_first ? &frames->first : NULL;
    frame_data frame;

    engine->used = true;
    frame_data_init(&frame, number, &record->rec, offset, engine->octets);
    prime(engine);
    frame_data_set_before_dissect(&frame, &engine->since_first, &reference,
                                  frames->has_previous ? &frames->previous : NULL);
    if (!frames->has_first) {
        frames->first = frame; /* the reference must live longer than this function */
        frames->has_first = true;
    }
    krr_record_dissect(record, engine->edt, engine->file_type, &frame);
    take_frame(engine, &frame);
    frame_data_set_after_dissect(&frame, &engine->octets);
    epan_dissect_reset(engine->edt);
    frame_data_destroy(&frame);
    frames->previous = frame;
    frames->has_previous = true;
}

void engine_publish(Engine *engine, StoryEvent *event)
{
    take_event(event, engine);
}

GArray *engine_end(Engine *engine)
{
    close_session(engine);
    engine->file = NULL;
    return g_steal_pointer(&engine->renewals);
}
