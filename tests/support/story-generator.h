/* story-generator.h
 * Random negotiations that keep to the specification, told as the messages of a capture
 *
 * Clause 7.2.1.3.2 of TR 33.880: who may make a KRR and with which lists (3.2.2 the receiver, 3.2.3
 * servers), what servers may do to a KRR that passes them (3.2.4), and which KMSs the initiator
 * chooses (3.2.5).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_GENERATOR_H
#define STORY_GENERATOR_H

#include "tests/support/story-sample.h"
#include "tests/support/story-world.h"

#define STORY_MAX_SERVERS  6
#define STORY_MAX_ATTEMPTS 4
#define STORY_MAX_NESTING  5
#define STORY_WINDOW_MS    180000

/** A KRR and who made it. */
typedef struct StoryMade {
    KrrSpec spec;              /* first: a pointer to it is one to this */
    const WorldServer *server; /* NULL: the receiver */
    const WorldUser *initiator;
    const WorldUser *receiver;
    guint nesting; /* KRRs beneath it */
} StoryMade;

/** One message and where it belongs. */
typedef struct StoryLine {
    Message message;
    guint negotiation;
    guint attempt;
    guint hop;
    bool main; /* not a retransmission, not on another branch, not before the credentials */
} StoryLine;

/** A server on the path, and which KMSs it accepts for these users now. */
typedef struct PathNode {
    const WorldServer *server;
    const char *accepts; /* for both of them */
} PathNode;

typedef struct PathStory {
    const WorldUser *initiator;
    const WorldUser *receiver;
    guint purpose;
    PathNode nodes[STORY_MAX_SERVERS];
    guint count;
    bool hide_idri;
    bool hide_idrr;
    bool krr_has_uids; /* KRRs name the UIDs that the offer has */
    bool sip_names;    /* From, To and the like show who it is */
} PathStory;

typedef struct Story {
    World *world;
    KmsPolicy *policy; /* for UIDs: the key periods */
    GPtrArray *made;   /* of StoryMade */
    GPtrArray *offers; /* of OfferSpec */
    GArray *lines;     /* of StoryLine */
    guint negotiations;
    gint64 skew_ms; /* of all clocks that date KRRs */
    gint64 shortest_pause_ms;
    bool plain; /* no forks, no challenges */
} Story;

static inline Story *story_new(World *world, KmsPolicy *policy)
{
    Story *story = g_new0(Story, 1);

    story->world = world;
    story->policy = policy;
    story->made = g_ptr_array_new_with_free_func(g_free);
    story->offers = g_ptr_array_new_with_free_func(g_free);
    story->lines = g_array_new(FALSE, TRUE, sizeof(StoryLine));
    story->shortest_pause_ms = 50;
    story->skew_ms = (gint64)world_below(world, 500000) - 250000;
    return story;
}

static inline void story_free(Story *story)
{
    g_ptr_array_unref(story->made);
    g_ptr_array_unref(story->offers);
    g_array_unref(story->lines);
    g_free(story);
}

/* Messages */

static inline void story_say(Story *story, StoryLine line)
{
    g_array_append_val(story->lines, line);
    if (world_chance(story->world, 0.1)) {
        line.message.ms += line.message.status ? 500 : 400;
        line.main = false;
        g_array_append_val(story->lines, line);
    }
}

/** When a KRR is made: a second, or finer, in some zone. */
static inline const char *story_date(const Story *story, gint64 ms)
{
    gint64 dated = ms + story->skew_ms;
    gint64 seconds = STORY_BASE_SECONDS + dated / 1000 - (dated % 1000 < 0 ? 1 : 0);
    guint fraction = (guint)(((dated % 1000) + 1000) % 1000);
    gint minutes = world_chance(story->world, 0.3) ? 60 * (gint)world_below(story->world, 12) : 0;
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds + minutes * 60);
    g_autofree char *text = g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");
    const char *zone = minutes ? world_text(story->world, "+%02d:00", minutes / 60) : "Z";

    return world_chance(story->world, 0.5)
               ? world_text(story->world, "%s%s", text, zone)
               : world_text(story->world, "%s.%03u%s", text, fraction, zone);
}

/* KRRs */

