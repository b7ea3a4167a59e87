/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/counters.c: a key that was copied shows by its counter (S7). */
#include "config.h"

#include <dirent.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "libvid/counters.h"
#include "libvid/files.h"
#include "tests/unit/cut_short.h"
#include "tests/unit/folder.h"

#define PROCESSES 50

static char folder[PATH_MAX], marks_at[PATH_MAX], stamp[PATH_MAX], before[PATH_MAX];
static struct problem problem;
static struct anchor anchor, others;
static const struct hostkey key = { .at = { 1, 2, 3 } }, other_host = { .at = { 4 } };
static const struct public_key holder = { .alg = KEY_ED25519, .at = { 9 } };
static const struct public_key second = { .alg = KEY_P256, .at = { 9 } };

static int set_up(void **state)
{
	(void)state;
	if (folder_make(folder) != 0 ||
	    !path_join(marks_at, sizeof(marks_at), folder, "anchor") ||
	    !path_join(before, sizeof(before), folder, "counters") ||
	    !path_join(stamp, sizeof(stamp), folder, "anchored"))
		return -1;
	anchor = others = (struct anchor){ .folder = marks_at,
					   .key = &key,
					   .stamp = stamp,
					   .before = { .counters = before } };
	others.key = &other_host;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	folder_drop(folder);
	return 0;
}

static enum vid_reason keep(uint32_t counter)
{
	return counter_keep(&anchor, &holder, counter, &problem);
}

/* The file of the one bucket that has a mark; false when there is none. */
static bool kept_file(char path[2 * PATH_MAX])
{
	DIR *dir = opendir(marks_at);
	struct dirent *entry;

	assert_non_null(dir);
	path[0] = '\0';
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.' && strchr(entry->d_name, '.'))
			(void)snprintf(path, (size_t)2 * PATH_MAX, "%s/%s", marks_at,
				       entry->d_name);
	closedir(dir);
	return path[0] != '\0';
}

static size_t content(uint8_t *to, size_t size)
{
	char path[2 * PATH_MAX];
	FILE *file;
	size_t len;

	assert_true(kept_file(path));
	file = fopen(path, "rb");
	assert_non_null(file);
	len = fread(to, 1, size, file);
	(void)fclose(file);
	return len;
}

