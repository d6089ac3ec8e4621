/* pcap-walk.c
 * The records of an ordinary pcap file, found by their lengths
 *
 * The format: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/capture/pcap-walk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "plugin/wireshark-compat.h"

#define MAGIC_MICROSECONDS 0xa1b2c3d4
#define MAGIC_NANOSECONDS  0xa1b23c4d

/* Where things are in the header of the file, and in that of a record. */
#define FILE_OCTETS     24
#define FILE_MAJOR      4
#define FILE_MINOR      6
#define FILE_LINK       20
#define RECORD_OCTETS   16
#define RECORD_FRACTION 4
#define RECORD_CAPTURED 8
#define RECORD_LENGTH   12
#define LINK_FLAGS      0xffff0000 /* is there a checksum behind the frames? */
#define MAX_CAPTURED    262144     /* wiretap allows for no more */
#define BUFFER_OCTETS   (2 * MAX_CAPTURED)
#define NS_PER_SECOND   1000000000

struct PcapWalk {
    int fd;
    bool swapped; /* the file's order of octets is not this machine's */
    int encapsulation;
    guint32 unit_ns; /* in which it counts fractions of seconds */
    gint64 offset;   /* in the file, of what stands at begin */
    gsize begin;     /* in the buffer, of what was not taken yet */
    gsize end;
    bool over; /* there is nothing behind the end */
    guint8 buffer[BUFFER_OCTETS];
};

static guint32 read32(const PcapWalk *walk, const guint8 *octets)
{
    guint32 number;

    memcpy(&number, octets, sizeof number);
    return walk->swapped ? GUINT32_SWAP_LE_BE(number) : number;
}

static guint16 read16(const PcapWalk *walk, const guint8 *octets)
{
    guint16 number;

    memcpy(&number, octets, sizeof number);
    return walk->swapped ? GUINT16_SWAP_LE_BE(number) : number;
}

/* Fills the buffer. An error ends the walk: wiretap will meet the same error, and say what it
 * is. */
static void fill(PcapWalk *walk)
{
    memmove(walk->buffer, walk->buffer + walk->begin, walk->end - walk->begin);
    walk->end -= walk->begin;
    walk->begin = 0;
    while (walk->end < BUFFER_OCTETS && !walk->over) {
        ssize_t count = read(walk->fd, walk->buffer + walk->end, BUFFER_OCTETS - walk->end);

        if (count > 0) {
            walk->end += (gsize)count;
        } else if (count == 0 || errno != EINTR) {
            walk->over = true;
        }
    }
}

static bool has(PcapWalk *walk, gsize octets)
{
    if (walk->end - walk->begin < octets && !walk->over) {
        fill(walk);
    }
    return walk->end - walk->begin >= octets;
}

static void skip(PcapWalk *walk, gsize octets)
{
    walk->begin += octets;
    walk->offset += (gint64)octets;
}

/* Is the file what its first octets say, of the two that are known, and nothing special? */
static bool take_file_header(PcapWalk *walk, int type)
{
    const guint8 *header = walk->buffer;
    guint32 magic;

    if (!has(walk, FILE_OCTETS)) {
        return false;
    }
    magic = read32(walk, header);
    walk->swapped = magic == GUINT32_SWAP_LE_BE(MAGIC_MICROSECONDS) ||
                    magic == GUINT32_SWAP_LE_BE(MAGIC_NANOSECONDS);
    magic = read32(walk, header);
    if (magic == MAGIC_MICROSECONDS && type == wtap_pcap_file_type_subtype()) {
        walk->unit_ns = 1000;
    } else if (magic == MAGIC_NANOSECONDS && type == wtap_pcap_nsec_file_type_subtype()) {
        walk->unit_ns = 1;
    } else {
        return false;
    }
    if (read16(walk, header + FILE_MAJOR) != 2 || read16(walk, header + FILE_MINOR) != 4 ||
        (read32(walk, header + FILE_LINK) & LINK_FLAGS) != 0) {
        return false;
    }
    skip(walk, FILE_OCTETS);
    return true;
}

PcapWalk *pcap_walk_new(const char *path, struct wtap *file)
{
    g_autoptr(PcapWalk) walk = g_new(PcapWalk, 1);

    /* All but the buffer, which is large. */
    memset(walk, 0, offsetof(PcapWalk, buffer));
    walk->encapsulation = wtap_file_encap(file);
    walk->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (walk->fd < 0 || !take_file_header(walk, wtap_file_type_subtype(file))) {
        return NULL;
    }
    return g_steal_pointer(&walk);
}

void pcap_walk_free(PcapWalk *walk)
{
    if (!walk) {
        return;
    }
    if (walk->fd >= 0) {
        close(walk->fd);
    }
    g_free(walk);
}

bool pcap_walk_next(PcapWalk *walk, RawFrame *frame, gint64 *offset)
{
    const guint8 *header;
    guint32 seconds, fraction;

    if (!has(walk, RECORD_OCTETS)) {
        return false;
    }
    header = walk->buffer + walk->begin;
    seconds = read32(walk, header);
    fraction = read32(walk, header + RECORD_FRACTION);
    frame->captured = read32(walk, header + RECORD_CAPTURED);
    frame->length = read32(walk, header + RECORD_LENGTH);
    if (seconds > G_MAXINT32 || fraction >= NS_PER_SECOND / walk->unit_ns ||
        frame->captured > MAX_CAPTURED || frame->captured > frame->length ||
        !has(walk, RECORD_OCTETS + frame->captured)) {
        return false;
    }
    frame->octets = walk->buffer + walk->begin + RECORD_OCTETS;
    frame->encapsulation = walk->encapsulation;
    frame->has_time = true;
    frame->time = (nstime_t){.secs = seconds, .nsecs = (int)(fraction * walk->unit_ns)};
    *offset = walk->offset;
    skip(walk, RECORD_OCTETS + frame->captured);
    return true;
}

bool pcap_walk_ended(const PcapWalk *walk)
{
    return walk->over && walk->begin == walk->end;
}
