/* fuzz-kms-message.c
 * A fuzz target: octets to a message to or from a KMS, and to the certificates of KMSs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stddef.h>
#include <stdint.h>

#include "core/kms/kms-message.h"
#include "core/trust/kms-certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    g_autoptr(KmsMessage) message = kms_message_parse(octets, length);
    g_autoptr(KmsMessage) copy = message ? kms_message_copy(message) : NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) certificates = kms_certificates_read(octets, length, &error);

    g_assert_true((certificates == NULL) == (error != NULL));
    g_assert_true((copy == NULL) == (message == NULL));
    for (guint i = 0; certificates && i < certificates->len; i++) {
        kms_certificate_state(g_ptr_array_index(certificates, i), (gint64)length);
    }
    return 0;
}
