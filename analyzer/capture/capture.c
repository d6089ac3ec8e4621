/* capture.c
 * One capture file: what it is, and its way through the engine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/capture/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/capture/file-digest.h"
#include "analyzer/capture/pcap-walk.h"
#include "analyzer/process/interrupt.h"
#include "analyzer/sieve/raw-frame.h"
#include "plugin/wireshark-compat.h"

#define NS_PER_SECOND G_GINT64_CONSTANT(1000000000)

/* While it is read. */
typedef struct CaptureSource Source;

/* The octets of a capture. */
struct CaptureSource {
    int fd;
    bool regular;
    struct stat before; /* of a regular file */
    FileDigest *digest; /* of a regular file, while it is taken; else NULL */
    const char *copy;   /* of what is not regular, if it is not needed any more; borrowed */
};

static void source_free(Source *source)
{
    if (!source) {
        return;
    }
    file_digest_cancel(source->digest);
    if (source->fd >= 0) {
        close(source->fd);
    }
    if (source->copy) {
        unlink(source->copy);
    }
    g_free(source);
}

Capture *capture_new(const char *path, guint32 index)
{
    Capture *capture = g_new0(Capture, 1);

    capture->path = g_strdup(path);
    capture->index = index;
    return capture;
}

void capture_free(Capture *capture)
{
    if (!capture) {
        return;
    }
    source_free(capture->source);
    g_free(capture->path);
    g_free(capture->sha256);
    g_clear_pointer(&capture->renewals, g_array_unref);
    g_free(capture->error);
    g_free(capture->readable); /* a copy goes with the engine's directory */
    g_free(capture);
}

static bool is_standard_input(const Capture *capture)
{
    return strcmp(capture->path, "-") == 0;
}

guint64 capture_size(const Capture *capture)
{
    struct stat status;

    if (is_standard_input(capture) || stat(capture->path, &status) != 0 ||
        !S_ISREG(status.st_mode)) {
        return 0;
    }
    return (guint64)status.st_size;
}

