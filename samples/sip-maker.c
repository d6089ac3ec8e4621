/* sip-maker.c
 * Writes the SIP messages of a scenario, and the HTTP ones of uploads to a KMS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/sip-maker.h"

#include <string.h>

#include "samples/body-maker.h"
#include "samples/spelling.h"
#include "samples/websocket-maker.h"

#define UPLOAD_PATH "/keymanagement/identity/v1/redirect"

const char *const sip_maker_keys[] = {
    "call",        "cseq",       "method", "offer",    "krr",      "body",         "hex",
    "in",          "from",       "to",     "key-mgmt", "sdp-line", "uri",          "pai",
    "branch",      "from-tag",   "to-tag", "reason",   "header",   "sdp",          "content-length",
    "over",        "names",      "colon",  "fold",     "version",  "only-headers", "media-type",
    "type-before", "type-after", "lines",  "coding",   "closing",  "contact",      NULL};

/* A Call-ID and the two sides of it. */
typedef struct SipCall {
    char *name;
    char *call_id;
    const ScenarioHost *caller;
    char *uris[2]; /* of the caller and the callee */
    char *tags[2]; /* NULL: not known yet; of the callee once there is a dialogue */
    guint cseq[2]; /* last one of each side */
} SipCall;

/* A request that may be answered. */
typedef struct SipTransaction {
    const ScenarioHost *from;
    const ScenarioHost *to;
    SipCall *call; /* NULL: HTTP */
    guint side;    /* of the call that sent the request: 0 the caller, 1 the callee */
    char *method;
    guint cseq;
    char *via; /* its value */
    char *branch;
    char *to_tag; /* NULL: none yet */
    guint status; /* of the last response; 0: none */
    bool over_tcp;
} SipTransaction;

struct SipMaker {
    const Scenario *scenario;
    CargoMaker *cargo;
    GPtrArray *calls;        /* of SipCall */
    GPtrArray *transactions; /* of SipTransaction, in order of time */
};

static void call_free(gpointer data)
{
    SipCall *call = data;
    g_free(call->name);
    g_free(call->call_id);
    for (guint i = 0; i < G_N_ELEMENTS(call->uris); i++) {
        g_free(call->uris[i]);
        g_free(call->tags[i]);
    }
    g_free(call);
}

static void transaction_free(gpointer data)
{
    SipTransaction *transaction = data;
    g_free(transaction->method);
    g_free(transaction->via);
    g_free(transaction->branch);
    g_free(transaction->to_tag);
    g_free(transaction);
}

SipMaker *sip_maker_new(const Scenario *scenario)
{
    SipMaker *maker = g_new0(SipMaker, 1);
    maker->scenario = scenario;
    maker->cargo = cargo_maker_new(scenario);
    maker->calls = g_ptr_array_new_with_free_func(call_free);
    maker->transactions = g_ptr_array_new_with_free_func(transaction_free);
    return maker;
}

void sip_maker_free(SipMaker *maker)
{
    if (!maker) {
        return;
    }
    cargo_maker_free(maker->cargo);
    g_ptr_array_unref(maker->calls);
    g_ptr_array_unref(maker->transactions);
    g_free(maker);
}

/* ---- bodies ---- */

/* The way that is stated after a piece of cargo, before the next piece. */
static const char *way_of(const ScenarioMessage *message, guint index)
{
    const Setting *cargo = message->settings->pdata[index];
    for (guint i = index + 1; i < message->settings->len; i++) {
        const Setting *setting = message->settings->pdata[i];
        if (cargo_is_kind(setting->key)) {
            break;
        }
        if (g_str_equal(setting->key, "in")) {
            return setting->value;
        }
    }
    return cargo_usual_way(cargo->key);
}

static const char *host_identity(const ScenarioHost *host)
{
    return host->identity ? host->identity : host->name;
}

