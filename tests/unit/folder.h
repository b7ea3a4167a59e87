/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder for one test, in the build tree's own place for such; removed afterwards. */
#ifndef VID_TEST_FOLDER_H
#define VID_TEST_FOLDER_H

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Every folder above a trusted file must be root's or ours, and /tmp is writable by all.
 */
static inline int folder_make(char path[PATH_MAX])
{
	char here[PATH_MAX - 32];

	if (!getcwd(here, sizeof(here)))
		return -1;
	(void)snprintf(path, PATH_MAX, "%s/test-XXXXXX", here);
	return mkdtemp(path) ? 0 : -1;
}

static inline int folder_drop_one(const char *path, const struct stat *at, int type,
				  struct FTW *walk)
{
	(void)at;
	(void)type;
	(void)walk;
	return remove(path);
}

static inline void folder_drop(const char *path)
{
	(void)nftw(path, folder_drop_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
