/* words.h
 * What the report says in words, whatever its form
 *
 * All texts are safe, see text_safe(): what came from a capture is made so here, and cut where it
 * is longer than anybody would read; the JSON report has all of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WORDS_H
#define WORDS_H

#include "analyzer/capture/capture.h"
#include "analyzer/report/report.h"

/** An identity, a KMS, a path; @p otherwise for NULL. Caller frees. */
char *words_name(const char *raw, const char *otherwise);

/** "frame 3", "frames 3, 5 and 12 more". Caller frees. */
char *words_frames(const Report *report, const GArray *frames);

/** "wireshark -r 'trace 1.pcap' -g 12", for a shell; NULL where the capture came from standard input.
 *  Caller frees. */
char *words_wireshark(const Report *report, const StoryFrame *frame);

/* ---- what was audited, and what came of it ---- */

/** How many frames passed the filter, and how many of them were dissected: " (7 dissected)"; ""
 *  where all were. Caller frees. */
char *words_shares(const Capture *capture);

/** How often Wireshark's session was renewed, and what was given up for that; NULL: never. Caller
 *  frees. */
char *words_renewals(const Capture *capture);

/** How times were corrected to put messages in order: steps of the clock, an offset from another capture;
 *  NULL: they were not. Caller frees. */
char *words_clock(const Capture *capture);

/** "2 errors, 1 warning in 1 of 2 negotiations". Caller frees. */
char *words_verdict(const Report *report);

/** "Since the earlier report: 2 findings are new, 3 are known, 1 is gone"; NULL where none was given.
 *  Caller frees. */
char *words_since(const Report *report);

/** "2 errors, 1 warning"; "" for none. @param counts  by KrrSeverity. Caller frees. */
char *words_severity_counts(const guint counts[KRR_SEVERITY_ERROR + 1]);

/* ---- who, and what for ---- */

/** Who a party is; hidden ones are known by their UID. @param identity, uid  or NULL. Caller
 *  frees. */
char *words_party(const char *identity, const char *uid, StoryIdentitySource source);

/** "PCK, private call key"; NULL where no offer says it. Caller frees. */
char *words_key(guint purpose);

/** What the policy knows of the addresses of a negotiation, "192.0.2.1 is sip:proxy, is-proxy": of
 *  char *, in the order of the path; empty where ports tell its entities apart. Caller frees. */
GPtrArray *words_places(const Report *report, const StoryNegotiation *negotiation);

/* ---- offers and KRRs ---- */

/** What ties an attempt to its negotiation, or a leg to its attempt. Static. */
const char *words_link(StoryLink link);

/** "ANY", "empty", "missing", "a, b and 3 more"; caller frees. */
char *words_list(const KrrList *list);

/** "valid, by sip:a@b, whose certificate had expired when this was captured"; caller frees. */
char *words_krr_signature(const StoryKrr *krr);

/** What became of the signature of an offer; NULL where no key is known: that nothing was verified
 *  stands among the rules then. Caller frees. */
char *words_offer_signature(const Report *report, const MikeyOffer *facts);

/** A capture file's format for people: "pcap with nanoseconds" for "nsecpcap"; @p name itself where there
 *  is no better word. */
const char *words_capture_format(const char *name);

#endif
