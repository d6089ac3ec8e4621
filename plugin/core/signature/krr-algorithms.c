/* krr-algorithms.c
 * The algorithms that an XML signature may name, and what each is worth
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/signature/krr-algorithms.h"

#include <openssl/evp.h>
#include <xmlsec/openssl/crypto.h>

#define DSIG      "http://www.w3.org/2000/09/xmldsig#"
#define DSIG_MORE "http://www.w3.org/2001/04/xmldsig-more#"
#define DSIG_11   "http://www.w3.org/2009/xmldsig11#"
#define ENC       "http://www.w3.org/2001/04/xmlenc#"
#define C14N      "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define C14N_11   "http://www.w3.org/2006/12/xml-c14n11"
#define EXC_C14N  "http://www.w3.org/2001/10/xml-exc-c14n#"

#define PROFILE KRR_GRADE_PROFILE
#define UNUSUAL KRR_GRADE_UNUSUAL
#define WEAK    KRR_GRADE_WEAK

#define SIGNATURE(uri, name, grade, klass, key)                                                    \
    {                                                                                              \
        (uri), (name), KRR_USE_SIGNATURE, grade, klass, key                                        \
    }
#define DIGEST(uri, name, grade, klass)                                                            \
    {                                                                                              \
        (uri), (name), KRR_USE_DIGEST, grade, klass, 0                                             \
    }
#define CANONICAL(uri, name, grade, klass)                                                         \
    {                                                                                              \
        (uri), (name), KRR_USE_CANONICAL, grade, klass, 0                                          \
    }
#define TRANSFORM(uri, name, grade, klass)                                                         \
    {                                                                                              \
        (uri), (name), KRR_USE_TRANSFORM, grade, klass, 0                                          \
    }

/* clang-format off */
static const KrrAlgorithm algorithms[] = {
    SIGNATURE(DSIG_MORE "ecdsa-sha256", "ECDSA-SHA256", PROFILE,
              xmlSecOpenSSLTransformEcdsaSha256GetKlass, EVP_PKEY_EC),
    SIGNATURE(DSIG_MORE "ecdsa-sha224", "ECDSA-SHA224", UNUSUAL,
              xmlSecOpenSSLTransformEcdsaSha224GetKlass, EVP_PKEY_EC),
    SIGNATURE(DSIG_MORE "ecdsa-sha384", "ECDSA-SHA384", UNUSUAL,
              xmlSecOpenSSLTransformEcdsaSha384GetKlass, EVP_PKEY_EC),
    SIGNATURE(DSIG_MORE "ecdsa-sha512", "ECDSA-SHA512", UNUSUAL,
              xmlSecOpenSSLTransformEcdsaSha512GetKlass, EVP_PKEY_EC),
    SIGNATURE(DSIG_MORE "rsa-sha224", "RSA-SHA224", UNUSUAL,
              xmlSecOpenSSLTransformRsaSha224GetKlass, EVP_PKEY_RSA),
    SIGNATURE(DSIG_MORE "rsa-sha256", "RSA-SHA256", UNUSUAL,
              xmlSecOpenSSLTransformRsaSha256GetKlass, EVP_PKEY_RSA),
    SIGNATURE(DSIG_MORE "rsa-sha384", "RSA-SHA384", UNUSUAL,
              xmlSecOpenSSLTransformRsaSha384GetKlass, EVP_PKEY_RSA),
    SIGNATURE(DSIG_MORE "rsa-sha512", "RSA-SHA512", UNUSUAL,
              xmlSecOpenSSLTransformRsaSha512GetKlass, EVP_PKEY_RSA),
    SIGNATURE(DSIG "rsa-sha1", "RSA-SHA1", WEAK, NULL, 0),
    SIGNATURE(DSIG "dsa-sha1", "DSA-SHA1", WEAK, NULL, 0),
    SIGNATURE(DSIG_11 "dsa-sha256", "DSA-SHA256", UNUSUAL, NULL, 0),
    SIGNATURE(DSIG_MORE "ecdsa-sha1", "ECDSA-SHA1", WEAK, NULL, 0),
    SIGNATURE(DSIG_MORE "rsa-md5", "RSA-MD5", WEAK, NULL, 0),
    SIGNATURE(DSIG_MORE "rsa-ripemd160", "RSA-RIPEMD160", WEAK, NULL, 0),
    SIGNATURE("http://www.w3.org/2007/05/xmldsig-more#ecdsa-ripemd160", "ECDSA-RIPEMD160", WEAK,
              NULL, 0),
    /* Not a signature: whoever has the key to check it can also make it. */
    SIGNATURE(DSIG "hmac-sha1", "HMAC-SHA1", WEAK, NULL, 0),
    SIGNATURE(DSIG_MORE "hmac-md5", "HMAC-MD5", WEAK, NULL, 0),
    SIGNATURE(DSIG_MORE "hmac-ripemd160", "HMAC-RIPEMD160", WEAK, NULL, 0),
    SIGNATURE(DSIG_MORE "hmac-sha224", "HMAC-SHA224", WEAK, NULL, 0),
    SIGNATURE(DSIG_MORE "hmac-sha256", "HMAC-SHA256", WEAK, NULL, 0),
    SIGNATURE(DSIG_MORE "hmac-sha384", "HMAC-SHA384", WEAK, NULL, 0),
    SIGNATURE(DSIG_MORE "hmac-sha512", "HMAC-SHA512", WEAK, NULL, 0),

    DIGEST(ENC "sha256", "SHA-256", PROFILE, xmlSecOpenSSLTransformSha256GetKlass),
    DIGEST(DSIG_MORE "sha224", "SHA-224", UNUSUAL, xmlSecOpenSSLTransformSha224GetKlass),
    DIGEST(DSIG_MORE "sha384", "SHA-384", UNUSUAL, xmlSecOpenSSLTransformSha384GetKlass),
    DIGEST(ENC "sha512", "SHA-512", UNUSUAL, xmlSecOpenSSLTransformSha512GetKlass),
    DIGEST(DSIG "sha1", "SHA-1", WEAK, NULL),
    DIGEST(DSIG_MORE "md5", "MD5", WEAK, NULL),
    DIGEST(ENC "ripemd160", "RIPEMD160", WEAK, NULL),

    CANONICAL(C14N, "canonical XML 1.0", PROFILE, xmlSecTransformInclC14NGetKlass),
    CANONICAL(C14N "#WithComments", "canonical XML 1.0 with comments", UNUSUAL,
              xmlSecTransformInclC14NWithCommentsGetKlass),
    CANONICAL(C14N_11, "canonical XML 1.1", UNUSUAL, xmlSecTransformInclC14N11GetKlass),
    CANONICAL(C14N_11 "#WithComments", "canonical XML 1.1 with comments", UNUSUAL,
              xmlSecTransformInclC14N11WithCommentsGetKlass),
    CANONICAL(EXC_C14N, "exclusive canonical XML", UNUSUAL, xmlSecTransformExclC14NGetKlass),
    CANONICAL(EXC_C14N "WithComments", "exclusive canonical XML with comments", UNUSUAL,
              xmlSecTransformExclC14NWithCommentsGetKlass),

    TRANSFORM(DSIG "enveloped-signature", "enveloped signature", PROFILE,
              xmlSecTransformEnvelopedGetKlass),
    TRANSFORM(DSIG "base64", "base64", UNUSUAL, NULL),
    TRANSFORM("http://www.w3.org/TR/1999/REC-xpath-19991116", "XPath", UNUSUAL, NULL),
    TRANSFORM("http://www.w3.org/2002/06/xmldsig-filter2", "XPath Filter 2.0", UNUSUAL, NULL),
    TRANSFORM("http://www.w3.org/TR/1999/REC-xslt-19991116", "XSLT", UNUSUAL, NULL),
    TRANSFORM("http://www.w3.org/2001/04/xmldsig-more/xptr", "XPointer", UNUSUAL, NULL),
};
/* clang-format on */

const KrrAlgorithm *krr_algorithm_lookup(const char *uri, KrrAlgorithmUse use)
{
    for (gsize i = 0; i < G_N_ELEMENTS(algorithms); i++) {
        if (algorithms[i].use == use && g_strcmp0(algorithms[i].uri, uri) == 0) {
            return &algorithms[i];
        }
    }
    return NULL;
}
