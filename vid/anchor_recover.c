/* SPDX-License-Identifier: BSD-2-Clause */
/* vid anchor recover - the marks are lost or damaged: go on with those that are whole */
#include <stdio.h>

#include "libvid/cleanup.h"
#include "vid/cli.h"
#include "vid/marks.h"

int cmd_anchor_recover(int argc, char **argv)
{
	AUTO(marks_close) struct marks marks = { .folder = NULL };
	struct problem problem = { "" };
	unsigned lost = 0;
	bool yes = false;
	char **operands;
	enum vid_reason why;
	int code;
	const struct cli_option options[] = {
		MARKS_OPTIONS(marks),
		{ .name = "yes", .given = &yes, .help = N_("do not ask") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid anchor recover [--folder DIR] [--key FILE] [--yes]",
		.about =
			N_("For marks that are lost or damaged and that no backup of the "
			   "last moment brings back.\nWhat is whole stays. What is given "
			   "up proves nothing any more: enrol those faces again, and "
			   "run vid status update."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO ||
	    (code = marks_open(&marks)) != CLI_GO)
		return code;
	if (!yes && (code = cli_confirm(_("Records that somebody put back from another "
					  "day may count afterwards. Go on?"),
					"--yes")) != CLI_GO)
		return code;
	if ((why = anchor_recover(&marks.anchor, &lost, &problem)) != VID_OK)
		return cli_problem(why, &problem);
	printf(_("the marks count again; %u of 256 parts are given up\n"), lost);
	return CLI_YES;
}
