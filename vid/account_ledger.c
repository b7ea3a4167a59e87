/* SPDX-License-Identifier: BSD-2-Clause */
/* What the ledger knows, for the commands of `vid account`. */
#include "libvid/cleanup.h"
#include "vid/account.h"

int account_ledger(const struct account_places *places, const struct hostkey *key,
		   struct ledger *ledger, char path[PATH_MAX])
{
	AUTO(index_close) struct index index = { 0 };
	struct problem problem = { .text = "" };
	uint64_t serial = 0;
	enum vid_reason why;

	if (!ledger_path(places->index, path, PATH_MAX))
		return cli_fail(_("the path is too long: %s"), places->index);
	if (index_open(places->index, &index) == INDEX_OK)
		serial = index.ledger;
	why = ledger_load(path, key, serial, ledger, &problem);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}
