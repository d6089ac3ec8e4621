/* tcp-connection.c
 * A TCP connection in the present session, and segments of it that are missing
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/tcp-connection.h"

void tcp_connection_free(gpointer data)
{
    TcpConnection *connection = data;

    free_address(&connection->source);
    free_address(&connection->destination);
    web_socket_clear(&connection->socket);
    stream_gap_clear(&connection->directions[0].gap);
    stream_gap_clear(&connection->directions[1].gap);
    g_free(connection);
}

bool tcp_connection_take_gap(TcpConnection *connection, const frame_data *frame,
                             const struct tcpheader *header, const struct tcp_analysis *books,
                             gint64 now_ns)
{
    StreamGap *gap = &connection->directions[books->fwd == &books->flow1 ? 0 : 1].gap;
    const bool fresh = !gap->behind;

    if (!tcp_books_have_gap(books->fwd)) {
        stream_gap_clear(gap);
    } else if (header->th_have_seglen && header->th_seglen > 0 &&
               GT_SEQ(header->th_seq, books->fwd->maxnextseq)) {
        const GappedFrame kept = {{frame->num, frame->file_off}, header->th_seq};
        stream_gap_add(gap, &kept, now_ns);
    }
    return fresh && gap->behind;
}

/* @return the frames behind the gap, the caller's; NULL: it is none that can be skipped */
static GArray *skip_gap(TcpConnection *connection, guint side, guint32 frame)
{
    StreamGap *gap = &connection->directions[side].gap;
    conversation_t *conversation =
        find_conversation(frame, &connection->source, &connection->destination, CONVERSATION_TCP,
                          connection->source_port, connection->destination_port, 0);
    struct tcp_analysis *books =
        conversation ? conversation_get_proto_data(conversation, proto_get_id_by_filter_name("tcp"))
                     : NULL;
    tcp_flow_t *flow = !books ? NULL : side == 0 ? &books->flow1 : &books->flow2;

    if (connection->bound || connection->closed || !flow || !tcp_books_have_gap(flow)) {
        stream_gap_clear(gap);
        return NULL;
    }
    tcp_books_skip(flow, stream_gap_sort(gap));
    return g_steal_pointer(&gap->behind);
}

/* Where there were too many, what is missing between them is not waited for either: else each of them
 * would be read again and again. */
static void show_behind(TcpConnection *connection, guint side, guint32 frame, FrameShow *show,
                        gpointer data)
{
    const bool hurried = stream_gap_is_full(&connection->directions[side].gap);
    g_autoptr(GArray) behind = skip_gap(connection, side, frame);

    for (guint i = 0; behind && i < behind->len; i++) {
        const FramePlace *place = &g_array_index(behind, GappedFrame, i).place;
        show(place, data);
        if (hurried && connection->directions[side].gap.behind) {
            g_autoptr(GArray) only = skip_gap(connection, side, frame);
            show(place, data);
        }
    }
}

bool tcp_connection_skip_gaps(TcpConnection *connection, guint32 frame, gint64 now_ns,
                              FrameShow *show, gpointer data)
{
    bool waits = false;

    for (guint side = 0; side < G_N_ELEMENTS(connection->directions); side++) {
        const StreamGap *gap = &connection->directions[side].gap;
        if (stream_gap_is_given_up(gap, now_ns)) {
            show_behind(connection, side, frame, show, data);
        }
        waits |= gap->behind != NULL;
    }
    return waits;
}
