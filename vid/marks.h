/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * marks.h - what the commands of `vid anchor` share: which anchor, under which key
 */
#ifndef VID_MARKS_H
#define VID_MARKS_H

#include <limits.h>

#include "libvid/anchor.h"

/* `anchor` points into the rest: it is not to be copied. Wipe with marks_close. */
struct marks {
	const char *folder, *key_file; /* options; NULL: the usual ones */
	struct hostkey key;
	char stamp[PATH_MAX];
	struct anchor anchor;
};

#define MARKS_OPTIONS(marks)                                                             \
	{ .name = "folder",                                                              \
	  .arg = N_("DIR"),                                                              \
	  .text = &(marks).folder,                                                       \
	  .help = N_("the folder of marks, not the usual one") },                        \
	{                                                                                \
		.name = "key", .arg = N_("FILE"), .text = &(marks).key_file,             \
		.help = N_("the host key, not the usual one")                            \
	}

/* Read the host key and fill `anchor`. CLI_GO, or CLI_FAILED after a complaint. */
int marks_open(struct marks *marks);
void marks_close(struct marks *marks);

#endif
