/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel says of processes, and which process is behind a socket. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/folder.h"
#include "vidd/process.h"

#define UID 50123

/* An older kernel knows no SO_PEERPIDFD (77). */
static bool old_kernel;

int getsockopt(int fd, int level, int option, void *value, socklen_t *len)
{
	if (old_kernel && option == 77) {
		errno = ENOPROTOOPT;
		return -1;
	}
	return (int)syscall(SYS_getsockopt, fd, level, option, value, len);
}

/* A process under a name that is to be no trap. */
static pid_t process(uid_t uid)
{
	pid_t child;
	int ready[2];
	char byte;

	assert_int_equal(pipe(ready), 0);
	if ((child = fork()) == 0) {
		(void)prctl(PR_SET_NAME, ") Z 1 \nUid:\t0");
		if (uid && setresuid(uid, uid, uid) < 0)
			_exit(1);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)!write(ready[1], "", 1);
		for (;;)
			(void)pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return child;
}

static void ended(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void a_process_is_read_whatever_its_name_is(void **state)
{
	pid_t pid = process(geteuid() == 0 ? UID : 0);
	struct process_facts facts;

	(void)state;
	assert_true(process_read(PROCESS_PROC, pid, &facts));
	assert_int_equal(facts.pid, pid);
	assert_int_equal(facts.parent, getpid());
	assert_int_equal(facts.uid, geteuid() == 0 ? UID : getuid());
	assert_true(facts.start > 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT), 0);
	assert_false(process_read(PROCESS_PROC, pid, &facts)); /* a zombie */
	ended(pid);
	assert_false(process_read(PROCESS_PROC, pid, &facts));
	assert_false(process_read(PROCESS_PROC, 0, &facts));
	assert_false(process_read("/nowhere", 1, &facts));
}

static bool count_it(void *user, const struct process_facts *one)
{
	(void)one;
	++*(unsigned *)user;
	return true;
}

static void the_processes_of_one_user_are_found(void **state)
{
	unsigned count = 0;
	pid_t one, two;

	(void)state;
	if (geteuid() != 0)
		skip();
	one = process(UID);
	two = process(UID + 1);
	assert_true(process_each(PROCESS_PROC, UID, count_it, &count));
	assert_int_equal(count, 1);
	ended(one);
	ended(two);
	assert_false(process_each("/nowhere", UID, count_it, &count));
}

static void the_peer_is_itself_while_it_runs(void **state)
{
	struct peer peer;
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	assert_true(peer_open(pair[0], PROCESS_PROC, &peer));
	assert_int_equal(peer.pid, getpid());
	assert_int_equal(peer.uid, geteuid());
	assert_true(peer_is_same(&peer, PROCESS_PROC));
	peer.start++; /* its number was given to another process */
	assert_false(peer_is_same(&peer, PROCESS_PROC));
	peer_close(&peer);
	assert_false(peer_is_same(&peer, PROCESS_PROC));
	close(pair[0]);
	close(pair[1]);
	assert_int_equal(pipe(pair), 0);
	assert_false(peer_open(pair[0], PROCESS_PROC, &peer));
	close(pair[0]);
	close(pair[1]);
}

/* The end of a socket pair whose maker has ended or will end. */
static pid_t connected(int *fd, int pair[2])
{
	int kept[2];
	pid_t child;
	char byte;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, kept), 0);
	if ((child = fork()) == 0) {
		struct msghdr message = { 0 };
		union {
			struct cmsghdr head;
			char room[CMSG_SPACE(sizeof(int))];
		} control = { 0 };
		struct iovec one = { &byte, 1 };

		byte = 0;
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
			_exit(1);
		message = (struct msghdr){ .msg_iov = &one,
					   .msg_iovlen = 1,
					   .msg_control = control.room,
					   .msg_controllen = sizeof(control.room) };
		control.head = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)),
						 .cmsg_level = SOL_SOCKET,
						 .cmsg_type = SCM_RIGHTS };
		memcpy(CMSG_DATA(&control.head), &pair[0], sizeof(int));
		(void)sendmsg(kept[1], &message, 0);
		for (;;)
			(void)pause();
	} else {
		struct iovec one = { &byte, 1 };
		union {
			struct cmsghdr head;
			char room[CMSG_SPACE(sizeof(int))];
		} control = { 0 };
		struct msghdr message = { .msg_iov = &one,
					  .msg_iovlen = 1,
					  .msg_control = control.room,
					  .msg_controllen = sizeof(control.room) };

		assert_int_equal(recvmsg(kept[0], &message, 0), 1);
		memcpy(fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	}
	close(kept[0]);
	close(kept[1]);
	return child;
}

