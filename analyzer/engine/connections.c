/* connections.c
 * The TCP connections of a capture: which is which, and what they wait for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/connections.h"

#include <string.h>

#include "plugin/wireshark-compat.h"

#include "analyzer/engine/field-numbers.h"
#include "analyzer/engine/tap-listener.h"
#include "analyzer/engine/tcp-connection.h"
#include "analyzer/process/age.h"

/* A connection that was upgraded to another protocol keeps its session as long as it is open. One
 * that is idle for longer than this is taken for closed: its end may not have been captured. */
#define IDLE_NS (G_GINT64_CONSTANT(600) * 1000 * 1000 * 1000)

/* How many connections a new session is told of: those with the latest frames. */
#define MAX_CARRIED 10000

/* Fields of HTTP: an answer is read by what was asked. */
typedef enum HttpField { FIELD_REQUEST, FIELD_RESPONSE, FIELD_METHOD, N_FIELDS } HttpField;

static const char *const http_names[N_FIELDS] = {
    [FIELD_REQUEST] = "http.request",
    [FIELD_RESPONSE] = "http.response",
    [FIELD_METHOD] = "http.request.method",
};

/* Dissectors that claim a connection, but read each message without what came before. Of all others
 * that claim one it is assumed that they remember. TLS is here because without keys there is
 * nothing to read, and with keys a session is only renewed if the user asks for it. */
static const char *const forgetful[] = {"http", "mikey",     "mikey_sakke", "msrp",
                                        "sip",  "sip_front", "tls",         NULL};

/* These dissectors remember, even where they do not claim the connection because the user told
 * Wireshark what a port carries. A new session cannot be told what they remember. */
static const char *const mindful[] = {"http2", "socks", "websocket"};

/* A new session can be shown the handshake of this one again, unless it compresses: the state of the
 * decompressor cannot be reached. */
static const char showable[] = "websocket";

struct Connections {
    Connections *listener; /* itself: a listener is known by the address of its data */
    int http[N_FIELDS];
    WebSocketFields *socket_fields;
    GPtrArray *headers;  /* of const struct tcpheader: of the frame, outermost first */
    GArray *numbers;     /* of guint: their connections */
    GHashTable *streams; /* stream of the session -> TcpConnection */
    GArray *gaps;        /* of guint: streams that had one, in the order in which they came */
    GHashTable *known;   /* addresses and ports -> number, in all sessions; NULL: not wanted */
    guint count;
};

static tap_packet_status on_tcp(void *tap_data, packet_info *pinfo, epan_dissect_t *edt,
                                const void *data, tap_flags_t flags)
{
    Connections *connections = *(Connections **)tap_data;

    (void)pinfo;
    (void)edt;
    (void)flags;
    g_ptr_array_add(connections->headers, (gpointer)data);
    return TAP_PACKET_DONT_REDRAW;
}

Connections *connections_new(bool remember, GError **error)
{
    Connections *connections = g_new0(Connections, 1);

    connections->headers = g_ptr_array_new();
    connections->numbers = g_array_new(FALSE, FALSE, sizeof(guint));
    connections->streams = g_hash_table_new_full(NULL, NULL, NULL, tcp_connection_free);
    connections->gaps = g_array_new(FALSE, FALSE, sizeof(guint));
    if (remember) {
        connections->known =
            g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    }
    field_numbers_find(http_names, N_FIELDS, connections->http);
    connections->socket_fields = web_socket_fields_new();
    connections->listener = connections;
    if (tap_listener_add("tcp", &connections->listener, on_tcp, error)) {
        return connections;
    }
    connections->listener = NULL;
    connections_free(connections);
    return NULL;
}

void connections_free(Connections *connections)
{
    if (!connections) {
        return;
    }
    if (connections->listener) {
        remove_tap_listener(&connections->listener);
    }
    g_ptr_array_unref(connections->headers);
    g_array_unref(connections->numbers);
    g_hash_table_unref(connections->streams);
    g_array_unref(connections->gaps);
    g_clear_pointer(&connections->known, g_hash_table_unref);
    web_socket_fields_free(connections->socket_fields);
    g_free(connections);
}

void connections_begin(Connections *connections)
{
    g_hash_table_remove_all(connections->streams);
    g_array_set_size(connections->gaps, 0);
    if (connections->known) {
        g_hash_table_remove_all(connections->known);
    }
    g_ptr_array_set_size(connections->headers, 0);
    g_array_set_size(connections->numbers, 0);
    connections->count = 0;
}

void connections_prime(const Connections *connections, struct epan_dissect *edt)
{
    field_numbers_prime(connections->http, N_FIELDS, edt);
    web_socket_prime(connections->socket_fields, edt);
}

