/* SPDX-License-Identifier: BSD-2-Clause */
/* The public socket: nobody can keep others from logging in (S62). */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "vidd/listener.h"

#define CROWD 24

static char outer_path[64], inner_path[64];
static int outer = -1, inner = -1, stop[2];
static pid_t child;
static const struct listener_limits limits = {
	.per_uid = 3, .total = 8, .burst = 100, .milliseconds = 1000, .patience = 300
};

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	assert_true(strlen(path) < sizeof(address.sun_path));
	strcpy(address.sun_path, path);
	return address;
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = address_of(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(listen(fd, 128), 0);
	return fd;
}

static void serve(const struct listener_limits *with)
{
	outer = listen_at(outer_path);
	inner = listen_at(inner_path);
	assert_int_equal(pipe2(stop, O_CLOEXEC), 0);
	child = fork();
	if (child == 0) {
		close(stop[1]);
		_exit(!listener_serve(outer, inner_path, with, stop[0]));
	}
	close(stop[0]);
}

static int set_up(void **state)
{
	(void)state;
	(void)snprintf(outer_path, sizeof(outer_path), "/tmp/vid-outer-%d", getpid());
	(void)snprintf(inner_path, sizeof(inner_path), "/tmp/vid-inner-%d", getpid());
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(stop[1]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(outer);
	close(inner);
	(void)unlink(outer_path);
	(void)unlink(inner_path);
	return 0;
}

static int call_as(uid_t uid)
{
	struct sockaddr_un address = address_of(outer_path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (uid)
		assert_int_equal(seteuid(uid), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	if (uid)
		assert_int_equal(seteuid(0), 0);
	return fd;
}

/* Is it still open after so many milliseconds? */
static bool is_open_after(int fd, int milliseconds)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN | POLLRDHUP };

	return poll(&wait, 1, milliseconds) == 0;
}

static int handed(void)
{
	struct pollfd wait = { .fd = inner, .events = POLLIN };

	return poll(&wait, 1, 1000) == 1 ? accept4(inner, NULL, NULL, SOCK_CLOEXEC) : -1;
}

static void one_uid_has_its_quota_and_no_more_S62(void **state)
{
	int fd[CROWD], other;
	unsigned open = 0;

	(void)state;
	serve(&limits);
	for (size_t i = 0; i < CROWD; i++)
		fd[i] = call_as(4001);
	other = call_as(4002);
	assert_true(is_open_after(other, 100));
	for (size_t i = 0; i < CROWD; i++)
		open += is_open_after(fd[i], 0);
	assert_int_equal(open, limits.per_uid);
	for (size_t i = 0; i < CROWD; i++)
		close(fd[i]);
	close(other);
}

/* 100000 to 165535, as /etc/subuid gives them: they reach into two blocks. */
static void the_uids_that_one_user_may_have_leave_room_for_others_S62(void **state)
{
	int fd[CROWD], other;
	unsigned open = 0;

	(void)state;
	serve(&limits);
	for (size_t i = 0; i < CROWD; i++)
		fd[i] = call_as(100000 + 65535 * (uid_t)(i % 2) + (uid_t)i / 2);
	other = call_as(4001);
	assert_true(is_open_after(other, 100));
	for (size_t i = 0; i < CROWD; i++)
		open += is_open_after(fd[i], 0);
	assert_int_equal(open, limits.total * 3 / 4);
	for (size_t i = 0; i < CROWD; i++)
		close(fd[i]);
	close(other);
}

static void a_connection_that_says_nothing_ends_S62(void **state)
{
	int fd;

	(void)state;
	serve(&limits);
	fd = call_as(4001);
	assert_true(is_open_after(fd, 150));
	assert_false(is_open_after(fd, 1000));
	close(fd);
}

/* The login's own process has the connection with the peer that the kernel knows. */
static void a_login_is_handed_on_with_its_peer_S62(void **state)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	int fd, at, got;
	char byte = 0;

	(void)state;
	serve(&limits);
	fd = call_as(4001);
	assert_int_equal(write(fd, "V", 1), 1);
	assert_true((at = handed()) >= 0);
	got = listener_handed(at, 0, outer_path);
	assert_true(got >= 0);
	assert_int_equal(getsockopt(got, SOL_SOCKET, SO_PEERCRED, &peer, &len), 0);
	assert_int_equal(peer.uid, 4001);
	assert_int_equal(read(got, &byte, 1), 1);
	assert_int_equal(byte, 'V');
	assert_true(is_open_after(fd, 400)); /* longer than a silent one */
	close(got);
	assert_false(is_open_after(fd, 100)); /* the listener has none of it */
	close(at);
	close(fd);
}

/* What is handed on counts until its vidd has ended. */
static void a_login_that_lasts_is_part_of_the_quota_S62(void **state)
{
	int fd[8], at[8];

	(void)state;
	serve(&limits);
	for (size_t i = 0; i < limits.per_uid; i++) {
		fd[i] = call_as(4001);
		assert_int_equal(write(fd[i], "V", 1), 1);
		assert_true((at[i] = handed()) >= 0);
	}
	fd[3] = call_as(4001);
	assert_false(is_open_after(fd[3], 200));
	close(fd[3]);
	close(at[0]); /* one login is over */
	(void)usleep(50000);
	fd[3] = call_as(4001);
	assert_true(is_open_after(fd[3], 100));
	for (size_t i = 0; i < 4; i++)
		close(fd[i]);
	close(at[1]);
	close(at[2]);
}

/* Short logins one after the other start processes: their number is bounded as well. */
static void one_uid_begins_no_more_than_its_rate_S62(void **state)
{
	const struct listener_limits slow = { 3, 8, 2, 60000, 300 };

	(void)state;
	serve(&slow);
	for (unsigned i = 0; i < 4; i++) {
		int fd = call_as(4001), at;

		assert_int_equal(write(fd, "V", 1), 1);
		at = handed();
		assert_int_equal(at >= 0, i < slow.burst);
		if (at >= 0)
			close(at);
		close(fd);
	}
}

/* A listener that was taken over has a peer of root's in hand: one of its own making, not
 * one that came to the public socket. */
static void a_connection_of_another_socket_is_not_taken_S62(void **state)
{
	int pair[2], way[2], at;
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec data = { .iov_base = (char[1]){ 0 }, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = control.room,
				  .msg_controllen = sizeof(control.room) };

	(void)state;
	serve(&limits);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, way), 0);
	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.head), &pair[0], sizeof(int));
	assert_int_equal(sendmsg(way[0], &message, 0), 1);
	assert_int_equal(listener_handed(way[1], 0, outer_path), -1);
	/* and who is neither the listener nor root hands nothing */
	at = call_as(4001);
	assert_int_equal(write(at, "V", 1), 1);
	close(at);
	for (size_t i = 0; i < 2; i++) {
		close(pair[i]);
		close(way[i]);
	}
}

int main(void)
{
#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		test(one_uid_has_its_quota_and_no_more_S62),
		test(the_uids_that_one_user_may_have_leave_room_for_others_S62),
		test(a_connection_that_says_nothing_ends_S62),
		test(a_login_is_handed_on_with_its_peer_S62),
		test(a_login_that_lasts_is_part_of_the_quota_S62),
		test(one_uid_begins_no_more_than_its_rate_S62),
		test(a_connection_of_another_socket_is_not_taken_S62),
	};

	if (geteuid() != 0) {
		puts("1..0 # SKIP needs root");
		return 0;
	}
	return cmocka_run_group_tests_name("vidd listener", tests, NULL, NULL);
}
