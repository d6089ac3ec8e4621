/* ledger.h
 * What was seen in the captures: offers, KRRs and legs, one object each whatever the hop
 *
 * Servers between the users are B2BUAs: Call-ID, CSeq, tags and Via change on every hop, the offer
 * and the KRR do not. So an offer is known by its digest, a KRR by its digest, and a leg (one SIP
 * transaction on one hop) ties the two together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>

#include <glib.h>

#include "core/policy/kms-policy.h"
#include "core/story/kms-traffic.h"

/** The clocks of two captures may differ by that much, in nanoseconds. */
#define STORY_MAX_CLOCK_OFFSET STORY_SECOND

/** By what two things were linked; the first that applies. The first five tie a leg to an attempt, the
 *  first and the others an attempt to a negotiation. */
typedef enum StoryLink {
    STORY_LINK_TRANSACTION, /**< same SIP transaction: hop reversed, Call-ID, CSeq, branch; it began
                                  the attempt or the negotiation, or is another branch of a request */
    STORY_LINK_OFFER_DIGEST, /**< same offer on another leg */
    STORY_LINK_CREDENTIALS,  /**< an offer that was asked for credentials, or came anew with them */
    STORY_LINK_KRR_DIGEST,   /**< same KRR on another leg */
    STORY_LINK_EMBEDDED,     /**< a KRR embeds that of another leg */
    STORY_LINK_IDENTITIES,   /**< same IDRi and IDRr as texts, same key purpose, in the window */
    STORY_LINK_UID,          /**< the same, with an identity recomputed from its UID */
    STORY_LINK_KRR_IDENTITIES /**< no offer in the capture: the KRR's own identities */
} StoryLink;

/** "transaction", "offer-digest", ... as in the report. */
const char *story_link_name(StoryLink link);

/** How an identity of an offer is known. */
typedef enum StoryIdentitySource {
    STORY_IDENTITY_UNKNOWN, /**< hidden, and no candidate gave its UID */
    STORY_IDENTITY_MIKEY,   /**< in clear in the offer */
    STORY_IDENTITY_SIP,     /**< UID of an identity of the SIP message that carried the offer */
    STORY_IDENTITY_KRR,     /**< UID of an identity of a KRR */
    STORY_IDENTITY_POLICY   /**< UID of an identity that the policy names */
} StoryIdentitySource;

/** "unknown", "mikey", "uid-sip", "uid-krr", "uid-policy". */
const char *story_identity_source_name(StoryIdentitySource source);

typedef struct StoryOffer StoryOffer;
typedef struct StoryKrr StoryKrr;
typedef struct StoryLeg StoryLeg;

/** A KRR, whatever legs it was seen on. Owned by the ledger. */
struct StoryKrr {
    guint number;          /**< "krr-N", from 1, by first frame */
    const Krr *krr;        /**< its facts */
    KrrDocument *document; /**< that holds them */
    StoryCarrier carrier;  /**< the first that is not EMBEDDED, else EMBEDDED */
    guint depth;           /**< the least nesting at which it was seen */
    StoryKrr *embeds;      /**< the KRR embedded in it, or NULL */
    GArray *frames;  /**< of StoryFrame: sightings by itself or embedded, in order, once each */
    GPtrArray *legs; /**< of StoryLeg: that it answered, in order */
    bool seen_alone; /**< seen other than embedded */
    StoryFrame first_alone; /**< its first sighting other than embedded */
    bool has_first_sip;
    StoryFrame first_sip;      /**< its first sighting in SIP, other than embedded */
    GArray *wrong_frames;      /**< of StoryFrame: seen in neither a SIP 488 nor a KMS upload */
    const char *wrong_carrier; /**< what that was, for people; static; NULL where there was none */
};

/** An offer, whatever legs it was seen on. Owned by the ledger. */
struct StoryOffer {
    guint number; /**< "offer-N", from 1 by first frame; 0 where it was never redirected */
    MikeyOffer *facts;
    const char *idri; /**< in clear or resolved; NULL: hidden */
    const char *idrr;
    StoryIdentitySource idri_source;
    StoryIdentitySource idrr_source;
    GArray *frames;        /**< of StoryFrame: sightings in order, once each */
    GPtrArray *legs;       /**< of StoryLeg that carried it, in order of their first frames */
    GPtrArray *candidates; /**< of char *: identities of the SIP messages that carried it; where it
                                hides none of its own, none */
    guint64 serial;        /**< order in which offers were first seen */
    guint place;           /**< the ledger's own: where it stands among all */
    guint weight;    /**< the ledger's own: about how many octets it takes, without its legs */
    gint64 due_ns;   /**< the ledger's own: when it is looked at whether to let it go */
    GList waiting;   /**< the ledger's own: where it stands among those that wait for that */
    bool is_waiting; /**< the ledger's own: it stands there */
};

