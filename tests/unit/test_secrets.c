/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/secrets.c: what opens a keyring opens with this host, this key and this account
 * alone. */
#include "config.h"

#include <dirent.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "libvid/secrets.h"
#include "tests/unit/folder.h"

static char folder[PATH_MAX];
static struct problem problem;
static const struct hostkey key = { .at = { 1 } }, other_host = { .at = { 2 } };
static const struct public_key holder = { .alg = KEY_ED25519, .at = { 5 } };
static const struct public_key other_holder = { .alg = KEY_P256, .at = { 5 } };
static const struct secret_owner kim = { "kim", 1000, &holder };
static const uint8_t answer[KEY_SECRET_LEN] = { 7 };
static char out[SECRET_MAX + 1];

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

static enum vid_reason store(const char *secret)
{
	return secret_store(folder, &kim, &key, answer, bytes_of_text(secret), &problem);
}

static enum vid_reason load_as(const struct secret_owner *owner,
			       const struct hostkey *host, const uint8_t *with)
{
	enum vid_reason why;

	memset(out, 'x', sizeof(out));
	why = secret_load(folder, owner, host, with, out, &problem);
	if (why != VID_OK)
		assert_true(sodium_is_zero((const uint8_t *)out, sizeof(out)));
	return why;
}

static enum vid_reason load(void)
{
	return load_as(&kim, &key, answer);
}

/* The one file that is there. */
static void kept_file(char path[2 * PATH_MAX])
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	assert_non_null(dir);
	path[0] = '\0';
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			(void)snprintf(path, (size_t)2 * PATH_MAX, "%s/%s", folder,
				       entry->d_name);
	closedir(dir);
	assert_true(path[0]);
}

static size_t content(const char *path, uint8_t *to, size_t size)
{
	FILE *file = fopen(path, "rb");
	size_t len;

	assert_non_null(file);
	len = fread(to, 1, size, file);
	(void)fclose(file);
	return len;
}

