/* kms-traffic.h
 * What users asked of their KMS, and what it answered
 *
 * Requests and answers belong together by their connection: in HTTP/2 by the number of the stream,
 * else by their order. Where something was said that could not be read is remembered as well: whatever
 * was not seen may have been said there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_TRAFFIC_H
#define KMS_TRAFFIC_H

#include "core/stores/story.h"

typedef struct KmsTraffic KmsTraffic;

/** What became of a request. */
typedef enum KmsAnswer {
    KMS_ANSWER_NONE,    /**< none was seen */
    KMS_ANSWER_GRANTED, /**< 2xx, without an error in it */
    KMS_ANSWER_REFUSED  /**< any other status, or an error in it */
} KmsAnswer;

/** A request to a KMS, and its answer. Owned by the traffic. */
typedef struct KmsExchange {
    GRefString *client; /**< address */
    GRefString *server; /**< likewise */
    KmsResource resource;
    char *argument;   /**< of the resource, or NULL */
    GRefString *user; /**< who asks, as the request says; NULL: it does not, or cannot be read */
    GRefString *kms;  /**< who is asked, likewise */
    StoryFrame request;
    gint64 connected_ns; /**< when its connection was first seen: it was open then at the latest */
    bool unread;         /**< the request has a body of which not all could be read */
    GPtrArray *krrs;     /**< of StoryKrr: uploaded, each with what it embeds; NULL: none */
    KmsAnswer answer;
    StoryFrame response; /**< where there is an answer */
    guint status;        /**< of the answer */
    char *error;         /**< that the answer states, or NULL */
    bool certain;        /**< the answer is certainly that to this request */
    bool brings_cache;   /**< the answer brings the certificates of all KMSs of the user */
} KmsExchange;

/* Limits of the traffic. An honest day stays far below. */
#define KMS_TRAFFIC_MAX_EXCHANGES   32768 /**< requests to a KMS */
#define KMS_TRAFFIC_MAX_MIB         32    /**< about what these take, MiB */
#define KMS_TRAFFIC_MAX_CONNECTIONS 16384 /**< of HTTP and TLS that are told apart at a time */
#define KMS_TRAFFIC_MAX_HOPS        65536 /**< pairs of addresses of which something is hidden */

KmsTraffic *kms_traffic_new(void);
void kms_traffic_free(KmsTraffic *traffic);

/**
 * Takes an event of HTTP; in the order of time, as the ledger does.
 * @param krrs   of StoryKrr (borrowed): uploaded in it; NULL: none
 * @param whole  all that it uploads is among these
 */
void kms_traffic_take(KmsTraffic *traffic, const StoryEvent *event, GPtrArray *krrs, bool whole);

/** Of KmsExchange, in the order of requests. */
const GPtrArray *kms_traffic_exchanges(const KmsTraffic *traffic);

/** Uploads of a KRR, alone or in one that embeds it, by whomever; of KmsExchange, in the order of
 *  requests; NULL: there are none. */
const GPtrArray *kms_traffic_uploads(const KmsTraffic *traffic, const StoryKrr *krr);

/** How many requests were left out for want of room. */
guint64 kms_traffic_left_out(const KmsTraffic *traffic);

/** Are all places known where something was said that could not be read? Else anything may have been said
 *  anywhere. */
bool kms_traffic_knows_hidden(const KmsTraffic *traffic);

/** Is told of two addresses between which something was said that could not be read: TLS without its key,
 *  or an answer whose request was not seen. The order of the two means nothing.
 *  @param last  the last frame of it */
typedef void (*KmsHiddenVisitor)(const char *one, const char *other, const StoryFrame *last,
                                 gpointer data);
/** Calls the visitor for all such addresses, in any order; for some of them more than once. */
void kms_traffic_each_hidden(const KmsTraffic *traffic, KmsHiddenVisitor visitor, gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KmsTraffic, kms_traffic_free)

#endif
