/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/accounts_words.h"

#include "libvid/groups.h"
#include "libvid/issuers.h"

static const char *const word_name[WORD_COUNT] = {
	[WORD_UID] = "uid",
	[WORD_GID] = "gid",
	[WORD_HOME] = "home",
	[WORD_SHELL] = "shell",
	[WORD_GROUPS] = "groups",
	[WORD_GECOS] = "gecos",
	[WORD_PREFIX] = "prefix",
	[WORD_UIDS] = "uids",
	[WORD_HOME_POLICY] = "home-policy",
};

/* --- values ------------------------------------------------------------------- */

/* S44: no byte that ends a field or a line, or that a terminal obeys. */
static const char *field_check(const char *text, const char *complaint)
{
	size_t len = strlen(text);

	if (len > INDEX_FIELD_MAX)
		return complaint;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f || text[i] == ':')
			return complaint;
	return NULL;
}

static const char *path_check(const char *text)
{
	static const char *const complaint = "not an absolute path without ':' or '..'";
	size_t len = strlen(text);

	if (text[0] != '/' || strstr(text, "/../") ||
	    (len >= 3 && strcmp(text + len - 3, "/..") == 0))
		return complaint;
	return field_check(text, complaint);
}

static const char *groups_check(const char *text)
{
	struct bytes names = bytes_of_text(text), name;
	const char *complaint = "not names of groups with ',' between";

	if (!names.len || text[names.len - 1] == ',')
		return complaint;
	if (names.len > INDEX_FIELD_MAX)
		return "more than 255 bytes of groups";
	while (group_next(&names, &name)) {
		char group[VID_NAME_MAX + 1];

		if (!bytes_to_text(name, group, sizeof(group)) ||
		    !account_name_local(group))
			return complaint;
		if (group_privileged(name))
			return "has a group that opens doors: no virtual ID brings it; "
			       "where an account of the map shall be in it, list the "
			       "account in /etc/group";
	}
	return NULL;
}

static const char *number_read(const char *text, uint32_t *out)
{
	uint64_t value;

	if (!index_number(bytes_of_text(text), UINT32_MAX, &value))
		return "not a number";
	if (!index_id_possible(value))
		return "never the number of an own account: below 1000, 65534, 65535, or "
		       "above 2147483647";
	*out = (uint32_t)value;
	return NULL;
}

const char *words_range(const char *text, struct index_range *out)
{
	const char *dash = strchr(text, '-');
	uint64_t min, max;

	if (!dash ||
	    !index_number(bytes_of(text, (size_t)(dash - text)), UINT32_MAX, &min) ||
	    !index_number(bytes_of_text(dash + 1), UINT32_MAX, &max) || min > max)
		return "not of the form MIN-MAX";
	if (!index_id_possible(min) || !index_id_possible(max))
		return "begins or ends with a number that no own account can have: below "
		       "1000, 65534, 65535, or above 2147483647";
	*out = (struct index_range){ (uint32_t)min, (uint32_t)max };
	return NULL;
}

bool words_alias(const char *text)
{
	return alias_valid(text);
}

/* --- words --------------------------------------------------------------------- */

const char *words_take(struct words *words, char *word)
{
	char *value = strchr(word, '=');

	if (!value)
		return "not of the form word=value";
	*value++ = '\0';
	for (unsigned i = 0; i < WORD_COUNT; i++) {
		if (strcmp(word, word_name[i]) != 0)
			continue;
		if (words->value[i])
			return "given twice";
		words->value[i] = value;
		return NULL;
	}
	return "unknown word (uid, gid, home, shell, groups, gecos; of a rule prefix, "
	       "uids, "
	       "home, shell, groups, home-policy)";
}

/* A word that this kind of line cannot have; false when there is none. */
static bool has_other(const struct words *words, unsigned mask, const char **culprit)
{
	for (unsigned i = 0; i < WORD_COUNT; i++)
		if (words->value[i] && !(mask >> i & 1)) {
			*culprit = word_name[i];
			return true;
		}
	return false;
}

/* Those that lines and rules share. */
static const char *words_check(const struct words *words, const char **culprit)
{
	const char *home = words->value[WORD_HOME], *shell = words->value[WORD_SHELL];
	const char *groups = words->value[WORD_GROUPS], *complaint;

	*culprit = word_name[WORD_HOME];
	if (home && (complaint = path_check(home)))
		return complaint;
	*culprit = word_name[WORD_SHELL];
	if (shell && (complaint = path_check(shell)))
		return complaint;
	*culprit = word_name[WORD_GROUPS];
	return groups ? groups_check(groups) : NULL;
}

