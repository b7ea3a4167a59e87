/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * issuer_update.h - a newer file of an issuer that is trusted already
 *
 * Only its keys are taken. What the host decided (alias, status, lifetime, reach) stays,
 * and so does the realm: another realm is another trust.
 */
#ifndef VID_ISSUER_UPDATE_H
#define VID_ISSUER_UPDATE_H

#include "libvid/issuers.h"

/*
 * `trusted` with the keys of `newer`, in `out`; says what changes. Refused (CLI_REFUSED)
 * when the realms differ or no key of `newer` is trusted already. A key's period never
 * grows: an end that is known here is not moved to later. CLI_GO or CLI_REFUSED.
 */
int issuer_update(const struct issuer *trusted, const struct issuer *newer,
		  struct issuer *out);

/* The same key: id, algorithm and public part. */
bool issuer_key_same(const struct issuer_key *a, const struct issuer_key *b);

#endif
