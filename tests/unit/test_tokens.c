/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/tokens.c: tokens kept for keys that have no room. */
#include "config.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "libvid/limits.h"
#include "libvid/tokens.h"
#include "tests/unit/folder.h"

static char folder[PATH_MAX];
static struct problem problem;
static uint8_t room[VID_TOKEN_MAX];
static struct buffer loaded;
static uint8_t longest[1024]; /* one more than a credential's id may have */

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

static enum vid_reason load(const char *credential)
{
	loaded = buffer_of(room, sizeof(room));
	return tokens_load(folder, bytes_of_text(credential), &loaded, &problem);
}

static enum vid_reason store(const char *credential, const char *message)
{
	return tokens_store(folder, bytes_of_text(credential), bytes_of_text(message),
			    &problem);
}

/* The file of the credential "id": the first half of its SHA-256. */
static void path_of_id(char path[2 * PATH_MAX])
{
	uint8_t hash[32];
	char hex[33];

	crypto_hash_sha256(hash, (const uint8_t *)"id", 2);
	(void)snprintf(path, (size_t)2 * PATH_MAX, "%s/%s.vid", folder,
		       sodium_bin2hex(hex, sizeof(hex), hash, 16));
}

static void a_credential_finds_its_token_and_no_other(void **state)
{
	char path[2 * PATH_MAX];
	struct stat st;

	(void)state;
	assert_int_equal(load("id"), VID_FILE_MISSING);
	assert_int_equal(store("id", "one"), VID_OK);
	assert_int_equal(store("id2", "two"), VID_OK);
	assert_int_equal(load("id"), VID_OK);
	assert_true(bytes_are(buffer_bytes(&loaded), "one"));
	assert_int_equal(load("id2"), VID_OK);
	assert_true(bytes_are(buffer_bytes(&loaded), "two"));
	assert_int_equal(load("i"), VID_FILE_MISSING);
	path_of_id(path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void a_newer_token_takes_its_place(void **state)
{
	(void)state;
	assert_int_equal(store("id", "one"), VID_OK);
	assert_int_equal(store("id", "another"), VID_OK);
	assert_int_equal(load("id"), VID_OK);
	assert_true(bytes_are(buffer_bytes(&loaded), "another"));
}

static void what_is_removed_is_gone(void **state)
{
	(void)state;
	assert_int_equal(tokens_remove(folder, bytes_of_text("id"), &problem),
			 VID_FILE_MISSING);
	assert_int_equal(store("id", "one"), VID_OK);
	assert_int_equal(tokens_remove(folder, bytes_of_text("id"), &problem), VID_OK);
	assert_int_equal(load("id"), VID_FILE_MISSING);
}

static void the_largest_fits_and_no_larger(void **state)
{
	uint8_t token[VID_TOKEN_MAX + 1] = { 0xd2 };

	(void)state;
	assert_int_equal(tokens_store(folder, bytes_of_text("id"),
				      bytes_of(token, sizeof(token)), &problem),
			 VID_TOKEN_TOO_LARGE);
	assert_int_equal(store("id", ""), VID_TOKEN_EMPTY);
	assert_int_equal(load("id"), VID_FILE_MISSING);
	assert_int_equal(tokens_store(folder, bytes_of_text("id"),
				      bytes_of(token, VID_TOKEN_MAX), &problem),
			 VID_OK);
	assert_int_equal(load("id"), VID_OK);
	assert_int_equal(loaded.len, VID_TOKEN_MAX);
	loaded = buffer_of(room, 100);
	assert_int_equal(tokens_load(folder, bytes_of_text("id"), &loaded, &problem),
			 VID_TOKEN_TOO_LARGE);
}

static void an_empty_or_larger_file_is_refused(void **state)
{
	char path[2 * PATH_MAX];

	(void)state;
	assert_int_equal(store("id", "one"), VID_OK);
	path_of_id(path);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(load("id"), VID_STATE);
	assert_int_equal(truncate(path, VID_TOKEN_MAX + 1), 0);
	assert_int_equal(load("id"), VID_FILE_IO);
}

static void a_file_that_others_may_write_is_not_trusted_S33(void **state)
{
	char path[2 * PATH_MAX];

	(void)state;
	assert_int_equal(store("id", "one"), VID_OK);
	path_of_id(path);
	assert_int_equal(chmod(path, 0622), 0);
	assert_int_equal(load("id"), VID_FILE_UNTRUSTED);
}

static void a_link_is_not_followed_S33(void **state)
{
	char path[2 * PATH_MAX], other[2 * PATH_MAX];

	(void)state;
	assert_int_equal(store("id", "one"), VID_OK);
	path_of_id(path);
	(void)snprintf(other, sizeof(other), "%s/other", folder);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(symlink(other, path), 0);
	assert_int_equal(load("id"), VID_FILE_UNTRUSTED);
}

static void what_is_no_credential_names_no_file(void **state)
{
	(void)state;
	for (size_t len = 0; len <= sizeof(longest); len += sizeof(longest)) {
		struct bytes id = bytes_of(longest, len);

		loaded = buffer_of(room, sizeof(room));
		assert_int_equal(tokens_load(folder, id, &loaded, &problem),
				 VID_INTERNAL);
		assert_int_equal(tokens_store(folder, id, bytes_of_text("t"), &problem),
				 VID_INTERNAL);
		assert_int_equal(tokens_remove(folder, id, &problem), VID_INTERNAL);
	}
	assert_int_equal(tokens_store(folder, bytes_of(longest, 1023), bytes_of_text("t"),
				      &problem),
			 VID_OK);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_credential_finds_its_token_and_no_other),
		test(a_newer_token_takes_its_place),
		test(what_is_removed_is_gone),
		test(the_largest_fits_and_no_larger),
		test(an_empty_or_larger_file_is_refused),
		test(a_file_that_others_may_write_is_not_trusted_S33),
		test(a_link_is_not_followed_S33),
		test(what_is_no_credential_names_no_file),
	};

	if (sodium_init() < 0)
		return 99;
	return cmocka_run_group_tests_name("tokens", tests, NULL, NULL);
}