static const char *own_read(const struct words *words, struct account_line *line,
			    const char **culprit)
{
	const char *complaint;

	line->own = true;
	*culprit = word_name[WORD_UID];
	if ((complaint = number_read(words->value[WORD_UID], &line->uid)))
		return complaint;
	line->gid = line->uid;
	if (words->value[WORD_GID]) {
		*culprit = word_name[WORD_GID];
		if ((complaint = number_read(words->value[WORD_GID], &line->gid)))
			return complaint;
	}
	if ((complaint = words_check(words, culprit)))
		return complaint;
	line->home = words->value[WORD_HOME];
	line->shell = words->value[WORD_SHELL];
	line->groups = words->value[WORD_GROUPS];
	line->gecos = words->value[WORD_GECOS];
	*culprit = word_name[WORD_GECOS];
	if (line->gecos &&
	    (complaint = field_check(line->gecos, "has ':' or is longer than "
						  "255 bytes")))
		return complaint;
	*culprit = line->name;
	return account_name_valid(line->name)
		       ? NULL
		       : "not a name for an account, or a reserved one";
}

const char *words_line(const struct words *words, struct account_line *line,
		       const char **culprit)
{
	const unsigned own = 1u << WORD_UID | 1u << WORD_GID | 1u << WORD_HOME |
			     1u << WORD_SHELL | 1u << WORD_GROUPS | 1u << WORD_GECOS;

	if (line->deny)
		return has_other(words, 0, culprit) ? "not together with deny" : NULL;
	if (has_other(words, own, culprit))
		return "a word of rules (*@ALIAS allocate)";
	if (words->value[WORD_UID])
		return own_read(words, line, culprit);
	*culprit = line->name;
	if (has_other(words, 0, culprit))
		return *culprit = line->name, "has words that need uid= beside them";
	return account_name_local(line->name) ? NULL : "not a name for an account";
}

/* {name} once, as the last part: each account has a home of its own. */
static bool home_names(const char *home)
{
	const char *place = strstr(home, "/{name}");

	return place && strcmp(place, "/{name}") == 0 && !strpbrk(place + 7, "{}") &&
	       strchr(home, '{') == place + 1;
}

static const char *policy_read(const char *text, bool *wipe)
{
	*wipe = text && strcmp(text, "wipe-at-logout") == 0;
	return *wipe || !text || strcmp(text, "keep") == 0
		       ? NULL
		       : "neither keep nor wipe-at-logout";
}

const char *words_rule(const struct words *words, struct account_rule *rule,
		       const char **culprit)
{
	const unsigned mask = 1u << WORD_PREFIX | 1u << WORD_UIDS | 1u << WORD_HOME |
			      1u << WORD_SHELL | 1u << WORD_GROUPS |
			      1u << WORD_HOME_POLICY;
	const char *complaint;

	if (rule->deny)
		return has_other(words, 0, culprit) ? "not together with deny" : NULL;
	if (has_other(words, mask, culprit))
		return "not a word of rules";
	rule->prefix = *culprit = words->value[WORD_PREFIX];
	if (!rule->prefix || !words->value[WORD_UIDS])
		return *culprit = "allocate", "needs prefix= and uids= behind it";
	/* ten digits come behind it */
	if (!index_name_valid(bytes_of_text(rule->prefix)) ||
	    strlen(rule->prefix) > VID_NAME_MAX - 10)
		return "not the beginning of a name: lower-case letters, digits, '_', "
		       "'-', at "
		       "most 21";
	*culprit = word_name[WORD_UIDS];
	if ((complaint = words_range(words->value[WORD_UIDS], &rule->uids)))
		return complaint;
	if ((complaint = words_check(words, culprit)))
		return complaint;
	rule->home = words->value[WORD_HOME];
	rule->shell = words->value[WORD_SHELL];
	rule->groups = words->value[WORD_GROUPS];
	*culprit = word_name[WORD_HOME];
	if (rule->home && !home_names(rule->home))
		return "does not end with /{name}, once: each account has a home of its "
		       "own";
	*culprit = word_name[WORD_HOME_POLICY];
	return policy_read(words->value[WORD_HOME_POLICY], &rule->wipe);
}
