/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/wallet_follow.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "vid/cli.h"

#define CURSOR_OFF   "\033[?25l"
#define CURSOR_ON    "\033[?25h"
#define CLEAR_SCREEN "\033[H\033[2J\033[3J"

/* True: one of the signals that end it came. They are blocked and fetched here, so that
 * none can come between drawing and waiting, and nothing has to run in a handler. */
static bool ended_within(const sigset_t *ends, time_t seconds)
{
	struct timespec now, until, left;

	(void)clock_gettime(CLOCK_BOOTTIME, &until);
	until.tv_sec += seconds;
	for (;;) {
		(void)clock_gettime(CLOCK_BOOTTIME, &now);
		left = (struct timespec){ .tv_sec = until.tv_sec - now.tv_sec,
					  .tv_nsec = until.tv_nsec - now.tv_nsec };
		if (left.tv_nsec < 0) {
			left.tv_sec--;
			left.tv_nsec += 1000000000L;
		}
		if (left.tv_sec < 0)
			return false;
		if (sigtimedwait(ends, NULL, &left) > 0)
			return true;
		if (errno != EINTR) /* EINTR: stopped with Ctrl-Z, and here again */
			return false;
	}
}

int wallet_follow(int (*draw)(void *user), void *user)
{
	bool screen = isatty(STDOUT_FILENO) == 1;
	sigset_t ends, before;
	int code;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGINT);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGHUP);
	(void)sigaddset(&ends, SIGPIPE);
	(void)sigprocmask(SIG_BLOCK, &ends, &before);
	do {
		if (screen)
			fputs(CURSOR_OFF CLEAR_SCREEN, stdout);
		code = draw(user);
		if (code == CLI_YES && (fflush(stdout) != 0 || ferror(stdout)))
			code = CLI_FAILED; /* main says why */
	} while (code == CLI_YES && !ended_within(&ends, FOLLOW_SECONDS));
	/* What was shown does not stay for others to see; a complaint does. */
	if (screen)
		fputs(code == CLI_YES ? CLEAR_SCREEN CURSOR_ON : CURSOR_ON, stdout);
	(void)fflush(stdout);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return code;
}
