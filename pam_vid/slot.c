/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "pam_vid/pam_vid.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"

#define SLOTS      4          /* for each user */
#define LOGIN_NONE UINT32_MAX /* no session of a user: a daemon, a display manager */

/* The user who logged in, however often the uid changed since (credentials of audit);
 * where the kernel has none, the real uid. 0: no user stands behind this process. */
static uid_t started_by(void)
{
	char text[16] = "";
	AUTO_CLOSE int fd = open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	unsigned long uid = got > 0 ? strtoul(text, NULL, 10) : LOGIN_NONE;

	return uid == LOGIN_NONE ? getuid() : (uid_t)uid;
}

bool caller_slot(int *slot)
{
	const uid_t uid = started_by();
	char path[sizeof(PATH_CALLERS) + 32];

	*slot = -1;
	for (unsigned i = 0; uid != 0 && i < SLOTS; i++) {
		AUTO_CLOSE int fd = -1;

		(void)snprintf(path, sizeof(path), PATH_CALLERS "/%u.%u", (unsigned)uid,
			       i);
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0 && errno == ENOENT)
			return true; /* no folder: no systemd-tmpfiles, and no sockets */
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
			*slot = TAKE_FD(fd); /* the lock goes with it */
			return true;
		}
	}
	return uid == 0;
}
