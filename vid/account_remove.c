/* SPDX-License-Identifier: BSD-2-Clause */
/* vid account remove - take a mapping away */
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "vid/account.h"

struct removal {
	const char *what; /* an identity, or the name of an account */
	unsigned lines;   /* of the map */
	unsigned given;   /* by a rule */
};

/* An account that a rule gave: its number is never given again, nothing else is kept. The
 * ledger and the index change together. */
static int forget(const struct account_places *places, struct removal *removal)
{
	struct account_places forgetting = *places;
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	AUTO(ledger_free) struct ledger ledger = { 0 };
	AUTO(blob_free) struct blob text = { 0 };
	AUTO_CLOSE int lock = -1;
	char path[PATH_MAX];
	unsigned gone = 0;
	int code;

	if ((code = account_key(places, &key)) != CLI_GO ||
	    (code = account_lock(places, &lock)) != CLI_GO ||
	    (code = account_ledger(places, &key, true, &ledger, path)) != CLI_GO)
		return code;
	for (size_t i = 0; i < ledger.count; i++)
		gone += ledger_entry_is(&ledger.at[i], removal->what);
	if (!gone)
		return CLI_GO;
	/* The index can only follow when the map holds. */
	if ((code = account_read(places, &text)) != CLI_GO ||
	    (code = account_prove(places, bytes_of(text.at, text.len), &key)) != CLI_GO)
		return code;
	forgetting.forget = removal->what;
	if ((code = account_compile_locked(&forgetting, &key, NULL)) == CLI_GO)
		removal->given += gone;
	return code;
}

static bool line_matches(struct bytes line, const char *what)
{
	AUTO(accounts_free) struct accounts parsed = { 0 };

	/* a line that denies stays: taking it away would let somebody in */
	return account_line_parse(line, &parsed) && !parsed.at[0].deny &&
	       (strcmp(parsed.at[0].identity, what) == 0 ||
		strcmp(parsed.at[0].name, what) == 0);
}

static int remove_edit(void *user, struct bytes text, struct buffer *to)
{
	struct removal *removal = user;
	struct bytes line;

	while (account_line_next(&text, &line))
		if (line_matches(line, removal->what))
			removal->lines++;
		else
			buffer_add(to, line.at, line.len);
	if (removal->lines)
		return CLI_GO;
	if (removal->given)
		return CLI_YES; /* it was no line of the map */
	(void)cli_fail(_("nothing is mapped to or from '%s' (vid account list)"),
		       removal->what);
	return CLI_REFUSED;
}

int cmd_account_remove(int argc, char **argv)
{
	struct account_places places = ACCOUNT_PLACES;
	const struct cli_option options[] = { ACCOUNT_COMPILE_OPTIONS, { .name = NULL } };
	const struct cli_spec spec = {
		.usage = "vid account remove [OPTION]... IDENTITY|NAME",
		.about = N_(
			"Take one identity away, or an account with all its identities. "
			"An account made by vid account\nadd, or given by a rule at a "
			"first login, is gone then, and its number is never given again\n"
			"(vid account release); its home, its face template (vid face "
			"remove) and what opens its\nkeyring (vid key secret remove "
			"--account) stay."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};
	struct removal removal = { .lines = 0 };
	char **operands;
	int code = cli_parse(&spec, argc, argv, &operands);

	if (code != CLI_GO)
		return code;
	removal.what = operands[0];
	if ((code = forget(&places, &removal)) != CLI_GO)
		return code;
	code = account_change(&places, remove_edit, &removal, 0);
	if (code != CLI_GO && code != CLI_YES)
		return code;
	removal.lines += removal.given;
	printf(ngettext("removed %u mapping\n", "removed %u mappings\n", removal.lines),
	       removal.lines);
	return CLI_YES;
}
