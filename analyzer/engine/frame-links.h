/* frame-links.h
 * Which frames of a capture can only be read together
 *
 * Fragments of one datagram, segments of one message, and all that went over one TCP connection up
 * to some frame: Wireshark waits for what is missing in it, and TLS can be read from its beginning
 * only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FRAME_LINKS_H
#define FRAME_LINKS_H

#include <stdbool.h>

#include <glib.h>

typedef struct FrameLinks FrameLinks;

FrameLinks *frame_links_new(void);
void frame_links_free(FrameLinks *links);

/* To be told in the order of frames. It takes eight octets each. */

/** What is read in a frame of the capture was put together with an earlier one. */
void frame_links_add_part(FrameLinks *links, guint32 capture, guint32 frame, guint32 part);

/** A frame belongs to a TCP connection. @param stream  its number in that capture */
void frame_links_add_stream(FrameLinks *links, guint32 capture, guint32 frame, guint32 stream);

/** Is told of a frame that another one needs.
 *  @param stream  both belong to one connection; else the frame holds a part of what the other
 *  shows */
typedef void (*FrameLinksVisitor)(guint32 capture, guint32 frame, guint32 needed_by, bool stream,
                                  gpointer data);

/**
 * Adds to a set of frames all that these need, and what those need in turn.
 * @param frames   of one capture; a set of GUINT_TO_POINTER(frame)
 * @param visitor  is told of each frame that is added, in no particular order
 */
void frame_links_complete(const FrameLinks *links, guint32 capture, GHashTable *frames,
                          FrameLinksVisitor visitor, gpointer data);

/** What is known of one capture as a value: parts, then streams. */
#define FRAME_LINKS_TYPE "(a(uu)a(uu))"

/** Floating. @param links  NULL: nothing is known */
GVariant *frame_links_variant(const FrameLinks *links, guint32 capture);

/** Adds what another process knew of a capture. @param variant  of FRAME_LINKS_TYPE */
void frame_links_take(FrameLinks *links, guint32 capture, GVariant *variant);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FrameLinks, frame_links_free)

#endif
