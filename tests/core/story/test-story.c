/* test-story.c
 * From messages to negotiations: who asked whom, what answered, what belongs together
 *
 * A table: the messages, the negotiations that they make as text, and the rules that fire.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "core/story/ledger.h"
#include "tests/support/policy-text.h"
#include "tests/support/story-sample.h"

#define ALICE "sip:alice@home.example"
#define BOB   "sip:bob@partner.example"

/* The KMSs; A is Alice's home, B Bob's. */
#define A "kms.a"
#define B "kms.b"
#define C "keys.c"

#define WINDOW 180000

static const KrrSpec usual = {
    .time = "2026-03-01T10:00:00Z",
    .creator = "sip:server@partner.example",
    .idri = ALICE,
    .idrr = BOB,
    .idrkmsi = A,
    .idrkmsr = A,
    .initiator_list = "ANY",
    .receiver_list = B " " C,
};

static const OfferSpec first = {"first", ALICE, BOB, A, A, MIKEY_PURPOSE_PCK, 0, 0};
static const OfferSpec second = {"second", ALICE, BOB, A, B, MIKEY_PURPOSE_PCK, 0, 0};
static const OfferSpec third = {"third", ALICE, BOB, A, C, MIKEY_PURPOSE_PCK, 0, 0};
static const OfferSpec video = {"video", ALICE, BOB, A, A, MIKEY_PURPOSE_PCK, 0, 0};
static const OfferSpec video_retry = {"video, again", ALICE, BOB, A, B, MIKEY_PURPOSE_PCK, 0, 0};
static const OfferSpec anew = {"first, made anew", ALICE, BOB, A, A, MIKEY_PURPOSE_PCK, 0, 0};
static const OfferSpec gmk = {"gmk", ALICE, BOB, A, A, MIKEY_PURPOSE_GMK, 0, 0};
static const OfferSpec hidden = {"hidden", ALICE, BOB, A, A, MIKEY_PURPOSE_PCK, true, true};
static const OfferSpec hidden_retry = {"hidden 2", ALICE, BOB, A, B, MIKEY_PURPOSE_PCK, true, true};

static const KrrSpec krr = {0};
static const KrrSpec other_krr = {.time = "2026-03-01T10:00:01Z"};
static const KrrSpec empty_krr = {.receiver_list = ""};
static const KrrSpec reduced = {
    .creator = "sip:is@home.example", .receiver_list = B, .embeds = &krr};
static const KrrSpec reduced_again = {
    .creator = "sip:in@home.example", .initiator_list = A, .receiver_list = B, .embeds = &reduced};
static const KrrSpec krr_from_b = {.idrkmsr = B, .receiver_list = C};
static const KrrSpec by_phone = {.creator = BOB, .idrkmsr = A};
static const KrrSpec by_tablet = {.creator = BOB, .idrkmsr = A, .time = "2026-03-01T10:00:02Z"};

#define MOST_MESSAGES 32

typedef struct Case {
    const char *name;
    const char *policy;
    Message messages[MOST_MESSAGES]; /* up to the first without a sender */
    const char *story;
    const char *rules;
} Case;