/* ---- which is which ---- */

static void append_end(GByteArray *key, const address *host, guint16 port)
{
    const gint32 head[] = {host->type, host->len, port};

    g_byte_array_append(key, (const guint8 *)head, sizeof(head));
    g_byte_array_append(key, host->data, (guint)MAX(host->len, 0));
}

/* The same for both directions. */
static GBytes *key_of(const struct tcpheader *header)
{
    GByteArray *key = g_byte_array_sized_new(64);
    int order = cmp_address(&header->ip_src, &header->ip_dst);
    bool forwards = order < 0 || (order == 0 && header->th_sport < header->th_dport);

    if (forwards) {
        append_end(key, &header->ip_src, header->th_sport);
    }
    append_end(key, &header->ip_dst, header->th_dport);
    if (!forwards) {
        append_end(key, &header->ip_src, header->th_sport);
    }
    return g_byte_array_free_to_bytes(key);
}

static bool begins(const struct tcpheader *header)
{
    return (header->th_flags & (TH_SYN | TH_ACK)) == TH_SYN;
}

/* A stream that is new in this session may be a connection that an earlier session has seen: it is
 * one unless this frame opens it. */
static guint number_of(Connections *connections, const struct tcpheader *header)
{
    g_autoptr(GBytes) key = NULL;
    guint number = 0;

    if (!connections->known) {
        return ++connections->count;
    }
    key = key_of(header);
    if (!begins(header)) {
        number = GPOINTER_TO_UINT(g_hash_table_lookup(connections->known, key));
    }
    if (!number) {
        number = ++connections->count;
    }
    g_hash_table_replace(connections->known, g_steal_pointer(&key), GUINT_TO_POINTER(number));
    return number;
}

static TcpConnection *connection_of(Connections *connections, const struct tcpheader *header)
{
    gpointer stream = GUINT_TO_POINTER(header->th_stream);
    TcpConnection *connection = g_hash_table_lookup(connections->streams, stream);

    if (connection) {
        return connection;
    }
    connection = g_new0(TcpConnection, 1);
    connection->number = number_of(connections, header);
    copy_address(&connection->source, &header->ip_src);
    copy_address(&connection->destination, &header->ip_dst);
    connection->source_port = header->th_sport;
    connection->destination_port = header->th_dport;
    connection->directions[0].open = connection->directions[1].open = TCP_BOOKS_CLOSED;
    g_hash_table_insert(connections->streams, stream, connection);
    return connection;
}

/* ---- what they wait for ---- */

/* Does a dissector read the connection by what went before in it, that nothing can give back? */
static bool is_bound(packet_info *pinfo, conversation_t *conversation, const WebSocket *socket)
{
    const bool shown = web_socket_can_be_shown(socket);
    dissector_handle_t owner = conversation_get_dissector(conversation, pinfo->num);
    int protocol = owner ? dissector_handle_get_protocol_index(owner) : -1;
    const char *name = protocol >= 0 ? proto_get_protocol_filter_name(protocol) : NULL;

    if (name && !g_strv_contains(forgetful, name) && !(shown && strcmp(name, showable) == 0)) {
        return true;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(mindful); i++) {
        if (proto_is_frame_protocol(pinfo->layers, mindful[i]) &&
            !(shown && strcmp(mindful[i], showable) == 0)) {
            return true;
        }
    }
    return socket->open && !shown;
}

static guint count_of(epan_dissect_t *edt, int field)
{
    const GPtrArray *found = proto_get_finfo_ptr_array(edt->tree, field);

    return found ? found->len : 0;
}

/* Requests that nobody answered yet; and CONNECT, after which the connection is something else. */
static void take_http(const Connections *connections, epan_dissect_t *edt,
                      TcpConnection *connection, gint64 now_ns)
{
    const int *http = connections->http;
    guint requests = count_of(edt, http[FIELD_REQUEST]);
    guint responses = count_of(edt, http[FIELD_RESPONSE]);
    const GPtrArray *methods;

    connection->asked -= MIN(connection->asked, responses);
    connection->asked += requests;
    if (!requests) {
        return;
    }
    connection->asked_ns = now_ns;
    methods = proto_get_finfo_ptr_array(edt->tree, http[FIELD_METHOD]);
    for (guint i = 0; methods && i < methods->len; i++) {
        if (strcmp(krr_finfo_string(g_ptr_array_index(methods, i)), "CONNECT") == 0) {
            connection->bound = true;
        }
    }
}