/** A KRR that answers an offer, its lists still to come. */
static inline StoryMade *story_make(Story *story, const PathStory *path, const OfferSpec *offer,
                                    const WorldServer *server, gint64 ms)
{
    StoryMade *made = g_new0(StoryMade, 1);
    const char *kms[] = {offer->idrkmsi, offer->idrkmsr};
    const char *users[] = {offer->idri, offer->idrr};
    const bool hidden[] = {path->hide_idri, path->hide_idrr};

    g_ptr_array_add(story->made, made);
    for (guint i = 0; i < G_N_ELEMENTS(users); i++) {
        if (path->krr_has_uids && hidden[i]) {
            g_autofree char *uid = offer_spec_uid(users[i], kms[i], story->policy);
            users[i] = world_keep(story->world, uid);
        }
    }
    made->server = server;
    made->initiator = path->initiator;
    made->receiver = path->receiver;
    made->spec = (KrrSpec){
        .time = story_date(story, ms),
        .creator = server ? server->identity : path->receiver->identity,
        .idri = users[0],
        .idrr = users[1],
        .idrkmsi = offer->idrkmsi,
        .idrkmsr = offer->idrkmsr,
        .initiator_list = "ANY",
        .receiver_list = "ANY",
    };
    return made;
}

/** The domain of whoever makes a KRR. */
static inline guint made_domain(const StoryMade *made)
{
    return made->server ? made->server->domain : made->receiver->domain;
}

static inline bool made_steers(const Story *story, const StoryMade *made)
{
    return world_steers(story->world, made_domain(made), made->initiator,
                        made->spec.initiator_list) ||
           world_steers(story->world, made_domain(made), made->receiver, made->spec.receiver_list);
}

/** What the initiator may be told without a warning: what it knows, where the policy says that. */
static inline const char *story_known(const Story *story, const WorldUser *initiator,
                                      const char *list)
{
    const char *known = world_text(story->world, "%s %s", initiator->keys, initiator->external);

    return kms_list_sift(story->world, list, known, true);
}

/* Clause 7.2.1.3.2.3: a server on the way of the offer */

/** The KMSs that a proxy gives, where the offer is none for it: those by which the user may be keyed,
 *  and perhaps others that the domain supports. */
static inline const char *acceptable_kms(const Story *story, const PathStory *path,
                                         const PathNode *node, const WorldUser *user)
{
    const World *world = story->world;
    const char *keys = kms_list_sift(world, node->accepts, user->keys, true);

    if (node->server->role == KMS_ENTITY_IS_PROXY || !keys[0] || world_chance(world, 0.5)) {
        return keys;
    }
    const char *known = story_known(story, path->initiator, node->accepts);
    return world_steers(world, node->server->domain, user, known) ? keys : known;
}

static inline bool node_relates(const PathNode *node, const WorldUser *user)
{
    return node->server->domain == user->domain;
}

/** May this server reject the initiator's KMS (cases A and B)? */
static inline bool judges_initiator(const PathStory *path, const PathNode *node)
{
    return node->server->role == KMS_ENTITY_INBOUND_CS_PROXY ||
           (node->server->role == KMS_ENTITY_IS_PROXY && node_relates(node, path->initiator));
}

/** May it reject the receiver's (cases C and D)? */
static inline bool judges_receiver(const PathStory *path, const PathNode *node)
{
    return node->server->role == KMS_ENTITY_OUTBOUND_CS_PROXY ||
           (node->server->role == KMS_ENTITY_IS_PROXY && node_relates(node, path->receiver));
}

/** The KRR of a server that does not accept the offer, or NULL. */
static inline StoryMade *server_rejects(Story *story, const PathStory *path, const PathNode *node,
                                        const OfferSpec *offer, gint64 ms)
{
    bool initiator = judges_initiator(path, node) && !kms_list_has(node->accepts, offer->idrkmsi);
    bool receiver = judges_receiver(path, node) && !kms_list_has(node->accepts, offer->idrkmsr);

    if (!initiator && !receiver) {
        return NULL;
    }
    StoryMade *made = story_make(story, path, offer, node->server, ms);
    if (initiator && (!receiver || world_chance(story->world, 0.5))) {
        made->spec.initiator_list = acceptable_kms(story, path, node, path->initiator);
    } else {
        made->spec.receiver_list = acceptable_kms(story, path, node, path->receiver);
    }
    return made;
}

/* Clause 7.2.1.3.2.2: the receiver */

