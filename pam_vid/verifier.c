/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "pam_vid/pam_vid.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <security/pam_ext.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"

#define END_MILLISECONDS 500 /* for vidd to give an attempt back and end its sensors */

/* Is the one behind the socket root? Anybody else could grant what he likes. */
static bool peer_is_root(int fd)
{
	struct ucred peer = { .uid = (uid_t)-1 };
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	       len == sizeof(peer) && peer.uid == 0;
}

/* A connection to the socket at `path`, or -1 with errno. */
static int connect_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	AUTO_CLOSE int fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || !bytes_to_text(bytes_of_text(path), address.sun_path,
				     sizeof(address.sun_path)))
		return -1;
	/* Non-blocking: a full backlog is an error at once and not a wait. */
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	if (!peer_is_root(fd)) {
		errno = EPERM;
		return -1;
	}
	return TAKE_FD(fd);
}

struct spawning {
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_t actions;
	bool has_attributes, has_actions;
};

static void spawning_end(struct spawning *spawning)
{
	if (spawning->has_attributes)
		(void)posix_spawnattr_destroy(&spawning->attributes);
	if (spawning->has_actions)
		(void)posix_spawn_file_actions_destroy(&spawning->actions);
}

/* Default signals, none blocked, a session of its own: Ctrl-C at the terminal reaches the
 * application, and vidd through our hanging up. */
static int set_attributes(struct spawning *spawning)
{
	posix_spawnattr_t *to = &spawning->attributes;
	sigset_t all, none;
	int error;

	(void)sigfillset(&all);
	(void)sigemptyset(&none);
	if ((error = posix_spawnattr_init(to)) != 0)
		return error;
	spawning->has_attributes = true;
	if ((error = posix_spawnattr_setsigdefault(to, &all)) != 0 ||
	    (error = posix_spawnattr_setsigmask(to, &none)) != 0)
		return error;
	return posix_spawnattr_setflags(
		to, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
}

static int set_actions(struct spawning *spawning, int fd)
{
	posix_spawn_file_actions_t *to = &spawning->actions;
	int error;

	if ((error = posix_spawn_file_actions_init(to)) != 0)
		return error;
	spawning->has_actions = true;
	/* The socket first: it may itself stand at 1 or 2. */
	if ((error = posix_spawn_file_actions_adddup2(to, fd, 0)) != 0 ||
	    (error = posix_spawn_file_actions_addopen(to, 1, "/dev/null", O_WRONLY, 0)) !=
		    0 ||
	    (error = posix_spawn_file_actions_adddup2(to, 1, 2)) != 0 ||
	    (error = posix_spawn_file_actions_addclosefrom_np(to, 3)) != 0)
		return error;
	return posix_spawn_file_actions_addchdir_np(to, "/");
}

/* PATH_VIDD with one end of a socketpair as descriptor 0. 0, or an errno. */
static int spawn(struct verifier *out, bool session)
{
	AUTO(spawning_end) struct spawning spawning = { .has_actions = false };
	char name[] = "vidd", phase[] = "session", *envp[] = { NULL };
	char *argv[] = { name, session ? phase : NULL, NULL };
	AUTO_CLOSE int ours = -1, theirs = -1;
	int pair[2], error;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return errno;
	ours = pair[0];
	theirs = pair[1];
	if ((error = set_attributes(&spawning)) != 0 ||
	    (error = set_actions(&spawning, theirs)) != 0)
		return error;
	error = posix_spawn(&out->pid, PATH_VIDD, &spawning.actions, &spawning.attributes,
			    argv, envp);
	if (error) {
		out->pid = 0;
		return error;
	}
	/* An application that reaps all its children may take ours: through a pidfd no
	 * stranger with the same number can be hit. */
	out->pidfd = pidfd_open(out->pid, 0);
	out->fd = TAKE_FD(ours);
	return 0;
}

static int start_own(pam_handle_t *pamh, struct verifier *out, bool session)
{
	int error = spawn(out, session);

	if (!error)
		return PAM_SUCCESS;
	pam_syslog(pamh, LOG_ERR, "cannot start %s: %s", PATH_VIDD, strerror(error));
	return PAM_AUTHINFO_UNAVAIL;
}

int verifier_start_session(pam_handle_t *pamh, struct verifier *out)
{
	if (geteuid() == 0)
		return start_own(pamh, out, true);
	pam_syslog(pamh, LOG_ERR, "only root can start %s", PATH_VIDD);
	return PAM_AUTHINFO_UNAVAIL;
}

/* Root's own socket first. Where a machine has none, the one that everybody may use. */
static int connect_vidd(const char **path)
{
	int fd;

	*path = PATH_ROOT_SOCKET;
	if (geteuid() == 0 && ((fd = connect_socket(*path)) >= 0 || errno != ENOENT))
		return fd;
	*path = PATH_SOCKET;
	return connect_socket(*path);
}

int verifier_start(pam_handle_t *pamh, struct verifier *out)
{
	const char *path;
	int error;

	if (geteuid() == 0 && !caller_slot(&out->slot)) {
		pam_syslog(pamh, LOG_ERR,
			   "this user's programs wait for too many logins at once");
		return PAM_AUTHINFO_UNAVAIL;
	}
	out->fd = connect_vidd(&path);
	if (out->fd >= 0)
		return PAM_SUCCESS;
	error = errno;
	/* An exception: for a machine without our sockets, and for nothing else. */
	if (geteuid() == 0 && error == ENOENT) {
		pam_syslog(pamh, LOG_NOTICE, "there is no %s; starting %s", path,
			   PATH_VIDD);
		return start_own(pamh, out, false);
	}
	if (error == EPERM)
		pam_syslog(pamh, LOG_ALERT, "%s: not root's", path);
	else
		pam_syslog(pamh, LOG_ERR, "%s: %s", path, strerror(error));
	return PAM_AUTHINFO_UNAVAIL;
}

static void signal_child(const struct verifier *verifier, int number)
{
	if (verifier->pidfd >= 0)
		(void)pidfd_send_signal(verifier->pidfd, number, NULL, 0);
	else
		(void)kill(verifier->pid, number);
}

/* Did our child end, and is it reaped? ECHILD: somebody else took it. */
static bool reaped(const struct verifier *verifier)
{
	pid_t got;

	do {
		got = waitpid(verifier->pid, NULL, WNOHANG);
	} while (got < 0 && errno == EINTR);
	return got != 0;
}

static bool reaped_in_a_moment(const struct verifier *verifier)
{
	int64_t end = wire_now() + END_MILLISECONDS;

	for (;;) {
		struct pollfd wait = { .fd = verifier->pidfd, .events = POLLIN };
		int64_t left = end - wire_now();

		if (reaped(verifier))
			return true;
		if (left <= 0)
			return false;
		if (verifier->pidfd < 0 && left > 5)
			left = 5; /* look again every few milliseconds */
		(void)poll(&wait, 1, (int)left);
	}
}

void verifier_end(struct verifier *verifier)
{
	if (verifier->fd >= 0)
		(void)close(verifier->fd);
	verifier->fd = -1;
	if (verifier->pid > 0 && !reaped_in_a_moment(verifier)) {
		signal_child(verifier, SIGKILL);
		(void)reaped_in_a_moment(verifier);
	}
	verifier->pid = 0;
	cleanup_close(&verifier->pidfd);
	verifier->pidfd = -1;
	cleanup_close(&verifier->slot);
	verifier->slot = -1;
}
