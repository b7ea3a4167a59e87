/* SPDX-License-Identifier: BSD-2-Clause */
/* What the ledger knows, for the commands of `vid account`. */
#include "libvid/accounts_state.h"
#include "libvid/cleanup.h"
#include "vid/account.h"

int account_ledger(const struct account_places *places, const struct hostkey *key,
		   bool locked, struct ledger *ledger, char path[PATH_MAX])
{
	AUTO(accounts_past_free) struct accounts_past past = { .has_index = false };
	struct problem problem = { .text = "" };
	enum vid_reason why;

	if (!ledger_path(places->index, path, PATH_MAX))
		return cli_fail(_("the path is too long: %s"), places->index);
	why = accounts_past_load(places->index, key, locked, false, &past, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	*ledger = past.ledger;
	past.ledger = (struct ledger){ 0 };
	return CLI_GO;
}
