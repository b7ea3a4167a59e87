/* SPDX-License-Identifier: BSD-2-Clause */
/* What systemd is told of the accounts: all of the index, and nothing of anybody else. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <time.h>

#include "libvid/userdb.h"
#include "libvid/userdb_record.h"
#include "tests/nss/box.h"
#include "tests/unit/cut_short.h"

/* As /run is: in memory, where there is such a place. */
static char folder_path[64];
static struct problem problem;

/* Good until four more were asked for. */
static const char *at(const char *name)
{
	static char paths[4][1024];
	static unsigned next;
	char *path = paths[next++ % 4];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", folder_path, name);
	return path;
}

static void clear(void)
{
	DIR *folder = opendir(folder_path);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		(void)unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder)
		closedir(folder);
	(void)rmdir(folder_path);
}

static int set_up(void **state)
{
	int done = box_make(state);

	clear();
	(void)snprintf(folder_path, sizeof(folder_path), "/dev/shm/vid-userdb-%ld",
		       (long)getpid());
	if (mkdir(folder_path, 0755) < 0 && errno != EEXIST)
		(void)snprintf(folder_path, sizeof(folder_path), "%.60s", "box-userdb");
	clear();
	return done;
}

static int tear_down(void **state)
{
	(void)state;
	clear();
	return 0;
}

/* Entries of the folder that systemd looks at. */
static unsigned entries(void)
{
	DIR *folder = opendir(folder_path);
	const struct dirent *entry;
	unsigned count = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)))
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

static bool there(const char *name)
{
	struct stat st;

	return lstat(at(name), &st) == 0;
}

/* The file's text, through its link where it is one. */
static const char *text_of(const char *name)
{
	static char text[USERDB_RECORD_MAX];
	FILE *file;
	size_t len;

	file = fopen(at(name), "r");
	if (!file)
		fail_msg("%s: %s", name, strerror(errno));
	len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	(void)fclose(file);
	return text;
}

static void put(const char *name, const char *text)
{

	(void)mkdir(folder_path, 0755);
	box_write(at(name), text);
}

static enum vid_reason sync_now(size_t *written)
{
	struct index index;
	enum vid_reason why;

	assert_int_equal(index_open(BOX_INDEX, &index), INDEX_OK);
	why = userdb_sync(folder_path, &index, written, &problem);
	index_close(&index);
	return why;
}

static void synced(size_t want)
{
	size_t written = SIZE_MAX;

	if (sync_now(&written) != VID_OK)
		fail_msg("%s", problem.text);
	assert_int_equal(written, want);
}

