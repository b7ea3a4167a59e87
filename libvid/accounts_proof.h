/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accounts_proof.h - a map proved, on its way from accounts.c's text to an index; between
 * accounts_proof.c and accounts_compile.c alone
 */
#ifndef VID_ACCOUNTS_PROOF_H
#define VID_ACCOUNTS_PROOF_H

#include "libvid/accounts.h"
#include "libvid/index.h"

/* The lines in four orders, and what was found wrong. */
struct proof {
	const struct accounts *map;
	const struct account_line **by_name, **by_identity; /* every line */
	const struct account_line **by_uid, **by_gid;       /* own lines */
	size_t count, own;
	uint32_t *uid; /* of each line's account, by its place in the map; UINT32_MAX: not
			  found */
	struct index_stamp passwd, group;
	unsigned fault; /* the first line with a fault; 0: none */
	struct problem *problem;
};

/*
 * Prove `proof->map`; map and problem are set by the caller, the rest zero. VID_OK with
 * orders, uids and stamps filled; VID_CONFIG, with the first fault's line; VID_FILE_*.
 * proof_free in any case (usable with AUTO()).
 */
enum vid_reason proof_make(struct proof *proof, const struct accounts_host *host);
void proof_free(struct proof *proof);

/* The line that makes the own account with this uid, once proved; NULL: none does. */
const struct account_line *proof_own(const struct proof *proof, uint32_t uid);

#endif
