/* SPDX-License-Identifier: BSD-2-Clause */
/* What vidd takes from itself at its start, whoever started it (S60). */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sensors/confine.h"
#include "tests/unit/sensor_paths.h"

#ifndef __has_feature
#define __has_feature(what) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define SANITIZED true
#else
#define SANITIZED false
#endif

static const char *const writable[] = { "/tmp", "/nowhere/at/all", NULL };
static const char *const programs[] = { "/bin", "/usr/bin", NULL };
static const struct confine_paths paths = { writable, programs };

/* The exit status of `act` in a confined child; 128 and the signal that ended it. */
static int confined(enum confine_profile profile, int (*act)(void))
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		struct problem problem = { "" };

		if (!confine_process(profile, &paths, &problem)) {
			fprintf(stderr, "# %s\n", problem.text);
			_exit(99);
		}
		_exit(act());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static long of_status(const char *field, int base)
{
	static char text[8192];
	FILE *file = fopen("/proc/self/status", "re");
	const char *line;
	size_t len = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	text[len] = '\0';
	if (file)
		fclose(file);
	line = strstr(text, field);
	return line ? strtol(line + strlen(field), NULL, base) : -1;
}

static int shows_its_state(void)
{
	const long may = 1L << 7 | 1L << 6 | 1L << 5 | 1L << 2; /* set*id, kill, read */

	return of_status("\nNoNewPrivs:\t", 10) != 1 ? 1
	       : of_status("\nSeccomp:\t", 10) != 2  ? 2
	       : of_status("\nCapEff:\t", 16) & ~may ? 3
	       : of_status("\nCapPrm:\t", 16) & ~may ? 4
	       : of_status("\nCapInh:\t", 16) != 0   ? 5
						     : 0;
}

static void a_login_keeps_four_capabilities_S60(void **state)
{
	(void)state;
	assert_int_equal(confined(CONFINE_LOGIN, shows_its_state), 0);
}

static int makes_no_namespace(void)
{
	return unshare(CLONE_NEWUSER) == 0;
}
static int opens_no_network(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0) >= 0 ||
	       socket(AF_INET6, SOCK_STREAM, 0) >= 0 ||
	       socket(AF_PACKET, SOCK_RAW, 0) >= 0 ||
	       socket(AF_UNIX, SOCK_STREAM, 0) < 0 || socket(AF_NETLINK, SOCK_RAW, 0) < 0;
}
static int traces(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}
static int mounts(void)
{
	return mount("none", "/tmp", "tmpfs", 0, NULL) == 0;
}
static int loads_a_module(void)
{
	return syscall(SYS_finit_module, -1, "", 0) == 0;
}
static int uses_bpf(void)
{
	return syscall(SYS_bpf, 0, NULL, 0) == 0;
}
static int uses_keys(void)
{
	return syscall(SYS_keyctl, 0, 0, 0, 0, 0) == 0;
}
static int uses_userfaultfd(void)
{
	return syscall(SYS_userfaultfd, 0) >= 0;
}
static int changes_root(void)
{
	return chroot("/tmp") == 0;
}
static int types(void)
{
	char byte = 'x';

	/* the kernel ignores the upper half of a request */
	return ioctl(0, TIOCSTI, &byte) == 0 || errno != EPERM ||
	       ioctl(0, 1UL << 32 | TIOCSTI, &byte) == 0 || errno != EPERM;
}

static void what_only_an_attacker_calls_ends_vidd_S60(void **state)
{
	int (*const acts[])(void) = { makes_no_namespace, traces,      mounts,
				      loads_a_module,     uses_bpf,    uses_keys,
				      uses_userfaultfd,   changes_root };
	const int end = SANITIZED ? 0 : 128 + SIGSYS;

	(void)state;
	for (size_t i = 0; i < sizeof(acts) / sizeof(*acts); i++) {
		assert_int_equal(confined(CONFINE_LOGIN, acts[i]), end);
		assert_int_equal(confined(CONFINE_SESSION, acts[i]), end);
	}
}

static void no_network_and_no_typing_S60(void **state)
{
	(void)state;
	assert_int_equal(confined(CONFINE_LOGIN, opens_no_network), 0);
	assert_int_equal(confined(CONFINE_LOGIN, types), 0);
}

static int starts_a_program(void)
{
	char name[] = "true", *argv[] = { name, NULL }, *envp[] = { NULL };

	(void)execve("/bin/true", argv, envp);
	return errno == EPERM ? 7 : 8;
}

/* A child of vidd's is its helper, with the files that each needs. */
static int forks_and_waits(void)
{
	int status = -1, fd = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	pid_t child = fork();

	if (child == 0)
		_exit(3);
	return fd < 0 || child < 0 || waitpid(child, &status, 0) != child ||
	       WEXITSTATUS(status) != 3 || kill(getpid(), 0) < 0;
}

