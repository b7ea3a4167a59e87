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
#include <sys/socket.h>
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
#define LINK_FD     (BODY_FD + FETCH_SLOTS)
#define NO_JOB      UINT32_MAX

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

/* The descriptors in their places. Out of the way first: any may be in another's. */
static bool arrange(const int body[FETCH_SLOTS], int link)
{
	int away[FETCH_SLOTS + 1];

	for (int i = 0; i <= FETCH_SLOTS; i++) {
		away[i] = fcntl(i < FETCH_SLOTS ? body[i] : link, F_DUPFD, LINK_FD + 1);
		if (away[i] < 0)
			return false;
	}
	for (int i = 0; i <= FETCH_SLOTS; i++)
		if (dup2(away[i], BODY_FD + i) < 0)
			return false;
	return close_range(LINK_FD + 1, ~0u, 0) == 0;
}

static unsigned total_of(const struct fetch_limits *limits)
{
	return limits->total ? limits->total : limits->seconds;
}

/* No rights, no environment, no descriptor but those; bounded in every direction. */
static bool confine(const struct rights *rights, const struct fetch_limits *limits,
		    const int body[FETCH_SLOTS], int link)
{
	if (!arrange(body, link) || chdir("/") < 0 || clearenv() != 0)
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
	       limit(RLIMIT_CPU, total_of(limits) + 1) && limit(RLIMIT_NOFILE, 64);
}

static int64_t clock_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The parent's view of a run. */
struct fetching {
	struct fetch_work work;
	fetch_done *done;
	void *user;
	bool *over;    /* of each job: started or ended */
	bool *started; /* of each job: under way */
	size_t starts; /* of the child at hand */
	int body[FETCH_SLOTS];
	uint32_t job_in[FETCH_SLOTS]; /* NO_JOB: none */
	int64_t deadline;             /* ms */
};

/* How far is the child? The file is shared, its length the child's. */
static void show_progress(const struct fetching *f)
{
	const struct fetch_limits *limits = f->work.limits;
	struct stat found;

	if (limits->progress && fstat(f->body[0], &found) == 0 && found.st_size >= 0)
		limits->progress(limits->user, (size_t)found.st_size);
}

/* A copy: what is judged is not the child's to change. */
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

static void tell(struct fetching *f, uint32_t job, enum fetch_result result,
		 const struct blob *body, const struct status_validators *got,
		 const char *why)
{
	static const struct blob none;
	static const struct status_validators nothing;
	struct problem problem = { .text = "" };

	if (result == FETCH_FAILED)
		problem_set(&problem, "%s: %s", f->work.jobs[job].uri, why);
	f->started[job] = false;
	f->over[job] = true;
	f->done(f->user, &f->work.jobs[job], result, body ? body : &none,
		got ? got : &nothing, &problem);
}

/* A job's end, in a slot that is free again afterwards. */
static void on_ended(struct fetching *f, struct fetch_report *report)
{
	AUTO(blob_free) struct blob body = { 0 };

	/* the child is not trusted: its texts may have no end */
	report->error[sizeof(report->error) - 1] = '\0';
	report->got.etag[sizeof(report->got.etag) - 1] = '\0';
	report->got.modified[sizeof(report->got.modified) - 1] = '\0';
	f->job_in[report->slot] = NO_JOB;
	if (report->result == FETCH_UNCHANGED)
		tell(f, report->job, FETCH_UNCHANGED, NULL, NULL, NULL);
	else if (report->result == FETCH_NEW &&
		 body_read(f->body[report->slot], f->work.limits->bytes, &body))
		tell(f, report->job, FETCH_NEW, &body, &report->got, NULL);
	else
		tell(f, report->job, FETCH_FAILED, NULL, NULL, report->error);
}

/* Does this follow from what the child said before? */
static bool is_plausible(const struct fetching *f, const struct fetch_report *report)
{
	if (report->job >= f->work.count || report->slot >= FETCH_SLOTS)
		return false;
	if (report->event == FETCH_STARTED)
		return !f->over[report->job] && f->job_in[report->slot] == NO_JOB;
	return report->event == FETCH_ENDED && f->started[report->job] &&
	       f->job_in[report->slot] == report->job;
}

/* The next message, before the deadline; false when there is none that can be believed.
 */
static bool message_read(struct fetching *f, int link, struct fetch_report *report)
{
	for (;;) {
		struct pollfd ready = { .fd = link, .events = POLLIN };
		int64_t left = f->deadline - clock_ms();
		ssize_t got;

		if (left <= 0)
			return false;
		if (f->work.limits->progress && left > PROGRESS_MS)
			left = PROGRESS_MS;
		show_progress(f);
		if (poll(&ready, 1, (int)left) <= 0)
			continue;
		got = recv(link, report, sizeof(*report), 0);
		if (got < 0 && errno == EINTR)
			continue;
		return got == (ssize_t)sizeof(*report) && is_plausible(f, report);
	}
}

