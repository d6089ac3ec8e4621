/* capture-reader.c
 * The way of a capture through libwireshark, frame by frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/capture/capture-reader.h"

#include "analyzer/capture/file-kind.h"
#include "analyzer/capture/pcap-walk.h"
#include "analyzer/process/interrupt.h"
#include "analyzer/sieve/raw-frame.h"
#include "plugin/frame/krr-nstime.h"
#include "plugin/wireshark-compat.h"

/* Wireshark also opens pictures, programs and the like, each as one packet. An audit of such a
 * file, given by mistake, would find nothing wrong, and say so. */
static bool holds_frames(wtap *file)
{
    static const int whole_files[] = {WTAP_ENCAP_MIME, WTAP_ENCAP_JSON, WTAP_ENCAP_MP4,
                                      WTAP_ENCAP_RFC7468, WTAP_ENCAP_RUBY_MARSHAL};

    for (gsize i = 0; i < G_N_ELEMENTS(whole_files); i++) {
        if (wtap_file_encap(file) == whole_files[i]) {
            return false;
        }
    }
    return true;
}

static wtap *open_file(Capture *capture)
{
    int err;
    g_autofree char *err_info = NULL;
    wtap *file = wtap_open_offline(capture->result.readable, WTAP_TYPE_AUTO, &err, &err_info, true);

    if (file && holds_frames(file)) {
        return file;
    }
    if (file) {
        wtap_close(file);
        err = WTAP_ERR_FILE_UNKNOWN_FORMAT;
    }
    const char *kind = file_kind_of(capture->result.readable);
    if (err == WTAP_ERR_FILE_UNKNOWN_FORMAT && kind) {
        capture_fail(capture, "it is %s", kind);
    } else if (err == WTAP_ERR_FILE_UNKNOWN_FORMAT) {
        capture_fail(capture, "it is no capture in a format that Wireshark knows");
    } else if (err == WTAP_ERR_SHORT_READ) {
        capture_fail(capture, "it ends before its first frame");
    } else {
        capture_fail(capture, "%s%s%s", wtap_strerror(err), err_info ? ": " : "",
                     err_info ? err_info : "");
    }
    return NULL;
}

/* Why no more frames could be read. */
static void describe_end(Capture *capture, int err, const char *err_info)
{
    const char *info = err_info ? err_info : wtap_strerror(err);
    const char *kind = file_kind_of(capture->result.readable);

    if (kind) {
        capture_fail(capture, "broken off after frame %" G_GUINT64_FORMAT " (%s); it is %s",
                     capture->result.frames, info, kind);
    } else if (err == WTAP_ERR_SHORT_READ) {
        capture_fail(capture,
                     "cut short: it ends in the middle of what follows frame %" G_GUINT64_FORMAT,
                     capture->result.frames);
    } else {
        capture_fail(capture, "damaged after frame %" G_GUINT64_FORMAT ": %s",
                     capture->result.frames, info);
    }
}

static guint64 read_so_far(wtap *file)
{
    gint64 octets = wtap_read_so_far(file);

    return (guint64)MAX(octets, 0);
}

/* A capture on its way through the engine. */
typedef struct CaptureReader {
    Capture *capture;
    CaptureResult *result; /* its own */
    wtap *file;            /* which can be read in sequence, and at any offset */
    const CaptureMethod *method;
    Progress *progress;
    KrrRecord record; /* what wiretap has read last */
    gint64 now_ns;    /* the time of the frame, or of the last one that had any */
} CaptureReader;

static void note_time(CaptureReader *reader, const RawFrame *frame)
{
    CaptureResult *result = reader->result;
    gint64 ns;

    if (!frame->has_time) {
        return;
    }
    ns = krr_nanoseconds(&frame->time);
    result->first_ns = result->has_time ? MIN(result->first_ns, ns) : ns;
    result->last_ns = result->has_time ? MAX(result->last_ns, ns) : ns;
    result->has_time = true;
    reader->now_ns = ns;
}

/* Dissects the frame. @param read  wiretap has read it already */
static bool dissect(CaptureReader *reader, gint64 offset, bool read)
{
    CaptureResult *result = reader->result;
    g_autofree char *err_info = NULL;
    int err;

    result->dissected++;
    if (!read && !krr_record_read_at(&reader->record, reader->file, offset, &err, &err_info)) {
        return capture_fail(reader->capture, "it changed while it was read");
    }
    engine_dissect(reader->method->engine, &reader->record, (guint32)result->frames, offset);
    wtap_rec_reset(&reader->record.rec);
    return true;
}

/* Learns what the frame tells: from the sieve if that suffices, else by dissection. */
static bool learn_frame(CaptureReader *reader, const RawFrame *frame, const SieveLook *look,
                        gint64 offset, bool read)
{
    const CaptureMethod *method = reader->method;
    StoryEvent *event = NULL;

    if (!method->sieve || method->dissect_all ||
        !sieve_take(method->sieve, frame, look, (guint32)reader->result->frames, &event)) {
        return dissect(reader, offset, read);
    }
    if (event) {
        engine_publish(method->engine, event);
    }
    return true;
}