/** A list of what the receiver supports that holds the offered KMS where it supports that. */
static inline const char *preferred_kms(const Story *story, const PathStory *path,
                                        const char *supported, const char *offered)
{
    const World *world = story->world;
    const char *known = story_known(story, path->initiator, supported);
    const char *list = kms_list_some(world, known, 0.6);

    if (!kms_list_has(supported, offered)) {
        return list[0] || !known[0] ? list : kms_list_pick(world, known);
    }
    if (world_chance(world, 0.2)) {
        return "ANY";
    }
    return world_chance(world, 0.5) ? kms_list_add(world, list, offered)
                                    : kms_list_add(world, offered, list);
}

/** The KRR of the receiver, or NULL where it takes the offer. */
static inline StoryMade *receiver_rejects(Story *story, const PathStory *path,
                                          const OfferSpec *offer, guint attempt, gint64 ms)
{
    const World *world = story->world;
    const WorldUser *receiver = path->receiver;
    const char *external = world_text(world, "%s %s", receiver->keys, receiver->external);
    bool acceptable =
        kms_list_has(external, offer->idrkmsi) && kms_list_has(receiver->keys, offer->idrkmsr);

    /* To the first message it may also respond with what it would rather have. */
    if (acceptable && (attempt > 0 || !world_chance(world, 0.3))) {
        return NULL;
    }
    StoryMade *made = story_make(story, path, offer, NULL, ms);
    made->spec.initiator_list = preferred_kms(story, path, external, offer->idrkmsi);
    made->spec.receiver_list = preferred_kms(story, path, receiver->keys, offer->idrkmsr);
    return made;
}

/* Clause 7.2.1.3.2.4: a server on the way of a KRR */

static inline const char **made_list(StoryMade *made, KrrSide side)
{
    return side == KRR_INITIATOR ? &made->spec.initiator_list : &made->spec.receiver_list;
}

/** A KRR in place of a received one, with one list reduced; the received one where nothing needs to be
 *  removed, or should not. */
static inline StoryMade *server_reduces(Story *story, const PathStory *path, const PathNode *node,
                                        const OfferSpec *offer, StoryMade *received, KrrSide side,
                                        gint64 ms)
{
    const World *world = story->world;
    const char *before = *made_list(received, side);
    const char *after = g_str_equal(before, "ANY")
                            ? story_known(story, path->initiator, node->accepts)
                            : kms_list_sift(world, before, node->accepts, true);

    if (received->nesting >= STORY_MAX_NESTING || g_str_equal(before, after) ||
        world_chance(world, 0.2)) {
        return received;
    }
    StoryMade *made = story_make(story, path, offer, node->server, ms);
    made->spec.initiator_list = received->spec.initiator_list;
    made->spec.receiver_list = received->spec.receiver_list;
    made->spec.embeds = &received->spec;
    made->nesting = received->nesting + 1;
    *made_list(made, side) = after;
    return made_steers(story, made) ? received : made;
}

/** What a server sends on for a KRR that it received: that, or one that it made of it, in one step for
 *  each list. A KRR that comes from the receiver's client enters by the proxy through which the offer
 *  went out, and the other way round. */
static inline StoryMade *server_passes_on(Story *story, const PathStory *path, const PathNode *node,
                                          const OfferSpec *offer, StoryMade *made, gint64 ms)
{
    if (judges_receiver(path, node)) {
        made = server_reduces(story, path, node, offer, made, KRR_RECEIVER, ms);
    }
    if (judges_initiator(path, node)) {
        made = server_reduces(story, path, node, offer, made, KRR_INITIATOR, ms);
    }
    return made;
}

/* Clause 7.2.1.3.2.5: the initiator */

/** A KMS of a list that the initiator may use, by one of the three ways; NULL where there is none. */
static inline const char *choose_kms(const World *world, const char *list, const char *usable,
                                     const char *home)
{
    const char *reduced =
        g_str_equal(list, "ANY") ? usable : kms_list_sift(world, list, usable, true);

    if (!reduced[0]) {
        return NULL;
    }
    if (world_chance(world, 0.3)) {
        return kms_list_pick(world, reduced);
    }
    return kms_list_has(reduced, home) ? home : kms_list_first(world, reduced);
}

