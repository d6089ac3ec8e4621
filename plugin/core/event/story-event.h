/* story-event.h
 * What one message of a capture adds to the story
 *
 * The dissectors publish these, any listener can keep them. Plain C without any of epan's types: a
 * SIP message on one hop, and the offers and KRRs that it carried; or a KRR or an offer that came
 * without SIP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_EVENT_H
#define STORY_EVENT_H

#include <stdbool.h>

#include <glib.h>

#include "core/document/krr-document.h"
#include "core/kms/kms-message.h"
#include "core/kms/kms-resource.h"
#include "core/mikey/mikey-offer.h"

/** In nanoseconds, as all times of the story. */
#define STORY_SECOND G_GINT64_CONSTANT(1000000000)

/** A frame: where evidence points to. */
typedef struct StoryFrame {
    guint32 capture; /**< index of the capture on the command line, from 1 */
    guint64 number;  /**< frame number in that capture, from 1 */
    gint64 time_ns;  /**< nanoseconds since 1970 UTC */
} StoryFrame;

/** What carried a KRR. */
typedef enum StoryCarrier {
    STORY_CARRIER_SIP_488,
    STORY_CARRIER_SIP_OTHER,
    STORY_CARRIER_MIKEY,
    STORY_CARRIER_KMS_UPLOAD,
    STORY_CARRIER_OTHER,    /**< none of these: for example HTTP, but no upload to a KMS */
    STORY_CARRIER_EMBEDDED, /**< only ever seen inside another KRR */
    STORY_N_CARRIERS
} StoryCarrier;

/** "sip-488", "sip-other", ... as in the report. */
const char *story_carrier_name(StoryCarrier carrier);

/** In the place of a status: there was no SIP message. */
#define STORY_NO_SIP G_MAXUINT

/**
 * What a KRR must not be carried by (TS 33.180 D.4.1), as the end of the sentence "it is carried by".
 * @param status  of the SIP message that it came in; 0: a request; STORY_NO_SIP
 * @return static; NULL where it came in a SIP 488, or in an upload to a KMS
 */
const char *krr_wrong_carrier(StoryCarrier carrier, guint status);

/** A KRR document in a message. */
typedef struct StoryKrrSeen {
    KrrDocument *document; /**< a reference */
    StoryCarrier carrier;
} StoryKrrSeen;

/** The SIP message. Strings are the event's; NULL: not in the message, or not readable. */
typedef struct StorySip {
    guint status; /**< 0: a request */
    char *method; /**< of the request; in a response, that of the CSeq */
    char *call_id;
    guint32 cseq;
    char *branch; /**< of the topmost Via */
    char *from_tag;
    char *to_tag;
    char *request_uri;     /**< requests only */
    char *contact;         /**< the Contact header field, of messages with offers or KRRs only */
    GPtrArray *identities; /**< of char *: URIs that may be a user's: From, To, P-Asserted-Identity,
                                P-Preferred-Identity, Request-URI, those of an mcptt-info body */
} StorySip;

/** What a message is that travels to a KMS and back. */
typedef enum StoryHttpKind {
    STORY_HTTP_REQUEST,
    STORY_HTTP_RESPONSE,
    STORY_HTTP_BODY,   /**< of HTTP/2: what follows the head of a request or response */
    STORY_HTTP_HIDDEN, /**< TLS in which no message could be read */
    STORY_HTTP_N_KINDS
} StoryHttpKind;

/** An HTTP message. Each is of interest, even one that says nothing of a KMS: it may be the answer of a
 *  KMS, or an answer that came before that one. */
typedef struct StoryHttp {
    StoryHttpKind kind;
    guint32 stream;       /**< of HTTP/2; 0: HTTP/1, whose answers come in the order of requests */
    guint status;         /**< of a response */
    KmsResource resource; /**< of a request */
    char *argument;       /**< of the resource, or NULL */
    bool has_body;        /**< there is one, whether or not it could be read */
    KmsMessage *message; /**< what the body says; NULL: there is none, or none that could be read */
} StoryHttp;

typedef struct StoryEvent {
    StoryFrame frame; /**< its time is corrected where the clock was set */
    gint64 shift_ns;  /**< so much was added to what the capture says */
    char *source;     /**< innermost network address, text */
    char *destination;
    guint16 source_port; /**< 0: none */
    guint16 destination_port;
    bool has_sip;
    StorySip sip;      /**< only where has_sip */
    StoryHttp *http;   /**< NULL: no HTTP; always NULL where has_sip */
    GPtrArray *offers; /**< of MikeyOffer references; never NULL */
    GPtrArray *krrs;   /**< of StoryKrrSeen; never NULL */
    bool cut;          /**< the capture cut the frame short: that something is not in the
                                 message proves nothing */
    bool opaque;       /**< a body could not be read (encrypted, broken MIKEY): likewise */
    guint cut_bodies;  /**< KRR or MIKEY bodies that the capture cut short: not judged */
    GBytes *lender;    /**< where its strings stand; NULL: the event owns each of them */
} StoryEvent;

/** The KRR at a place among those of an event. */
static inline const StoryKrrSeen *story_event_krr(const StoryEvent *event, guint place)
{
    return (const StoryKrrSeen *)g_ptr_array_index(event->krrs, place);
}

/** An event with empty arrays; frame and addresses are to be filled in. */
StoryEvent *story_event_new(void);

/** An event that borrows all its strings, identities too. They stand in @p lender, of which the event
 *  takes a reference. */
StoryEvent *story_event_new_lent(GBytes *lender);

void story_event_free(StoryEvent *event);

/** Makes an event one of HTTP. @return what to fill in, the event's */
StoryHttp *story_event_add_http(StoryEvent *event, StoryHttpKind kind);

/** Makes an event no longer one of HTTP. */
void story_event_forget_http(StoryEvent *event);

/** Is an event of HTTP or TLS and, as far as it says, has nothing to do with any KMS? Such events are told
 *  as well, since they may be answers, but they do not show that other messages are in view. */
bool story_event_is_foreign(const StoryEvent *event);

/** May a request carry an offer that is answered? An ACK has no answer, and a CANCEL is a transaction of
 *  its own that never carries an offer. */
bool story_sip_awaits_answer(const StorySip *sip);

/** How many octets a text takes, without its end; 0 for NULL. */
gsize story_text_weight(const char *text);

/** About how many octets of memory an event takes, with the documents and offers that it refers to. */
gsize story_event_weight(const StoryEvent *event);

/** The same without the documents. */
gsize story_event_own_weight(const StoryEvent *event);

/** Adds a KRR document; takes a reference of its own. */
void story_event_add_krr(StoryEvent *event, KrrDocument *document, StoryCarrier carrier);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoryEvent, story_event_free)

#endif
