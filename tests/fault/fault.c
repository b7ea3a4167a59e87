/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault [OPTION]... --result FILE -- COMMAND [ARGUMENT]... - run a login once for every
 * system call that can fail, and have that call fail
 *
 * COMMAND is login_app with its arguments; all that it starts is traced too.
 *
 * --role NAME      the program (its short name) whose calls fail; its children that run
 * no other program count as it
 * --phases MASK    of enum fault_phase: calls in other phases are left alone
 * --errno LIST     names to draw from, one for each run: "EIO,ENOMEM,..."
 * --sample COUNT   only so many calls, drawn by --seed; 0: every call
 * --seed NUMBER
 * --clean FOLDER   delete the files in it before each run, but for "accounts", the mark
 * of the index; may be given several times
 * --remove FILE    delete it before each run
 * --expect KIND    refused: authentication must not succeed
 *                  acct: authentication succeeds, the account phase must not
 *                  granted: success and failure are both right
 *                  In all of them no phase may answer IGNORE (FAULT_IGNORED).
 * --end HOW        fail (default): the call fails; kill: the application is killed before
 *                  the call; stop: it is stopped there and continues only at the end
 * --patience SECONDS after which a run is a finding (default 20)
 * --prepare COMMAND run before a login, where the last time was --every SECONDS ago
 *                  (default 0: before each)
 *
 * Prints "runs=N calls=N granted=N findings=N"; each finding on stderr. Exit: 0 none, 1
 * findings, 2 the run without a fault was not as expected, 77 not possible here.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/fault/marker.h"

#define FAULT_IGNORED                                                                    \
	22 /* PAM_AUTHTOK_LOCK_BUSY: pam_debug returns it after a PAM_IGNORE */
#define CLEANED_MAX   8
#define ERRNOS_MAX    16
#define PROCESSES_MAX 64
#define CALLS_MAX     200000

enum expect { REFUSED, ACCT, GRANTED };
enum end { END_FAIL, END_KILL, END_STOP };

struct options {
	const char *role, *result, *prepare, *removed;
	unsigned phases, every;
	int errnos[ERRNOS_MAX];
	size_t errno_count;
	long sample;
	unsigned long seed;
	const char *cleaned[CLEANED_MAX];
	size_t cleaned_count;
	enum expect expect;
	enum end end;
	unsigned patience;
	char **command;
};

struct process {
	pid_t pid;
	bool in_call, watched;
	long injected; /* the errno that its call returns at exit; 0: none */
};

struct run {
	const struct options *options;
	long target; /* the call that fails; 0: none */
	int error;
	struct process process[PROCESSES_MAX];
	size_t count;
	pid_t app;
	bool app_ended, stopped;
	unsigned phase;
	long calls;
	unsigned long long failed_call;
	bool reached;
};

struct codes {
	int auth, cred, acct, open, close;
};

static volatile sig_atomic_t late;

static void on_alarm(int number)
{
	(void)number;
	late = 1;
}

static struct process *process_of(struct run *run, pid_t pid)
{
	for (size_t i = 0; i < run->count; i++)
		if (run->process[i].pid == pid)
			return &run->process[i];
	if (run->count == PROCESSES_MAX)
		errx(2, "more than %d processes", PROCESSES_MAX);
	run->process[run->count] = (struct process){ .pid = pid };
	return &run->process[run->count++];
}

static void process_ended(struct run *run, pid_t pid)
{
	for (size_t i = 0; i < run->count; i++)
		if (run->process[i].pid == pid) {
			run->process[i] = run->process[--run->count];
			return;
		}
}

/* Does the process run the program whose calls are to fail? */
static bool has_role(const struct run *run, pid_t pid)
{
	char path[64], name[64] = "";
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fgets(name, sizeof(name), file))
		name[strcspn(name, "\n")] = '\0';
	(void)fclose(file);
	return !strcmp(name, run->options->role);
}

/* Calls whose failure no program can see, or that end it. */
static bool cannot_fail(unsigned long long call)
{
	return call == SYS_exit || call == SYS_exit_group || call == SYS_rt_sigreturn ||
	       call == SYS_restart_syscall;
}

#if defined(__x86_64__)
/* The call is not made: its number becomes one that no kernel has. */
static void call_skip(pid_t pid)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &regs) < 0)
		return;
	regs.orig_rax = (unsigned long long)-1;
	(void)ptrace(PTRACE_SETREGS, pid, NULL, &regs);
}