/* clang-format off */
static const Case cases[] = {
    {"nothing", NULL, {{0}}, "", ""},
    {"no-krr-no-negotiation", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 200},
    }, "", ""},
    {"redirect-and-retry", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {5, "s", "a", "c1", .status = 100},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {11, "a", "s", "c1", .method = "ACK"},
        {900, "a", "s", "c2", .offer = &second},
        {950, "s", "a", "c2", .status = 180},
        {990, "s", "a", "c2", .status = 200},
    },
        ALICE " -> " BOB " PCK established\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-2 (" A ", " B ") by identities, 200: a>s/200", ""},

    /* Outcomes */
    {"outcome/refused", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {900, "a", "s", "c2", .offer = &second},
        {990, "s", "a", "c2", .status = 486},
    },
        ALICE " -> " BOB " PCK refused\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-2 (" A ", " B ") by identities, 486: a>s/486", ""},
    {"outcome/488-without-krr-is-a-refusal", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {900, "a", "s", "c2", .offer = &second},
        {990, "s", "a", "c2", .status = 488},
    },
        ALICE " -> " BOB " PCK refused\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-2 (" A ", " B ") by identities, 488: a>s/488", ""},
    {"outcome/no-acceptable-kms", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &empty_krr},
    },
        ALICE " -> " BOB " PCK no-acceptable-kms\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1", ""},
    {"outcome/abandoned-just-beyond-the-window", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {10 + WINDOW + 1, "x", "y", "c9", .method = "OPTIONS"},
    },
        ALICE " -> " BOB " PCK abandoned\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1", ""},
    {"outcome/open-at-the-window", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {10 + WINDOW, "x", "y", "c9", .method = "OPTIONS"},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1", ""},
    {"outcome/open-without-final-answer", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {900, "a", "s", "c2", .offer = &second},
        {950, "s", "a", "c2", .status = 180},
        {2 * WINDOW, "x", "y", "c9", .method = "OPTIONS"},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-2 (" A ", " B ") by identities, 0: a>s/180", ""},
    {"outcome/window-of-the-policy", "[policy]\nwindow = 10\n[severity]\nunsigned-krr = off\n", {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {10011, "a", "s", "c2", .offer = &second},
        {10500, "s", "a", "c2", .status = 200},
    },
        ALICE " -> " BOB " PCK abandoned\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1", ""},

    /* What belongs to one negotiation */
    {"window/at-its-end", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {10 + WINDOW, "a", "s", "c2", .offer = &first},
        {20 + WINDOW, "s", "a", "c2", .status = 488, .krr = &krr},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-1 (" A ", " A ") by identities, 488, received krr-1 of krr-1: a>s/488/krr-1",
        "retry-outside-list retry-same-pair"},
    {"window/past-its-end", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {11 + WINDOW, "a", "s", "c2", .offer = &anew},
        {20 + WINDOW, "s", "a", "c2", .status = 488, .krr = &other_krr},
    },
        ALICE " -> " BOB " PCK abandoned\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        ALICE " -> " BOB " PCK open\n"
        "  offer-2 (" A ", " A ") by transaction, 488, received krr-2 of krr-2: a>s/488/krr-2", ""},
    {"purposes-are-kept-apart", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {20, "a", "s", "c2", .offer = &gmk},
        {30, "s", "a", "c2", .status = 488, .krr = &other_krr},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        ALICE " -> " BOB " GMK open\n"
        "  offer-2 (" A ", " A ") by transaction, 488, received krr-2 of krr-2: a>s/488/krr-2", ""},
    {"after-a-call-a-new-negotiation", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {20, "a", "s", "c2", .offer = &second},
        {30, "s", "a", "c2", .status = 200},
        {5000, "a", "s", "c3", .offer = &anew},
        {5010, "s", "a", "c3", .status = 488, .krr = &other_krr},
    },
        ALICE " -> " BOB " PCK established\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-2 (" A ", " B ") by identities, 200: a>s/200\n"
        ALICE " -> " BOB " PCK open\n"
        "  offer-3 (" A ", " A ") by transaction, 488, received krr-2 of krr-2: a>s/488/krr-2", ""},
    {"three-attempts", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {20, "a", "s", "c2", .offer = &second},
        {30, "s", "a", "c2", .status = 488, .krr = &krr_from_b},
        {40, "a", "s", "c3", .offer = &third},
        {50, "s", "a", "c3", .status = 200},
    },
        ALICE " -> " BOB " PCK established\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-2 (" A ", " B ") by identities, 488, received krr-2 of krr-2: a>s/488/krr-2\n"
        "  offer-3 (" A ", " C ") by identities, 200: a>s/200", ""},
    {"loop", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {20, "a", "s", "c2", .offer = &second},
        {30, "s", "a", "c2", .status = 488, .krr = &(const KrrSpec){.idrkmsr = B, .receiver_list = A}},
        {40, "a", "s", "c3", .offer = &anew},
        {50, "s", "a", "c3", .status = 200},
    },
        ALICE " -> " BOB " PCK established\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-2 (" A ", " B ") by identities, 488, received krr-2 of krr-2: a>s/488/krr-2\n"
        "  offer-3 (" A ", " A ") by identities, 200: a>s/200", "redirect-loop"},
    {"same-offer-sent-again-is-another-attempt", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {500, "a", "s", "c2", .offer = &first},
        {510, "s", "a", "c2", .status = 488, .krr = &other_krr},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-1 (" A ", " A ") by identities, 488, received krr-2 of krr-2: a>s/488/krr-2",
        "retry-outside-list retry-same-pair"},

    /* Legs */
    {"legs/forwarded-over-three", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {2, "s", "t", "c2", .offer = &first},
        {4, "t", "b", "c3", .offer = &first},
        {6, "b", "t", "c3", .status = 488, .krr = &by_phone},
        {8, "t", "s", "c2", .status = 488, .krr = &by_phone},
        {10, "s", "a", "c1", .status = 488, .krr = &by_phone},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: "
        "a>s/488/krr-1 s>t/488/krr-1 t>b/488/krr-1", ""},
    {"legs/replaced-on-the-way", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {2, "s", "t", "c2", .offer = &first},
        {4, "t", "b", "c3", .offer = &first},
        {6, "b", "t", "c3", .status = 488, .krr = &krr},
        {8, "t", "s", "c2", .status = 488, .krr = &reduced},
        {10, "s", "a", "c1", .status = 488, .krr = &reduced_again},
        {900, "a", "s", "c4", .offer = &third},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-3 of krr-1 krr-2 krr-3: "
        "a>s/488/krr-3 s>t/488/krr-2 t>b/488/krr-1\n"
        "  offer-2 (" A ", " C ") by identities, 0: a>s", "retry-outside-list"},
    {"legs/two-probes-whose-clocks-differ", NULL, {
        {-900, "t", "b", "c3", .offer = &first, .capture = 2},
        {-890, "b", "t", "c3", .status = 488, .krr = &krr, .capture = 2},
        {0, "a", "s", "c1", .offer = &first},
        {2, "s", "t", "c2", .offer = &first},
        {10, "t", "s", "c2", .status = 488, .krr = &krr},
        {12, "s", "a", "c1", .status = 488, .krr = &krr},
        {20, "t", "b", "c6", .offer = &second, .capture = 2},
        {30, "b", "t", "c6", .status = 200, .capture = 2},
        {900, "a", "s", "c4", .offer = &second},
        {905, "s", "t", "c5", .offer = &second},
        {930, "t", "s", "c5", .status = 200},
        {935, "s", "a", "c4", .status = 200},
    },
        ALICE " -> " BOB " PCK established\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: "
        "a>s/488/krr-1 s>t/488/krr-1 t>b/488/krr-1\n"
        "  offer-2 (" A ", " B ") by identities, 200: a>s/200 s>t/200 t>b/200", ""},
    {"legs/two-probes-of-one-hop", NULL, {
        {-400, "s", "a", "c1", .status = 488, .krr = &krr, .capture = 2},
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {490, "a", "s", "c2", .offer = &second, .capture = 2},
        {900, "a", "s", "c2", .offer = &second},
        {910, "s", "a", "c2", .status = 200},
    },
        ALICE " -> " BOB " PCK established\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-2 (" A ", " B ") by identities, 200: a>s/200", ""},
    {"legs/middle-hop-missing", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {4, "t", "b", "c3", .offer = &first},
        {6, "b", "t", "c3", .status = 488, .krr = &krr},
        {10, "s", "a", "c1", .status = 488, .krr = &reduced_again},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-2 of krr-1 krr-2: "
        "a>s/488/krr-2 t>b/488/krr-1", ""},
    {"legs/two-kmss-made-at-one-server", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {4, "s", "b", "c3", .offer = &first},
        {6, "b", "s", "c3", .status = 488, .krr = &krr},
        {10, "s", "a", "c1", .status = 488, .krr = &reduced_again},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-2 of krr-1 krr-2: "
        "a>s/488/krr-2 s>b/488/krr-1", ""},
    {"legs/fork", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {2, "s", "phone", "c2", .offer = &first, .branch = "z9hG4bK-1"},
        {3, "s", "tablet", "c2", .offer = &first, .branch = "z9hG4bK-2"},
        {6, "phone", "s", "c2", .status = 488, .krr = &by_phone, .branch = "z9hG4bK-1"},
        {7, "tablet", "s", "c2", .status = 488, .krr = &by_tablet, .branch = "z9hG4bK-2"},
        {10, "s", "a", "c1", .status = 488, .krr = &by_tablet},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-2 of krr-1 krr-2: "
        "a>s/488/krr-2 s>phone/488/krr-1 s>tablet/488/krr-2", ""},
    {"legs/fork-on-one-address", NULL, {
        {2, "s", "b", "c2", .offer = &first, .branch = "z9hG4bK-1"},
        {3, "s", "b", "c2", .offer = &first, .branch = "z9hG4bK-2"},
        {6, "b", "s", "c2", .status = 488, .krr = &by_phone, .branch = "z9hG4bK-1"},
        {7, "b", "s", "c2", .status = 200, .branch = "z9hG4bK-2"},
    },
        ALICE " -> " BOB " PCK established\n"
        "  offer-1 (" A ", " A ") by transaction, 200, received krr-1 of krr-1: "
        "s>b/488/krr-1 s>b/200", ""},
    {"legs/retransmissions", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {500, "a", "s", "c1", .offer = &first},
        {600, "s", "a", "c1", .status = 488, .krr = &krr},
        {700, "a", "s", "c1", .offer = &first},
        {1100, "s", "a", "c1", .status = 488, .krr = &krr},
        {1110, "a", "s", "c1", .method = "ACK"},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1", ""},
    {"legs/ipv6-all-on-one-machine", NULL, {
        {0, "::1", "::1", "c1", .offer = &first},
        {2, "::1", "::1", "c2", .offer = &first},
        {6, "::1", "::1", "c2", .status = 488, .krr = &krr},
        {8, "::1", "::1", "c1", .status = 488, .krr = &reduced},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-2 of krr-1 krr-2: "
        "::1>::1/488/krr-2 ::1>::1/488/krr-1", ""},

    /* Credentials */
    {"credentials/same-offer", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 407},
        {20, "a", "s", "c1", .offer = &first, .cseq = 2},
        {30, "s", "a", "c1", .status = 488, .krr = &krr, .cseq = 2},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: "
        "a>s/407 a>s/488/krr-1", ""},
    {"credentials/offer-made-anew", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 401},
        {20, "a", "s", "c1", .offer = &anew, .cseq = 2},
        {30, "s", "a", "c1", .status = 488, .krr = &krr, .cseq = 2},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: "
        "a>s/401 a>s/488/krr-1", ""},
    {"credentials/asked-in-the-retry", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {20, "a", "s", "c2", .offer = &second},
        {30, "s", "a", "c2", .status = 407},
        {40, "a", "s", "c2", .offer = &second, .cseq = 2},
        {50, "s", "a", "c2", .status = 200, .cseq = 2},
    },
        ALICE " -> " BOB " PCK established\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-2 (" A ", " B ") by identities, 200: a>s/407 a>s/200", ""},
    {"credentials/asked-and-no-more", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {20, "a", "s", "c2", .offer = &second},
        {30, "s", "a", "c2", .status = 407},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-2 (" A ", " B ") by identities, 407: a>s/407", ""},

    /* Hidden identities */
    {"hidden/known-from-sip", NULL, {
        {0, "a", "s", "c1", .offer = &hidden},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {20, "a", "s", "c2", .offer = &hidden_retry},
        {30, "s", "a", "c2", .status = 200},
    },
        ALICE " -> " BOB " PCK established\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-2 (" A ", " B ") by uid, 200: a>s/200", ""},
    {"hidden/known-from-a-krr", NULL, {
        {0, "a", "s", "c1", .offer = &hidden, .identities = "sip:x@y"},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {20, "a", "s", "c2", .offer = &hidden_retry, .identities = "sip:x@y"},
        {30, "s", "a", "c2", .status = 200},
    },
        ALICE " -> " BOB " PCK established\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-2 (" A ", " B ") by uid, 200: a>s/200", ""},
    {"hidden/spelled-without-scheme", NULL, {
        {0, "a", "s", "c1", .offer = &hidden, .identities = "alice@home.example bob@partner.example"},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {20, "a", "s", "c2", .offer = &second},
        {30, "s", "a", "c2", .status = 200},
    },
        "alice@home.example -> bob@partner.example PCK established\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-2 (" A ", " B ") by identities, 200: a>s/200", ""},
    {"hidden/known-from-the-policy",
        "[user " ALICE "]\nmax-sub-krrs = 5\n[user " BOB "]\nmax-sub-krrs = 5\n"
        "[severity]\nunsigned-krr = off\n", {
        {0, "a", "s", "c1", .offer = &hidden, .identities = "sip:x@y"},
        {10, "s", "a", "c1", .status = 488, .krr = &(const KrrSpec){.idri = "1", .idrr = "2"}},
        {20, "a", "s", "c2", .offer = &hidden_retry, .identities = "sip:x@y"},
        {30, "s", "a", "c2", .status = 200},
    },
        ALICE " -> " BOB " PCK established\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-2 (" A ", " B ") by uid, 200: a>s/200", "ids-differ-from-offer"},
    {"hidden/from-everybody", NULL, {
        {0, "a", "s", "c1", .offer = &hidden, .identities = "sip:x@y"},
        {10, "s", "a", "c1", .status = 488,
         .krr = &(const KrrSpec){.idri = KRR_ABSENT, .idrr = KRR_ABSENT}},
        {20, "a", "s", "c2", .offer = &hidden_retry, .identities = "sip:x@y"},
        {30, "s", "a", "c2", .status = 200},
    },
        "? -> ? PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1",
        "missing-field"},

    /* Several offers in one request: the retry is one, whichever offer it answers */
    {"two-media", NULL, {
        {0, "a", "s", "c1", .offer = &first, .second_offer = &video},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {20, "a", "s", "c2", .offer = &second, .second_offer = &video_retry},
        {30, "s", "a", "c2", .status = 200},
    },
        ALICE " -> " BOB " PCK established\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        "  offer-2 (" A ", " B ") by identities, 200: a>s/200", ""},
    {"two-media/krr-for-the-second", NULL, {
        {0, "a", "s", "c1", .offer = &second, .second_offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1", ""},

    /* Without offers */
    {"no-offer/answers-only", NULL, {
        {0, "b", "t", "c3", .status = 488, .krr = &krr},
        {2, "t", "s", "c2", .status = 488, .krr = &reduced},
        {4, "s", "a", "c1", .status = 488, .krr = &reduced_again},
    },
        ALICE " -> " BOB " unknown open\n"
        "  no offer (" A ", " A ") by krr-identities, 488, received krr-3 of krr-1 krr-2 krr-3: "
        "a>s(no request)/488/krr-3 s>t(no request)/488/krr-2 t>b(no request)/488/krr-1", ""},
    {"no-offer/answers-of-the-outer-hops-only", NULL, {
        {0, "b", "t", "c3", .status = 488, .krr = &krr},
        {4, "s", "a", "c1", .status = 488, .krr = &reduced_again},
    },
        ALICE " -> " BOB " unknown open\n"
        "  no offer (" A ", " A ") by krr-identities, 488, received krr-2 of krr-1 krr-2: "
        "a>s(no request)/488/krr-2 t>b(no request)/488/krr-1", ""},
    {"no-offer/outer-answer-first", NULL, {
        {-900, "s", "a", "c1", .status = 488, .krr = &reduced_again, .capture = 2},
        {0, "b", "t", "c3", .status = 488, .krr = &krr},
    },
        ALICE " -> " BOB " unknown open\n"
        "  no offer (" A ", " A ") by krr-identities, 488, received krr-1 of krr-1 krr-3: "
        "a>s(no request)/488/krr-1 t>b(no request)/488/krr-3", ""},
    {"no-offer/of-another-branch", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {2, "s", "phone", "c2", .offer = &first, .branch = "z9hG4bK-1"},
        {6, "phone", "s", "c2", .status = 488, .krr = &by_phone, .branch = "z9hG4bK-1"},
        {7, "tablet", "s", "c2", .status = 488, .krr = &by_tablet, .branch = "z9hG4bK-2"},
        {10, "s", "a", "c1", .status = 488, .krr = &by_phone},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1 krr-2: "
        "a>s/488/krr-1 s>phone/488/krr-1 s>tablet(no request)/488/krr-2", ""},
    {"no-offer/then-one", NULL, {
        {0, "s", "a", "c1", .status = 488, .krr = &krr},
        {900, "a", "s", "c2", .offer = &second},
        {990, "s", "a", "c2", .status = 200},
    },
        ALICE " -> " BOB " PCK established\n"
        "  no offer (" A ", " A ") by krr-identities, 488, received krr-1 of krr-1: "
        "a>s(no request)/488/krr-1\n"
        "  offer-1 (" A ", " B ") by identities, 200: a>s/200", ""},
    {"no-offer/one-hop-has-it", NULL, {
        {0, "s", "t", "c2", .offer = &first},
        {2, "t", "s", "c2", .status = 488, .krr = &krr},
        {4, "s", "a", "c1", .status = 488, .krr = &reduced},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-2 of krr-1 krr-2: "
        "a>s(no request)/488/krr-2 s>t/488/krr-1", ""},
    {"no-offer/never-asked", NULL, {
        {.from = "a", .to = "s", .call = "c1"},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
    },
        ALICE " -> " BOB " unknown open\n"
        "  no offer (" A ", " A ") by krr-identities, 488, received krr-1 of krr-1: a>s/488/krr-1",
        "unsolicited-krr"},
    {"no-offer/cut-proves-nothing", NULL, {
        {0, "a", "s", "c1", .cut = true},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
    },
        ALICE " -> " BOB " unknown open\n"
        "  no offer (" A ", " A ") by krr-identities, 488, received krr-1 of krr-1: a>s/488/krr-1",
        ""},
    {"no-offer/opaque-proves-nothing", NULL, {
        {0, "a", "s", "c1", .opaque = true},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
    },
        ALICE " -> " BOB " unknown open\n"
        "  no offer (" A ", " A ") by krr-identities, 488, received krr-1 of krr-1: a>s/488/krr-1",
        ""},
    {"no-offer/hop-in-view", NULL, {
        {0, "a", "s", "c9", .method = "OPTIONS"},
        {180000, "s", "a", "c1", .status = 488, .krr = &krr},
    },
        ALICE " -> " BOB " unknown open\n"
        "  no offer (" A ", " A ") by krr-identities, 488, received krr-1 of krr-1: "
        "a>s(no request)/488/krr-1", "unsolicited-krr"},
    {"no-offer/hop-in-view-too-late", NULL, {
        {1, "a", "s", "c9", .method = "OPTIONS"},
        {180000, "s", "a", "c1", .status = 488, .krr = &krr},
    },
        ALICE " -> " BOB " unknown open\n"
        "  no offer (" A ", " A ") by krr-identities, 488, received krr-1 of krr-1: "
        "a>s(no request)/488/krr-1", ""},
    {"no-offer/krr-outside-sip", NULL, {
        {0, "a", "k", .krr = &krr, .no_sip = true, .carrier = STORY_CARRIER_MIKEY},
    },
        ALICE " -> " BOB " unknown open\n"
        "  no offer (" A ", " A ") by krr-identities, 0, received krr-1 of krr-1", "wrong-carrier"},
    {"no-offer/upload-is-no-attempt", NULL, {
        {0, "a", "k", .krr = &krr, .no_sip = true, .carrier = STORY_CARRIER_KMS_UPLOAD},
    }, "", ""},
    {"no-offer/in-a-request", NULL, {
        {0, "s", "a", "c1", .krr = &krr, .method = "MESSAGE"},
    },
        ALICE " -> " BOB " unknown open\n"
        "  no offer (" A ", " A ") by krr-identities, 0, received krr-1 of krr-1", "wrong-carrier"},

    /* What should not be */
    {"replay", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {WINDOW * 2, "a", "s", "c2", .offer = &anew},
        {WINDOW * 2 + 10, "s", "a", "c2", .status = 488, .krr = &krr},
    },
        ALICE " -> " BOB " PCK abandoned\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1\n"
        ALICE " -> " BOB " PCK open\n"
        "  offer-2 (" A ", " A ") by transaction, 488, received krr-1 of krr-1: a>s/488/krr-1",
        "krr-replayed"},
    {"competition", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {12, "s", "a", "c1", .status = 488, .krr = &(const KrrSpec){.receiver_list = C}},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1 krr-2: "
        "a>s/488/krr-1/krr-2", "competing-krrs"},
    {"same-saying-anew", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 488, .krr = &krr},
        {12, "s", "a", "c1", .status = 488, .krr = &other_krr},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-1 of krr-1 krr-2: "
        "a>s/488/krr-1/krr-2", ""},
    {"altered-in-place", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {2, "s", "t", "c2", .offer = &first},
        {6, "t", "s", "c2", .status = 488, .krr = &krr},
        {8, "s", "a", "c1", .status = 488, .krr = &(const KrrSpec){.receiver_list = C}},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-2 of krr-1 krr-2: "
        "a>s/488/krr-2 s>t/488/krr-1", "received-krr-not-embedded"},
    {"altered-where-it-is-embedded", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {2, "s", "t", "c2", .offer = &first},
        {6, "t", "s", "c2", .status = 488, .krr = &krr},
        {8, "s", "a", "c1", .status = 488, .krr = &(const KrrSpec){.receiver_list = C,
         .embeds = &(const KrrSpec){.receiver_list = B " " C " kms.d"}}},
    },
        ALICE " -> " BOB " PCK open\n"
        "  offer-1 (" A ", " A ") by transaction, 488, received krr-2 of krr-1 krr-2: "
        "a>s/488/krr-2 s>t/488/krr-1", "embedded-krr-altered"},
};
/* clang-format on */

static guint count_messages(const Message *messages)
{
    guint count = 0;

    while (count < MOST_MESSAGES && messages[count].from) {
        count++;
    }
    return count;
}

static KmsPolicy *policy_of(const char *text)
{
    return policy_from_text(text ? text : "[severity]\nunsigned-krr = off\n");
}

static void test_case(gconstpointer data)
{
    const Case *test = data;
    g_autoptr(KmsPolicy) policy = policy_of(test->policy);
    g_autoptr(Ledger) ledger =
        story_tell(test->messages, count_messages(test->messages), &usual, policy);
    g_autoptr(Audit) audit = audit_new(ledger, policy, NULL);
    g_autofree char *story = story_text(ledger);
    g_autofree char *rules = audit_text(audit);

    g_assert_cmpstr(story, ==, test->story);
    g_assert_cmpstr(rules, ==, test->rules);
}

static void finish_and_judge(Ledger *ledger, KmsPolicy *policy)
{
    ledger_finish(ledger);
    audit_free(audit_new(ledger, policy, NULL));
}

/* Whoever looks at the story on its way finds the same in the end. */
static void test_case_with_audience(gconstpointer data)
{
    const Case *test = data;
    g_autoptr(KmsPolicy) policy = policy_of(test->policy);
    g_autoptr(Ledger) ledger = story_tell_to(test->messages, count_messages(test->messages), &usual,
                                             policy, finish_and_judge);
    g_autoptr(Audit) audit = audit_new(ledger, policy, NULL);
    g_autofree char *story = story_text(ledger);
    g_autofree char *rules = audit_text(audit);

    g_assert_cmpstr(story, ==, test->story);
    g_assert_cmpstr(rules, ==, test->rules);
}

/* By what the legs of the first attempt belong to it, in path order; in place of the story. */
/* clang-format off */
static const Case links[] = {
    {"links/offer", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {5, "s", "t", "c2", .offer = &first},
        {10, "t", "s", "c2", .status = 488, .krr = &krr},
        {15, "s", "a", "c1", .status = 488, .krr = &reduced},
    }, "transaction offer-digest", ""},
    {"links/credentials", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {10, "s", "a", "c1", .status = 401},
        {20, "a", "s", "c1", .offer = &anew, .cseq = 2},
        {25, "s", "t", "c2", .offer = &anew},
        {30, "t", "s", "c2", .status = 488, .krr = &krr},
        {35, "s", "a", "c1", .status = 488, .krr = &krr, .cseq = 2},
    }, "transaction offer-digest offer-digest", ""},
    {"links/credentials-further-on", NULL, {
        {0, "a", "s", "c1", .offer = &first},
        {5, "s", "t", "c2", .offer = &first},
        {10, "t", "s", "c2", .status = 407},
        {15, "s", "a", "c1", .status = 407},
        {20, "a", "s", "c1", .offer = &anew, .cseq = 2},
        {30, "s", "a", "c1", .status = 488, .krr = &krr, .cseq = 2},
    }, "transaction credentials offer-digest", ""},
    {"links/answers-alone", NULL, {
        {10, "u", "t", "c3", .status = 488, .krr = &krr},
        {15, "t", "s", "c2", .status = 488, .krr = &krr},
        {20, "s", "a", "c1", .status = 488, .krr = &reduced},
    }, "transaction krr-digest krr-digest", ""},
    {"links/answers-alone-nested", NULL, {
        {10, "u", "t", "c3", .status = 488, .krr = &krr},
        {15, "t", "s", "c2", .status = 488, .krr = &reduced},
        {20, "s", "a", "c1", .status = 488, .krr = &reduced_again},
    }, "transaction embedded embedded", ""},
    {"links/branch-without-request", NULL, {
        {0, "s", "t", "c1", .offer = &first, .branch = "b1"},
        {10, "t", "s", "c1", .status = 180, .branch = "b1"},
        {20, "u", "s", "c1", .status = 488, .krr = &krr, .branch = "b2"},
    }, "transaction transaction", ""},
};
/* clang-format on */

