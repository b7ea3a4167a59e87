/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libvid/anchor.c: marks that only rise (S65). What is put back is refused, with files
 * alone and with a device that counts; a kill at any system call leaves the old marks or
 * the new ones; an error is never read as "there is none".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "libvid/anchor.h"
#include "libvid/files.h"
#include "tests/unit/cut_short.h"
#include "tests/unit/folder.h"

static const struct hostkey key = { .at = { 5 } };
static char folder[PATH_MAX], place[PATH_MAX], stamp[PATH_MAX], kept[PATH_MAX];
static struct problem problem;
static struct anchor anchor;

/* A device of memory that a child and its parent share. */
static struct chip {
	bool made, broken;
	uint64_t value;
	unsigned raised;
} * chip;

static enum vid_reason chip_read(void *at, bool fresh, uint64_t *value,
				 struct problem *out)
{
	(void)at;
	(void)fresh;
	(void)out;
	*value = chip->value;
	return chip->broken ? VID_STATE : chip->made ? VID_OK : VID_FILE_MISSING;
}

static enum vid_reason chip_raise(void *at, uint64_t *value, struct problem *out)
{
	(void)at;
	(void)out;
	if (chip->broken)
		return VID_STATE;
	chip->raised++;
	*value = ++chip->value;
	return VID_OK;
}

static enum vid_reason chip_make(void *at, uint64_t *value, struct problem *out)
{
	chip->made = true;
	return chip_raise(at, value, out);
}

static const struct anchor_device device = { NULL, chip_read, chip_raise, chip_make };

