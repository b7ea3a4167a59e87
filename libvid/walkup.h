/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walkup.h - an account for somebody who comes for the first time
 *
 * A rule of the map (`*@ALIAS allocate ...`) gives each identity of an issuer an account
 * at its first login: the first number of the rule's range that was never given and that
 * nobody has, and a name, the rule's prefix with that number. The same identity gets the
 * same account for ever. Logins at the same time, and a power cut anywhere, leave the old
 * ledger and index, or new ones; an index that the ledger names already is put in place
 * by the next login (accounts_state.h).
 */
#ifndef VID_WALKUP_H
#define VID_WALKUP_H

#include "libvid/accounts.h"

struct walkup_rule {
	struct index_range uids; /* that accounts of this rule may get */
	uint64_t generation;     /* of the index */
};

/*
 * May an identity of this issuer, which account_of_identity does not know, be given an
 * account? VID_OK; VID_IDENTITY_UNKNOWN; VID_IDENTITY_DENIED; VID_STATE.
 */
enum vid_reason walkup_rule(const char *index_path, const struct hostkey *key,
			    const char *iss, struct walkup_rule *out,
			    struct problem *problem);

/*
 * Give it. Of the same identity at the same time in two processes both get the one
 * account. VID_OK; as above; VID_ACCOUNT_FULL: the rule has no number left; VID_STATE;
 * VID_FILE_*: nothing was given, or it will be the same at the next try.
 *   now  seconds since the epoch
 */
enum vid_reason walkup_allocate(const struct accounts_host *host, const char *index_path,
				const struct hostkey *key, const char *iss,
				const char *identity, int64_t now, struct account *out,
				struct problem *problem);

#endif
