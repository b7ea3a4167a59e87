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

#include "libvid/cleanup.h"
#include "libvid/clock.h"
#include "libvid/files.h"
#include "tests/unit/folder.h"

#define NOW INT64_C(1800000000)
#define DAY 86400

static char folder[PATH_MAX], path[PATH_MAX];
static const struct hostkey key = { { 1 } }, other = { { 2 } };
static struct problem problem;

static int set_up(void **state)
{
	(void)state;
	problem_set(&problem, "%s", "");
	return folder_make(folder) == 0 && path_join(path, sizeof(path), folder, "clock")
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

	assert_int_equal(clock_read(path, &key, &login, &problem), VID_OK);
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

static void the_file_rises_and_never_sinks_S47(void **state)
{
	struct stat found;

	(void)state;
	assert_int_equal(clock_raise(path, &key, NOW, &problem), VID_OK);
	assert_int_equal(kept(), NOW);
	assert_int_equal(clock_raise(path, &key, NOW - DAY, &problem), VID_OK);
	assert_int_equal(kept(), NOW);
	assert_int_equal(clock_raise(path, &key, NOW + DAY, &problem), VID_OK);
	assert_int_equal(kept(), NOW + DAY);
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0600);
}

static void of_many_logins_at_once_the_latest_stays_S47(void **state)
{
	pid_t child[20];
	int status;

	(void)state;
	for (int i = 0; i < 20; i++) {
		child[i] = fork();
		if (child[i] == 0)
			_exit(clock_raise(path, &key, NOW + (i * 7) % 20, NULL) !=
			      VID_OK);
	}
	for (int i = 0; i < 20; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(kept(), NOW + 19);
}

static void another_hosts_file_is_not_believed_S21(void **state)
{
	int64_t login = -1;

	(void)state;
	assert_int_equal(clock_raise(path, &key, NOW, &problem), VID_OK);
	assert_int_equal(clock_read(path, &other, &login, &problem), VID_STATE);
	assert_int_equal(login, 0);
	assert_non_null(strstr(problem.text, "vid clock reset"));
	assert_int_equal(clock_raise(path, &other, NOW + DAY, &problem), VID_STATE);
	assert_int_equal(kept(), NOW);
}

static void no_byte_of_the_file_can_be_changed_or_cut_S51(void **state)
{
	AUTO(blob_free) struct blob file = { 0 };
	int64_t login;

	(void)state;
	assert_int_equal(clock_raise(path, &key, NOW, &problem), VID_OK);
	assert_int_equal(file_read_trusted(path, 1000, &file, NULL), VID_OK);
	for (size_t i = 0; i < file.len; i++) {
		file.at[i] ^= 1;
		assert_int_equal(
			file_write(path, bytes_of(file.at, file.len), 0600, NULL),
			VID_OK);
		assert_int_equal(clock_read(path, &key, &login, &problem), VID_STATE);
		file.at[i] ^= 1;
		assert_int_equal(file_write(path, bytes_of(file.at, i), 0600, NULL),
				 VID_OK);
		assert_int_equal(clock_read(path, &key, &login, &problem), VID_STATE);
	}
}

static void a_file_that_others_may_write_is_not_believed_S33(void **state)
{
	int64_t login;

	(void)state;
	assert_int_equal(clock_raise(path, &key, NOW, &problem), VID_OK);
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(clock_read(path, &key, &login, &problem), VID_FILE_UNTRUSTED);
}

static void reset_forgets_and_may_be_done_twice(void **state)
{
	(void)state;
	assert_int_equal(clock_raise(path, &key, NOW, &problem), VID_OK);
	assert_int_equal(clock_reset(path, &problem), VID_OK);
	assert_int_equal(kept(), 0);
	assert_int_equal(clock_reset(path, &problem), VID_OK);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(the_latest_of_the_three_is_the_floor_S47),
		test(five_minutes_back_are_a_correction_and_more_is_wrong_S47),
		test(a_fresh_host_remembers_no_login),
		test(the_file_rises_and_never_sinks_S47),
		test(of_many_logins_at_once_the_latest_stays_S47),
		test(another_hosts_file_is_not_believed_S21),
		test(no_byte_of_the_file_can_be_changed_or_cut_S51),
		test(a_file_that_others_may_write_is_not_believed_S33),
		test(reset_forgets_and_may_be_done_twice),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
