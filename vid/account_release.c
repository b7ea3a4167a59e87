/* SPDX-License-Identifier: BSD-2-Clause */
/* vid account release - let a number be given again */
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "vid/account.h"

static int release(const struct account_places *places, uint32_t uid)
{
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	AUTO(ledger_free) struct ledger ledger = { 0 };
	struct problem problem = { .text = "" };
	AUTO_CLOSE int lock = -1;
	char path[PATH_MAX];
	enum vid_reason why;
	int code;

	if ((code = account_key(places, &key)) != CLI_GO ||
	    (code = account_lock(places, &lock)) != CLI_GO ||
	    (code = account_ledger(places, &key, true, &ledger, path)) != CLI_GO)
		return code;
	if (!ledger_release(&ledger, uid)) {
		(void)cli_fail(_("the number %u is not one that is held back"), uid);
		return CLI_REFUSED;
	}
	why = ledger_store(&ledger, path, &key, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	printf(_("%u may be given again\n"), uid);
	return CLI_YES;
}

int cmd_account_release(int argc, char **argv)
{
	struct account_places places = ACCOUNT_PLACES;
	const struct cli_option options[] = { ACCOUNT_COMPILE_OPTIONS, { .name = NULL } };
	const struct cli_spec spec = {
		.usage = "vid account release [OPTION]... UID",
		.about = N_(
			"Let a number be given again that was an own account's before. "
			"Whoever gets it owns what the\nformer account left behind: "
			"first look for its files (find / -xdev -uid UID)."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};
	char **operands;
	int64_t uid;
	int code = cli_parse(&spec, argc, argv, &operands);

	if (code != CLI_GO)
		return code;
	if (!cli_number("UID", operands[0], INDEX_ID_FLOOR, INDEX_ID_CEILING, &uid))
		return CLI_FAILED;
	return release(&places, (uint32_t)uid);
}
