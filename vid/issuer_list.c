/* SPDX-License-Identifier: BSD-2-Clause */
/* vid issuer list - whose signature counts on this host */
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/issuer_dir.h"
#include "vid/trusted.h"

static int print_json(const struct issuers *issuers)
{
	json_t *list = json_array();

	for (size_t i = 0; i < issuers->count; i++)
		json_array_append_new(list, issuer_record_json(&issuers->at[i]));
	return cli_json(list);
}

int cmd_issuer_list(int argc, char **argv)
{
	AUTO(issuers_free) struct issuers issuers = { .count = 0 };
	struct problem problem = { .text = "" };
	const char *dir = PATH_ISSUERS;
	bool json = false;
	char **operands;
	enum vid_reason why;
	int code;
	const struct cli_option options[] = {
		{ .name = "dir",
		  .arg = N_("DIR"),
		  .text = &dir,
		  .help = N_("the folder of trusted issuers, not the usual one") },
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid issuer list [--dir DIR] [--json]",
		.about = N_("List the issuers that this host trusts."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	if ((why = trusted_load(dir, &issuers, &problem)) != VID_OK)
		return cli_problem(why, &problem);
	if (json)
		return print_json(&issuers);
	if (issuers.count == 0)
		printf(_("no issuer is trusted (%s is empty)\n"), PRINTABLE(dir));
	for (size_t i = 0; i < issuers.count; i++) {
		const struct issuer *issuer = &issuers.at[i];

		printf(_("%s: %s\n  realm %s, status %s, at most %lld days\n"),
		       PRINTABLE(issuer->alias), PRINTABLE(issuer->iss),
		       PRINTABLE(issuer->realm), status_name(issuer->status),
		       (long long)issuer_token_lifetime(issuer) / 86400);
		if (*issuer->rp_id)
			printf(_("  security keys: RP ID %s\n"),
			       PRINTABLE(issuer->rp_id));
		issuer_print_keys(issuer);
	}
	return CLI_YES;
}
