/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "vidd/occupants.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "vidd/emptying.h"
#include "vidd/process.h"

#ifdef HAVE_LIBSYSTEMD
#include <stdlib.h>
#include <systemd/sd-login.h>
#endif

#define ANCESTORS_MAX 4096
#define LOOKS         3 /* at a process whose parent ends meanwhile */
#define SECOND        INT64_C(1000000000)
#define POLL_NS       20000000 /* between two looks at the table */

/* A user that no process has: (uid_t)-1 is none at all. */
#define UID_OF_NONE ((uid_t)-2)

/* --- logind ----------------------------------------------------------------------------
 */

#ifdef HAVE_LIBSYSTEMD

static void strings_free(char ***strings)
{
	for (char **at = *strings; at && *at; at++)
		free(*at);
	free(*strings);
}

/* A session that is open; one that cannot be read has just ended. Newer versions of
 * logind have one for the user manager as well. */
static bool is_open(const char *session)
{
	AUTO_FREE char *state = NULL;
	AUTO_FREE char *class = NULL;

	return sd_session_get_state(session, &state) >= 0 && state &&
	       strcmp(state, "closing") != 0 &&
	       !(sd_session_get_class(session, &class) >= 0 && class &&
		 strncmp(class, "manager", 7) == 0);
}

static bool has_session(uid_t uid, pid_t caller, struct problem *problem)
{
	AUTO(strings_free) char **sessions = NULL;
	AUTO_FREE char *own = NULL;

	if (sd_uid_get_sessions(uid, 0, &sessions) < 0) {
		problem_set(problem, "logind cannot be asked for its sessions");
		return true;
	}
	/* What else runs in the caller's session the table of processes tells. */
	if (sd_pid_get_session(caller, &own) < 0)
		own = NULL;
	for (char **at = sessions; at && *at; at++)
		if ((!own || strcmp(*at, own) != 0) && is_open(*at)) {
			problem_set(problem, "its session %s is open", *at);
			return true;
		}
	return false;
}

static bool is_of_manager(pid_t pid)
{
	AUTO_FREE char *unit = NULL;

	return sd_pid_get_user_unit(pid, &unit) >= 0;
}

#else

static bool has_session(uid_t uid, pid_t caller, struct problem *problem)
{
	(void)uid;
	(void)caller;
	(void)problem;
	return false;
}

static bool is_of_manager(pid_t pid)
{
	(void)pid;
	return false;
}

#endif

/* --- the table of processes ------------------------------------------------------------
 */

struct search {
	const char *proc;
	uid_t uid;
	pid_t caller;
	pid_t found; /* 0: none */
};

enum descent { DESCENT_LEFT_OVER, DESCENT_ELSEWHERE, DESCENT_CHANGED };

/* By the first ancestor that another user runs. */
static enum descent descent_of(const struct search *search,
			       const struct process_facts *process)
{
	pid_t at = process->parent;

	for (unsigned i = 0; i < ANCESTORS_MAX; i++) {
		struct process_facts parent;

		if (at == 1 || at == search->caller)
			return DESCENT_LEFT_OVER;
		if (at <= 0) /* of another namespace */
			return DESCENT_ELSEWHERE;
		if (!process_read(search->proc, at, &parent))
			return DESCENT_CHANGED;
		if (parent.uid != search->uid)
			return DESCENT_ELSEWHERE;
		at = parent.parent;
	}
	return DESCENT_ELSEWHERE;
}

static bool visit_descent(void *user, const struct process_facts *process)
{
	struct search *search = user;
	struct process_facts again = *process;
	enum descent descent = DESCENT_CHANGED;

	for (unsigned i = 0; i < LOOKS && descent == DESCENT_CHANGED; i++) {
		if (i > 0 && !process_read(search->proc, process->pid, &again))
			return true; /* it has ended */
		/* The account itself runs su: its session is open still. */
		descent = process->pid == search->caller ? DESCENT_ELSEWHERE
							 : descent_of(search, &again);
	}
	if (descent != DESCENT_LEFT_OVER)
		search->found = process->pid;
	return descent == DESCENT_LEFT_OVER;
}