static void accounts_have_records_by_name_and_number(void **state)
{
	struct stat st;

	(void)state;
	box_compiles(KIM " vkim uid=60001 gid=60002 home=/home/v shell=/bin/bash "
			 "groups=terminal,plug gecos=V. Kim\n" ALI " alice\n" BO
			 " bo uid=60003\n");
	synced(2);
	assert_string_equal(text_of("vkim.user"),
			    "{\"service\":\"vid.accounts\",\"userName\":\"vkim\",\"uid\":"
			    "60001,\"gid\":60002,\"realName\":\"V. Kim\","
			    "\"homeDirectory\":\"/home/v\",\"shell\":\"/bin/bash\","
			    "\"disposition\":\"regular\"}\n");
	assert_string_equal(text_of("60002.group"),
			    "{\"service\":\"vid.accounts\",\"groupName\":\"vkim\","
			    "\"gid\":60002,\"disposition\":\"regular\"}\n");
	assert_string_equal(text_of("60001.user"), text_of("vkim.user"));
	assert_null(strstr(text_of("bo.user"), "realName"));
	assert_null(strstr(text_of("bo.user"), "assword"));
	assert_true(there("vkim:terminal.membership"));
	assert_true(there("vkim:plug.membership"));
	assert_int_equal(entries(), 10);
	assert_false(there("alice.user"));
	assert_int_equal(stat(at("vkim.user"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(stat(folder_path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
}

static void what_is_no_longer_in_the_index_goes(void **state)
{
	(void)state;
	box_compiles(KIM " vkim uid=60001 groups=terminal,plug\n" BO " bo uid=60003\n");
	synced(2);
	box_compiles(KIM " vkim uid=60001 groups=plug\n");
	synced(1);
	assert_int_equal(entries(), 5);
	assert_false(there("vkim:terminal.membership"));
	assert_false(there("60003.user"));
	box_forget();
	box_compiles(BO " bo uid=60001 gid=60009\n" KIM " vkim uid=60003\n");
	synced(2);
	assert_string_equal(text_of("60001.user"), text_of("bo.user"));
	assert_string_equal(text_of("60003.user"), text_of("vkim.user"));
	assert_string_equal(text_of("60009.group"), text_of("bo.group"));
	assert_int_equal(entries(), 8);
	box_forget();
	box_compiles("");
	synced(0);
	assert_int_equal(entries(), 0);
}

static void a_second_time_nothing_is_written(void **state)
{
	struct stat before, after;

	(void)state;
	box_compiles(KIM " vkim uid=60001 groups=plug\n");
	synced(1);
	assert_int_equal(lstat(folder_path, &before), 0);
	synced(1);
	assert_int_equal(lstat(folder_path, &after), 0);
	assert_int_equal(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}

/* Of each of the four names, and each kind of thing that may be there. */
static void another_programs_record_is_never_replaced_or_removed(void **state)
{
	static const char *const names[] = { "vkim.user", "60001.user", "vkim.group",
					     "60001.group" };
	static const char *const texts[] = {
		"", "{\"userName\":\"vkim\"}", "{\"service\":\"vid.accounts2\"}",
		" {\"service\":\"vid.accounts\",\"userName\":\"vkim\"}"
	};

	(void)state;
	box_compiles(KIM " vkim uid=60001 groups=plug\n" BO " bo uid=60003\n");
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < 4; k++) {
			clear();
			put(names[i], texts[k]);
			put("others.user", texts[k]);
			put("60004.user", texts[k]);
			put("others:plug.membership", texts[k]);
			synced(1); /* bo: of vkim there is all or nothing */
			assert_int_equal(entries(), 8);
			assert_string_equal(text_of(names[i]), texts[k]);
			synced(1);
			assert_string_equal(text_of("others.user"), texts[k]);
		}
}

static void a_record_that_becomes_anothers_takes_ours_away(void **state)
{
	(void)state;
	box_compiles(KIM " vkim uid=60001 groups=plug\n");
	synced(1);
	put("vkim.group", "{\"groupName\":\"vkim\",\"gid\":7}");
	synced(0);
	assert_false(there("vkim.user"));
	assert_false(there("60001.user"));
	assert_false(there("vkim:plug.membership"));
	assert_non_null(strstr(text_of("vkim.group"), ":7}"));
}

static void links_and_files_of_others_in_our_places_stay(void **state)
{
	(void)state;
	box_compiles(KIM " vkim uid=60001\n");
	(void)mkdir(folder_path, 0755);
	put("hers.user", "{\"userName\":\"hers\"}");
	assert_int_equal(symlink("hers.user", at("60001.user")), 0);
	synced(0);
	assert_string_equal(text_of("60001.user"), "{\"userName\":\"hers\"}");
	assert_int_equal(unlink(at("60001.user")), 0);
	box_write(BOX "/outside", "{\"service\":\"vid.accounts\"}");
	assert_int_equal(symlink(BOX "/outside", at("vkim.user")), 0);
	assert_int_equal(symlink(BOX "/outside", at("60009.user")), 0);
	synced(0);
	assert_true(there("vkim.user"));
	assert_true(there("60009.user"));
	assert_int_equal(mkfifo(at("60001.group"), 0600), 0);
	synced(0);
	assert_true(there("60001.group"));
}

static void one_more_account_is_added_alone(void **state)
{
	struct index_row row;
	struct index index;

	(void)state;
	box_compiles(KIM " vkim uid=60001 groups=plug\n" BO " bo uid=60003\n");
	assert_int_equal(index_open(BOX_INDEX, &index), INDEX_OK);
	assert_int_equal(index_by_name(&index, bytes_of_text("vkim"), &row), INDEX_OK);
	assert_int_equal(userdb_add(folder_path, &index, &row, &problem), VID_OK);
	index_close(&index);
	assert_int_equal(entries(), 5);
	assert_string_equal(text_of("60001.user"), text_of("vkim.user"));
}

/* --- texts */

static struct index_row kim(const char *gecos, size_t len)
{
	return (struct index_row){ .name = bytes_of_text("vkim"),
				   .gecos = bytes_of(gecos, len),
				   .home = bytes_of_text("/home/v"),
				   .shell = bytes_of_text("/bin/sh"),
				   .uid = 60001,
				   .gid = 60001 };
}

static void a_hostile_name_of_a_person_stays_a_text(void **state)
{
	static const struct {
		const char *gecos, *want;
	} cases[] = {
		{ "\"},\"uid\":0,\"x\":\"", "\"},\"uid\":0,\"x\":\"" },
		{ "a\\", "a\\" },
		{ "\\u0000\\\"", "\\u0000\\\"" },
		{ "a\nb\x01\x7f", "a\nb\x01\x7f" },
		{ "J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x98\x80",
		  "J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x98\x80" },
		{ "\xff", "\xef\xbf\xbd" },
		{ "a\xc3", "a\xef\xbf\xbd" },
		{ "\xc3\"", "\xef\xbf\xbd\"" },
		{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xf4\x90\x80\x80",
		  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xe0\x80\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct index_row row = kim(cases[i].gecos, strlen(cases[i].gecos));
		uint8_t room[USERDB_RECORD_MAX];
		struct buffer to = buffer_of(room, sizeof(room));
		json_t *record;

		assert_true(userdb_user(&row, &to));
		record = json_loadb((char *)room, to.len, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(record);
		assert_int_equal(json_object_size(record), 8);
		assert_string_equal(
			json_string_value(json_object_get(record, "realName")),
			cases[i].want);
		assert_int_equal(json_integer_value(json_object_get(record, "uid")),
				 60001);
		json_decref(record);
	}
}

static void the_longest_of_fields_fit(void **state)
{
	char bad[INDEX_FIELD_MAX], path[INDEX_FIELD_MAX];
	struct index_row row = kim(bad, sizeof(bad));
	uint8_t room[USERDB_RECORD_MAX];
	struct buffer to = buffer_of(room, sizeof(room));

	(void)state;
	memset(bad, 1, sizeof(bad));
	memset(path, '"', sizeof(path));
	path[0] = '/';
	row.home = row.shell = bytes_of(path, sizeof(path));
	assert_true(userdb_user(&row, &to));
	to = buffer_of(room, 100);
	assert_false(userdb_user(&row, &to));
}

static void a_home_that_systemd_would_not_take_leaves_the_account_out(void **state)
{
	static const char *const bad[] = { "",     "home",  "//",    "/a//b",
					   "/a/",  "/./a",  "/a/..", "/a/../b",
					   "/a/.", "/\xff", "/a\nb", "/a:b" };
	static const char *const good[] = { "/",      "/a",   "/a/b",     "/.a",
					    "/a/..b", "/...", "/\xc3\xb6" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct index_row row = kim("", 0);
		uint8_t room[USERDB_RECORD_MAX];
		struct buffer to = buffer_of(room, sizeof(room));

		row.home = bytes_of_text(bad[i]);
		if (userdb_user(&row, &to))
			fail_msg("'%s' is taken", bad[i]);
		row.home = row.shell;
		row.shell = bytes_of_text(bad[i]);
		assert_false(userdb_user(&row, &to));
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct index_row row = kim("", 0);
		uint8_t room[USERDB_RECORD_MAX];
		struct buffer to = buffer_of(room, sizeof(room));

		row.home = bytes_of_text(good[i]);
		if (!userdb_user(&row, &to))
			fail_msg("'%s' is refused", good[i]);
	}
}

/* --- bounds, crashes, damage */

/* A map of accounts from 100000 on, all numbers of which it may have. */
static char *map_of(unsigned accounts)
{
	static const char digits[] = "ABCDEFGHIJ";
	size_t size = 64 + (size_t)accounts * 64, len;
	char *text = malloc(size);

	assert_non_null(text);
	len = (size_t)snprintf(text, size, "numbers 100000-120000\n");
	for (unsigned i = 0; i < accounts; i++)
		len += (size_t)snprintf(
			text + len, size - len,
			"AAAAAAAAAAAAAAAA%c%c%c%c%cA@example w%u uid=%u\n",
			digits[i / 10000 % 10], digits[i / 1000 % 10],
			digits[i / 100 % 10], digits[i / 10 % 10], digits[i % 10], i,
			100000 + i);
	return text;
}

static void beyond_ten_thousand_accounts_there_are_none(void **state)
{
	char *text = map_of(USERDB_MAX);
	struct index_row row;
	struct index index;

	(void)state;
	box_compiles(text);
	free(text);
	synced(USERDB_MAX);
	assert_int_equal(entries(), 4 * USERDB_MAX);
	put("hers.user", "{\"userName\":\"hers\"}");
	text = map_of(USERDB_MAX + 1);
	box_compiles(text);
	free(text);
	assert_int_equal(index_open(BOX_INDEX, &index), INDEX_OK);
	assert_int_equal(index_by_name(&index, bytes_of_text("w7"), &row), INDEX_OK);
	assert_int_equal(userdb_add(folder_path, &index, &row, &problem), VID_OK);
	index_close(&index);
	assert_int_equal(entries(), 1);
	synced(0);
	assert_true(there("hers.user"));
}

static int sync_once(void)
{
	return (int)sync_now(NULL);
}

static void killed_at_any_system_call_the_next_sync_makes_it_whole_S34(void **state)
{
	bool whole = false;
	int code = -1;

	(void)state;
	for (unsigned stops = 0; !whole && stops < CUT_STOPS_MAX; stops += 3) {
		clear();
		box_forget();
		box_compiles(KIM " vkim uid=60001 groups=terminal\n");
		synced(1);
		box_forget();
		box_compiles(KIM " vkim uid=60003 groups=plug\n");
		whole = cut_short(stops, sync_once, &code);
		synced(1);
		assert_string_equal(text_of("60003.user"), text_of("vkim.user"));
		assert_string_equal(text_of("60003.group"), text_of("vkim.group"));
		assert_non_null(strstr(text_of("vkim.user"), ":60003,"));
		assert_true(there("vkim:plug.membership"));
		assert_int_equal(entries(), 5);
	}
	assert_true(whole);
	assert_int_equal(code, VID_OK);
}

static void what_a_killed_write_left_is_tidied_up(void **state)
{
	const struct timespec old[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

	(void)state;
	put(".vid-0123456789abcdef", "half");
	put("not ours", "half");
	assert_int_equal(utimensat(AT_FDCWD, at(".vid-0123456789abcdef"), old, 0), 0);
	box_compiles(KIM " vkim uid=60001\n");
	synced(1);
	assert_false(there(".vid-0123456789abcdef"));
	assert_true(there("not ours"));
}

static void links_that_lead_nowhere_are_made_good(void **state)
{
	(void)state;
	box_compiles(KIM " vkim uid=60001\n");
	synced(1);
	assert_int_equal(unlink(at("vkim.user")), 0);
	synced(1);
	assert_string_equal(text_of("60001.user"), text_of("vkim.user"));
}

static void a_folder_that_others_may_write_is_refused(void **state)
{
	(void)state;
	box_compiles(KIM " vkim uid=60001\n");
	assert_int_equal(mkdir(folder_path, 0700), 0);
	assert_int_equal(chmod(folder_path, 0777), 0);
	assert_int_equal(sync_now(NULL), VID_FILE_UNTRUSTED);
	assert_int_equal(entries(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(accounts_have_records_by_name_and_number),
		TEST(what_is_no_longer_in_the_index_goes),
		TEST(a_second_time_nothing_is_written),
		TEST(another_programs_record_is_never_replaced_or_removed),
		TEST(a_record_that_becomes_anothers_takes_ours_away),
		TEST(links_and_files_of_others_in_our_places_stay),
		TEST(one_more_account_is_added_alone),
		TEST(a_hostile_name_of_a_person_stays_a_text),
		TEST(the_longest_of_fields_fit),
		TEST(a_home_that_systemd_would_not_take_leaves_the_account_out),
		TEST(beyond_ten_thousand_accounts_there_are_none),
		TEST(killed_at_any_system_call_the_next_sync_makes_it_whole_S34),
		TEST(what_a_killed_write_left_is_tidied_up),
		TEST(links_that_lead_nowhere_are_made_good),
		TEST(a_folder_that_others_may_write_is_refused),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
