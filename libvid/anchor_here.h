/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * anchor_here.h - which anchor (anchor.h) belongs to the records that a command works on
 */
#ifndef VID_ANCHOR_HERE_H
#define VID_ANCHOR_HERE_H

#include <limits.h>

#include "libvid/anchor.h"

/* `anchor` points into the rest and at the host key: it is not to be copied. */
struct anchor_here {
	struct anchor anchor;
	char folder[PATH_MAX], stamp[PATH_MAX];
};

/*
 * The anchor of records of this kind at `path`: of this host, PATH_ANCHOR; of any other
 * path, PATH.anchor beside it. False, with a problem, when the path is too long.
 */
bool anchor_here(struct anchor_here *out, enum anchor_kind kind, const char *path,
		 const struct hostkey *key, struct problem *problem);

#endif