static inline OfferSpec *story_offer(Story *story, const PathStory *path, const char *idrkmsi,
                                     const char *idrkmsr)
{
    OfferSpec *offer = g_new0(OfferSpec, 1);

    g_ptr_array_add(story->offers, offer);
    *offer = (OfferSpec){
        .name = world_text(story->world, "offer %u", story->offers->len),
        .idri = path->initiator->identity,
        .idrr = path->receiver->identity,
        .idrkmsi = idrkmsi,
        .idrkmsr = idrkmsr,
        .purpose = path->purpose,
        .hide_idri = path->hide_idri,
        .hide_idrr = path->hide_idrr,
    };
    return offer;
}

/** The first offer: (ANY, ANY), or what is known from elsewhere. */
static inline OfferSpec *first_offer(Story *story, const PathStory *path)
{
    const World *world = story->world;
    const WorldUser *user = path->initiator;
    const char *external = kms_list_add(world, user->keys, user->external);
    const char *home = kms_list_first(world, user->keys);
    bool known = world_chance(world, 0.5);

    return story_offer(
        story, path,
        known ? kms_list_pick(world, user->keys) : choose_kms(world, "ANY", user->keys, home),
        known ? kms_list_pick(world, external) : choose_kms(world, "ANY", external, home));
}

/** The next offer after a KRR; NULL where the communication fails. An initiator that has learnt that a
 *  pair is not allowed does not return to it. */
static inline OfferSpec *next_offer(Story *story, const PathStory *path, StoryMade *const *received,
                                    guint count)
{
    const World *world = story->world;
    const WorldUser *user = path->initiator;
    const KrrSpec *last = &received[count - 1]->spec;
    const char *home = kms_list_first(world, user->keys);
    const char *kmsi = choose_kms(world, last->initiator_list, user->keys, home);
    const char *kmsr = choose_kms(world, last->receiver_list,
                                  kms_list_add(world, user->keys, user->external), home);

    for (guint i = 0; kmsi && kmsr && i < count; i++) {
        if (!kms_list_has(received[i]->spec.initiator_list, kmsi) ||
            !kms_list_has(received[i]->spec.receiver_list, kmsr)) {
            return NULL;
        }
    }
    return kmsi && kmsr ? story_offer(story, path, kmsi, kmsr) : NULL;
}

/* One attempt */

typedef struct Attempt {
    Story *story;
    const PathStory *path;
    OfferSpec *offer;
    guint negotiation;
    guint number;
    gint64 ms;     /* now */
    guint reached; /* the hop on which the offer got its answer */
    guint status;
    StoryMade *made; /* that travels back; NULL: none */
} Attempt;

static inline gint64 pass_time(Attempt *attempt)
{
    attempt->ms += 1 + world_below(attempt->story->world, 20);
    return attempt->ms;
}

/** From where a hop starts, and where it leads to. */
static inline const char *hop_source(const PathStory *path, guint hop)
{
    return hop == 0 ? path->initiator->devices[0] : path->nodes[hop - 1].server->outward;
}

static inline const char *hop_destination(const PathStory *path, guint hop, guint device)
{
    return hop == path->count ? path->receiver->devices[device] : path->nodes[hop].server->address;
}

/** A message on a hop, still without content. */
static inline StoryLine hop_line(Attempt *attempt, guint hop, guint device, guint status)
{
    const PathStory *path = attempt->path;
    const char *source = hop_source(path, hop);
    const char *destination = hop_destination(path, hop, device);

    return (StoryLine){
        .message = {.ms = pass_time(attempt),
                    .from = status ? destination : source,
                    .to = status ? source : destination,
                    .call = world_text(attempt->story->world, "n%ua%uh%u", attempt->negotiation,
                                       attempt->number, hop),
                    .branch = world_text(attempt->story->world, "z9hG4bK%u.%u.%u.%u",
                                         attempt->negotiation, attempt->number, hop, device),
                    .status = status,
                    .identities = path->sip_names ? NULL : "sip:anonymous@anonymous.invalid",
                    .cseq = 2},
        .negotiation = attempt->negotiation,
        .attempt = attempt->number,
        .hop = hop,
        .main = device == 0,
    };
}

static inline void say_request(Attempt *attempt, guint hop, guint device)
{
    StoryLine line = hop_line(attempt, hop, device, 0);

    line.message.offer = attempt->offer;
    story_say(attempt->story, line);
    if (world_chance(attempt->story->world, 0.5)) {
        StoryLine trying = hop_line(attempt, hop, device, 100);
        trying.main = false;
        story_say(attempt->story, trying);
    }
}

