/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_listen VIDD [USERS [RATE]]
 *
 * What a flood of the public socket costs a program of root's: the time from connecting
 * to root's socket to the verdict of the real VIDD (a request that is refused at its
 * first step, so that no camera is measured), without and with USERS (10) users that
 * connect RATE (1000) times a second altogether. This program is systemd: it starts a
 * vidd for each connection of root's socket and of the inner one. Prints; asserts
 * nothing. Needs root.
 */
#include "config.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "libvid/wire.h"
#include "vidd/listener.h"

#define TIMES 60

static char folder[] = "/tmp/vid-bench-XXXXXX";
static char outer[64], inner[64], own[64];

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return address;
}

/* A child that ends with us, however that is. */
static pid_t fork_bound(void)
{
	const pid_t child = fork();

	if (child == 0)
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	return child;
}

static int listen_at(const char *path, mode_t mode)
{
	struct sockaddr_un address = address_of(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    chmod(path, mode) < 0 || listen(fd, 4096) < 0)
		exit(2);
	return fd;
}

static int call(const char *path)
{
	struct sockaddr_un address = address_of(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* A socket with Accept=yes. */
static pid_t accept_yes(int listening, const char *vidd, const char *argument)
{
	pid_t server = fork_bound();

	if (server != 0)
		return server;
	(void)signal(SIGCHLD, SIG_IGN);
	for (;;) {
		struct pollfd wait = { .fd = listening, .events = POLLIN };
		int fd;

		(void)poll(&wait, 1, -1);
		fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0 && fork() == 0) {
			(void)signal(SIGCHLD, SIG_DFL);
			(void)dup2(fd, 0);
			/* Nice=5 of vidd-handed@.service */
			if (argument && nice(5) < 0)
				_exit(127);
			(void)execl(vidd, "vidd", argument, NULL);
			_exit(127);
		}
		close(fd);
	}
}

/* Half of the connections say something, half nothing. */
static void flood(uid_t uid, unsigned rate)
{
	struct timespec pause = { 0, 1000000000L / rate };
	int kept[64] = { 0 };

	if (setresuid(uid, uid, uid) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		_exit(2); /* a change of ids clears it */
	for (unsigned i = 0;; i++) {
		int *slot = &kept[i % 64];

		if (*slot > 0)
			close(*slot);
		*slot = call(outer);
		if (*slot >= 0 && i % 2)
			(void)send(*slot, "VI", 2, MSG_NOSIGNAL | MSG_DONTWAIT);
		(void)nanosleep(&pause, NULL);
	}
}

static double ask_once(void)
{
	struct timespec from, to;
	struct wire_frame frame;
	int fd;

	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	fd = call(own);
	wire_start(&frame, PAM_FRAME_ASK);
	(void)wire_put_text(&frame, PAM_FIELD_SERVICE, "bench");
	(void)wire_put_text(&frame, PAM_FIELD_RHOST, "far.example");
	if (fd < 0 || wire_send(fd, &frame, wire_now() + 5000) != WIRE_OK)
		exit(3);
	do
		if (wire_receive(fd, &frame, wire_now() + 5000, -1) != WIRE_OK)
			exit(3);
	while (frame.type != PAM_FRAME_VERDICT);
	close(fd);
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	return (double)(to.tv_sec - from.tv_sec) * 1e3 +
	       (double)(to.tv_nsec - from.tv_nsec) / 1e6;
}

static int by_time(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double measure(const char *what)
{
	static double times[TIMES];

	for (size_t i = 0; i < TIMES; i++)
		times[i] = ask_once();
	qsort(times, TIMES, sizeof(*times), by_time);
	printf("  %-22s median %7.2f ms  p95 %7.2f ms\n", what, times[TIMES / 2],
	       times[TIMES * 95 / 100]);
	return times[TIMES * 95 / 100];
}

int main(int argc, char **argv)
{
	const unsigned users = argc > 2 ? (unsigned)atoi(argv[2]) : 10;
	const unsigned rate = argc > 3 ? (unsigned)atoi(argv[3]) : 1000;
	pid_t children[128];
	size_t count = 0;
	double quiet, loud;
	int listening;

	if (argc < 2 || geteuid() != 0 || !mkdtemp(folder) || chmod(folder, 0755) < 0 ||
	    users == 0 || users > 100 || rate < users) {
		fprintf(stderr, "usage: bench_listen VIDD [USERS [RATE]], as root\n");
		return 2;
	}
	(void)snprintf(outer, sizeof(outer), "%s/vidd.sock", folder);
	(void)snprintf(inner, sizeof(inner), "%s/inner.sock", folder);
	(void)snprintf(own, sizeof(own), "%s/root.sock", folder);
	listening = listen_at(outer, 0666);
	children[count++] = accept_yes(listen_at(inner, 0600), argv[1], "handed");
	children[count++] = accept_yes(listen_at(own, 0600), argv[1], NULL);
	if ((children[count++] = fork_bound()) == 0)
		_exit(!listener_serve(listening, inner, &listener_limits, -1));
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	printf("a request of root's, %d times; %u users, %u connections/s\n", TIMES,
	       users, rate);
	quiet = measure("alone");
	for (unsigned i = 0; i < users; i++)
		if ((children[count++] = fork_bound()) == 0)
			flood(40000 + i, rate / users);
	(void)sleep(4); /* what each may begin at once has begun */
	loud = measure("in the flood");
	printf("  p95 is %.2f times as long\n", loud / quiet);
	for (size_t i = 0; i < count; i++) {
		(void)kill(children[i], SIGKILL);
		(void)waitpid(children[i], NULL, 0);
	}
	(void)unlink(outer);
	(void)unlink(inner);
	(void)unlink(own);
	(void)rmdir(folder);
	return 0;
}