static void check_ended_peer(void)
{
	struct peer peer;
	int fd, pair[2];
	pid_t child = connected(&fd, pair);

	assert_true(peer_open(fd, PROCESS_PROC, &peer));
	assert_int_equal(peer.pid, child);
	ended(child);
	assert_false(peer_is_same(&peer, PROCESS_PROC));
	peer_close(&peer);
	/* asked about only when it has ended */
	(void)peer_open(fd, PROCESS_PROC, &peer);
	assert_false(peer_is_same(&peer, PROCESS_PROC));
	peer_close(&peer);
	close(fd);
}

static void a_peer_that_has_ended_is_not_believed_S28(void **state)
{
	(void)state;
	check_ended_peer();
}

static void without_a_pidfd_of_the_kernels_its_start_counts_S28(void **state)
{
	struct peer peer;
	int fd, pair[2];
	pid_t younger;

	(void)state;
	old_kernel = true;
	check_ended_peer();
	the_peer_is_itself_while_it_runs(state);
	usleep(30000); /* more than a tick of the clock */
	younger = connected(&fd, pair);
	assert_true(peer_open(fd, PROCESS_PROC, &peer));
	assert_int_equal(peer.pid, younger);
	/* It has started after us: the number may have been another's. */
	assert_false(peer_is_same(&peer, PROCESS_PROC));
	peer_close(&peer);
	ended(younger);
	close(fd);
	old_kernel = false;
}

static char folder[PATH_MAX];

static const char *in_folder(const char *name)
{
	static char path[2 * PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* vidd looks for the processes of an account before it wipes a home. */
static void a_process_that_cannot_be_read_is_not_absent_S66(void **state)
{
	unsigned count = 0;
	FILE *file;

	(void)state;
	assert_int_equal(folder_make(folder), 0);
	assert_false(process_each(folder, UID, count_it, &count)); /* hidepid=2 */
	assert_int_equal(mkdir(in_folder("1"), 0755), 0); /* it ended meanwhile */
	assert_true(process_each(folder, UID, count_it, &count));
	assert_int_equal(mkdir(in_folder("2"), 0755), 0);
	assert_int_equal(mkdir(in_folder("2/status"), 0755), 0); /* EISDIR */
	assert_false(process_each(folder, UID, count_it, &count));
	assert_int_equal(rmdir(in_folder("2/status")), 0);
	assert_non_null(file = fopen(in_folder("2/status"), "w"));
	(void)fprintf(file, "Name:\tx\nUid:\t%d\t0\t0\t0\n", UID);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(mkdir(in_folder("2/stat"), 0755), 0);
	assert_false(process_each(folder, UID, count_it, &count));
	assert_int_equal(count, 0);
	folder_drop(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_is_read_whatever_its_name_is),
		cmocka_unit_test(the_processes_of_one_user_are_found),
		cmocka_unit_test(a_process_that_cannot_be_read_is_not_absent_S66),
		cmocka_unit_test(the_peer_is_itself_while_it_runs),
		cmocka_unit_test(a_peer_that_has_ended_is_not_believed_S28),
		cmocka_unit_test(without_a_pidfd_of_the_kernels_its_start_counts_S28),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
