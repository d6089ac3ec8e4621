/* join-ahead.h
 * A join that reads on in a thread of its own while what it told is being digested
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef JOIN_AHEAD_H
#define JOIN_AHEAD_H

#include "analyzer/jobs/join.h"

/**
 * The same as join_run(), and the same is told in the same order, by the thread that calls this. Reading
 * the spools and parsing the KRRs in them is done by another one, which is a little ahead: so far that
 * memory does not grow. It ends before this returns, also where it was stopped.
 *
 * No process may be started meanwhile: a copy of this one would have no such thread.
 */
bool join_run_ahead(Join *join, const JoinCalls *calls, gpointer data);

#endif
