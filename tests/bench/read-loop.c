/* read-loop.c
 * What reading a capture costs at the very least: libpcap, frame by frame, and nothing else
 *
 * read-loop CAPTURE prints the number of frames.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <stdlib.h>

#include <pcap/pcap.h>

int main(int argc, char **argv)
{
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *pcap = argc == 2 ? pcap_open_offline(argv[1], error) : NULL;
    struct pcap_pkthdr *header;
    const u_char *octets;
    unsigned long frames = 0;

    if (!pcap) {
        fprintf(stderr, "%s\n", argc == 2 ? error : "usage: read-loop CAPTURE");
        return EXIT_FAILURE;
    }
    while (pcap_next_ex(pcap, &header, &octets) == 1) {
        frames++;
    }
    printf("%lu\n", frames);
    pcap_close(pcap);
    return EXIT_SUCCESS;
}
