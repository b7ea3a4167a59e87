/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/face_files.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "libvid/accounts.h"
#include "libvid/cleanup.h"
#include "libvid/consent.h"
#include "libvid/files.h"
#include "libvid/templates.h"
#include "vid/cli.h"

#define LOCK_SECONDS 5

bool face_files_account(const char *name, const char *ending, char out[VID_NAME_MAX + 1])
{
	size_t len = strlen(name), tail = strlen(ending);
	const char *point;

	if (len <= tail || strcmp(name + len - tail, ending) != 0)
		return false;
	point = memrchr(name, '.', len - tail);
	return point && point != name &&
	       bytes_to_text(bytes_of(name, (size_t)(point - name)), out,
			     VID_NAME_MAX + 1) &&
	       account_name_valid(out);
}

int face_files_lock(const char *folder, int *fd)
{
	const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	struct problem problem = { .text = "" };
	enum vid_reason why;

	*fd = folder_open_trusted(folder, &why, &problem);
	if (*fd < 0)
		return why == VID_FILE_MISSING ? CLI_GO : cli_problem(why, &problem);
	for (int tries = LOCK_SECONDS * 50; flock(*fd, LOCK_EX | LOCK_NB) < 0; tries--) {
		if ((errno != EWOULDBLOCK && errno != EINTR) || tries <= 0)
			return cli_fail(_("%s cannot be locked: %s"), folder,
					strerror(errno));
		(void)nanosleep(&pause, NULL);
	}
	return CLI_GO;
}

static int remove_ending(DIR *dir, const char *folder, const char *account,
			 const char *ending, bool *found)
{
	char owner[VID_NAME_MAX + 1];
	const struct dirent *entry;
	int code = CLI_GO;

	rewinddir(dir);
	while ((errno = 0, entry = readdir(dir))) {
		if (!face_files_account(entry->d_name, ending, owner) ||
		    strcmp(owner, account) != 0)
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0) == 0)
			*found = true;
		else
			code = cli_fail("%s/%s: %s", folder, entry->d_name,
					strerror(errno));
	}
	if (errno != 0)
		code = cli_fail("%s: %s", folder, strerror(errno));
	return code;
}

/* A mark that cannot be raised keeps no face here. */
static void retire(DIR *dir, const struct anchor *anchor, const char *account)
{
	char owner[VID_NAME_MAX + 1], name[ANCHOR_NAME_MAX + 1];
	struct problem problem = { .text = "" };
	const struct dirent *entry;

	rewinddir(dir);
	while ((entry = readdir(dir))) {
		size_t len = strlen(entry->d_name), tail = strlen(FACE_FILE_RECORD);

		if (!face_files_account(entry->d_name, FACE_FILE_RECORD, owner) ||
		    strcmp(owner, account) != 0 ||
		    !bytes_to_text(bytes_of(entry->d_name, len - tail), name,
				   sizeof(name)) ||
		    templates_retire(anchor, name, &problem) == VID_OK)
			continue;
		cli_warn(_("a copy that somebody kept of this face may open again: %s"),
			 problem.text);
	}
}

/* The records go first: a mark alone opens nothing. */
static int remove_all(DIR *dir, const char *folder, const char *account, bool *found)
{
	struct problem problem = { .text = "" };
	int code = remove_ending(dir, folder, account, FACE_FILE_RECORD, found);
	enum vid_reason why;

	/* of a record that stayed the mark and the consent stay */
	if (code != CLI_GO)
		return code;
	code = remove_ending(dir, folder, account, FACE_FILE_MARK, found);
	why = consent_remove(folder, account, &problem);
	if (why == VID_OK)
		*found = true;
	else if (why != VID_FILE_MISSING)
		code = cli_problem(why, &problem);
	if (fsync(dirfd(dir)) < 0)
		code = cli_fail("%s: %s", folder, strerror(errno));
	return code;
}

int face_files_remove(const char *folder, const char *account,
		      const struct anchor *anchor, bool *found)
{
	AUTO_CLOSE int mine = -1, stores = -1;
	char path[PATH_MAX];
	int fd, code = face_files_lock(folder, &mine);
	DIR *dir;

	*found = false;
	if (code != CLI_GO || mine < 0)
		return code;
	/* an account may be getting its identity: templates_bind */
	if (!path_join(path, sizeof(path), folder, ".lock"))
		return cli_fail(_("the path is too long: %s"), folder);
	if ((stores = file_lock(path, LOCK_SECONDS)) < 0)
		return cli_fail(_("%s cannot be locked: %s"), path, strerror(errno));
	fd = dup(mine);
	if (fd < 0 || !(dir = fdopendir(fd))) {
		code = cli_fail("%s: %s", folder, strerror(errno));
		if (fd >= 0)
			(void)close(fd);
		return code;
	}
	if (anchor)
		retire(dir, anchor, account);
	code = remove_all(dir, folder, account, found);
	(void)closedir(dir);
	return code;
}
