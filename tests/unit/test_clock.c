/* SPDX-License-Identifier: BSD-2-Clause */
/* Moments that have passed, and clocks that deny it (S47). */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "libvid/clock.h"
#include "libvid/files.h"
#include "tests/unit/folder.h"

#define NOW INT64_C(1800000000)
#define DAY 86400

static char folder[PATH_MAX], marks_at[PATH_MAX], stamp[PATH_MAX], old[PATH_MAX];
static const struct hostkey key = { { 1 } }, other = { { 2 } };
static struct problem problem;
static struct anchor anchor;

static int set_up(void **state)
{
	(void)state;
	problem_set(&problem, "%s", "");
	anchor = (struct anchor){ .folder = marks_at,
				  .key = &key,
				  .stamp = stamp,
				  .before = { .clock = old } };
	return folder_make(folder) == 0 && path_join(old, sizeof(old), folder, "clock") &&
			       path_join(marks_at, sizeof(marks_at), folder, "anchor") &&
			       path_join(stamp, sizeof(stamp), folder, "anchored")
		       ? 0
		       : -1;
}

static int tear_down(void **state)
{
	(void)state;
	folder_drop(folder);
	return 0;
}

static int64_t kept(void)
{
	int64_t login = -1;

	assert_int_equal(clock_read(&anchor, &login, &problem), VID_OK);
	return login;
}

static void the_latest_of_the_three_is_the_floor_S47(void **state)
{
	(void)state;
	assert_int_equal(clock_floor(&(struct clock_marks){ 3, 1, 2 }), 3);
	assert_int_equal(clock_floor(&(struct clock_marks){ 1, 3, 2 }), 3);
	assert_int_equal(clock_floor(&(struct clock_marks){ 1, 2, 3 }), 3);
}

static void five_minutes_back_are_a_correction_and_more_is_wrong_S47(void **state)
{
	static const int64_t backs[] = { 301, DAY, 365 * DAY };

	(void)state;
	for (int mark = 0; mark < 3; mark++) {
		struct clock_marks marks = { .built = 1000 };

		*(mark == 0   ? &marks.built
		  : mark == 1 ? &marks.login
			      : &marks.list) = NOW;
		assert_int_equal(clock_judge(&marks, NOW + 365 * DAY, &problem), VID_OK);
		assert_int_equal(clock_judge(&marks, NOW - 300, &problem), VID_OK);
		assert_string_equal(problem.text, "");
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(clock_judge(&marks, NOW - backs[i], &problem),
					 VID_CLOCK);
		/* the message: what the clock says, what speaks against it, what to do */
		assert_non_null(strstr(problem.text, "the clock says 2026-01-15"));
		assert_non_null(strstr(problem.text, "at 2027-01-15 08:00 UTC"));
		assert_non_null(strstr(problem.text, "set the clock"));
		assert_true((strstr(problem.text, "vid clock reset") != NULL) ==
			    (mark == 1));
		problem_set(&problem, "%s", "");
	}
}

static void a_fresh_host_remembers_no_login(void **state)
{
	(void)state;
	assert_int_equal(kept(), 0);
	assert_string_equal(problem.text, "");
}

