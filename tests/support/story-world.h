/* story-world.h
 * A made-up world for random stories: domains, their KMSs and servers, users; and its policy file
 *
 * Everything in it follows from the seed. Lists of KMSs are texts, names between blanks, as in a
 * KrrSpec: short to handle, and readable where a story is printed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_WORLD_H
#define STORY_WORLD_H

#include <string.h>

#include "core/policy/kms-policy.h"

#define WORLD_DOMAINS 3
#define WORLD_USERS   2 /* of each domain */

/* A KMS that no domain accepts and nobody is keyed by. */
#define WORLD_OUTSIDE "keys.outside.example"

typedef struct WorldDomain {
    const char *name;
    const char *home;      /* its KMS */
    const char *migration; /* its KMS for guests and those on the move */
    const char *accepts;   /* KMSs */
} WorldDomain;

typedef struct WorldUser {
    const char *identity;
    const char *devices[2]; /* addresses */
    guint domain;
    guint serving;        /* the domain in which the user is now */
    const char *keys;     /* home KMS first, then the secondary ones */
    const char *external; /* the others whose certificates it has */
} WorldUser;

typedef struct WorldServer {
    const char *identity;
    const char *address; /* where it is asked */
    const char *outward; /* from where it asks on; mostly the same */
    KmsEntityRole role;
    guint domain;
} WorldServer;

/* KMS_ENTITY_MCX_SERVER to KMS_ENTITY_IS_PROXY */
#define WORLD_ROLES (KMS_ENTITY_IS_PROXY + 1)

/** How much the policy file tells. */
typedef enum WorldKnowledge {
    WORLD_NOTHING,
    WORLD_KMSS,
    WORLD_ALL,
    WORLD_N_KNOWLEDGE
} WorldKnowledge;

typedef struct World {
    GRand *random;
    GStringChunk *texts;
    WorldDomain domains[WORLD_DOMAINS];
    WorldUser users[WORLD_DOMAINS * WORLD_USERS];
    WorldServer servers[WORLD_DOMAINS][WORLD_ROLES];
    WorldKnowledge knowledge;
    bool narrow; /* users do not have every certificate */
} World;

/* Chance */

static inline guint world_below(const World *world, guint end)
{
    return (guint)g_rand_int_range(world->random, 0, (gint32)end);
}

static inline bool world_chance(const World *world, double share)
{
    return g_rand_double(world->random) < share;
}

/* Texts that live as long as the world */

static inline const char *world_keep(const World *world, const char *text)
{
    return g_string_chunk_insert_const(world->texts, text);
}

G_GNUC_PRINTF(2, 3)
static inline const char *world_text(const World *world, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return world_keep(world, text);
}

/* Lists of KMSs */

/** Does the list allow a KMS? */
static inline bool kms_list_has(const char *list, const char *kms)
{
    g_auto(GStrv) members = g_strsplit(list, " ", -1);

    return g_str_equal(list, "ANY") || g_strv_contains((const char *const *)members, kms);
}

static inline const char *kms_list_join(const World *world, char **members, guint count)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < count; i++) {
        g_string_append_printf(list, "%s%s", list->len ? " " : "", members[i]);
    }
    const char *kept = world_keep(world, list->str);
    g_string_free(list, TRUE);
    return kept;
}

/** The members of a list that another one allows, or those that it does not, in their order. */
static inline const char *kms_list_sift(const World *world, const char *list, const char *other,
                                        bool allowed)
{
    g_auto(GStrv) members = g_strsplit(list, " ", -1);
    guint count = g_strv_length(members);
    g_autofree char **left = g_new0(char *, count + 1);
    guint kept = 0;

    for (guint i = 0; i < count && list[0]; i++) {
        if (kms_list_has(other, members[i]) == allowed) {
            left[kept++] = members[i];
        }
    }
    return kms_list_join(world, left, kept);
}

