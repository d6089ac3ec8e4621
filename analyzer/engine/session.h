/* session.h
 * One capture in libwireshark: what it knows of it, and the frame that it dissects
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>

#include <glib.h>

struct KrrRecord;
struct epan_dissect;
struct wtap;

/** libwireshark allows for one at a time. */
typedef struct Session Session;

/** Begins a capture. @param file  must stay open for the life of the session */
Session *session_new(struct wtap *file);
void session_free(Session *session);

/** Makes libwireshark forget all that it knows of the capture, but for the times of its frames. */
void session_renew(Session *session);

/** Was anything dissected since the session began or was renewed? */
bool session_was_used(const Session *session);

/** Were there TLS keys in the file, as far as it was read? */
bool session_has_keys(const Session *session);

/** The dissection of a frame: to be primed before session_dissect(), read after it. */
struct epan_dissect *session_dissection(Session *session);

/**
 * Dissects a record, which then is the frame at hand.
 * @param number  frame number in the capture, from 1
 * @param offset  in the file
 */
void session_dissect(Session *session, struct KrrRecord *record, guint32 number, gint64 offset);

/** Sixteen bits that are written over some of a frame. */
typedef struct SessionPatch {
    guint32 place; /**< in the frame */
    guint16 value;
} SessionPatch;

/** How a frame is changed before it is dissected once more. */
typedef struct SessionChange {
    const SessionPatch *patches;
    guint count;
    guint32 missing; /**< so much longer it was than the capture has it */
} SessionChange;

/**
 * Dissects a frame once more that was dissected before; it is the frame at hand then.
 * @param offset  of its record in the file
 * @param change  NULL: it is as it was
 * @return false where it cannot be read any more (the file changed, and that is told elsewhere): there is
 *         no frame at hand. Otherwise session_end_again() must follow
 */
bool session_dissect_again(Session *session, guint32 number, gint64 offset,
                           const SessionChange *change);

/** Ends with the frame at hand, of session_dissect_again(). */
void session_end_again(Session *session);

/** Ends with the frame at hand: its tree goes, and what was primed is forgotten. */
void session_end_frame(Session *session);

#endif
