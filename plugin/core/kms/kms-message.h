/* kms-message.h
 * What a user and a KMS say to each other: KmsRequest and KmsResponse
 *
 * TS 33.180 annex D. Of these bodies the story asks who asked, which KMS, and whether it was granted;
 * keys and certificates in them are not looked at.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_MESSAGE_H
#define KMS_MESSAGE_H

#include <stdbool.h>

#include <glib.h>

struct _xmlDoc;

/** Longest text of one that is kept, octets: no honest identity or URI is longer. */
#define KMS_MAX_TEXT 1024

typedef struct KmsMessage {
    bool is_response;
    char *user;        /**< UserUri; NULL: absent, empty or too long, as the next two */
    char *kms;         /**< KmsUri */
    char *request_url; /**< ClientReqUrl: what was asked, also in the answer to it */
    char *error;       /**< what an element KmsError or ClientError holds, in one line; NULL: there
                             is no such element */
    bool brings_cache; /**< a KmsCertCache is in it */
} KmsMessage;

/** @return NULL where the document is no such message */
KmsMessage *kms_message_of(const struct _xmlDoc *xml);

/** The same for octets, within the limits of krr-document.h; NULL also where they are not XML. */
KmsMessage *kms_message_parse(const guint8 *octets, gsize length);

KmsMessage *kms_message_copy(const KmsMessage *message);
void kms_message_free(KmsMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KmsMessage, kms_message_free)

#endif
