/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The replay cache when it is cut short (S3, S34): a kill at each system call leaves a
 * presentation used or unused, and never lets it win twice; what cannot be kept refuses.
 */
#include "config.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "libvid/files.h"
#include "libvid/replay.h"
#include "tests/root.h"
#include "tests/unit/cut_short.h"
#include "tests/unit/folder.h"

#define NOW 1800000000

static char top[PATH_MAX], folder[PATH_MAX], marks_at[PATH_MAX], stamp[PATH_MAX];
static const struct hostkey key = { { 3 } };
static const struct anchor anchor = { .folder = marks_at, .key = &key, .stamp = stamp };
static const uint8_t one[32] = { 1 }, old[32] = { 2 };

static int set_up(void **state)
{
	(void)state;
	return folder_make(top) == 0 &&
			       path_join(folder, sizeof(folder), top, "replay") &&
			       path_join(marks_at, sizeof(marks_at), top, "anchor") &&
			       path_join(stamp, sizeof(stamp), top, "anchored")
		       ? mkdir(folder, 0700)
		       : -1;
}

static int tear_down(void **state)
{
	(void)state;
	folder_drop(top);
	return 0;
}

static enum vid_reason use(const uint8_t hash[32], int64_t now)
{
	return replay_use(folder, &anchor, hash, now, now + 90, NULL);
}

static int use_now(void)
{
	return (int)use(one, NOW);
}

static bool use_until(unsigned stops, enum vid_reason *why)
{
	int code = VID_INTERNAL;
	bool whole = cut_short(stops, use_now, &code);

	*why = (enum vid_reason)code;
	return whole;
}

static void a_kill_at_each_system_call_leaves_used_or_unused_S3(void **state)
{
	unsigned stops, unused = 0, used = 0;
	enum vid_reason why = VID_INTERNAL;

	(void)state;
	for (stops = 1; stops < CUT_STOPS_MAX; stops++) {
		enum vid_reason again;
		bool whole;

		folder_drop(folder);
		folder_drop(marks_at);
		(void)unlink(stamp);
		assert_int_equal(mkdir(folder, 0700), 0);
		assert_int_equal(use(old, NOW - 1000), VID_OK); /* one to be dropped */
		whole = use_until(stops, &why);
		again = use(one, NOW + 1);
		if (whole)
			break; /* at its end, however often it was stopped */
		assert_true(again == VID_OK || again == VID_HOLDER_REPLAYED);
		again == VID_OK ? unused++ : used++;
		/* and from then on it is used */
		assert_int_equal(use(one, NOW + 2), VID_HOLDER_REPLAYED);
	}
	assert_in_range(stops, 20, CUT_STOPS_MAX - 1);
	assert_int_equal(why, VID_OK);
	assert_int_equal(use(one, NOW + 2), VID_HOLDER_REPLAYED);
	assert_true(unused > 5); /* both happened: the test reaches what it is about */
	assert_true(used > 2);
}

/* One that won told so after the mark was on disk: no kill can come between that lets
 * another win as well. Two at once, one killed at each step. */
static void a_winner_is_never_followed_by_another_S3(void **state)
{
	enum vid_reason why = VID_INTERNAL;

	(void)state;
	assert_true(use_until(CUT_STOPS_MAX, &why));
	assert_int_equal(why, VID_OK);
	for (unsigned stops = 1; stops < CUT_STOPS_MAX; stops++) {
		if (use_until(stops, &why))
			break;
		assert_int_equal(use(one, NOW + 1), VID_HOLDER_REPLAYED);
	}
	assert_int_equal(why, VID_HOLDER_REPLAYED);
}

/* In a child: the answer of a use in a world that `worsen` made. 254: it could not. */
static int use_where(bool (*worsen)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(worsen() ? (int)use(one, NOW) : 254);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* A file system with room for its root and the lock alone. */
static bool disk_is_full(void)
{
	return become_root() && unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", folder, "tmpfs", 0, "size=4k,nr_inodes=2,mode=700") == 0;
}

static void a_full_disk_refuses_S36(void **state)
{
	int answer;

	(void)state;
	answer = use_where(disk_is_full);
	if (answer == 254) {
		print_message("# no namespace to fill a disk in\n");
		return;
	}
	assert_int_equal(answer, VID_FILE_IO);
}

static void a_mark_that_does_not_reach_the_disk_refuses_S36(void **state)
{
	(void)state;
	assert_int_equal(use(old, NOW), VID_OK); /* and so there is an anchor */
	assert_int_equal(use_where(disk_forgets), VID_FILE_IO);
	/* and what may or may not be on it is taken as used */
	assert_int_equal(use(one, NOW + 1), VID_HOLDER_REPLAYED);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_kill_at_each_system_call_leaves_used_or_unused_S3),
		test(a_winner_is_never_followed_by_another_S3),
		test(a_full_disk_refuses_S36),
		test(a_mark_that_does_not_reach_the_disk_refuses_S36),
	};

	return cmocka_run_group_tests_name("replay_faults", tests, NULL, NULL);
}
