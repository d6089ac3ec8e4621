/* kms-view.c
 * The traffic with KMSs as the rules ask for it: by user
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/kms-view.h"

#include <string.h>

#include "core/octets/kms-uri.h"
#include "core/octets/mcx-identity.h"

/* What goes on without being readable is told that often at least. */
#define HIDDEN_SLACK (11 * STORY_SECOND)

/* In the place of the one user of an address that several have. */
static const char several[] = "";

/* What is known of one user's requests, or of nobody's in particular. */
typedef struct UserView {
    GPtrArray *exchanges; /* of KmsExchange: with the Home KMS, in order */
    GHashTable *asked; /* set of text: hosts of KMSs and users whose certificates were asked for */
    GHashTable *addresses; /* set of GRefString (borrowed) */
    bool has_cache;        /* all certificates were asked for, or came */
    gint64 unread_ns;      /* the last request with a body that could not be read */
    gint64 hidden_ns;      /* what was last hidden from any of the addresses */
} UserView;

struct KmsView {
    const KmsPolicy *policy;
    GStringChunk *names;  /* canonical identities, each once */
    GHashTable *users;    /* of names -> UserView, owned */
    UserView *anybody;    /* what cannot be said whose it is */
    GHashTable *owner_of; /* address (borrowed) -> one of names, or several */
    GHashTable *uploads;  /* what a KRR says, as content_key() has it -> GPtrArray of KmsExchange */
    GHashTable *servers;  /* set of address (borrowed): of KMSs */
    GHashTable *hidden;   /* address (borrowed) -> gint64, owned: when last towards a KMS */
    GHashTable *answered; /* client and server, a text -> count of answers */
    bool knows_hidden;
};

static void user_view_free(gpointer data)
{
    UserView *user = data;

    g_ptr_array_unref(user->exchanges);
    g_hash_table_unref(user->asked);
    g_hash_table_unref(user->addresses);
    g_free(user);
}

static UserView *user_view_new(void)
{
    UserView *user = g_new(UserView, 1);

    *user = (UserView){
        .exchanges = g_ptr_array_new(),
        .asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .addresses = g_hash_table_new(g_str_hash, g_str_equal),
        .unread_ns = G_MININT64,
        .hidden_ns = G_MININT64,
    };
    return user;
}

static const UserView *find_user(const KmsView *view, const char *user)
{
    g_autofree char *name = mcx_identity_canonical(user);

    return g_hash_table_lookup(view->users, name);
}

/* The one text of all spellings of an identity; it lives as long as the view. */
static const char *name_of(KmsView *view, const char *identity)
{
    g_autofree char *name = mcx_identity_canonical(identity);

    return g_string_chunk_insert_const(view->names, name);
}

/* @param name  of view->names */
static UserView *user_of(KmsView *view, const char *name)
{
    UserView *user = g_hash_table_lookup(view->users, name);

    if (!user) {
        user = user_view_new();
        g_hash_table_insert(view->users, (gpointer)name, user);
    }
    return user;
}

/* ---- whose address it is ---- */

static void add_owner(KmsView *view, const char *address, const char *identity)
{
    const char *name = name_of(view, identity);
    const char *owner = g_hash_table_lookup(view->owner_of, address);

    g_hash_table_insert(view->owner_of, (gpointer)address,
                        (gpointer)(!owner || owner == name ? name : several));
}

/* The initiator's own end of its first hop, as far as that was captured: behind a server it is that
 * server's, of several users then. */
static void add_initiators(KmsView *view, const Ledger *ledger)
{
    const GPtrArray *negotiations = ledger_negotiations(ledger);

    for (guint i = 0; i < negotiations->len; i++) {
        const StoryNegotiation *negotiation = g_ptr_array_index(negotiations, i);
        for (guint k = 0; negotiation->idri && k < negotiation->attempts->len; k++) {
            const StoryLeg *first =
                story_attempt_first_leg(story_attempt_at(negotiation->attempts, k));
            if (first) {
                add_owner(view, first->source, negotiation->idri);
            }
        }
    }
}

