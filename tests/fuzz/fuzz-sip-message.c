/* fuzz-sip-message.c
 * A fuzz target: octets to a SIP message, its usual spelling and what it carries
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stddef.h>
#include <stdint.h>

#include "core/sip/sip-canonical.h"
#include "core/sip/sip-cargo.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static void read_cargo(SipSpan message, gsize head)
{
    g_autoptr(GPtrArray) carried = sip_cargo_find(message, head);

    g_assert_true(!carried || (carried->len > 0 && carried->len <= SIP_MAX_CARGO));
    for (guint i = 0; carried && i < carried->len; i++) {
        const SipCargo *cargo = g_ptr_array_index(carried, i);
        g_autoptr(GBytes) plain = sip_cargo_mikey(cargo);
        g_assert_cmpuint(g_bytes_get_size(plain), <=, g_bytes_get_size(cargo->octets) + 3);
    }
    sip_cargo_finds_all(message, head);
}

static void read_message(const char *octets, gsize length, bool stream)
{
    SipFrame frame;
    guint oddities;

    if (sip_message_find(octets, length, stream, &frame) != SIP_WHOLE) {
        return;
    }
    g_assert_cmpuint(frame.skipped + frame.head + frame.body, <=, length);
    const SipSpan message = {octets + frame.skipped, frame.head + frame.body};
    read_cargo(message, frame.head);
    g_autoptr(GBytes) usual = sip_canonical(message, frame.head, &oddities);
    g_assert_true((usual == NULL) == (oddities == 0));
    g_autofree char *words G_GNUC_UNUSED = sip_oddities_text(oddities);
    if (usual) { /* what is written is a message again */
        gsize size;
        const char *written = g_bytes_get_data(usual, &size);
        g_assert_cmpint(sip_message_find(written, size, false, &frame), ==, SIP_WHOLE);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    g_autoptr(GBytes) cut G_GNUC_UNUSED =
        sip_canonical_cut((SipSpan){(const char *)octets, length});

    read_message((const char *)octets, length, true);
    read_message((const char *)octets, length, false);
    return 0;
}
