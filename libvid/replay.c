/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "libvid/replay.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"

#define HASH_HEX     64
#define MARK_MAX     (HASH_HEX + 1 + 20) /* hash . expiry */
#define LOCK_SECONDS 5

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

static enum vid_reason fault(struct problem *problem, const char *folder,
			     const char *what)
{
	problem_set(problem, "%s: %s: %s", folder, what, strerror(errno));
	return VID_FILE_IO;
}

/* Only its owner may have put a file here, or taken one away. */
static DIR *folder_open(const char *path, struct problem *problem)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat found;
	DIR *folder;

	if (fd < 0 || fstat(fd, &found) < 0) {
		(void)fault(problem, path, "cannot open");
		return NULL;
	}
	if (found.st_uid != geteuid() || (found.st_mode & 022)) {
		problem_set(problem, "%s: others may write here", path);
		return NULL;
	}
	folder = fdopendir(fd);
	if (!folder)
		(void)fault(problem, path, "cannot read");
	else
		fd = -1; /* the folder's now */
	return folder;
}

/* Expiry in a file's name; false when it is none of ours. */
static bool expiry_of(const char *name, int64_t *expires)
{
	char again[MARK_MAX + 1];

	if (strlen(name) <= HASH_HEX + 1 || strlen(name) > MARK_MAX ||
	    sscanf(name + HASH_HEX, ".%" SCNd64, expires) != 1)
		return false;
	(void)snprintf(again, sizeof(again), "%.64s.%" PRId64, name, *expires);
	return !strcmp(again, name);
}

/* Is `hex` among the used ones? Drops what is too old on the way. */
static enum vid_reason look_through(DIR *folder, const char *path, const char *hex,
				    int64_t now, struct problem *problem)
{
	const struct dirent *entry;
	int64_t expires;

	for (errno = 0; (entry = readdir(folder)); errno = 0) {
		if (!expiry_of(entry->d_name, &expires))
			continue;
		if (!strncmp(entry->d_name, hex, HASH_HEX))
			return VID_HOLDER_REPLAYED;
		/* One that stays, because it cannot be removed, does no harm. */
		if (expires < now)
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
	}
	return errno ? fault(problem, path, "cannot read") : VID_OK;
}

static enum vid_reason mark(DIR *folder, const char *path, const char *name,
			    struct problem *problem)
{
	AUTO_CLOSE int fd =
		openat(dirfd(folder), name,
		       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno == EEXIST ? VID_HOLDER_REPLAYED
				       : fault(problem, path, "cannot write");
	if (fsync(fd) < 0 || fsync(dirfd(folder)) < 0)
		return fault(problem, path, "cannot write to disk");
	return VID_OK;
}

enum vid_reason replay_use(const char *folder, const uint8_t hash[32], int64_t now,
			   int64_t expires, struct problem *problem)
{
	AUTO(folder_close) DIR *open_folder = folder_open(folder, problem);
	AUTO_CLOSE int lock = -1;
	char name[MARK_MAX + 1], lock_path[PATH_MAX];
	enum vid_reason why;

	if (!open_folder)
		return VID_FILE_IO;
	for (size_t i = 0; i < 32; i++)
		(void)snprintf(name + 2 * i, 3, "%02x", hash[i]);
	if (!path_join(lock_path, sizeof(lock_path), folder, "lock")) {
		problem_set(problem, "%s: the path is too long", folder);
		return VID_FILE_IO;
	}
	lock = file_lock(lock_path, LOCK_SECONDS);
	if (lock < 0)
		return fault(problem, folder, "cannot lock");
	/* The expiry is part of the name, so O_EXCL alone would not see the same hash
	 * with another: the whole folder is looked through, under the lock. */
	why = look_through(open_folder, folder, name, now, problem);
	if (why != VID_OK)
		return why;
	(void)snprintf(name + HASH_HEX, sizeof(name) - HASH_HEX, ".%" PRId64, expires);
	return mark(open_folder, folder, name, problem);
}
