/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/reap.h"

#define SENSOR_GROUPS_MAX 32
#define SENSOR_FILES_MAX  64 /* libraries while they are loaded, a device, models */

/* Whom the helper becomes; looked up before the fork, since NSS may take locks. */
struct person {
	bool change;
	uid_t uid;
	gid_t gid;
	int group_count;
	gid_t groups[SENSOR_GROUPS_MAX];
};

/* What went wrong between fork and exec: sent through a pipe that exec closes. */
struct complaint {
	char step[24];
	int error;
};

static bool find_person(const char *user, struct person *out, struct problem *problem)
{
	struct passwd entry, *found = NULL;
	char room[16384];
	int count = SENSOR_GROUPS_MAX;

	out->change = geteuid() == 0;
	if (!out->change)
		return true;
	if (getpwnam_r(user, &entry, room, sizeof(room), &found) != 0 || !found) {
		problem_set(problem,
			    "the user %s does not exist (systemd-sysusers makes it)",
			    user);
		return false;
	}
	if (entry.pw_uid == 0) {
		problem_set(problem, "the user %s must not be root", user);
		return false;
	}
	out->uid = entry.pw_uid;
	out->gid = entry.pw_gid;
	if (getgrouplist(user, entry.pw_gid, out->groups, &count) < 0) {
		problem_set(problem, "the user %s is in more than %d groups", user,
			    SENSOR_GROUPS_MAX);
		return false;
	}
	out->group_count = count;
	return true;
}

/* --- between fork and exec: async-signal-safe calls only ------------------- */

static bool limit(int what, rlim_t value)
{
	struct rlimit bound;

	if (getrlimit(what, &bound) < 0)
		return false;
	if (bound.rlim_max == RLIM_INFINITY || bound.rlim_max > value)
		bound.rlim_max = value; /* never above what we were given ourselves */
	bound.rlim_cur = bound.rlim_max;
	return setrlimit(what, &bound) == 0;
}

#ifndef __has_feature
#define __has_feature(what) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
/* Its shadow takes terabytes of address space: a build for tests alone. */
#define limit_memory(max) ((void)(max), true)
#else
#define limit_memory(max) limit(RLIMIT_AS, max)
#endif

static bool set_limits(const struct sensor_spec *spec)
{
	return limit_memory(spec->memory_max) && limit(RLIMIT_CPU, spec->cpu_max) &&
	       limit(RLIMIT_NOFILE, SENSOR_FILES_MAX) && limit(RLIMIT_CORE, 0) &&
	       limit(RLIMIT_FSIZE, 0);
}

static bool set_descriptors(int socket)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* dup2 onto itself would keep close-on-exec: `socket` is never 0 here. */
	return null >= 0 && dup2(socket, STDIN_FILENO) >= 0 &&
	       dup2(null, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0 &&
	       fcntl(STDOUT_FILENO, F_SETFD, 0) == 0 &&
	       fcntl(STDERR_FILENO, F_SETFD, 0) == 0 &&
	       close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
}

static bool set_signals(void)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		(void)sigaction(number, &standard, NULL); /* KILL, STOP: refused, fine */
	return sigemptyset(&none) == 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

static bool set_person(const struct person *person)
{
	if (!person->change)
		return true;
	return setgroups((size_t)person->group_count, person->groups) == 0 &&
	       setresgid(person->gid, person->gid, person->gid) == 0 &&
	       setresuid(person->uid, person->uid, person->uid) == 0;
}

/* After the change of user, which would clear the parent-death signal. */
static bool set_bonds(pid_t parent)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && getppid() == parent;
}

static void complain_and_exit(int pipe, const char *step)
{
	struct complaint complaint = { .error = errno };

	for (size_t i = 0; step[i] && i + 1 < sizeof(complaint.step); i++)
		complaint.step[i] = step[i];
	(void)!write(pipe, &complaint, sizeof(complaint));
	_exit(127);
}