static void the_mark_rises_and_never_sinks_S47(void **state)
{
	struct stat found;

	(void)state;
	assert_int_equal(clock_raise(&anchor, NOW, &problem), VID_OK);
	assert_int_equal(kept(), NOW);
	assert_int_equal(clock_raise(&anchor, NOW - DAY, &problem), VID_OK);
	assert_int_equal(kept(), NOW);
	assert_int_equal(clock_raise(&anchor, NOW + DAY, &problem), VID_OK);
	assert_int_equal(kept(), NOW + DAY);
	assert_int_equal(stat(marks_at, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0700);
}

static void of_many_logins_at_once_the_latest_stays_S47(void **state)
{
	pid_t child[20];
	int status;

	(void)state;
	for (int i = 0; i < 20; i++) {
		child[i] = fork();
		if (child[i] == 0)
			_exit(clock_raise(&anchor, NOW + (i * 7) % 20, NULL) != VID_OK);
	}
	for (int i = 0; i < 20; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(kept(), NOW + 19);
}

static void another_hosts_marks_are_not_believed_S21(void **state)
{
	struct anchor others = anchor;
	int64_t login = -1;

	(void)state;
	others.key = &other;
	assert_int_equal(clock_raise(&anchor, NOW, &problem), VID_OK);
	assert_int_equal(clock_read(&others, &login, &problem), VID_STATE);
	assert_int_equal(login, 0);
	assert_int_equal(clock_raise(&others, NOW + DAY, &problem), VID_STATE);
	assert_int_equal(kept(), NOW);
}

static void marks_that_are_gone_are_no_fresh_host_S65(void **state)
{
	char head[PATH_MAX];
	int64_t login = -1;

	(void)state;
	assert_int_equal(clock_raise(&anchor, NOW, &problem), VID_OK);
	assert_true(path_join(head, sizeof(head), marks_at, "head"));
	assert_int_equal(unlink(head), 0);
	assert_int_equal(clock_read(&anchor, &login, &problem), VID_STATE);
	folder_drop(marks_at);
	assert_int_equal(clock_read(&anchor, &login, &problem), VID_STATE);
	assert_int_equal(login, 0);
}

static void the_file_of_yesterday_puts_no_mark_back_S65(void **state)
{
	(void)state;
	assert_int_equal(clock_raise(&anchor, NOW, &problem), VID_OK);
	assert_int_equal(file_write(old, bytes_of_text("vid-clock 1 1 00\n"), 0600, NULL),
			 VID_OK);
	assert_int_equal(kept(), NOW);
}

static void a_damaged_file_of_before_is_not_no_login_S51(void **state)
{
	int64_t login = -1;

	(void)state;
	assert_int_equal(
		file_write(old, bytes_of_text("vid-clock 1 1800000000 00\n"), 0600, NULL),
		VID_OK);
	assert_int_equal(clock_read(&anchor, &login, &problem), VID_STATE);
	assert_int_equal(clock_reset(&anchor, NOW, &problem), VID_OK);
	assert_int_equal(kept(), 0);
}

static void marks_that_others_may_write_are_not_believed_S33(void **state)
{
	char head[PATH_MAX];
	int64_t login;

	(void)state;
	assert_int_equal(clock_raise(&anchor, NOW, &problem), VID_OK);
	assert_true(path_join(head, sizeof(head), marks_at, "head"));
	assert_int_equal(chmod(head, 0666), 0);
	assert_int_equal(clock_read(&anchor, &login, &problem), VID_FILE_UNTRUSTED);
}

static bool kernel_agrees(void)
{
	return true;
}

static bool kernel_does_not(void)
{
	return false;
}

static void a_clock_that_was_ahead_heals_when_the_kernel_agrees_S47(void **state)
{
	struct clock_marks marks = { .built = NOW - 9 * DAY, .login = NOW + 365 * DAY };

	(void)state;
	assert_int_equal(clock_raise(&anchor, marks.login, &problem), VID_OK);
	assert_int_equal(clock_heal(&anchor, &marks, NOW, kernel_does_not, &problem),
			 VID_CLOCK);
	assert_int_equal(clock_heal(&anchor, &marks, NOW, NULL, &problem), VID_CLOCK);
	assert_int_equal(kept(), NOW + 365 * DAY);
	assert_int_equal(clock_heal(&anchor, &marks, NOW, kernel_agrees, &problem),
			 VID_OK);
	assert_int_equal(marks.login, NOW);
	assert_int_equal(kept(), NOW);
}

static void what_was_built_or_signed_later_is_not_healed_S47(void **state)
{
	struct clock_marks built = { .built = NOW + DAY, .login = NOW + 2 * DAY };
	struct clock_marks list = { .list = NOW + DAY, .login = NOW + 2 * DAY };

	(void)state;
	assert_int_equal(clock_raise(&anchor, NOW + 2 * DAY, &problem), VID_OK);
	assert_int_equal(clock_heal(&anchor, &built, NOW, kernel_agrees, &problem),
			 VID_CLOCK);
	assert_int_equal(clock_heal(&anchor, &list, NOW, kernel_agrees, &problem),
			 VID_CLOCK);
	assert_int_equal(kept(), NOW + 2 * DAY);
}

static void marks_that_cannot_be_set_anew_heal_nothing_S47(void **state)
{
	struct clock_marks marks = { .login = NOW + DAY };
	struct anchor others = anchor;

	(void)state;
	others.key = &other;
	assert_int_equal(clock_raise(&anchor, NOW + DAY, &problem), VID_OK);
	assert_int_equal(clock_heal(&others, &marks, NOW, kernel_agrees, &problem),
			 VID_STATE);
}

static void reset_forgets_and_may_be_done_twice(void **state)
{
	(void)state;
	assert_int_equal(clock_raise(&anchor, NOW, &problem), VID_OK);
	assert_int_equal(clock_reset(&anchor, NOW, &problem), VID_OK);
	assert_int_equal(kept(), 0);
	assert_int_equal(clock_reset(&anchor, NOW, &problem), VID_OK);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(the_latest_of_the_three_is_the_floor_S47),
		test(five_minutes_back_are_a_correction_and_more_is_wrong_S47),
		test(a_fresh_host_remembers_no_login),
		test(the_mark_rises_and_never_sinks_S47),
		test(of_many_logins_at_once_the_latest_stays_S47),
		test(another_hosts_marks_are_not_believed_S21),
		test(marks_that_are_gone_are_no_fresh_host_S65),
		test(the_file_of_yesterday_puts_no_mark_back_S65),
		test(a_damaged_file_of_before_is_not_no_login_S51),
		test(marks_that_others_may_write_are_not_believed_S33),
		test(a_clock_that_was_ahead_heals_when_the_kernel_agrees_S47),
		test(what_was_built_or_signed_later_is_not_healed_S47),
		test(marks_that_cannot_be_set_anew_heal_nothing_S47),
		test(reset_forgets_and_may_be_done_twice),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
