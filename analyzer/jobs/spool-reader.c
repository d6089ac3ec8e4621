/* spool-reader.c
 * Reads what a spool has written, a record at a time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/jobs/spool-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>

#include "analyzer/jobs/spool.h"

struct SpoolReader {
    char *path;
    guint64 length; /* of the file */
    guint64 place;  /* of the next record */
};

SpoolReader *spool_reader_new(const char *path, guint64 length)
{
    SpoolReader *reader = g_new0(SpoolReader, 1);

    reader->path = g_strdup(path);
    reader->length = length;
    return reader;
}

void spool_reader_free(SpoolReader *reader)
{
    if (!reader) {
        return;
    }
    g_free(reader->path);
    g_free(reader);
}

static bool fail(const char *path, const char *why, GError **error)
{
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", path, why);
    return false;
}

/* All of it or nothing. */
static bool read_at(const char *path, int fd, guint64 place, guint8 *octets, gsize length,
                    GError **error)
{
    gsize done = 0;
    ssize_t got = 1;

    while (got > 0 && done < length) {
        got = pread(fd, octets + done, length - done, (off_t)(place + done));
        if (got < 0 && errno == EINTR) {
            got = 1;
        } else {
            done += got > 0 ? (gsize)got : 0;
        }
    }
    if (got < 0) {
        return fail(path, g_strerror(errno), error);
    }
    return done == length || fail(path, "it is shorter than it was", error);
}

/* @param most  octets that the record may have, with its mark and its padding */
static bool check_mark(const char *path, const SpoolMark *mark, guint64 most, GError **error)
{
    if (mark->magic != SPOOL_MAGIC || mark->length > SPOOL_MAX_RECORD) {
        return fail(path, "there is no record where one should be", error);
    }
    return SPOOL_WHOLE(mark->length) <= most || fail(path, "it ends within a record", error);
}

static GVariant *read_record(const char *path, int fd, guint64 place, guint64 most,
                             const GVariantType *type, GError **error)
{
    g_autofree guint8 *octets = NULL;
    SpoolMark mark;
    guint8 *data;

    if (most < sizeof mark) {
        fail(path, "it ends within a record", error);
        return NULL;
    }
    if (!read_at(path, fd, place, (guint8 *)&mark, sizeof mark, error) ||
        !check_mark(path, &mark, most, error)) {
        return NULL;
    }
    octets = g_malloc(MAX(mark.length, 1));
    if (!read_at(path, fd, place + sizeof mark, octets, mark.length, error)) {
        return NULL;
    }
    data = g_steal_pointer(&octets);
    return g_variant_ref_sink(
        g_variant_new_from_data(type, data, mark.length, FALSE, g_free, data));
}

/* @param most  as above: so many octets are left from that place on */
static GVariant *open_and_read(const char *path, guint64 place, guint64 most,
                               const GVariantType *type, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    GVariant *record;

    if (fd < 0) {
        fail(path, g_strerror(errno), error);
        return NULL;
    }
    record = read_record(path, fd, place, most, type, error);
    close(fd);
    return record;
}

GVariant *spool_reader_next(SpoolReader *reader, const GVariantType *type, GError **error)
{
    GVariant *record;

    if (reader->place == reader->length) {
        return NULL;
    }
    record =
        open_and_read(reader->path, reader->place, reader->length - reader->place, type, error);
    if (record) {
        reader->place += SPOOL_WHOLE(g_variant_get_size(record));
    }
    return record;
}

GVariant *spool_reader_at(const char *path, guint64 place, const GVariantType *type, GError **error)
{
    return open_and_read(path, place, G_MAXUINT64, type, error);
}
