/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/accounts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "libvid/accounts_words.h"
#include "libvid/cleanup.h"
#include "libvid/files.h"

void account_line_home(const struct account_line *line, char out[ACCOUNT_HOME_SIZE])
{
	(void)snprintf(out, ACCOUNT_HOME_SIZE, "%s%s", line->home ? "" : "/home/",
		       line->home ? line->home : line->name);
}

const char *account_line_shell(const struct account_line *line)
{
	return line->shell ? line->shell : "/bin/sh";
}

bool account_rule_home(const char *home, const char *name, char out[ACCOUNT_HOME_SIZE])
{
	const char *place = strstr(home, "{name}");
	int len;

	if (!place)
		return false;
	len = snprintf(out, ACCOUNT_HOME_SIZE, "%.*s%s%s", (int)(place - home), home,
		       name, place + strlen("{name}"));
	return len > 0 && len < ACCOUNT_HOME_SIZE;
}

const char *account_rule_shell(const struct account_rule *rule)
{
	return rule->shell ? rule->shell : "/bin/sh";
}

void accounts_free(struct accounts *accounts)
{
	free(accounts->at);
	free(accounts->rule);
	free(accounts->range);
	free(accounts->text);
	free(accounts->file);
	*accounts = (struct accounts){ 0 };
}

/* The next word of `*at`, cut out in place; NULL at the end. gecos= is the rest. */
static char *word_next(char **at)
{
	char *word = *at + strspn(*at, " \t");
	size_t len =
		strncmp(word, "gecos=", 6) == 0 ? strlen(word) : strcspn(word, " \t");

	if (*word == '\0')
		return NULL;
	*at = word + len;
	if (**at)
		*(*at)++ = '\0';
	return word;
}

static void strip(char *text)
{
	size_t len;

	for (char *c = text; *c; c++)
		if (*c == '#' && (c == text || c[-1] == ' ' || c[-1] == '\t')) {
			*c = '\0';
			break;
		}
	for (len = strlen(text); len > 0 && strchr(" \t\r", text[len - 1]); len--)
		text[len - 1] = '\0';
}

/* One more element of an array that the accounts own; NULL without memory. */
static void *grow(void *array, size_t count, size_t size, void **out)
{
	void *more = reallocarray(array, count + 1, size);

	if (more) {
		memset((char *)more + count * size, 0, size);
		*out = (char *)more + count * size;
	}
	return more;
}

static const char *const no_memory = "there is no memory left";

static const char *numbers_read(struct accounts *accounts, unsigned number, char *rest,
				const char **culprit)
{
	struct account_numbers *to;
	char *word = word_next(&rest);
	const char *complaint;
	void *at, *array;

	if (!word)
		return "MIN-MAX is missing behind it";
	for (; word; word = word_next(&rest)) {
		*culprit = word;
		array = grow(accounts->range, accounts->range_count,
			     sizeof(*accounts->range), &at);
		if (!array)
			return no_memory;
		accounts->range = array;
		to = at;
		to->line = number;
		if ((complaint = words_range(word, &to->range)))
			return complaint;
		accounts->range_count++;
	}
	return NULL;
}

static const char *words_read(struct words *words, char *rest, const char **culprit)
{
	const char *complaint;
	char *word;

	while ((word = word_next(&rest))) {
		*culprit = word;
		if ((complaint = words_take(words, word)))
			return complaint;
	}
	return NULL;
}

/* *@ALIAS deny, or allocate with its words. */
static const char *rule_read(struct accounts *accounts, unsigned number,
			     const char *identity, char *rest, const char **culprit)
{
	struct words words = { .value = { NULL } };
	const char *what = word_next(&rest), *complaint;
	void *at, *array = grow(accounts->rule, accounts->rule_count,
				sizeof(*accounts->rule), &at);
	struct account_rule *rule;

	if (!array)
		return no_memory;
	accounts->rule = array;
	rule = at;
	rule->line = number;
	rule->alias = identity + 2;
	*culprit = identity;
	if (!words_alias(rule->alias))
		return "not a rule for an issuer's alias (*@ALIAS)";
	*culprit = what ? what : identity;
	rule->deny = what && strcmp(what, "deny") == 0;
	if (!rule->deny && !(what && strcmp(what, "allocate") == 0))
		return "neither allocate nor deny, which a rule for an issuer must say";
	if ((complaint = words_read(&words, rest, culprit)) ||
	    (complaint = words_rule(&words, rule, culprit)))
		return complaint;
	accounts->rule_count++;
	return NULL;
}

