/* capture-filter.c
 * A libpcap filter on the records of capture files
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/capture/capture-filter.h"

#include <pcap/pcap.h>

#include "plugin/wireshark-compat.h"

#include <wiretap/pcap-encap.h>

#define SNAPLEN       262144 /* libpcap's own maximum */
#define LINK_TYPE_END 512    /* above all that are assigned */

/* The expression for one link type. */
typedef struct Program {
    struct bpf_program code;
    bool usable;
    char *why; /* where it is not usable */
} Program;

struct CaptureFilter {
    char *expression;
    GHashTable *programs; /* wiretap's encapsulation -> Program */
};

static void program_free(gpointer data)
{
    Program *program = data;

    if (program->usable) {
        pcap_freecode(&program->code);
    }
    g_free(program->why);
    g_free(program);
}

static Program *program_new(const char *expression, int link_type)
{
    Program *program = g_new0(Program, 1);
    pcap_t *pcap = pcap_open_dead(link_type, SNAPLEN);

    program->usable = pcap_compile(pcap, &program->code, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
    if (!program->usable) {
        program->why = g_strdup(pcap_geterr(pcap));
    }
    pcap_close(pcap);
    return program;
}

/* libpcap's link type for an encapsulation of wiretap's, or -1. Wiretap only offers the way from
 * link type to encapsulation, so all link types are tried. */
static int link_type_of(int encapsulation)
{
    if (encapsulation <= WTAP_ENCAP_UNKNOWN) { /* what every unassigned type maps to */
        return -1;
    }
    for (int type = 0; type < LINK_TYPE_END; type++) {
        if (wtap_pcap_encap_to_wtap_encap(type) == encapsulation) {
            return type;
        }
    }
    return -1;
}

CaptureFilter *capture_filter_new(const char *expression, GError **error)
{
    static const int common[] = {DLT_EN10MB, DLT_LINUX_SLL, DLT_RAW, DLT_IEEE802_11_RADIO};
    g_autofree char *why = NULL;
    bool usable = false;
    CaptureFilter *filter;

    for (guint i = 0; i < G_N_ELEMENTS(common) && !usable; i++) {
        Program *program = program_new(expression, common[i]);

        usable = program->usable;
        if (!why) {
            why = g_strdup(program->why);
        }
        program_free(program);
    }
    if (!usable) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--capture-filter %s: %s",
                    expression, why);
        return NULL;
    }
    filter = g_new0(CaptureFilter, 1);
    filter->expression = g_strdup(expression);
    filter->programs = g_hash_table_new_full(NULL, NULL, NULL, program_free);
    return filter;
}

void capture_filter_free(CaptureFilter *filter)
{
    if (!filter) {
        return;
    }
    g_hash_table_unref(filter->programs);
    g_free(filter->expression);
    g_free(filter);
}

static const Program *program_for(CaptureFilter *filter, int encapsulation)
{
    Program *program = g_hash_table_lookup(filter->programs, GINT_TO_POINTER(encapsulation));
    int link_type;

    if (program) {
        return program;
    }
    link_type = link_type_of(encapsulation);
    if (link_type >= 0) {
        program = program_new(filter->expression, link_type);
    } else {
        program = g_new0(Program, 1);
        program->why = g_strdup("libpcap does not know the link type");
    }
    g_hash_table_insert(filter->programs, GINT_TO_POINTER(encapsulation), program);
    return program;
}

CaptureFilterVerdict capture_filter_judge(CaptureFilter *filter, const RawFrame *frame,
                                          const char **why)
{
    const Program *program;
    struct pcap_pkthdr header = {.caplen = frame->captured, .len = frame->length};

    if (!frame->octets) {
        return CAPTURE_FILTER_SKIP; /* an event, a log entry: nothing that a filter could match */
    }
    program = program_for(filter, frame->encapsulation);
    if (!program->usable) {
        *why = program->why;
        return CAPTURE_FILTER_UNUSABLE;
    }
    return pcap_offline_filter(&program->code, &header, frame->octets) ? CAPTURE_FILTER_PASS
                                                                       : CAPTURE_FILTER_SKIP;
}
