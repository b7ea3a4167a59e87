/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cut_short.h - work that a power cut ends: killed at one edge of a system call after the
 * other; and a disk that takes nothing
 */
#ifndef VID_TEST_CUT_SHORT_H
#define VID_TEST_CUT_SHORT_H

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CUT_STOPS_MAX 400 /* more than any work here has */

/* Do `work` in a child that is killed when it stops for the `stops`th time at the edge of
 * a system call, before it can tell anybody. True: it came to its end, with *code. */
static inline bool cut_short(unsigned stops, int (*work)(void), int *code)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(255);
		(void)raise(SIGSTOP);
		_exit(work());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	for (unsigned i = 0; WIFSTOPPED(status); i++) {
		if (i == stops) {
			assert_int_equal(kill(child, SIGKILL), 0);
			assert_int_equal(waitpid(child, &status, 0), child);
			assert_true(WIFSIGNALED(status));
			return false;
		}
		assert_int_equal(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
	}
	assert_true(WIFEXITED(status));
	*code = WEXITSTATUS(status);
	return true;
}

/* From here on this process can make nothing reach the disk. */
static inline bool disk_forgets(void)
{
	struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fsync, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EIO),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { .len = 4, .filter = rules };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

#endif
