/* SPDX-License-Identifier: BSD-2-Clause */
/* What is told of rules for newcomers after a compilation, or after one that was refused.
 */
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/index.h"
#include "vid/account.h"

static bool gives(const struct accounts *map, const char *alias)
{
	bool allocates = false;

	for (size_t i = 0; i < map->rule_count; i++) {
		if (strcmp(map->rule[i].alias, alias) != 0)
			continue;
		if (map->rule[i].deny)
			return false;
		allocates = true;
	}
	return allocates;
}

void account_rules_in_force(const struct account_places *places,
			    const struct accounts *map)
{
	AUTO(index_close) struct index index = { 0 };
	struct bytes key, value, iss;
	struct index_rule rule;
	char alias[VID_ALIAS_MAX + 1];
	uint32_t cursor = 0;

	if (index_open(places->index, &index) != INDEX_OK)
		return; /* the complaint before is about that */
	while (index_record(&index, &cursor, &key, &value) == INDEX_OK) {
		if (key.len < 2 || key.at[0] != 'a' ||
		    !bytes_to_text(bytes_of(key.at + 1, key.len - 1), alias,
				   sizeof(alias)) ||
		    gives(map, alias) ||
		    index_by_alias(&index, bytes_of_text(alias), &iss, NULL) !=
			    INDEX_OK ||
		    index_rule_of(&index, iss, &rule) != INDEX_OK || rule.denied)
			continue;
		cli_warn(_("the rule *@%s is still in force, and still gives accounts to "
			   "newcomers: the map no longer has it, but could not be "
			   "compiled. "
			   "Mend what is told above, then vid account compile; or stop "
			   "that "
			   "issuer at once: vid issuer untrust %s"),
			 alias, alias);
	}
}

/* Is this the first line with its alias? */
static bool first_of(const struct accounts *map, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(map->at[k].identity + VID_SUB_LEN,
			   map->at[i].identity + VID_SUB_LEN) == 0)
			return false;
	return true;
}

static void warn_unbound(const struct account_places *places, const struct index *index,
			 unsigned line, const char *alias)
{
	struct bytes iss;

	if (index_by_alias(index, bytes_of_text(alias), &iss, NULL) == INDEX_NONE)
		cli_warn(
			_("%s:%u: no issuer is trusted as '%s': its lines let nobody in. "
			  "Next: vid issuer trust FILE --as %s, then vid account "
			  "compile"),
			places->map, line, alias, alias);
}

/* How many accounts of this issuer a rule gave, when it is gone. */
static void warn_given(const struct ledger *ledger, const struct accounts *map, size_t i)
{
	const char *alias = ledger->at[i].identity + VID_SUB_LEN + 1;
	size_t count = 0;

	if (gives(map, alias))
		return;
	for (size_t k = 0; k < ledger->count; k++) {
		if (!ledger->at[k].identity ||
		    strcmp(ledger->at[k].identity + VID_SUB_LEN + 1, alias) != 0)
			continue;
		if (k < i)
			return; /* told already */
		count++;
	}
	cli_warn(_("the rule *@%s is gone: newcomers are given nothing more. Accounts "
		   "that it "
		   "gave: %zu, '%s' among them; their names and numbers stay, and nobody "
		   "logs "
		   "in to them without a line of the map. To end one: vid account remove "
		   "%s"),
		 alias, count, ledger->at[i].name, ledger->at[i].name);
}

void account_orphans(const struct account_places *places, const struct hostkey *key,
		     const struct accounts *map)
{
	AUTO(index_close) struct index index = { 0 };
	AUTO(ledger_free) struct ledger ledger = { 0 };
	char path[PATH_MAX];

	if (index_open(places->index, &index) != INDEX_OK ||
	    !ledger_path(places->index, path, sizeof(path)) ||
	    ledger_load(path, key, &ledger, NULL) != VID_OK)
		return; /* they were in place a moment ago */
	for (size_t i = 0; i < map->count; i++)
		if (i < 1000 && first_of(map, i))
			warn_unbound(places, &index, map->at[i].line,
				     map->at[i].identity + VID_SUB_LEN + 1);
	for (size_t i = 0; i < map->rule_count; i++)
		warn_unbound(places, &index, map->rule[i].line, map->rule[i].alias);
	for (size_t i = 0; i < ledger.count; i++)
		if (ledger.at[i].identity)
			warn_given(&ledger, map, i);
}
