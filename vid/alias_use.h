/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alias_use.h - which lines, rules and given accounts use an issuer's alias, and of which
 * issuer they are: an alias that is in use must not come to name another one (S14)
 */
#ifndef VID_ALIAS_USE_H
#define VID_ALIAS_USE_H

#include "libvid/limits.h"
#include "vid/account.h"

#define ALIAS_USE_LINES 8

struct alias_use {
	char iss[VID_ISS_MAX + 1];      /* empty: compiled for no issuer yet */
	size_t lines;                   /* of the map, rules among them */
	unsigned line[ALIAS_USE_LINES]; /* the first of them */
	size_t given;                   /* accounts that a rule gave */
	char account[VID_NAME_MAX + 1]; /* one of them */
	bool compiled;                  /* the compiled map binds the alias */
};

/*
 * Of `places` it reads map, index (with ledger and mark) and key. Without a host key
 * there is no compiled map, and the lines alone are told. CLI_GO, or an exit code after a
 * complaint: a file cannot be read, or is not the newest.
 */
int alias_use_find(const struct account_places *places, const char *alias,
		   struct alias_use *out);

/*
 * May `alias` come to name `iss`? CLI_GO; CLI_REFUSED after a complaint that names the
 * lines and accounts of the other issuer; CLI_FAILED as above.
 */
int alias_use_check(const struct account_places *places, const char *alias,
		    const char *iss);

#endif
