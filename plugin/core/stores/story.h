/* story.h
 * What the story is about: KRRs, offers and legs, one object each on however many hops it was seen
 *
 * Servers between the users are B2BUAs: Call-ID, CSeq, tags and Via change on every hop, the offer
 * and the KRR do not. So an offer is known by its digest, a KRR by its digest, and a leg (one SIP
 * transaction on one hop) ties the two together. The ledger makes and owns all of them; whoever else
 * has one only reads it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_H
#define STORY_H

#include <stdbool.h>

#include <glib.h>

#include "core/event/story-event.h"
#include "core/policy/kms-policy.h"

/** The clocks of two captures may differ by that much, in nanoseconds. */
#define STORY_MAX_CLOCK_OFFSET STORY_SECOND

/** Messages of one capture may stand that far out of order, in nanoseconds: probes have several queues. */
#define STORY_MAX_DISORDER (STORY_SECOND / 200)

/* Limits of what is kept. Captures may come from attackers; an honest day stays far below. */
#define LEDGER_MAX_KRRS      32768 /**< distinct KRRs, and as many bodies that could not be read */
#define LEDGER_MAX_KRR_MIB   80 /**< about what these take in memory, with their sightings; MiB */
#define LEDGER_MAX_OFFERS    49152 /**< offers that wait for an answer, and as many that got a KRR */
#define LEDGER_MAX_OFFER_MIB 48    /**< about what the one and the other take, without their legs */
#define LEDGER_MAX_LEGS      131072 /**< transactions with an offer or a KRR */
#define LEDGER_MAX_LEG_MIB   64 /**< about what these take, and once more what others take; MiB */

/** The longest identity that is remembered by name, in octets. No honest one is longer. */
#define STORY_MAX_IDENTITY 1024

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

typedef struct StoryKrr StoryKrr;
typedef struct StoryOffer StoryOffer;
typedef struct StoryLeg StoryLeg;

/** A KRR, whatever legs it was seen on. */
struct StoryKrr {
    guint number;          /**< "krr-N", from 1, by first frame */
    const Krr *krr;        /**< its facts */
    KrrDocument *document; /**< that holds them */
    StoryCarrier carrier;  /**< the first that is not EMBEDDED, else EMBEDDED */
    const char *idri;      /**< as it has it, or whose UID it has; NULL: none, or hidden */
    const char *idrr;
    guint depth;      /**< the least nesting at which it was seen */
    StoryKrr *embeds; /**< the KRR embedded in it, or NULL */
    GArray *frames;   /**< of StoryFrame: sightings by itself or embedded, in order, once each */
    GPtrArray *legs;  /**< of StoryLeg: that it answered, in order */
    bool
        unreadable; /**< malformed or unread: the facts are empty, and nothing may be concluded from
                          that; why is the document's error */
    bool seen_alone;        /**< seen other than embedded */
    StoryFrame first_alone; /**< its first sighting other than embedded */
    bool has_first_sip;
    StoryFrame first_sip;      /**< its first sighting in SIP, other than embedded */
    gint64 first_sip_shift_ns; /**< StoryEvent.shift_ns of that */
    GArray *wrong_frames;      /**< of StoryFrame: seen in neither a SIP 488 nor a KMS upload */
    const char *wrong_carrier; /**< what that was, for people; static; NULL where there was none */
};

/** An offer, whatever legs it was seen on. */
struct StoryOffer {
    guint number; /**< "offer-N", from 1 by first frame; 0 where it is in no negotiation */
    MikeyOffer *facts;
    const char *idri; /**< in clear or resolved; NULL: hidden */
    const char *idrr;
    StoryIdentitySource idri_source;
    StoryIdentitySource idrr_source;
    GArray *frames;        /**< of StoryFrame: sightings in order, once each; at least one */
    GPtrArray *legs;       /**< of StoryLeg that carried it, in order of their first frames */
    gint64 shift_ns;       /**< the most that was added to the time of a sighting, see StoryEvent */
    GPtrArray *candidates; /**< of char *: identities of the SIP messages that carried it, any of
                                which may be behind a UID; empty where the offer hides nobody */
};

/** A final answer to a request that had another one before: SIP knows but one (RFC 3261, 17.1.1). */
typedef struct StoryOtherAnswer {
    guint status;
    bool has_krr;
    StoryFrame frame;
} StoryOtherAnswer;

/** One SIP transaction on one hop. What it carried is its cargo: offers in the request, KRRs in
 *  responses. */
