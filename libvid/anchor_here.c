/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/anchor_here.h"

#include <stdio.h>
#include <string.h>

#include "libvid/paths.h"

static const char *usual_path(enum anchor_kind kind)
{
	switch (kind) {
	case ANCHOR_TEMPLATE:
		return PATH_FACES;
	case ANCHOR_CLOCK:
		return PATH_CLOCK;
	case ANCHOR_STATUS:
		return PATH_STATUS;
	case ANCHOR_COUNTER:
		return PATH_COUNTERS;
	case ANCHOR_REPLAY:
		return PATH_REPLAY;
	case ANCHOR_INDEX:
	case ANCHOR_KIND_COUNT:
		break;
	}
	return PATH_INDEX;
}

/* What version 0.1.0 kept beside these records alone: nothing of this host's is moved
 * into an anchor that is another's. */
static struct anchor_before before_at(enum anchor_kind kind, const char *path)
{
	struct anchor_before before = { NULL, NULL, NULL, NULL };

	if (kind == ANCHOR_TEMPLATE)
		before.faces = path;
	else if (kind == ANCHOR_COUNTER)
		before.counters = path;
	else if (kind == ANCHOR_STATUS)
		before.status = path;
	else if (kind == ANCHOR_CLOCK)
		before.clock = path;
	return before;
}

bool anchor_here(struct anchor_here *out, enum anchor_kind kind, const char *path,
		 const struct hostkey *key, struct problem *problem)
{
	bool usual = strcmp(path, usual_path(kind)) == 0;
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	out->anchor =
		(struct anchor){ .folder = out->folder,
				 .key = key,
				 .stamp = out->stamp,
				 .before = usual ? (struct anchor_before)ANCHOR_BEFORE
						 : before_at(kind, path) };
	if (usual) {
		(void)snprintf(out->folder, sizeof(out->folder), "%s", PATH_ANCHOR);
		(void)snprintf(out->stamp, sizeof(out->stamp), "%s", PATH_ANCHORED);
		return true;
	}
	if (len < sizeof(out->folder) - sizeof(".anchored")) {
		(void)snprintf(out->folder, sizeof(out->folder), "%.*s.anchor", (int)len,
			       path);
		(void)snprintf(out->stamp, sizeof(out->stamp), "%.*s.anchored", (int)len,
			       path);
		return true;
	}
	problem_set(problem, "the path is too long: %.80s", path);
	return false;
}