static void a_session_starts_no_program_S60(void **state)
{
	(void)state;
	assert_int_equal(confined(CONFINE_LOGIN, starts_a_program), 0);
	assert_int_equal(confined(CONFINE_SESSION, starts_a_program), 7);
	assert_int_equal(confined(CONFINE_LOGIN, forks_and_waits), 0);
	assert_int_equal(confined(CONFINE_SESSION, forks_and_waits), 0);
}

/* Where the kernel has Landlock. */
static int writes_elsewhere(void)
{
	int fd = open("/var/vid-test-confine", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0)
		(void)unlink("/var/vid-test-confine");
	return fd >= 0;
}
/* By path, or through a descriptor that is open for reading alone. 452: fchmodat2. */
static int harms_a_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0                                       ? 1
	       : fchmod(fd, 0666) == 0 || errno != EPERM    ? 2
	       : fchmod(fd, 04755) == 0 || errno != EPERM   ? 3
	       : fchmod(fd, 0600) != 0                      ? 4
	       : fchown(fd, 1, 1) == 0 || errno != EPERM    ? 5
	       : chmod(path, 0666) == 0 || errno != EPERM   ? 6
	       : chown(path, 1, 1) == 0 || errno != EPERM   ? 7
	       : lchown(path, 1, 1) == 0 || errno != EPERM  ? 8
	       : truncate(path, 0) == 0 || errno != EPERM   ? 9
	       : fchmodat(AT_FDCWD, path, 0666, 0) == 0     ? 10
	       : fchownat(AT_FDCWD, path, 1, 1, 0) == 0     ? 11
	       : syscall(452, AT_FDCWD, path, 0666, 0) == 0 ? 12
							    : 0;
}

#define VICTIM "/var/vid-test-victim"

static int harms_what_is_elsewhere(void)
{
	return harms_a_file(VICTIM);
}

static int cuts_what_is_elsewhere(void)
{
	return open(VICTIM, O_RDONLY | O_TRUNC | O_CLOEXEC) >= 0 ? 1 : 0;
}

static int writes_where_it_may(void)
{
	int fd = open("/tmp/vid-test-confine", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)unlink("/tmp/vid-test-confine");
	return fd < 0;
}

static void a_login_writes_to_its_state_alone_S60(void **state)
{
	(void)state;
	assert_int_equal(confined(CONFINE_LOGIN, writes_where_it_may), 0);
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 1)
		skip();
	assert_int_equal(confined(CONFINE_LOGIN, writes_elsewhere), 0);
	assert_int_equal(confined(CONFINE_SESSION, writes_where_it_may), 0);
}

/* Landlock knows no change of mode or owner, and no truncation before its version 3. */
static void a_login_changes_no_mode_and_no_owner_S60(void **state)
{
	struct stat after;
	int fd = open(VICTIM, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "root", 4), 4);
	close(fd);
	assert_int_equal(confined(CONFINE_LOGIN, harms_what_is_elsewhere), 0);
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) >= 3)
		assert_int_equal(confined(CONFINE_LOGIN, cuts_what_is_elsewhere), 0);
	assert_int_equal(stat(VICTIM, &after), 0);
	assert_int_equal(unlink(VICTIM), 0);
	assert_int_equal(after.st_mode & 07777, 0600);
	assert_int_equal(after.st_uid, 0);
	assert_int_equal(after.st_size, 4);
}

/* The built vidd, started as pam_vid starts it, and as systemd does. */
static void vidd_is_confined_in_both_ways_of_starting_S60(void **state)
{
	static const char *const arguments[] = { NULL, "session" };
	char path[PATH_MAX], status_path[64], text[8192];

	(void)state;
	built_program(path, "vidd/vidd");
	for (size_t i = 0; i < 2; i++) {
		int pair[2];
		long filters = 0;
		pid_t child;

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair),
				 0);
		if ((child = fork()) == 0) {
			(void)dup2(pair[1], 0);
			(void)execl(path, "vidd", arguments[i], NULL);
			_exit(127);
		}
		close(pair[1]);
		(void)snprintf(status_path, sizeof(status_path), "/proc/%d/status",
			       (int)child);
		for (int wait = 0; wait < 3000 && !filters; wait++) {
			FILE *file = fopen(status_path, "re");
			size_t len = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

			text[len] = '\0';
			if (file)
				fclose(file);
			filters = strstr(text, "\nSeccomp_filters:\t2\n") != NULL;
			(void)usleep(1000);
		}
		close(pair[0]);
		assert_int_equal(waitpid(child, NULL, 0), child);
		assert_true(filters);
		assert_non_null(strstr(text, "\nNoNewPrivs:\t1\n"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_login_keeps_four_capabilities_S60),
		cmocka_unit_test(what_only_an_attacker_calls_ends_vidd_S60),
		cmocka_unit_test(no_network_and_no_typing_S60),
		cmocka_unit_test(a_session_starts_no_program_S60),
		cmocka_unit_test(a_login_writes_to_its_state_alone_S60),
		cmocka_unit_test(a_login_changes_no_mode_and_no_owner_S60),
		cmocka_unit_test(vidd_is_confined_in_both_ways_of_starting_S60),
	};

	return cmocka_run_group_tests_name("vidd confine", tests, NULL, NULL);
}
