/* known.c
 * What an earlier report has found already: which findings are new since then, and which are gone
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/known.h"

#include "core/octets/mcx-identity.h"

struct Known {
    GPtrArray *findings;     /* of KnownFinding, each identity once */
    GHashTable *by_identity; /* identity -> KnownFinding */
    GHashTable *matched;     /* AuditFinding of this audit that stand there */
};

/* ---- what makes a finding the same ---- */

/* Each value ends with a line, which no value has in it. */
static void add_value(GChecksum *checksum, const char *text)
{
    g_autofree char *escaped = g_strescape(text ? text : "", NULL);

    g_checksum_update(checksum, (const guchar *)escaped, -1);
    g_checksum_update(checksum, (const guchar *)"\n", 1);
}

static void add_identity(GChecksum *checksum, const char *identity)
{
    g_autofree char *canonical = identity ? mcx_identity_canonical(identity) : NULL;

    add_value(checksum, canonical);
}

static void add_parties(GChecksum *checksum, const char *idri, const char *idrr)
{
    add_identity(checksum, idri);
    add_identity(checksum, idrr);
}

static void add_krr(GChecksum *checksum, const Krr *krr)
{
    add_identity(checksum, krr_text(krr, KRR_ELEMENT_CREATOR));
    add_parties(checksum, krr_text(krr, KRR_ELEMENT_IDRI), krr_text(krr, KRR_ELEMENT_IDRR));
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        g_autofree char *list = krr_list_to_text(&krr->lists[side]);

        add_value(checksum, list);
    }
    add_value(checksum, krr->digest);
}

char *finding_identity(const AuditFinding *finding)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    const StoryOffer *offer = finding->offer;
    const StoryNegotiation *negotiation = finding->negotiation;

    add_value(checksum, krr_rules[finding->rule].name);
    if (finding->krr) {
        add_krr(checksum, finding->krr->krr);
    }
    if (offer) {
        add_parties(checksum, offer->idri, offer->idrr);
        add_value(checksum, offer->facts->idrkmsi);
        add_value(checksum, offer->facts->idrkmsr);
        add_value(checksum, offer->facts->digest);
    }
    if (!finding->krr && !offer) {
        add_parties(checksum, negotiation ? negotiation->idri : NULL,
                    negotiation ? negotiation->idrr : NULL);
        add_value(checksum, finding->observed);
    }
    return g_strdup(g_checksum_get_string(checksum));
}

/* ---- the earlier report ---- */

static void finding_free(gpointer data)
{
    KnownFinding *finding = data;

    g_free(finding->identity);
    g_free(finding->rule);
    g_free(finding->severity);
    g_free(finding->observed);
    g_free(finding);
}

Known *known_new(void)
{
    Known *known = g_new0(Known, 1);

    known->findings = g_ptr_array_new_with_free_func(finding_free);
    known->by_identity = g_hash_table_new(g_str_hash, g_str_equal);
    known->matched = g_hash_table_new(NULL, NULL);
    return known;
}

void known_add(Known *known, const KnownFinding *finding)
{
    KnownFinding *copy;

    if (g_hash_table_contains(known->by_identity, finding->identity)) {
        return;
    }
    copy = g_new0(KnownFinding, 1);
    copy->identity = g_strdup(finding->identity);
    copy->rule = g_strdup(finding->rule);
    copy->severity = g_strdup(finding->severity);
    copy->observed = g_strdup(finding->observed);
    g_ptr_array_add(known->findings, copy);
    g_hash_table_insert(known->by_identity, copy->identity, copy);
}

void known_free(Known *known)
{
    if (!known) {
        return;
    }
    g_hash_table_unref(known->by_identity);
    g_hash_table_unref(known->matched);
    g_ptr_array_unref(known->findings);
    g_free(known);
}

/* ---- comparing ---- */

void known_match(Known *known, const Audit *audit)
{
    for (guint i = 0; i < audit->findings->len; i++) {
        gpointer finding = g_ptr_array_index(audit->findings, i);
        g_autofree char *identity = finding_identity(finding);
        KnownFinding *earlier = g_hash_table_lookup(known->by_identity, identity);

        if (earlier) {
            earlier->seen = true;
            g_hash_table_add(known->matched, finding);
        }
    }
}

bool known_has(const Known *known, const AuditFinding *finding)
{
    return g_hash_table_contains(known->matched, finding);
}

guint known_count(const Known *known)
{
    return g_hash_table_size(known->matched);
}

GPtrArray *known_gone(const Known *known)
{
    GPtrArray *gone = g_ptr_array_new();

    for (guint i = 0; i < known->findings->len; i++) {
        KnownFinding *finding = g_ptr_array_index(known->findings, i);

        if (!finding->seen) {
            g_ptr_array_add(gone, finding);
        }
    }
    return gone;
}