static bool add_upload(SipMaker *maker, const ScenarioMessage *message, const Setting *setting,
                       BodyMaker *body, GError **error)
{
    g_autoptr(GBytes) bytes = krr_maker_upload(
        cargo_maker_krrs(maker->cargo), setting->value, host_identity(message->from),
        host_identity(message->to), message->offset_ns, message->line, error);
    return bytes && body_maker_add(body, "application/xml", bytes, "body");
}

static bool add_cargo(SipMaker *maker, const ScenarioMessage *message, guint index, BodyMaker *body,
                      GError **error)
{
    const Setting *setting = message->settings->pdata[index];
    const char *way = way_of(message, index);
    if (g_str_equal(setting->key, "krr") && g_str_equal(way, "kms-upload")) {
        return add_upload(maker, message, setting, body, error);
    }
    const char *type = NULL;
    g_autoptr(GBytes) bytes =
        cargo_maker_get(maker->cargo, setting, message->offset_ns, &type, error);
    if (!bytes) {
        return false;
    }
    return body_maker_add(body, type, bytes, way) ||
           scenario_fail(error, maker->scenario, setting->line, "%s cannot go in '%s'",
                         setting->key, way);
}

/* Puts the body of a message together. @p usually_sdp: SDP goes with it if nothing else does */
static GBytes *make_body(SipMaker *maker, const ScenarioMessage *message, bool usually_sdp,
                         char **headers, GError **error)
{
    g_autoptr(BodyMaker) body = body_maker_new(message->from->name, message->from->address);
    if (!body_maker_read_style(body, maker->scenario, message, error)) {
        return NULL;
    }
    for (guint i = 0; i < message->settings->len; i++) {
        const Setting *setting = message->settings->pdata[i];
        if (cargo_is_kind(setting->key) && !add_cargo(maker, message, i, body, error)) {
            return NULL;
        }
    }
    const char *sdp = setting_get(message->settings, "sdp");
    if (sdp ? g_str_equal(sdp, "yes") : usually_sdp && !body_maker_has_anything(body)) {
        body_maker_want_sdp(body);
    }
    return body_maker_finish(body, headers);
}

/* ---- text ---- */

static char *host_text(const ScenarioHost *host)
{
    g_autofree char *address = g_inet_address_to_string(host->address);
    bool ipv6 = g_inet_address_get_family(host->address) == G_SOCKET_FAMILY_IPV6;
    return g_strdup_printf(ipv6 ? "[%s]:%u" : "%s:%u", address, host->port);
}

static char *with_scheme(const char *uri)
{
    return g_strconcat(strchr(uri, ':') ? "" : "sip:", uri, NULL);
}

