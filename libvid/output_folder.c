/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/output_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "libvid/cleanup.h"

#define LINKS_MAX 40 /* as the kernel's own limit */

int output_open_without_links(int folder, const char *path, int flags)
{
	struct open_how how = { .flags = (unsigned)(flags | O_CLOEXEC | O_NOFOLLOW),
				.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS };

	int fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));

	/* A filter of system calls answers EPERM; opening for reading has no other. */
	if (fd < 0 && errno == EPERM)
		errno = ENOSYS;
	return fd;
}

const char *output_strerror(int error)
{
	switch (error) {
	case ENOSYS:
		return "the system call openat2 is not available; vid needs Linux 5.6 or "
		       "newer, and a container's or service's filter of system calls "
		       "(seccomp) must allow openat2";
	case ELOOP:
		return "a symbolic link is on the way that is not followed (of another "
		       "user, or in another user's folder)";
	default:
		return strerror(error);
	}
}

/* A path that is resolved part by part. */
struct walk {
	int at;              /* the folder that was reached, O_PATH */
	char left[PATH_MAX]; /* of the path */
	unsigned links;      /* that were followed */
	bool stream;         /* the end may be a device, pipe or socket */
	bool shared;         /* others can write in the folder `at` */
};

static int refuse(int error)
{
	errno = error;
	return -1;
}

/* Move on to `fd`, which the walk then owns. */
static int enter(struct walk *walk, int fd)
{
	AUTO_CLOSE int next = fd;
	struct stat st;

	if (next < 0 || fstat(next, &st) < 0)
		return -1;
	if (S_ISDIR(st.st_mode)) {
		if (st.st_uid != 0 && st.st_uid != geteuid())
			return refuse(ELOOP);
		walk->shared = (st.st_mode & 022) != 0;
	} else if (!walk->stream || walk->left[0]) {
		return refuse(ENOTDIR);
	} else if (walk->shared) {
		return refuse(ELOOP);
	}
	if (walk->at >= 0)
		(void)close(walk->at);
	walk->at = TAKE_FD(next);
	return 0;
}

/* The first part of what is left of the path, taken off. False at the end. */
static bool next_part(struct walk *walk, char part[NAME_MAX + 1])
{
	char *at = walk->left + strspn(walk->left, "/");
	size_t len = strcspn(at, "/");

	if (!len || len > NAME_MAX)
		return false;
	memcpy(part, at, len);
	part[len] = '\0';
	at += len;
	at += strspn(at, "/");
	memmove(walk->left, at, strlen(at) + 1);
	return true;
}

/* A link of /proc/PID/fd leads to an open file and not to its text. */
static bool is_descriptor(int link, const char *part)
{
	struct statfs fs;

	return part[strspn(part, "0123456789")] == '\0' && fstatfs(link, &fs) == 0 &&
	       fs.f_type == PROC_SUPER_MAGIC;
}

/* Put the link's text before what is left of the path. */
static int follow(struct walk *walk, int link, const char *part)
{
	char text[PATH_MAX], all[2 * PATH_MAX];
	struct stat st;
	ssize_t len;

	if (fstat(link, &st) < 0)
		return -1;
	if ((st.st_uid != 0 && st.st_uid != geteuid()) || ++walk->links > LINKS_MAX)
		return refuse(ELOOP);
	if (walk->stream && !walk->left[0] && is_descriptor(link, part)) {
		walk->shared = false; /* opened by whoever started us */
		return enter(walk, openat(walk->at, part, O_PATH | O_CLOEXEC));
	}
	if ((len = readlinkat(link, "", text, sizeof(text) - 1)) < 0)
		return -1;
	text[len] = '\0';
	if (snprintf(all, sizeof(all), "%s/%s", text, walk->left) >= PATH_MAX)
		return refuse(ENAMETOOLONG);
	memcpy(walk->left, all, strlen(all) + 1);
	return text[0] == '/' ? enter(walk, open("/", O_PATH | O_CLOEXEC)) : 0;
}

static int step(struct walk *walk, const char *part)
{
	AUTO_CLOSE int fd = openat(walk->at, part, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -1;
	return S_ISLNK(st.st_mode) ? follow(walk, fd, part) : enter(walk, TAKE_FD(fd));
}

/* Resolve `path` where every part belongs to root or the caller. An O_PATH descriptor. */
static int resolve(const char *path, bool stream)
{
	struct walk walk = { .at = -1, .stream = stream };
	char part[NAME_MAX + 1];
	int error;

	if (strlen(path) >= sizeof(walk.left))
		return refuse(ENAMETOOLONG);
	error = enter(&walk, open(*path == '/' ? "/" : ".", O_PATH | O_CLOEXEC));
	memcpy(walk.left, path, strlen(path) + 1);
	while (error == 0 && next_part(&walk, part))
		error = step(&walk, part);
	if (error == 0 && !walk.left[strspn(walk.left, "/")])
		return walk.at;
	error = error ? errno : ENAMETOOLONG;
	if (walk.at >= 0)
		(void)close(walk.at);
	return refuse(error);
}

int output_folder_open(const char *path)
{
	AUTO_CLOSE int at =
		output_open_without_links(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);

	/* A link in the folder's own place is "not a directory" to the kernel. */
	if (at >= 0 || (errno != ELOOP && errno != ENOTDIR))
		return TAKE_FD(at);
	if ((at = resolve(path, false)) < 0)
		return -1;
	return openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int output_folder_open_of(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;
	char folder[PATH_MAX];

	*name = slash ? slash + 1 : path;
	if (!slash)
		return output_folder_open(".");
	if (len >= sizeof(folder) || !**name)
		return refuse(len >= sizeof(folder) ? ENAMETOOLONG : EISDIR);
	memcpy(folder, path, len);
	folder[len] = '\0';
	return output_folder_open(len ? folder : "/");
}

int output_folder_make(const char *path, mode_t mode)
{
	char bare[PATH_MAX];
	size_t len = strlen(path);
	AUTO_CLOSE int folder = -1;
	const char *name;

	while (len > 1 && path[len - 1] == '/')
		len--;
	if (len >= sizeof(bare))
		return refuse(ENAMETOOLONG);
	memcpy(bare, path, len);
	bare[len] = '\0';
	if (strcmp(bare, "/") == 0)
		return refuse(EEXIST);
	folder = output_folder_open_of(bare, &name);
	return folder < 0 ? -1 : mkdirat(folder, name, mode);
}

int output_rename(const char *from, const char *to)
{
	const char *old = NULL, *new = NULL;
	AUTO_CLOSE int source = output_folder_open_of(from, &old);
	AUTO_CLOSE int target = source < 0 ? -1 : output_folder_open_of(to, &new);

	return target < 0 ? -1 : renameat(source, old, target, new);
}

int output_link(const char *from, const char *to)
{
	const char *old = NULL, *new = NULL;
	AUTO_CLOSE int source = output_folder_open_of(from, &old);
	AUTO_CLOSE int target = source < 0 ? -1 : output_folder_open_of(to, &new);

	return target < 0 ? -1 : linkat(source, old, target, new, 0);
}

int output_stream_find(const char *path)
{
	AUTO_CLOSE int found = -1;
	struct stat st;

	if (strncmp(path, "/dev/", 5) != 0)
		return refuse(ENODEV);
	if ((found = resolve(path, true)) < 0 || fstat(found, &st) < 0)
		return -1;
	if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
		return refuse(ENODEV);
	return TAKE_FD(found);
}

int output_stream_open(int found)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
	return open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
}
