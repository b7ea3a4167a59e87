/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/consent.c: what a person agreed to, and that nobody can make it up (P1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "libvid/cleanup.h"
#include "libvid/consent.h"
#include "libvid/files.h"

static const struct hostkey key = { .at = { 5 } };
static char folder[64];
static struct problem problem;

static int fresh(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vid-consent.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int clean(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static struct consent agreed(void)
{
	struct consent consent = { .account = "alice",
				   .locale = "de_DE.UTF-8",
				   .time = 1790000000,
				   .method = CONSENT_TYPED };

	consent_hash("the words", consent.text);
	assert_int_equal(consent_write(folder, &consent, &key, &problem), VID_OK);
	return consent;
}

static void a_consent_is_read_as_it_was_given_P1(void **state)
{
	struct consent given = agreed(), read;

	(void)state;
	assert_int_equal(consent_read(folder, "alice", &key, &read, &problem), VID_OK);
	assert_string_equal(read.account, given.account);
	assert_string_equal(read.locale, given.locale);
	assert_memory_equal(read.text, given.text, 32);
	assert_int_equal(read.time, given.time);
	assert_int_equal(read.method, CONSENT_TYPED);
	assert_int_equal(consent_read(folder, "bob", &key, &read, &problem),
			 VID_FILE_MISSING);
}

static void a_consent_says_where_the_face_was_taken_from(void **state)
{
	struct consent given = agreed(), read;
	char words[32];

	(void)state;
	for (unsigned from = 0; from < 8; from++) {
		given.sources = from;
		assert_int_equal(consent_write(folder, &given, &key, &problem), VID_OK);
		assert_int_equal(consent_read(folder, "alice", &key, &read, &problem),
				 VID_OK);
		assert_int_equal(read.sources, from);
	}
	consent_sources(CONSENT_VIDEO | CONSENT_CAMERA, words);
	assert_string_equal(words, "camera video");
	assert_int_equal(consent_remove(folder, "alice", &problem), VID_OK);
	assert_int_equal(consent_remove(folder, "alice", &problem), VID_FILE_MISSING);
	assert_int_equal(consent_remove(folder, "../alice", &problem), VID_INTERNAL);
}

static void each_changed_byte_of_a_consent_is_noticed(void **state)
{
	AUTO(blob_free) struct blob file = { 0 };
	char path[128];
	struct consent read;

	(void)state;
	(void)agreed();
	snprintf(path, sizeof(path), "%s/alice.consent", folder);
	assert_int_equal(file_read_trusted(path, 1024, &file, &problem), VID_OK);
	for (size_t i = 0; i < file.len; i++) {
		uint8_t was = file.at[i];

		/* a letter's case changes nothing in a hex number, a digit does */
		file.at[i] = was == '7' ? '8' : '7';
		assert_int_equal(
			file_write(path, bytes_of(file.at, file.len), 0600, &problem),
			VID_OK);
		if (was != ' ' && was != '\n')
			assert_int_equal(
				consent_read(folder, "alice", &key, &read, &problem),
				VID_STATE);
		file.at[i] = was;
	}
}

static void a_consent_of_another_person_or_host_is_none(void **state)
{
	const struct hostkey other = { .at = { 6 } };
	char from[128], to[128];
	struct consent read;

	(void)state;
	(void)agreed();
	assert_int_equal(consent_read(folder, "alice", &other, &read, &problem),
			 VID_STATE);
	snprintf(from, sizeof(from), "%s/alice.consent", folder);
	snprintf(to, sizeof(to), "%s/bob.consent", folder);
	assert_int_equal(rename(from, to), 0);
	assert_int_equal(consent_read(folder, "bob", &key, &read, &problem), VID_STATE);
	assert_int_equal(consent_read(folder, "../bob", &key, &read, &problem),
			 VID_INTERNAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, clean)
		TEST(a_consent_is_read_as_it_was_given_P1),
		TEST(a_consent_says_where_the_face_was_taken_from),
		TEST(each_changed_byte_of_a_consent_is_noticed),
		TEST(a_consent_of_another_person_or_host_is_none),
	};

	return cmocka_run_group_tests_name("consent", tests, NULL, NULL);
}
