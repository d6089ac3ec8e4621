/* session.c
 * One capture in libwireshark: what it knows of it, and the frame that it dissects
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/session.h"

#include "plugin/wireshark-compat.h"

#include <epan/secrets.h>

#include "analyzer/engine/libwireshark.h"
#include "analyzer/process/private-directory.h"

/* Dissectors may ask for the times of frames. One pass keeps two of them, as tshark's does. */
struct packet_provider_data {
    frame_data first;
    frame_data previous;
    bool has_first;
    bool has_previous;
};

struct Session {
    wtap *file;
    int file_type;
    epan_t *epan;
    epan_dissect_t *edt;
    bool used; /* something was dissected in epan */
    struct packet_provider_data frames;
    frame_data frame;     /* at hand */
    guint32 octets;       /* of the frames so far */
    nstime_t since_first; /* time, for Wireshark's own use */
    KrrRecord again;      /* while it is dissected once more; and what was before that */
    struct packet_provider_data frames_before;
    guint32 octets_before;
};

static const nstime_t *frame_time(struct packet_provider_data *frames, guint32 number)
{
    if (frames->has_first && frames->first.num == number) {
        return &frames->first.abs_ts;
    }
    if (frames->has_previous && frames->previous.num == number) {
        return &frames->previous.abs_ts;
    }
    return NULL;
}

static const struct packet_provider_funcs provider = {.get_frame_ts = frame_time};

/* Wireshark's routine for keys in the file takes no data of ours, hence the static. */
static bool file_has_keys;

static void take_secrets(guint32 type, const void *secrets, guint size)
{
    file_has_keys = true;
    secrets_wtap_callback(type, secrets, size);
}

static void begin(Session *session)
{
    /* Dissectors open files by relative names at each start of a session: those of nobody. */
    const int before = private_directory_enter(libwireshark_directory());

    session->epan = epan_new(&session->frames, &provider);
    private_directory_leave(before);
    /* A tree, but not a visible one: it holds the fields that were primed, and no text is made. */
    session->edt = epan_dissect_new(session->epan, true, false);
    session->used = false;
    /* TLS keys in pcapng files; those that were read already are given again. */
    wtap_set_cb_new_secrets(session->file, take_secrets);
}

static void end(Session *session)
{
    g_clear_pointer(&session->edt, epan_dissect_free); /* before its session */
    g_clear_pointer(&session->epan, epan_free);
}

Session *session_new(struct wtap *file)
{
    Session *session = g_new0(Session, 1);

    session->file = file;
    session->file_type = wtap_file_type_subtype(file);
    nstime_set_zero(&session->since_first);
    file_has_keys = false;
    begin(session);
    return session;
}

void session_free(Session *session)
{
    if (!session) {
        return;
    }
    end(session);
    g_free(session);
}

void session_renew(Session *session)
{
    end(session);
    begin(session);
}

bool session_was_used(const Session *session)
{
    return session->used;
}

bool session_has_keys(const Session *session G_GNUC_UNUSED)
{
    return file_has_keys;
}

struct epan_dissect *session_dissection(Session *session)
{
    return session->edt;
}

void session_dissect(Session *session, struct KrrRecord *record, guint32 number, gint64 offset)
{
    struct packet_provider_data *frames = &session->frames;
    const frame_data *reference = frames->has_first ? &frames->first : NULL;

    session->used = true;
    frame_data_init(&session->frame, number, &record->rec, offset, session->octets);
    frame_data_set_before_dissect(&session->frame, &session->since_first, &reference,
                                  frames->has_previous ? &frames->previous : NULL);
    if (!frames->has_first) {
        frames->first = session->frame;
        frames->has_first = true;
    }
    krr_record_dissect(record, session->edt, session->file_type, &session->frame);
}

void session_end_frame(Session *session)
{
    frame_data_set_after_dissect(&session->frame, &session->octets);
    epan_dissect_reset(session->edt);
    frame_data_destroy(&session->frame);
    session->frames.previous = session->frame;
    session->frames.has_previous = true;
}

static void apply(const SessionChange *change, KrrRecord *record)
{
    wtap_packet_header *header = &record->rec.rec_header.packet_header;
    guint8 *octets = krr_record_octets(record);

    for (guint i = 0; i < change->count; i++) {
        const SessionPatch *patch = &change->patches[i];
        if (patch->place + 2 <= header->caplen) {
            octets[patch->place] = (guint8)(patch->value >> 8);
            octets[patch->place + 1] = (guint8)patch->value;
        }
    }
    header->len = MAX(header->len, header->caplen) + change->missing;
}

bool session_dissect_again(Session *session, guint32 number, gint64 offset,
                           const SessionChange *change)
{
    g_autofree char *err_info = NULL;
    KrrRecord *record = &session->again;
    int err;

    krr_record_init(record);
    if (!krr_record_read_at(record, session->file, offset, &err, &err_info) ||
        record->rec.rec_type != REC_TYPE_PACKET) {
        krr_record_cleanup(record);
        return false;
    }
    if (change) {
        apply(change, record);
    }
    session->frames_before = session->frames;
    session->octets_before = session->octets;
    session_dissect(session, record, number, offset);
    return true;
}

void session_end_again(Session *session)
{
    session_end_frame(session);
    wtap_rec_reset(&session->again.rec);
    krr_record_cleanup(&session->again);
    session->frames = session->frames_before;
    session->octets = session->octets_before;
}