/** Both lists, one behind the other, each KMS once. */
static inline const char *kms_list_add(const World *world, const char *list, const char *more)
{
    const char *news = kms_list_sift(world, more, list, false);

    return !news[0] || !list[0] ? (list[0] ? list : news) : world_text(world, "%s %s", list, news);
}

/** Some members of a list, in any order; each stays with that chance. */
static inline const char *kms_list_some(const World *world, const char *list, double share)
{
    g_auto(GStrv) members = g_strsplit(list, " ", -1);
    guint count = list[0] ? g_strv_length(members) : 0;
    g_autofree char **left = g_new0(char *, count + 1);
    guint kept = 0;

    for (guint i = 0; i < count; i++) {
        if (world_chance(world, share)) {
            guint place = world_below(world, kept + 1);
            left[kept++] = left[place];
            left[place] = members[i];
        }
    }
    return kms_list_join(world, left, kept);
}

/** A member of a list that is not empty. */
static inline const char *kms_list_pick(const World *world, const char *list)
{
    g_auto(GStrv) members = g_strsplit(list, " ", -1);

    return world_keep(world, members[world_below(world, g_strv_length(members))]);
}

static inline const char *kms_list_first(const World *world, const char *list)
{
    g_auto(GStrv) members = g_strsplit(list, " ", 2);

    return world_keep(world, members[0]);
}

/* The world */

static inline const char *world_all_kms(const World *world)
{
    const char *all = "";

    for (guint i = 0; i < WORLD_DOMAINS; i++) {
        all = kms_list_add(world, all, world->domains[i].home);
        all = kms_list_add(world, all, world->domains[i].migration);
    }
    return all;
}

static inline void world_make_domains(World *world)
{
    static const char *const names[WORLD_DOMAINS] = {"alpha", "beta", "gamma"};

    for (guint i = 0; i < WORLD_DOMAINS; i++) {
        WorldDomain *domain = &world->domains[i];
        domain->name = world_text(world, "%s.example", names[i]);
        domain->home = world_text(world, "kms.%s", domain->name);
        domain->migration = world_text(world, "migration.%s", domain->name);
    }
    for (guint i = 0; i < WORLD_DOMAINS; i++) {
        WorldDomain *domain = &world->domains[i];
        domain->accepts = world_text(world, "%s %s", domain->home, domain->migration);
        domain->accepts =
            kms_list_add(world, domain->accepts, kms_list_some(world, world_all_kms(world), 0.7));
    }
}

static inline void world_make_servers(World *world)
{
    for (guint i = 0; i < WORLD_DOMAINS; i++) {
        for (guint role = KMS_ENTITY_MCX_SERVER; role < WORLD_ROLES; role++) {
            WorldServer *server = &world->servers[i][role];
            server->role = (KmsEntityRole)role;
            server->domain = i;
            server->identity = world_text(world, "sip:%s@%s", kms_entity_role_name(server->role),
                                          world->domains[i].name);
            server->address = world_text(world, "10.%u.0.%u", i + 1, role);
            server->outward = world_chance(world, 0.2)
                                  ? world_text(world, "10.%u.1.%u", i + 1, role)
                                  : server->address;
        }
    }
}

static inline void world_make_user(World *world, guint number)
{
    static const char *const names[WORLD_USERS] = {"anna", "ben"};
    WorldUser *user = &world->users[number];
    user->domain = number / WORLD_USERS;
    const WorldDomain *domain = &world->domains[user->domain];
    bool away = world_chance(world, 0.3);

    user->identity = world_text(world, "sip:%s@%s", names[number % WORLD_USERS], domain->name);
    for (guint i = 0; i < G_N_ELEMENTS(user->devices); i++) {
        user->devices[i] =
            world_text(world, "10.%u.2.%u", user->domain + 1, 10 * (number % WORLD_USERS + 1) + i);
    }
    user->serving = away ? (user->domain + 1) % WORLD_DOMAINS : user->domain;
    user->keys = domain->home;
    if (world_chance(world, 0.5)) {
        user->keys = kms_list_add(world, user->keys, domain->migration);
    }
    if (away) {
        user->keys = kms_list_add(world, user->keys, world->domains[user->serving].migration);
    }
    user->external = kms_list_sift(
        world, world_text(world, "%s %s", world_all_kms(world), WORLD_OUTSIDE), user->keys, false);
    if (world->narrow) {
        user->external = kms_list_some(world, user->external, 0.6);
    }
}