static int set_up(void **state)
{
	(void)state;
	if (!chip)
		chip = mmap(NULL, sizeof(*chip), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*chip = (struct chip){ .value = 40 };
	if (folder_make(folder) != 0)
		return -1;
	snprintf(place, sizeof(place), "%.900s/anchor", folder);
	snprintf(stamp, sizeof(stamp), "%.900s/anchored", folder);
	snprintf(kept, sizeof(kept), "%.900s/kept", folder);
	anchor = (struct anchor){ .folder = place, .key = &key, .stamp = stamp };
	problem.text[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	folder_drop(folder);
	return 0;
}

static enum vid_reason lift(enum anchor_kind kind, const char *name, uint64_t value)
{
	return anchor_raise(&anchor, kind, name, value, NULL, &problem);
}

/* The value, or minus the reason. */
static long long read_mark(enum anchor_kind kind, const char *name)
{
	uint64_t value;
	enum vid_reason why = anchor_read(&anchor, kind, name, &value, &problem);

	return why == VID_OK ? (long long)value : -(long long)why;
}

__attribute__((format(printf, 1, 2))) static void command(const char *format, ...)
{
	char text[3 * PATH_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	assert_int_equal(system(text), 0);
}

static void keep_folder(void)
{
	command("rm -rf '%s'", kept);
	command("cp -a '%s' '%s'", place, kept);
}

static void put_back(void)
{
	command("rm -rf '%s'", place);
	command("cp -a '%s' '%s'", kept, place);
}

static void a_mark_only_rises_S65(void **state)
{
	uint64_t before = 99;

	(void)state;
	assert_int_equal(read_mark(ANCHOR_TEMPLATE, "kim"), -VID_FILE_MISSING);
	assert_string_equal(problem.text, "");
	assert_int_equal(lift(ANCHOR_TEMPLATE, "kim", 7), VID_OK);
	assert_int_equal(anchor_raise(&anchor, ANCHOR_TEMPLATE, "kim", 5, &before, NULL),
			 VID_OK);
	assert_int_equal(before, 7);
	assert_int_equal(read_mark(ANCHOR_TEMPLATE, "kim"), 7);
	assert_int_equal(read_mark(ANCHOR_COUNTER, "kim"), -VID_FILE_MISSING);
	assert_int_equal(lift(ANCHOR_TEMPLATE, "kim", 8), VID_OK);
	assert_int_equal(read_mark(ANCHOR_TEMPLATE, "kim"), 8);
	assert_int_equal(anchor_reset(&anchor, ANCHOR_TEMPLATE, "kim", NULL), VID_OK);
	assert_int_equal(read_mark(ANCHOR_TEMPLATE, "kim"), -VID_FILE_MISSING);
}

static void many_marks_are_found_again_S65(void **state)
{
	struct anchor_facts facts;
	char name[16];

	(void)state;
	for (int i = 0; i < 120; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		assert_int_equal(lift(ANCHOR_TEMPLATE, name, (uint64_t)i + 1), VID_OK);
	}
	for (int i = 0; i < 120; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		assert_int_equal(read_mark(ANCHOR_TEMPLATE, name), i + 1);
	}
	assert_int_equal(anchor_facts(&anchor, &facts, &problem), VID_OK);
	assert_int_equal(facts.marks[ANCHOR_TEMPLATE], 120);
	assert_int_equal(facts.generation, 121);
}

/* One file of another day, whichever: the head of that day, or the mark's bucket. */
static void a_file_of_another_day_is_refused_S65(void **state)
{
	(void)state;
	assert_int_equal(lift(ANCHOR_COUNTER, "key", 5), VID_OK);
	keep_folder();
	assert_int_equal(lift(ANCHOR_COUNTER, "key", 6), VID_OK);
	command("cp '%s/head' '%s/'", kept, place);
	assert_int_equal(read_mark(ANCHOR_COUNTER, "key"), -VID_STATE);
	assert_int_equal(lift(ANCHOR_COUNTER, "key", 6), VID_STATE);
	put_back();
	assert_int_equal(lift(ANCHOR_COUNTER, "key", 6), VID_OK);
	command("cd '%s' && cp ??.* now && cp '%s'/??.* ??.*", place, kept);
	command("cd '%s' && rm now", place);
	assert_int_equal(read_mark(ANCHOR_COUNTER, "key"), -VID_STATE);
}

static void a_bucket_that_is_gone_is_no_absence_S65(void **state)
{
	(void)state;
	assert_int_equal(lift(ANCHOR_COUNTER, "key", 5), VID_OK);
	command("rm '%s'/??.*", place);
	assert_int_equal(read_mark(ANCHOR_COUNTER, "key"), -VID_STATE);
	assert_int_equal(lift(ANCHOR_COUNTER, "key", 9), VID_STATE);
}

static void an_anchor_that_is_gone_is_no_first_one_S65(void **state)
{
	(void)state;
	assert_int_equal(lift(ANCHOR_COUNTER, "key", 5), VID_OK);
	command("rm -r '%s'", place);
	assert_int_equal(read_mark(ANCHOR_COUNTER, "key"), -VID_STATE);
	assert_non_null(strstr(problem.text, "vid anchor recover"));
	assert_int_equal(lift(ANCHOR_COUNTER, "key", 5), VID_STATE);
}

static void an_anchor_that_cannot_be_read_is_no_first_one_S65(void **state)
{
	char head[PATH_MAX + 8];

	(void)state;
	assert_int_equal(lift(ANCHOR_COUNTER, "key", 5), VID_OK);
	snprintf(head, sizeof(head), "%s/head", place);
	assert_int_equal(chmod(head, 0666), 0);
	assert_int_equal(read_mark(ANCHOR_COUNTER, "key"), -VID_FILE_UNTRUSTED);
	assert_int_equal(chmod(head, 0600), 0);
	assert_int_equal(read_mark(ANCHOR_COUNTER, "key"), 5);
	command("echo no >'%s/head'", place);
	assert_int_equal(read_mark(ANCHOR_COUNTER, "key"), -VID_STATE);
}

static void another_hosts_marks_are_refused_S65(void **state)
{
	static const struct hostkey other = { .at = { 6 } };

	(void)state;
	assert_int_equal(lift(ANCHOR_COUNTER, "key", 5), VID_OK);
	anchor.key = &other;
	assert_int_equal(read_mark(ANCHOR_COUNTER, "key"), -VID_STATE);
}

/* --- with a device ------------------------------------------------------------------ */

static void bind_device(void)
{
	unsigned lost;

	anchor.device = &device;
	assert_int_equal(anchor_recover(&anchor, &lost, &problem), VID_OK);
}

static void the_whole_folder_of_another_day_is_refused_by_a_device_S65(void **state)
{
	unsigned lost = 0;

	(void)state;
	assert_int_equal(lift(ANCHOR_TEMPLATE, "kim", 5), VID_OK);
	keep_folder(); /* of before it was bound, too */
	bind_device();
	put_back();
	assert_int_equal(read_mark(ANCHOR_TEMPLATE, "kim"), -VID_STATE);
	assert_int_equal(anchor_recover(&anchor, &lost, &problem), VID_OK);
	assert_int_equal(lost, 0);
	assert_int_equal(read_mark(ANCHOR_TEMPLATE, "kim"), 5);
	keep_folder();
	assert_int_equal(lift(ANCHOR_TEMPLATE, "kim", 6), VID_OK);
	put_back();
	assert_int_equal(read_mark(ANCHOR_TEMPLATE, "kim"), -VID_STATE);
	assert_int_equal(lift(ANCHOR_TEMPLATE, "kim", 9), VID_STATE);
	command("rm -r '%s' '%s'", place, stamp);
	assert_int_equal(read_mark(ANCHOR_TEMPLATE, "kim"), -VID_STATE);
}

static void marks_of_logins_raise_the_device_once_a_minute_S65(void **state)
{
	struct anchor_facts facts;
	unsigned raised;

	(void)state;
	bind_device();
	raised = chip->raised;
	for (uint64_t i = 1; i <= 20; i++)
		assert_int_equal(lift(ANCHOR_COUNTER, "key", i), VID_OK);
	assert_int_equal(chip->raised, raised);
	assert_int_equal(anchor_facts(&anchor, &facts, &problem), VID_OK);
	assert_true(facts.waits);
	/* the others raise it each time, and cover what waited */
	assert_int_equal(lift(ANCHOR_INDEX, "", 1), VID_OK);
	assert_int_equal(lift(ANCHOR_INDEX, "", 2), VID_OK);
	assert_int_equal(chip->raised, raised + 2);
	assert_int_equal(lift(ANCHOR_COUNTER, "key", 30), VID_OK);
	assert_int_equal(anchor_settle(&anchor, &problem), VID_OK);
	assert_int_equal(chip->raised, raised + 3);
	assert_int_equal(anchor_settle(&anchor, &problem), VID_OK);
	assert_int_equal(chip->raised, raised + 3);
}

static void a_device_that_fails_refuses_S65(void **state)
{
	(void)state;
	assert_int_equal(lift(ANCHOR_TEMPLATE, "kim", 5), VID_OK);
	bind_device();
	chip->broken = true;
	assert_int_equal(read_mark(ANCHOR_TEMPLATE, "kim"), -VID_STATE);
	assert_int_equal(lift(ANCHOR_TEMPLATE, "kim", 6), VID_STATE);
	chip->broken = false;
	chip->made = false; /* cleared: another machine, or the firmware's menu */
	assert_int_equal(read_mark(ANCHOR_TEMPLATE, "kim"), -VID_STATE);
	bind_device();
	assert_int_equal(read_mark(ANCHOR_TEMPLATE, "kim"), 5);
}

/* --- cut short ---------------------------------------------------------------------- */

static int raise_to_six(void)
{
	return (int)lift(ANCHOR_TEMPLATE, "kim", 6);
}

static void cut_at_each_call(bool with_device, bool first)
{
	unsigned stops, old = 0, new = 0;
	int code = VID_INTERNAL;

	for (stops = 1; stops < CUT_STOPS_MAX; stops++) {
		long long value;
		bool whole;

		command("rm -rf '%s' '%s'", place, stamp);
		anchor.device = NULL;
		*chip = (struct chip){ .value = 40 };
		if (!first)
			assert_int_equal(lift(ANCHOR_TEMPLATE, "kim", 5), VID_OK);
		if (with_device)
			bind_device();
		whole = cut_short(stops, raise_to_six, &code);
		value = read_mark(ANCHOR_TEMPLATE, "kim");
		if (whole)
			break;
		assert_true(value == (first ? -VID_FILE_MISSING : 5) || value == 6);
		value == 6 ? new ++ : old++;
		assert_int_equal(lift(ANCHOR_TEMPLATE, "kim", 7), VID_OK);
		assert_int_equal(read_mark(ANCHOR_TEMPLATE, "kim"), 7);
	}
	assert_int_equal(code, VID_OK);
	assert_in_range(stops, 20, CUT_STOPS_MAX - 1);
	assert_true(old > 5 && new > 2);
}

static void a_kill_at_each_system_call_leaves_old_or_new_S34(void **state)
{
	(void)state;
	cut_at_each_call(false, false);
}

static void a_kill_while_the_anchor_is_made_shuts_nobody_out_S34(void **state)
{
	(void)state;
	cut_at_each_call(false, true);
}

static void a_kill_with_a_device_leaves_old_or_new_S34(void **state)
{
	(void)state;
	cut_at_each_call(true, false);
}

/* The one place between two system calls: the head is written, the device not raised. */
static void a_head_that_is_ahead_by_one_is_finished_S34(void **state)
{
	(void)state;
	assert_int_equal(lift(ANCHOR_TEMPLATE, "kim", 5), VID_OK);
	bind_device();
	assert_int_equal(lift(ANCHOR_TEMPLATE, "kim", 6), VID_OK);
	chip->value--;
	assert_int_equal(read_mark(ANCHOR_TEMPLATE, "kim"), 6);
	chip->value -= 2; /* no cut does that */
	assert_int_equal(read_mark(ANCHOR_TEMPLATE, "kim"), -VID_STATE);
}

static int raise_by_many(void)
{
	char name[16];

	for (int i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "%d.%d", (int)getpid(), i);
		if (lift(ANCHOR_COUNTER, name, 3) != VID_OK ||
		    read_mark(ANCHOR_COUNTER, name) != 3)
			return 1;
	}
	return 0;
}

static void parallel_changes_are_all_kept_S65(void **state)
{
	struct anchor_facts facts;
	pid_t child[4];
	int status;

	(void)state;
	bind_device();
	for (size_t i = 0; i < 4; i++)
		if ((child[i] = fork()) == 0)
			_exit(raise_by_many());
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(anchor_facts(&anchor, &facts, &problem), VID_OK);
	assert_int_equal(facts.marks[ANCHOR_COUNTER], 32);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_mark_only_rises_S65),
		test(many_marks_are_found_again_S65),
		test(a_file_of_another_day_is_refused_S65),
		test(a_bucket_that_is_gone_is_no_absence_S65),
		test(an_anchor_that_is_gone_is_no_first_one_S65),
		test(an_anchor_that_cannot_be_read_is_no_first_one_S65),
		test(another_hosts_marks_are_refused_S65),
		test(the_whole_folder_of_another_day_is_refused_by_a_device_S65),
		test(marks_of_logins_raise_the_device_once_a_minute_S65),
		test(a_device_that_fails_refuses_S65),
		test(a_kill_at_each_system_call_leaves_old_or_new_S34),
		test(a_kill_while_the_anchor_is_made_shuts_nobody_out_S34),
		test(a_kill_with_a_device_leaves_old_or_new_S34),
		test(a_head_that_is_ahead_by_one_is_finished_S34),
		test(parallel_changes_are_all_kept_S65),
	};

	return cmocka_run_group_tests_name("anchor", tests, NULL, NULL);
}