static void test_links(gconstpointer data)
{
    const Case *test = data;
    g_autoptr(KmsPolicy) policy = policy_of(test->policy);
    g_autoptr(Ledger) ledger =
        story_tell(test->messages, count_messages(test->messages), &usual, policy);
    const GPtrArray *negotiations = ledger_negotiations(ledger);
    GString *text = g_string_new(NULL);

    g_assert_cmpuint(negotiations->len, ==, 1);
    const StoryNegotiation *negotiation = g_ptr_array_index(negotiations, 0);
    const StoryAttempt *attempt = g_ptr_array_index(negotiation->attempts, 0);
    for (guint i = 0; i < attempt->legs->len; i++) {
        g_string_append_printf(text, "%s%s", i ? " " : "",
                               story_link_name(story_attempt_leg_link(attempt, i)));
    }
    g_autofree char *linked_by = g_string_free(text, FALSE);
    g_assert_cmpstr(linked_by, ==, test->story);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/story/", cases[i].name, NULL);
        g_autofree char *again = g_strconcat("/story/looked-at-early/", cases[i].name, NULL);
        g_test_add_data_func(path, &cases[i], test_case);
        g_test_add_data_func(again, &cases[i], test_case_with_audience);
    }
    for (guint i = 0; i < G_N_ELEMENTS(links); i++) {
        g_autofree char *path = g_strconcat("/story/", links[i].name, NULL);
        g_test_add_data_func(path, &links[i], test_links);
    }
    return g_test_run();
}