static inline World *world_new(guint32 seed)
{
    World *world = g_new0(World, 1);

    world->random = g_rand_new_with_seed(seed);
    world->texts = g_string_chunk_new(4096);
    world->knowledge = (WorldKnowledge)world_below(world, WORLD_N_KNOWLEDGE);
    world->narrow = world_chance(world, 0.5);
    world_make_domains(world);
    world_make_servers(world);
    for (guint i = 0; i < G_N_ELEMENTS(world->users); i++) {
        world_make_user(world, i);
    }
    return world;
}

static inline void world_free(World *world)
{
    g_rand_free(world->random);
    g_string_chunk_free(world->texts);
    g_free(world);
}

/** What a KMS list leaves would steer somebody to the domain's own KMSs (clause 7.2.1.3.4): a reason to
 *  warn of a server, so that honest ones do not do it. */
static inline bool world_steers(const World *world, guint domain, const WorldUser *user,
                                const char *list)
{
    const WorldDomain *creators = &world->domains[domain];
    const char *own = world_text(world, "%s %s", creators->home, creators->migration);

    return user->domain != domain && list[0] && !g_str_equal(list, "ANY") &&
           !kms_list_sift(world, list, own, false)[0] &&
           !kms_list_sift(world, list, user->keys, true)[0];
}

/* The policy file */

static inline void world_write_list(GString *text, const char *key, const char *list)
{
    g_auto(GStrv) members = g_strsplit(list, " ", -1);
    g_autofree char *joined = g_strjoinv(";", members);

    g_string_append_printf(text, "%s = %s\n", key, joined);
}

/** @param user_keys  further keys for every user, or "" */
static inline void world_write_users(const World *world, GString *text, const char *user_keys)
{
    for (guint i = 0; i < G_N_ELEMENTS(world->users); i++) {
        const WorldUser *user = &world->users[i];
        const char *home = kms_list_first(world, user->keys);
        g_string_append_printf(text, "[user %s]\nhome = %s\n%s", user->identity, home, user_keys);
        world_write_list(text, "secondary", kms_list_sift(world, user->keys, home, false));
        world_write_list(text, "external", user->external);
    }
}

static inline void world_write_domains(const World *world, GString *text)
{
    for (guint i = 0; i < WORLD_DOMAINS; i++) {
        const WorldDomain *domain = &world->domains[i];
        g_string_append_printf(text, "[domain %s]\nusers = sip:*@%s\n", domain->name, domain->name);
        world_write_list(text, "accepts", domain->accepts);
        for (guint role = KMS_ENTITY_MCX_SERVER; role < WORLD_ROLES; role++) {
            const WorldServer *server = &world->servers[i][role];
            g_string_append_printf(text, "[entity %s]\nrole = %s\ndomain = %s\naddresses = %s;%s\n",
                                   server->identity, kms_entity_role_name(server->role),
                                   domain->name, server->address, server->outward);
        }
    }
}

/** @param policy_keys  further keys of [policy], @param user_keys of every [user],
 *  @param severities  further lines of [severity]; or "" */
static inline char *world_policy_text(const World *world, const char *policy_keys,
                                      const char *user_keys, const char *severities)
{
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "[policy]\n%s[kms]\nusers = sip:*@alpha.example\n", policy_keys);
    if (world->knowledge >= WORLD_KMSS) {
        world_write_users(world, text, user_keys);
    }
    if (world->knowledge >= WORLD_ALL) {
        world_write_domains(world, text);
    }
    g_string_append_printf(text, "[severity]\n%s", severities);
    return g_string_free(text, FALSE);
}

#endif
