/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that somebody left for us: a stick, a folder of the person's home. Nothing here
 * is trusted (S35): the home is read as its owner, never more than a presentation's size.
 */
#include "config.h"

#include "vidd/login.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"

#define ENTRIES_MAX 4096 /* of one folder; a longer one is looked through in part */

struct newest {
	char path[PATH_MAX]; /* empty: none */
	struct timespec time;
	bool as_owner;
	uid_t uid; /* of the home */
	gid_t gid;
};

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

/* The file system sees this uid and gid alone, until file_user_end. The supplementary
 * groups are empty since main. False: it does not. */
static bool file_user_start(uid_t uid, gid_t gid)
{
	if (geteuid() != 0)
		return true;
	(void)setfsgid(gid);
	(void)setfsuid(uid);
	return setfsuid((uid_t)-1) == (int)uid && setfsgid((gid_t)-1) == (int)gid;
}

static void file_user_end(void)
{
	if (geteuid() != 0)
		return;
	(void)setfsuid(0);
	(void)setfsgid(0);
	(void)prctl(PR_SET_DUMPABLE, 0); /* a change of ids sets it anew */
}

static bool is_presentation(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 4 && strcmp(name + len - 4, ".vid") == 0;
}

static bool is_newer(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

static void look_at(DIR *folder, const char *path, const char *name,
		    const struct newest *owner, struct newest *newest)
{
	struct stat found;
	char whole[PATH_MAX];

	if (fstatat(dirfd(folder), name, &found, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISREG(found.st_mode) || !path_join(whole, sizeof(whole), path, name) ||
	    (newest->path[0] && !is_newer(&found.st_mtim, &newest->time)))
		return;
	*newest = *owner;
	memcpy(newest->path, whole, sizeof(whole));
	newest->time = found.st_mtim;
}

/* A folder that is not there is an empty one: the stick is not in. */
static void look_through(const char *path, const struct newest *owner,
			 struct newest *newest)
{
	AUTO_CLOSE int fd =
		open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	AUTO(folder_close) DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!folder)
		return;
	fd = -1; /* the folder's now */
	for (unsigned i = 0; i < ENTRIES_MAX && (entry = readdir(folder)); i++)
		if (is_presentation(entry->d_name))
			look_at(folder, path, entry->d_name, owner, newest);
}

/* "~/NAME" of the account that was asked for; without a name there is no home yet. */
static void look_at_home(const struct login *login, const char *name,
			 struct newest *newest)
{
	const struct passwd *account =
		login->ask.account[0] ? getpwnam(login->ask.account) : NULL;
	struct newest owner = { .as_owner = true };
	char path[PATH_MAX];

	if (!account || account->pw_dir[0] != '/' ||
	    !path_join(path, sizeof(path), account->pw_dir, name))
		return;
	owner.uid = account->pw_uid;
	owner.gid = account->pw_gid;
	if (file_user_start(owner.uid, owner.gid))
		look_through(path, &owner, newest);
	file_user_end();
}

static enum vid_reason read_newest(const struct newest *newest, struct blob *blob,
				   struct problem *problem)
{
	enum vid_reason why = VID_FILE_IO;

	if (!newest->as_owner)
		return file_read_carrier(newest->path, VID_KBT_MAX, blob, problem);
	if (file_user_start(newest->uid, newest->gid))
		why = file_read_carrier(newest->path, VID_KBT_MAX, blob, problem);
	file_user_end();
	return why;
}

enum vid_reason carrier_read(struct login *login)
{
	static const struct newest nobody = { .as_owner = false };
	AUTO(blob_free) struct blob blob = { NULL, 0 };
	struct newest newest = nobody;
	enum vid_reason why;

	for (size_t i = 0; i < login->settings.folder_count; i++) {
		const char *folder = login->settings.folders[i];

		if (folder[0] == '~')
			look_at_home(login, folder + 2, &newest);
		else
			look_through(folder, &nobody, &newest);
	}
	if (!newest.path[0])
		return VID_NO_PRESENTATION;
	why = read_newest(&newest, &blob, &login->problem);
	if (why == VID_OK) {
		why = present_take(login, bytes_of(blob.at, blob.len));
		if (why != VID_OK)
			problem_set(&login->problem, "%s: %s", newest.path,
				    reason_sentence(why));
	}
	if (why == VID_SENSOR_FAILED)
		return why;
	/* A file that is no presentation was not shown; nothing was judged. */
	return why == VID_OK ? VID_OK : VID_NO_PRESENTATION;
}
