/* spool-reader.h
 * Reads what a spool has written, a record at a time
 *
 * No file stays open between two looks into it, so that there may be any number of captures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SPOOL_READER_H
#define SPOOL_READER_H

#include <glib.h>

typedef struct SpoolReader SpoolReader;

/**
 * @param path    of a file of records
 * @param length  octets of it that count
 */
SpoolReader *spool_reader_new(const char *path, guint64 length);
void spool_reader_free(SpoolReader *reader);

/**
 * The next record; not floating. It has octets of its own, and may be kept.
 * @param type  of the record
 * @return NULL at the end; NULL with @p error set where the file is not what it should be
 */
GVariant *spool_reader_next(SpoolReader *reader, const GVariantType *type, GError **error);

/** The record at a place of a file; not floating. @return NULL with @p error set */
GVariant *spool_reader_at(const char *path, guint64 place, const GVariantType *type,
                          GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpoolReader, spool_reader_free)

#endif
