/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters of wrong attempts: none is lost, whoever runs beside us (S49). */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "libvid/attempts.h"
#include "tests/unit/folder.h"

#define NOW       1800000000
#define PROCESSES 50

static char folder[PATH_MAX];
static int64_t wait_seconds;
static struct problem problem;

static int set_up(void **state)
{
	(void)state;
	return folder_make(folder);
}

static int tear_down(void **state)
{
	(void)state;
	folder_drop(folder);
	return 0;
}

static enum vid_reason charge(int64_t now)
{
	return attempt_charge(folder, "account:vkim", now, &wait_seconds, &problem);
}

static void five_failures_make_a_pause_S49(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(charge(NOW), VID_OK);
	assert_int_equal(charge(NOW + 10), VID_TOO_MANY_ATTEMPTS);
	assert_int_equal(wait_seconds, 20);
	assert_int_equal(charge(NOW + 30), VID_OK);
	assert_int_equal(charge(NOW + 31), VID_TOO_MANY_ATTEMPTS);
	assert_int_equal(wait_seconds, 59);
}

static void the_pause_doubles_up_to_an_hour_S49(void **state)
{
	int64_t now = NOW, pause = ATTEMPT_PAUSE;

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(charge(now), VID_OK);
	for (int i = 0; i < 40; i++) {
		assert_int_equal(charge(now), VID_TOO_MANY_ATTEMPTS);
		assert_int_equal(wait_seconds, pause);
		now += pause;
		assert_int_equal(charge(now), VID_OK);
		pause = 2 * pause < 3600 ? 2 * pause : 3600;
	}
	/* a day without attempts, and the count starts anew */
	now += 24 * 3600;
	for (int i = 0; i < 5; i++)
		assert_int_equal(charge(now), VID_OK);
	assert_int_equal(charge(now), VID_TOO_MANY_ATTEMPTS);
	assert_int_equal(wait_seconds, ATTEMPT_PAUSE);
}

static void a_clock_that_goes_back_does_not_end_the_pause(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(charge(NOW), VID_OK);
	assert_int_equal(charge(NOW - 86400), VID_TOO_MANY_ATTEMPTS);
	assert_int_equal(wait_seconds, 30);
	assert_int_equal(charge(NOW - 86400 + 30), VID_OK);
}

static void a_look_charges_nothing(void **state)
{
	(void)state;
	for (int i = 0; i < 30; i++)
		assert_int_equal(attempt_check(folder, "account:vkim", NOW, &wait_seconds,
					       &problem),
				 VID_OK);
	for (int i = 0; i < 5; i++)
		assert_int_equal(charge(NOW), VID_OK);
	assert_int_equal(
		attempt_check(folder, "account:vkim", NOW, &wait_seconds, &problem),
		VID_TOO_MANY_ATTEMPTS);
}

static void what_was_given_back_does_not_count(void **state)
{
	(void)state;
	for (int i = 0; i < 30; i++) {
		assert_int_equal(charge(NOW), VID_OK);
		assert_int_equal(attempt_refund(folder, "account:vkim", &problem),
				 VID_OK);
	}
	assert_int_equal(attempt_refund(folder, "account:vkim", &problem), VID_OK);
	for (int i = 0; i < 5; i++)
		assert_int_equal(charge(NOW), VID_OK);
	assert_int_equal(charge(NOW), VID_TOO_MANY_ATTEMPTS);
}

static void a_grant_clears_one_account_alone(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(charge(NOW), VID_OK);
	assert_int_equal(attempt_clear(folder, "account:other", &problem), VID_OK);
	assert_int_equal(charge(NOW), VID_TOO_MANY_ATTEMPTS);
	assert_int_equal(attempt_clear(folder, "account:vkim", &problem), VID_OK);
	assert_int_equal(charge(NOW), VID_OK);
}