static UserView *requester(KmsView *view, const KmsExchange *exchange)
{
    if (exchange->user) {
        return user_of(view, name_of(view, exchange->user));
    }
    const char *owner = g_hash_table_lookup(view->owner_of, exchange->client);
    return owner && owner != several ? user_of(view, owner) : view->anybody;
}

/* ---- what was asked ---- */

/* What a KMS is known by when its certificate is asked for: its host, in lower case. */
static char *certificate_key(const char *kms)
{
    gsize length;
    const char *host = kms_uri_host(kms, &length);

    return length > 0 ? g_ascii_strdown(host, (gssize)length) : g_strdup(kms);
}

/* A host has no "@". */
static char *lookup_key(const char *user)
{
    g_autofree char *name = mcx_identity_canonical(user);

    return g_strconcat("@", name, NULL);
}

static void take_question(UserView *user, const KmsExchange *exchange)
{
    user->has_cache =
        user->has_cache || exchange->brings_cache || exchange->resource == KMS_RESOURCE_CERTCACHE;
    if (exchange->argument && exchange->resource == KMS_RESOURCE_CERT) {
        g_hash_table_add(user->asked, certificate_key(exchange->argument));
    }
    if (exchange->argument && exchange->resource == KMS_RESOURCE_LOOKUP) {
        g_hash_table_add(user->asked, lookup_key(exchange->argument));
    }
}

bool kms_view_same_host(const char *a, const char *b)
{
    g_autofree char *first = certificate_key(a);
    g_autofree char *second = certificate_key(b);

    return g_str_equal(first, second);
}

/* Where the request does not name the KMS the address cannot tell: names are in front of it. A user
 * who is keyed by a secondary KMS asks that one. */
bool kms_view_is_home(const KmsUser *user, const KmsExchange *exchange)
{
    if (!exchange->kms || !user->home || kms_view_same_host(user->home, exchange->kms)) {
        return true;
    }
    const char *secondary;
    for (guint i = 0; (secondary = kms_user_list_at(&user->secondary, i)); i++) {
        if (kms_view_same_host(secondary, exchange->kms)) {
            return true;
        }
    }
    return false;
}

/* ---- what was uploaded ---- */

/* What a KRR says, however it is written and signed. Caller frees. */
static char *content_key(const Krr *krr)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

    for (KrrElement element = 0; element < KRR_N_VALUES; element++) {
        const char *text = krr_text(krr, element) ? krr_text(krr, element) : "";
        g_checksum_update(checksum, (const guchar *)text, (gssize)strlen(text) + 1);
    }
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        g_autofree char *list = krr_list_to_text(&krr->lists[side]);
        g_checksum_update(checksum, (const guchar *)list, (gssize)strlen(list) + 1);
    }
    return g_strdup(g_checksum_get_string(checksum));
}

static void take_uploads(KmsView *view, const Ledger *ledger)
{
    const GPtrArray *krrs = ledger_krrs(ledger);

    for (guint i = 0; i < krrs->len; i++) {
        const StoryKrr *krr = story_krr_at(krrs, i);
        const GPtrArray *uploads = kms_traffic_uploads(ledger_kms_traffic(ledger), krr);
        g_autofree char *key = uploads ? content_key(krr->krr) : NULL;
        GPtrArray *known = key ? g_hash_table_lookup(view->uploads, key) : NULL;
        if (key && !known) {
            known = g_ptr_array_new();
            g_hash_table_insert(view->uploads, g_steal_pointer(&key), known);
        }
        for (guint k = 0; known && k < uploads->len; k++) {
            g_ptr_array_add(known, g_ptr_array_index(uploads, k));
        }
    }
}

static char *hop_key(const KmsExchange *exchange)
{
    return g_strconcat(exchange->client, " ", exchange->server, NULL);
}

static void count_answer(KmsView *view, const KmsExchange *exchange)
{
    g_autofree char *key = exchange->answer != KMS_ANSWER_NONE ? hop_key(exchange) : NULL;

    if (key) {
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(view->answered, key));
        g_hash_table_insert(view->answered, g_steal_pointer(&key), GUINT_TO_POINTER(count + 1));
    }
}

