/* SPDX-License-Identifier: BSD-2-Clause */
/* vid trust check - for a timer: exit 1 while there is still time to do something */
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "vid/cli.h"
#include "vid/trust.h"
#include "vid/trusted.h"

int cmd_trust_check(int argc, char **argv)
{
	AUTO(issuers_free) struct issuers issuers = { .count = 0 };
	const char *dir = PATH_ISSUERS, *time = NULL, *within = NULL;
	struct problem problem = { .text = "" };
	int64_t now, days = TRUST_WARN_DAYS;
	unsigned complaints = 0;
	char **operands;
	enum vid_reason why;
	int code;
	const struct cli_option options[] = {
		{ .name = "dir",
		  .arg = N_("DIR"),
		  .text = &dir,
		  .help = N_("the folder of trusted issuers, not the usual one") },
		{ .name = "days",
		  .arg = N_("N"),
		  .text = &within,
		  .help = N_("warn so many days before; 30 without it") },
		{ .name = "time",
		  .arg = N_("UNIXTIME"),
		  .text = &time,
		  .help = N_("as at this time instead of now") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid trust check [--dir DIR] [--days N] [--time UNIXTIME]",
		.about = N_("Complain about each issuer whose last key has ended or ends "
			    "soon, and each faulty file;\nsilent (exit 0) when there is "
			    "none. A key that another "
			    "of the same issuer takes over from is no reason to worry."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	if (!trust_time(time, &now) ||
	    (within && !cli_number("--days", within, 0, 3650, &days)))
		return CLI_FAILED;
	if ((why = trusted_load(dir, &issuers, &problem)) != VID_OK)
		return cli_problem(why, &problem);
	complaints = (unsigned)issuers.fault_count;
	for (size_t i = 0; i < issuers.count; i++)
		complaints += trust_complain(&issuers.at[i], now, days);
	return complaints ? CLI_REFUSED : CLI_YES;
}
