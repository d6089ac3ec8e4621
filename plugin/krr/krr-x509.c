/* krr-x509.c
 * A certificate of a signature, shown by Wireshark's own dissector
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/krr/krr-x509.h"

#include <string.h>

#include <epan/exceptions.h>
#include <epan/show_exception.h>

#include "core/trust/krr-certificate.h"
#include "plugin/wireshark-compat.h"

/* The octets as a data source of their own; NULL where there are none, or too many. */
static tvbuff_t *decode(tvbuff_t *tvb, packet_info *pinfo, const char *base64)
{
    gsize size = 0;

    if (strlen(base64) > 2 * KRR_MAX_CERTIFICATE_OCTETS) {
        return NULL;
    }
    guchar *der = g_base64_decode(base64, &size);
    guint8 *octets = wmem_memdup(pinfo->pool, der, size);
    g_free(der);
    if (size == 0 || size > KRR_MAX_CERTIFICATE_OCTETS) {
        return NULL;
    }
    tvbuff_t *certificate = tvb_new_child_real_data(tvb, octets, (guint)size, (gint)size);
    add_new_data_source(pinfo, certificate, "Certificate of a KRR");
    return certificate;
}

void krr_x509_add(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *base64)
{
    dissector_handle_t handle =
        dissector_get_string_handle(find_dissector_table("media_type"), "application/pkix-cert");
    tvbuff_t *certificate = tree && handle ? decode(tvb, pinfo, base64) : NULL;

    if (!certificate) {
        return;
    }
    /* The frame is about SIP and KRRs, whatever else that dissector thinks of the columns. */
    krr_wsbool writable = col_get_writable(pinfo->cinfo, -1);
    col_set_writable(pinfo->cinfo, -1, false);
    TRY
    {
        call_dissector_only(handle, certificate, pinfo, tree, NULL);
    }
    CATCH_NONFATAL_ERRORS
    {
        /* A broken certificate must not take the rest of the message with it. */
        show_exception(certificate, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
    }
    ENDTRY;
    col_set_writable(pinfo->cinfo, -1, writable);
}
