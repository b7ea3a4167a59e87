/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/sandbox.c: each way out, tried from inside. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sensors/sandbox.h"

#define UNUSED_IOCTL 0x5413 /* TIOCGWINSZ */

/* The wait status of a child that enters and then does `what` (0: it went well). */
static int inside(int (*what)(void))
{
	static const unsigned long ioctls[] = { FIONREAD };
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		struct problem problem = { "" };

		if (!sandbox_enter(ioctls, 1, &problem))
			_exit(99);
		_exit(what());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void assert_deadly(int (*what)(void))
{
	int status = inside(what);

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
}

static void assert_fine(int (*what)(void))
{
	int status = inside(what);

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int make_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0;
}

static int make_unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0;
}

static int run_program(void)
{
	char *const none[] = { NULL };

	return execve("/bin/true", none, none);
}

static int make_process(void)
{
	return fork() < 0;
}

static int look_into_parent(void)
{
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) != 0;
}

static int kill_parent(void)
{
	return kill(getppid(), SIGTERM);
}

static int map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0) == MAP_FAILED;
}

static int make_code(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);

	return mprotect(at, 4096, PROT_READ | PROT_EXEC);
}

static int other_ioctl(void)
{
	return ioctl(0, UNUSED_IOCTL, NULL);
}

static int loosen_limits(void)
{
	const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };

	return setrlimit(RLIMIT_AS, &none);
}

static int be_dumpable(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static void every_way_out_is_deadly_P7(void **state)
{
	(void)state;
	assert_deadly(make_socket);
	assert_deadly(make_unix_socket);
	assert_deadly(run_program);
	assert_deadly(make_process);
	assert_deadly(look_into_parent);
	assert_deadly(kill_parent);
	assert_deadly(map_code);
	assert_deadly(make_code);
	assert_deadly(other_ioctl);
	assert_deadly(loosen_limits);
	assert_deadly(be_dumpable);
}

static int open_files(void)
{
	struct stat is;

	if (open("/etc/passwd", O_RDONLY) >= 0 || errno != EACCES)
		return 1;
	if (open("/tmp/vid-sandbox-must-not-be", O_WRONLY | O_CREAT, 0600) >= 0)
		return 2;
	if (open("/dev/video0", O_RDWR) >= 0 || errno != EACCES)
		return 3;
	if (stat("/etc/passwd", &is) == 0 || errno != EACCES)
		return 4;
	return access("/etc/passwd", R_OK) == 0;
}

static void no_file_is_opened_or_made(void **state)
{
	(void)state;
	assert_fine(open_files);
	assert_int_equal(access("/tmp/vid-sandbox-must-not-be", F_OK), -1);
}

static int do_the_work(void)
{
	uint8_t *at = malloc(64 << 20);
	struct stat is;
	int waiting;

	if (!at)
		return 1;
	memset(at, 1, 64 << 20);
	free(at);
	return fstat(0, &is) < 0 || (ioctl(0, FIONREAD, &waiting) < 0 && errno == EACCES);
}

static void the_work_itself_goes_on(void **state)
{
	(void)state;
	assert_fine(do_the_work);
}

static void the_process_is_closed_to_others_S32(void **state)
{
	static const unsigned long ioctls[] = { FIONREAD };
	int ends[2], status;
	char byte = 0;
	struct rlimit core = { 1, 1 }, processes = { 1, 1 };
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		bool in = sandbox_enter(ioctls, 1, NULL);

		byte = in ? 'y' : 'n';
		(void)!write(ends[1], &byte, 1);
		for (;;)
			sleep(1);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	assert_int_equal(byte, 'y');
	assert_int_equal(prlimit(child, RLIMIT_CORE, NULL, &core), 0);
	assert_int_equal(core.rlim_max, 0);
	assert_int_equal(prlimit(child, RLIMIT_NPROC, NULL, &processes), 0);
	assert_int_equal(processes.rlim_max, 0);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	close(ends[0]);
}

static void its_own_clock_ends_it(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		sandbox_clock(1);
		if (!sandbox_enter(NULL, 0, NULL))
			_exit(99);
		for (;;)
			;
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGALRM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_out_is_deadly_P7),
		cmocka_unit_test(no_file_is_opened_or_made),
		cmocka_unit_test(the_work_itself_goes_on),
		cmocka_unit_test(the_process_is_closed_to_others_S32),
		cmocka_unit_test(its_own_clock_ends_it),
	};

	return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
