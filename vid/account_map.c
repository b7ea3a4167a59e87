/* SPDX-License-Identifier: BSD-2-Clause */
/* vid account map - map an identity to an account of this machine */
#include <stdio.h>

#include "libvid/paths.h"
#include "libvid/printable.h"
#include "vid/account.h"

int cmd_account_map(int argc, char **argv)
{
	struct account_places places = ACCOUNT_PLACES;
	const struct cli_option options[] = { ACCOUNT_BIND_OPTIONS, { .name = NULL } };
	const struct cli_spec spec = {
		.usage = "vid account map [OPTION]... IDENTITY ACCOUNT",
		.about = N_(
			"Let whoever proves to be IDENTITY (SUBJECT@ALIAS) log in as "
			"ACCOUNT, which /etc/passwd or an\nearlier vid account add has. "
			"A face that was enrolled for ACCOUNT before is bound to "
			"IDENTITY.\n"
			"Root is never reached this way."),
		.options = options,
		.operands_min = 2,
		.operands_max = 2,
	};
	char **operands;
	int code = cli_parse(&spec, argc, argv, &operands);

	if (code != CLI_GO)
		return code;
	code = account_join(&places, operands[0], operands[1], "");
	if (code == CLI_YES)
		printf(_("%s is now %s\n"), PRINTABLE(operands[0]),
		       PRINTABLE(operands[1]));
	return code;
}
