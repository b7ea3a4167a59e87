/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILES_MAX 32 /* descriptors: the socket, a device, one picture, and some air */

void sandbox_clock(unsigned seconds)
{
	(void)alarm(seconds); /* SIGALRM's default action needs no code of ours */
}

static bool limit(int what, rlim_t value)
{
	const struct rlimit bound = { .rlim_cur = value, .rlim_max = value };

	return setrlimit(what, &bound) == 0;
}

/* Every right that this kernel's Landlock knows, granted nowhere. */
static void landlock(void)
{
	struct landlock_ruleset_attr rules = { .handled_access_fs = 0 };
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);
	long ruleset;

	if (version < 1)
		return;
	rules.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1; /* version 1 */
	ruleset = syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	if (ruleset < 0)
		return;
	(void)syscall(SYS_landlock_restrict_self, ruleset, 0);
	(void)close((int)ruleset);
}

#ifndef __has_feature
#define __has_feature(what) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
/* The limit of launch.c on memory does not work in such a build: one allocation has a
 * limit instead. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "max_allocation_size_mb=512:allocator_may_return_null=1";
}
#endif

/* What a parser needs: it reads, writes, and ends; memory on the way. */
static const int parser_calls[] = {
	SCMP_SYS(read),           SCMP_SYS(write),       SCMP_SYS(brk),
	SCMP_SYS(munmap),         SCMP_SYS(mremap),      SCMP_SYS(madvise),
	SCMP_SYS(futex), /* libcrypto and malloc lock */
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
	SCMP_SYS(sigaltstack),    SCMP_SYS(gettid),      SCMP_SYS(getpid),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(sched_yield),
#endif
	SCMP_SYS(exit),           SCMP_SYS(exit_group),
};

/* Memory, time, and words with vidd over what is open already. */
static const int sensor_calls[] = {
	SCMP_SYS(read),
	SCMP_SYS(pread64),
	SCMP_SYS(write),
	SCMP_SYS(close),
	SCMP_SYS(lseek),
	SCMP_SYS(fstat),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(sendto),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(sysinfo), /* qsort asks how much memory there is */
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(getrandom),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
	SCMP_SYS(sigaltstack), /* asked for at each longjmp and _exit */
#endif
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* Answered "no" instead of with death. */
static const int denied[] = {
	SCMP_SYS(open),       SCMP_SYS(openat),     SCMP_SYS(access), SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2), SCMP_SYS(stat),       SCMP_SYS(lstat),  SCMP_SYS(statx),
	SCMP_SYS(readlink),   SCMP_SYS(readlinkat),
};

static bool add_calls(scmp_filter_ctx filter, uint32_t action, const int *calls,
		      size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (seccomp_rule_add(filter, action, calls[i], 0) < 0)
			return false;
	return true;
}

/* Memory that is no code. */
static bool add_memory(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp no_exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);

	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_exec) ==
		       0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_exec) ==
		       0;
}

/* Calls that are harmless with some arguments only. */
static bool add_shaped(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp by_fd =
		SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH);
	const struct scmp_arg_cmp by_path = SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, 0);

	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1, by_fd) ==
		       0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(newfstatat), 1,
				by_path) == 0;
}

static bool add_ioctls(scmp_filter_ctx filter, const unsigned long *ioctls, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
				     SCMP_A1(SCMP_CMP_EQ, ioctls[i])) < 0)
			return false;
	return true;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool add_sensor(scmp_filter_ctx filter, const unsigned long *ioctls, size_t count)
{
	return add_calls(filter, SCMP_ACT_ALLOW, sensor_calls, COUNT(sensor_calls)) &&
	       add_calls(filter, SCMP_ACT_ERRNO(EACCES), denied, COUNT(denied)) &&
	       add_memory(filter) && add_shaped(filter) &&
	       add_ioctls(filter, ioctls, count);
}

static bool add_parser(scmp_filter_ctx filter, const unsigned long *ioctls, size_t count)
{
	(void)ioctls;
	(void)count;
	return add_calls(filter, SCMP_ACT_ALLOW, parser_calls, COUNT(parser_calls)) &&
	       add_memory(filter);
}

/* The rules that `add` adds; every other call ends the process. */
static bool filter_calls(bool (*add)(scmp_filter_ctx filter, const unsigned long *ioctls,
				     size_t count),
			 const unsigned long *ioctls, size_t count)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool loaded;

	if (!filter)
		return false;
	loaded = add(filter, ioctls, count) && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return loaded;
}

static bool give_up(rlim_t files, struct problem *problem)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || !limit(RLIMIT_CORE, 0) ||
	    !limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_NPROC, 0) ||
	    !limit(RLIMIT_NOFILE, files)) {
		problem_set(problem, "the sandbox cannot be set up: %s", strerror(errno));
		return false;
	}
	landlock();
	return true;
}

static bool filtered(bool loaded, struct problem *problem)
{
	if (!loaded)
		problem_set(problem, "this kernel does not let seccomp filters be used");
	return loaded;
}

bool sandbox_enter(const unsigned long *ioctls, size_t count, struct problem *problem)
{
	return give_up(FILES_MAX, problem) &&
	       filtered(filter_calls(add_sensor, ioctls, count), problem);
}

bool sandbox_enter_parser(struct problem *problem)
{
	/* The ruleset of Landlock is a descriptor for a moment. */
	return give_up(FILES_MAX, problem) && limit(RLIMIT_NOFILE, 0) &&
	       filtered(filter_calls(add_parser, NULL, 0), problem);
}
