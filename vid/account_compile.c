/* SPDX-License-Identifier: BSD-2-Clause */
/* vid account compile - compile the map after editing it by hand */
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "vid/account.h"

int cmd_account_compile(int argc, char **argv)
{
	AUTO(accounts_free) struct accounts accounts = { 0 };
	struct account_places places = ACCOUNT_PLACES;
	bool json = false;
	const struct cli_option options[] = {
		ACCOUNT_COMPILE_OPTIONS,
		{ .name = "recover",
		  .given = &places.recover,
		  .help = N_("the compiled map is lost: retire every number that no "
			     "account has") },
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid account compile [OPTION]...",
		.about = N_(
			"Prove the map and compile it for nss_vid and vidd. With a fault "
			"in "
			"the map, its line is told\nand the compiled map in place stays. "
			"Also due when /etc/passwd or /etc/group changed: names\nand "
			"numbers "
			"that they have taken are no longer answered, and lookups are "
			"fast "
			"again.\n"
			"When the compiled map in place, its ledger or its mark is "
			"damaged, "
			"missing or of another day,\nnothing is written: some numbers "
			"that "
			"were given are not known. Put the newest state back. "
			"When\nthere is "
			"none, --recover compiles all the same, and retires every number "
			"of "
			"the map's ranges that\nno line and no given account has: new "
			"accounts then need other numbers (a line numbers MIN-MAX),\nor "
			"vid "
			"account release for a number that owns no file any more."),
		.options = options,
	};
	size_t own = 0;
	char **operands;
	int code = cli_parse(&spec, argc, argv, &operands);

	if (code != CLI_GO || (code = account_compile(&places, &accounts)) != CLI_GO)
		return code;
	for (size_t i = 0; i < accounts.count; i++)
		own += accounts.at[i].own;
	if (json)
		return cli_json(json_pack("{s:o, s:I, s:I}", "index",
					  cli_json_text(bytes_of_text(places.index)),
					  "identities", (json_int_t)accounts.count, "own",
					  (json_int_t)own));
	printf(_("%s: identities %zu, accounts of our own %zu\n"),
	       PRINTABLE(places.index), accounts.count, own);
	return CLI_YES;
}
