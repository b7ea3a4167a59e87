/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accounts_words.h - the word=value pairs of the map's lines, for accounts_parse.c alone
 *
 * A complaint is a text of ours, NULL is none; `culprit` is what it is about.
 */
#ifndef VID_ACCOUNTS_WORDS_H
#define VID_ACCOUNTS_WORDS_H

#include "libvid/accounts.h"

enum word {
	WORD_UID,
	WORD_GID,
	WORD_HOME,
	WORD_SHELL,
	WORD_GROUPS,
	WORD_GECOS,
	WORD_PREFIX,
	WORD_UIDS,
	WORD_HOME_POLICY,
	WORD_COUNT
};

struct words {
	const char *value[WORD_COUNT]; /* NULL: not given */
};

/* Take one word apart, in place. */
const char *words_take(struct words *words, char *word);

/* What they say of an identity's account (whose name and deny are set), or of a rule. */
const char *words_line(const struct words *words, struct account_line *line,
		       const char **culprit);
const char *words_rule(const struct words *words, struct account_rule *rule,
		       const char **culprit);

/* MIN-MAX, of numbers that an own account may ever have. */
const char *words_range(const char *text, struct index_range *out);

/* An issuer's alias, as alias_valid has it. */
bool words_alias(const char *text);

#endif