static bool table_failed(struct problem *problem)
{
	problem_set(problem,
		    "the table of processes cannot be read, or not all of it (hidepid=, "
		    "proc(5))");
	return true;
}

bool occupants_elsewhere(const char *proc, uid_t uid, pid_t caller,
			 struct problem *problem)
{
	struct search search = { .proc = proc, .uid = uid, .caller = caller };

	if (has_session(uid, caller, problem))
		return true;
	if (process_each(proc, uid, visit_descent, &search))
		return false;
	if (!search.found)
		return table_failed(problem);
	problem_set(problem, "its process %ld was not started by a session of vidd's",
		    (long)search.found);
	return true;
}

static bool visit_any(void *user, const struct process_facts *process)
{
	struct search *search = user;

	if (is_of_manager(process->pid))
		return true;
	search->found = process->pid;
	return false;
}

bool occupants_any(const char *proc, uid_t uid, struct problem *problem)
{
	struct search search = { .proc = proc, .uid = uid };

	if (process_each(proc, uid, visit_any, &search))
		return false;
	if (!search.found)
		return table_failed(problem);
	problem_set(problem, "its process %ld runs", (long)search.found);
	return true;
}

/* --- ending them
 * ------------------------------------------------------------------------- */

/*
 * kill(-1) reaches what its sender may signal: so the sender's effective user is the
 * account, and it has no capability. Its real and saved users are nobody's, so that the
 * account's processes cannot signal it.
 */
static _Noreturn void send_to_all(uid_t uid, int number)
{
	uid_t real = 0, effective = 0, saved = 0;

	if (setresuid(UID_OF_NONE, uid, UID_OF_NONE) < 0 ||
	    getresuid(&real, &effective, &saved) < 0 || real != UID_OF_NONE ||
	    effective != uid || saved != UID_OF_NONE || !capabilities_drop())
		_exit(1);
	_exit(kill(-1, number) == 0 || errno == ESRCH ? 0 : 1);
}

static bool signal_all(uid_t uid, int number)
{
	pid_t child = fork(), got;
	int status = 0;

	if (child == 0)
		send_to_all(uid, number);
	do
		got = child < 0 ? -1 : waitpid(child, &status, 0);
	while (got < 0 && errno == EINTR);
	/* A caller that ignores its children: the table says what became of it. */
	return child > 0 && (got < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
}

static bool visit_first(void *user, const struct process_facts *process)
{
	*(pid_t *)user = process->pid;
	return false;
}

/* Until none is left, at most so long. */
static bool is_gone_within(const char *proc, uid_t uid, int seconds, pid_t *left)
{
	int64_t until = emptying_clock() + seconds * SECOND;
	const struct timespec moment = { .tv_nsec = POLL_NS };

	for (;;) {
		*left = 0;
		if (process_each(proc, uid, visit_first, left))
			return true;
		if (emptying_clock() >= until)
			return false;
		(void)nanosleep(&moment, NULL);
	}
}

bool occupants_end(const char *proc, uid_t uid, struct problem *problem)
{
	pid_t left = 0;

	if (uid == 0 || uid == UID_OF_NONE || uid == (uid_t)-1) {
		problem_set(problem, "uid %u is no account's", (unsigned)uid);
		return false;
	}
	if (is_gone_within(proc, uid, 0, &left))
		return true;
	if (signal_all(uid, SIGTERM) &&
	    is_gone_within(proc, uid, OCCUPANTS_TERM_SECONDS, &left))
		return true;
	if (signal_all(uid, SIGKILL) &&
	    is_gone_within(proc, uid, OCCUPANTS_KILL_SECONDS, &left))
		return true;
	problem_set(problem, "its process %ld cannot be ended", (long)left);
	return false;
}
