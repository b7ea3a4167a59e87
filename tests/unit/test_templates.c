/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/templates.c: the store, its watermarks, and binding (S18, S19). */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/files.h"
#include "libvid/templates.h"
#include "tests/unit/cut_short.h"

static const struct hostkey key = { .at = { 5 } };
static const struct template_owner alice = { "alice", 1000, "https://a.example",
					     "sub-a" };
static const struct template_owner bob = { "bob", 1001, "https://a.example", "sub-b" };
static const struct template_owner unbound = { "alice", UINT32_MAX, "", "" };
static const uint8_t salt[TEMPLATE_SALT_LEN] = { 3 };

static char folder[64], marks_at[80], stamp[80], kept[80];
static struct anchor anchor;
static struct problem problem;

static struct template face(int8_t first)
{
	struct template template = { .model = "m:1", .dimension = 4, .count = 1 };

	template.reference[0].scale = 1000;
	memcpy(template.reference[0].at, (int8_t[]){ first, 2, 3, 4 }, 4);
	return template;
}

static enum vid_reason store(const struct template_owner *owner, int8_t first)
{
	struct template template = face(first);

	return templates_store(folder, owner, &anchor, &template, salt, &problem);
}

/* The first component of what is stored, or minus the reason. */
static int load(const struct template_owner *owner)
{
	uint8_t got[TEMPLATE_SALT_LEN];
	struct template template;
	enum vid_reason why =
		templates_load(folder, owner, &anchor, &template, got, &problem);

	return why == VID_OK ? template.reference[0].at[0] : -(int)why;
}

/* The path of the file of `owner` that ends with `suffix`. */
static const char *path_of(const struct template_owner *owner, const char *suffix)
{
	static char path[256];
	char command[256];
	FILE *list;

	snprintf(command, sizeof(command), "ls %s/%s.*.%s 2>/dev/null", folder,
		 owner->account, suffix);
	list = popen(command, "r");
	assert_non_null(list);
	if (!fgets(path, sizeof(path), list))
		path[0] = '\0';
	pclose(list);
	path[strcspn(path, "\n")] = '\0';
	return path;
}

static void copy(const char *from, const char *to)
{
	char command[600];

	snprintf(command, sizeof(command), "cp '%s' '%s'", from, to);
	assert_int_equal(system(command), 0);
}

static int fresh(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vid-templates.XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(marks_at, sizeof(marks_at), "%s/anchor", folder);
	snprintf(stamp, sizeof(stamp), "%s/anchored", folder);
	snprintf(kept, sizeof(kept), "%s/kept", folder);
	anchor = (struct anchor){ .folder = marks_at,
				  .key = &key,
				  .stamp = stamp,
				  .before = { .faces = folder } };
	return 0;
}

