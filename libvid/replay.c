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
#include "libvid/limits.h"

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

/* Is `hex` among the used ones? *dropped: the newest expiry of what is too old; -1. */
static enum vid_reason look_through(DIR *folder, const char *path, const char *hex,
				    int64_t now, int64_t *dropped,
				    struct problem *problem)
{
	const struct dirent *entry;
	int64_t expires;

	*dropped = -1;
	for (errno = 0; (entry = readdir(folder)); errno = 0) {
		if (!expiry_of(entry->d_name, &expires))
			continue;
		if (!strncmp(entry->d_name, hex, HASH_HEX))
			return VID_HOLDER_REPLAYED;
		if (expires < now && expires > *dropped)
			*dropped = expires;
	}
	return errno ? fault(problem, path, "cannot read") : VID_OK;
}

/* What expired up to `floor`. One that stays, because it cannot be removed, does no harm.
 */
static void drop(DIR *folder, int64_t floor)
{
	const struct dirent *entry;
	int64_t expires;

	rewinddir(folder);
	while ((entry = readdir(folder)))
		if (expiry_of(entry->d_name, &expires) && expires <= floor)
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
}

/*
 * The floor, raised to the newest mark that is dropped before it is. Not to `now`: a
 * clock that is ahead once would refuse every presentation until that time has come.
 */
static enum vid_reason floor_at(const struct anchor *anchor, int64_t dropped,
				int64_t *floor, struct problem *problem)
{
	uint64_t kept = 0;
	enum vid_reason why;

	if (dropped >= 0)
		why = anchor_raise(anchor, ANCHOR_REPLAY, "", (uint64_t)dropped, &kept,
				   problem);
	else
		why = anchor_read(anchor, ANCHOR_REPLAY, "", &kept, problem);
	*floor = kept <= (uint64_t)VID_TIME_MAX ? (int64_t)kept : VID_TIME_MAX;
	if (dropped > *floor)
		*floor = dropped;
	if (dropped >= 0 || why != VID_FILE_MISSING)
		return why;
	*floor = -1; /* proven: nothing was ever dropped */
	return VID_OK;
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

/* With the lock held. The expiry is part of the name, so O_EXCL alone would not see the
 * same hash with another: the whole folder is looked through. */
static enum vid_reason use(DIR *open_folder, const char *folder,
			   const struct anchor *anchor, char name[MARK_MAX + 1],
			   int64_t now, int64_t expires, struct problem *problem)
{
	int64_t dropped, floor;
	enum vid_reason why =
		look_through(open_folder, folder, name, now, &dropped, problem);

	if (why == VID_OK)
		why = floor_at(anchor, dropped, &floor, problem);
	if (why != VID_OK)
		return why;
	if (dropped >= 0)
		drop(open_folder, dropped);
	if (expires <= floor) {
		problem_set(problem,
			    "it ends before others that are forgotten: was the clock set "
			    "back? make a new one");
		return VID_HOLDER_REPLAYED;
	}
	(void)snprintf(name + HASH_HEX, MARK_MAX + 1 - HASH_HEX, ".%" PRId64, expires);
	return mark(open_folder, folder, name, problem);
}

enum vid_reason replay_use(const char *folder, const struct anchor *anchor,
			   const uint8_t hash[32], int64_t now, int64_t expires,
			   struct problem *problem)
{
	AUTO(folder_close) DIR *open_folder = folder_open(folder, problem);
	AUTO_CLOSE int lock = -1;
	char name[MARK_MAX + 1], lock_path[PATH_MAX];

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
	return use(open_folder, folder, anchor, name, now, expires, problem);
}

enum vid_reason replay_heal(const struct anchor *anchor, int64_t now, bool certain,
			    struct problem *problem)
{
	uint64_t floor, highest;
	enum vid_reason why;

	if (!certain || now < 0 || now > VID_TIME_MAX)
		return VID_OK;
	highest = (uint64_t)now + VID_KBT_AHEAD_MAX + REPLAY_SECONDS;
	why = anchor_read(anchor, ANCHOR_REPLAY, "", &floor, problem);
	if (why == VID_FILE_MISSING || (why == VID_OK && floor <= highest))
		return VID_OK;
	return why == VID_OK ? anchor_lower(anchor, ANCHOR_REPLAY, "", highest, problem)
			     : why;
}