/* Counts the frame, and learns what it tells unless it is filtered out. */
static bool take_frame(CaptureReader *reader, const RawFrame *frame, gint64 offset, bool read)
{
    const CaptureMethod *method = reader->method;
    CaptureResult *result = reader->result;
    CaptureFilterVerdict verdict = CAPTURE_FILTER_PASS;
    const char *why = NULL;
    SieveLook look;

    if (result->frames == G_MAXUINT32) {
        return capture_fail(reader->capture, "it has more frames than Wireshark can count");
    }
    if (method->filter) {
        verdict = capture_filter_judge(method->filter, frame, &why);
    }
    if (verdict == CAPTURE_FILTER_UNUSABLE) {
        return capture_fail(reader->capture,
                            "the capture filter does not suit what follows frame %" G_GUINT64_FORMAT
                            ": %s",
                            result->frames, why);
    }
    result->frames++;
    note_time(reader, frame);
    sieve_look(method->sieve, frame, &look);
    engine_advance(method->engine, (guint32)result->frames, reader->now_ns, look.like_media);
    if (verdict == CAPTURE_FILTER_PASS) {
        return learn_frame(reader, frame, &look, offset, read);
    }
    result->filtered++;
    return true;
}

/* Takes frames as long as they can be read without wiretap, which is quicker where the sieve takes
 * most of them. Returns whether all went well and frames may be left for wiretap. */
static bool walk(CaptureReader *reader)
{
    const CaptureMethod *method = reader->method;
    g_autoptr(PcapWalk) walk = NULL;
    RawFrame frame;
    gint64 offset;
    bool good = true;

    if (!method->dissect_all && sieve_knows(method->sieve, wtap_file_encap(reader->file))) {
        walk = pcap_walk_new(reader->result->readable, reader->file);
    }
    while (walk && good && !interrupt_seen() && pcap_walk_next(walk, &frame, &offset)) {
        good = take_frame(reader, &frame, offset, false);
        progress_update(reader->progress, (guint64)offset, reader->result->frames);
    }
    return good && (!walk || !pcap_walk_ended(walk));
}

/* Takes the frames that are left. Wiretap reads in sequence, so it reads those before them once
 * more. */
static void read_on(CaptureReader *reader)
{
    CaptureResult *result = reader->result;
    guint64 taken = result->frames, number = 0;
    int err = 0;
    g_autofree char *err_info = NULL;
    gint64 offset;
    bool good = true;

    while (good && !interrupt_seen() &&
           krr_record_read(&reader->record, reader->file, &err, &err_info, &offset)) {
        if (number++ >= taken) {
            RawFrame frame = raw_frame_of(&reader->record);

            good = take_frame(reader, &frame, offset, true);
        }
        wtap_rec_reset(&reader->record.rec);
        progress_update(reader->progress, read_so_far(reader->file), result->frames);
    }
    if (good && err != 0 && !interrupt_seen()) {
        describe_end(reader->capture, err, err_info);
    }
}

static void read_frames(CaptureReader *reader)
{
    krr_record_init(&reader->record);
    if (walk(reader) && !interrupt_seen()) {
        read_on(reader);
    }
    krr_record_cleanup(&reader->record);
    if (interrupt_seen()) {
        capture_fail(reader->capture, "interrupted");
    }
}

static void read_file(Capture *capture, const CaptureMethod *method, Progress *progress)
{
    wtap *file = open_file(capture);
    CaptureResult *result = &capture->result;
    CaptureReader reader = {
        .capture = capture, .result = result, .file = file, .method = method, .progress = progress};

    if (!file) {
        return;
    }
    result->format = wtap_file_type_subtype_name(wtap_file_type_subtype(file));
    engine_begin(method->engine, file, capture->index);
    read_frames(&reader);
    progress_end(progress, result->size, result->frames);
    result->renewals = engine_end(method->engine, &result->unread);
    wtap_close(file);
}

bool capture_read(Capture *capture, CaptureSource *source, const CaptureMethod *method,
                  Progress *progress)
{
    progress_begin(progress, capture->path);
    if (!source) {
        source = capture_source_open(capture);
    }
    if (capture_source_prepare(source, engine_directory(method->engine), method->keep)) {
        read_file(capture, method, progress); /* its digest is taken meanwhile */
        capture->result.complete = capture_source_finish(source);
    }
    capture_source_free(source);
    return capture->result.complete;
}

struct wtap *capture_reopen(const Capture *capture, GError **error)
{
    int err = 0;
    g_autofree char *err_info = NULL;
    wtap *file;

    if (!capture_source_is_unchanged(capture)) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: it changed after it was audited",
                    capture->path);
        return NULL;
    }
    file = wtap_open_offline(capture->result.readable, WTAP_TYPE_AUTO, &err, &err_info, false);
    if (!file) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", capture->path,
                    wtap_strerror(err));
    }
    return file;
}