static void take_direction(Direction *direction, const tcp_flow_t *books, gint64 now_ns)
{
    guint64 open = tcp_books_open_in(books);

    if (open != direction->open) {
        direction->since_ns = now_ns;
    }
    direction->open = open;
    direction->static_flags = books->static_flags;
    direction->base = books->base_seq;
    direction->next = books->maxnextseq;
}

/* 0: who sent the first frame that was seen. */
static guint side_of(const TcpConnection *connection, const struct tcpheader *header)
{
    return header->th_sport != connection->source_port ||
           cmp_address(&header->ip_src, &connection->source) != 0;
}

static void take_flags(TcpConnection *connection, const struct tcpheader *header)
{
    Direction *directions = connection->directions;

    directions[side_of(connection, header)].finished |= (header->th_flags & TH_FIN) != 0;
    connection->closed |=
        (header->th_flags & TH_RST) != 0 || (directions[0].finished && directions[1].finished);
}

static void take_header(Connections *connections, epan_dissect_t *edt, TcpConnection *connection,
                        const struct tcpheader *header, gint64 now_ns)
{
    conversation_t *conversation;
    struct tcp_analysis *books = tcp_books_of(&edt->pi, header, &conversation);

    connection->last = edt->pi.num;
    connection->last_ns = now_ns;
    web_socket_take(connections->socket_fields, &connection->socket, edt,
                    side_of(connection, header), header->th_have_seglen ? header->th_seglen : 0,
                    now_ns);
    if (books) {
        take_direction(&connection->directions[0], &books->flow1, now_ns);
        take_direction(&connection->directions[1], &books->flow2, now_ns);
        connection->bound |= is_bound(&edt->pi, conversation, &connection->socket);
        if (tcp_connection_take_gap(connection, edt->pi.fd, header, books, now_ns)) {
            g_array_append_val(connections->gaps, books->stream);
        }
    } else {
        connection->bound = true; /* what is not known may be anything */
    }
    take_http(connections, edt, connection, now_ns);
    take_flags(connection, header);
}

void connections_take(Connections *connections, struct epan_dissect *edt, gint64 now_ns)
{
    g_array_set_size(connections->numbers, 0);
    for (guint i = 0; i < connections->headers->len; i++) {
        const struct tcpheader *header = g_ptr_array_index(connections->headers, i);
        TcpConnection *connection = connection_of(connections, header);

        g_array_append_val(connections->numbers, connection->number);
        take_header(connections, edt, connection, header, now_ns);
    }
    g_ptr_array_set_size(connections->headers, 0); /* they end with the frame */
}

/* ---- segments that are missing ---- */

void connections_skip_gaps(Connections *connections, guint32 frame, gint64 now_ns, FrameShow *show,
                           gpointer data)
{
    GArray *gaps = connections->gaps;
    guint kept = 0;

    for (guint i = 0; i < gaps->len; i++) {
        const guint stream = g_array_index(gaps, guint, i); /* while more of them may come */
        TcpConnection *connection =
            g_hash_table_lookup(connections->streams, GUINT_TO_POINTER(stream));
        if (connection && tcp_connection_skip_gaps(connection, frame, now_ns, show, data)) {
            g_array_index(gaps, guint, kept++) = stream;
        }
    }
    g_array_set_size(gaps, kept);
}

void connections_forget(Connections *connections)
{
    g_ptr_array_set_size(connections->headers, 0);
}

void connections_each(const Connections *connections, void (*visit)(guint number, gpointer data),
                      gpointer data)
{
    for (guint i = 0; i < connections->numbers->len; i++) {
        visit(g_array_index(connections->numbers, guint, i), data);
    }
}

bool connections_none(const Connections *connections)
{
    return g_hash_table_size(connections->streams) == 0;
}

static bool waits(const TcpConnection *connection, gint64 now_ns, gint64 age_ns)
{
    if (connection->closed) {
        return false;
    }
    if (connection->bound && age_is_below(connection->last_ns, now_ns, IDLE_NS)) {
        return true;
    }
    if (connection->asked && age_is_below(connection->asked_ns, now_ns, age_ns)) {
        return true;
    }
    if (web_socket_is_in_message(&connection->socket) &&
        age_is_below(connection->socket.message_ns, now_ns, age_ns)) {
        return true;
    }
    for (guint i = 0; i < G_N_ELEMENTS(connection->directions); i++) {
        const Direction *direction = &connection->directions[i];

        if (direction->open != TCP_BOOKS_CLOSED &&
            age_is_below(direction->since_ns, now_ns, age_ns)) {
            return true;
        }
    }
    return false;
}

