/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * killed_at WHERE N COMMAND [ARGUMENT]... - run COMMAND and kill it with SIGKILL in front
 * of one of its system calls
 *
 * Counted are its system calls from the first on that names a path beginning with WHERE
 * (what the loader does before touches nothing of ours), but for those that only read or
 * map: to die in front of one of them is to die in front of the next. In front of the Nth
 * it dies, and that call is not made. Exit: COMMAND's own code when it ended before; 137
 * when it was killed, with "N: the call's number [and its path]" on stderr; 99 when it
 * cannot be watched here.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLED 137
#define FAILED 99

static int failed(const char *what)
{
	fprintf(stderr, "killed_at: %s: %s\n", what, strerror(errno));
	return FAILED;
}

static pid_t start(char **argv)
{
	pid_t child = fork();

	if (child != 0)
		return child;
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 && raise(SIGSTOP) == 0)
		execvp(argv[0], argv);
	perror("killed_at");
	_exit(FAILED);
}

/* The argument of a call, should it be the address of a text; else "". Whatever is mapped
 * behind the address is read, up to the end of its page. */
static void text_at(pid_t child, uint64_t address, char *to, size_t size)
{
	size_t len = 4096 - (size_t)(address % 4096);
	struct iovec here = { .iov_base = to, .iov_len = size - 1 };
	struct iovec there = { .iov_base = (void *)(uintptr_t)address };
	ssize_t got;

	there.iov_len = len < size - 1 ? len : size - 1;
	got = process_vm_readv(child, &here, 1, &there, 1, 0);
	to[got > 0 ? got : 0] = '\0';
}

/* Does the call name something at or under `where`? `path` is what it names. */
static int names(pid_t child, const struct __ptrace_syscall_info *info, const char *where,
		 char *path, size_t size)
{
	for (size_t i = 0; i < 2; i++) {
		text_at(child, info->entry.args[i], path, size);
		if (strncmp(path, where, strlen(where)) == 0)
			return 1;
	}
	path[0] = '\0';
	return 0;
}

/* Calls that leave every file, lock and folder as it is. */
static int only_reads(uint64_t call)
{
	static const long calls[] = {
#ifdef SYS_newfstatat
		SYS_newfstatat,
#endif
		SYS_read,           SYS_pread64,   SYS_lseek,   SYS_fstat,
		SYS_statx,          SYS_mmap,      SYS_brk,     SYS_munmap,
		SYS_mprotect,       SYS_getpid,    SYS_geteuid, SYS_futex,
		SYS_rt_sigprocmask, SYS_getrandom,
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (call == (uint64_t)calls[i])
			return 1;
	return 0;
}

static int killed(pid_t child, long n, const struct __ptrace_syscall_info *info,
		  const char *path)
{
	int status;

	fprintf(stderr, "%ld: system call %llu %s\n", n,
		(unsigned long long)info->entry.nr, path);
	if (kill(child, SIGKILL) < 0 || waitpid(child, &status, 0) != child)
		return failed("kill");
	return WIFSIGNALED(status) ? KILLED : FAILED;
}

static int watch(pid_t child, const char *where, long n)
{
	struct __ptrace_syscall_info info;
	char path[256];
	int status, signal_ = 0, begun = 0;
	long counted = 0;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, child, NULL, (long)signal_) < 0 ||
		    waitpid(child, &status, 0) != child)
			return failed("watch");
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (WIFSIGNALED(status))
			return 128 + WTERMSIG(status);
		signal_ = WSTOPSIG(status);
		if (signal_ != (SIGTRAP | 0x80)) {
			if (signal_ == SIGTRAP) /* its exec */
				signal_ = 0;
			continue;
		}
		signal_ = 0;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info) < 0)
			return failed("look at a system call");
		if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
			continue;
		begun = begun || names(child, &info, where, path, sizeof(path));
		if (!begun || only_reads(info.entry.nr))
			continue;
		(void)names(child, &info, where, path, sizeof(path));
		if (++counted == n)
			return killed(child, n, &info, path);
	}
}

int main(int argc, char **argv)
{
	char *end;
	pid_t child;
	int status;
	long n;

	if (argc < 4 || (n = strtol(argv[2], &end, 10)) < 1 || *end) {
		fprintf(stderr, "usage: killed_at WHERE N COMMAND [ARGUMENT]...\n");
		return FAILED;
	}
	child = start(argv + 3);
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
		return failed("start");
	if (ptrace(PTRACE_SETOPTIONS, child, NULL,
		   (long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)) < 0)
		return failed("watch");
	return watch(child, argv[1], n);
}
