/* process-policies.h
 * Whom libwireshark takes this process for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PROCESS_POLICIES_H
#define PROCESS_POLICIES_H

/**
 * To be called in place of libwireshark's init_process_policies(), before anything else of it,
 * while the process has one thread.
 *
 * init_process_policies() remembers whether root started the process; then libwireshark ignores its
 * environment variables. Its data folder and its plugin folder could not be set: the system's
 * scripts would take part in an audit, and tables of names that an audit does not need would be
 * read at every start and at every renewal of a session, and never be freed. So root becomes an
 * ordinary user for the time of that call. Where that is not permitted, libwireshark does what it
 * does for root.
 */
void process_policies_init(void);

#endif
