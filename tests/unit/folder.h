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

/* A file of another folder, as one that is trusted whoever owns that. */
static inline int folder_copy(const char *to, const char *from, const char *name)
{
	char path[2 * PATH_MAX], bytes[65536];
	FILE *in, *out = NULL;
	size_t len;
	int done = -1;

	(void)snprintf(path, sizeof(path), "%s/%s", from, name);
	in = fopen(path, "rb");
	(void)snprintf(path, sizeof(path), "%s/%s", to, name);
	if (in)
		out = fopen(path, "wb");
	while (out && (len = fread(bytes, 1, sizeof(bytes), in)) > 0)
		if (fwrite(bytes, 1, len, out) != len)
			break;
	if (out)
		done = ferror(in) || ferror(out) || !feof(in) ? -1 : 0;
	if (in)
		(void)fclose(in);
	if (out && fclose(out) != 0)
		done = -1;
	return done;
}

#endif
