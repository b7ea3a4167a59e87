/* SPDX-License-Identifier: BSD-2-Clause */
/* The parent's side: a child without rights, a bound on all that it does. */
#include "vid/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/reap.h"

#define FETCH_USER   "vid-status" /* conf/systemd/sysusers.conf */
#define OTHER_USER   "nobody"     /* where that one was not made */
#define MEMORY_BYTES (512u << 20)
/* AddressSanitizer reserves terabytes for its own: a build for tests alone. */
#ifndef __has_feature
#define __has_feature(what) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define MEMORY_MOST(body) RLIM_INFINITY
#else
#define MEMORY_MOST(body) (MEMORY_BYTES + (body))
#endif
#define PROGRESS_MS 100
#define BODY_FD     3
#define REPORT_FD   4

struct rights {
	bool change;
	uid_t uid;
	gid_t gid;
};

/* Root fetches as somebody else; a person as themselves. */
static bool rights_of(struct rights *out, struct problem *problem)
{
	const struct passwd *user;

	*out = (struct rights){ .change = geteuid() == 0 };
	if (!out->change)
		return true;
	user = getpwnam(FETCH_USER);
	if (!user)
		user = getpwnam(OTHER_USER);
	if (!user || user->pw_uid == 0 || user->pw_gid == 0) {
		problem_set(problem, "there is no user %s", FETCH_USER);
		return false;
	}
	out->uid = user->pw_uid;
	out->gid = user->pw_gid;
	return true;
}

static bool limit(int what, rlim_t most)
{
	struct rlimit limits;

	if (getrlimit((__rlimit_resource_t)what, &limits) < 0)
		return false;
	if (limits.rlim_max > most) /* never above what we were given ourselves */
		limits.rlim_max = most;
	limits.rlim_cur = limits.rlim_max;
	return setrlimit((__rlimit_resource_t)what, &limits) == 0;
}

/* No rights, no environment, no descriptor but the two; bounded in every direction. */
static bool confine(const struct rights *rights, const struct fetch_limits *limits,
		    int body, int report)
{
	/* Out of the way first: either may stand at the other's place. */
	body = fcntl(body, F_DUPFD, REPORT_FD + 1);
	report = fcntl(report, F_DUPFD, REPORT_FD + 1);
	if (dup2(body, BODY_FD) < 0 || dup2(report, REPORT_FD) < 0 ||
	    close_range(REPORT_FD + 1, ~0u, 0) < 0 || chdir("/") < 0 || clearenv() != 0)
		return false;
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	if (rights->change &&
	    (setgroups(0, NULL) < 0 || setresgid(rights->gid, rights->gid, rights->gid) ||
	     setresuid(rights->uid, rights->uid, rights->uid)))
		return false;
	/* Last: a change of ids undoes the first two. */
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && prctl(PR_SET_DUMPABLE, 0) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && limit(RLIMIT_CORE, 0) &&
	       limit(RLIMIT_FSIZE, limits->bytes + 1) &&
	       limit(RLIMIT_AS, MEMORY_MOST(limits->bytes)) &&
	       limit(RLIMIT_CPU, limits->seconds + 1) && limit(RLIMIT_NOFILE, 64);
}

static int64_t clock_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* How far is the child? The file is shared, its length the child's. */
static void show_progress(const struct fetch_limits *limits, int body)
{
	struct stat found;

	if (limits->progress && fstat(body, &found) == 0 && found.st_size >= 0)
		limits->progress(limits->user, (size_t)found.st_size);
}

/* The whole report before the deadline; a child that ends without one has failed. */
static bool report_read(int fd, int64_t deadline, const struct fetch_limits *limits,
			int body, struct fetch_report *report)
{
	size_t have = 0;

	while (have < sizeof(*report)) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		int64_t left = deadline - clock_ms();
		ssize_t got;

		if (left <= 0)
			return false;
		if (limits->progress && left > PROGRESS_MS)
			left = PROGRESS_MS;
		show_progress(limits, body);
		if (poll(&ready, 1, (int)left) <= 0)
			continue;
		got = read(fd, (char *)report + have, sizeof(*report) - have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		have += (size_t)got;
	}
	/* the child is not trusted: its texts may have no end */
	report->error[sizeof(report->error) - 1] = '\0';
	report->got.etag[sizeof(report->got.etag) - 1] = '\0';
	report->got.modified[sizeof(report->got.modified) - 1] = '\0';
	return true;
}

/* A copy, after the child's end: what is judged cannot change any more. */
static bool body_read(int fd, size_t most, struct blob *body)
{
	struct stat found;

	if (fstat(fd, &found) < 0 || found.st_size < 0 || (uint64_t)found.st_size > most)
		return false;
	body->at = calloc(1, (size_t)found.st_size + 1);
	while (body->at && body->len < (size_t)found.st_size) {
		ssize_t got = pread(fd, body->at + body->len,
				    (size_t)found.st_size - body->len, (off_t)body->len);

		if (got <= 0)
			return false;
		body->len += (size_t)got;
	}
	return body->at != NULL;
}

static pid_t start(const char *uri, const struct fetch_limits *limits,
		   const struct status_validators *have, const struct rights *rights,
		   int body, int report_fd)
{
	struct fetch_report report = { .result = FETCH_FAILED, .error = "cannot start" };
	pid_t child = fork();

	if (child != 0)
		return child;
	/* A copy of ours came with the fork; web servers talk to this process. */
	if (limits->key)
		hostkey_wipe(limits->key);
	if (confine(rights, limits, body, report_fd))
		fetch_over_https(uri, limits, have, BODY_FD, &report);
	(void)!write(REPORT_FD, &report, sizeof(report));
	_exit(0);
}

enum fetch_result fetch(const char *uri, const struct fetch_limits *limits,
			const struct status_validators *have, struct blob *body,
			struct status_validators *got, struct problem *problem)
{
	AUTO_CLOSE int memory = memfd_create("vid-fetch", MFD_CLOEXEC);
	int64_t deadline = clock_ms() + ((int64_t)limits->seconds + 1) * 1000;
	struct fetch_report report = { .result = FETCH_FAILED };
	struct rights rights;
	bool told;
	int ends[2];
	pid_t child;

	*body = (struct blob){ 0 };
	*got = (struct status_validators){ .etag = "" };
	if (!rights_of(&rights, problem))
		return FETCH_FAILED;
	if (memory < 0 || pipe2(ends, O_CLOEXEC) < 0) {
		problem_set(problem, "%s: %s", uri, strerror(errno));
		return FETCH_FAILED;
	}
	child = start(uri, limits, have, &rights, memory, ends[1]);
	(void)close(ends[1]);
	told = child > 0 && report_read(ends[0], deadline, limits, memory, &report);
	(void)close(ends[0]);
	if (child > 0)
		(void)child_kill(child);
	if (told && report.result == FETCH_UNCHANGED)
		return FETCH_UNCHANGED;
	if (told && report.result == FETCH_NEW &&
	    body_read(memory, limits->bytes, body)) {
		*got = report.got;
		return FETCH_NEW;
	}
	blob_free(body);
	problem_set(problem, "%s: %s", uri, told ? report.error : "no answer in time");
	return FETCH_FAILED;
}
