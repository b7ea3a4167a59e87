/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/files.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/output_folder.h"

void blob_free(struct blob *blob)
{
	if (blob->at) {
		sodium_memzero(blob->at, blob->len);
		free(blob->at);
	}
	*blob = (struct blob){ 0 };
}

bool path_join(char *to, size_t size, const char *folder, const char *name)
{
	int len = snprintf(to, size, "%s/%s", folder, name);

	return len >= 0 && (size_t)len < size;
}

/* Root trusts root's files; a person's tool trusts root's and that person's. */
static bool owner_trusted(uid_t owner)
{
	return owner == 0 || owner == geteuid();
}

static enum vid_reason untrusted(struct problem *problem, const char *path,
				 const char *why)
{
	problem_set(problem, "%s: not safe to trust: %s", path, why);
	return VID_FILE_UNTRUSTED;
}

static enum vid_reason failed(struct problem *problem, const char *path, int error)
{
	problem_set(problem, "%s: %s", path, output_strerror(error));
	if (error == ENOENT || error == ENOTDIR)
		return VID_FILE_MISSING;
	return error == ELOOP ? VID_FILE_UNTRUSTED : VID_FILE_IO;
}

static enum vid_reason folder_trusted(const struct stat *st, const char *path,
				      struct problem *problem)
{
	if (!S_ISDIR(st->st_mode))
		return untrusted(problem, path, "it is no folder");
	if (!owner_trusted(st->st_uid))
		return untrusted(problem, path, "the folder belongs to somebody else");
	if ((st->st_mode & 022) && !(st->st_mode & S_ISVTX))
		return untrusted(problem, path, "others may write in the folder");
	return VID_OK;
}

/* The folder that the process is in and every folder above it, for a relative path. */
static enum vid_reason current_folders_trusted(const char *path, struct problem *problem)
{
	AUTO_CLOSE int at = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st, above;
	enum vid_reason why;

	if (at < 0 || fstat(at, &st) < 0)
		return failed(problem, path, errno);
	for (;;) {
		int up;

		why = folder_trusted(&st, "a folder above the current one", problem);
		if (why != VID_OK)
			return why;
		up = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		(void)close(at);
		at = up;
		if (at < 0 || fstat(at, &above) < 0)
			return failed(problem, path, errno);
		if (above.st_dev == st.st_dev && above.st_ino == st.st_ino)
			return VID_OK; /* the root is its own parent */
		st = above;
	}
}

/*
 * Every folder from the root to `path`'s must belong to root (or the caller), and no
 * other user may write in it. Exception: a sticky folder such as /tmp, since in it only
 * the owner of an entry can replace the entry.
 */
static enum vid_reason folders_trusted(const char *path, struct problem *problem)
{
	enum vid_reason why;
	char part[4096];
	size_t len = strlen(path);

	if (len >= sizeof(part))
		return untrusted(problem, path, "the path is too long");
	if (*path != '/' && (why = current_folders_trusted(path, problem)) != VID_OK)
		return why;
	for (size_t i = 0; i < len; i++) {
		size_t end = i ? i : 1; /* "/" itself keeps its slash */
		struct stat st;

		if (path[i] != '/')
			continue;
		memcpy(part, path, end);
		part[end] = '\0';
		if (lstat(part, &st) < 0)
			return failed(problem, path, errno);
		if ((why = folder_trusted(&st, part, problem)) != VID_OK)
			return why;
	}
	return VID_OK;
}

static enum vid_reason file_trusted(const struct stat *st, const char *path,
				    struct problem *problem)
{
	if (!S_ISREG(st->st_mode))
		return untrusted(problem, path, "it is no regular file");
	if (!owner_trusted(st->st_uid))
		return untrusted(problem, path, "it belongs to somebody else");
	if (st->st_mode & 022)
		return untrusted(problem, path, "others may write to it");
	if (st->st_nlink != 1)
		return untrusted(problem, path, "it has more than one link");
	return VID_OK;
}

