/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vid-sweep - wipes homes of walk-ups that a crash has left, once at a start of the
 * machine (vid-sweep.service). No arguments, no environment. Exit status 0: all that was
 * to be wiped is gone; 1: something stayed, and the log says what.
 */
#include "config.h"

#include "vidd/home_sweep.h"

#include <signal.h>
#include <sodium.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "libvid/paths.h"
#include "sensors/confine.h"
#include "vidd/process.h"

int main(void)
{
	static const struct sweep_place place = {
		.issuers = PATH_ISSUERS,
		.hostkey = PATH_HOSTKEY,
		.index = PATH_INDEX,
		.sessions = PATH_SESSIONS,
		.processes = PROCESS_PROC,
	};
	struct problem problem = { "" };
	unsigned wiped = 0;

	openlog("vid-sweep", LOG_PID, LOG_AUTHPRIV);
	(void)umask(077);
	if (geteuid() != 0 || chdir("/") < 0 || sodium_init() < 0) {
		syslog(LOG_AUTHPRIV | LOG_ERR, "cannot set up: only root can wipe homes");
		return 1;
	}
	if (!confine_process(CONFINE_SESSION, &(struct confine_paths){ NULL, NULL },
			     &problem)) {
		syslog(LOG_AUTHPRIV | LOG_ERR, "cannot be confined: %s", problem.text);
		return 1;
	}
	if (home_sweep(&place, &wiped, &problem) == VID_OK)
		return 0;
	syslog(LOG_AUTHPRIV | LOG_ERR, "not all homes could be swept: %s", problem.text);
	return 1;
}