bool connections_wait(const Connections *connections, gint64 now_ns, gint64 age_ns)
{
    GHashTableIter iterator;
    gpointer connection;

    g_hash_table_iter_init(&iterator, connections->streams);
    while (g_hash_table_iter_next(&iterator, NULL, &connection)) {
        if (waits(connection, now_ns, age_ns)) {
            return true;
        }
    }
    return false;
}

/* ---- from session to session ---- */

static bool has_unfinished(const TcpConnection *connection)
{
    return !connection->closed && (connection->directions[0].open != TCP_BOOKS_CLOSED ||
                                   connection->directions[1].open != TCP_BOOKS_CLOSED);
}

/* The latest first; of one frame, in the order of their numbers. */
static gint compare_latest(gconstpointer a, gconstpointer b)
{
    const TcpConnection *const *one = a, *const *other = b;

    if ((*one)->last != (*other)->last) {
        return (*one)->last > (*other)->last ? -1 : 1;
    }
    return (*one)->number < (*other)->number ? -1 : (*one)->number > (*other)->number;
}

static void tell_direction(tcp_flow_t *books, const Direction *direction)
{
    books->static_flags = direction->static_flags;
    books->base_seq = direction->base;
    books->maxnextseq = direction->next;
}

/* Opens Wireshark's books of a connection anew, and takes it over. */
static void carry(Connections *connections, TcpConnection *connection, guint32 frame)
{
    packet_info pinfo = {
        .num = frame,
        .src = connection->source,
        .dst = connection->destination,
        .srcport = connection->source_port,
        .destport = connection->destination_port,
        .src_win_scale = -1,
        .dst_win_scale = -1,
    };
    /* Of a WebSocket whose handshake was shown, there are books already. */
    conversation_t *conversation = find_conversation(
        frame, &pinfo.src, &pinfo.dst, CONVERSATION_TCP, pinfo.srcport, pinfo.destport, 0);
    if (!conversation) {
        conversation = conversation_new(frame, &pinfo.src, &pinfo.dst, CONVERSATION_TCP,
                                        pinfo.srcport, pinfo.destport, 0);
    }
    struct tcp_analysis *books = get_tcp_conversation_data(conversation, &pinfo);

    tell_direction(&books->flow1, &connection->directions[0]);
    tell_direction(&books->flow2, &connection->directions[1]);
    connection->asked = 0;
    connection->bound = false;
    web_socket_renew(&connection->socket);
    g_hash_table_insert(connections->streams, GUINT_TO_POINTER(books->stream), connection);
}

/* Must a new session be told of it? A WebSocket is open until it is closed, however long it is idle. */
static bool is_carried(const TcpConnection *connection, gint64 now_ns)
{
    return !connection->closed && !has_unfinished(connection) &&
           (web_socket_can_be_shown(&connection->socket) ||
            age_is_below(connection->last_ns, now_ns, IDLE_NS));
}

/* Takes all connections out of the table; those of which a new session is told, the latest first.
 * @param unfinished  how many had unfinished data */
static GPtrArray *take_open(Connections *connections, gint64 now_ns, guint *unfinished)
{
    GPtrArray *open = g_ptr_array_new_with_free_func(tcp_connection_free);
    GHashTableIter iterator;
    gpointer value;

    *unfinished = 0;
    g_hash_table_iter_init(&iterator, connections->streams);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        const TcpConnection *connection = value;

        g_hash_table_iter_steal(&iterator);
        if (has_unfinished(connection) || web_socket_is_in_message(&connection->socket)) {
            (*unfinished)++;
        }
        if (is_carried(connection, now_ns)) {
            g_ptr_array_add(open, value);
        } else {
            tcp_connection_free(value);
        }
    }
    g_ptr_array_sort(open, compare_latest);
    if (open->len > MAX_CARRIED) {
        g_ptr_array_set_size(open, MAX_CARRIED);
    }
    return open;
}

static void show_opening(const TcpConnection *connection, FrameShow *show, gpointer data)
{
    const GArray *opening = connection->socket.opening;

    for (guint i = 0; web_socket_can_be_shown(&connection->socket) && i < opening->len; i++) {
        show(&g_array_index(opening, FramePlace, i), data);
    }
}

guint connections_carry(Connections *connections, guint32 frame, gint64 now_ns, FrameShow *show,
                        gpointer data)
{
    guint unfinished;
    g_autoptr(GPtrArray) open = take_open(connections, now_ns, &unfinished);

    for (guint i = 0; i < open->len; i++) {
        show_opening(g_ptr_array_index(open, i), show, data);
    }
    connections_forget(connections);
    g_ptr_array_set_free_func(open, NULL);
    for (guint i = 0; i < open->len; i++) {
        carry(connections, g_ptr_array_index(open, i), frame);
    }
    return unfinished;
}
