/* krr-verdict.h
 * What was found out about a signature
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_VERDICT_H
#define KRR_VERDICT_H

#include "core/document/krr-document.h"

/** "absent", "valid", "untrusted", "invalid", "partial", "unsupported": as in the report. */
const char *krr_signature_status_name(KrrSignatureStatus status);

/** Makes @p copy, whatever it held, the same verdict. */
void krr_verdict_copy(KrrVerdict *copy, const KrrVerdict *verdict);

/** Frees what a verdict holds; it then is that of no signature. */
void krr_verdict_clear(KrrVerdict *verdict);

#endif
