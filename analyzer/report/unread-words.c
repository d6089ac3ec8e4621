/* unread-words.c
 * In words, what of a capture could not be read, and what helps
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/unread-words.h"

#include "analyzer/process/text.h"

/* What was counted, the rest of the sentence, and what helps. */
static const struct {
    const char *noun;
    const char *what;
    const char *help;
} kinds[UNREAD_N_KINDS] = {
    [UNREAD_CUT] = {"frame", "with SIP cut short by the capture",
                    "Capture whole frames: a longer snap length (tcpdump -s 0)."},
    [UNREAD_FRAGMENTS] = {"fragment",
                          "on hops with SIP, of messages of which other fragments are "
                          "missing",
                          "Capture all fragments: a filter on ports passes only the first one."},
    [UNREAD_HOLES] = {"hole", "in TCP streams with SIP",
                      "The capture lost segments; capture "
                      "elsewhere, or with a larger buffer."},
    [UNREAD_SIP_EXCEPTION] = {"frame", "with SIP whose dissection ended in an exception",
                              "Look at the frames in Wireshark: what is behind the exception was "
                              "not dissected."},
    [UNREAD_NOT_SIP] = {"datagram", "that begin as SIP and were dissected as something else",
                        "Say what the port carries: --decode-as udp.port==PORT,sip."},
    [UNREAD_COPIES] = {"frame", "with copies of messages that could not be read",
                       "Look at the frames in Wireshark: a copy is broken, or is a copy of copies. "
                       "Capture the messages themselves."},
    [UNREAD_ENCRYPTED] = {"frame", "not decrypted",
                          "Keys of TLS and DTLS are given with --tls-keys, others with "
                          "--preference."},
    [UNREAD_UNDECODED] = {"frame", "on the port of an encapsulation, and not decoded as it",
                          "Say what the port carries: --decode-as udp.port==PORT,PROTOCOL."},
    [UNREAD_EXCEPTION] = {"frame", "without SIP whose dissection ended in an exception",
                          "Look at the frames in Wireshark."},
};

char *words_unread(const Unread *unread)
{
    const UnreadKind kind = MIN(unread->kind, UNREAD_N_KINDS - 1);
    const char *protocol = g_quark_to_string(unread->protocol);
    g_autofree char *count = text_count(unread->count, kinds[kind].noun);
    g_autofree char *port =
        unread->port ? g_strdup_printf(" on port %u", unread->port) : g_strdup("");

    return g_strdup_printf("%s%s%s%s %s, the first in frame %u", count, protocol ? " of " : "",
                           protocol ? protocol : "", port, kinds[kind].what, unread->first);
}

const char *words_unread_help(UnreadKind kind)
{
    return kinds[MIN(kind, UNREAD_N_KINDS - 1)].help;
}

const Unread *report_unread_at(const Capture *capture, guint place)
{
    const GArray *unread = capture->result.unread;

    return unread && place < unread->len ? &g_array_index(unread, Unread, place) : NULL;
}

/* @param only_lost  of the kinds that leave the audit incomplete */
static bool has_unread(const Report *report, bool only_lost)
{
    for (guint i = 0; i < report->captures->len; i++) {
        const Capture *capture = g_ptr_array_index(report->captures, i);
        const Unread *unread;
        for (guint k = 0; (unread = report_unread_at(capture, k)); k++) {
            if (!only_lost || unread_is_lost(unread->kind)) {
                return true;
            }
        }
    }
    return false;
}

bool report_has_unread(const Report *report)
{
    return has_unread(report, false);
}

bool report_is_partial(const Report *report)
{
    ReportOmission omissions[REPORT_N_OMISSIONS];

    return !report_complete(report) || has_unread(report, true) ||
           report_omissions(report, omissions);
}