static const struct {
    guint status;
    const char *reason;
} reasons[] = {
    {100, "Trying"},
    {180, "Ringing"},
    {183, "Session Progress"},
    {200, "OK"},
    {202, "Accepted"},
    {302, "Moved Temporarily"},
    {400, "Bad Request"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {408, "Request Timeout"},
    {480, "Temporarily Unavailable"},
    {481, "Call/Transaction Does Not Exist"},
    {486, "Busy Here"},
    {487, "Request Terminated"},
    {488, "Not Acceptable Here"},
    {500, "Server Internal Error"},
    {503, "Service Unavailable"},
    {603, "Decline"},
    {606, "Not Acceptable"},
};

static const char *reason_of(const ScenarioMessage *message, guint status)
{
    const char *stated = setting_get(message->settings, "reason");
    for (gsize i = 0; !stated && i < G_N_ELEMENTS(reasons); i++) {
        if (reasons[i].status == status) {
            stated = reasons[i].reason;
        }
    }
    return stated ? stated : "Unnamed";
}

/* The value of Content-Length: as stated, so far off the truth as stated, or true. */
static char *length_text(const char *stated, gsize length)
{
    if (stated && (*stated == '+' || *stated == '-')) {
        gint64 off = (gint64)length + g_ascii_strtoll(stated, NULL, 10);
        return g_strdup_printf("%" G_GINT64_FORMAT, MAX(off, 0));
    }
    return stated ? g_strdup(stated) : g_strdup_printf("%" G_GSIZE_FORMAT, length);
}

/* Ends the header section: stated headers, those of the body, its length; then the body. */
static GBytes *finish(const ScenarioMessage *message, GString *text, const char *body_headers,
                      GBytes *body)
{
    for (guint i = 0; i < message->settings->len; i++) {
        const Setting *setting = message->settings->pdata[i];
        if (g_str_equal(setting->key, "header")) {
            g_string_append_printf(text, "%s\r\n", setting->value);
        }
    }
    gsize length = 0;
    const char *data = g_bytes_get_data(body, &length);
    const char *stated = setting_get(message->settings, "content-length");
    g_autofree char *shown = length_text(stated, length);
    g_string_append(text, body_headers);
    if (g_strcmp0(stated, "none") != 0) {
        g_string_append_printf(text, "Content-Length: %s\r\n", shown);
    }
    g_string_append(text, "\r\n");
    if (length > 0) {
        g_string_append_len(text, data, length);
    }
    return g_string_free_to_bytes(text);
}

static void append_party(GString *text, const char *header, const char *uri, const char *tag)
{
    g_string_append_printf(text, "%s: <%s>%s%s\r\n", header, uri, tag ? ";tag=" : "",
                           tag ? tag : "");
}

/* The headers that requests and responses share, from Via to CSeq. */
static void append_dialog(GString *text, const SipTransaction *transaction)
{
    const SipCall *call = transaction->call;
    guint side = transaction->side;
    g_string_append_printf(text, "Via: %s\r\n", transaction->via);
    append_party(text, "From", call->uris[side], call->tags[side]);
    append_party(text, "To", call->uris[!side], transaction->to_tag);
    g_string_append_printf(text, "Call-ID: %s\r\nCSeq: %u %s\r\n", call->call_id, transaction->cseq,
                           transaction->method);
}

static void append_contact(GString *text, const ScenarioMessage *message)
{
    const char *stated = setting_get(message->settings, "contact");
    g_autofree char *at = host_text(message->from);
    if (stated) {
        g_string_append_printf(text, "Contact: %s\r\n", stated);
    } else {
        g_string_append_printf(text, "Contact: <sip:%s@%s>\r\n", message->from->name, at);
    }
}

/* ---- calls and transactions ---- */

static SipCall *find_call(SipMaker *maker, const char *name)
{
    for (guint i = 0; name && i < maker->calls->len; i++) {
        SipCall *call = maker->calls->pdata[i];
        if (g_str_equal(call->name, name)) {
            return call;
        }
    }
    return NULL;
}

/* Who calls or is called: stated, else what the cargo says, else the host's own user. */
static char *party(SipMaker *maker, const ScenarioMessage *message, const char *setting_key,
                   const char *cargo_key, const ScenarioHost *host)
{
    const char *uri = setting_get(message->settings, setting_key);
    for (guint i = 0; !uri && i < message->settings->len; i++) {
        const Setting *setting = message->settings->pdata[i];
        if (cargo_is_kind(setting->key)) {
            uri = cargo_identity(maker->scenario, setting, cargo_key);
        }
    }
    if (!uri) {
        uri = host->identity;
    }
    if (uri) {
        return with_scheme(uri);
    }
    g_autofree char *at = host_text(host);
    return g_strdup_printf("sip:%s@%s", host->name, at);
}

static SipCall *new_call(SipMaker *maker, const ScenarioMessage *message, const char *name,
                         const ScenarioHost *caller, const ScenarioHost *callee)
{
    SipCall *call = g_new0(SipCall, 1);
    g_autofree char *address = g_inet_address_to_string(caller->address);
    call->name = name ? g_strdup(name) : g_strdup_printf("call-%u", maker->calls->len + 1);
    call->call_id = g_strdup_printf("%s@%s", call->name, address);
    call->caller = caller;
    call->uris[0] = party(maker, message, "from", "idri", caller);
    call->uris[1] = party(maker, message, "to", "idrr", callee);
    const char *tag = setting_get(message->settings, "from-tag");
    call->tags[0] = tag ? g_strdup(tag) : g_strdup_printf("%s-%s", caller->name, call->name);
    g_ptr_array_add(maker->calls, call);
    return call;
}

/* The last transaction from one host to the other that fits what the message states. */
static SipTransaction *find_transaction(SipMaker *maker, const ScenarioMessage *message,
                                        const ScenarioHost *from, const ScenarioHost *to,
                                        const char *method)
{
    const char *call = setting_get(message->settings, "call");
    const char *cseq = setting_get(message->settings, "cseq");
    for (guint i = maker->transactions->len; i > 0; i--) {
        SipTransaction *transaction = maker->transactions->pdata[i - 1];
        g_autofree char *number = g_strdup_printf("%u", transaction->cseq);
        bool fits = method ? g_str_equal(method, transaction->method)
                           : !g_str_equal(transaction->method, "ACK"); /* is never answered */
        if (transaction->from == from && transaction->to == to && fits &&
            (!call || (transaction->call && g_str_equal(call, transaction->call->name))) &&
            (!cseq || g_str_equal(cseq, number))) {
            return transaction;
        }
    }
    return NULL;
}

/* The call of the last INVITE between the two hosts, whoever sent it. */
static SipCall *find_dialogue(SipMaker *maker, const ScenarioMessage *message)
{
    const SipTransaction *invite =
        find_transaction(maker, message, message->from, message->to, "INVITE");
    if (!invite) {
        invite = find_transaction(maker, message, message->to, message->from, "INVITE");
    }
    return invite ? invite->call : NULL;
}

static SipTransaction *new_transaction(SipMaker *maker, const ScenarioHost *from,
                                       const ScenarioHost *to, const char *method)
{
    SipTransaction *transaction = g_new0(SipTransaction, 1);
    transaction->from = from;
    transaction->to = to;
    transaction->method = g_strdup(method);
    g_ptr_array_add(maker->transactions, transaction);
    return transaction;
}

/* Does the message state TCP or what stands on it, or that is it of HTTP? Otherwise as the scenario's usual. */
static bool states_tcp(const ScenarioMessage *message, bool otherwise)
{
    const char *over = setting_get(message->settings, "over");
    return over ? !g_str_equal(over, "udp") : otherwise;
}

/* Fills in the transaction of a SIP request, whether it is in the scenario or not. */
static bool describe(SipMaker *maker, const ScenarioMessage *message, SipTransaction *transaction,
                     const SipTransaction *invite, GError **error)
{
    SipCall *call = transaction->call;
    guint64 cseq = 0;
    guint next = invite ? invite->cseq : call->cseq[transaction->side] + 1;
    if (!setting_number(maker->scenario, message->settings, "cseq", G_MAXINT32, next, &cseq,
                        error)) {
        return false;
    }
    transaction->cseq = cseq;
    call->cseq[transaction->side] = MAX(cseq, call->cseq[transaction->side]);
    transaction->over_tcp = states_tcp(message, invite && invite->over_tcp);
    /* An ACK to a 2xx is a transaction of its own; any other, and a CANCEL, has its INVITE's. */
    bool same_branch = invite && (invite->status < 200 || invite->status >= 300);
    const char *branch = setting_get(message->settings, "branch");
    transaction->branch =
        branch        ? g_strdup(branch)
        : same_branch ? g_strdup(invite->branch)
                      : g_strdup_printf("z9hG4bK-%s-%u-%u%s", call->name, transaction->from->number,
                                        transaction->cseq, invite ? "-ack" : "");
    g_autofree char *at = host_text(transaction->from);
    const char *transport = websocket_maker_wants(message->settings) ? "WS"
                            : transaction->over_tcp                  ? "TCP"
                                                                     : "UDP";
    transaction->via =
        g_strdup_printf("SIP/2.0/%s %s;branch=%s", transport, at, transaction->branch);
    return true;
}

/* ---- messages ---- */

/* ACK and CANCEL go with the INVITE before them, and have its number. */
static bool belongs_to_invite(const char *method)
{
    return g_str_equal(method, "ACK") || g_str_equal(method, "CANCEL");
}

/* Begins the transaction of a request, in the call that it belongs to or in a new one. */
static SipTransaction *begin_request(SipMaker *maker, const ScenarioMessage *message,
                                     GError **error)
{
    const char *method = message->what;
    const char *name = setting_get(message->settings, "call");
    const SipTransaction *invite =
        belongs_to_invite(method)
            ? find_transaction(maker, message, message->from, message->to, "INVITE")
            : NULL;
    SipCall *call = invite                       ? invite->call
                    : g_str_equal(method, "BYE") ? find_dialogue(maker, message)
                                                 : find_call(maker, name);
    if (!call) {
        call = new_call(maker, message, name, message->from, message->to);
    }
    SipTransaction *transaction = new_transaction(maker, message->from, message->to, method);
    transaction->call = call;
    /* A server that passes a call on speaks for the caller. */
    transaction->side = message->to == call->caller ? 1 : 0;
    const char *to_tag = setting_get(message->settings, "to-tag");
    const char *usual_tag = invite ? invite->to_tag : call->tags[!transaction->side];
    transaction->to_tag = g_strdup(to_tag ? to_tag : usual_tag);
    return describe(maker, message, transaction, invite, error) ? transaction : NULL;
}

static GBytes *write_request(SipMaker *maker, const ScenarioMessage *message, bool *over_tcp,
                             GError **error)
{
    const SipTransaction *transaction = begin_request(maker, message, error);
    if (!transaction) {
        return NULL;
    }
    *over_tcp = transaction->over_tcp;
    g_autofree char *body_headers = NULL;
    bool usually_sdp = g_str_equal(message->what, "INVITE");
    g_autoptr(GBytes) body = make_body(maker, message, usually_sdp, &body_headers, error);
    if (!body) {
        return NULL;
    }
    const char *uri = setting_get(message->settings, "uri");
    const char *pai = setting_get(message->settings, "pai");
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%s %s SIP/2.0\r\n", message->what,
                           uri ? uri : transaction->call->uris[!transaction->side]);
    append_dialog(text, transaction);
    g_string_append(text, "Max-Forwards: 70\r\n");
    if (!belongs_to_invite(message->what)) {
        append_contact(text, message);
    }
    if (pai) {
        g_string_append_printf(text, "P-Asserted-Identity: <%s>\r\n", pai);
    }
    return finish(message, text, body_headers, body);
}