static void become_sensor(const struct sensor_spec *spec, const struct person *person,
			  pid_t parent, int socket, int complaints)
{
	char *const argv[] = { (char *)(uintptr_t)spec->path, NULL };
	char *const environment[] = { NULL };

	/* Out of the way of 0, 1 and 2, which a careless parent may have left closed. */
	if ((complaints = fcntl(complaints, F_DUPFD_CLOEXEC, 3)) < 0)
		_exit(127);
	if ((socket = fcntl(socket, F_DUPFD_CLOEXEC, 3)) < 0 || !set_descriptors(socket))
		complain_and_exit(complaints, "descriptors");
	(void)setsid(); /* no terminal: its Ctrl-C is our parent's to judge */
	(void)umask(077);
	if (chdir("/") < 0)
		complain_and_exit(complaints, "chdir");
	if (!set_signals())
		complain_and_exit(complaints, "signals");
	if (!set_limits(spec))
		complain_and_exit(complaints, "limits");
	if (!set_person(person))
		complain_and_exit(complaints, "change of user");
	if (!set_bonds(parent))
		complain_and_exit(complaints, "no new privileges");
	execve(spec->path, argv, environment);
	complain_and_exit(complaints, "exec");
}

/* --- the parent ------------------------------------------------------------ */

/* End of file means that exec happened. */
static bool read_complaint(int pipe, struct complaint *complaint)
{
	ssize_t got;

	do
		got = read(pipe, complaint, sizeof(*complaint));
	while (got < 0 && errno == EINTR);
	return got != 0;
}

enum vid_reason sensor_start(const struct sensor_spec *spec, struct sensor *out,
			     struct problem *problem)
{
	AUTO_CLOSE int ours = -1, theirs = -1, complaints = -1, complain = -1;
	struct complaint complaint = { .step = "start" };
	struct person person = { .change = false };
	const pid_t self = getpid();
	int pair[2], ends[2];

	*out = (struct sensor)SENSOR_NONE;
	if (!find_person(spec->user, &person, problem))
		return VID_SENSOR_FAILED;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0) {
		ours = pair[0];
		theirs = pair[1];
	}
	if (pipe2(ends, O_CLOEXEC) == 0) {
		complaints = ends[0];
		complain = ends[1];
	}
	if (ours < 0 || complaints < 0 || (out->pid = fork()) < 0) {
		problem_set(problem, "%s cannot be started: %s", spec->path,
			    strerror(errno));
		out->pid = 0;
		return VID_SENSOR_FAILED;
	}
	if (out->pid == 0)
		become_sensor(spec, &person, self, theirs, complain);

	out->fd = TAKE_FD(ours);
	(void)close(TAKE_FD(complain));
	if (read_complaint(complaints, &complaint)) {
		complaint.step[sizeof(complaint.step) - 1] = '\0';
		problem_set(problem, "%s cannot be started: %s: %s", spec->path,
			    complaint.step, strerror(complaint.error));
		sensor_stop(out);
		return VID_SENSOR_FAILED;
	}
	return VID_OK;
}

void sensor_stop(struct sensor *sensor)
{
	/* Not reaped yet, so the number is still our child's and nobody else's. */
	if (sensor->pid > 0)
		(void)child_kill(sensor->pid);
	if (sensor->fd >= 0)
		(void)close(sensor->fd);
	*sensor = (struct sensor)SENSOR_NONE;
}

enum vid_reason sensor_why(enum wire_result result, const char *name,
			   struct problem *problem)
{
	switch (result) {
	case WIRE_OK:
		return VID_OK;
	case WIRE_TIMEOUT:
		problem_set(problem, "%s did not answer in time", name);
		return VID_DEADLINE;
	case WIRE_ABORTED:
		return VID_CANCELLED;
	case WIRE_CLOSED:
		problem_set(problem, "%s ended without a word", name);
		return VID_SENSOR_FAILED;
	case WIRE_BAD:
		problem_set(problem, "%s does not speak our protocol", name);
		return VID_SENSOR_FAILED;
	case WIRE_ERROR:
		break;
	}
	problem_set(problem, "%s: %s", name, strerror(errno));
	return VID_SENSOR_FAILED;
}
