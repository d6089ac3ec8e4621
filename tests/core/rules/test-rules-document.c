/* test-rules-document.c
 * What the rules say of one document: each rule at its edges
 *
 * A table: what the KRR says, and the findings, all of them, in their order. Names of rules,
 * severities and the elements that are pointed at are promises; sentences for people are not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "core/audit/audit-document.h"
#include "core/document/krr-document-reader.h"
#include "tests/support/krr-spec.h"
#include "tests/support/policy-text.h"

#define HOME     "kms.home.example"
#define AWAY     "kms.away.home.example"
#define PARTNER  "kms.partner.example"
#define PARTNER2 "kms.second.partner.example"
#define OTHER    "keys.other.example"
#define STRANGER "somewhere.else.invalid"

#define ALICE      "sip:alice@home.example"
#define BOB        "sip:bob@partner.example"
#define CARL       "sip:carl@home.example"
#define INBOUND    "sip:inbound@home.example"
#define OUTBOUND   "sip:outbound@partner.example"
#define IS_HOME    "sip:is@home.example"
#define IS_PARTNER "sip:is@partner.example"
#define SERVER     "sip:server@partner.example"
#define NOBODY     "sip:somebody@nowhere.invalid"
#define UID        "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

/* The users' KMSs. */
#define KMS_GROUP                                                                                  \
    "[kms]\nusers = sip:*@home.example\nhome = " HOME "\nsecondary = " AWAY                        \
    "\nexternal = " PARTNER ";" PARTNER2 ";" OTHER "\n"
/* The domains and who stands where. */
#define DOMAINS                                                                                    \
    "[domain home.example]\nusers = sip:*@home.example\naccepts = " HOME ";" AWAY ";" PARTNER      \
    ";" PARTNER2 "\n"                                                                              \
    "[domain partner.example]\nusers = sip:*@partner.example\naccepts = " PARTNER ";" PARTNER2     \
    ";" HOME ";" AWAY "\nhome = " PARTNER "\nsecondary = " PARTNER2 "\nexternal = " HOME "\n"      \
    "[entity " INBOUND "]\nrole = inbound-cs-proxy\ndomain = home.example\n"                       \
    "[entity " OUTBOUND "]\nrole = outbound-cs-proxy\ndomain = partner.example\n"                  \
    "[entity " IS_HOME "]\nrole = is-proxy\ndomain = home.example\n"                               \
    "[entity " IS_PARTNER "]\nrole = is-proxy\ndomain = partner.example\n"                         \
    "[entity " SERVER "]\nrole = mcx-server\ndomain = partner.example\n"
/* Every KRR here would say it. */
#define QUIET "[severity]\nunsigned-krr = off\n"

#define USERS_ONLY KMS_GROUP QUIET
#define ALL        KMS_GROUP DOMAINS QUIET

/* Case D of clause 7.2.1.3.2.3: the outbound proxy does not accept IDRkmsr. Nothing to find. */
static const KrrSpec usual = {
    .time = "2026-03-01T10:00:00Z",
    .creator = OUTBOUND,
    .idri = ALICE,
    .idrr = BOB,
    .idrkmsi = HOME,
    .idrkmsr = HOME,
    .initiator_list = "ANY",
    .receiver_list = PARTNER " " PARTNER2,
};

typedef struct Row {
    const char *name;
    const char *policy;
    KrrSpec krr;
    const char
        *findings; /* "rule severity element", "@depth" where it is embedded, "=" and the octets
                             where there are such; one a line */
} Row;

#define SUB &(const KrrSpec)

