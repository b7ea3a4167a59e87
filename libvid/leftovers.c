/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/leftovers.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "libvid/bytes.h"
#include "libvid/cleanup.h"

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

/* Is `name` `head` and `count` characters of `set`, and nothing else? */
static bool made_of(const char *name, const char *head, size_t count, const char *set)
{
	size_t len = strlen(head);

	return strncmp(name, head, len) == 0 && strspn(name + len, set) == count &&
	       name[len + count] == '\0';
}

static bool temporary(const char *name, const char *of)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	char head[NAME_MAX + 1];
	int len = snprintf(head, sizeof(head), "%s.new-", of);

	return made_of(name, ".vid-", 16, "0123456789abcdef") ||
	       (len > 0 && (size_t)len < sizeof(head) && made_of(name, head, 6, letters));
}

static bool left_behind(int folder, const char *name, time_t now)
{
	struct stat st;

	return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(st.st_mode) && st.st_uid == geteuid() && st.st_nlink == 1 &&
	       st.st_mtime < now - LEFTOVER_SECONDS;
}

void leftovers_remove(const char *path)
{
	AUTO(folder_close) DIR *folder = NULL;
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const struct dirent *entry;
	char place[PATH_MAX] = ".";
	time_t now = time(NULL);

	if (slash && snprintf(place, sizeof(place), "%.*s/", (int)(slash - path), path) >=
			     (int)sizeof(place))
		return;
	if (!(folder = opendir(place)))
		return;
	while ((entry = readdir(folder)))
		if (temporary(entry->d_name, name) &&
		    left_behind(dirfd(folder), entry->d_name, now))
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
}
