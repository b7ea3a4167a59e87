/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/marks.h"

#include <stdio.h>

#include "libvid/paths.h"
#include "vid/cli.h"

int marks_open(struct marks *marks)
{
	static const struct anchor_before here = ANCHOR_BEFORE;
	struct problem problem = { "" };
	enum vid_reason why;

	why = hostkey_load(marks->key_file ? marks->key_file : PATH_HOSTKEY, &marks->key,
			   &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	marks->anchor =
		(struct anchor){ .folder = marks->folder ? marks->folder : PATH_ANCHOR,
				 .key = &marks->key,
				 .stamp = marks->stamp };
	/* The stamp of another anchor is PATH.anchored beside PATH.anchor
	 * (anchor_here.h). */
	if (snprintf(marks->stamp, sizeof(marks->stamp), "%s%s",
		     marks->folder ? marks->folder : PATH_ANCHORED,
		     marks->folder ? "ed" : "") >= (int)sizeof(marks->stamp))
		return cli_fail(_("the path is too long: %.80s"), marks->folder);
	if (!marks->folder)
		marks->anchor.before = here;
	return CLI_GO;
}

void marks_close(struct marks *marks)
{
	hostkey_wipe(&marks->key);
}