static void call_return(pid_t pid, long value)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &regs) < 0)
		return;
	regs.rax = (unsigned long long)value;
	(void)ptrace(PTRACE_SETREGS, pid, NULL, &regs);
}
#define CAN_SKIP 1
#else
static void call_skip(pid_t pid)
{
	(void)pid;
}
static void call_return(pid_t pid, long value)
{
	(void)pid;
	(void)value;
}
#define CAN_SKIP 0
#endif

/* The Nth call is reached. True: the process stays stopped. */
static bool strike(struct run *run, struct process *process, unsigned long long call)
{
	run->reached = true;
	run->failed_call = call;
	switch (run->options->end) {
	case END_FAIL:
		process->injected = run->error;
		call_skip(process->pid);
		return false;
	case END_KILL:
		(void)kill(run->app, SIGKILL);
		return false;
	case END_STOP:
		run->stopped = true;
		if (run->count == 1) /* there is nothing that could stay behind */
			(void)kill(run->app, SIGKILL);
		return process->pid == run->app;
	}
	return false;
}

static bool at_entry(struct run *run, struct process *process,
		     const struct __ptrace_syscall_info *info)
{
	if (info->entry.nr == SYS_prctl && info->entry.args[0] == FAULT_MARKER) {
		run->phase = (unsigned)info->entry.args[1];
		return false;
	}
	if (!(run->phase & run->options->phases) || cannot_fail(info->entry.nr) ||
	    !has_role(run, process->pid))
		return false;
	if (++run->calls != run->target)
		return false;
	return strike(run, process, info->entry.nr);
}

static void at_exit_of_call(struct process *process)
{
	if (process->injected)
		call_return(process->pid, -process->injected);
	process->injected = 0;
}

/* One stop of one process. Returns the signal to continue it with, or -1: leave it. */
static int handle_stop(struct run *run, struct process *process, int status)
{
	struct __ptrace_syscall_info info;
	int number = WSTOPSIG(status);

	if (number == (SIGTRAP | 0x80)) {
		if (ptrace(PTRACE_GET_SYSCALL_INFO, process->pid, sizeof(info), &info) <
		    0)
			return 0;
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
			return at_entry(run, process, &info) ? -1 : 0;
		at_exit_of_call(process);
		return 0;
	}
	if (status >> 16 || number == SIGTRAP) /* an event of ptrace's */
		return 0;
	if (number == SIGSTOP && !process->watched) { /* of a new child */
		process->watched = true;
		return 0;
	}
	return number;
}

static void print_name(pid_t pid)
{
	char path[64], name[32] = "";
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	file = fopen(path, "re");
	if (file && fgets(name, sizeof(name), file))
		name[strcspn(name, "\n")] = '\0';
	if (file)
		(void)fclose(file);
	warnx("still there: process %d (%s)", (int)pid, name);
}

static void end_everything(struct run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		print_name(run->process[i].pid);
		(void)kill(run->process[i].pid, SIGKILL);
	}
	while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR)
		;
	run->count = 0;
}

/* Until nothing that the application started is left. False: it took too long. */
static bool follow(struct run *run)
{
	int status;

	while (run->count > 0) {
		pid_t pid = waitpid(-1, &status, __WALL);
		struct process *process;
		int number;

		if (pid < 0 && errno == EINTR && late)
			return false;
		if (pid < 0 && errno == ECHILD)
			return true;
		if (pid < 0)
			continue;
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			run->app_ended = run->app_ended || pid == run->app;
			process_ended(run, pid);
			if (run->stopped && run->count == 1)
				(void)kill(run->app, SIGKILL);
			continue;
		}
		process = process_of(run, pid);
		number = handle_stop(run, process, status);
		if (number >= 0)
			(void)ptrace(PTRACE_SYSCALL, pid, NULL, (long)number);
	}
	return true;
}

static pid_t start(char **command)
{
	pid_t child = fork();

	if (child != 0)
		return child;
	(void)setsid();
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 && raise(SIGSTOP) == 0)
		execv(command[0], command);
	_exit(99);
}

/* What must be fresh for a login: a proof that is a minute old counts no longer. */
static void prepare(const struct options *options)
{
	static time_t last;
	time_t now = time(NULL);

	if (!options->prepare || (last && now - last < (time_t)options->every))
		return;
	if (system(options->prepare) != 0)
		errx(2, "%s: failed", options->prepare);
	last = now ? now : 1;
}

