/* SPDX-License-Identifier: BSD-2-Clause */
/* A presentation is used once, whatever happens between two uses (S3). */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "libvid/files.h"
#include "libvid/replay.h"
#include "tests/unit/folder.h"

#define NOW 1800000000

static char top[PATH_MAX], folder[PATH_MAX], marks_at[PATH_MAX], stamp[PATH_MAX];
static struct problem problem;
static const struct hostkey key = { { 3 } };
static const struct anchor anchor = { .folder = marks_at, .key = &key, .stamp = stamp };
static const uint8_t one[32] = { 1 }, two[32] = { 2 };

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

static enum vid_reason use(const uint8_t hash[32], int64_t now, int64_t expires)
{
	return replay_use(folder, &anchor, hash, now, expires, &problem);
}

static void a_presentation_is_used_once(void **state)
{
	(void)state;
	assert_int_equal(use(one, NOW, NOW + 90), VID_OK);
	assert_int_equal(use(one, NOW, NOW + 90), VID_HOLDER_REPLAYED);
	assert_int_equal(use(two, NOW, NOW + 90), VID_OK);
}

static void another_expiry_makes_it_no_other_presentation(void **state)
{
	(void)state;
	assert_int_equal(use(one, NOW, NOW + 90), VID_OK);
	assert_int_equal(use(one, NOW, NOW + 91), VID_HOLDER_REPLAYED);
}

/* Another process, started anew, knows nothing but the folder. */
static void a_restart_does_not_forget_S3(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0)
		_exit(use(one, NOW, NOW + 90) != VID_OK);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(use(one, NOW + 60, NOW + 90), VID_HOLDER_REPLAYED);
}

static void of_many_uses_at_once_one_wins_S3(void **state)
{
	int gate[2], won = 0, status;
	pid_t child[20];
	char byte;

	(void)state;
	assert_int_equal(pipe(gate), 0);
	for (int i = 0; i < 20; i++) {
		child[i] = fork();
		if (child[i] == 0) {
			close(gate[1]);
			(void)!read(gate[0], &byte, 1);
			/* with expiries of their own, so that names alone do not help */
			_exit(use(one, NOW, NOW + i) != VID_OK);
		}
	}
	close(gate[0]);
	close(gate[1]);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		won += status == 0;
	}
	assert_int_equal(won, 1);
}

static void what_is_too_old_is_dropped(void **state)
{
	char path[PATH_MAX + 100], hex[65];
	struct stat found;

	(void)state;
	for (int i = 0; i < 32; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", one[i]);
	(void)snprintf(path, sizeof(path), "%s/%s.%d", folder, hex, NOW + 90);
	assert_int_equal(use(one, NOW, NOW + 90), VID_OK);
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0600);
	assert_int_equal(use(two, NOW + 90, NOW + 200), VID_OK);
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(use((const uint8_t[32]){ 3 }, NOW + 91, NOW + 200), VID_OK);
	assert_int_equal(stat(path, &found), -1);
}

