/* krr-libraries.h
 * The versions of the libraries that read and verify: verdicts rest on them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_LIBRARIES_H
#define KRR_LIBRARIES_H

#include <glib.h>

/** A library. */
typedef struct KrrLibrary {
    const char *name;    /**< as its makers write it */
    const char *member;  /**< of the JSON report */
    const char *version; /**< "3.0.17" */
} KrrLibrary;

#define KRR_N_LIBRARIES 3

/** libxml2 and OpenSSL as they are loaded, xmlsec as this was built with: it refuses another one. */
const KrrLibrary *krr_libraries(void);

#endif
