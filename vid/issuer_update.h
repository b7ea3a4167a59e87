/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * issuer_update.h - a newer export of an issuer that is trusted already
 *
 * Only its keys are taken. What the host decided (alias, status, lifetime, reach) stays,
 * and so does the realm: another realm is another trust.
 *
 * An export counts without a question when a key that is trusted here has signed it. That
 * key must be one that may sign tokens, that has not ended by this host's clock, and that
 * neither this host nor the export itself has revoked: a thief of a key can sign an
 * export with it. Without such a signature a person compares the fingerprints.
 */
#ifndef VID_ISSUER_UPDATE_H
#define VID_ISSUER_UPDATE_H

#include "libvid/issuer_export.h"
#include "libvid/trust_record.h"

/* Is `newer` signed by a key of `trusted` that may say so at `now`? */
bool issuer_update_is_signed(const struct issuer *trusted,
			     const struct issuer_export *newer, int64_t now);

/* Is it the newest that this host has seen? CLI_GO, or CLI_REFUSED after a complaint. */
int issuer_update_check_serial(const struct trust_record *record,
			       const struct issuer_export *newer);

/* `yes`: fingerprints that the caller has compared, with ',' or blanks between; NULL: ask
 * at the terminal. CLI_GO; CLI_REFUSED when a key is not among them; CLI_FAILED. */
int issuer_update_confirm(const struct issuer *newer, const char *yes);

/*
 * `trusted` with the keys of `newer`, in `out`; says what changes, on stderr. Refused
 * (CLI_REFUSED) when the realms differ or no key of `newer` is trusted already. What is
 * known of a key here never grows: an end is not moved to later, a revoked key stays
 * revoked, a key for one kind of document stays so. CLI_GO or CLI_REFUSED.
 */
int issuer_update(const struct issuer *trusted, const struct issuer *newer,
		  struct issuer *out);

/* The same key: id, algorithm and public part. */
bool issuer_key_same(const struct issuer_key *a, const struct issuer_key *b);

#endif