static inline void say_answer(Attempt *attempt, guint hop, guint device, guint status,
                              StoryMade *made)
{
    StoryLine line = hop_line(attempt, hop, device, status);

    line.message.krr = made ? &made->spec : NULL;
    line.main = line.main && status >= 200;
    story_say(attempt->story, line);
    if (status >= 300) {
        StoryLine ack = hop_line(attempt, hop, device, 0);
        ack.message.method = "ACK";
        ack.main = false;
        story_say(attempt->story, ack);
    }
}

/** The first server wants to know who asks: the request comes again, the offer maybe made anew. */
static inline void say_challenge(Attempt *attempt)
{
    const OfferSpec *offer = attempt->offer;
    bool anew = world_chance(attempt->story->world, 0.5);
    StoryLine request = hop_line(attempt, 0, 0, 0);
    StoryLine answer =
        hop_line(attempt, 0, 0, world_chance(attempt->story->world, 0.5) ? 401 : 407);

    request.message.cseq = answer.message.cseq = 1;
    request.message.branch = answer.message.branch =
        world_text(attempt->story->world, "%s.first", request.message.branch);
    request.main = answer.main = false;
    request.message.offer =
        anew ? story_offer(attempt->story, attempt->path, offer->idrkmsi, offer->idrkmsr) : offer;
    story_say(attempt->story, request);
    story_say(attempt->story, answer);
}

/** The offer travels until somebody answers it. */
static inline void send_offer(Attempt *attempt)
{
    const PathStory *path = attempt->path;

    if (!attempt->story->plain && world_chance(attempt->story->world, 0.15)) {
        say_challenge(attempt);
    }
    for (guint hop = 0; hop < path->count && !attempt->made; hop++) {
        say_request(attempt, hop, 0);
        attempt->reached = hop;
        attempt->made =
            server_rejects(attempt->story, path, &path->nodes[hop], attempt->offer, attempt->ms);
    }
    if (!attempt->made) {
        attempt->reached = path->count;
        say_request(attempt, path->count, 0);
        attempt->made =
            receiver_rejects(attempt->story, path, attempt->offer, attempt->number, attempt->ms);
    }
    attempt->status = attempt->made ? 488 : world_chance(attempt->story->world, 0.8) ? 200 : 486;
}

/** A second device of the receiver, on a branch of its own: rejects the offer too, gives way, or is
 *  busy. The server may go by either KRR. */
static inline void ask_second_device(Attempt *attempt)
{
    StoryMade *made = NULL;

    say_request(attempt, attempt->reached, 1);
    if (attempt->made) {
        /* In the same second, the KRRs of two devices would claim to be one. */
        attempt->ms += 1000;
        made = receiver_rejects(attempt->story, attempt->path, attempt->offer, attempt->number,
                                attempt->ms);
    }
    say_answer(attempt, attempt->reached, 1, made ? 488 : attempt->status == 200 ? 487 : 486, made);
    say_answer(attempt, attempt->reached, 0, attempt->status, attempt->made);
    if (made && world_chance(attempt->story->world, 0.5)) {
        attempt->made = made;
    }
}

/** The answer travels back. */
static inline void send_answer(Attempt *attempt)
{
    const PathStory *path = attempt->path;
    guint hop = attempt->reached;

    if (hop == path->count && hop > 0 && !attempt->story->plain &&
        world_chance(attempt->story->world, 0.15)) {
        ask_second_device(attempt);
    } else {
        if (attempt->status == 200 && world_chance(attempt->story->world, 0.5)) {
            say_answer(attempt, hop, 0, 180, NULL);
        }
        say_answer(attempt, hop, 0, attempt->status, attempt->made);
    }
    while (hop-- > 0) {
        if (attempt->made) {
            attempt->made = server_passes_on(attempt->story, path, &path->nodes[hop],
                                             attempt->offer, attempt->made, attempt->ms);
        }
        say_answer(attempt, hop, 0, attempt->status, attempt->made);
    }
}

/* Negotiations */

static inline void path_add(const Story *story, PathStory *path, guint domain, KmsEntityRole role)
{
    const World *world = story->world;
    const WorldServer *server = &world->servers[domain][role];

    for (guint i = 0; i < path->count; i++) {
        if (path->nodes[i].server == server) {
            return;
        }
    }
    if (world_chance(world, 0.6)) {
        path->nodes[path->count++] = (PathNode){
            .server = server,
            .accepts = kms_list_some(world, world->domains[domain].accepts, 0.6),
        };
    }
}