static int clean(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static void what_is_stored_is_loaded(void **state)
{
	(void)state;
	assert_int_equal(load(&alice), -VID_FACE_NO_TEMPLATE);
	assert_int_equal(store(&alice, 1), VID_OK);
	assert_int_equal(load(&alice), 1);
	assert_int_equal(load(&bob), -VID_FACE_NO_TEMPLATE);
	assert_int_equal(store(&alice, 2), VID_OK);
	assert_int_equal(load(&alice), 2);
}

static void swapped_records_open_for_neither_S19(void **state)
{
	char one[256], two[256], aside[300];

	(void)state;
	assert_int_equal(store(&alice, 1), VID_OK);
	assert_int_equal(store(&bob, 2), VID_OK);
	snprintf(one, sizeof(one), "%s", path_of(&alice, "face"));
	snprintf(two, sizeof(two), "%s", path_of(&bob, "face"));
	snprintf(aside, sizeof(aside), "%s.old", one);
	assert_int_equal(rename(one, aside), 0);
	assert_int_equal(rename(two, one), 0);
	assert_int_equal(rename(aside, two), 0);
	assert_int_equal(load(&alice), -VID_FACE_TEMPLATE_BROKEN);
	assert_int_equal(load(&bob), -VID_FACE_TEMPLATE_BROKEN);
}

static void an_older_record_is_refused_S19(void **state)
{
	char record[256], old[300];

	(void)state;
	assert_int_equal(store(&alice, 1), VID_OK);
	snprintf(record, sizeof(record), "%s", path_of(&alice, "face"));
	snprintf(old, sizeof(old), "%s.old", record);
	copy(record, old);
	assert_int_equal(store(&alice, 2), VID_OK);
	copy(old, record);
	assert_int_equal(load(&alice), -VID_FACE_TEMPLATE_BROKEN);
	assert_non_null(strstr(problem.text, "older"));
}

/* All that was there yesterday, the marks' bucket among it, but not the whole folder. */
static void record_and_mark_of_yesterday_put_back_are_refused_S65(void **state)
{
	char record[256], old[300], command[600];

	(void)state;
	assert_int_equal(store(&alice, 1), VID_OK);
	snprintf(record, sizeof(record), "%s", path_of(&alice, "face"));
	snprintf(old, sizeof(old), "%s.old", record);
	copy(record, old);
	snprintf(command, sizeof(command), "cp -a '%s' '%s'", marks_at, kept);
	assert_int_equal(system(command), 0);
	assert_int_equal(store(&alice, 2), VID_OK);
	copy(old, record);
	/* the buckets without the head */
	snprintf(command, sizeof(command), "cp -a '%s'/??.* '%s'", kept, marks_at);
	assert_int_equal(system(command), 0);
	assert_int_equal(load(&alice), -VID_FACE_TEMPLATE_BROKEN);
	/* the head without the buckets */
	snprintf(command, sizeof(command), "rm '%s'/??.*", marks_at);
	assert_int_equal(system(command), 0);
	snprintf(command, sizeof(command), "cp -a '%s'/head '%s'", kept, marks_at);
	assert_int_equal(system(command), 0);
	assert_int_equal(load(&alice), -VID_STATE);
	assert_int_equal(store(&alice, 3), VID_STATE);
	/* neither */
	snprintf(command, sizeof(command), "rm -r '%s'", marks_at);
	assert_int_equal(system(command), 0);
	assert_int_equal(load(&alice), -VID_STATE);
	assert_int_equal(store(&alice, 3), VID_STATE);
}

static void a_record_without_a_mark_is_refused_S19(void **state)
{
	(void)state;
	assert_int_equal(store(&alice, 1), VID_OK);
	assert_int_equal(store(&bob, 2), VID_OK);
	assert_true(strlen(path_of(&alice, "face")) > strlen(folder) + 1 + 5);
	{
		char name[256];

		snprintf(name, sizeof(name), "%s",
			 path_of(&alice, "face") + strlen(folder) + 1);
		name[strlen(name) - 5] = '\0';
		assert_int_equal(anchor_reset(&anchor, ANCHOR_TEMPLATE, name, &problem),
				 VID_OK);
	}
	assert_int_equal(load(&alice), -VID_FACE_TEMPLATE_BROKEN);
	assert_int_equal(load(&bob), 2);
	assert_int_equal(store(&alice, 4), VID_OK);
	assert_int_equal(load(&alice), 4);
}

static int store_two(void)
{
	return (int)store(&alice, 2);
}

static void a_kill_at_each_system_call_leaves_the_old_or_the_new_S34(void **state)
{
	unsigned stops, old = 0, new = 0;
	int code = VID_INTERNAL;

	(void)state;
	for (stops = 1; stops < CUT_STOPS_MAX; stops++) {
		int found;

		assert_int_equal(store(&alice, 1), VID_OK);
		if (cut_short(stops, store_two, &code))
			break;
		found = load(&alice);
		assert_true(found == 1 || found == 2);
		found == 1 ? old++ : new ++;
	}
	assert_in_range(stops, 20, CUT_STOPS_MAX - 1);
	assert_int_equal(code, VID_OK);
	assert_int_equal(load(&alice), 2);
	assert_true(old > 5 && new > 1);
}

static void binding_moves_the_record_and_keeps_its_digest(void **state)
{
	struct template before = face(9), after;
	uint8_t digest[32], bound[32], got[TEMPLATE_SALT_LEN];

	(void)state;
	assert_int_equal(templates_bind(folder, &alice, &anchor, &problem), VID_OK);
	assert_int_equal(store(&unbound, 9), VID_OK);
	template_digest(&before, salt, digest);
	assert_int_equal(load(&alice), -VID_FACE_NO_TEMPLATE);
	assert_int_equal(templates_bind(folder, &alice, &anchor, &problem), VID_OK);
	assert_int_equal(load(&unbound), -VID_FACE_NO_TEMPLATE);
	assert_int_equal(templates_load(folder, &alice, &anchor, &after, got, &problem),
			 VID_OK);
	template_digest(&after, got, bound);
	assert_memory_equal(digest, bound, 32);
}

static void a_removed_template_is_gone(void **state)
{
	(void)state;
	assert_int_equal(store(&alice, 1), VID_OK);
	assert_int_equal(templates_remove(folder, &alice, &anchor, &problem), VID_OK);
	assert_int_equal(load(&alice), -VID_FACE_NO_TEMPLATE);
	assert_string_equal(path_of(&alice, "face"), "");
	assert_int_equal(templates_remove(folder, &alice, &anchor, &problem), VID_OK);
}

static void a_removed_record_that_is_put_back_is_refused_S19(void **state)
{
	char record[256], old[300], name[256];

	(void)state;
	for (int way = 0; way < 2; way++) {
		assert_int_equal(store(&alice, 1), VID_OK);
		snprintf(record, sizeof(record), "%s", path_of(&alice, "face"));
		snprintf(name, sizeof(name), "%s", record + strlen(folder) + 1);
		name[strlen(name) - 5] = '\0';
		snprintf(old, sizeof(old), "%s.old", record);
		copy(record, old);
		if (way == 0)
			assert_int_equal(
				templates_remove(folder, &alice, &anchor, &problem),
				VID_OK);
		else
			assert_int_equal(templates_retire(&anchor, name, &problem),
					 VID_OK);
		copy(old, record);
		assert_int_equal(load(&alice), -VID_FACE_TEMPLATE_BROKEN);
		assert_int_equal(store(&alice, 3), VID_OK);
		assert_int_equal(load(&alice), 3);
		copy(old, record);
		assert_int_equal(load(&alice), -VID_FACE_TEMPLATE_BROKEN);
		assert_int_equal(store(&alice, 3), VID_OK);
	}
}

static void an_unbound_record_put_back_is_not_bound_again_S19(void **state)
{
	char record[256], old[300];

	(void)state;
	assert_int_equal(store(&unbound, 9), VID_OK);
	snprintf(record, sizeof(record), "%s", path_of(&alice, "face"));
	snprintf(old, sizeof(old), "%s.old", record);
	copy(record, old);
	assert_int_equal(templates_bind(folder, &alice, &anchor, &problem), VID_OK);
	assert_int_equal(store(&alice, 5), VID_OK);
	copy(old, record);
	assert_int_equal(templates_bind(folder, &alice, &anchor, &problem),
			 VID_FACE_TEMPLATE_BROKEN);
	assert_int_equal(load(&alice), 5);
}

static void an_account_that_is_a_path_is_refused(void **state)
{
	const struct template_owner evil = { "../alice", 1000, "https://a", "s" };
	const struct template_owner dots = { "..", 1000, "https://a", "s" };

	(void)state;
	assert_int_equal(store(&evil, 1), VID_INTERNAL);
	assert_int_equal(store(&dots, 1), VID_INTERNAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, clean)
		TEST(what_is_stored_is_loaded),
		TEST(swapped_records_open_for_neither_S19),
		TEST(an_older_record_is_refused_S19),
		TEST(record_and_mark_of_yesterday_put_back_are_refused_S65),
		TEST(a_record_without_a_mark_is_refused_S19),
		TEST(a_kill_at_each_system_call_leaves_the_old_or_the_new_S34),
		TEST(binding_moves_the_record_and_keeps_its_digest),
		TEST(a_removed_template_is_gone),
		TEST(a_removed_record_that_is_put_back_is_refused_S19),
		TEST(an_unbound_record_put_back_is_not_bound_again_S19),
		TEST(an_account_that_is_a_path_is_refused),
	};

	return cmocka_run_group_tests_name("templates", tests, NULL, NULL);
}
