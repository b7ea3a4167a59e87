/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/alias_use.h"

#include <stdio.h>
#include <string.h>

#include "libvid/accounts_records.h"
#include "libvid/accounts_state.h"
#include "libvid/cleanup.h"

static void add_line(struct alias_use *use, unsigned line)
{
	if (use->lines < ALIAS_USE_LINES)
		use->line[use->lines] = line;
	use->lines++;
}

static bool has_alias(const char *identity, const char *alias)
{
	return strcmp(identity + VID_SUB_LEN + 1, alias) == 0;
}

static int read_map(const struct account_places *places, const char *alias,
		    struct alias_use *use)
{
	AUTO(accounts_free) struct accounts map = { 0 };
	struct problem problem = { .text = "" };
	enum vid_reason why = accounts_load(places->map, &map, &problem);

	if (why == VID_FILE_MISSING)
		return CLI_GO;
	if (why != VID_OK)
		return cli_problem(why, &problem);
	for (size_t i = 0; i < map.count; i++)
		if (has_alias(map.at[i].identity, alias))
			add_line(use, map.at[i].line);
	for (size_t i = 0; i < map.rule_count; i++)
		if (strcmp(map.rule[i].alias, alias) == 0)
			add_line(use, map.rule[i].line);
	return CLI_GO;
}

static int read_compiled(const struct account_places *places, const struct hostkey *key,
			 const char *alias, struct alias_use *use)
{
	AUTO(accounts_past_free) struct accounts_past past = { .has_index = false };
	struct problem problem = { .text = "" };
	enum index_result result;
	struct bytes iss;
	enum vid_reason why;

	why = accounts_past_load(places->index, key, false, false, &past, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	for (size_t i = 0; i < past.ledger.count; i++) {
		const struct ledger_entry *entry = &past.ledger.at[i];

		if (!entry->identity || !entry->iss || !has_alias(entry->identity, alias))
			continue;
		use->given++;
		(void)snprintf(use->account, sizeof(use->account), "%s", entry->name);
		(void)snprintf(use->iss, sizeof(use->iss), "%s", entry->iss);
	}
	if (!past.has_index)
		return CLI_GO;
	result = record_alias_find(&past.index, key, bytes_of_text(alias), &iss);
	if (result == INDEX_NONE)
		return CLI_GO;
	if (result != INDEX_OK || !bytes_to_text(iss, use->iss, sizeof(use->iss)))
		return cli_problem(record_broken(places->index, result, &problem),
				   &problem);
	use->compiled = true;
	return CLI_GO;
}

int alias_use_find(const struct account_places *places, const char *alias,
		   struct alias_use *out)
{
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	struct problem problem = { .text = "" };
	enum vid_reason why;
	int code;

	*out = (struct alias_use){ .lines = 0 };
	if ((code = read_map(places, alias, out)) != CLI_GO)
		return code;
	why = hostkey_load(places->key, &key, &problem);
	if (why == VID_FILE_MISSING)
		return CLI_GO;
	if (why != VID_OK)
		return cli_problem(why, &problem);
	return read_compiled(places, &key, alias, out);
}

static void tell_lines(const struct account_places *places, const struct alias_use *use)
{
	for (size_t i = 0; i < use->lines && i < ALIAS_USE_LINES; i++)
		(void)cli_fail(_("%s:%u: uses it"), places->map, use->line[i]);
	if (use->lines > ALIAS_USE_LINES)
		(void)cli_fail(_("and %zu lines more"), use->lines - ALIAS_USE_LINES);
	if (use->given)
		(void)cli_fail(_("accounts that its rule gave: %zu, %s among them"),
			       use->given, use->account);
}

int alias_use_check(const struct account_places *places, const char *alias,
		    const char *iss)
{
	struct alias_use use;
	int code = alias_use_find(places, alias, &use);

	if (code != CLI_GO || !use.iss[0] || strcmp(use.iss, iss) == 0)
		return code;
	(void)cli_fail(
		_("'%s' is the alias of %s in the map of accounts, and would give its "
		  "accounts to %s. Use another alias (--as), or first remove them "
		  "(vid account remove) and compile"),
		alias, use.iss, iss);
	tell_lines(places, &use);
	return CLI_REFUSED;
}
