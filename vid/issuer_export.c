/* SPDX-License-Identifier: BSD-2-Clause */
/* vid issuer export - the public part, as hosts' issuers.d wants it */
#include <stdio.h>

#include "libvid/cleanup.h"
#include "vid/cli.h"
#include "vid/issuer_dir.h"

int cmd_issuer_export(int argc, char **argv)
{
	const char *output = NULL;
	struct issuer_dir paths;
	struct issuer issuer;
	bool force = false, json = false;
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "output",
		  .letter = 'o',
		  .arg = N_("FILE"),
		  .text = &output,
		  .help = N_("write to FILE instead of standard output") },
		{ .name = "force", .given = &force, .help = N_("replace FILE") },
		{ .name = "json",
		  .given = &json,
		  .help = N_("print JSON, with the fingerprint of each key") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid issuer export [-o FILE [--force] | --json] DIR",
		.about = N_("Print the public part of the issuer in DIR, for vid issuer "
			    "trust on a host.\nIt holds no secret."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	if (json && output)
		return cli_fail(_("--json prints; a host reads what -o FILE writes"));
	if ((code = issuer_dir_paths(operands[0], &paths)) != CLI_GO ||
	    (code = issuer_dir_read(&paths, &issuer)) != CLI_GO)
		return code;
	if (json)
		return cli_json(issuer_record_json(&issuer));
	if (output) {
		size_t len = 0;
		AUTO_FREE char *text = issuer_text(&issuer, &len);

		if (!text)
			return cli_fail(_("not enough memory"));
		return cli_write(output, bytes_of(text, len), 0644, force);
	}
	issuer_print(&issuer, stdout);
	return CLI_YES;
}