/** One SIP transaction on one hop. Owned by the ledger. */
struct StoryLeg {
    GRefString *source; /**< who sent the request */
    GRefString *destination;
    guint16 source_port;
    guint16 destination_port;
    const char *call_id; /**< in the leg's own memory, as the branch is */
    const char *branch;
    guint32 cseq;
    GRefString *method;
    char *to_tag; /**< of the request: inside a dialogue */
    bool has_request;
    StoryFrame request;    /**< its first sighting */
    bool request_readable; /**< not cut short, no unreadable body: what it lacks is truly absent */
    bool has_response;
    StoryFrame
        response; /**< the first sighting of the final response, else of the last provisional */
    guint status; /**< of that response; 0: none */
    bool answer_unreadable; /**< a final response was cut short, encrypted, or held a KRR that is
                               broken or was left out: what it lacks proves nothing */
    GPtrArray *offers;      /**< of StoryOffer: carried by the request. Never NULL, nor are the next
                                 two; all that are empty may be the same one */
    GPtrArray *krrs;        /**< of StoryKrr: in responses, each once */
    GArray *krr_frames;     /**< of StoryFrame, parallel to krrs: first sighting there */
    bool cancelled;         /**< its sender took it back by a CANCEL */
    bool hop_was_in_view;   /**< a request of this hop was seen long enough before the response for
                               the leg's own request not to have been missed */
    guint64 serial;         /**< order in which legs were first seen */
    guint place;            /**< the ledger's own: where it stands among those that matter */
    guint hash;             /**< the ledger's own: of its transaction */
    GList plain;            /**< the ledger's own: where it stands among those that do not */
    bool is_plain;          /**< the ledger's own: it stands there */
    bool kept;              /**< the ledger's own mark: it has its place in a list */
    guint weight;           /**< the ledger's own: about how many octets it takes */
    StoryLeg *older;        /**< the ledger's own: other branches of its transaction */
    StoryLeg *newer;
};

/** A body labelled as a KRR from which none could be read. Owned by the ledger. */
typedef struct StoryMalformed {
    KrrDocument *document;
    GArray *frames; /**< of StoryFrame */
} StoryMalformed;

/* Limits of the ledger. Captures may come from attackers; an honest day stays far below. */
#define LEDGER_MAX_KRRS      32768 /**< distinct KRRs, and as many bodies that could not be read */
#define LEDGER_MAX_KRR_MIB   80 /**< about what these take in memory, with their sightings; MiB */
#define LEDGER_MAX_OFFERS    49152 /**< offers that wait for an answer, and as many that got a KRR */
#define LEDGER_MAX_OFFER_MIB 48    /**< about what the one and the other take, without their legs */
#define LEDGER_MAX_LEGS      131072 /**< transactions with an offer or a KRR */
#define LEDGER_MAX_LEG_MIB   64 /**< about what these take, and once more what others take; MiB */

/** What these limits made the ledger leave out. All zero where nothing was left out. */
typedef struct LedgerOmissions {
    guint64 krrs;   /**< sightings of KRRs and unreadable bodies beyond the limits */
    guint64 offers; /**< offers let go before their window was over, and sightings of others that
                         were not noted */
    guint64 legs;   /**< transactions of which an offer or a KRR was not noted */
    guint64 kms_requests; /**< requests to a KMS */
} LedgerOmissions;

typedef struct Ledger Ledger;

/** @param policy  key periods, identities and the window; must outlive the ledger */
Ledger *ledger_new(const KmsPolicy *policy);
void ledger_free(Ledger *ledger);

/**
 * Takes the event. Events come in the order of time, ties in the order of captures and frames.
 *
 * An offer that no KRR answered is let go some time after the window, with its legs, unless its
 * initiator was redirected shortly before it, for then it may be a retry, or there is something to
 * say about its signature.
 */
void ledger_add(Ledger *ledger, StoryEvent *event);

/**
 * Settles what was left open, and the numbers. To be called after the last event; or in between, as
 * often as one likes: the next event undoes it, and takes away the negotiations and their numbers.
 */
void ledger_finish(Ledger *ledger);

/* What is in it; valid until the ledger is freed, complete after ledger_finish(). */
const GPtrArray *ledger_krrs(const Ledger *ledger); /**< of StoryKrr, by number */
const GPtrArray *
ledger_offers(const Ledger *ledger); /**< of StoryOffer: redirected ones, by number */
/** Of StoryLeg, by first frame: those that carried an offer or a KRR. */
const GPtrArray *ledger_legs(const Ledger *ledger);
const GPtrArray *ledger_malformed(const Ledger *ledger); /**< of StoryMalformed */
/** Of StoryOffer, in order: redirected ones, and others that were not let go. */
const GPtrArray *ledger_all_offers(const Ledger *ledger);
LedgerOmissions ledger_omissions(const Ledger *ledger);
guint64 ledger_offers_seen(const Ledger *ledger); /**< distinct offers, redirected or not */
/** The time of the last SIP message seen from one address to another; G_MININT64: none. */
gint64 ledger_hop_last_ns(const Ledger *ledger, const char *source, const char *destination);
/** Users and their KMSs. */
const KmsTraffic *ledger_kms_traffic(const Ledger *ledger);
/** From when until when a capture told anything. @return false where it told nothing */
bool ledger_capture_span(const Ledger *ledger, guint32 capture, gint64 *first_ns, gint64 *last_ns);
guint64 ledger_cut_bodies(const Ledger *ledger, guint32 capture);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ledger, ledger_free)

#endif
