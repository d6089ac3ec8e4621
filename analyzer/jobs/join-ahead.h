/* join-ahead.h
 * A join that reads on in a thread of its own while what it told is being digested
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef JOIN_AHEAD_H
#define JOIN_AHEAD_H

#include "analyzer/jobs/join.h"

/**
 * As join_run(): tells the same in the same order, in the thread that calls it. Another thread
 * reads the spools and parses the KRRs in them, ahead of that by a limited amount of memory. It
 * ends before this returns, also where the join was stopped.
 *
 * No process may be forked meanwhile: it would not have the other thread.
 */
bool join_run_ahead(Join *join, const JoinCalls *calls, gpointer data);

#endif
