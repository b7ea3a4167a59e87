/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/status_folder.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"

#define FILES_MAX 4096

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

/* Take the file in `newest`'s place when it is a list of this token, and newer. */
static void consider(const char *path, const struct token *token,
		     const struct status_rules *rules, struct blob *newest, int64_t *iat)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct status_list list;
	struct blob old;

	if (file_read_untrusted(path, (size_t)rules->limits.token, &file, NULL) !=
		    VID_OK ||
	    status_open(bytes_of(file.at, file.len), token->issuer, token->status.uri,
			&rules->limits, &list) != VID_OK ||
	    list.iat <= *iat)
		return;
	*iat = list.iat;
	old = *newest;
	*newest = file;
	file = old;
}

enum vid_reason status_folder_judge(const char *folder, const struct token *token,
				    const struct status_rules *rules,
				    struct problem *problem)
{
	AUTO(folder_close) DIR *dir = opendir(folder);
	AUTO(blob_free) struct blob newest = { 0 };
	const struct dirent *entry;
	char path[PATH_MAX];
	int64_t iat = 0;

	if (!dir) {
		problem_set(problem, "%s: %s", folder, strerror(errno));
		return VID_FILE_MISSING;
	}
	for (unsigned i = 0; i < FILES_MAX && (entry = readdir(dir)); i++)
		if (path_join(path, sizeof(path), folder, entry->d_name))
			consider(path, token, rules, &newest, &iat);
	if (!newest.at)
		return VID_STATUS_UNAVAILABLE;
	return status_lookup(bytes_of(newest.at, newest.len), rules, token->status.uri,
			     token->status.idx, NULL);
}
