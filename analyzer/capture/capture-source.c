/* capture-source.c
 * The octets of a capture, while it is read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/capture/capture-source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/capture/file-digest.h"

#define NS_PER_SECOND G_GINT64_CONSTANT(1000000000)

struct CaptureSource {
    Capture *capture;
    int fd;
    bool regular;
    struct stat before; /* of a regular file */
    FileDigest *digest; /* of a regular file, while it is taken; else NULL */
    char *copy;         /* of what is not regular, where it goes with the source; else NULL */
};

/* What can be read, and not only once in vain. */
static bool check_kind(CaptureSource *source)
{
    Capture *capture = source->capture;
    mode_t mode = source->before.st_mode;
    bool standard_input = capture_is_standard_input(capture);

    if (S_ISDIR(mode)) {
        return capture_fail(capture, "%s", g_strerror(EISDIR));
    }
    if (isatty(source->fd)) {
        return capture_fail(capture, "a terminal is no capture");
    }
    source->regular = S_ISREG(mode) && !standard_input;
    if (!source->regular && !standard_input && !S_ISFIFO(mode)) {
        return capture_fail(capture, "it is neither a file nor a pipe");
    }
    if (source->regular && source->before.st_size == 0) {
        return capture_fail(capture, "it is empty"); /* some format takes even that */
    }
    return true;
}

CaptureSource *capture_source_open(Capture *capture)
{
    CaptureSource *source = g_new0(CaptureSource, 1);

    source->capture = capture;
    source->fd = capture_is_standard_input(capture)
                     ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                     : open(capture->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (source->fd < 0 || fstat(source->fd, &source->before) != 0) {
        capture_fail(capture, "%s", g_strerror(errno));
    } else if (check_kind(source) && source->regular) {
        source->digest = file_digest_begin(source->fd);
    }
    return source;
}

void capture_source_free(CaptureSource *source)
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
    g_free(source->copy);
    g_free(source);
}

static gint64 modified_ns(const struct stat *status)
{
    return status->st_mtim.tv_sec * NS_PER_SECOND + status->st_mtim.tv_nsec;
}

static void note_file(CaptureResult *result, const struct stat *status)
{
    result->size = (guint64)status->st_size;
    result->modified_ns = modified_ns(status);
}

/* Takes what became of the digest, and what is wrong with it. */
static bool take_digest(Capture *capture, char *sha256, char *why)
{
    capture->result.sha256 = sha256;
    if (why) {
        capture_fail(capture, "%s", why);
    }
    g_free(why);
    return sha256 != NULL;
}

static bool copy_octets(CaptureSource *source, const char *path)
{
    Capture *capture = source->capture;
    int copy = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    char *sha256, *why;
    struct stat status;
    bool done;

    if (copy < 0) {
        return capture_fail(capture, "it cannot be copied: %s", g_strerror(errno));
    }
    sha256 = file_digest_copy(source->fd, copy, &why);
    done = take_digest(capture, sha256, why);
    if (done && fstat(copy, &status) == 0) {
        note_file(&capture->result, &status);
    }
    if (close(copy) != 0 && done) {
        done = capture_fail(capture, "it cannot be copied: %s", g_strerror(errno));
    }
    return done;
}

bool capture_source_prepare(CaptureSource *source, const char *directory, bool keep)
{
    Capture *capture = source->capture;
    CaptureResult *result = &capture->result;
    g_autofree char *name = NULL;

    if (result->error) {
        return false;
    }
    if (source->regular) {
        result->readable = g_strdup(capture->path);
        note_file(result, &source->before);
        return true;
    }
    name = g_strdup_printf("capture-%u", capture->index);
    result->readable = g_build_filename(directory, name, NULL);
    source->copy = keep ? NULL : g_strdup(result->readable);
    return copy_octets(source, result->readable);
}

/* The digest must be that of the octets which were audited. It may not be, where the file is still
 * being written, or another file has taken its place. */
static bool is_in_place(const CaptureSource *source)
{
    const struct stat *before = &source->before;
    struct stat after;

    return !source->regular ||
           (stat(source->capture->result.readable, &after) == 0 && after.st_dev == before->st_dev &&
            after.st_ino == before->st_ino && after.st_size == before->st_size &&
            modified_ns(&after) == modified_ns(before));
}

bool capture_source_finish(CaptureSource *source)
{
    Capture *capture = source->capture;
    char *sha256, *why;

    if (source->digest) {
        sha256 = file_digest_end(g_steal_pointer(&source->digest), &why);
        take_digest(capture, sha256, why);
    }
    if (capture->result.error) {
        return false;
    }
    return is_in_place(source) || capture_fail(capture, "it changed while it was read");
}

bool capture_source_is_unchanged(const Capture *capture)
{
    const CaptureResult *result = &capture->result;
    struct stat status;

    return stat(result->readable, &status) == 0 && (guint64)status.st_size == result->size &&
           modified_ns(&status) == result->modified_ns;
}
