/* krr-maker.h
 * Writes the KMS Redirect Responses of a scenario as XML
 *
 * The keys of a "krr NAME ... end" block:
 *
 *   answers = OFFER             takes the four identities from that offer's block
 *   embeds = KRR                puts that KRR into this one, octet by octet, so that its digest and
 *                               its signature stay; without "answers" its identities are taken over
 *   creator, idri, idrr, idrkmsi, idrkmsr = TEXT
 *   time = +SECONDS | TEXT      after the scenario's start, or any text as it is; default: when the
 *                               KRR is first needed
 *   initiator-list, receiver-list = ANY | empty | missing | KMS; KMS; ...
 *   id, version = TEXT          attributes; nothing after "=" leaves the attribute out
 *   omit = FIELD ...            leaves out: time creator idri idrr idrkmsi idrkmsr
 *   extra = XML                 put in as it is, before the embedded KRR; repeatable
 *   style = WORD ...            prefixed: names with a prefix; no-ns: no namespace; wrapped: the
 *                               embedded KRR inside EmbeddedKrr; signed-wrapper: the whole inside
 *                               SignedKmsRedirectResponse; aliases: other names of the vocabulary;
 *                               any-text: ANY as text; comments, cdata, charrefs: values that are
 *                               interrupted or written so; one-line: no white space between the
 *                               elements
 *   namespace = URI             another namespace
 *   encoding = NAME             the document is converted to it and says so
 *   doctype = XML               put in as it is, before the root
 *   padding = OCTETS            a comment of that size
 *   levels = COUNT              that many nested elements that nobody knows
 *   file = FILE                 the document is read from there; no other key has a meaning then
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_MAKER_H
#define KRR_MAKER_H

#include "samples/scenario.h"

typedef struct KrrMaker KrrMaker;

/** @param scenario  must outlive the maker */
KrrMaker *krr_maker_new(const Scenario *scenario);
void krr_maker_free(KrrMaker *maker);

/**
 * The document of a KRR; made at the first call.
 * @param now_ns  its default time, after the start of the scenario
 * @param line    of the statement that needs it, for errors
 * @return the octets, to be freed with g_bytes_unref(); NULL with @p error set
 */
GBytes *krr_maker_get(KrrMaker *maker, const char *name, gint64 now_ns, guint line, GError **error);

/**
 * The document of a KmsRequest that uploads KRRs to the Home KMS.
 * @param names  of KRRs, separated by ","
 * @param user   who uploads
 * @param kms    to which KMS
 * @return the octets, to be freed with g_bytes_unref(); NULL with @p error set
 */
GBytes *krr_maker_upload(KrrMaker *maker, const char *names, const char *user, const char *kms,
                         gint64 now_ns, guint line, GError **error);

/** An identity of a KRR ("idri", "idrr", "idrkmsi", "idrkmsr", "creator"), however it was stated;
 *  NULL: not stated. */
const char *krr_maker_identity(const Scenario *scenario, const char *name, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KrrMaker, krr_maker_free)

#endif
