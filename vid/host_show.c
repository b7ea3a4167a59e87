/* SPDX-License-Identifier: BSD-2-Clause */
/* vid host show - the id under which holders' proofs are made for this host */
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/hostkey.h"
#include "libvid/paths.h"
#include "vid/cli.h"

int cmd_host_show(int argc, char **argv)
{
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	struct problem problem = { .text = "" };
	const char *file = PATH_HOSTKEY;
	char **operands, id[22];
	bool json = false;
	enum vid_reason why;
	int code;
	const struct cli_option options[] = {
		{ .name = "file",
		  .arg = N_("FILE"),
		  .text = &file,
		  .help = N_("the host key, instead of the usual place") },
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid host show [--file FILE] [--json]",
		.about = N_("Print this host's id. It is public; it is derived from the "
			    "host key, which only root can read."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	why = hostkey_load(file, &key, &problem);
	if (why == VID_FILE_MISSING)
		return cli_fail(_("%s: there is no host key yet; vid host init makes it"),
				file);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	hostkey_host_id(&key, id);
	if (json)
		return cli_json(json_pack("{s:s, s:o}", "host_id", id, "file",
					  cli_json_text(bytes_of_text(file))));
	printf(_("host id: %s\n"), id);
	return CLI_YES;
}