/* Run `work` in 50 processes at once; how many ended with 0? */
static int in_parallel(int (*work)(int))
{
	int gate[2], good = 0, status;
	pid_t child[PROCESSES];
	char byte;

	assert_int_equal(pipe(gate), 0);
	for (int i = 0; i < PROCESSES; i++) {
		child[i] = fork();
		assert_true(child[i] >= 0);
		if (child[i] == 0) {
			close(gate[1]);
			(void)!read(gate[0], &byte, 1); /* until all are here */
			_exit(work(i));
		}
	}
	close(gate[0]);
	close(gate[1]);
	for (int i = 0; i < PROCESSES; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		good += WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
	return good;
}

static int charge_one(int number)
{
	(void)number;
	return charge(NOW) != VID_OK;
}

static int charge_and_refund(int number)
{
	(void)number;
	if (charge(NOW) != VID_OK)
		return 1;
	return attempt_refund(folder, "account:vkim", &problem) != VID_OK;
}

static int charge_other(int number)
{
	char key[32];

	(void)snprintf(key, sizeof(key), "account:v%d", number % 10);
	return attempt_charge(folder, key, NOW, &wait_seconds, &problem) != VID_OK;
}

static void of_50_at_once_exactly_five_are_judged_S49(void **state)
{
	(void)state;
	assert_int_equal(in_parallel(charge_one), 5);
	assert_int_equal(charge(NOW), VID_TOO_MANY_ATTEMPTS);
}

static void of_50_over_ten_accounts_each_counts_five_S49(void **state)
{
	char key[32];

	(void)state;
	assert_int_equal(in_parallel(charge_other), PROCESSES);
	for (int i = 0; i < 10; i++) {
		(void)snprintf(key, sizeof(key), "account:v%d", i);
		assert_int_equal(
			attempt_charge(folder, key, NOW, &wait_seconds, &problem),
			VID_TOO_MANY_ATTEMPTS);
	}
}

static void charges_and_refunds_at_once_leave_what_was_there(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(charge(NOW), VID_OK);
	assert_true(in_parallel(charge_and_refund) >= 1);
	assert_int_equal(charge(NOW), VID_OK);
	assert_int_equal(charge(NOW), VID_TOO_MANY_ATTEMPTS);
}

static void overwrite(const char *content)
{
	char path[PATH_MAX + 300], found[PATH_MAX + 300] = "";
	FILE *list, *file;

	(void)snprintf(path, sizeof(path), "ls %s/* | grep -v lock", folder);
	list = popen(path, "r");
	assert_non_null(list);
	assert_non_null(fgets(found, sizeof(found), list));
	pclose(list);
	found[strcspn(found, "\n")] = '\0';
	file = fopen(found, "w");
	assert_non_null(file);
	assert_true(fputs(content, file) >= 0);
	fclose(file);
}

static void a_damaged_counter_counts_as_closed(void **state)
{
	static const char *const damaged[] = { "",
					       "vid-attempts 1 0",
					       "vid-attempts 1 0 0",
					       "vid-attempts 1 -1 0\n",
					       "vid-attempts 1 0 0\nx",
					       "vid-attempts 2 0 0\n",
					       "vid-attempts 1 00 0\n" };

	(void)state;
	assert_int_equal(charge(NOW), VID_OK);
	for (size_t i = 0; i < sizeof(damaged) / sizeof(*damaged); i++) {
		overwrite(damaged[i]);
		assert_int_equal(charge(NOW), VID_STATE);
		assert_non_null(strstr(problem.text, "not a counter"));
	}
}

static void without_a_folder_nothing_may_be_judged(void **state)
{
	(void)state;
	assert_int_equal(attempt_charge("/nonexistent", "account:vkim", NOW,
					&wait_seconds, &problem),
			 VID_FILE_IO);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(five_failures_make_a_pause_S49),
		test(the_pause_doubles_up_to_an_hour_S49),
		test(a_clock_that_goes_back_does_not_end_the_pause),
		test(a_look_charges_nothing),
		test(what_was_given_back_does_not_count),
		test(a_grant_clears_one_account_alone),
		test(of_50_at_once_exactly_five_are_judged_S49),
		test(of_50_over_ten_accounts_each_counts_five_S49),
		test(charges_and_refunds_at_once_leave_what_was_there),
		test(a_damaged_counter_counts_as_closed),
		test(without_a_folder_nothing_may_be_judged),
	};

	return cmocka_run_group_tests_name("attempts", tests, NULL, NULL);
}