/* clang-format off */
static const Row rows[] = {
    {"usual", ALL, {0}, ""},

    /* missing-field: all but the signature and the embedded KRR */
    {"missing/time", QUIET, {.time = KRR_ABSENT}, "missing-field error KmsRedirectResponse"},
    {"missing/creator", QUIET, {.creator = KRR_ABSENT}, "missing-field error KmsRedirectResponse"},
    {"missing/idri", QUIET, {.idri = KRR_ABSENT}, "missing-field error KmsRedirectResponse"},
    {"missing/idrr", QUIET, {.idrr = KRR_ABSENT}, "missing-field error KmsRedirectResponse"},
    {"missing/idrkmsi", QUIET, {.idrkmsi = KRR_ABSENT}, "missing-field error KmsRedirectResponse"},
    {"missing/idrkmsr", QUIET, {.idrkmsr = KRR_ABSENT}, "missing-field error KmsRedirectResponse"},
    {"missing/initiator-list", QUIET, {.initiator_list = KRR_ABSENT},
     "missing-field error KmsRedirectResponse"},
    {"missing/receiver-list", QUIET, {.receiver_list = KRR_ABSENT},
     "missing-field error KmsRedirectResponse"},
    {"missing/no-value", QUIET, {.creator = ""}, "missing-field error KmsRedirectResponse"},
    {"missing/white-space", QUIET, {.idrkmsr = " \t\n"}, "missing-field error KmsRedirectResponse"},
    {"missing/two-are-one-finding", QUIET, {.time = KRR_ABSENT, .receiver_list = KRR_ABSENT},
     "missing-field error KmsRedirectResponse"},
    {"missing/in-sub-krr", QUIET,
     {.receiver_list = PARTNER, .embeds = SUB{.creator = KRR_ABSENT}},
     "missing-field error KmsRedirectResponse@1"},
    {"missing/off", "[severity]\nunsigned-krr = off\nmissing-field = off\n",
     {.time = KRR_ABSENT}, ""},

    /* bad-time */
    {"time/none", QUIET, {.time = "yesterday"}, "bad-time warning Time"},
    {"time/a-date", QUIET, {.time = "2026-03-01"}, "bad-time warning Time"},
    {"time/no-such-day", QUIET, {.time = "2026-02-30T10:00:00Z"}, "bad-time warning Time"},
    {"time/without-zone", QUIET, {.time = "2026-03-01T10:00:00"}, ""},
    {"time/white-space", QUIET, {.time = "\n 2026-03-01T10:00:00Z "}, ""},
    {"time/severity-of-the-policy", "[severity]\nunsigned-krr = off\nbad-time = error\n",
     {.time = "now"}, "bad-time error Time"},

    /* unrecognised-element */
    {"unrecognised/element", QUIET, {.more = "<Colour>red</Colour>"},
     "unrecognised-element note KmsRedirectResponse =<Colour>red</Colour>"},
    {"unrecognised/twice", QUIET, {.more = "<CreatorUri>x</CreatorUri>"},
     "ambiguous-krr error CreatorUri =x\n"
     "unrecognised-element note KmsRedirectResponse =<CreatorUri>x</CreatorUri>"},
    {"unrecognised/several-are-one", QUIET, {.more = "<A/><B/>"},
     "unrecognised-element note KmsRedirectResponse =<A/>"},

    /* unsigned-krr */
    {"unsigned/warning", NULL, {0}, "unsigned-krr warning KmsRedirectResponse"},
    {"unsigned/required", "[policy]\nrequire-signed-krr = yes\n", {0},
     "unsigned-krr error KmsRedirectResponse"},
    {"unsigned/required-of-our-users", "[policy]\nrequire-signed-krr = yes\n" KMS_GROUP,
     {.idri = NOBODY}, "unsigned-krr warning KmsRedirectResponse"},
    {"unsigned/severity-goes-first",
     "[policy]\nrequire-signed-krr = yes\n[severity]\nunsigned-krr = note\n", {0},
     "unsigned-krr note KmsRedirectResponse"},
    {"unsigned/sub-krr-too", NULL, {.receiver_list = PARTNER, .embeds = SUB{0}},
     "unsigned-krr warning KmsRedirectResponse\nunsigned-krr warning KmsRedirectResponse@1"},

    /* unknown-kms: of the lists, for the initiator */
    {"unknown/receiver-list", USERS_ONLY, {.receiver_list = STRANGER},
     "unknown-kms warning ReceiverKmsList =" STRANGER},
    {"unknown/initiator-list", USERS_ONLY,
     {.initiator_list = STRANGER " " AWAY, .receiver_list = "ANY"},
     "unknown-kms warning InitiatorKmsList =" STRANGER},
    {"unknown/each-one", USERS_ONLY, {.receiver_list = STRANGER " " PARTNER " another.invalid"},
     "unknown-kms warning ReceiverKmsList =" STRANGER "\n"
     "unknown-kms warning ReceiverKmsList =another.invalid"},
    {"unknown/not-what-was-offered", USERS_ONLY, {.idrkmsi = STRANGER, .idrkmsr = STRANGER}, ""},
    {"unknown/not-without-a-policy", QUIET, {.receiver_list = STRANGER}, ""},
    {"unknown/known-nowhere", USERS_ONLY, {.idri = NOBODY, .receiver_list = STRANGER}, 
     "unknown-kms warning ReceiverKmsList =" STRANGER},
    {"unknown/user-overlays", KMS_GROUP "[user " ALICE "]\nexternal = " STRANGER "\n" QUIET,
     {.receiver_list = STRANGER " " HOME, .idrkmsr = PARTNER}, ""},
    {"unknown/user-overlays-and-drops", KMS_GROUP "[user " ALICE "]\nexternal = " STRANGER "\n"
     QUIET, {.receiver_list = PARTNER}, "unknown-kms warning ReceiverKmsList =" PARTNER},

    /* lookalike-kms */
    {"lookalike/one-edit", USERS_ONLY, {.receiver_list = "kms.partmer.example"},
     "unknown-kms warning ReceiverKmsList =kms.partmer.example\n"
     "lookalike-kms error ReceiverKmsList =kms.partmer.example"},
    {"lookalike/case-is-the-same", USERS_ONLY, {.receiver_list = "KMS.partner.example"}, ""},
    {"lookalike/dot-is-the-same", USERS_ONLY, {.receiver_list = PARTNER "."}, ""},
    {"lookalike/offered-too", USERS_ONLY, {.idrkmsr = "kms.h0me.example"},
     "lookalike-kms error ReceiverKmsUri =kms.h0me.example"},
    {"lookalike/two-listed-alike", "[kms]\nhome = kms-1.example\nexternal = kms-2.example\n" QUIET,
     {.idrkmsi = "kms-1.example", .idrkmsr = "kms-1.example", .receiver_list = "kms-2.example"}, ""},

    /* empty-list */
    {"empty/receiver", ALL, {.receiver_list = ""}, "empty-list note ReceiverKmsList"},
    {"empty/initiator", QUIET, {.initiator_list = "", .receiver_list = "ANY"},
     "empty-list note InitiatorKmsList"},
    {"empty/both", QUIET, {.initiator_list = "", .receiver_list = ""},
     "empty-list note InitiatorKmsList\nempty-list note ReceiverKmsList"},

    /* nothing-rejected: a server, or anybody but the receiver */
    {"rejected/nothing", QUIET, {.receiver_list = HOME " " PARTNER},
     "nothing-rejected warning KmsRedirectResponse"},
    {"rejected/any-any", QUIET, {.receiver_list = "ANY"},
     "nothing-rejected warning KmsRedirectResponse"},
    {"rejected/the-initiator-kms", QUIET, {.initiator_list = AWAY, .receiver_list = "ANY"}, ""},
    {"rejected/receiver-may", QUIET, {.creator = BOB, .receiver_list = HOME}, ""},
    {"rejected/receiver-without-scheme", QUIET,
     {.creator = "bob@partner.example", .receiver_list = HOME}, ""},
    {"rejected/receiver-hidden", QUIET, {.idrr = UID, .receiver_list = HOME}, ""},
    {"rejected/almost-a-uid", QUIET, {.idrr = "00112233", .receiver_list = HOME},
     "nothing-rejected warning KmsRedirectResponse"},
    {"rejected/not-where-it-embeds", QUIET,
     {.creator = NOBODY, .receiver_list = HOME,
      .embeds = SUB{.creator = BOB, .receiver_list = HOME " " PARTNER}}, ""},
    {"rejected/empty-list-rejects", QUIET, {.receiver_list = ""},
     "empty-list note ReceiverKmsList"},
    {"rejected/list-missing", QUIET, {.initiator_list = KRR_ABSENT, .receiver_list = HOME},
     "missing-field error KmsRedirectResponse"},

    /* too-many-sub-krrs: more than the policy says, all levels */
    {"many/just-not", "[policy]\nmax-sub-krrs = 2\n" QUIET,
     {.receiver_list = "a.one", .embeds = SUB{.receiver_list = "a.one b.two",
      .embeds = SUB{.receiver_list = "a.one b.two c.three"}}}, ""},
    {"many/just", "[policy]\nmax-sub-krrs = 1\n" QUIET,
     {.receiver_list = "a.one", .embeds = SUB{.receiver_list = "a.one b.two",
      .embeds = SUB{.receiver_list = "a.one b.two c.three"}}},
     "too-many-sub-krrs warning KmsRedirectResponse"},
    {"many/none-allowed", "[policy]\nmax-sub-krrs = 0\n" QUIET,
     {.receiver_list = PARTNER, .embeds = SUB{0}}, "too-many-sub-krrs warning KmsRedirectResponse"},
    {"many/by-user", "[policy]\nmax-sub-krrs = 5\n[user " ALICE "]\nmax-sub-krrs = 0\n" QUIET,
     {.receiver_list = PARTNER, .embeds = SUB{0}}, "too-many-sub-krrs warning KmsRedirectResponse"},
    {"many/two-side-by-side", "[policy]\nmax-sub-krrs = 1\n" QUIET,
     {.receiver_list = PARTNER, .embeds = SUB{0}, .embeds_too = SUB{.time = "2026-03-01T09:59:59Z"}},
     "unrecognised-element note KmsRedirectResponse =<KmsRedirectResponse>...\n"
     "too-many-sub-krrs warning KmsRedirectResponse"},

    /* sub-krr-ids-differ */
    {"ids/idri", QUIET, {.receiver_list = PARTNER, .embeds = SUB{.idri = CARL}},
     "sub-krr-ids-differ error KmsRedirectResponse =" CARL},
    {"ids/idrr", QUIET, {.receiver_list = PARTNER, .embeds = SUB{.idrr = NOBODY}},
     "sub-krr-ids-differ error KmsRedirectResponse =" NOBODY},
    {"ids/idrkmsi", QUIET, {.receiver_list = PARTNER, .embeds = SUB{.idrkmsi = AWAY}},
     "sub-krr-ids-differ error KmsRedirectResponse =" AWAY},
    {"ids/idrkmsr", QUIET, {.receiver_list = PARTNER, .embeds = SUB{.idrkmsr = AWAY}},
     "sub-krr-ids-differ error KmsRedirectResponse =" AWAY},
    {"ids/all-are-one-finding", QUIET,
     {.receiver_list = PARTNER,
      .embeds = SUB{.idri = CARL, .idrr = NOBODY, .idrkmsi = AWAY, .idrkmsr = AWAY}},
     "sub-krr-ids-differ error KmsRedirectResponse =" CARL},
    {"ids/creators-may-differ", QUIET,
     {.creator = INBOUND, .receiver_list = PARTNER, .embeds = SUB{.creator = BOB}}, ""},
    {"ids/absent-is-not-other", QUIET,
     {.receiver_list = PARTNER, .embeds = SUB{.idrkmsr = KRR_ABSENT}},
     "missing-field error KmsRedirectResponse@1"},
    {"ids/at-depth", QUIET,
     {.receiver_list = PARTNER, .embeds = SUB{.embeds = SUB{.idri = CARL,
      .receiver_list = PARTNER " " PARTNER2 " " OTHER}}},
     "sub-krr-ids-differ error KmsRedirectResponse@1 =" CARL},

    /* sub-krr-newer */
    {"newer/by-a-second", QUIET,
     {.receiver_list = PARTNER, .embeds = SUB{.time = "2026-03-01T10:00:01Z"}},
     "sub-krr-newer note Time"},
    {"newer/by-clock-skew", QUIET,
     {.receiver_list = PARTNER, .embeds = SUB{.time = "2026-03-01T10:05:00Z"}},
     "sub-krr-newer note Time"},
    {"newer/beyond-clock-skew", QUIET,
     {.receiver_list = PARTNER, .embeds = SUB{.time = "2026-03-01T10:05:01Z"}},
     "sub-krr-newer warning Time"},
    {"newer/same-time", QUIET, {.receiver_list = PARTNER, .embeds = SUB{0}}, ""},
    {"newer/same-instant-other-zone", QUIET,
     {.receiver_list = PARTNER, .embeds = SUB{.time = "2026-03-01T11:30:00+01:30"}}, ""},
    {"newer/by-a-fraction", QUIET,
     {.time = "2026-03-01T10:00:00.000Z", .receiver_list = PARTNER,
      .embeds = SUB{.time = "2026-03-01T10:00:00.001Z"}}, "sub-krr-newer note Time"},
    {"newer/not-within-the-second-that-is-written", QUIET,
     {.receiver_list = PARTNER, .embeds = SUB{.time = "2026-03-01T10:00:00.999Z"}}, ""},
    {"newer/a-fraction-is-taken-as-it-stands", QUIET,
     {.time = "2026-03-01T10:00:00.1Z", .receiver_list = PARTNER,
      .embeds = SUB{.time = "2026-03-01T10:00:00.101Z"}}, "sub-krr-newer note Time"},
    {"newer/no-time-no-verdict", QUIET,
     {.receiver_list = PARTNER, .embeds = SUB{.time = "later"}}, "bad-time warning Time@1"},

    /* list-widened: ANY holds every KMS, empty holds none */
    {"widened/one-more", QUIET,
     {.receiver_list = PARTNER " " PARTNER2 " " OTHER, .embeds = SUB{0}},
     "list-widened error ReceiverKmsList"},
    {"widened/another", QUIET, {.receiver_list = OTHER, .embeds = SUB{0}},
     "list-widened error ReceiverKmsList"},
    {"widened/initiator", QUIET,
     {.initiator_list = HOME " " AWAY, .embeds = SUB{.initiator_list = HOME}},
     "list-widened error InitiatorKmsList"},
    {"widened/to-any", QUIET, {.receiver_list = "ANY", .embeds = SUB{0}},
     "list-widened error ReceiverKmsList"},
    {"widened/empty-to-any", QUIET, {.receiver_list = "ANY", .embeds = SUB{.receiver_list = ""}},
     "list-widened error ReceiverKmsList\nempty-list note ReceiverKmsList@1"},
    {"widened/empty-to-one", QUIET, {.receiver_list = PARTNER, .embeds = SUB{.receiver_list = ""}},
     "list-widened error ReceiverKmsList\nempty-list note ReceiverKmsList@1"},
    {"widened/not-from-any", QUIET, {.initiator_list = OTHER, .embeds = SUB{0}}, ""},
    {"widened/not-from-any-to-empty", QUIET, {.initiator_list = "", .embeds = SUB{0}},
     "empty-list note InitiatorKmsList"},
    {"widened/not-to-empty", QUIET, {.receiver_list = "", .embeds = SUB{0}},
     "empty-list note ReceiverKmsList"},
    {"widened/not-by-letter-case", QUIET,
     {.receiver_list = "KMS.partner.example", .embeds = SUB{0}},
     ""},
    {"widened/missing-proves-nothing", QUIET,
     {.receiver_list = PARTNER, .embeds = SUB{.receiver_list = KRR_ABSENT}},
     "missing-field error KmsRedirectResponse@1"},
    {"widened/at-depth", QUIET,
     {.receiver_list = PARTNER, .embeds = SUB{.embeds = SUB{.receiver_list = PARTNER}}},
     "list-widened error ReceiverKmsList@1"},
    {"widened/steps-are-judged-one-by-one", QUIET,
     {.receiver_list = PARTNER, .embeds = SUB{.receiver_list = "",
      .embeds = SUB{.receiver_list = PARTNER}}},
     "list-widened error ReceiverKmsList\nempty-list note ReceiverKmsList@1"},

    /* list-reordered */
    {"reordered/swap", QUIET, {.receiver_list = PARTNER2 " " PARTNER, .embeds = SUB{0}},
     "list-reordered warning ReceiverKmsList"},
    {"reordered/what-is-left", QUIET,
     {.receiver_list = "c.x a.x", .embeds = SUB{.receiver_list = "a.x b.x c.x"}},
     "list-reordered warning ReceiverKmsList"},
    {"reordered/kept", QUIET,
     {.receiver_list = "a.x c.x", .embeds = SUB{.receiver_list = "a.x b.x c.x"}}, ""},
    {"reordered/repetition-is-none", QUIET,
     {.receiver_list = "a.x b.x a.x", .embeds = SUB{.receiver_list = "a.x b.x c.x"}}, ""},
    {"reordered/beside-widened", QUIET,
     {.receiver_list = "b.x z.z a.x", .embeds = SUB{.receiver_list = "a.x b.x c.x"}},
     "list-widened error ReceiverKmsList\nlist-reordered warning ReceiverKmsList"},
    {"reordered/initiator", QUIET,
     {.initiator_list = "b.x a.x", .embeds = SUB{.initiator_list = "a.x b.x"}},
     "list-reordered warning InitiatorKmsList"},

    /* both-lists-changed */
    {"both/reduced", QUIET,
     {.initiator_list = AWAY, .receiver_list = PARTNER, .embeds = SUB{0}},
     "both-lists-changed error KmsRedirectResponse"},
    {"both/reduced-and-reordered", QUIET,
     {.initiator_list = HOME, .receiver_list = PARTNER2 " " PARTNER, .embeds = SUB{0}},
     "list-reordered warning ReceiverKmsList\nboth-lists-changed error KmsRedirectResponse"},
    {"both/emptied", QUIET, {.initiator_list = "", .receiver_list = "", .embeds = SUB{0}},
     "empty-list note InitiatorKmsList\nempty-list note ReceiverKmsList\n"
     "both-lists-changed error KmsRedirectResponse"},
    {"both/step-by-step-is-right", QUIET,
     {.initiator_list = AWAY, .receiver_list = PARTNER,
      .embeds = SUB{.receiver_list = PARTNER, .embeds = SUB{0}}}, ""},
    {"both/missing-is-not-changed", QUIET,
     {.initiator_list = AWAY, .receiver_list = PARTNER,
      .embeds = SUB{.receiver_list = KRR_ABSENT}},
     "missing-field error KmsRedirectResponse@1"},

    /* needless-krr */
    {"needless/same", QUIET, {.embeds = SUB{0}}, "needless-krr note KmsRedirectResponse"},
    {"needless/repetition", QUIET, {.receiver_list = PARTNER " " PARTNER " " PARTNER2,
     .embeds = SUB{0}}, "needless-krr note KmsRedirectResponse"},
    {"needless/both-empty", QUIET, {.receiver_list = "", .embeds = SUB{.receiver_list = ""}},
     "empty-list note ReceiverKmsList\nneedless-krr note KmsRedirectResponse\n"
     "empty-list note ReceiverKmsList@1"},
    {"needless/not-where-one-changed", QUIET, {.receiver_list = PARTNER, .embeds = SUB{0}}, ""},

    /* wrong-list-for-role. Case A: inbound CS proxy */
    {"role/a", ALL, {.creator = INBOUND, .idrkmsi = OTHER, .initiator_list = HOME " " AWAY,
     .receiver_list = "ANY"}, ""},
    {"role/a-restricts-the-receiver", ALL, {.creator = INBOUND, .initiator_list = AWAY,
     .receiver_list = PARTNER}, "wrong-list-for-role error ReceiverKmsList"},
    {"role/a-leaves-any", ALL, {.creator = INBOUND, .receiver_list = "ANY"},
     "nothing-rejected warning KmsRedirectResponse\nwrong-list-for-role error InitiatorKmsList"},
    {"role/a-swapped", ALL, {.creator = INBOUND}, "wrong-list-for-role error InitiatorKmsList"},
    {"role/a-empty-is-given", ALL, {.creator = INBOUND, .initiator_list = "",
     .receiver_list = "ANY"}, "empty-list note InitiatorKmsList"},
    {"role/a-empty-receiver-list", ALL, {.creator = INBOUND, .initiator_list = AWAY,
     .receiver_list = ""},
     "empty-list note ReceiverKmsList\nwrong-list-for-role error ReceiverKmsList"},
    {"role/a-missing-is-missing", ALL, {.creator = INBOUND, .initiator_list = AWAY,
     .receiver_list = KRR_ABSENT}, "missing-field error KmsRedirectResponse"},
    /* Case B: IS proxy of the initiator's domain */
    {"role/b", ALL, {.creator = IS_HOME, .idrkmsi = OTHER, .initiator_list = HOME,
     .receiver_list = "ANY"}, ""},
    {"role/b-restricts-the-receiver", ALL, {.creator = IS_HOME},
     "wrong-list-for-role error InitiatorKmsList"},
    /* Case C: IS proxy of the receiver's domain */
    {"role/c", ALL, {.creator = IS_PARTNER}, ""},
    {"role/c-restricts-the-initiator", ALL, {.creator = IS_PARTNER, .initiator_list = AWAY,
     .receiver_list = PARTNER}, "wrong-list-for-role error InitiatorKmsList"},
    /* An IS proxy to whose domain both users relate may do either, but not both */
    {"role/b-or-c", ALL, {.creator = IS_HOME, .idrr = CARL, .idrkmsr = OTHER,
     .receiver_list = AWAY}, ""},
    {"role/c-or-b", ALL, {.creator = IS_HOME, .idrr = CARL, .idrkmsi = OTHER,
     .initiator_list = AWAY, .receiver_list = "ANY"}, ""},
    {"role/b-and-c", ALL, {.creator = IS_HOME, .idrr = CARL, .initiator_list = AWAY,
     .receiver_list = AWAY}, "wrong-list-for-role error ReceiverKmsList"},
    /* Somebody who is hidden may be of its domain */
    {"role/b-or-c-of-somebody-hidden", ALL, {.creator = IS_HOME, .idrr = UID,
     .receiver_list = AWAY}, ""},
    {"role/c-or-b-of-somebody-hidden", ALL, {.creator = IS_PARTNER, .idri = UID,
     .idrkmsi = OTHER, .initiator_list = HOME, .receiver_list = "ANY"}, ""},
    {"role/b-and-c-of-somebody-hidden", ALL, {.creator = IS_HOME, .idrr = UID,
     .initiator_list = AWAY, .receiver_list = AWAY},
     "wrong-list-for-role error ReceiverKmsList"},
    /* Case D: outbound CS proxy */
    {"role/d-restricts-the-initiator", ALL, {.initiator_list = AWAY, .receiver_list = PARTNER},
     "wrong-list-for-role error InitiatorKmsList"},
    {"role/d-leaves-any", ALL, {.receiver_list = "ANY"},
     "nothing-rejected warning KmsRedirectResponse\nwrong-list-for-role error ReceiverKmsList"},
    /* Whom no case binds, and what was not made afresh */
    {"role/server", ALL, {.creator = SERVER, .initiator_list = AWAY, .receiver_list = PARTNER}, ""},
    {"role/nobody", ALL, {.creator = NOBODY, .initiator_list = AWAY, .receiver_list = PARTNER}, ""},
    {"role/without-scheme", ALL, {.creator = "outbound@partner.example", .initiator_list = AWAY,
     .receiver_list = PARTNER}, "wrong-list-for-role error InitiatorKmsList"},
    {"role/not-where-it-embeds", ALL, {.creator = INBOUND, .initiator_list = AWAY,
     .embeds = SUB{0}}, ""},

    /* The receiver, clause 7.2.1.3.2.2: whatever it prefers, what it supports stays */
    {"receiver/prefers", ALL, {.creator = BOB, .idrkmsr = PARTNER2, .initiator_list = HOME,
     .receiver_list = PARTNER " " PARTNER2}, ""},
    {"receiver/omits-home", ALL, {.creator = BOB, .idrkmsr = PARTNER, .receiver_list = PARTNER2},
     "receiver-omits-own-kms error ReceiverKmsList"},
    {"receiver/omits-secondary", ALL, {.creator = BOB, .idrkmsr = PARTNER2,
     .receiver_list = PARTNER}, "receiver-omits-own-kms error ReceiverKmsList"},
    {"receiver/empty-omits", ALL, {.creator = BOB, .idrkmsr = PARTNER, .receiver_list = ""},
     "empty-list note ReceiverKmsList\nreceiver-omits-own-kms error ReceiverKmsList"},
    {"receiver/may-omit-external", ALL, {.creator = BOB}, ""},
    {"receiver/omits-initiator-kms", ALL, {.creator = BOB, .initiator_list = AWAY},
     "receiver-omits-initiator-kms error InitiatorKmsList"},
    {"receiver/external-includes-home", ALL, {.creator = BOB, .idrkmsi = PARTNER,
     .initiator_list = HOME}, "receiver-omits-initiator-kms error InitiatorKmsList"},
    {"receiver/may-omit-what-it-does-not-know", ALL, {.creator = BOB, .idrkmsi = AWAY,
     .initiator_list = HOME}, ""},
    {"receiver/any-omits-nothing", ALL, {.creator = BOB, .idrkmsr = PARTNER,
     .receiver_list = "ANY"}, ""},
    {"receiver/without-scheme", ALL, {.creator = "bob@partner.example", .idrkmsr = PARTNER,
     .receiver_list = PARTNER2}, "receiver-omits-own-kms error ReceiverKmsList"},
    {"receiver/not-known", USERS_ONLY, {.creator = BOB, .idrkmsr = PARTNER,
     .receiver_list = PARTNER2}, ""},
    {"receiver/somebody-else-made-it", ALL, {.idrkmsr = PARTNER, .receiver_list = PARTNER2}, ""},
    {"receiver/list-missing", ALL, {.creator = BOB, .idrkmsr = PARTNER,
     .receiver_list = KRR_ABSENT}, "missing-field error KmsRedirectResponse"},

    /* list-not-of-domain */
    {"domain/receiver-list", ALL, {.receiver_list = PARTNER " " OTHER},
     "list-not-of-domain error ReceiverKmsList =" OTHER},
    {"domain/initiator-list", ALL, {.creator = BOB, .initiator_list = HOME " " OTHER},
     "list-not-of-domain error InitiatorKmsList =" OTHER},
    {"domain/each-one", ALL, {.creator = BOB, .initiator_list = HOME " " OTHER,
     .receiver_list = OTHER " " PARTNER},
     "list-not-of-domain error InitiatorKmsList =" OTHER "\n"
     "list-not-of-domain error ReceiverKmsList =" OTHER},
    {"domain/of-nobody", ALL, {.creator = NOBODY, .receiver_list = OTHER}, ""},
    {"domain/not-where-it-embeds", ALL, {.receiver_list = OTHER,
     .embeds = SUB{.creator = NOBODY, .receiver_list = OTHER " " PARTNER}}, ""},
    {"domain/nothing-stated", KMS_GROUP "[domain partner.example]\nusers = sip:*@partner.example\n"
     "[entity " OUTBOUND "]\nrole = outbound-cs-proxy\ndomain = partner.example\n" QUIET,
     {.receiver_list = OTHER}, ""},

    /* steered-to-own-domain: only the creator's own for a user of another domain */
    {"steered/initiator", ALL, {.creator = BOB, .initiator_list = PARTNER},
     "receiver-omits-initiator-kms error InitiatorKmsList\n"
     "steered-to-own-domain warning InitiatorKmsList"},
    {"steered/receiver-may", ALL, {.creator = BOB, .idrkmsi = AWAY, .initiator_list = PARTNER}, ""},
    {"steered/receiver-of-unknown-kms", KMS_GROUP "[domain partner.example]\n"
     "users = sip:*@partner.example\n" QUIET, {.creator = BOB, .initiator_list = PARTNER}, ""},
    {"steered/with-a-choice", ALL, {.creator = BOB, .idrkmsi = AWAY,
     .initiator_list = PARTNER " " HOME}, ""},
    {"steered/receiver", ALL, {.creator = INBOUND, .idrkmsi = OTHER, .initiator_list = AWAY,
     .receiver_list = HOME},
     "wrong-list-for-role error ReceiverKmsList\nsteered-to-own-domain warning ReceiverKmsList"},
    {"steered/own-user", ALL, {0}, ""},
    {"steered/own-user-of-no-domain", KMS_GROUP "[domain partner.example]\n"
     "users = sip:*@partner.example\n[entity sip:visited@partner.example]\n"
     "role = inbound-cs-proxy\ndomain = partner.example\n" QUIET,
     {.creator = "sip:visited@partner.example", .idrkmsi = AWAY, .initiator_list = PARTNER,
      .receiver_list = "ANY"}, "steered-to-own-domain warning InitiatorKmsList"},
    {"steered/domain-without-users", KMS_GROUP "[domain partner.example]\n"
     "kms = " PARTNER "\n[entity sip:visited@partner.example]\n"
     "role = inbound-cs-proxy\ndomain = partner.example\n" QUIET,
     {.creator = "sip:visited@partner.example", .idrkmsi = AWAY, .initiator_list = PARTNER,
      .receiver_list = "ANY"}, ""},
    {"steered/keyed-there", KMS_GROUP "[user " ALICE "]\nsecondary = " PARTNER "\n" DOMAINS QUIET,
     {.creator = BOB, .initiator_list = PARTNER},
     "receiver-omits-initiator-kms error InitiatorKmsList"},
    {"steered/empty-is-no-choice-of-theirs", ALL, {.creator = BOB, .idrkmsi = AWAY,
     .initiator_list = ""}, "empty-list note InitiatorKmsList"},
    {"steered/user-of-no-domain", ALL, {.creator = BOB, .idri = NOBODY, .idrkmsi = AWAY,
     .initiator_list = PARTNER}, ""},
    {"steered/by-a-reduction", ALL, {.initiator_list = PARTNER,
     .embeds = SUB{.creator = BOB, .initiator_list = HOME " " PARTNER}},
     "steered-to-own-domain warning InitiatorKmsList"},
};
/* clang-format on */

