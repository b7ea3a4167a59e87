/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vidd-listen - the public socket (listener.h), as a user of its own and with no rights
 *
 * Descriptor 0 is the listening socket, from systemd. There are no arguments and there
 * is no environment.
 */
#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <syslog.h>
#include <unistd.h>

#include "libvid/paths.h"
#include "vidd/listener.h"

#define LISTENING 0 /* the descriptor */

int main(void)
{
	const int flags = fcntl(LISTENING, F_GETFL);

	openlog("vidd-listen", LOG_PID, LOG_AUTHPRIV);
	/* Its unit takes every right away; as root it would have some. */
	if (geteuid() == 0) {
		syslog(LOG_ERR, "started as root: it runs as the user vidd-listen alone");
		return EXIT_FAILURE;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || flags < 0 ||
	    fcntl(LISTENING, F_SETFL, flags | O_NONBLOCK) < 0 || chdir("/") < 0) {
		syslog(LOG_ERR, "cannot set up: %m");
		return EXIT_FAILURE;
	}
	if (listener_serve(LISTENING, PATH_INNER_SOCKET, &listener_limits, -1))
		return EXIT_SUCCESS;
	syslog(LOG_ERR, "%s: %m", PATH_SOCKET);
	return EXIT_FAILURE;
}
