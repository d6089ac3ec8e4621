/* unread-watch.h
 * Looks at every frame that is dissected for what could not be read of it
 *
 * What it counts must not depend on whether the sieve takes media, nor on when sessions are renewed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef UNREAD_WATCH_H
#define UNREAD_WATCH_H

#include <stdbool.h>

#include "analyzer/engine/unread.h"
#include "core/event/story-event.h"

struct epan_dissect;

typedef struct UnreadWatch UnreadWatch;

/** Listens to the tap "tcp"; after epan_init(). @return NULL with @p error set */
UnreadWatch *unread_watch_new(GError **error);
void unread_watch_free(UnreadWatch *watch);

/** Another capture begins. */
void unread_watch_begin(UnreadWatch *watch);

/** Asks for the fields that are looked at; before every dissection. */
void unread_watch_prime(const UnreadWatch *watch, struct epan_dissect *edt);

/** Whether the frames that are dissected were taken before: then nothing is learned from them. */
void unread_watch_pause(UnreadWatch *watch, bool paused);

/** Takes the frame that was dissected. @param has_keys  something may have been decrypted */
void unread_watch_take(UnreadWatch *watch, struct epan_dissect *edt, bool has_keys);

/** Takes an event: which hops have SIP, and what of it was cut. */
void unread_watch_take_event(UnreadWatch *watch, const StoryEvent *event);

/** Takes a fragment that nothing completed. @param hop  as unread_watch_hop() gives it */
void unread_watch_take_fragment(UnreadWatch *watch, guint32 frame, guint hop);

/** Stands for two addresses, in whatever direction. */
guint unread_watch_hop(const char *source, const char *destination);

/** All that was counted, of Unread, sorted; the caller's. */
GArray *unread_watch_end(UnreadWatch *watch);

#endif
