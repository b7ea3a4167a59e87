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

static const struct hostkey key = { .at = { 5 } };
static const struct template_owner alice = { "alice", 1000, "https://a.example",
					     "sub-a" };
static const struct template_owner bob = { "bob", 1001, "https://a.example", "sub-b" };
static const struct template_owner unbound = { "alice", UINT32_MAX, "", "" };
static const uint8_t salt[TEMPLATE_SALT_LEN] = { 3 };

static char folder[64];
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

	return templates_store(folder, owner, &key, &template, salt, &problem);
}

/* The first component of what is stored, or minus the reason. */
static int load(const struct template_owner *owner)
{
	uint8_t got[TEMPLATE_SALT_LEN];
	struct template template;
	enum vid_reason why =
		templates_load(folder, owner, &key, &template, got, &problem);

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
	return mkdtemp(folder) ? 0 : -1;
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

static void a_missing_or_forged_watermark_is_refused_S19(void **state)
{
	char mark[256];
	FILE *file;

	(void)state;
	assert_int_equal(store(&alice, 1), VID_OK);
	assert_int_equal(store(&bob, 2), VID_OK);
	snprintf(mark, sizeof(mark), "%s", path_of(&alice, "mark"));
	copy(path_of(&bob, "mark"), mark);
	assert_int_equal(load(&alice), -VID_FACE_TEMPLATE_BROKEN);
	assert_int_equal(store(&alice, 3), VID_FACE_TEMPLATE_BROKEN);
	file = fopen(mark, "w");
	assert_non_null(file);
	fclose(file);
	assert_int_equal(load(&alice), -VID_FACE_TEMPLATE_BROKEN);
	assert_int_equal(unlink(mark), 0);
	assert_int_equal(load(&alice), -VID_FACE_TEMPLATE_BROKEN);
	assert_int_equal(store(&alice, 4), VID_OK);
	assert_int_equal(load(&alice), 4);
}

static void a_crash_between_record_and_mark_keeps_the_new_record_S34(void **state)
{
	char mark[256], old[300];

	(void)state;
	assert_int_equal(store(&alice, 1), VID_OK);
	snprintf(mark, sizeof(mark), "%s", path_of(&alice, "mark"));
	snprintf(old, sizeof(old), "%s.old", mark);
	copy(mark, old);
	assert_int_equal(store(&alice, 2), VID_OK);
	copy(old, mark);
	assert_int_equal(load(&alice), 2);
}

static void binding_moves_the_record_and_keeps_its_digest(void **state)
{
	struct template before = face(9), after;
	uint8_t digest[32], bound[32], got[TEMPLATE_SALT_LEN];

	(void)state;
	assert_int_equal(templates_bind(folder, &alice, &key, &problem), VID_OK);
	assert_int_equal(store(&unbound, 9), VID_OK);
	template_digest(&before, salt, digest);
	assert_int_equal(load(&alice), -VID_FACE_NO_TEMPLATE);
	assert_int_equal(templates_bind(folder, &alice, &key, &problem), VID_OK);
	assert_int_equal(load(&unbound), -VID_FACE_NO_TEMPLATE);
	assert_int_equal(templates_load(folder, &alice, &key, &after, got, &problem),
			 VID_OK);
	template_digest(&after, got, bound);
	assert_memory_equal(digest, bound, 32);
}

static void a_removed_template_is_gone(void **state)
{
	(void)state;
	assert_int_equal(store(&alice, 1), VID_OK);
	assert_int_equal(templates_remove(folder, &alice, &problem), VID_OK);
	assert_int_equal(load(&alice), -VID_FACE_NO_TEMPLATE);
	assert_string_equal(path_of(&alice, "mark"), "");
	assert_int_equal(templates_remove(folder, &alice, &problem), VID_OK);
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
		TEST(a_missing_or_forged_watermark_is_refused_S19),
		TEST(a_crash_between_record_and_mark_keeps_the_new_record_S34),
		TEST(binding_moves_the_record_and_keeps_its_digest),
		TEST(a_removed_template_is_gone),
		TEST(an_account_that_is_a_path_is_refused),
	};

	return cmocka_run_group_tests_name("templates", tests, NULL, NULL);
}
