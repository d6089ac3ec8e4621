/* kms-resource.h
 * What is asked of a KMS: the resources that it offers to its users over HTTP
 *
 * TS 33.180 annex D: each is named by the path of the request, "/keymanagement/identity/v1/" and the
 * name, and some take an argument behind it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_RESOURCE_H
#define KMS_RESOURCE_H

#include <glib.h>

typedef enum KmsResource {
    KMS_RESOURCE_NONE,      /**< no resource of a KMS */
    KMS_RESOURCE_INIT,      /**< the user's first contact: brings the Root certificate */
    KMS_RESOURCE_KEYPROV,   /**< key material */
    KMS_RESOURCE_CERTCACHE, /**< the certificates of all KMSs that the user may talk to */
    KMS_RESOURCE_CERT,      /**< the certificate of one KMS, the argument */
    KMS_RESOURCE_LOOKUP,    /**< the KMS of a user, the argument */
    KMS_RESOURCE_REDIRECT,  /**< takes uploads of KRRs */
    KMS_RESOURCE_OTHER,     /**< beneath that path, but none of these */
    KMS_N_RESOURCES
} KmsResource;

/** Longest argument that is kept, octets. */
#define KMS_MAX_ARGUMENT 1024

/**
 * The resource that the target of a request names.
 * @param target    path or absolute URI, whatever its octets
 * @param argument  out: what follows the name, with %XX decoded, as valid UTF-8; NULL: nothing, or it
 *                  is too long. Caller frees
 */
KmsResource kms_resource_parse(const char *target, char **argument);

/** "init", "certcache", ...; "other" where it has no name. */
const char *kms_resource_name(KmsResource resource);

#endif
