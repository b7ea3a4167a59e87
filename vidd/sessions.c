/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "vidd/sessions.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "vidd/process.h"

#define LOCK "lock" /* no number: no session is called so */

/* A process while it lives: its number may be another's later. */
struct noted {
	uint64_t pid, start;
};

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

static enum vid_reason failed(struct problem *problem, const char *path, int error)
{
	problem_set(problem, "%s: %s", path, strerror(error));
	return VID_FILE_IO;
}

static bool path_of(const char *folder, uint32_t uid, char path[PATH_MAX])
{
	char name[16];

	(void)snprintf(name, sizeof(name), "%" PRIu32, uid);
	return path_join(path, PATH_MAX, folder, name);
}

static bool number_read(const char **text, uint64_t *out)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	*out = strtoull(*text, &end, 10);
	*text = end;
	return errno == 0;
}

static bool noted_read(const char *name, struct noted *out)
{
	return number_read(&name, &out->pid) && out->pid <= INT_MAX && *name++ == '-' &&
	       number_read(&name, &out->start) && *name == '\0';
}

static void noted_name(const struct noted *process, char name[64])
{
	(void)snprintf(name, 64, "%" PRIu64 "-%" PRIu64, process->pid, process->start);
}

/* Count the live ones but `but`, and remove the dead. What is not known to be dead lives:
 * a home is rather kept a while than taken from under somebody. */
static enum vid_reason count(int fd, const char *path, const struct noted *but,
			     size_t *others, struct problem *problem)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(folder_close) DIR *folder = again < 0 ? NULL : fdopendir(again);
	const struct dirent *entry;

	*others = 0;
	if (!folder) {
		enum vid_reason why = failed(problem, path, errno);

		cleanup_close(&again);
		return why;
	}
	while (errno = 0, (entry = readdir(folder))) {
		struct noted process;
		uint64_t start;

		if (!noted_read(entry->d_name, &process) ||
		    (process.pid == but->pid && process.start == but->start))
			continue;
		if (process_start(PROCESS_PROC, (pid_t)process.pid, &start) &&
		    start != process.start)
			(void)unlinkat(fd, entry->d_name, 0);
		else
			++*others;
	}
	return errno == 0 ? VID_OK : failed(problem, path, errno);
}

/* One more of a process that may have some; *before: how many it had. */
static bool note_one(int fd, const char *name, size_t *before)
{
	const int flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	AUTO_CLOSE int file = openat(fd, name, flags | O_CREAT | O_EXCL, 0600);
	struct stat now;

	*before = 0;
	if (file >= 0 || errno != EEXIST)
		return file >= 0;
	file = openat(fd, name, flags);
	if (file < 0 || fstat(file, &now) < 0 || write(file, "+", 1) != 1)
		return false;
	*before = (size_t)now.st_size + 1;
	return true;
}

/* One less; *after: how many are left. */
static bool forget_one(int fd, const char *name, size_t *after)
{
	AUTO_CLOSE int file =
		openat(fd, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat now;

	*after = 0;
	if (file < 0 || fstat(file, &now) < 0)
		return file < 0 && errno == ENOENT;
	*after = (size_t)now.st_size;
	return now.st_size ? ftruncate(file, now.st_size - 1) == 0
			   : unlinkat(fd, name, 0) == 0;
}

/* The account's folder. */
static int open_account(const char *folder, uint32_t uid, char path[PATH_MAX],
			enum vid_reason *why, struct problem *problem)
{
	*why = VID_INTERNAL;
	return path_of(folder, uid, path) ? folder_open_trusted(path, why, problem) : -1;
}

static enum vid_reason make_folder(const char *path, struct problem *problem)
{
	enum vid_reason why = VID_INTERNAL;
	AUTO_CLOSE int fd = -1;

	if (mkdir(path, 0700) < 0 && errno != EEXIST) {
		why = errno == ENOENT ? VID_FILE_MISSING : VID_FILE_IO;
		(void)failed(problem, path, errno);
		return why;
	}
	fd = folder_open_trusted(path, &why, problem);
	return fd < 0 ? why : VID_OK;
}

enum vid_reason sessions_hold(const char *folder, uint32_t uid, int *held,
			      struct problem *problem)
{
	char path[PATH_MAX], lock[PATH_MAX];
	enum vid_reason why;

	*held = -1;
	if (!path_of(folder, uid, path) || !path_join(lock, sizeof(lock), path, LOCK))
		return VID_INTERNAL;
	if ((why = make_folder(folder, problem)) != VID_OK ||
	    (why = make_folder(path, problem)) != VID_OK)
		return why;
	*held = file_lock(lock, SESSIONS_HOLD_SECONDS);
	return *held < 0 ? failed(problem, lock, errno) : VID_OK;
}

void sessions_release(int *held)
{
	cleanup_close(held);
	*held = -1;
}

enum vid_reason session_open(const char *folder, uint32_t uid, pid_t pid, size_t *others,
			     struct problem *problem)
{
	struct noted process = { .pid = (uint64_t)pid };
	char path[PATH_MAX], name[64];
	enum vid_reason why;
	AUTO_CLOSE int fd = open_account(folder, uid, path, &why, problem);
	size_t own = 0;

	*others = 0;
	if (fd < 0)
		return why;
	if (pid <= 0 ||
	    !process_start(PROCESS_PROC, (pid_t)process.pid, &process.start) ||
	    !process.start) {
		problem_set(problem, "process %ld: not there, or not to be looked at",
			    (long)pid);
		return VID_FILE_IO;
	}
	noted_name(&process, name);
	if (!note_one(fd, name, &own))
		return failed(problem, path, errno);
	why = count(fd, path, &process, others, problem);
	*others += own;
	return why;
}

enum vid_reason session_close(const char *folder, uint32_t uid, pid_t pid, size_t *others,
			      struct problem *problem)
{
	struct noted process = { .pid = (uint64_t)pid };
	char path[PATH_MAX], name[64];
	enum vid_reason why;
	AUTO_CLOSE int fd = open_account(folder, uid, path, &why, problem);
	size_t own = 0;

	*others = 0;
	if (fd < 0)
		return why == VID_FILE_MISSING ? VID_OK : why;
	/* of a process that has ended, the count takes it away */
	if (pid > 0 && process_start(PROCESS_PROC, (pid_t)process.pid, &process.start) &&
	    process.start) {
		noted_name(&process, name);
		if (!forget_one(fd, name, &own))
			return failed(problem, path, errno);
	}
	why = count(fd, path, &process, others, problem);
	*others += own;
	return why;
}
