/* engine.h
 * libwireshark at work: fed with records, listened to
 *
 * The dissectors of plugin/ are registered as a part of the program, so what Wireshark shows and
 * what the report says come from the same code.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef ENGINE_H
#define ENGINE_H

#include <stdbool.h>

#include <glib.h>

#include "analyzer/engine/engine-options.h"
#include "analyzer/engine/frame-links.h"
#include "analyzer/engine/unread.h"
#include "core/event/story-event.h"
#include "plugin/preferences/krr-settings.h"

struct KrrRecord;
struct wtap;

typedef struct Engine Engine;

/** Takes an event and owns it. Capture and frame number are those of the capture file. */
typedef void (*EngineSink)(StoryEvent *event, gpointer data);

/** What the engine is started with. */
typedef struct EngineSettings {
    EngineOptions options;       /**< of the user; nothing of it is kept */
    const KrrSettings *judge_by; /**< whose policy and verifier count, see
                                      krr_preferences_judge_by(); NULL: what the preferences name */
    gint64 session_frames; /**< a session is renewed after so many frames of the capture; 0: never;
                                negative: as usual, sooner the more messages there are, and never
                                where TLS keys are in play */
    EngineSink sink;
    gpointer data;
    FrameLinks *links; /**< is told which frames belong together; must outlive the engine; NULL: not
                            wanted */
} EngineSettings;

/** "4.0.17": the libwireshark that is used. Static. */
const char *engine_version(void);

/**
 * Starts libwireshark where it does not run yet, and sets its preferences. Once in a process's
 * life: the preferences of one engine would be those of the next.
 * @return NULL with @p error set, for example where a preference does not exist
 */
Engine *engine_new(const EngineSettings *settings, GError **error);

/** Stops libwireshark, see libwireshark_stop(): KRR documents must be freed before. */
void engine_free(Engine *engine);

/** From now on events go there, in place of the sink of the settings. */
void engine_redirect(Engine *engine, EngineSink sink, gpointer data);

/** A private directory for files that live as long as the engine. */
const char *engine_directory(const Engine *engine);

/** The preferences set, of EnginePreference, in the order set; the engine's own first. */
const GPtrArray *engine_preferences(const Engine *engine);

/** Begins a capture: nothing is remembered of the one before.
 *  @param capture  index from 1; the file must stay open until engine_end() */
void engine_begin(Engine *engine, struct wtap *file, guint32 capture);

/**
 * Renews the session if it is time to. To be called for each frame of the capture, whether it is
 * then dissected, taken by the sieve or left out by the filter: renewals must come at the same
 * frames.
 * @param number      frame number in the capture, from 1
 * @param time_ns     its time; that of the frame before where it has none
 * @param like_media  it looks like media, see renewal_schedule_add_frame()
 */
void engine_advance(Engine *engine, guint32 number, gint64 time_ns, bool like_media);

/**
 * Dissects a record; events go to the sink.
 * @param number  frame number in the capture, from 1
 * @param offset  in the file
 */
void engine_dissect(Engine *engine, struct KrrRecord *record, guint32 number, gint64 offset);

/** Gives an event of the capture to the sink that did not come from dissection; takes it. */
void engine_publish(Engine *engine, StoryEvent *event);

/** Ends the capture; to be called before its file is closed.
 *  @param unread  out: what of it could not be read, of Unread; owned by the caller; NULL: nobody asks
 *  @return its renewals, see renewal-schedule.h, of SessionRenewal, in order; owned by the caller.
 *  NULL: none began */
GArray *engine_end(Engine *engine, GArray **unread);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Engine, engine_free)

#endif
