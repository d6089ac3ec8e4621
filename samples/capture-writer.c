/* capture-writer.c
 * Writes frames to a pcap file in the order of their times
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/capture-writer.h"

#include <errno.h>
#include <stdio.h>

#include <pcap/pcap.h>

#include "samples/scenario.h"

#define SECOND G_GINT64_CONSTANT(1000000000)
/* Sorting pays only where there is something to sort. */
#define MANY_FRAMES 65536

typedef struct Frame {
    gint64 time_ns;
    guint64 order; /* in which it was added: decides where times are equal */
    GByteArray *bytes;
    guint32 captured;
} Frame;

struct CaptureWriter {
    char *path;
    pcap_t *pcap;
    pcap_dumper_t *dumper;
    GArray *frames; /* of Frame: not written yet */
    guint64 added;
};

static void frame_clear(gpointer data)
{
    g_byte_array_unref(((Frame *)data)->bytes);
}

CaptureWriter *capture_writer_new(const char *path, GError **error)
{
    g_autoptr(CaptureWriter) writer = g_new0(CaptureWriter, 1);
    writer->path = g_strdup(path);
    writer->frames = g_array_new(FALSE, FALSE, sizeof(Frame));
    g_array_set_clear_func(writer->frames, frame_clear);
    FILE *file = fopen(path, "wb");
    if (!file) {
        g_set_error(error, SCENARIO_ERROR, 0, "%s: %s", path, g_strerror(errno));
        return NULL;
    }
    writer->pcap = pcap_open_dead_with_tstamp_precision(DLT_EN10MB, CAPTURE_SNAP_LENGTH,
                                                        PCAP_TSTAMP_PRECISION_NANO);
    writer->dumper = pcap_dump_fopen(writer->pcap, file);
    if (!writer->dumper) {
        fclose(file);
        g_set_error(error, SCENARIO_ERROR, 0, "%s: %s", path, pcap_geterr(writer->pcap));
        return NULL;
    }
    return g_steal_pointer(&writer);
}

void capture_writer_free(CaptureWriter *writer)
{
    if (!writer) {
        return;
    }
    if (writer->dumper) {
        pcap_dump_close(writer->dumper);
    }
    if (writer->pcap) {
        pcap_close(writer->pcap);
    }
    g_array_unref(writer->frames);
    g_free(writer->path);
    g_free(writer);
}

void capture_writer_add(CaptureWriter *writer, gint64 time_ns, GByteArray *bytes, guint32 captured)
{
    const Frame frame = {time_ns, writer->added++, bytes, captured};
    g_array_append_val(writer->frames, frame);
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const Frame *first = a, *second = b;
    if (first->time_ns != second->time_ns) {
        return first->time_ns < second->time_ns ? -1 : 1;
    }
    return first->order < second->order ? -1 : first->order > second->order;
}

static void write_frame(CaptureWriter *writer, const Frame *frame)
{
    /* With nanoseconds asked for, libpcap takes them in the field of microseconds. */
    struct pcap_pkthdr header = {
        .ts = {.tv_sec = frame->time_ns / SECOND, .tv_usec = frame->time_ns % SECOND},
        .caplen = frame->captured,
        .len = frame->bytes->len};
    pcap_dump((u_char *)writer->dumper, &header, frame->bytes->data);
}

static void write_before(CaptureWriter *writer, gint64 before_ns)
{
    guint count = 0;
    g_array_sort(writer->frames, by_time);
    while (count < writer->frames->len &&
           g_array_index(writer->frames, Frame, count).time_ns < before_ns) {
        write_frame(writer, &g_array_index(writer->frames, Frame, count++));
    }
    if (count > 0) {
        g_array_remove_range(writer->frames, 0, count);
    }
}

void capture_writer_settle(CaptureWriter *writer, gint64 before_ns)
{
    if (writer->frames->len >= MANY_FRAMES) {
        write_before(writer, before_ns);
    }
}

bool capture_writer_finish(CaptureWriter *writer, GError **error)
{
    write_before(writer, G_MAXINT64);
    bool written = pcap_dump_flush(writer->dumper) == 0 && !ferror(pcap_dump_file(writer->dumper));
    if (!written) {
        g_set_error(error, SCENARIO_ERROR, 0, "%s: cannot be written", writer->path);
    }
    return written;
}