struct StoryLeg {
    GRefString *source; /**< who sent the request */
    GRefString *destination;
    const char *call_id; /**< in the leg's own memory, as the branch is */
    const char *branch;  /**< of the topmost Via; NULL: the first message had none */
    GRefString *method;
    GRefString *instance; /**< of the device that wants the answer, see sip-device.h: as the first
                               request with an offer names it; NULL: it does not */
    GRefString *contact;  /**< where it is reached, likewise */
    char *to_tag;         /**< of the request: inside a dialogue */
    guint32 cseq;
    guint16 source_port;
    guint16 destination_port;

    StoryFrame request; /**< the first sighting of the request, where has_request */
    bool has_request;
    bool request_readable; /**< not cut short, no unreadable body: what it lacks is truly absent */
    bool cancelled;        /**< its sender asked for it to be given up: that counts where the
                                answer is 487 (RFC 3261, 9.1 and 15.1.2) */
    bool acknowledged;     /**< an ACK of its own branch was seen: a final answer other than 2xx
                                reached its sender (RFC 3261, 17.1.1.3) */

    bool provisional; /**< a provisional answer was seen: the request had come in */
    bool has_response;
    bool answer_unreadable; /**< a final response was cut short, encrypted, or held a KRR that is
                               broken or was left out: what it lacks proves nothing */
    bool
        hop_was_in_view; /**< set with the first KRR: the hop's requests were seen for as long before
                               it as a request may wait for its answer */
    guint status;        /**< of the response below; 0: none */
    StoryFrame
        response; /**< the first sighting of the final response, else of the last provisional */

    GPtrArray *offers;  /**< of StoryOffer: carried by the request. Never NULL, nor are the next
                             two; empty ones may be shared: nobody but the ledger adds to them */
    GPtrArray *krrs;    /**< of StoryKrr: in responses, each once */
    GArray *krr_frames; /**< of StoryFrame, parallel to krrs: first sighting there */

    StoryOtherAnswer *other; /**< a further final answer that says something else; NULL: none.
                                  The first that has a KRR where the first answer had none */

    guint64 serial; /**< order in which legs were first seen */
};

/** A body labelled as a KRR that could not be read, or not wholly. */
typedef struct StoryMalformed {
    KrrDocument *document;
    Krr *nothing;   /**< the facts of a KRR of which none is known */
    StoryKrr *krr;  /**< the unreadable KRR; of a document of which some could be read, the first of
                        its KRRs. NULL: there was no room for it */
    GArray *frames; /**< of StoryFrame */
} StoryMalformed;

/* ---- items of arrays ---- */

static inline StoryKrr *story_krr_at(const GPtrArray *krrs, guint place)
{
    return (StoryKrr *)g_ptr_array_index(krrs, place);
}

static inline StoryOffer *story_offer_at(const GPtrArray *offers, guint place)
{
    return (StoryOffer *)g_ptr_array_index(offers, place);
}

static inline StoryLeg *story_leg_at(const GPtrArray *legs, guint place)
{
    return (StoryLeg *)g_ptr_array_index(legs, place);
}

static inline StoryFrame *story_frame_at(const GArray *frames, guint place)
{
    return &g_array_index(frames, StoryFrame, place);
}

/* ---- legs ---- */

/** The first frame of a leg: its request, or its response where that was not captured. */
StoryFrame story_leg_first_frame(const StoryLeg *leg);

/** Compares two StoryLeg ** for g_ptr_array_sort(): order of time. */
int story_leg_compare(gconstpointer a, gconstpointer b);

static inline bool story_leg_has_cargo(const StoryLeg *leg)
{
    return leg->offers->len > 0 || leg->krrs->len > 0;
}

/** 401 and 407 ask for the same request again, with credentials (RFC 3261, 22.2 and 22.3). */
static inline bool story_asks_for_credentials(guint status)
{
    return status == 401 || status == 407;
}

static inline bool story_is_success(guint status)
{
    return status >= 200 && status < 300;
}

/* ---- offers ---- */

static inline StoryFrame story_offer_first_frame(const StoryOffer *offer)
{
    return *story_frame_at(offer->frames, 0);
}

static inline StoryFrame story_offer_last_frame(const StoryOffer *offer)
{
    return *story_frame_at(offer->frames, offer->frames->len - 1);
}

/* ---- time ---- */

/** How long after a redirect a new attempt may follow, in nanoseconds. */
gint64 story_window_ns(const KmsPolicy *policy);

#endif