/* The transaction of a request that the scenario does not show. */
static SipTransaction *imagine(SipMaker *maker, const ScenarioMessage *message, GError **error)
{
    const char *name = setting_get(message->settings, "call");
    const char *method = setting_get(message->settings, "method");
    if (!name || !method || !setting_get(message->settings, "cseq")) {
        scenario_fail(error, maker->scenario, message->line,
                      "this answers no request; state call, cseq and method if that is meant");
        return NULL;
    }
    SipTransaction *transaction = new_transaction(maker, message->to, message->from, method);
    transaction->call = find_call(maker, name);
    if (!transaction->call) {
        transaction->call = new_call(maker, message, name, message->to, message->from);
    }
    transaction->side = message->from == transaction->call->caller ? 1 : 0;
    return describe(maker, message, transaction, NULL, error) ? transaction : NULL;
}

static GBytes *write_http_response(const ScenarioMessage *message, guint status,
                                   const char *body_headers, GBytes *body)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "HTTP/1.1 %u %s\r\n", status, reason_of(message, status));
    return finish(message, text, body_headers, body);
}

static void set_to_tag(const ScenarioMessage *message, SipTransaction *transaction, guint status)
{
    SipCall *call = transaction->call;
    const char *stated = setting_get(message->settings, "to-tag");
    if (stated || (!transaction->to_tag && status > 100)) {
        g_free(transaction->to_tag);
        transaction->to_tag =
            stated ? g_strdup(stated) : g_strdup_printf("%s-%s", message->from->name, call->name);
    }
    /* A refusal makes no dialogue: the next INVITE of this call has no tag in its To. */
    if (status < 300 && transaction->to_tag && !call->tags[!transaction->side]) {
        call->tags[!transaction->side] = g_strdup(transaction->to_tag);
    }
}