static void clean(const struct options *options)
{
	for (size_t i = 0; i < options->cleaned_count; i++) {
		DIR *folder = opendir(options->cleaned[i]);
		struct dirent *entry;

		while (folder && (entry = readdir(folder)))
			if (entry->d_name[0] != '.' && strcmp(entry->d_name, "accounts"))
				(void)unlinkat(dirfd(folder), entry->d_name, 0);
		if (folder)
			(void)closedir(folder);
	}
	if (options->removed)
		(void)unlink(options->removed);
	(void)unlink(options->result);
}

static bool read_codes(const char *path, struct codes *codes)
{
	FILE *file = fopen(path, "re");
	int got;

	*codes = (struct codes){ -1, -1, -1, -1, -1 };
	if (!file)
		return false;
	got = fscanf(file, "auth=%d cred=%d acct=%d open=%d close=%d", &codes->auth,
		     &codes->cred, &codes->acct, &codes->open, &codes->close);
	(void)fclose(file);
	return got == 5;
}

/* One login. False: it did not end in time. */
static bool run_once(struct run *run, struct codes *codes)
{
	const struct itimerval timer = {
		.it_value = { .tv_sec = run->options->patience },
		.it_interval = { .tv_sec = 1 },
	};
	static const struct itimerval off;
	const long watch = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL |
			   PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
			   PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
	bool ended;
	int status;

	clean(run->options);
	prepare(run->options);
	late = 0;
	run->app = start(run->options->command);
	if (run->app < 0 || waitpid(run->app, &status, 0) != run->app ||
	    !WIFSTOPPED(status) || ptrace(PTRACE_SETOPTIONS, run->app, NULL, watch) < 0) {
		warn("cannot trace");
		exit(77);
	}
	process_of(run, run->app)->watched = true;
	(void)setitimer(ITIMER_REAL, &timer, NULL);
	(void)ptrace(PTRACE_SYSCALL, run->app, NULL, 0L);
	ended = follow(run);
	(void)setitimer(ITIMER_REAL, &off, NULL);
	if (!ended)
		end_everything(run);
	(void)read_codes(run->options->result, codes);
	return ended;
}

static const char *fault_in(const struct options *options, const struct codes *codes)
{
	const int all[] = { codes->auth, codes->cred, codes->acct, codes->open,
			    codes->close };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (all[i] == FAULT_IGNORED)
			return "a phase answered IGNORE";
	if (options->expect == REFUSED && codes->auth == 0)
		return "authentication succeeded";
	if (options->expect == REFUSED && codes->cred == 0)
		return "setcred succeeded";
	if (options->expect == ACCT && codes->acct == 0)
		return "the account phase succeeded";
	return NULL;
}

static bool baseline_is_right(const struct options *options, const struct codes *codes)
{
	if (fault_in(options, codes) || codes->auth < 0)
		return false;
	if (options->expect == ACCT)
		return codes->auth == 0;
	return options->expect == REFUSED ||
	       (codes->auth == 0 && codes->acct == 0 && codes->open == 0);
}

static int error_named(const char *name)
{
	static const int known[] = { EPERM,  ENOENT, EINTR,  EIO,    EBADF,       EAGAIN,
				     ENOMEM, EACCES, EFAULT, EINVAL, ENFILE,      EMFILE,
				     ENOSPC, EROFS,  EPIPE,  ENOSYS, ECONNREFUSED };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(strerrorname_np(known[i]), name))
			return known[i];
	errx(2, "%s: no errno that is known here", name);
}

static enum expect expect_named(const char *name)
{
	if (!strcmp(name, "refused"))
		return REFUSED;
	if (!strcmp(name, "acct"))
		return ACCT;
	if (!strcmp(name, "granted"))
		return GRANTED;
	errx(2, "%s: refused, acct or granted", name);
}

static enum end end_named(const char *name)
{
	if (!strcmp(name, "fail"))
		return END_FAIL;
	if (!strcmp(name, "kill"))
		return END_KILL;
	if (!strcmp(name, "stop"))
		return END_STOP;
	errx(2, "%s: fail, kill or stop", name);
}

static void add_errnos(struct options *options, char *list)
{
	for (char *save, *name = strtok_r(list, ",", &save); name;
	     name = strtok_r(NULL, ",", &save))
		if (options->errno_count < ERRNOS_MAX)
			options->errnos[options->errno_count++] = error_named(name);
}