static void a_clock_that_goes_back_revives_nothing_that_was_dropped_S3(void **state)
{
	static const uint8_t three[32] = { 3 };

	(void)state;
	assert_int_equal(use(one, NOW, NOW + 90), VID_OK);
	/* a failed login at a later time drops it */
	assert_int_equal(use(two, NOW + 86400, NOW + 86490), VID_OK);
	assert_int_equal(use(two, NOW + 86400, NOW + 86490), VID_HOLDER_REPLAYED);
	assert_int_equal(use(one, NOW + 10, NOW + 90), VID_HOLDER_REPLAYED);
	assert_non_null(strstr(problem.text, "set back"));
	/* nor does one of another expiry below it, or the emptied folder */
	assert_int_equal(use(three, NOW + 10, NOW + 89), VID_HOLDER_REPLAYED);
	folder_drop(folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(use(one, NOW + 10, NOW + 90), VID_HOLDER_REPLAYED);
	/* but a clock that was ahead refuses nobody for a day */
	assert_int_equal(use(three, NOW + 10, NOW + 100), VID_OK);
}

/* The floor of a clock that was ahead for two uses, a year from now. */
static void a_clock_that_was_ahead_refuses_nobody_for_a_year_S3(void **state)
{
	enum { YEAR = 365 * 86400, VALID = VID_KBT_AHEAD_MAX + REPLAY_SECONDS };
	static const uint8_t three[32] = { 3 }, four[32] = { 4 };

	(void)state;
	assert_int_equal(replay_heal(&anchor, NOW, true, &problem), VID_OK); /* none */
	assert_int_equal(use(one, NOW + YEAR, NOW + YEAR + 90), VID_OK);
	assert_int_equal(use(two, NOW + YEAR + 600, NOW + YEAR + 690), VID_OK);
	assert_int_equal(use(three, NOW, NOW + VALID + 1), VID_HOLDER_REPLAYED);
	assert_int_equal(replay_heal(&anchor, NOW, false, &problem), VID_OK);
	assert_int_equal(use(three, NOW, NOW + VALID + 1), VID_HOLDER_REPLAYED);
	assert_int_equal(replay_heal(&anchor, NOW, true, &problem), VID_OK);
	assert_int_equal(use(three, NOW, NOW + VALID + 1), VID_OK);
	/* what may have been used before the clock was wrong stays used */
	assert_int_equal(use(four, NOW, NOW + VALID), VID_HOLDER_REPLAYED);
	/* and the floor is not raised by it */
	assert_int_equal(replay_heal(&anchor, NOW + 60, true, &problem), VID_OK);
	assert_int_equal(use(four, NOW, NOW + VALID + 1), VID_OK);
}

static void without_the_marks_nothing_is_accepted_S65(void **state)
{
	(void)state;
	assert_int_equal(use(one, NOW, NOW + 90), VID_OK);
	assert_int_equal(use(two, NOW + 100, NOW + 190), VID_OK);
	folder_drop(marks_at);
	assert_int_equal(use((const uint8_t[32]){ 3 }, NOW + 100, NOW + 190), VID_STATE);
}

static void a_floor_that_cannot_be_raised_drops_nothing_S3(void **state)
{
	char head[PATH_MAX];

	(void)state;
	assert_int_equal(use(one, NOW, NOW + 90), VID_OK);
	assert_true(path_join(head, sizeof(head), marks_at, "head"));
	assert_int_equal(chmod(head, 0666), 0);
	assert_int_equal(use(two, NOW + 100, NOW + 190), VID_FILE_UNTRUSTED);
	assert_int_equal(chmod(head, 0600), 0);
	assert_int_equal(use(one, NOW + 10, NOW + 90), VID_HOLDER_REPLAYED);
}

static void a_folder_that_others_may_write_is_not_believed(void **state)
{
	(void)state;
	assert_int_equal(chmod(folder, 0770), 0);
	assert_int_equal(use(one, NOW, NOW + 90), VID_FILE_IO);
	assert_non_null(strstr(problem.text, "others may write"));
}

static void without_a_folder_nothing_is_accepted(void **state)
{
	(void)state;
	assert_int_equal(
		replay_use("/nonexistent", &anchor, one, NOW, NOW + 90, &problem),
		VID_FILE_IO);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_presentation_is_used_once),
		test(another_expiry_makes_it_no_other_presentation),
		test(a_restart_does_not_forget_S3),
		test(of_many_uses_at_once_one_wins_S3),
		test(what_is_too_old_is_dropped),
		test(a_clock_that_goes_back_revives_nothing_that_was_dropped_S3),
		test(a_clock_that_was_ahead_refuses_nobody_for_a_year_S3),
		test(without_the_marks_nothing_is_accepted_S65),
		test(a_floor_that_cannot_be_raised_drops_nothing_S3),
		test(a_folder_that_others_may_write_is_not_believed),
		test(without_a_folder_nothing_is_accepted),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
