/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "vidd/emptying.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "libvid/cleanup.h"

/* Folders that are open one inside the other. What lies deeper is carried to the top and
 * emptied from there: neither descriptors nor the stack grow with a tree's depth. */
#define DEPTH_MAX 32

/* Times that everything is looked through although nothing had to be carried up: more
 * than one only where somebody makes new things meanwhile. */
#define ROUNDS_MAX 16

struct emptying {
	int top;
	uid_t uid;
	int64_t until;
	uint32_t removed, carried, missed; /* in this round */
	struct emptying_rest *rest;
};

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

int64_t emptying_clock(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* setfsuid takes the file system's capabilities away, unless the caller's "securebits"
 * keep them: so all go, and that is looked at. */
bool capabilities_drop(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } }, left[2];

	if (syscall(SYS_capset, &header, none) < 0 ||
	    syscall(SYS_capget, &header, left) < 0)
		return false;
	return !(left[0].effective | left[0].permitted | left[1].effective |
		 left[1].permitted);
}

bool emptying_start(uid_t uid, gid_t gid)
{
	if (setgroups(0, NULL) < 0 && getgroups(0, NULL) != 0)
		return false;
	(void)setfsgid(gid);
	(void)setfsuid(uid);
	if (setfsuid((uid_t)-1) != (int)uid || setfsgid((gid_t)-1) != (int)gid)
		return false;
	/* a change of ids sets "dumpable" anew */
	return capabilities_drop() && prctl(PR_SET_DUMPABLE, 0) == 0;
}

static bool is_late(struct emptying *e)
{
	if (!e->rest->late)
		e->rest->late = emptying_clock() >= e->until;
	return e->rest->late;
}

static void note_error(struct emptying *e, int error)
{
	if (error == ENOTEMPTY || error == EEXIST)
		return; /* what is in it has been counted */
	if (error == ENOENT || error == ENOTDIR || error == ELOOP || error == EISDIR) {
		e->missed++; /* gone or swapped since it was looked at: the next round's
			      */
		return;
	}
	e->rest->stuck++;
	e->rest->error = error;
}

/* The folder, if it is one, and no link, and nothing is mounted there. */
static int open_folder(int folder, const char *name)
{
	const struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, folder, name, &how, sizeof(how));
}

/* The same, with all that its owner may do in it; -1 when that is not to be had. */
static int enter(struct emptying *e, int folder, const char *name)
{
	AUTO_CLOSE int fd = open_folder(folder, name);
	struct stat st;

	/* AT_SYMLINK_NOFOLLOW: glibc goes by a descriptor of what is no link. Whatever it
	 * meets, this process may change the account's own alone. */
	if (fd < 0 && errno == EACCES &&
	    fchmodat(folder, name, 0700, AT_SYMLINK_NOFOLLOW) == 0)
		fd = open_folder(folder, name);
	if (fd < 0 || fstat(fd, &st) < 0)
		return note_error(e, errno), -1;
	if (st.st_uid != e->uid) /* put there since it was looked at */
		return e->rest->foreign++, -1;
	if ((st.st_mode & 0700) != 0700 && fchmod(fd, 0700) < 0)
		return note_error(e, errno), -1;
	return TAKE_FD(fd);
}

/* To the top, under a name that nobody can have thought of. */
static void carry_up(struct emptying *e, int folder, const char *name)
{
	AUTO_CLOSE int fd = enter(e, folder, name); /* a move takes the right to write */
	char fresh[40];

	if (fd < 0)
		return;
	(void)snprintf(fresh, sizeof(fresh), "%08x%08x%08x%08x", randombytes_random(),
		       randombytes_random(), randombytes_random(), randombytes_random());
	if (renameat(folder, name, e->top, fresh) < 0)
		note_error(e, errno);
	else
		e->carried++;
}

static void entry_remove(struct emptying *e, int folder, const char *name,
			 unsigned depth);

/* Takes `fd`. */
static void folder_empty(struct emptying *e, int fd, unsigned depth)
{
	AUTO(folder_close) DIR *folder = fdopendir(fd);
	const struct dirent *entry;

	if (!folder) {
		note_error(e, errno);
		cleanup_close(&fd);
		return;
	}
	while (!is_late(e) && (entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			entry_remove(e, dirfd(folder), entry->d_name, depth);
}

static void entry_remove(struct emptying *e, int folder, const char *name, unsigned depth)
{
	struct statx st;
	bool is_folder;
	int fd;

	if (statx(folder, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT,
		  STATX_TYPE | STATX_UID, &st) < 0) {
		note_error(e, errno);
		return;
	}
	if (st.stx_attributes & STATX_ATTR_MOUNT_ROOT) {
		e->rest->stuck++;
		return;
	}
	if (st.stx_uid != e->uid) {
		e->rest->foreign++;
		return;
	}
	is_folder = S_ISDIR(st.stx_mode);
	if (is_folder && depth == DEPTH_MAX) {
		carry_up(e, folder, name);
		return;
	}
	if (is_folder) {
		if ((fd = enter(e, folder, name)) < 0)
			return;
		folder_empty(e, fd, depth + 1);
	}
	if (unlinkat(folder, name, is_folder ? AT_REMOVEDIR : 0) == 0)
		e->removed++;
	else
		note_error(e, errno);
}

void emptying_run(int top, uid_t uid, int64_t until, struct emptying_rest *rest)
{
	struct emptying e = { .top = top, .uid = uid, .until = until, .rest = rest };
	unsigned rounds = 0;
	int fd;

	(void)fchmod(top, 0700);
	do {
		*rest = (struct emptying_rest){ 0 };
		e.removed = e.carried = e.missed = 0;
		fd = openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			note_error(&e, errno);
		else
			folder_empty(&e, fd, 0);
	} while (!rest->late &&
		 (e.carried || ((e.removed || e.missed) && ++rounds < ROUNDS_MAX)));
}