/* The octets that a finding shows; of an element with content only its start tag. */
static void append_octets(GString *text, const char *xml, KrrRange range)
{
    g_autofree char *octets = g_strndup(xml + range.offset, range.length);
    char *inner = strstr(octets, "><");

    if (inner) {
        inner[1] = '\0';
    }
    g_string_append_printf(text, " =%s%s", octets, inner ? "..." : "");
}

static char *findings_text(const GPtrArray *findings, const char *xml)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < findings->len; i++) {
        const KrrFinding *finding = g_ptr_array_index(findings, i);
        g_string_append_printf(text, "%s%s %s %s", i ? "\n" : "", krr_rules[finding->rule].name,
                               krr_severity_name(finding->severity),
                               krr_vocabulary_name(finding->element));
        if (finding->krr && finding->krr->depth > 0) {
            g_string_append_printf(text, "@%u", finding->krr->depth);
        }
        if (finding->range.length > 0) {
            append_octets(text, xml, finding->range);
        }
        g_assert_nonnull(finding->expected);
        g_assert_nonnull(finding->observed);
    }
    return g_string_free(text, FALSE);
}

static KmsPolicy *policy_of(const char *text)
{
    return text ? policy_from_text(text) : kms_policy_new();
}

static void test_row(gconstpointer data)
{
    const Row *row = data;
    g_autoptr(KmsPolicy) policy = policy_of(row->policy);
    g_autofree char *xml = krr_spec_xml(&row->krr, &usual);
    g_autoptr(KrrDocument) document = krr_spec_parse(&row->krr, &usual);

    g_assert_cmpstr(document->error, ==, NULL);
    g_autoptr(GPtrArray) findings = audit_document(document, policy);
    g_autofree char *text = findings_text(findings, xml);
    g_assert_cmpstr(text, ==, row->findings);
}

