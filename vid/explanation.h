/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explanation.h - what decides about an identity, an account's name or a number: a line
 * of the map, a rule, what a rule gave before, /etc/passwd, or nothing
 */
#ifndef VID_EXPLANATION_H
#define VID_EXPLANATION_H

#include "vid/account.h"

enum decider {
	BY_NOTHING,
	BY_LINE,
	BY_DENY,
	BY_RULE,
	BY_LEDGER,
	BY_TOMBSTONE,
	BY_PASSWD
};

/* What is asked about, and all that is known. */
struct question {
	const struct account_places *places;
	const char *what;
	struct hostkey key;
	struct accounts map;
	struct ledger ledger;
};

struct answer {
	enum decider by;
	unsigned line; /* of the map, or 0 */
	bool may;      /* somebody logs in, or could */
	const char *account;
	char room[VID_NAME_MAX + 1];
	uint32_t uid; /* UINT32_MAX: none */
	char text[768];
};

/* `to` has uid UINT32_MAX and the rest zero. Texts of the question's stay where they are.
 */
void explain_identity(const struct question *q, struct answer *to);
void explain_name(const struct question *q, struct answer *to);
void explain_uid(const struct question *q, uint32_t uid, struct answer *to);

#endif
