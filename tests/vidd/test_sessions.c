/* SPDX-License-Identifier: BSD-2-Clause */
/* Which sessions of an account are open, and which is the last. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/cleanup.h"
#include "tests/unit/folder.h"
#include "vidd/sessions.h"

#define UID    50123
#define NOBODY SIZE_MAX

static char folder[PATH_MAX - 64], account[PATH_MAX];
static struct problem problem;

static int set_up(void **state)
{
	char path[PATH_MAX];

	(void)state;
	if (folder_make(path) < 0)
		return -1;
	(void)snprintf(folder, sizeof(folder), "%.3800s/sessions", path);
	(void)snprintf(account, sizeof(account), "%s/%d", folder, UID);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	*strrchr(folder, '/') = '\0';
	folder_drop(folder);
	return 0;
}

static size_t opened(pid_t pid)
{
	AUTO(sessions_release) int held = -1;
	size_t others = NOBODY;

	assert_int_equal(sessions_hold(folder, UID, &held, &problem), VID_OK);
	assert_int_equal(session_open(folder, UID, pid, &others, &problem), VID_OK);
	return others;
}

static size_t closed(pid_t pid)
{
	AUTO(sessions_release) int held = -1;
	size_t others = NOBODY;

	assert_int_equal(sessions_hold(folder, UID, &held, &problem), VID_OK);
	assert_int_equal(session_close(folder, UID, pid, &others, &problem), VID_OK);
	return others;
}

/* A process that does nothing, under a name that is to be no trap. */
static pid_t process(const char *name)
{
	pid_t child;
	int ready[2];
	char byte;

	assert_int_equal(pipe(ready), 0);
	if ((child = fork()) == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)prctl(PR_SET_NAME, name);
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

/* How many are noted; *name: one of them. */
static unsigned noted(char name[256])
{
	DIR *at = opendir(account);
	const struct dirent *entry;
	unsigned count = 0;

	assert_non_null(at);
	while ((entry = readdir(at)))
		if (strchr(entry->d_name, '-')) {
			count++;
			if (name)
				(void)snprintf(name, 256, "%s", entry->d_name);
		}
	closedir(at);
	return count;
}

static void the_last_of_two_sessions_is_known(void **state)
{
	pid_t one = process("one"), two = process(") R 1 (");

	(void)state;
	assert_int_equal(opened(one), 0);
	assert_int_equal(opened(two), 1);
	assert_int_equal(closed(one), 1);
	assert_int_equal(closed(one), 1);
	assert_int_equal(closed(two), 0);
	assert_int_equal(noted(NULL), 0);
	ended(one);
	ended(two);
}

/* A display manager, say: the end of one is not the end of the other. */
static void one_process_may_have_several_S66(void **state)
{
	pid_t one = process("one"), two = process("two");

	(void)state;
	assert_int_equal(opened(one), 0);
	assert_int_equal(opened(one), 1);
	assert_int_equal(opened(one), 2);
	assert_int_equal(noted(NULL), 1);
	assert_int_equal(opened(two), 1);
	assert_int_equal(closed(one), 3);
	assert_int_equal(closed(two), 1); /* another process counts once */
	assert_int_equal(closed(one), 1);
	assert_int_equal(closed(one), 0);
	assert_int_equal(noted(NULL), 0);
	ended(one);
	ended(two);
}

static void sessions_of_another_account_do_not_count(void **state)
{
	AUTO(sessions_release) int held = -1;
	pid_t one = process("one");
	size_t others = NOBODY;

	(void)state;
	assert_int_equal(opened(one), 0);
	assert_int_equal(sessions_hold(folder, UID + 1, &held, &problem), VID_OK);
	assert_int_equal(session_open(folder, UID + 1, getpid(), &others, &problem),
			 VID_OK);
	assert_int_equal(others, 0);
	ended(one);
}

static void a_session_of_a_dead_process_counts_no_longer(void **state)
{
	pid_t one = process("one");

	(void)state;
	assert_int_equal(opened(one), 0);
	assert_int_equal(kill(one, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)one, NULL, WEXITED | WNOWAIT), 0);
	assert_int_equal(opened(getpid()), 0); /* a zombie is dead */
	assert_int_equal(waitpid(one, NULL, 0), one);
	assert_int_equal(noted(NULL), 1);
	assert_int_equal(closed(one), 1); /* ours */
	assert_int_equal(closed(getpid()), 0);
}

static void a_number_given_to_another_process_is_not_taken_for_it(void **state)
{
	char name[256], path[PATH_MAX + 256];
	pid_t one = process("one");

	(void)state;
	assert_int_equal(opened(one), 0);
	assert_int_equal(noted(name), 1);
	/* the same number, of a process that started a tick earlier */
	(void)snprintf(path, sizeof(path), "%s/%ld-%llu", account, (long)one,
		       strtoull(strchr(name, '-') + 1, NULL, 10) - 1);
	assert_int_equal(close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), 0);
	assert_int_equal(noted(NULL), 2);
	assert_int_equal(opened(getpid()), 1);
	assert_int_equal(noted(NULL), 2);
	assert_true(access(path, F_OK) < 0);
	ended(one);
}