int file_open_trusted(const char *path, enum vid_reason *why, struct problem *problem)
{
	AUTO_CLOSE int fd = -1;
	struct stat st;

	if ((*why = folders_trusted(path, problem)) != VID_OK)
		return -1;
	fd = output_open_without_links(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0) {
		if (fd < 0 && errno == ELOOP)
			*why = untrusted(problem, path,
					 "a symbolic link lies on the way");
		else
			*why = failed(problem, path, errno);
		return -1;
	}
	if ((*why = file_trusted(&st, path, problem)) != VID_OK)
		return -1;
	return TAKE_FD(fd);
}

int folder_open_trusted(const char *path, enum vid_reason *why, struct problem *problem)
{
	AUTO_CLOSE int fd = -1;
	struct stat st;

	if ((*why = folders_trusted(path, problem)) != VID_OK)
		return -1;
	fd = output_open_without_links(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
	/* a link in the folder's own place is told as no folder */
	if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		*why = untrusted(problem, path, "it is no folder, or behind a link");
	else if (fd < 0 || fstat(fd, &st) < 0)
		*why = failed(problem, path, errno);
	else if (!owner_trusted(st.st_uid))
		*why = untrusted(problem, path, "the folder belongs to somebody else");
	else if (st.st_mode & 022)
		*why = untrusted(problem, path, "others may write in the folder");
	else
		return TAKE_FD(fd);
	return -1;
}

/* Everything behind `fd`, which is regular; a file that grows under us is an error. */
static enum vid_reason read_all(int fd, const char *path, size_t max, struct blob *out,
				struct problem *problem)
{
	AUTO(blob_free) struct blob blob = { 0 };
	struct stat st;
	ssize_t got;

	if (fstat(fd, &st) < 0)
		return failed(problem, path, errno);
	if (st.st_size < 0 || (uint64_t)st.st_size > max) {
		problem_set(problem, "%s: larger than %zu bytes", path, max);
		return VID_FILE_IO;
	}
	blob.at = calloc(1, (size_t)st.st_size + 1);
	if (!blob.at)
		return failed(problem, path, ENOMEM);
	while (blob.len <= (size_t)st.st_size) {
		got = read(fd, blob.at + blob.len, (size_t)st.st_size + 1 - blob.len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return failed(problem, path, errno);
		if (got == 0)
			break;
		blob.len += (size_t)got;
	}
	if (blob.len > (size_t)st.st_size) {
		problem_set(problem, "%s: changed while it was read", path);
		return VID_FILE_IO;
	}
	*out = blob;
	blob.at = NULL;
	return VID_OK;
}

enum vid_reason file_read_trusted(const char *path, size_t max, struct blob *out,
				  struct problem *problem)
{
	enum vid_reason why = VID_INTERNAL;
	AUTO_CLOSE int fd = file_open_trusted(path, &why, problem);

	*out = (struct blob){ 0 };
	return fd < 0 ? why : read_all(fd, path, max, out, problem);
}

/* The mode of a secret is 0600 or less, or others may have read it already. */
static enum vid_reason secret_kept(int fd, const char *path, struct problem *problem)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return failed(problem, path, errno);
	if (!(st.st_mode & 077))
		return VID_OK;
	problem_set(problem,
		    "%s: other users may read this secret (mode %04o): run chmod 600 %s, "
		    "and replace the secret if one of them may have a copy",
		    path, (unsigned)(st.st_mode & 07777), path);
	return VID_FILE_UNTRUSTED;
}

enum vid_reason file_read_secret(const char *path, size_t max, struct blob *out,
				 struct problem *problem)
{
	enum vid_reason why = VID_INTERNAL;
	AUTO_CLOSE int fd = file_open_trusted(path, &why, problem);

	*out = (struct blob){ 0 };
	if (fd >= 0)
		why = secret_kept(fd, path, problem);
	return why == VID_OK ? read_all(fd, path, max, out, problem) : why;
}

static enum vid_reason regular(int fd, const char *path, struct problem *problem)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return failed(problem, path, errno);
	if (S_ISREG(st.st_mode))
		return VID_OK;
	problem_set(problem, "%s: %s", path,
		    S_ISDIR(st.st_mode) ? "a folder, not a file" : "no regular file");
	return VID_FILE_IO;
}

