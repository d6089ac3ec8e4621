/* pcap-walk.h
 * The records of an ordinary pcap file, found by their lengths
 *
 * Wiretap knows every format and every oddity of each, and makes an object of each record; for a
 * frame that is skipped that is most of the work. This knows what tcpdump and libpcap write, and no
 * more: a file that is not compressed, of version 2.4, of one link type, each record as wiretap
 * would give it. Whatever else comes ends the walk, and is for wiretap, which also says what is
 * wrong with it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PCAP_WALK_H
#define PCAP_WALK_H

#include <stdbool.h>

#include <glib.h>

#include "analyzer/sieve/raw-frame.h"

struct wtap;

typedef struct PcapWalk PcapWalk;

/**
 * Begins a walk.
 * @param path  of the file, which is read on its own
 * @param file  what wiretap has opened there; only asked what it is
 * @return NULL: it is no such file
 */
PcapWalk *pcap_walk_new(const char *path, struct wtap *file);
void pcap_walk_free(PcapWalk *walk);

/**
 * Goes on to the next record.
 * @param frame   out: its octets are valid until the next call
 * @param offset  out: of the record in the file, as wiretap counts
 * @return false: the file has ended, or what comes is not ordinary
 */
bool pcap_walk_next(PcapWalk *walk, RawFrame *frame, gint64 *offset);

/** Did the walk end where the file ends, behind a whole record? */
bool pcap_walk_ended(const PcapWalk *walk);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PcapWalk, pcap_walk_free)

#endif
