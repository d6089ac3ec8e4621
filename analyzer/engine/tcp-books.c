/* tcp-books.c
 * What Wireshark keeps of a TCP connection, read from its own books
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/tcp-books.h"

struct tcp_analysis *tcp_books_of(packet_info *pinfo, const struct tcpheader *header,
                                  conversation_t **conversation)
{
    struct tcp_analysis *books = NULL;

    *conversation = find_conversation(pinfo->num, &header->ip_src, &header->ip_dst,
                                      CONVERSATION_TCP, header->th_sport, header->th_dport, 0);
    if (*conversation) {
        books = get_tcp_conversation_data(*conversation, pinfo);
    }
    return books && books->stream == header->th_stream ? books : NULL;
}

guint64 tcp_books_open_in(const tcp_flow_t *flow)
{
    const struct tcp_multisegment_pdu *message = NULL;

    if (flow->multisegment_pdus) {
        message = wmem_tree_lookup32_le(flow->multisegment_pdus, G_MAXUINT32);
    }
    if (message && !(message->flags & MSP_FLAGS_GOT_ALL_SEGMENTS) &&
        LT_SEQ(flow->maxnextseq, message->nxtpdu)) {
        return message->seq;
    }
    if (flow->ooo_segments && wmem_list_count(flow->ooo_segments) > 0) {
        return flow->maxnextseq;
    }
    return TCP_BOOKS_CLOSED;
}

bool tcp_books_have_gap(const tcp_flow_t *flow)
{
    return flow->ooo_segments && wmem_list_count(flow->ooo_segments) > 0;
}

void tcp_books_skip(tcp_flow_t *flow, guint32 next)
{
    struct tcp_multisegment_pdu *message =
        flow->multisegment_pdus ? wmem_tree_lookup32_le(flow->multisegment_pdus, G_MAXUINT32)
                                : NULL;

    if (message && GT_SEQ(message->nxtpdu, flow->maxnextseq)) {
        message->nxtpdu = flow->maxnextseq;
    }
    while (wmem_list_count(flow->ooo_segments) > 0) {
        wmem_list_remove_frame(flow->ooo_segments, wmem_list_head(flow->ooo_segments));
    }
    flow->maxnextseq = next;
}