static enum vid_reason read_untrusted(const char *path, int flags, size_t max,
				      struct blob *out, struct problem *problem)
{
	AUTO_CLOSE int fd =
		open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags);
	enum vid_reason why;

	*out = (struct blob){ 0 };
	if (fd < 0)
		return failed(problem, path, errno);
	if ((why = regular(fd, path, problem)) != VID_OK)
		return why;
	return read_all(fd, path, max, out, problem);
}

enum vid_reason file_read_untrusted(const char *path, size_t max, struct blob *out,
				    struct problem *problem)
{
	return read_untrusted(path, 0, max, out, problem);
}

enum vid_reason file_read_private(const char *path, size_t max, struct blob *out,
				  struct problem *problem)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	enum vid_reason why;

	*out = (struct blob){ 0 };
	if (fd < 0)
		return failed(problem, path, errno);
	if ((why = regular(fd, path, problem)) != VID_OK ||
	    (why = secret_kept(fd, path, problem)) != VID_OK)
		return why;
	return read_all(fd, path, max, out, problem);
}

enum vid_reason file_read_carrier(const char *path, size_t max, struct blob *out,
				  struct problem *problem)
{
	return read_untrusted(path, O_NOFOLLOW, max, out, problem);
}

static bool write_all(int fd, struct bytes content)
{
	while (content.len) {
		ssize_t put = write(fd, content.at, content.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		content.at += put;
		content.len -= (size_t)put;
	}
	return true;
}

#define TEMPORARY_MAX 24 /* ".vid-", 16 hex digits */

/* The one temporary name of a file, so that the next writer finds what a killed one
 * left. */
static void temporary_name(const char *of, char to[TEMPORARY_MAX])
{
	uint8_t hash[crypto_generichash_BYTES_MIN];

	crypto_generichash(hash, sizeof(hash), (const uint8_t *)of, strlen(of), NULL, 0);
	memcpy(to, ".vid-", 5);
	sodium_bin2hex(to + 5, 17, hash, 8);
}

/* Does `name` still lead to the file that is open as `fd`, our own and regular? */
static bool is_own(int folder, const char *name, int fd)
{
	struct stat open_file, named;

	return fstat(fd, &open_file) == 0 &&
	       fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino &&
	       S_ISREG(named.st_mode) && named.st_uid == geteuid();
}

/*
 * Remove the temporary file of a writer that was killed. A writer holds a lock on its own
 * until it is renamed. False with EWOULDBLOCK when its writer is still at work, or
 * another error when it cannot be removed.
 */
static bool remove_leftover(int folder, const char *name)
{
	AUTO_CLOSE int fd =
		openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		return errno == ENOENT;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return false;
	if (is_own(folder, name, fd))
		return unlinkat(folder, name, 0) == 0;
	errno = EPERM;
	return false;
}

/* A new file of that name, locked. -1 with EEXIST when there is one already. */
static int create_locked(int folder, const char *name)
{
	AUTO_CLOSE int fd = openat(
		folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int locked = fd < 0 ? -1 : flock(fd, LOCK_EX | LOCK_NB);

	/* Another writer may have taken it for a leftover before it was locked. */
	if (fd < 0 || (locked < 0 && errno == EWOULDBLOCK) ||
	    (locked == 0 && !is_own(folder, name, fd))) {
		errno = fd < 0 ? errno : EEXIST;
		return -1;
	}
	return TAKE_FD(fd);
}

/* A temporary file for `of`. Where another user occupies its name, a random one. */
static int create_temporary(int folder, const char *of, char name[TEMPORARY_MAX])
{
	const struct timespec pause = { .tv_nsec = 5 * 1000 * 1000 };
	int fd;

	temporary_name(of, name);
	for (int tries = 0; tries < 200; tries++) {
		fd = create_locked(folder, name);
		if (fd >= 0 || errno != EEXIST)
			return fd;
		if (remove_leftover(folder, name))
			continue;
		if (errno != EWOULDBLOCK)
			break;
		nanosleep(&pause, NULL);
	}
	(void)snprintf(name, TEMPORARY_MAX, ".vid-%08x%08x", randombytes_random(),
		       randombytes_random());
	return create_locked(folder, name);
}

/* Put `temporary` in the place of `name`, or, when `fresh`, where there is nothing. */
static int put_in_place(int folder, const char *temporary, const char *name, bool fresh)
{
	if (!fresh)
		return renameat(folder, temporary, folder, name);
	if (renameat2(folder, temporary, folder, name, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != ENOSYS && errno != EINVAL && errno != EPERM)
		return -1;
	/* This file system or filter cannot do that: link() does not replace either. */
	if (linkat(folder, temporary, folder, name, 0) < 0)
		return -1;
	(void)unlinkat(folder, temporary, 0);
	return 0;
}

static enum vid_reason replace(const char *path, struct bytes content, mode_t mode,
			       bool fresh, struct problem *problem)
{
	const char *name = NULL;
	AUTO_CLOSE int folder = output_folder_open_of(path, &name);
	AUTO_CLOSE int fd = -1; /* holds the lock until the end */
	char temporary[TEMPORARY_MAX];

	if (folder < 0 || (fd = create_temporary(folder, name, temporary)) < 0)
		return (void)failed(problem, path, errno), VID_FILE_IO;
	/* fchmod, for open() would apply the caller's umask */
	if (!write_all(fd, content) || fchmod(fd, mode) < 0 || fsync(fd) < 0 ||
	    put_in_place(folder, temporary, name, fresh) < 0) {
		(void)failed(problem, path, errno);
		(void)unlinkat(folder, temporary, 0);
		return VID_FILE_IO;
	}
	if (fsync(folder) < 0)
		return (void)failed(problem, path, errno), VID_FILE_IO;
	return VID_OK;
}

enum vid_reason file_write(const char *path, struct bytes content, mode_t mode,
			   struct problem *problem)
{
	return replace(path, content, mode, false, problem);
}

enum vid_reason file_write_new(const char *path, struct bytes content, mode_t mode,
			       struct problem *problem)
{
	return replace(path, content, mode, true, problem);
}

enum vid_reason file_remove(const char *path, struct problem *problem)
{
	const char *name = NULL;
	AUTO_CLOSE int folder = output_folder_open_of(path, &name);

	char temporary[TEMPORARY_MAX];

	if (folder < 0)
		return failed(problem, path, errno);
	/* A writer that was killed may have left a copy. */
	temporary_name(name, temporary);
	(void)remove_leftover(folder, temporary);
	if (unlinkat(folder, name, 0) < 0 || fsync(folder) < 0)
		return failed(problem, path, errno);
	return VID_OK;
}

int file_lock(const char *path, int seconds)
{
	const char *name = NULL;
	AUTO_CLOSE int folder = output_folder_open_of(path, &name);
	AUTO_CLOSE int fd =
		folder < 0
			? -1
			: openat(folder, name,
				 O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
				 0600);
	const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };

	if (fd < 0)
		return -1;
	for (int tries = seconds * 50; flock(fd, LOCK_EX | LOCK_NB) < 0; tries--) {
		if ((errno != EWOULDBLOCK && errno != EINTR) || tries <= 0)
			return -1;
		nanosleep(&pause, NULL);
	}
	return TAKE_FD(fd);
}