/* Documents that a specification can not say. */

static const struct {
    const char *name;
    const char *text;
    const char *findings;
} documents[] = {
    {"malformed/empty", "", "malformed-krr error KmsRedirectResponse"},
    {"malformed/no-xml", "busy here", "malformed-krr error KmsRedirectResponse"},
    {"malformed/other-root", "<html/>", "malformed-krr error KmsRedirectResponse"},
    {"malformed/doctype", "<!DOCTYPE k><KmsRedirectResponse xmlns='" KRR_NAMESPACE "'/>",
     "malformed-krr error KmsRedirectResponse"},
    {"no-namespace", "<KmsRedirectResponse/>",
     "missing-field error KmsRedirectResponse\n"
     "unrecognised-element note KmsRedirectResponse =<KmsRedirectResponse/>"},
    {"upload/none", "<KmsRequest xmlns='" KMS_REQUEST_NAMESPACE "'/>", ""},
    {"upload/two",
     "<KmsRequest xmlns='" KMS_REQUEST_NAMESPACE "'><KrrList xmlns:k='" KRR_NAMESPACE "'>"
     "<k:KmsRedirectResponse/><k:KmsRedirectResponse><k:Time>x</k:Time></k:KmsRedirectResponse>"
     "</KrrList></KmsRequest>",
     "missing-field error KmsRedirectResponse\nmissing-field error KmsRedirectResponse\n"
     "bad-time warning Time"},
};

