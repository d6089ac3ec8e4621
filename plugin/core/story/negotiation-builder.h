/* negotiation-builder.h
 * From attempts to negotiations: the attempts of the same users for the same key purpose, in order of
 * time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NEGOTIATION_BUILDER_H
#define NEGOTIATION_BUILDER_H

#include "core/story/attempt-builder.h"
#include "core/story/negotiation.h"

/** Makes all negotiations in which a KRR was seen.
 *  @return of StoryNegotiation, settled and numbered; owned by the caller */
GPtrArray *negotiation_builder_run(const StorySources *sources);

#endif