static GBytes *write_response(SipMaker *maker, const ScenarioMessage *message, guint status,
                              bool *over_tcp, GError **error)
{
    SipTransaction *transaction = find_transaction(maker, message, message->to, message->from,
                                                   setting_get(message->settings, "method"));
    if (!transaction && !(transaction = imagine(maker, message, error))) {
        return NULL;
    }
    transaction->status = status;
    *over_tcp = !transaction->call || states_tcp(message, transaction->over_tcp); /* HTTP: always */
    bool answers_invite = g_str_equal(transaction->method, "INVITE");
    g_autofree char *body_headers = NULL;
    g_autoptr(GBytes) body = make_body(
        maker, message, answers_invite && status >= 200 && status < 300, &body_headers, error);
    if (!body) {
        return NULL;
    }
    if (!transaction->call) {
        return write_http_response(message, status, body_headers, body);
    }
    set_to_tag(message, transaction, status);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "SIP/2.0 %u %s\r\n", status, reason_of(message, status));
    append_dialog(text, transaction);
    if (answers_invite && status > 100 && status < 300) {
        append_contact(text, message);
    }
    return finish(message, text, body_headers, body);
}

static GBytes *write_http_request(SipMaker *maker, const ScenarioMessage *message, bool *over_tcp,
                                  GError **error)
{
    const char *path = setting_get(message->settings, "uri");
    new_transaction(maker, message->from, message->to, message->what)->over_tcp = true;
    *over_tcp = true;
    g_autofree char *body_headers = NULL;
    g_autoptr(GBytes) body = make_body(maker, message, false, &body_headers, error);
    if (!body) {
        return NULL;
    }
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%s %s HTTP/1.1\r\nHost: %s\r\n", message->what,
                           path ? path : UPLOAD_PATH, host_identity(message->to));
    return finish(message, text, body_headers, body);
}

