/* SPDX-License-Identifier: BSD-2-Clause */
/* vid/people.c: which pictures of a folder are whose. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/unit/folder.h"
#include "vid/cli.h"
#include "vid/people.h"

static char folder[PATH_MAX];
static struct people people;

static void put(const char *name, const char *text)
{
	char path[2 * PATH_MAX];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

static void make(const char *name)
{
	char path[2 * PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

static int fresh(void **state)
{
	(void)state;
	memset(&people, 0, sizeof(people));
	if (folder_make(folder) != 0)
		return -1;
	make("kim");
	put("kim/b.jpg", "");
	put("kim/a.PNG", "");
	put("kim/notes.txt", "");
	put("kim/.hidden.jpg", "");
	make("alex");
	put("alex/1.pgm", "");
	make("_others");
	put("_others/stranger, old.jpeg", "");
	put("_others/kim.webp", "");
	make("empty");
	make(".git");
	put(".git/x.jpg", "");
	put("loose.jpg", "");
	return 0;
}

static int clean(void **state)
{
	(void)state;
	people_free(&people);
	folder_drop(folder);
	return 0;
}

static void check_person(size_t which, const char *name, bool other, size_t pictures)
{
	assert_string_equal(people.person[which].name, name);
	assert_int_equal(people.person[which].other, other);
	assert_int_equal(people.person[which].pictures, pictures);
	for (size_t i = 0; i < pictures; i++)
		assert_int_equal(people.picture[people.person[which].first + i].person,
				 which);
}

static void a_folder_is_a_person_and_each_other_is_one_of_their_own(void **state)
{
	(void)state;
	assert_int_equal(people_read(folder, &people), CLI_GO);
	assert_int_equal(people.count, 4);
	assert_int_equal(people.others, 2);
	assert_int_equal(people.pictures, 5);
	check_person(0, "kim", true, 1);
	check_person(1, "stranger, old", true, 1);
	check_person(2, "alex", false, 1);
	check_person(3, "kim", false, 2);
}

static void pictures_stand_in_the_order_of_their_names(void **state)
{
	const char *first, *second;

	(void)state;
	assert_int_equal(people_read(folder, &people), CLI_GO);
	first = people.picture[people.person[3].first].path;
	second = people.picture[people.person[3].first + 1].path;
	assert_string_equal(strrchr(first, '/'), "/a.PNG");
	assert_string_equal(strrchr(second, '/'), "/b.jpg");
}

static void only_names_of_pictures_are_pictures(void **state)
{
	static const char *const are[] = { "a.jpg", "a.JPEG", "a.png",
					   "a.pgm", "a.webp", "a.b.Pgm" };
	static const char *const are_not[] = { "a.txt", "jpg", ".jpg", "a.jpg.txt", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(are) / sizeof(*are); i++)
		assert_true(people_is_picture(are[i]));
	for (size_t i = 0; i < sizeof(are_not) / sizeof(*are_not); i++)
		assert_false(people_is_picture(are_not[i]));
}

static void groups_are_read_from_a_table(void **state)
{
	(void)state;
	put("groups.csv", "person,group\r\nkim,north\r\nstranger, old,south\n\n"
			  "nobody,north\n");
	assert_int_equal(people_read(folder, &people), CLI_GO);
	assert_int_equal(people.groups, 2);
	assert_string_equal(people.group[0], "north");
	assert_string_equal(people.group[1], "south");
	assert_int_equal(people.person[0].group, 0);
	assert_int_equal(people.person[1].group, 1);
	assert_int_equal(people.person[2].group, PEOPLE_NO_GROUP);
	assert_int_equal(people.person[3].group, 0);
}

static void a_table_that_is_none_is_refused(void **state)
{
	static const char *const bad[] = { "kim north\n", "kim,\n", ",north\n",
					   "person,group\nkim\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		put("groups.csv", bad[i]);
		assert_int_equal(people_read(folder, &people), CLI_FAILED);
		people_free(&people);
	}
}

static void more_groups_than_there_is_room_for_are_refused(void **state)
{
	char table[PEOPLE_GROUPS_MAX * 16 + 32] = "";
	size_t len = 0;

	(void)state;
	for (int i = 0; i < PEOPLE_GROUPS_MAX; i++)
		len += (size_t)snprintf(table + len, sizeof(table) - len, "kim,%d\n", i);
	put("groups.csv", table);
	assert_int_equal(people_read(folder, &people), CLI_GO);
	assert_int_equal(people.groups, PEOPLE_GROUPS_MAX);
	people_free(&people);
	(void)snprintf(table + len, sizeof(table) - len, "kim,more\n");
	put("groups.csv", table);
	assert_int_equal(people_read(folder, &people), CLI_FAILED);
}

static void a_folder_without_pictures_is_no_sample(void **state)
{
	char path[2 * PATH_MAX];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/empty", folder);
	assert_int_equal(people_read(path, &people), CLI_FAILED);
	(void)snprintf(path, sizeof(path), "%s/nowhere", folder);
	assert_int_equal(people_read(path, &people), CLI_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, clean)
		TEST(a_folder_is_a_person_and_each_other_is_one_of_their_own),
		TEST(pictures_stand_in_the_order_of_their_names),
		TEST(only_names_of_pictures_are_pictures),
		TEST(groups_are_read_from_a_table),
		TEST(a_table_that_is_none_is_refused),
		TEST(more_groups_than_there_is_room_for_are_refused),
		TEST(a_folder_without_pictures_is_no_sample),
	};

	return cmocka_run_group_tests_name("people", tests, NULL, NULL);
}
