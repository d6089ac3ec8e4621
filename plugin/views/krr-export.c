/* krr-export.c
 * File > Export Objects > KRR, and tshark --export-objects krr,FOLDER
 *
 * An object is a document as it was parsed: byte for byte the body of the message or of its part,
 * without transfer and content encodings. Malformed ones are evidence as well.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/views/krr-export.h"

#include <epan/export_object.h>
#include <epan/tap.h>

#include "plugin/frame/krr-cargo.h"
#include "plugin/frame/krr-publisher.h"
#include "plugin/wireshark-compat.h"

/* How much of a creator stands in a file name. */
#define NAME_LENGTH 64

static int export_tap = -1;

/* Packet of the tap. */
typedef struct Exported {
    const KrrTap *krr;
    guint number; /* of the document in its frame, from 1 */
} Exported;

/* Whose KRR it is; of several that were uploaded together, that of the first. */
static const char *creator_of(const KrrDocument *document)
{
    const Krr *krr = document->krrs->len > 0 ? g_ptr_array_index(document->krrs, 0) : NULL;

    return krr ? krr_text(krr, KRR_ELEMENT_CREATOR) : NULL;
}

/* Appends what every file system takes, and no terminal or shell trips over: a creator can call
 *  itself "../../etc", or by a control character. */
static void append_safe(GString *name, const char *text)
{
    static const char harmless[] = "@.-_+";
    const char *end = text + strnlen(text, NAME_LENGTH);

    for (; text < end; text++) {
        bool safe = g_ascii_isalnum(*text) || strchr(harmless, *text);
        g_string_append_c(name, safe ? *text : '_');
    }
}

/* "frame-28-sip_is-proxy@example.org.xml"; "frame-28-2-..." for the second of a frame. */
static char *file_name(guint32 frame, const Exported *exported)
{
    const char *creator = creator_of(exported->krr->document);
    GString *name = g_string_new(NULL);

    g_string_append_printf(name, "frame-%u-", frame);
    if (exported->number > 1) {
        g_string_append_printf(name, "%u-", exported->number);
    }
    append_safe(name, exported->krr->document->krrs->len == 0 ? "malformed"
                      : creator                               ? creator
                                                              : "nobody");
    g_string_append(name, ".xml");
    return g_string_free(name, FALSE);
}

static tap_packet_status on_document(void *tap_data, packet_info *pinfo, epan_dissect_t *edt,
                                     const void *data, tap_flags_t flags)
{
    export_object_list_t *list = tap_data;
    const Exported *exported = data;
    const char *creator = creator_of(exported->krr->document);
    export_object_entry_t *entry = g_new0(export_object_entry_t, 1);
    gsize length = tvb_captured_length(exported->krr->octets);

    (void)edt;
    (void)flags;
    entry->pkt_num = pinfo->num;
    entry->hostname = g_strdup(creator ? krr_format_text(pinfo->pool, creator) : NULL);
    entry->content_type = g_strdup(exported->krr->media_type);
    entry->filename = file_name(pinfo->num, exported);
    entry->payload_len = length;
    entry->payload_data = g_memdup2(tvb_get_ptr(exported->krr->octets, 0, -1), length);
    list->add_entry(list->gui_data, entry); /* which owns it */
    return TAP_PACKET_REDRAW;
}

/* Which document of the frame it is: the last of those that the frame is known to carry. */
static guint number_of(packet_info *pinfo)
{
    guint number = 0;
    guint count;
    const KrrCargo *cargo = krr_cargo_of(pinfo, &count);

    for (guint i = 0; i < count; i++) {
        number += cargo[i].kind == KRR_CARGO_KRR;
    }
    return number;
}

/* What the capture cut short is no object, nor is what has no octets. */
static void offer_document(packet_info *pinfo, const KrrTap *krr)
{
    if (!have_tap_listener(export_tap) || !krr->document || tvb_captured_length(krr->octets) == 0) {
        return;
    }
    Exported *exported = wmem_new(pinfo->pool, Exported);
    *exported = (Exported){krr, number_of(pinfo)};
    tap_queue_packet(export_tap, pinfo, exported);
}

void krr_export_register(int proto)
{
    export_tap = register_export_object(proto, on_document, NULL);
    krr_publisher_watch(offer_document);
}
