/* compare-walk.c
 * Does the walk through a pcap file find what wiretap finds?
 *
 * usage: compare-walk CAPTURE...
 *
 * Every record of the walk must be the one that wiretap reads next, octet by octet; and where the
 * walk says that the file has ended, wiretap must say so, too. Prints of each file how many records
 * were walked, how many wiretap could read, and whether the walk came to the end; "none" where
 * there was no walk.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/capture/pcap-walk.h"
#include "plugin/wireshark-compat.h"

static bool same(const RawFrame *a, const RawFrame *b)
{
    return a->captured == b->captured && a->length == b->length &&
           a->encapsulation == b->encapsulation && a->has_time == b->has_time &&
           a->time.secs == b->time.secs && a->time.nsecs == b->time.nsecs && a->octets &&
           b->octets && memcmp(a->octets, b->octets, a->captured) == 0;
}

/* Returns whether nothing differs. */
static bool compare_all(PcapWalk *walk, wtap *file, KrrRecord *record)
{
    guint walked = 0, frames = 0;
    int err = 0;
    g_autofree char *err_info = NULL;
    gint64 offset, walk_offset;
    RawFrame frame, expected;
    bool walking = walk != NULL;

    while (krr_record_read(record, file, &err, &err_info, &offset)) {
        frames++;
        walking = walking && pcap_walk_next(walk, &frame, &walk_offset);
        expected = raw_frame_of(record);
        if (walking && (walk_offset != offset || !same(&frame, &expected))) {
            printf("record %u differs\n", frames);
            return false;
        }
        walked += walking;
        wtap_rec_reset(&record->rec);
    }
    if (walking && pcap_walk_next(walk, &frame, &walk_offset)) {
        printf("more than %u records\n", frames);
        return false;
    }
    printf("walked %u of %u, %s\n", walked, frames,
           !walk                   ? "none"
           : pcap_walk_ended(walk) ? "ended"
                                   : "stopped");
    return !walk || !pcap_walk_ended(walk) || (walked == frames && err == 0);
}

static bool compare_file(const char *path)
{
    g_autoptr(PcapWalk) walk = NULL;
    g_autofree char *err_info = NULL;
    KrrRecord record;
    bool good;
    int err = 0;
    wtap *file = wtap_open_offline(path, WTAP_TYPE_AUTO, &err, &err_info, false);

    if (!file) {
        printf("%s: %s\n", path, wtap_strerror(err));
        return false;
    }
    walk = pcap_walk_new(path, file);
    krr_record_init(&record);
    good = compare_all(walk, file, &record);
    krr_record_cleanup(&record);
    wtap_close(file);
    return good;
}

int main(int argc, char **argv)
{
    bool good = argc > 1;

    krr_log_init("compare-walk", NULL);
    wtap_init(false);
    for (int i = 1; i < argc; i++) {
        good = compare_file(argv[i]) && good;
    }
    wtap_cleanup();
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