static void take_exchange(KmsView *view, const KmsExchange *exchange)
{
    UserView *user = requester(view, exchange);
    const char *owner =
        exchange->user ? exchange->user : g_hash_table_lookup(view->owner_of, exchange->client);

    g_hash_table_add(view->servers, exchange->server);
    g_hash_table_add(user->addresses, exchange->client);
    if (user != view->anybody) {
        const KmsUser policy = kms_policy_user(view->policy, owner, KMS_USER_INITIATOR);
        if (kms_view_is_home(&policy, exchange)) {
            g_ptr_array_add(user->exchanges, (gpointer)exchange);
        }
    }
    if (exchange->unread) {
        user->unread_ns = MAX(user->unread_ns, exchange->request.time_ns);
    }
    take_question(user, exchange);
    count_answer(view, exchange);
}

/* ---- what is hidden ---- */

static void note_hidden_end(KmsView *view, const char *server, const char *client, gint64 last_ns)
{
    if (!g_hash_table_contains(view->servers, server)) {
        return;
    }
    gint64 *last = g_hash_table_lookup(view->hidden, client);
    if (!last) {
        last = g_new(gint64, 1);
        *last = last_ns;
        g_hash_table_insert(view->hidden, (gpointer)client, last);
    }
    *last = MAX(*last, last_ns);
}

static void note_hidden(const char *one, const char *other, const StoryFrame *last, gpointer data)
{
    note_hidden_end(data, one, other, last->time_ns);
    note_hidden_end(data, other, one, last->time_ns);
}

static gint64 hidden_from(const KmsView *view, const char *address)
{
    const gint64 *last = address ? g_hash_table_lookup(view->hidden, address) : NULL;

    return last ? *last : G_MININT64;
}

static void note_hidden_users(KmsView *view)
{
    GHashTableIter users, addresses;
    gpointer user, address;

    g_hash_table_iter_init(&users, view->users);
    while (g_hash_table_iter_next(&users, NULL, &user)) {
        UserView *known = user;
        g_hash_table_iter_init(&addresses, known->addresses);
        while (g_hash_table_iter_next(&addresses, &address, NULL)) {
            known->hidden_ns = MAX(known->hidden_ns, hidden_from(view, address));
        }
    }
}

/* ---- the view ---- */

KmsView *kms_view_new(const Ledger *ledger, const KmsPolicy *policy)
{
    const KmsTraffic *traffic = ledger_kms_traffic(ledger);
    const GPtrArray *exchanges = kms_traffic_exchanges(traffic);
    KmsView *view = g_new(KmsView, 1);

    *view = (KmsView){
        .policy = policy,
        .names = g_string_chunk_new(4096),
        .users = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, user_view_free),
        .anybody = user_view_new(),
        .owner_of = g_hash_table_new(g_str_hash, g_str_equal),
        .uploads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify)g_ptr_array_unref),
        .servers = g_hash_table_new(g_str_hash, g_str_equal),
        .hidden = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free),
        .answered = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .knows_hidden = kms_traffic_knows_hidden(traffic),
    };
    if (exchanges->len > 0) {
        add_initiators(view, ledger);
        take_uploads(view, ledger);
    }
    for (guint i = 0; i < exchanges->len; i++) {
        const KmsExchange *exchange = g_ptr_array_index(exchanges, i);
        if (exchange->user) {
            add_owner(view, exchange->client, exchange->user);
        }
    }
    for (guint i = 0; i < exchanges->len; i++) {
        take_exchange(view, g_ptr_array_index(exchanges, i));
    }
    kms_traffic_each_hidden(traffic, note_hidden, view);
    note_hidden_users(view);
    return view;
}

void kms_view_free(KmsView *view)
{
    if (view) {
        g_hash_table_unref(view->users);
        g_string_chunk_free(view->names);
        user_view_free(view->anybody);
        g_hash_table_unref(view->owner_of);
        g_hash_table_unref(view->uploads);
        g_hash_table_unref(view->servers);
        g_hash_table_unref(view->hidden);
        g_hash_table_unref(view->answered);
        g_free(view);
    }
}

