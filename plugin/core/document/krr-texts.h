/* krr-texts.h
 * Texts of many documents, each of them kept once
 *
 * A day's KRRs say the same again and again: the same identities, KMSs, algorithms and reasons.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_TEXTS_H
#define KRR_TEXTS_H

#include <stdbool.h>

#include <glib.h>

/** The texts; none is let go before all are. */
typedef struct KrrTexts KrrTexts;

KrrTexts *krr_texts_new(void); /**< with one reference */
KrrTexts *krr_texts_ref(KrrTexts *texts);
void krr_texts_unref(KrrTexts *texts);

/** Is a text among them? */
bool krr_texts_hold(const KrrTexts *texts, const char *text);

/** The kept copy of a text, which lives as long as the texts. */
const char *krr_texts_keep(KrrTexts *texts, const char *text);

/** Octets of memory that one more text takes. */
gsize krr_texts_weight(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KrrTexts, krr_texts_unref)

#endif
