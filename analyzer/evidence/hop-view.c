/* hop-view.c
 * From when to when each hop was in view
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/evidence/hop-view.h"

#include "core/event/story-frames.h"

struct HopView {
    GHashTable *sights; /* "source\tdestination" -> HopSight */
    bool has_last;
    StoryFrame last;
};

HopView *hop_view_new(void)
{
    HopView *view = g_new0(HopView, 1);

    view->sights = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return view;
}

void hop_view_free(HopView *view)
{
    if (!view) {
        return;
    }
    g_hash_table_unref(view->sights);
    g_free(view);
}

static char *key_of(const char *source, const char *destination)
{
    return g_strdup_printf("%s\t%s", source, destination);
}

static HopSight *sight_of(HopView *view, const StoryEvent *event)
{
    g_autofree char *key = key_of(event->source, event->destination);
    HopSight *sight = g_hash_table_lookup(view->sights, key);

    if (!sight) {
        sight = g_new0(HopSight, 1);
        g_hash_table_insert(view->sights, g_steal_pointer(&key), sight);
    }
    return sight;
}

static void keep_earlier(bool *has, StoryFrame *kept, const StoryFrame *frame)
{
    if (!*has || story_frame_compare(frame, kept) < 0) {
        *kept = *frame;
    }
    *has = true;
}

static void keep_later(bool *has, StoryFrame *kept, const StoryFrame *frame)
{
    if (!*has || story_frame_compare(frame, kept) > 0) {
        *kept = *frame;
    }
    *has = true;
}

void hop_view_note(HopView *view, const StoryEvent *event)
{
    HopSight *sight;

    if (!story_event_is_foreign(event)) {
        keep_later(&view->has_last, &view->last, &event->frame);
    }
    if (!event->has_sip) {
        return;
    }
    sight = sight_of(view, event);
    keep_later(&sight->has_message, &sight->last_message, &event->frame);
    if (event->sip.status == 0) {
        keep_earlier(&sight->has_request, &sight->first_request, &event->frame);
    }
    if (event->cut) {
        keep_earlier(&sight->has_cut, &sight->first_cut, &event->frame);
    }
}

const HopSight *hop_view_sight(const HopView *view, const char *source, const char *destination)
{
    g_autofree char *key = key_of(source, destination);

    return g_hash_table_lookup(view->sights, key);
}

const StoryFrame *hop_view_last(const HopView *view)
{
    return view->has_last ? &view->last : NULL;
}