static void overwrite(const uint8_t *from, size_t len)
{
	char path[2 * PATH_MAX];
	FILE *file;

	assert_true(kept_file(path));
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(from, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void a_counter_that_grows_is_kept_S7(void **state)
{
	(void)state;
	assert_int_equal(keep(1), VID_OK);
	assert_int_equal(keep(2), VID_OK);
	assert_int_equal(keep(0x80000000), VID_OK);
	assert_int_equal(keep(UINT32_MAX), VID_OK);
	assert_int_equal(keep(UINT32_MAX - 1), VID_HOLDER_COUNTER);
}

static void a_lower_counter_is_refused_and_changes_nothing_S7(void **state)
{
	(void)state;
	assert_int_equal(keep(256), VID_OK);
	assert_int_equal(keep(255), VID_HOLDER_COUNTER);
	assert_non_null(strstr(problem.text, "is 255, and was 256"));
	assert_int_equal(keep(0), VID_HOLDER_COUNTER);
	assert_int_equal(keep(256), VID_HOLDER_COUNTER);
	assert_int_equal(keep(257), VID_OK);
}

/* A key adds to it with each signature: the same number twice is two keys. */
static void an_equal_counter_is_refused_S7(void **state)
{
	(void)state;
	assert_int_equal(keep(7), VID_OK);
	assert_int_equal(keep(7), VID_HOLDER_COUNTER);
}

static void a_key_without_a_counter_says_0_for_ever_S7(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(keep(0), VID_OK);
	assert_int_equal(keep(1), VID_OK);
	assert_int_equal(keep(0), VID_HOLDER_COUNTER);
}

static void each_key_has_its_own_counter(void **state)
{
	(void)state;
	assert_int_equal(keep(100), VID_OK);
	assert_int_equal(counter_keep(&anchor, &second, 5, &problem), VID_OK);
	assert_int_equal(keep(99), VID_HOLDER_COUNTER);
	assert_int_equal(counter_keep(&anchor, &second, 6, &problem), VID_OK);
}

static void every_flipped_bit_of_the_file_is_refused(void **state)
{
	uint8_t bytes[256];
	size_t len;

	(void)state;
	assert_int_equal(keep(3), VID_OK);
	len = content(bytes, sizeof(bytes));
	assert_in_range(len, 1, 64);
	for (size_t bit = 0; bit < len * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		overwrite(bytes, len);
		assert_int_equal(keep(1000), VID_STATE);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	overwrite(bytes, len);
	assert_int_equal(keep(1000), VID_OK);
}

static void a_cut_or_longer_file_is_refused(void **state)
{
	uint8_t bytes[256] = { 0 };
	size_t whole;

	(void)state;
	assert_int_equal(keep(3), VID_OK);
	whole = content(bytes, sizeof(bytes));
	for (size_t len = 0; len < sizeof(bytes); len++) {
		if (len == whole)
			continue;
		overwrite(bytes, len);
		assert_int_equal(keep(1000), VID_STATE);
	}
}

static void another_hosts_marks_are_not_believed_S21(void **state)
{
	(void)state;
	assert_int_equal(keep(50), VID_OK);
	assert_int_equal(counter_keep(&others, &holder, 51, &problem), VID_STATE);
	assert_int_equal(counter_keep(&others, &holder, 0, &problem), VID_STATE);
	assert_int_equal(keep(50), VID_HOLDER_COUNTER);
}

/* The copied key's counter is between yesterday's and today's. */
static void a_mark_of_yesterday_put_back_is_refused_S65(void **state)
{
	uint8_t bytes[256];
	char path[2 * PATH_MAX];
	size_t len;

	(void)state;
	assert_int_equal(keep(5), VID_OK);
	len = content(bytes, sizeof(bytes));
	assert_int_equal(keep(50), VID_OK);
	assert_true(kept_file(path));
	overwrite(bytes, len);
	assert_int_equal(keep(20), VID_STATE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(keep(20), VID_STATE);
	folder_drop(marks_at);
	assert_int_equal(keep(20), VID_STATE);
	assert_int_equal(keep(0), VID_STATE);
}

/* As version 0.1.0 kept it: the counter and a MAC over it and the name. */
static void write_old(const char *name, uint8_t counter)
{
	uint8_t record[36] = { 0, 0, 0, counter };
	char path[2 * PATH_MAX];
	uint8_t room[36];
	struct buffer message = buffer_of(room, sizeof(room));

	(void)mkdir(before, 0700);
	buffer_add(&message, record, 4);
	buffer_add(&message, name, 32);
	hostkey_mac(&key, "vid-counter-v1", buffer_bytes(&message), record + 4);
	(void)snprintf(path, sizeof(path), "%s/%s", before, name);
	assert_int_equal(file_write(path, bytes_of(record, sizeof(record)), 0600, NULL),
			 VID_OK);
}

static void a_counter_of_version_0_1_0_still_counts_and_never_comes_back_S65(void **state)
{
	uint8_t named[33] = { KEY_ED25519, 9 }, hash[32];
	char name[33];

	(void)state;
	hostkey_derive(&key, "vid-counter-name-v1", bytes_of(named, sizeof(named)), hash);
	sodium_bin2hex(name, sizeof(name), hash, 16);
	write_old(name, 100);
	assert_int_equal(keep(99), VID_HOLDER_COUNTER);
	assert_non_null(strstr(problem.text, "is 99, and was 100"));
	assert_int_equal(keep(101), VID_OK);
	write_old(name, 3);
	assert_int_equal(keep(50), VID_HOLDER_COUNTER);
}

static void a_file_that_others_may_write_is_not_trusted_S33(void **state)
{
	char path[2 * PATH_MAX];

	(void)state;
	assert_int_equal(keep(3), VID_OK);
	assert_true(kept_file(path));
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(keep(4), VID_FILE_UNTRUSTED);
}

static void without_a_folder_nobody_is_let_in(void **state)
{
	(void)state;
	others = anchor;
	others.folder = "/nonexistent/anchor";
	assert_int_equal(counter_keep(&others, &holder, 1, &problem), VID_FILE_IO);
	assert_int_equal(counter_keep(&others, &holder, 0, &problem), VID_FILE_IO);
	assert_int_equal(counter_keep(&anchor, &(struct public_key){ .alg = KEY_NONE }, 1,
				      &problem),
			 VID_INTERNAL);
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

static int keep_the_same(int number)
{
	(void)number;
	return keep(8) != VID_OK;
}

static int keep_its_own(int number)
{
	enum vid_reason why = keep((uint32_t)number + 1);

	return why != VID_OK && why != VID_HOLDER_COUNTER;
}

static void of_50_at_once_with_one_counter_one_gets_in_S7(void **state)
{
	(void)state;
	assert_int_equal(in_parallel(keep_the_same), 1);
	assert_int_equal(keep(8), VID_HOLDER_COUNTER);
	assert_int_equal(keep(9), VID_OK);
}

static void of_50_at_once_the_highest_counter_stays_S7(void **state)
{
	(void)state;
	assert_int_equal(in_parallel(keep_its_own), PROCESSES);
	assert_int_equal(keep(PROCESSES), VID_HOLDER_COUNTER);
	assert_int_equal(keep(PROCESSES + 1), VID_OK);
}

static int keep_nine(void)
{
	return (int)keep(9);
}

static void a_kill_at_each_system_call_leaves_the_old_or_the_new_S7(void **state)
{
	unsigned stops, old = 0, new = 0;
	int code = VID_INTERNAL;

	(void)state;
	for (stops = 1; stops < CUT_STOPS_MAX; stops++) {
		enum vid_reason again;

		folder_drop(folder);
		assert_int_equal(mkdir(folder, 0700), 0);
		assert_int_equal(keep(5), VID_OK);
		if (cut_short(stops, keep_nine, &code))
			break; /* at its end, however often it was stopped */
		assert_int_equal(keep(5), VID_HOLDER_COUNTER); /* never none */
		again = keep(9);
		assert_true(again == VID_OK || again == VID_HOLDER_COUNTER);
		again == VID_OK ? old++ : new ++;
		assert_int_equal(keep(9), VID_HOLDER_COUNTER);
	}
	assert_in_range(stops, 20, CUT_STOPS_MAX - 1);
	assert_int_equal(code, VID_OK);
	assert_int_equal(keep(9), VID_HOLDER_COUNTER);
	assert_true(old > 5); /* both happened: the test reaches what it is about */
	assert_true(new > 1);
}

static int keep_where_the_disk_forgets(void)
{
	return disk_forgets() ? (int)keep(6) : 254;
}

static void a_counter_that_does_not_reach_the_disk_refuses_S36(void **state)
{
	int status;
	pid_t child;

	(void)state;
	assert_int_equal(keep(5), VID_OK);
	child = fork();
	if (child == 0)
		_exit(keep_where_the_disk_forgets());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), VID_FILE_IO);
	assert_int_equal(keep(5), VID_HOLDER_COUNTER);
	assert_int_equal(keep(6), VID_OK);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_counter_that_grows_is_kept_S7),
		test(a_lower_counter_is_refused_and_changes_nothing_S7),
		test(an_equal_counter_is_refused_S7),
		test(a_key_without_a_counter_says_0_for_ever_S7),
		test(each_key_has_its_own_counter),
		test(every_flipped_bit_of_the_file_is_refused),
		test(a_cut_or_longer_file_is_refused),
		test(another_hosts_marks_are_not_believed_S21),
		test(a_mark_of_yesterday_put_back_is_refused_S65),
		test(a_counter_of_version_0_1_0_still_counts_and_never_comes_back_S65),
		test(a_file_that_others_may_write_is_not_trusted_S33),
		test(without_a_folder_nobody_is_let_in),
		test(of_50_at_once_with_one_counter_one_gets_in_S7),
		test(of_50_at_once_the_highest_counter_stays_S7),
		test(a_kill_at_each_system_call_leaves_the_old_or_the_new_S7),
		test(a_counter_that_does_not_reach_the_disk_refuses_S36),
	};

	if (sodium_init() < 0)
		return 99;
	return cmocka_run_group_tests_name("counters", tests, NULL, NULL);
}
