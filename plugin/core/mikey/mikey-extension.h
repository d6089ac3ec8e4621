/* mikey-extension.h
 * The General Extension payload, and what extensions hold
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MIKEY_EXTENSION_H
#define MIKEY_EXTENSION_H

#include "core/mikey/mikey-reader.h"

/** Reads the payload after its "next payload". */
void mikey_read_extension(MikeyReader *reader);

#endif