/** Some of the servers between two users, in the order of the path. */
static inline void path_make(const Story *story, PathStory *path)
{
    const WorldUser *initiator = path->initiator;
    const WorldUser *receiver = path->receiver;

    path_add(story, path, initiator->serving, KMS_ENTITY_INBOUND_CS_PROXY);
    path_add(story, path, initiator->serving, KMS_ENTITY_MCX_SERVER);
    path_add(story, path, initiator->domain, KMS_ENTITY_IS_PROXY);
    path_add(story, path, receiver->domain, KMS_ENTITY_IS_PROXY);
    path_add(story, path, receiver->serving, KMS_ENTITY_MCX_SERVER);
    path_add(story, path, receiver->serving, KMS_ENTITY_OUTBOUND_CS_PROXY);
}

/** How long an initiator waits before the next attempt: seldom to the end of the window. Attempts that
 *  follow each other faster than clocks differ can not be put in order. */
static inline gint64 random_pause(const Story *story)
{
    return world_chance(story->world, 0.05)
               ? STORY_WINDOW_MS - 3000
               : story->shortest_pause_ms + world_below(story->world, 5000);
}

static inline void story_negotiate(Story *story, const PathStory *path, gint64 ms)
{
    StoryMade *received[STORY_MAX_ATTEMPTS];
    OfferSpec *offer = first_offer(story, path);

    for (guint i = 0; offer && i < STORY_MAX_ATTEMPTS; i++) {
        Attempt attempt = {
            .story = story,
            .path = path,
            .offer = offer,
            .negotiation = story->negotiations,
            .number = i,
            .ms = ms,
        };
        send_offer(&attempt);
        send_answer(&attempt);
        received[i] = attempt.made;
        offer = attempt.made ? next_offer(story, path, received, i + 1) : NULL;
        ms = attempt.ms + random_pause(story);
    }
    story->negotiations++;
}

/** Two users. */
static inline void path_pick_users(const Story *story, PathStory *path)
{
    const World *world = story->world;
    guint count = G_N_ELEMENTS(world->users);
    guint initiator = world_below(world, count);
    guint receiver = (initiator + 1 + world_below(world, count - 1)) % count;

    path->initiator = &world->users[initiator];
    path->receiver = &world->users[receiver];
}

static inline bool paths_share_users(const PathStory *a, const PathStory *b)
{
    return a->initiator == b->initiator && a->receiver == b->receiver;
}

/** Negotiations side by side, of different people or for different keys. Where offers are not captured,
 *  nothing tells two keys apart: then of different people. */
static inline void story_generate(Story *story, bool may_hide, bool may_share_users)
{
    const World *world = story->world;
    PathStory paths[3] = {0};
    guint count = 1 + world_below(world, G_N_ELEMENTS(paths));

    for (guint i = 0; i < count; i++) {
        PathStory *path = &paths[i];
        path_pick_users(story, path);
        path->purpose = i;
        path->hide_idri = may_hide && world_chance(world, 0.3);
        path->hide_idrr = may_hide && world_chance(world, 0.3);
        path->krr_has_uids = world_chance(world, 0.3);
        path->sip_names = world_chance(world, 0.8);
        bool shared = false;
        for (guint k = 0; k < i; k++) {
            shared |= paths_share_users(path, &paths[k]);
        }
        if (!shared || may_share_users) {
            path_make(story, path);
            story_negotiate(story, path, world_below(world, 3000));
        }
    }
}

/* The order of a capture */

static inline int compare_messages(gconstpointer a, gconstpointer b)
{
    gint64 first = ((const Message *)a)->ms;
    gint64 second = ((const Message *)b)->ms;

    return (first > second) - (first < second);
}

/** Sorts messages by time; those of one time stay as they are. */
static inline void messages_sort(GArray *messages)
{
    Message *all = (Message *)(gpointer)messages->data;

    for (guint i = 1; i < messages->len; i++) {
        Message message = all[i];
        guint place = i;
        for (; place > 0 && compare_messages(&all[place - 1], &message) > 0; place--) {
            all[place] = all[place - 1];
        }
        all[place] = message;
    }
}

#endif