static void a_session_that_is_not_noted_is_closed_without_an_error(void **state)
{
	size_t others = NOBODY;

	(void)state;
	assert_int_equal(session_close(folder, UID, getpid(), &others, &problem), VID_OK);
	assert_int_equal(others, 0);
	assert_int_equal(closed(getpid()), 0);
	assert_int_equal(opened(getpid()), 0);
	assert_int_equal(closed(1), 1);
	assert_int_equal(closed(-1), 1);
}

static void a_process_that_is_not_there_opens_no_session(void **state)
{
	pid_t one = process("one");
	size_t others = NOBODY;

	(void)state;
	assert_int_equal(closed(one), 0);
	ended(one);
	assert_int_equal(session_open(folder, UID, one, &others, &problem), VID_FILE_IO);
	assert_int_equal(session_open(folder, UID, 0, &others, &problem), VID_FILE_IO);
	assert_int_equal(session_open(folder, UID, -1, &others, &problem), VID_FILE_IO);
	assert_int_equal(noted(NULL), 0);
}

static void what_is_no_session_is_left_alone(void **state)
{
	static const char *const names[] = {
		"1", "-", "1-", "-1", "x-1", "1-1x", "01 -1"
	};

	(void)state;
	assert_int_equal(closed(getpid()), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char path[PATH_MAX + 16];

		(void)snprintf(path, sizeof(path), "%s/%s", account, names[i]);
		assert_int_equal(close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)),
				 0);
		assert_int_equal(closed(getpid()), 0);
		assert_int_equal(access(path, F_OK), 0);
	}
}

static void a_folder_that_others_may_write_is_refused(void **state)
{
	char moved[PATH_MAX];
	size_t others = NOBODY;
	int held = 7;

	(void)state;
	assert_int_equal(opened(getpid()), 0);
	assert_int_equal(chmod(account, 0770), 0);
	assert_int_equal(sessions_hold(folder, UID, &held, &problem), VID_FILE_UNTRUSTED);
	assert_int_equal(held, -1);
	assert_int_equal(session_open(folder, UID, getpid(), &others, &problem),
			 VID_FILE_UNTRUSTED);
	assert_int_equal(session_close(folder, UID, getpid(), &others, &problem),
			 VID_FILE_UNTRUSTED);
	assert_int_equal(chmod(account, 0700), 0);
	assert_int_equal(chmod(folder, 0702), 0);
	assert_int_equal(sessions_hold(folder, UID, &held, &problem), VID_FILE_UNTRUSTED);
	assert_int_equal(chmod(folder, 0700), 0);
	(void)snprintf(moved, sizeof(moved), "%s/moved", folder);
	assert_int_equal(rename(account, moved), 0);
	assert_int_equal(symlink("moved", account), 0);
	assert_int_equal(sessions_hold(folder, UID, &held, &problem), VID_FILE_UNTRUSTED);
}

static void without_a_place_for_the_folder_nothing_is_held(void **state)
{
	char path[PATH_MAX];
	int held = 7;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/not/there", folder);
	assert_int_equal(sessions_hold(path, UID, &held, &problem), VID_FILE_MISSING);
	assert_int_equal(held, -1);
}

/* Each opens, sees how many others there are, and closes. Who sees none is the first or
 * the last: between first and last nobody else may be, and that is counted. */
static int come_and_go(int say)
{
	for (unsigned i = 0; i < 5; i++) {
		size_t before = opened(getpid()), after = closed(getpid());

		if (before > 49 || after > 49)
			return 1;
	}
	opened(getpid());
	return write(say, "", 1) == 1 ? 0 : 1;
}

static void fifty_at_once_are_counted_right(void **state)
{
	pid_t children[50];
	int say[2], go[2];
	char bytes[50];

	(void)state;
	assert_int_equal(pipe(say), 0);
	assert_int_equal(pipe(go), 0);
	for (unsigned i = 0; i < 50; i++)
		if ((children[i] = fork()) == 0) {
			close(go[1]);
			if (come_and_go(say[1]) != 0)
				_exit(255);
			(void)!read(go[0], bytes, 1); /* all have one open */
			_exit((int)closed(getpid()));
		}
	close(go[0]);
	for (unsigned i = 0; i < 50; i++)
		assert_int_equal(read(say[0], bytes, 1), 1);
	assert_int_equal(opened(getpid()), 50);
	assert_int_equal(closed(getpid()), 50);
	close(go[1]);
	/* as they close, each sees another number of those that are left, 49 to 0 */
	memset(bytes, 0, sizeof(bytes));
	for (unsigned i = 0; i < 50; i++) {
		int status;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 50);
		bytes[WEXITSTATUS(status)]++;
	}
	for (unsigned i = 0; i < 50; i++)
		assert_int_equal(bytes[i], 1);
	assert_int_equal(noted(NULL), 0);
	close(say[0]);
	close(say[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_last_of_two_sessions_is_known),
		TEST(one_process_may_have_several_S66),
		TEST(sessions_of_another_account_do_not_count),
		TEST(a_session_of_a_dead_process_counts_no_longer),
		TEST(a_number_given_to_another_process_is_not_taken_for_it),
		TEST(a_session_that_is_not_noted_is_closed_without_an_error),
		TEST(a_process_that_is_not_there_opens_no_session),
		TEST(what_is_no_session_is_left_alone),
		TEST(a_folder_that_others_may_write_is_refused),
		TEST(without_a_place_for_the_folder_nothing_is_held),
		TEST(fifty_at_once_are_counted_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
