/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owner.h - whose template a face becomes: the identities that are mapped to an account
 */
#ifndef VID_OWNER_H
#define VID_OWNER_H

#include "libvid/accounts.h"
#include "libvid/issuers.h"
#include "libvid/template.h"

#define OWNERS_MAX 8 /* identities of one account */

struct owners {
	size_t count;
	struct template_owner at[OWNERS_MAX];
	/* what `at` points into */
	struct issuers issuers;
	char sub[OWNERS_MAX][VID_SUB_LEN + 1];
};

/* Usable with AUTO(); an empty struct is freed well. */
void owners_free(struct owners *owners);

/*
 * The owners of `account`'s template by the map `accounts` and the folder `issuers`, and,
 * of the usual map, by the ledger of the accounts that its rules gave: one for each
 * identity; where there is none (or no map yet) the unbound one. Complains itself. CLI_GO
 * or CLI_FAILED. `account` must outlive the result.
 */
int owners_of(const char *account, const char *accounts, const char *issuers,
	      const struct hostkey *key, struct owners *out);

#endif
