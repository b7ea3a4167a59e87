/* SPDX-License-Identifier: BSD-2-Clause */
/* vid clock reset - the clock was ahead at a login, and is right again */
#include <stdio.h>
#include <time.h>

#include "libvid/anchor_here.h"
#include "libvid/cleanup.h"
#include "libvid/clock.h"
#include "libvid/paths.h"
#include "vid/cli.h"

int cmd_clock_reset(int argc, char **argv)
{
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	struct anchor_here here;
	struct problem problem = { .text = "" };
	const char *file = PATH_CLOCK, *key_file = PATH_HOSTKEY;
	char **operands;
	enum vid_reason why;
	int code;
	const struct cli_option options[] = {
		{ .name = "file",
		  .arg = N_("FILE"),
		  .text = &file,
		  .help = N_("the file of the last login, not the usual one") },
		{ .name = "key",
		  .arg = N_("FILE"),
		  .text = &key_file,
		  .help = N_("the host key, not the usual one") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid clock reset [--file FILE] [--key FILE]",
		.about = N_("Forget when the last good login was. For a clock that was "
			    "ahead then and is right now:\nset it first, for what has "
			    "expired since would be valid again on a clock that is "
			    "behind."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	if ((why = hostkey_load(key_file, &key, &problem)) != VID_OK)
		return cli_problem(why, &problem);
	if (!anchor_here(&here, ANCHOR_CLOCK, file, &key, &problem))
		return cli_problem(VID_FILE_IO, &problem);
	if ((why = clock_reset(&here.anchor, (int64_t)time(NULL), &problem)) != VID_OK)
		return cli_problem(why, &problem);
	puts(_("forgotten: the next login sets it anew"));
	return CLI_YES;
}
