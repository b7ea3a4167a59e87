/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "libvid/cleanup.h"

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
	problem_set(problem, "%s: %s", path, strerror(error));
	if (error == ENOENT || error == ENOTDIR)
		return VID_FILE_MISSING;
	return error == ELOOP ? VID_FILE_UNTRUSTED : VID_FILE_IO;
}

/* Open with no symbolic link anywhere on the way; the check is the kernel's. */
static int open_without_links(int folder, const char *path, int flags)
{
	struct open_how how = { .flags = (uint64_t)(unsigned)(flags | O_CLOEXEC |
							      O_NOFOLLOW),
				.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS };

	return (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
}

/* It never fails with these for the file's sake: the kernel is too old, or a filter of
 * system calls says so (with EPERM, many containers'). */
static enum vid_reason open_failed(struct problem *problem, const char *path, int error)
{
	if (error != ENOSYS && error != EPERM)
		return failed(problem, path, error);
	problem_set(problem,
		    "%s: %s: openat2 is missing; vid needs Linux 5.6, and a seccomp "
		    "filter (of a container or a unit) that allows openat2",
		    path, strerror(error));
	return VID_FILE_IO;
}

/*
 * Every folder from the root to `path`'s must belong to root (or the caller) and be
 * writable by nobody else; a sticky folder such as /tmp may lie on the way, for there
 * only the owner of what lies in it can put something else in its place.
 */
static enum vid_reason folders_trusted(const char *path, struct problem *problem)
{
	char part[4096];
	size_t len = strlen(path);

	if (len >= sizeof(part))
		return untrusted(problem, path, "the path is too long");
	for (size_t i = 0; i < len; i++) {
		size_t end = i ? i : 1; /* "/" itself keeps its slash */
		struct stat st;

		if (path[i] != '/')
			continue;
		memcpy(part, path, end);
		part[end] = '\0';
		if (lstat(part, &st) < 0)
			return failed(problem, path, errno);
		if (!S_ISDIR(st.st_mode))
			return untrusted(problem, part, "it is no folder");
		if (!owner_trusted(st.st_uid))
			return untrusted(problem, part,
					 "the folder belongs to somebody else");
		if ((st.st_mode & 022) && !(st.st_mode & S_ISVTX))
			return untrusted(problem, part, "others may write in the folder");
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
	fd = open_without_links(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0) {
		if (fd < 0 && errno == ELOOP)
			*why = untrusted(problem, path,
					 "a symbolic link lies on the way");
		else
			*why = open_failed(problem, path, errno);
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
	fd = open_without_links(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
	/* a link in the folder's own place is told as no folder */
	if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		*why = untrusted(problem, path, "it is no folder, or behind a link");
	else if (fd < 0 || fstat(fd, &st) < 0)
		*why = open_failed(problem, path, errno);
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

static enum vid_reason read_untrusted(const char *path, int flags, size_t max,
				      struct blob *out, struct problem *problem)
{
	AUTO_CLOSE int fd =
		open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags);
	struct stat st;

	*out = (struct blob){ 0 };
	if (fd < 0 || fstat(fd, &st) < 0)
		return failed(problem, path, errno);
	if (!S_ISREG(st.st_mode)) {
		problem_set(problem, "%s: %s", path,
			    S_ISDIR(st.st_mode) ? "a folder, not a file"
						: "no regular file");
		return VID_FILE_IO;
	}
	return read_all(fd, path, max, out, problem);
}

enum vid_reason file_read_untrusted(const char *path, size_t max, struct blob *out,
				    struct problem *problem)
{
	return read_untrusted(path, 0, max, out, problem);
}

enum vid_reason file_read_carrier(const char *path, size_t max, struct blob *out,
				  struct problem *problem)
{
	return read_untrusted(path, O_NOFOLLOW, max, out, problem);
}

/* The folder of `path`, opened, and the name in it. */
static int open_folder_of(const char *path, const char **name)
{
	char folder[4096];
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;

	*name = slash ? slash + 1 : path;
	if (!slash)
		return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (len >= sizeof(folder) || !**name) {
		errno = len >= sizeof(folder) ? ENAMETOOLONG : EISDIR;
		return -1;
	}
	memcpy(folder, path, len);
	folder[len] = '\0';
	return open(len ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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

/* Make the temporary file whole and durable; -1 with errno, and no file, on failure. */
static bool write_temporary(int folder, const char *name, struct bytes content,
			    mode_t mode)
{
	AUTO_CLOSE int fd = openat(
		folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int error;

	if (fd < 0)
		return false;
	/* fchmod, for open() would apply the caller's umask */
	if (write_all(fd, content) && fchmod(fd, mode) == 0 && fsync(fd) == 0)
		return true;
	error = errno;
	(void)unlinkat(folder, name, 0);
	errno = error;
	return false;
}

static enum vid_reason replace(const char *path, struct bytes content, mode_t mode,
			       bool fresh, struct problem *problem)
{
	const char *name = NULL;
	AUTO_CLOSE int folder = open_folder_of(path, &name);
	char temporary[64];
	int done, error;

	if (folder < 0)
		return (void)failed(problem, path, errno), VID_FILE_IO;
	snprintf(temporary, sizeof(temporary), ".vid-%08x%08x", randombytes_random(),
		 randombytes_random());
	if (!write_temporary(folder, temporary, content, mode))
		return (void)failed(problem, path, errno), VID_FILE_IO;
	/* link() refuses to replace, which rename() cannot */
	done = fresh ? linkat(folder, temporary, folder, name, 0)
		     : renameat(folder, temporary, folder, name);
	error = errno;
	if (fresh || done < 0)
		(void)unlinkat(folder, temporary, 0);
	if (done < 0 || fsync(folder) < 0)
		return (void)failed(problem, path, done < 0 ? error : errno), VID_FILE_IO;
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
	AUTO_CLOSE int folder = open_folder_of(path, &name);

	if (folder < 0 || unlinkat(folder, name, 0) < 0 || fsync(folder) < 0)
		return failed(problem, path, errno);
	return VID_OK;
}

int file_lock(const char *path, int seconds)
{
	AUTO_CLOSE int fd =
		open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
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
