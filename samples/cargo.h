/* cargo.h
 * What the messages of a scenario carry: its offers, KRRs and other bodies, each made once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CARGO_H
#define CARGO_H

#include "samples/krr-maker.h"

typedef struct CargoMaker CargoMaker;

/** @param scenario  must outlive the maker */
CargoMaker *cargo_maker_new(const Scenario *scenario);
void cargo_maker_free(CargoMaker *maker);

/** The kind and settings key of cargo ("offer", "krr", "body", "hex"), or false where it is none. */
bool cargo_is_kind(const char *key);

/** Its usual way into a body, see body-maker.h. */
const char *cargo_usual_way(const char *kind);

/**
 * Makes it, or hands out what was made before.
 * @param setting  key: its kind, value: its name
 * @param now_ns   its default time, after the start of the scenario
 * @param type     out: its media type; NULL: a MIKEY message. Owned by the scenario
 * @return the octets, to be freed with g_bytes_unref(); NULL with @p error set
 */
GBytes *cargo_maker_get(CargoMaker *maker, const Setting *setting, gint64 now_ns, const char **type,
                        GError **error);

/** For uploads. */
KrrMaker *cargo_maker_krrs(CargoMaker *maker);

/** An identity ("idri" or "idrr") that an offer or a KRR states; NULL where it does not. */
const char *cargo_identity(const Scenario *scenario, const Setting *setting, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CargoMaker, cargo_maker_free)

#endif
