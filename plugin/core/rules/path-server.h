/* path-server.h
 * A server that was asked, seen from both sides
 *
 * What goes out of it can be told from what comes in only by addresses. Where those do not tell,
 * nothing is said: two users behind one address translator look like one server.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PATH_SERVER_H
#define PATH_SERVER_H

#include "core/rules/story-judge.h"

/** A leg on which a server was asked, and those on which it asked on. */
typedef struct PathServer {
    const StoryNegotiation *negotiation;
    const StoryAttempt *attempt;
    const StoryLeg *in;       /**< towards the server */
    GPtrArray *out;           /**< of StoryLeg: onwards from it */
    const StoryLeg *withheld; /**< of out: on which it received a KRR that it owed to whom asked it;
                                   NULL: none, or it passed on one of those that it received */
    const StoryKrr *krr;      /**< the one that came there; NULL: none was withheld */
    StoryFrame arrived;       /**< in which it came, where there is one */
    const StoryLeg *branch;   /**< of out: another one, whose final answer it may have passed on
                                   instead, as proxies choose among those of a fork; or NULL */
    const StoryLeg *silent; /**< of out: another one, whose final answer was not captured, or cannot
                                   be read; or NULL */
    const StoryLeg *hunted; /**< of out: on which it offered anew what the KRR had rejected; NULL */
} PathServer;

/** Calls a function for each leg of an attempt, the server being whom it leads to. */
void path_each_server(StoryJudge *judge, const StoryNegotiation *negotiation,
                      const StoryAttempt *attempt,
                      void (*visit)(StoryJudge *judge, const PathServer *server));

/** A request that the server was seen to send onwards, or NULL. */
const StoryLeg *path_asked_on(const PathServer *server);

/** Had the server received a KRR by some time, this one or another? Then it did not reject the
 *  offer afresh. */
bool path_had_received(const PathServer *server, StoryFrame sent);

/** Was a KRR made by the entity at the place where it was answered? Only the policy can tell: a KRR
 *  may also have come in on a branch that was not captured. */
bool path_made_by_server(const StoryJudge *judge, const PathServer *server, const StoryKrr *krr);

/** Was a KRR made by an entity that the policy places elsewhere, and that did not make the
 *  other? */
bool path_made_elsewhere(const StoryJudge *judge, const PathServer *server, const StoryKrr *krr,
                         const StoryKrr *other);

/** Did a KRR come straight from a device of the receiver? Of these there may be several.
 *  @param out  on which it came */
bool path_is_from_device(const StoryJudge *judge, const PathServer *server, const StoryLeg *out,
                         const StoryKrr *krr);

#endif
