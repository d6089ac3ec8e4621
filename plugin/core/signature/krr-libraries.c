/* krr-libraries.c
 * The versions of the libraries that read and verify: verdicts rest on them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/signature/krr-libraries.h"

#include <stdlib.h>

#include <libxml/parser.h>
#include <openssl/crypto.h>
#include <xmlsec/version.h>

/* "20914" is 2.9.14; development versions have more behind it. */
static const char *libxml2_version(void)
{
    static char version[16];
    unsigned long number = strtoul(xmlParserVersion, NULL, 10);

    g_snprintf(version, sizeof version, "%lu.%lu.%lu", number / 10000 % 100, number / 100 % 100,
               number % 100);
    return version;
}

const KrrLibrary *krr_libraries(void)
{
    static KrrLibrary libraries[KRR_N_LIBRARIES];

    libraries[0] = (KrrLibrary){"libxml2", "libxml2", libxml2_version()};
    libraries[1] = (KrrLibrary){"xmlsec", "xmlsec", XMLSEC_VERSION};
    libraries[2] = (KrrLibrary){"OpenSSL", "openssl", OpenSSL_version(OPENSSL_VERSION_STRING)};
    return libraries;
}
