/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vidd - judges one login, or whether it still holds. Descriptor 0 is a socket to the PAM
 * module; there is no environment. An argument says what is otherwise
 * than usual: "session", by which pam_vid asks for the phases of a session, which have a
 * confinement of their own; "handed", where descriptor 0 brings the connection from
 * vidd-listen.
 */
#include "config.h"

#include "vidd/login.h"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "libvid/clock.h"
#include "libvid/nscd.h"
#include "libvid/paths.h"
#include "sensors/confine.h"
#include "vidd/listener.h"

#define ASK_SECONDS 10 /* until policy.c knows how long a login may take */

static int64_t clock_now(void)
{
	return (int64_t)time(NULL);
}

/* Whoever called su or sudo chose our limits, umask and folder. */
static bool shake_off_caller(void)
{
	static const int limits[] = { RLIMIT_AS, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_FSIZE,
				      RLIMIT_MEMLOCK };
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	const struct rlimit files = { 256, 256 }, none = { 0, 0 };
	sigset_t signals;

	(void)umask(077);
	(void)sigemptyset(&signals);
	(void)sigprocmask(SIG_SETMASK, &signals, NULL);
	(void)signal(SIGALRM, SIG_DFL);
	if (geteuid() == 0) {
		for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
			(void)setrlimit((__rlimit_resource_t)limits[i], &unlimited);
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	/* A change of ids sets "dumpable" anew: this comes after become_root. */
	return chdir("/") == 0 && setrlimit(RLIMIT_CORE, &none) == 0 &&
	       prctl(PR_SET_DUMPABLE, 0) == 0;
}

/* A set-uid caller leaves us the person's real uid and groups. */
static bool become_root(void)
{
	if (geteuid() != 0)
		return true; /* a test, without rights over anybody */
	return setgroups(0, NULL) == 0 && setresgid(0, 0, 0) == 0 &&
	       setresuid(0, 0, 0) == 0;
}

/* What a login may write to, and start (S60). A session empties homes and starts nothing.
 */
static bool confine(enum confine_profile profile)
{
	static const char *const writable[] = { VID_STATEDIR, PATH_ANCHOR, VID_RUNDIR,
						PATH_USERDB,  "/dev",      NULL };
	static const char *const programs[] = { PATH_CAMERA, PATH_FIDO, PATH_PARSE,
						NULL };
	const struct confine_paths paths = { writable, programs };
	struct problem problem = { "" };

	if (confine_process(profile, &paths, &problem))
		return true;
	syslog(LOG_AUTHPRIV | LOG_ERR, "cannot be confined: %s", problem.text);
	return false;
}

/* The connection that vidd-listen took. Who asks is what the kernel says of that one. */
static int take_handed(void)
{
	const struct passwd *listener = getpwnam("vidd-listen");
	const int fd =
		listener ? listener_handed(STDIN_FILENO, listener->pw_uid, PATH_SOCKET)
			 : -1;

	if (fd < 0)
		syslog(LOG_AUTHPRIV | LOG_ERR, "no connection was handed over");
	return fd;
}

int main(int argc, char **argv)
{
	static struct login_place place = {
		.settings = PATH_SETTINGS,
		.issuers = PATH_ISSUERS,
		.hostkey = PATH_HOSTKEY,
		.index = PATH_INDEX,
		.faces = PATH_FACES,
		.attempts = PATH_ATTEMPTS,
		.replay = PATH_REPLAY,
		.status = PATH_STATUS,
		.counters = PATH_COUNTERS,
		.tokens = PATH_TOKENS,
		.secrets = PATH_SECRETS,
		.clock = PATH_CLOCK,
		.anchor = PATH_ANCHOR,
		.anchored = PATH_ANCHORED,
		.sessions = PATH_SESSIONS,
		.files = &accounts_this_host,
		.userdb = PATH_USERDB,
		.proc = PROCESS_PROC,
		.processes = PROCESS_PROC,
		.logind = PATH_LOGIND,
		.console = PATH_CONSOLE,
		.now = clock_now,
		.synchronised = clock_synchronised,
	};
	static struct login login;
	const bool session = argc == 2 && strcmp(argv[1], "session") == 0;
	const bool handed = argc == 2 && strcmp(argv[1], "handed") == 0;
	int fd = STDIN_FILENO;

	place.phases = session ? PHASES_SESSION : PHASES_LOGIN;
	openlog("vidd", LOG_PID, LOG_AUTHPRIV);
	(void)alarm(ASK_SECONDS);
	if (!become_root() || !shake_off_caller() || sodium_init() < 0) {
		syslog(LOG_AUTHPRIV | LOG_ERR, "cannot set up: %m");
		return 1;
	}
	(void)nscd_bypass("/etc/nsswitch.conf"); /* where it is in use at all */
	if (!confine(session ? CONFINE_SESSION : CONFINE_LOGIN))
		return 1;
	/* Descriptor 0 stays open: by its end the listener knows of ours. */
	if (handed && (fd = take_handed()) < 0)
		return 1;
	return login_serve(&login, fd, &place) == VID_OK ? 0 : 1;
}