static void read_options(int argc, char **argv, struct options *options)
{
	enum {
		ROLE = 1,
		PHASES,
		ERRNO,
		SAMPLE,
		SEED,
		CLEAN,
		REMOVE,
		EXPECT,
		END,
		PATIENCE,
		RESULT,
		PREPARE,
		EVERY
	};
	static const struct option known[] = {
		{ "role", required_argument, NULL, ROLE },
		{ "phases", required_argument, NULL, PHASES },
		{ "errno", required_argument, NULL, ERRNO },
		{ "sample", required_argument, NULL, SAMPLE },
		{ "seed", required_argument, NULL, SEED },
		{ "clean", required_argument, NULL, CLEAN },
		{ "remove", required_argument, NULL, REMOVE },
		{ "expect", required_argument, NULL, EXPECT },
		{ "end", required_argument, NULL, END },
		{ "patience", required_argument, NULL, PATIENCE },
		{ "result", required_argument, NULL, RESULT },
		{ "prepare", required_argument, NULL, PREPARE },
		{ "every", required_argument, NULL, EVERY },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "+", known, NULL)) != -1) {
		switch (option) {
		case ROLE:
			options->role = optarg;
			break;
		case PHASES:
			options->phases = (unsigned)strtoul(optarg, NULL, 0);
			break;
		case ERRNO:
			add_errnos(options, optarg);
			break;
		case SAMPLE:
			options->sample = strtol(optarg, NULL, 10);
			break;
		case SEED:
			options->seed = strtoul(optarg, NULL, 10);
			break;
		case EXPECT:
			options->expect = expect_named(optarg);
			break;
		case END:
			options->end = end_named(optarg);
			break;
		case PATIENCE:
			options->patience = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case PREPARE:
			options->prepare = optarg;
			break;
		case EVERY:
			options->every = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case RESULT:
			options->result = optarg;
			break;
		case REMOVE:
			options->removed = optarg;
			break;
		case CLEAN:
			if (options->cleaned_count < CLEANED_MAX)
				options->cleaned[options->cleaned_count++] = optarg;
			break;
		default:
			errx(2, "see the beginning of fault.c");
		}
	}
	options->command = argv + optind;
	if (!options->role || !options->result || !options->errno_count || optind == argc)
		errx(2, "--role, --errno, --result and a COMMAND are needed");
}

/* The Nth number of a sequence that the seed fixes (splitmix64). */
static uint64_t drawn(unsigned long seed, uint64_t n)
{
	uint64_t x = seed + (n + 1) * 0x9e3779b97f4a7c15u;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

/* Runs one fault. Returns whether it was a finding; *granted counts successes. */
static bool try_fault(const struct options *options, long target, int error,
		      long *granted)
{
	struct run run = { .options = options, .target = target, .error = error };
	struct codes codes;
	const char *fault = NULL;

	if (!run_once(&run, &codes))
		fault = "it did not end in time";
	else
		fault = fault_in(options, &codes);
	*granted += codes.auth == 0 && (options->expect != ACCT || codes.acct == 0);
	if (fault)
		fprintf(stderr,
			"%s: call %ld (number %llu), %s: auth=%d cred=%d acct=%d\n",
			fault, target, run.failed_call, strerrorname_np(error),
			codes.auth, codes.cred, codes.acct);
	return fault != NULL;
}

int main(int argc, char **argv)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	struct options options = { .phases = 0xf, .patience = 20 };
	struct run whole = { .options = &options };
	struct codes codes;
	long runs, granted = 0, findings = 0;

	read_options(argc, argv, &options);
	if (!CAN_SKIP && options.end == END_FAIL)
		errx(77, "no call can be made to fail on this architecture");
	(void)sigaction(SIGALRM, &action, NULL);
	if (!run_once(&whole, &codes) || !baseline_is_right(&options, &codes))
		errx(2, "without a fault: auth=%d cred=%d acct=%d open=%d", codes.auth,
		     codes.cred, codes.acct, codes.open);
	if (whole.calls == 0 || whole.calls > CALLS_MAX)
		errx(2, "%ld calls of %s", whole.calls, options.role);
	runs = options.sample > 0 && options.sample < whole.calls ? options.sample
								  : whole.calls;
	for (long i = 0; i < runs; i++) {
		uint64_t draw = drawn(options.seed, (uint64_t)i);
		long target = runs == whole.calls
				      ? i + 1
				      : (long)(draw % (uint64_t)whole.calls) + 1;
		int error = options.errnos[(draw >> 32) % options.errno_count];

		findings += try_fault(&options, target, error, &granted);
	}
	printf("runs=%ld calls=%ld granted=%ld findings=%ld\n", runs, whole.calls,
	       granted, findings);
	return findings ? 1 : 0;
}
