/* SPDX-License-Identifier: BSD-2-Clause */
/* vid account remove - take a mapping away */
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "vid/account.h"

struct removal {
	const char *what; /* an identity, or the name of an account */
	unsigned lines;
};

static bool line_matches(struct bytes line, const char *what)
{
	AUTO(accounts_free) struct accounts parsed = { 0 };

	return account_line_parse(line, &parsed) &&
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
			"An "
			"account made by vid account\nadd is gone then; its home, its "
			"face template (vid face remove) and what opens its\nkeyring "
			"(vid key secret remove --account) stay."),
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
	if ((code = account_change(&places, remove_edit, &removal, 0)) != CLI_GO)
		return code;
	printf(ngettext("removed %u mapping\n", "removed %u mappings\n", removal.lines),
	       removal.lines);
	return CLI_YES;
}
