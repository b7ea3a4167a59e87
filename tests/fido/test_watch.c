/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys that are plugged in while another is used: libudev reads udevd's word inside of
 * the sandbox, where a call too many is death. udevd is played here, in a network
 * namespace of our own; a message of its has the form of systemd's sd-device (252 and
 * newer).
 */
#include "config.h"

#include <endian.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/reason.h"
#include "sensors/fido/talk.h"
#include "sensors/fido/watch.h"
#include "sensors/sandbox.h"

#define GROUP_UDEV 2
#define PATIENCE   10000 /* milliseconds */

/* What watch_look says: one byte for each event. */
static int told = -1;

void talk_event(enum fido_event event)
{
	const char byte = (char)event;

	(void)!write(told, &byte, 1);
}

/* --- udevd ------------------------------------------------------------------------- */

/* MurmurHash2, by which listeners filter without reading. */
static uint32_t hash_of(const char *text)
{
	const uint32_t m = 0x5bd1e995;
	size_t len = strlen(text);
	uint32_t hash = (uint32_t)len;
	const unsigned char *at = (const unsigned char *)text;

	for (; len >= 4; len -= 4, at += 4) {
		uint32_t k = (uint32_t)at[0] | (uint32_t)at[1] << 8 |
			     (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;

		k *= m;
		k ^= k >> 24;
		hash = hash * m ^ k * m;
	}
	if (len > 2)
		hash ^= (uint32_t)at[2] << 16;
	if (len > 1)
		hash ^= (uint32_t)at[1] << 8;
	if (len > 0)
		hash = (hash ^ at[0]) * m;
	hash ^= hash >> 13;
	hash *= m;
	return hash ^ hash >> 15;
}

/* `properties` has '\n' in the place of NULs. */
static void say_as_udevd(const char *subsystem, const char *properties)
{
	struct {
		char prefix[8];
		uint32_t magic, head, at, len, subsystem, devtype, tags[2];
	} head = {
		.prefix = "libudev",
		.magic = htobe32(0xfeedcafe),
		.head = sizeof(head),
		.at = sizeof(head),
		.len = (uint32_t)strlen(properties),
		.subsystem = htobe32(hash_of(subsystem)),
	};
	struct sockaddr_nl to = { .nl_family = AF_NETLINK, .nl_groups = GROUP_UDEV };
	char message[1024];
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	assert_true(fd >= 0);
	memcpy(message, &head, sizeof(head));
	for (size_t i = 0; i < head.len; i++)
		message[sizeof(head) + i] = properties[i] == '\n' ? '\0' : properties[i];
	assert_int_equal(sendto(fd, message, sizeof(head) + head.len, 0,
				(struct sockaddr *)&to, sizeof(to)),
			 sizeof(head) + head.len);
	close(fd);
}

static void hidraw(const char *action, const char *more)
{
	char text[512];

	(void)snprintf(text, sizeof(text),
		       "ACTION=%s\nDEVPATH=/devices/virtual/vid/hidraw9\n"
		       "SUBSYSTEM=hidraw\nDEVNAME=/dev/hidraw9\nMAJOR=240\nMINOR=9\n"
		       "SEQNUM=1\nUSEC_INITIALIZED=1\n%s",
		       action, more);
	say_as_udevd("hidraw", text);
}

/* --- vid-fido, once it is in the sandbox
 * ------------------------------------------------ */

static pid_t child;
static int heard = -1;

static void listen_in_sandbox(int ready)
{
	struct problem problem = { "" };
	struct watch *watch = watch_new("seat0");
	struct pollfd wait = { .events = POLLIN };

	if (!watch || !sandbox_enter(NULL, 0, &problem))
		_exit(3);
	wait.fd = watch_fd(watch);
	(void)!write(ready, "", 1);
	for (;;) {
		(void)poll(&wait, 1, -1);
		watch_look(watch);
		(void)!write(told, ".", 1); /* looked, and lives */
	}
}

static int begin(void **state)
{
	int pipe_of[2];
	char byte = 1;

	(void)state;
	if (pipe(pipe_of) < 0 || (child = fork()) < 0)
		return -1;
	if (child == 0) {
		told = pipe_of[1];
		listen_in_sandbox(pipe_of[1]);
	}
	close(pipe_of[1]);
	heard = pipe_of[0];
	return read(heard, &byte, 1) == 1 && byte == 0 ? 0 : -1;
}

static int end(void **state)
{
	int status = 0;

	(void)state;
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	close(heard);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : -1;
}

static char next(void)
{
	struct pollfd wait = { .fd = heard, .events = POLLIN };
	char byte = 'x';

	if (poll(&wait, 1, PATIENCE) != 1 || read(heard, &byte, 1) != 1)
		return 'x'; /* dead, or deaf */
	return byte;
}

static void a_key_that_is_added_is_told_once(void **state)
{
	(void)state;
	hidraw("add", "ID_FIDO_TOKEN=1\n");
	assert_int_equal(next(), FIDO_EVENT_ADDED);
	assert_int_equal(next(), '.');
	hidraw("add", "ID_FIDO_TOKEN=1\n");
	assert_int_equal(next(), '.');
}

static void by_either_of_the_names_that_udev_has_for_keys(void **state)
{
	(void)state;
	hidraw("add", "ID_SECURITY_TOKEN=1\n");
	assert_int_equal(next(), FIDO_EVENT_ADDED);
}

static void mice_and_what_goes_away_are_not_told(void **state)
{
	(void)state;
	hidraw("add", "ID_INPUT_MOUSE=1\n");
	assert_int_equal(next(), '.');
	hidraw("remove", "ID_FIDO_TOKEN=1\n");
	assert_int_equal(next(), '.');
	hidraw("add", "ID_FIDO_TOKEN=0\n");
	assert_int_equal(next(), '.');
}

static void a_word_that_is_none_harms_nobody(void **state)
{
	(void)state;
	say_as_udevd("hidraw", "ACTION=add\nSUBSYSTEM=hidraw\n"); /* no device */
	assert_int_equal(next(), '.');
	hidraw("add", "ID_FIDO_TOKEN=1\n");
	assert_int_equal(next(), FIDO_EVENT_ADDED);
}

static void a_key_of_another_seat_is_not_told_S28(void **state)
{
	(void)state;
	hidraw("add", "ID_FIDO_TOKEN=1\nID_SEAT=seat-left\n");
	assert_int_equal(next(), '.');
	hidraw("add", "ID_FIDO_TOKEN=1\nID_SEAT=seat0\n");
	assert_int_equal(next(), FIDO_EVENT_ADDED);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(a_key_that_is_added_is_told_once),
		T(by_either_of_the_names_that_udev_has_for_keys),
		T(mice_and_what_goes_away_are_not_told),
		T(a_word_that_is_none_harms_nobody),
		T(a_key_of_another_seat_is_not_told_S28),
	};
#undef T

	if (geteuid() != 0 || unshare(CLONE_NEWNET) < 0) {
		printf("1..0 # SKIP only root can make a network namespace to play udevd "
		       "in\n");
		return 0;
	}
	return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
