/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accounts_proof.h - a map proved, on its way from accounts.c's text to an index; between
 * the files of accounts_*.c alone
 */
#ifndef VID_ACCOUNTS_PROOF_H
#define VID_ACCOUNTS_PROOF_H

#include "libvid/accounts.h"
#include "libvid/index.h"
#include "libvid/ledger.h"

/* What is written of a line's identity. */
enum fate {
	FATE_NOTHING, /* another line decides, or it was a rule's that is gone */
	FATE_MAPPED,
	FATE_DENIED,
};

/* The lines in four orders, and what was found wrong. */
struct proof {
	/* set by the caller */
	const struct accounts *map;
	const struct ledger *ledger;
	const struct index *old; /* the index in place; NULL: none */
	const struct hostkey *key;
	struct problem *problem;
	account_fault *tell; /* NULL: nobody */
	void *user;
	/* filled by proof_make */
	struct account_line *given;                         /* of the ledger */
	const struct account_line **by_name, **by_identity; /* every line */
	const struct account_line **by_uid, **by_gid;       /* own lines */
	size_t count, given_count, own;
	uint32_t *uid; /* of each line's account, by its ordinal; UINT32_MAX: not found */
	uint8_t *fate; /* enum fate, by its ordinal */
	uint32_t *gone; /* numbers of `old` that no line has */
	size_t gone_count;
	struct index_range range[INDEX_RANGES_MAX];
	size_t range_count;
	struct index_stamp passwd, group;
	struct proof_alias {
		const char *alias;
		char iss[VID_ISS_MAX + 1]; /* empty: no issuer is known by it */
		unsigned line; /* the first that has it; 0: only given accounts */
	} * alias;
	size_t alias_count;
	bool faulty;
	unsigned fault; /* the first line with a fault; 0: of no line */
};

/*
 * Prove `proof->map`; the rest zero. VID_OK with orders, uids, fates, ranges and stamps
 * filled; VID_CONFIG, with the first fault's line; VID_FILE_*. proof_free in any case
 * (usable with AUTO()).
 */
enum vid_reason proof_make(struct proof *proof, const struct accounts_host *host);
void proof_free(struct proof *proof);

/* The lines of the map, then those of the ledger. */
static inline const struct account_line *proof_line(const struct proof *proof, size_t i)
{
	return i < proof->map->count ? &proof->map->at[i]
				     : &proof->given[i - proof->map->count];
}

static inline size_t proof_ordinal(const struct proof *proof,
				   const struct account_line *line)
{
	return line->walkup ? proof->map->count + (size_t)(line - proof->given)
			    : (size_t)(line - proof->map->at);
}

/* The line that makes the own account with this uid or gid; NULL: none does. */
const struct account_line *proof_own(const struct proof *proof, uint32_t uid);
const struct account_line *proof_own_gid(const struct proof *proof, uint32_t gid);

/* The rule for newcomers of this identity's issuer, or that shuts them out; NULL. */
const struct account_rule *proof_rule(const struct accounts *map, const char *identity,
				      bool deny);

/* Checks come in any order; people mend files from the top. */
__attribute__((format(printf, 3, 4))) void proof_fault(struct proof *proof, unsigned line,
						       const char *format, ...);

/* accounts_order.c */
bool proof_order(struct proof *proof);
/* The first of the lines with this name, as a place in by_name; `count` when none. */
size_t proof_named(const struct proof *proof, const char *name);

/* accounts_aliases.c: bind each alias, and take from lines of none their fate. VID_OK,
 * faults told; VID_STATE; VID_FILE_*; VID_CONFIG for a file of an issuer. */
enum vid_reason proof_aliases(struct proof *proof, const struct accounts_host *host);
/* The issuer of an alias, or of a line; NULL: none is known. */
const char *proof_iss(const struct proof *proof, const char *alias);
const char *proof_line_iss(const struct proof *proof, const struct account_line *line);

/* accounts_files.c: against the host's own files. VID_OK, faults told, or VID_FILE_*. */
enum vid_reason proof_files(struct proof *proof, const struct accounts_host *host);

#endif
