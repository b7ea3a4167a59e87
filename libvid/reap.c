/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/reap.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "libvid/wire.h"

bool child_reap(pid_t child, int milliseconds)
{
	const int64_t end = wire_now() + milliseconds;
	struct timespec pause = { .tv_nsec = 100 * 1000 };

	for (;;) {
		pid_t got = waitpid(child, NULL, WNOHANG);

		if (got == child || (got < 0 && errno != EINTR))
			return true;
		if (wire_now() >= end)
			return false;
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 10 * 1000 * 1000)
			pause.tv_nsec *= 2;
	}
}

bool child_kill(pid_t child)
{
	(void)kill(child, SIGKILL);
	return child_reap(child, REAP_MILLISECONDS);
}