static const char *identity_read(struct accounts *accounts, unsigned number,
				 const char *identity, char *rest, const char **culprit)
{
	struct account_line *line = &accounts->at[accounts->count];
	struct words words = { .value = { NULL } };
	struct bytes subject, alias;
	const char *complaint;

	*line = (struct account_line){ .line = number, .identity = identity };
	if (!identity_split(bytes_of_text(identity), &subject, &alias))
		return "not an identity (SUBJECT@ALIAS, SUBJECT of 22 base64url "
		       "characters)";
	line->name = word_next(&rest);
	if (!line->name)
		return "the account's name is missing behind it";
	*culprit = line->name;
	if ((line->deny = strcmp(line->name, "deny") == 0))
		line->name = "";
	if ((complaint = words_read(&words, rest, culprit)) ||
	    (complaint = words_line(&words, line, culprit)))
		return complaint;
	accounts->count++;
	return NULL;
}

static const char *line_read(struct accounts *accounts, unsigned number, char *text,
			     const char **culprit)
{
	char *rest = text;
	const char *first = word_next(&rest);

	*culprit = first;
	if (strcmp(first, "numbers") == 0)
		return numbers_read(accounts, number, rest, culprit);
	if (strncmp(first, "*@", 2) == 0)
		return rule_read(accounts, number, first, rest, culprit);
	return identity_read(accounts, number, first, rest, culprit);
}

static size_t lines_count(const char *text)
{
	size_t count = 1;

	for (; (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

static enum vid_reason lines_read(struct accounts *accounts, struct problem *problem)
{
	char *at = accounts->text;

	for (unsigned number = 1; at; number++) {
		char *end = strchr(at, '\n');
		const char *culprit = NULL, *complaint;

		if (end)
			*end = '\0';
		strip(at);
		at += strspn(at, " \t");
		if (*at) {
			complaint = line_read(accounts, number, at, &culprit);
			if (complaint) {
				problem_set(problem, "%s:%u: '%.80s': %s", accounts->file,
					    number, culprit, complaint);
				return VID_CONFIG;
			}
		}
		at = end ? end + 1 : NULL;
	}
	return VID_OK;
}

enum vid_reason accounts_parse(struct bytes text, const char *name, struct accounts *out,
			       struct problem *problem)
{
	AUTO(accounts_free) struct accounts accounts = { 0 };
	enum vid_reason why;

	*out = (struct accounts){ 0 };
	if (text.len && memchr(text.at, '\0', text.len)) {
		problem_set(problem, "%s: has a NUL byte", name);
		return VID_CONFIG;
	}
	accounts.text = malloc(text.len + 1);
	accounts.file = strdup(name);
	if (accounts.text && accounts.file) {
		if (text.len)
			memcpy(accounts.text, text.at, text.len);
		accounts.text[text.len] = '\0';
		accounts.at = calloc(lines_count(accounts.text), sizeof(*accounts.at));
	}
	if (!accounts.at) {
		problem_set(problem, "%s: %m", name);
		return VID_FILE_IO;
	}
	if ((why = lines_read(&accounts, problem)) != VID_OK)
		return why;
	*out = accounts;
	accounts = (struct accounts){ 0 };
	return VID_OK;
}

enum vid_reason accounts_load(const char *path, struct accounts *out,
			      struct problem *problem)
{
	AUTO(blob_free) struct blob blob = { 0 };
	enum vid_reason why;

	*out = (struct accounts){ 0 };
	why = file_read_trusted(path, ACCOUNTS_FILE_MAX, &blob, problem);
	if (why != VID_OK)
		return why;
	return accounts_parse(bytes_of(blob.at, blob.len), path, out, problem);
}
