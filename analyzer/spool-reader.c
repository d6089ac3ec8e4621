/* spool-reader.c
 * Reads what a spool has written, a record at a time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "spool-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>

#include "spool.h"

struct SpoolReader {
    char *path;
    guint64 length; /* of the file */
    guint64 taken;  /* octets of it that are or were in the buffer */
    guint8 *buffer;
    gsize size;  /* of the buffer */
    gsize begin; /* what is left in it */
    gsize end;
};

SpoolReader *spool_reader_new(const char *path, guint64 length, gsize buffer)
{
    SpoolReader *reader = g_new0(SpoolReader, 1);

    reader->path = g_strdup(path);
    reader->length = length;
    reader->size = MAX(buffer, sizeof(SpoolMark));
    reader->buffer = g_malloc(reader->size);
    return reader;
}

void spool_reader_free(SpoolReader *reader)
{
    if (!reader)
        return;
    g_free(reader->path);
    g_free(reader->buffer);
    g_free(reader);
}

static bool fail(const char *path, const char *why, GError **error)
{
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", path, why);
    return false;
}

/* All of it or nothing. */
static bool read_at(const char *path, guint64 place, guint8 *octets, gsize length, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    gsize done = 0;
    ssize_t got = fd < 0 ? -1 : 1;
    int reason;

    while (got > 0 && done < length) {
        got = pread(fd, octets + done, length - done, (off_t)(place + done));
        if (got < 0 && errno == EINTR)
            got = 1;
        else
            done += got > 0 ? (gsize)got : 0;
    }
    reason = errno;
    if (fd >= 0)
        close(fd);
    if (got < 0)
        return fail(path, g_strerror(reason), error);
    return done == length || fail(path, "it is shorter than it was", error);
}

/* Makes that many octets stand in the buffer. */
static bool fill(SpoolReader *reader, gsize needed, GError **error)
{
    gsize more;

    if (reader->end - reader->begin >= needed)
        return true;
    if (needed > reader->size) {
        reader->buffer = g_realloc(reader->buffer, needed);
        reader->size = needed;
    }
    /* Records begin at multiples of eight, here as in the file: GVariant wants that. */
    memmove(reader->buffer, reader->buffer + reader->begin, reader->end - reader->begin);
    reader->end -= reader->begin;
    reader->begin = 0;
    more = (gsize)MIN(reader->size - reader->end, reader->length - reader->taken);
    if (reader->end + more < needed)
        return fail(reader->path, "it ends within a record", error);
    if (!read_at(reader->path, reader->taken, reader->buffer + reader->end, more, error))
        return false;
    reader->taken += more;
    reader->end += more;
    return true;
}

static bool check_mark(const char *path, const SpoolMark *mark, GError **error)
{
    return (mark->magic == SPOOL_MAGIC && mark->length <= SPOOL_MAX_RECORD) ||
           fail(path, "there is no record where one should be", error);
}

GVariant *spool_reader_next(SpoolReader *reader, const GVariantType *type, GError **error)
{
    SpoolMark mark;
    GVariant *record;

    if (reader->begin == reader->end && reader->taken == reader->length)
        return NULL;
    if (!fill(reader, sizeof mark, error))
        return NULL;
    memcpy(&mark, reader->buffer + reader->begin, sizeof mark);
    if (!check_mark(reader->path, &mark, error) ||
        !fill(reader, sizeof mark + mark.length + SPOOL_PADDING(mark.length), error))
        return NULL;
    record = g_variant_new_from_data(type, reader->buffer + reader->begin + sizeof mark,
                                     mark.length, FALSE, NULL, NULL);
    reader->begin += sizeof mark + mark.length + SPOOL_PADDING(mark.length);
    return g_variant_ref_sink(record);
}

GVariant *spool_reader_at(const char *path, guint64 place, const GVariantType *type, GError **error)
{
    SpoolMark mark;
    g_autofree guint8 *octets = NULL;
    guint8 *data;

    if (!read_at(path, place, (guint8 *)&mark, sizeof mark, error) ||
        !check_mark(path, &mark, error))
        return NULL;
    octets = g_malloc(MAX(mark.length, 1));
    if (!read_at(path, place + sizeof mark, octets, mark.length, error))
        return NULL;
    data = g_steal_pointer(&octets);
    return g_variant_ref_sink(
        g_variant_new_from_data(type, data, mark.length, FALSE, g_free, data));
}