static GBytes *write_data(SipMaker *maker, const ScenarioMessage *message, bool *over_tcp,
                          GError **error)
{
    *over_tcp = states_tcp(message, false);
    for (guint i = 0; i < message->settings->len; i++) {
        const Setting *setting = message->settings->pdata[i];
        const char *type;
        if (cargo_is_kind(setting->key)) {
            return cargo_maker_get(maker->cargo, setting, message->offset_ns, &type, error);
        }
    }
    scenario_fail(error, maker->scenario, message->line, "DATA needs offer=, krr=, body= or hex=");
    return NULL;
}

static const struct {
    const char *what;
    GBytes *(*write)(SipMaker *, const ScenarioMessage *, bool *over_tcp, GError **);
} not_sip[] = {
    {"DATA", write_data},
    {"POST", write_http_request},
    {"GET", write_http_request},
};

/* The message as it is usually spelt. */
static GBytes *write_usual(SipMaker *maker, const ScenarioMessage *message, bool *over_tcp,
                           GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(not_sip); i++) {
        if (g_str_equal(message->what, not_sip[i].what)) {
            return not_sip[i].write(maker, message, over_tcp, error);
        }
    }
    guint64 status;
    if (g_ascii_string_to_unsigned(message->what, 10, 100, 699, &status, NULL)) {
        return write_response(maker, message, status, over_tcp, error);
    }
    if (!g_ascii_isupper(*message->what)) {
        scenario_fail(error, maker->scenario, message->line,
                      "'%s' is neither a method nor a status", message->what);
        return NULL;
    }
    return write_request(maker, message, over_tcp, error);
}

GBytes *sip_maker_write(SipMaker *maker, const ScenarioMessage *message, bool *over_tcp,
                        GError **error)
{
    GBytes *bytes = write_usual(maker, message, over_tcp, error);
    return bytes ? spelling_apply(maker->scenario, message, bytes, error) : NULL;
}