static void listen_to(struct fetching *f, int link)
{
	struct fetch_report report;
	uint8_t slot;

	while (message_read(f, link, &report)) {
		if (report.event == FETCH_STARTED) {
			f->over[report.job] = f->started[report.job] = true;
			f->job_in[report.slot] = report.job;
			f->starts++;
			continue;
		}
		on_ended(f, &report);
		slot = (uint8_t)report.slot;
		if (send(link, &slot, 1, MSG_NOSIGNAL) != 1)
			return;
	}
}

static pid_t start(struct fetching *f, const struct rights *rights, int link)
{
	pid_t child = fork();

	if (child != 0)
		return child;
	/* A copy of ours came with the fork; web servers talk to this process. */
	if (f->work.limits->key)
		hostkey_wipe(f->work.limits->key);
	if (confine(rights, f->work.limits, f->body, link)) {
		f->work.body = BODY_FD;
		f->work.link = LINK_FD;
		fetch_child(&f->work);
	}
	_exit(0);
}

static void end(pid_t child)
{
	(void)kill(child, SIGKILL);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}

/* One child, until it is done, dead or late. What it had under way has failed. */
static void run_child(struct fetching *f, const struct rights *rights)
{
	int ends[2];
	pid_t child;

	f->starts = 0;
	for (size_t i = 0; i < FETCH_SLOTS; i++)
		f->job_in[i] = NO_JOB;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return;
	child = start(f, rights, ends[1]);
	(void)close(ends[1]);
	if (child > 0) {
		listen_to(f, ends[0]);
		end(child);
	}
	(void)close(ends[0]);
	for (size_t i = 0; i < f->work.count; i++)
		if (f->started[i])
			tell(f, (uint32_t)i, FETCH_FAILED, NULL, NULL,
			     "no answer in time");
}

static bool has_more(const struct fetching *f)
{
	for (size_t i = 0; i < f->work.count; i++)
		if (!f->over[i])
			return true;
	return false;
}

/* Room for the bodies, and the jobs' states. */
static bool prepare(struct fetching *f, struct problem *problem)
{
	bool good = true;

	f->over = calloc(f->work.count, sizeof(*f->over));
	f->started = calloc(f->work.count, sizeof(*f->started));
	f->work.over = f->over;
	for (size_t i = 0; i < FETCH_SLOTS; i++) {
		f->body[i] = memfd_create("vid-fetch", MFD_CLOEXEC);
		good = good && f->body[i] >= 0;
	}
	if (good && f->over && f->started)
		return true;
	problem_set(problem, "%s", strerror(errno));
	return false;
}

void fetch_all(const struct fetch_job *jobs, size_t count,
	       const struct fetch_limits *limits, fetch_done *done, void *user)
{
	struct fetching f = {
		.work = { .jobs = jobs, .count = count, .limits = limits },
		.done = done,
		.user = user,
		.deadline = clock_ms() + ((int64_t)total_of(limits) + 1) * 1000,
	};
	struct problem problem = { .text = "no time was left for it" };
	static const struct status_validators nothing;
	static const struct blob none;
	struct rights rights;

	if (prepare(&f, &problem) && rights_of(&rights, &problem))
		do
			run_child(&f, &rights);
		while (f.starts && has_more(&f) && clock_ms() < f.deadline);
	for (size_t i = 0; i < count; i++) {
		struct problem why;

		if (f.over && f.over[i])
			continue;
		problem_set(&why, "%s: %s", jobs[i].uri, problem.text);
		done(user, &jobs[i], FETCH_FAILED, &none, &nothing, &why);
	}
	for (size_t i = 0; i < FETCH_SLOTS; i++)
		cleanup_close(&f.body[i]);
	free(f.over);
	free(f.started);
}

/* --- one file ------------------------------------------------------------------ */

struct single {
	enum fetch_result result;
	struct blob *body;
	struct status_validators *got;
	struct problem *problem;
};

static void on_single(void *user, const struct fetch_job *job, enum fetch_result result,
		      const struct blob *body, const struct status_validators *got,
		      const struct problem *problem)
{
	struct single *single = user;

	(void)job;
	single->result = result;
	if (result == FETCH_NEW) {
		single->body->at = calloc(1, body->len + 1);
		if (!single->body->at) {
			single->result = FETCH_FAILED;
			return;
		}
		memcpy(single->body->at, body->at, body->len);
		single->body->len = body->len;
		*single->got = *got;
	}
	if (result == FETCH_FAILED)
		problem_set(single->problem, "%s", problem->text);
}

enum fetch_result fetch(const char *uri, const struct fetch_limits *limits,
			const struct status_validators *have, struct blob *body,
			struct status_validators *got, struct problem *problem)
{
	const struct fetch_job job = { .uri = uri, .have = *have };
	struct single single = { FETCH_FAILED, body, got, problem };

	*body = (struct blob){ 0 };
	*got = (struct status_validators){ .etag = "" };
	fetch_all(&job, 1, limits, on_single, &single);
	return single.result;
}
