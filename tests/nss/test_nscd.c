/* SPDX-License-Identifier: BSD-2-Clause */
/* nscd, played by a process on its socket, in a mount namespace of this test's own: what
 * vid asks it, and what it does not. */
#include "config.h"

#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/accounts.h"
#include "libvid/nscd.h"

/* What the daemon was asked, in the order of its coming: "TYPE KEY\n". */
static struct heard {
	volatile size_t len;
	char text[4096];
	volatile bool is_silent; /* it takes requests and never answers */
} * heard;
static int listener;

static void serve(int fd)
{
	static const int32_t absent[9] = { 2, 0 }; /* version, found */
	int32_t head[3];
	char key[256];

	if (read(fd, head, sizeof(head)) != (ssize_t)sizeof(head) || head[2] < 0 ||
	    head[2] >= (int32_t)sizeof(key) || read(fd, key, (size_t)head[2]) != head[2])
		return;
	key[head[2]] = '\0';
	heard->len += (size_t)snprintf(heard->text + heard->len,
				       sizeof(heard->text) - heard->len, "%d/%d %s\n",
				       head[0], head[1], key);
	if (heard->is_silent)
		(void)pause();
	/* "no such user": what an earlier lookup left in the cache */
	if (head[1] == 10)
		(void)!write(fd, absent + 1, 4);
	else if (head[1] < 4)
		(void)!write(fd, absent, sizeof(absent));
}

static int start(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX,
				       .sun_path = "/run/nscd/socket" };
	static pid_t child;

	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", "/run", "tmpfs", 0, NULL) < 0 || mkdir("/run/nscd", 0755) < 0)
		return 1;
	heard = mmap(NULL, sizeof(*heard), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (heard == MAP_FAILED || listener < 0 ||
	    bind(listener, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    chmod("/run/nscd/socket", 0666) < 0 || listen(listener, 16) < 0)
		return 1;
	child = fork();
	if (child == 0)
		for (;;) {
			int fd = accept(listener, NULL, NULL);

			serve(fd);
			(void)close(fd);
		}
	*state = &child;
	return child < 0;
}

static int stop(void **state)
{
	const pid_t *child = *state;

	(void)kill(*child, SIGKILL);
	(void)waitpid(*child, NULL, 0);
	return 0;
}

static void look_up(void)
{
	gid_t groups[8];
	int count = 8;

	(void)getpwnam("kiosk-50000");
	(void)getpwuid(50000);
	(void)getgrnam("kiosk-50000");
	(void)getgrgid(50000);
	(void)getgrouplist("kiosk-50000", 50000, groups, &count);
}

/* glibc keeps state: each in a process of its own. */
static const char *heard_of(void (*act)(void))
{
	pid_t child;

	heard->len = 0;
	heard->text[0] = '\0';
	child = fork();
	if (child == 0) {
		act();
		_exit(0);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	return heard->text;
}

static void look_up_bypassed(void)
{
	char nsswitch[] = "/run/nsswitch.conf";
	FILE *file = fopen(nsswitch, "we");

	if (!file || fputs("# hosts\n passwd:\tfiles # all\ngroup: files\n", file) < 0 ||
	    fclose(file) != 0 || !nscd_bypass(nsswitch))
		_exit(1);
	look_up();
}

/* Otherwise a lookup before an account is given makes nscd say "no such user" of the new
 * account until its negative entry ends. */
static void lookups_of_vidd_leave_nothing_in_nscd_S43(void **state)
{
	(void)state;
	assert_non_null(strstr(heard_of(look_up), "2/0 kiosk-50000\n"));
	assert_string_equal(heard_of(look_up_bypassed), "");
}

static void changed_accounts_are_dropped_from_nscd(void **state)
{
	(void)state;
	assert_string_equal(heard_of(nscd_invalidate), "2/10 passwd\n2/10 group\n");
	assert_string_equal(heard_of(accounts_settle), "2/10 passwd\n2/10 group\n");
}

static void an_nscd_that_hangs_holds_up_no_change(void **state)
{
	struct timespec from, to;

	(void)state;
	heard->is_silent = true;
	clock_gettime(CLOCK_MONOTONIC, &from);
	(void)heard_of(nscd_invalidate);
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_true(to.tv_sec - from.tv_sec <= 3);
}

static void without_a_line_of_its_own_nothing_is_bypassed(void **state)
{
	(void)state;
	assert_false(nscd_bypass("/nonexistent"));
	assert_false(nscd_bypass("/dev/null"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lookups_of_vidd_leave_nothing_in_nscd_S43),
		cmocka_unit_test(changed_accounts_are_dropped_from_nscd),
		cmocka_unit_test(without_a_line_of_its_own_nothing_is_bypassed),
		cmocka_unit_test(an_nscd_that_hangs_holds_up_no_change),
	};

	if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0) {
		puts("1..0 # SKIP needs root and a mount namespace");
		return 0;
	}
	return cmocka_run_group_tests_name("nscd", tests, start, stop);
}