static bool fail(Capture *capture, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The first thing that went wrong is the one that counts. */
static bool fail(Capture *capture, const char *format, ...)
{
    va_list arguments;

    if (capture->error) {
        return false;
    }
    va_start(arguments, format);
    capture->error = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_strdelimit(capture->error, "\r\n", ' ');
    return false;
}

/* Opens it; if that suffices, its digest is begun. */
static bool source_open(Capture *capture, Source *source)
{
    source->fd = is_standard_input(capture) ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                            : open(capture->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (source->fd < 0 || fstat(source->fd, &source->before) != 0) {
        return fail(capture, "%s", g_strerror(errno));
    }
    if (S_ISDIR(source->before.st_mode)) {
        return fail(capture, "%s", g_strerror(EISDIR));
    }
    if (isatty(source->fd)) {
        return fail(capture, "a terminal is no capture");
    }
    source->regular = S_ISREG(source->before.st_mode) && !is_standard_input(capture);
    if (!source->regular && !is_standard_input(capture) && !S_ISFIFO(source->before.st_mode)) {
        return fail(capture, "it is neither a file nor a pipe");
    }
    if (source->regular && source->before.st_size == 0) {
        return fail(capture, "it is empty"); /* some format takes even that */
    }
    if (source->regular) {
        source->digest = file_digest_begin(source->fd);
    }
    return true;
}

void capture_begin(Capture *capture)
{
    capture->source = g_new0(Source, 1);
    source_open(capture, capture->source);
}

/* Takes what became of the digest, and what is wrong with it. */
static bool take_digest(Capture *capture, char *sha256, char *why)
{
    capture->sha256 = sha256;
    if (why) {
        fail(capture, "%s", why);
    }
    g_free(why);
    return sha256 != NULL;
}

static gint64 modified_ns(const struct stat *status)
{
    return status->st_mtim.tv_sec * NS_PER_SECOND + status->st_mtim.tv_nsec;
}

static bool source_prepare(Capture *capture, Source *source, const char *directory)
{
    g_autofree char *name = NULL;
    char *sha256, *why;
    struct stat status;
    bool done;
    int copy;

    if (source->regular) {
        capture->readable = g_strdup(capture->path);
        capture->size = (guint64)source->before.st_size;
        capture->modified_ns = modified_ns(&source->before);
        return true;
    }
    name = g_strdup_printf("capture-%u", capture->index);
    capture->readable = g_build_filename(directory, name, NULL);
    copy = open(capture->readable, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (copy < 0) {
        return fail(capture, "it cannot be copied: %s", g_strerror(errno));
    }
    if (!capture->keep) {
        source->copy = capture->readable;
    }
    sha256 = file_digest_copy(source->fd, copy, &why);
    done = take_digest(capture, sha256, why);
    if (done && fstat(copy, &status) == 0) {
        capture->size = (guint64)status.st_size;
        capture->modified_ns = modified_ns(&status);
    }
    if (close(copy) != 0 && done) {
        done = fail(capture, "it cannot be copied: %s", g_strerror(errno));
    }
    return done;
}

/* Evidence must be what was digested: a file that is still being written is not, nor one that
 * another has taken the place of. */
static bool source_unchanged(Capture *capture, const Source *source)
{
    struct stat after;

    if (!source->regular) {
        return true;
    }
    if (stat(capture->readable, &after) == 0 && after.st_dev == source->before.st_dev &&
        after.st_ino == source->before.st_ino && after.st_size == source->before.st_size &&
        after.st_mtim.tv_sec == source->before.st_mtim.tv_sec &&
        after.st_mtim.tv_nsec == source->before.st_mtim.tv_nsec) {
        return true;
    }
    return fail(capture, "it changed while it was read");
}

/* Wireshark also opens files of other kinds, each as one packet that is the whole file. To audit a
 * picture or a program by mistake would be to find nothing wrong in it. */
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
    wtap *file = wtap_open_offline(capture->readable, WTAP_TYPE_AUTO, &err, &err_info, true);

    if (file && holds_frames(file)) {
        return file;
    }
    if (file) {
        wtap_close(file);
        err = WTAP_ERR_FILE_UNKNOWN_FORMAT;
    }
    if (err == WTAP_ERR_FILE_UNKNOWN_FORMAT) {
        fail(capture, "it is no capture in a format that Wireshark knows");
    } else if (err == WTAP_ERR_SHORT_READ) {
        fail(capture, "it ends before its first frame");
    } else {
        fail(capture, "%s%s%s", wtap_strerror(err), err_info ? ": " : "", err_info ? err_info : "");
    }
    return NULL;
}

/* Why no more frames could be read. */
static void describe_end(Capture *capture, int err, const char *err_info)
{
    const char *info = err_info ? err_info : wtap_strerror(err);

    if (err == WTAP_ERR_SHORT_READ) {
        fail(capture, "cut short: it ends in the middle of what follows frame %" G_GUINT64_FORMAT,
             capture->frames);
    } else {
        fail(capture, "damaged after frame %" G_GUINT64_FORMAT ": %s", capture->frames, info);
    }
}

static guint64 read_so_far(wtap *file)
{
    gint64 octets = wtap_read_so_far(file);

    return (guint64)MAX(octets, 0);
}

/* A capture on its way through the engine. */
typedef struct Reader {
    Capture *capture;
    wtap *file; /* which can be read in sequence, and at any offset */
    Engine *engine;
    CaptureFilter *filter; /* NULL: none */
    Progress *progress;
    KrrRecord record; /* what wiretap has read last */
    gint64 now_ns;    /* the time of the frame, or of the last one that had any */
} Reader;

static void note_time(Reader *reader, const RawFrame *frame)
{
    const gint64 limit = G_MAXINT64 / NS_PER_SECOND - 1;
    Capture *capture = reader->capture;
    gint64 ns;

    if (!frame->has_time) {
        return;
    }
    ns = CLAMP((gint64)frame->time.secs, -limit, limit) * NS_PER_SECOND + frame->time.nsecs;
    capture->first_ns = capture->has_time ? MIN(capture->first_ns, ns) : ns;
    capture->last_ns = capture->has_time ? MAX(capture->last_ns, ns) : ns;
    capture->has_time = true;
    reader->now_ns = ns;
}

/* Dissects the frame. @param read  wiretap has read it already */
static bool dissect(Reader *reader, gint64 offset, bool read)
{
    Capture *capture = reader->capture;
    g_autofree char *err_info = NULL;
    int err;

    capture->dissected++;
    if (!read && !krr_record_read_at(&reader->record, reader->file, offset, &err, &err_info)) {
        return fail(capture, "it changed while it was read");
    }
    engine_dissect(reader->engine, &reader->record, (guint32)capture->frames, offset);
    wtap_rec_reset(&reader->record.rec);
    return true;
}

/* Learns what the frame tells: from the sieve if that suffices, else by dissection. */
static bool learn_frame(Reader *reader, const RawFrame *frame, const SieveLook *look, gint64 offset,
                        bool read)
{
    Capture *capture = reader->capture;
    StoryEvent *event = NULL;

    if (!capture->sieve || capture->dissect_all ||
        !sieve_skips(capture->sieve, frame, look, (guint32)capture->frames, &event)) {
        return dissect(reader, offset, read);
    }
    if (event) {
        engine_publish(reader->engine, event);
    }
    return true;
}

/* Counts the frame, and learns what it tells unless it is filtered out. */
static bool take_frame(Reader *reader, const RawFrame *frame, gint64 offset, bool read)
{
    Capture *capture = reader->capture;
    CaptureFilterVerdict verdict = CAPTURE_FILTER_PASS;
    const char *why = NULL;
    SieveLook look;

    if (capture->frames == G_MAXUINT32) {
        return fail(capture, "it has more frames than Wireshark can count");
    }
    if (reader->filter) {
        verdict = capture_filter_judge(reader->filter, frame, &why);
    }
    if (verdict == CAPTURE_FILTER_UNUSABLE) {
        return fail(capture,
                    "the capture filter does not suit what follows frame %" G_GUINT64_FORMAT ": %s",
                    capture->frames, why);
    }
    capture->frames++;
    note_time(reader, frame);
    sieve_look(capture->sieve, frame, &look);
    engine_advance(reader->engine, (guint32)capture->frames, reader->now_ns, look.like_media);
    if (verdict == CAPTURE_FILTER_PASS) {
        return learn_frame(reader, frame, &look, offset, read);
    }
    capture->filtered++;
    return true;
}

/* Takes frames as long as they can be had without wiretap, for which it is worth where most of them
 * are skipped. Returns whether all went well, and there may be more. */
static bool walk(Reader *reader)
{
    Capture *capture = reader->capture;
    g_autoptr(PcapWalk) walk = NULL;
    RawFrame frame;
    gint64 offset;
    bool good = true;

    if (!capture->dissect_all && sieve_knows(capture->sieve, wtap_file_encap(reader->file))) {
        walk = pcap_walk_new(capture->readable, reader->file);
    }
    while (walk && good && !interrupt_seen() && pcap_walk_next(walk, &frame, &offset)) {
        good = take_frame(reader, &frame, offset, false);
        progress_update(reader->progress, (guint64)offset, capture->frames);
    }
    return good && (!walk || !pcap_walk_ended(walk));
}

/* Takes what is left, in sequence; what was taken already is only read. */
static void read_on(Reader *reader)
{
    Capture *capture = reader->capture;
    guint64 taken = capture->frames, number = 0;
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
        progress_update(reader->progress, read_so_far(reader->file), capture->frames);
    }
    if (good && err != 0 && !interrupt_seen()) {
        describe_end(capture, err, err_info);
    }
}

static void read_frames(Reader *reader)
{
    krr_record_init(&reader->record);
    if (walk(reader) && !interrupt_seen()) {
        read_on(reader);
    }
    krr_record_cleanup(&reader->record);
    if (interrupt_seen()) {
        fail(reader->capture, "interrupted");
    }
}

/* Its digest is taken meanwhile. */
static void audit_file(Capture *capture, Engine *engine, CaptureFilter *filter, Progress *progress)
{
    wtap *file = open_file(capture);
    Reader reader = {
        .capture = capture, .file = file, .engine = engine, .filter = filter, .progress = progress};

    if (!file) {
        return;
    }
    capture->format = wtap_file_type_subtype_name(wtap_file_type_subtype(file));
    engine_begin(engine, file, capture->index);
    read_frames(&reader);
    progress_end(progress, capture->size, capture->frames);
    capture->renewals = engine_end(engine);
    wtap_close(file);
}

/* What has a source was opened, unless there is an error. */
static bool read_source(Capture *capture, Engine *engine, CaptureFilter *filter, Progress *progress)
{
    Source *source = capture->source;
    char *sha256, *why;

    if (capture->error || !source_prepare(capture, source, engine_directory(engine))) {
        return false;
    }
    audit_file(capture, engine, filter, progress);
    if (source->digest) {
        sha256 = file_digest_end(g_steal_pointer(&source->digest), &why);
        take_digest(capture, sha256, why);
    }
    return !capture->error && source_unchanged(capture, source);
}

bool capture_read(Capture *capture, Engine *engine, CaptureFilter *filter, Progress *progress)
{
    progress_begin(progress, capture->path);
    if (!capture->source) {
        capture_begin(capture);
    }
    capture->complete = read_source(capture, engine, filter, progress);
    g_clear_pointer(&capture->source, source_free);
    return capture->complete;
}

wtap *capture_reopen(const Capture *capture, GError **error)
{
    struct stat status;
    int err = 0;
    g_autofree char *err_info = NULL;
    wtap *file;

    if (stat(capture->readable, &status) != 0 || (guint64)status.st_size != capture->size ||
        modified_ns(&status) != capture->modified_ns) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: it changed after it was audited",
                    capture->path);
        return NULL;
    }
    file = wtap_open_offline(capture->readable, WTAP_TYPE_AUTO, &err, &err_info, false);
    if (!file) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", capture->path,
                    wtap_strerror(err));
    }
    return file;
}