static void put(const char *path, const uint8_t *from, size_t len)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(from, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void what_is_stored_comes_back(void **state)
{
	char longest[SECRET_MAX + 1];

	(void)state;
	assert_int_equal(load(), VID_FILE_MISSING);
	assert_false(secret_is_kept(folder, &kim, &key));
	assert_int_equal(store("correct horse \xc3\xa4"), VID_OK);
	assert_true(secret_is_kept(folder, &kim, &key));
	assert_int_equal(load(), VID_OK);
	assert_string_equal(out, "correct horse \xc3\xa4");
	memset(longest, 'y', SECRET_MAX);
	longest[SECRET_MAX] = '\0';
	assert_int_equal(store(longest), VID_OK); /* in the other's place */
	assert_int_equal(load(), VID_OK);
	assert_string_equal(out, longest);
}

static void what_is_removed_is_gone(void **state)
{
	(void)state;
	assert_int_equal(secret_remove(folder, &kim, &key, &problem), VID_FILE_MISSING);
	assert_int_equal(store("s"), VID_OK);
	assert_int_equal(secret_remove(folder, &kim, &key, &problem), VID_OK);
	assert_int_equal(load(), VID_FILE_MISSING);
	assert_false(secret_is_kept(folder, &kim, &key));
}

static void what_is_no_secret_is_not_stored(void **state)
{
	char longer[SECRET_MAX + 2];

	(void)state;
	memset(longer, 'y', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(store(longer), VID_INTERNAL);
	assert_int_equal(store(""), VID_INTERNAL);
	assert_int_equal(
		secret_store(folder, &kim, &key, answer, bytes_of("a\0b", 3), &problem),
		VID_INTERNAL);
	assert_int_equal(load(), VID_FILE_MISSING);
}

static void without_the_security_key_the_folder_opens_nothing(void **state)
{
	uint8_t other[KEY_SECRET_LEN];

	(void)state;
	assert_int_equal(store("s"), VID_OK);
	for (size_t bit = 0; bit < sizeof(other) * 8; bit++) {
		memcpy(other, answer, sizeof(other));
		other[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(load_as(&kim, &key, other), VID_STATE);
	}
}

/* The name is another under another host key; put there by hand it opens no more. */
static void without_the_host_key_the_security_key_opens_nothing(void **state)
{
	char here[2 * PATH_MAX], there[2 * PATH_MAX];
	uint8_t bytes[1024];
	size_t len;

	(void)state;
	assert_int_equal(store("s"), VID_OK);
	kept_file(here);
	len = content(here, bytes, sizeof(bytes));
	assert_int_equal(load_as(&kim, &other_host, answer), VID_FILE_MISSING);
	assert_int_equal(unlink(here), 0);
	assert_int_equal(secret_store(folder, &kim, &other_host, answer,
				      bytes_of_text("t"), &problem),
			 VID_OK);
	kept_file(there);
	assert_string_not_equal(here, there);
	put(there, bytes, len);
	assert_int_equal(load_as(&kim, &other_host, answer), VID_STATE);
}

static void another_uid_of_that_name_does_not_get_it(void **state)
{
	const struct secret_owner again = { "kim", 1001, &holder };

	(void)state;
	assert_int_equal(store("s"), VID_OK);
	assert_int_equal(load_as(&again, &key, answer), VID_STATE);
}

static void another_account_or_key_does_not_get_it(void **state)
{
	const struct secret_owner lee = { "lee", 1000, &holder };
	const struct secret_owner second = { "kim", 1000, &other_holder };
	char path[2 * PATH_MAX], other[2 * PATH_MAX];
	uint8_t bytes[1024];
	size_t len;

	(void)state;
	assert_int_equal(store("s"), VID_OK);
	assert_int_equal(load_as(&lee, &key, answer), VID_FILE_MISSING);
	assert_int_equal(load_as(&second, &key, answer), VID_FILE_MISSING);
	/* nor when its file is put in their file's place */
	kept_file(path);
	len = content(path, bytes, sizeof(bytes));
	for (size_t i = 0; i < 2; i++) {
		const struct secret_owner *owner = i ? &second : &lee;

		assert_int_equal(unlink(path), 0);
		assert_int_equal(secret_store(folder, owner, &key, answer,
					      bytes_of_text("t"), &problem),
				 VID_OK);
		kept_file(other);
		put(other, bytes, len);
		assert_int_equal(load_as(owner, &key, answer), VID_STATE);
		memcpy(path, other, sizeof(path));
	}
}

static void every_flipped_bit_is_refused(void **state)
{
	char path[2 * PATH_MAX];
	uint8_t bytes[1024];
	size_t len;

	(void)state;
	assert_int_equal(store("correct horse"), VID_OK);
	kept_file(path);
	len = content(path, bytes, sizeof(bytes));
	for (size_t bit = 0; bit < len * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		put(path, bytes, len);
		assert_int_equal(load(), VID_STATE);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t cut = 0; cut < len; cut++) {
		put(path, bytes, cut);
		assert_int_equal(load(), VID_STATE);
	}
	put(path, bytes, len + 1);
	assert_int_equal(load(), VID_STATE);
	put(path, bytes, len);
	assert_int_equal(load(), VID_OK);
}

static void a_file_tells_neither_the_secret_nor_its_length(void **state)
{
	char path[2 * PATH_MAX];
	uint8_t one[1024], two[1024];
	struct stat st;
	size_t len;

	(void)state;
	assert_int_equal(store("a"), VID_OK);
	kept_file(path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	len = content(path, one, sizeof(one));
	assert_int_equal(store("correct horse battery staple"), VID_OK);
	assert_int_equal(content(path, two, sizeof(two)), len);
	assert_null(memmem(two, len, "horse", 5));
}

static void a_file_that_others_may_write_is_not_trusted_S33(void **state)
{
	char path[2 * PATH_MAX];

	(void)state;
	assert_int_equal(store("s"), VID_OK);
	kept_file(path);
	assert_int_equal(chmod(path, 0620), 0);
	assert_int_equal(load(), VID_FILE_UNTRUSTED);
}

static void what_is_no_name_names_no_file(void **state)
{
	static const char *const names[] = { "",    ".",
					     "..",  "../kim",
					     "a/b", "an-account-name-of-thirty-two-by" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct secret_owner owner = { names[i], 1000, &holder };

		assert_int_equal(secret_store(folder, &owner, &key, answer,
					      bytes_of_text("s"), &problem),
				 VID_INTERNAL);
		assert_int_equal(load_as(&owner, &key, answer), VID_INTERNAL);
		assert_false(secret_is_kept(folder, &owner, &key));
		assert_int_equal(secret_remove(folder, &owner, &key, &problem),
				 VID_INTERNAL);
	}
}

static void each_host_asks_each_key_with_a_salt_of_its_own(void **state)
{
	uint8_t salt[3][32], again[32], template[32];

	(void)state;
	secret_salt(&key, &holder, salt[0]);
	secret_salt(&other_host, &holder, salt[1]);
	secret_salt(&key, &other_holder, salt[2]);
	secret_salt(&key, &holder, again);
	key_template_salt(template);
	assert_memory_equal(salt[0], again, 32);
	assert_memory_not_equal(salt[0], salt[1], 32);
	assert_memory_not_equal(salt[0], salt[2], 32);
	assert_memory_not_equal(salt[0], template, 32);
}

/* By name alone, whatever key they are for; nobody else's. */
static void all_of_an_account_are_forgotten_together(void **state)
{
	struct public_key other = *kim.holder;
	const struct secret_owner second = { kim.account, kim.uid, &other };
	const struct secret_owner others[] = { { "kimberly", kim.uid, kim.holder },
					       { "kim.b", kim.uid, kim.holder } };

	(void)state;
	other.at[0] ^= 1;
	assert_int_equal(secret_remove_all(folder, kim.account, &problem),
			 VID_FILE_MISSING);
	assert_int_equal(
		secret_store(folder, &kim, &key, answer, bytes_of_text("one"), &problem),
		VID_OK);
	assert_int_equal(secret_store(folder, &second, &key, answer, bytes_of_text("two"),
				      &problem),
			 VID_OK);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(secret_store(folder, &others[i], &key, answer,
					      bytes_of_text("not theirs"), &problem),
				 VID_OK);
	assert_int_equal(secret_remove_all(folder, kim.account, &problem), VID_OK);
	assert_false(secret_is_kept(folder, &kim, &key));
	assert_false(secret_is_kept(folder, &second, &key));
	for (size_t i = 0; i < 2; i++)
		assert_true(secret_is_kept(folder, &others[i], &key));
}

static void without_a_folder_nothing_is_kept(void **state)
{
	(void)state;
	assert_int_equal(secret_store("/nonexistent", &kim, &key, answer,
				      bytes_of_text("s"), &problem),
			 VID_FILE_IO);
	assert_int_equal(secret_load("/nonexistent", &kim, &key, answer, out, &problem),
			 VID_FILE_MISSING);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(what_is_stored_comes_back),
		test(what_is_removed_is_gone),
		test(what_is_no_secret_is_not_stored),
		test(without_the_security_key_the_folder_opens_nothing),
		test(without_the_host_key_the_security_key_opens_nothing),
		test(another_uid_of_that_name_does_not_get_it),
		test(another_account_or_key_does_not_get_it),
		test(every_flipped_bit_is_refused),
		test(a_file_tells_neither_the_secret_nor_its_length),
		test(a_file_that_others_may_write_is_not_trusted_S33),
		test(what_is_no_name_names_no_file),
		test(each_host_asks_each_key_with_a_salt_of_its_own),
		test(all_of_an_account_are_forgotten_together),
		test(without_a_folder_nothing_is_kept),
	};

	if (sodium_init() < 0)
		return 99;
	return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}
