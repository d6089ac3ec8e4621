/* process-policies.h
 * Whom libwireshark takes this process for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PROCESS_POLICIES_H
#define PROCESS_POLICIES_H

/**
 * In place of libwireshark's init_process_policies(); before all else of it, and while the process
 * has one thread.
 *
 * libwireshark remembers who started it, and for root it does not listen to the environment: then
 * neither its data folder nor its plugin folder can be set, scripts of the system take part in an
 * audit, and tables of names that an audit has no use for are read at every start and every renewal
 * of a session, from which they are never freed. So root asks as an ordinary user, for as long as
 * the question takes. Where root may not do so, things are as libwireshark has them.
 */
void process_policies_init(void);

#endif