static void test_document(gconstpointer data)
{
    guint index = GPOINTER_TO_UINT(data);
    const char *text = documents[index].text;
    g_autoptr(KmsPolicy) policy = policy_from_text(QUIET);
    g_autoptr(KrrDocument) document =
        krr_document_parse((const guint8 *)text, strlen(text), krr_vocabulary_default());
    g_autoptr(GPtrArray) findings = audit_document(document, policy);
    g_autofree char *found = findings_text(findings, text);

    g_assert_cmpstr(found, ==, documents[index].findings);
}

/* Deeper than the limit: a finding, and the upper levels are judged all the same. */
static void test_too_deep(void)
{
    g_autoptr(KmsPolicy) policy = policy_from_text(QUIET "missing-field = off\n");
    g_autoptr(GString) xml = g_string_new(NULL);

    for (guint i = 0; i <= KRR_MAX_DEPTH + 1; i++) {
        g_string_append(xml, "<KmsRedirectResponse xmlns='" KRR_NAMESPACE "'>");
    }
    for (guint i = 0; i <= KRR_MAX_DEPTH + 1; i++) {
        g_string_append(xml, "</KmsRedirectResponse>");
    }
    g_autoptr(KrrDocument) document =
        krr_document_parse((const guint8 *)xml->str, xml->len, krr_vocabulary_default());
    g_autoptr(GPtrArray) findings = audit_document(document, policy);
    g_autofree char *found = findings_text(findings, xml->str);
    g_assert_cmpstr(found, ==,
                    "malformed-krr error KmsRedirectResponse\n"
                    "too-many-sub-krrs warning KmsRedirectResponse");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/rules-document/", rows[i].name, NULL);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    for (guint i = 0; i < G_N_ELEMENTS(documents); i++) {
        g_autofree char *path = g_strconcat("/rules-document/", documents[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_document);
    }
    g_test_add_func("/rules-document/malformed/too-deep", test_too_deep);
    return g_test_run();
}
