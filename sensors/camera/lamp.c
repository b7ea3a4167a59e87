/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/camera/lamp.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "sensors/sandbox.h"

/* Where the keeper has its two descriptors; it closes all others, for whoever waits for
 * the end of vid-camera's conversation must not wait for the keeper's. */
#define KEEPER_END    0
#define KEEPER_CAMERA 1

/* Who ends a session's processes ends vid-camera first; the keeper has a few milliseconds
 * of work behind that. */
static void outlive(void)
{
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
}

/* The keeper's whole life. */
static void keep(int fd, int end, const struct emitter *emitter, emitter_ask *query)
{
	const unsigned long ioctls[] = { UVCIOC_CTRL_QUERY };
	struct problem problem;
	ssize_t got;
	char byte;

	outlive();
	if (dup2(end, KEEPER_END) < 0 || dup2(fd, KEEPER_CAMERA) < 0 ||
	    close_range(KEEPER_CAMERA + 1, ~0U, 0) < 0)
		_exit(EXIT_FAILURE);
	/* Where there is no sandbox vid-camera ends as well, and this is still to be
	 * done. */
	(void)sandbox_enter(ioctls, 1, &problem);
	do
		got = read(KEEPER_END, &byte, 1);
	while (got > 0 || (got < 0 && errno == EINTR));
	(void)emitter_set(KEEPER_CAMERA, emitter, emitter->off, query);
	_exit(EXIT_SUCCESS);
}

/* The descriptor whose end the keeper waits for, or -1 with errno. */
static int start_keeper(int fd, const struct emitter *emitter, emitter_ask *query)
{
	AUTO_CLOSE int end = -1, ours = -1;
	int ends[2];
	pid_t keeper;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	end = ends[0];
	ours = ends[1];
	if (fd <= KEEPER_CAMERA || end <= KEEPER_CAMERA) {
		errno = EBADF; /* somebody closed what every process has */
		return -1;
	}
	if ((keeper = fork()) < 0)
		return -1;
	if (keeper == 0)
		keep(fd, end, emitter, query);
	return TAKE_FD(ours);
}

bool lamp_light(int fd, const struct emitter *emitter, emitter_ask *query, int *lamp,
		struct problem *problem)
{
	AUTO_CLOSE int kept = -1;

	*lamp = LAMP_NONE;
	if (emitter->len == 0)
		return true;
	if (!emitter_fits(fd, emitter, query, problem))
		return false;
	/* First who sets it back, then what is to be set back. */
	if (emitter->restored && (kept = start_keeper(fd, emitter, query)) < 0) {
		problem_set(problem,
			    "nobody can be made to set the lamp's control back: %s",
			    strerror(errno));
		return false;
	}
	if (!emitter_set(fd, emitter, emitter->on, query)) {
		problem_set(problem,
			    "emitters.conf: control %u of unit %u cannot be set: %s",
			    emitter->selector, emitter->unit, strerror(errno));
		return false;
	}
	*lamp = TAKE_FD(kept);
	return true;
}