/* ---- questions ---- */

const GPtrArray *kms_view_uploads(const KmsView *view, const StoryKrr *krr)
{
    g_autofree char *key = content_key(krr->krr);

    return g_hash_table_lookup(view->uploads, key);
}

bool kms_view_not_after(const StoryFrame *frame, const StoryFrame *other)
{
    gint64 slack = frame->capture == other->capture ? 0 : STORY_MAX_CLOCK_OFFSET;

    return frame->time_ns - slack <= other->time_ns;
}

/* How many of a user's exchanges began at a time or before. */
static guint count_until(const GPtrArray *exchanges, gint64 time_ns)
{
    guint low = 0;
    guint high = exchanges->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        const KmsExchange *exchange = g_ptr_array_index(exchanges, middle);
        if (exchange->request.time_ns <= time_ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Does a Contact name an address as its host? */
static bool contact_is_at(const char *contact, const char *address)
{
    const char *host = contact ? strrchr(contact, '@') : NULL;

    if (!host) {
        return false;
    }
    host += host[1] == '[' ? 2 : 1;
    const gsize length = strlen(address);
    return g_ascii_strncasecmp(host, address, length) == 0 &&
           (host[length] == '\0' || host[length] == ':' || host[length] == ']');
}

static bool is_asked(const KmsExchange *exchange, const KmsAsked *asked)
{
    const StoryLeg *leg = asked->leg;

    return (!leg || g_str_equal(leg->source, exchange->client) ||
            contact_is_at(leg->contact, exchange->client)) &&
           (!asked->connects || exchange->connected_ns > asked->after->time_ns) &&
           !kms_view_not_after(&exchange->request, asked->after);
}

const KmsExchange *kms_view_next(const KmsView *view, const KmsAsked *asked)
{
    const UserView *known = find_user(view, asked->user);

    for (guint i = known ? count_until(known->exchanges, asked->after->time_ns) : 0;
         known && i < known->exchanges->len; i++) {
        const KmsExchange *exchange = g_ptr_array_index(known->exchanges, i);
        if (is_asked(exchange, asked)) {
            return exchange;
        }
    }
    return NULL;
}

const KmsExchange *kms_view_last(const KmsView *view, const char *user, const StoryFrame *until)
{
    const UserView *known = find_user(view, user);
    guint count = known ? count_until(known->exchanges, until->time_ns) : 0;

    return count > 0 ? g_ptr_array_index(known->exchanges, count - 1) : NULL;
}

static bool user_asked_for(const UserView *user, const char *key, const char *lookup)
{
    return user && (user->has_cache || g_hash_table_contains(user->asked, key) ||
                    (lookup && g_hash_table_contains(user->asked, lookup)));
}

bool kms_view_asked_for(const KmsView *view, const char *user, const char *kms,
                        const char *receiver)
{
    g_autofree char *key = certificate_key(kms);
    g_autofree char *lookup = receiver ? lookup_key(receiver) : NULL;

    return user_asked_for(find_user(view, user), key, lookup) ||
           user_asked_for(view->anybody, key, lookup);
}

bool kms_view_hides(const KmsView *view, const char *user, const char *address, gint64 since_ns)
{
    const UserView *known = find_user(view, user);
    gint64 unread = MAX(view->anybody->unread_ns, known ? known->unread_ns : G_MININT64);
    gint64 hidden = MAX(hidden_from(view, address), known ? known->hidden_ns : G_MININT64);

    return !view->knows_hidden || (unread != G_MININT64 && unread >= since_ns) ||
           (hidden != G_MININT64 && hidden + HIDDEN_SLACK >= since_ns);
}

bool kms_view_shows_answers(const KmsView *view, const KmsExchange *exchange)
{
    g_autofree char *key = hop_key(exchange);
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(view->answered, key));

    return count > (exchange->answer != KMS_ANSWER_NONE ? 1 : 0);
}
