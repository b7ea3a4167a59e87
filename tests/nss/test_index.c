/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/index.c against cut, bent and hostile files. */
#include "tests/nss/box.h"

#define MAP                                                                              \
	KIM " vkim uid=60001 gecos=Kim\n" KIM2 " vkim\n" ALI " alice\n" BO               \
	    " bo uid=60002 gid=60100\n"

static uint8_t whole[16384];
static struct index_window window;
static size_t whole_len;

static int make(void **state)
{
	FILE *file;

	box_make(state);
	box_compiles(MAP);
	file = fopen(BOX_INDEX, "r");
	assert_non_null(file);
	whole_len = fread(whole, 1, sizeof(whole), file);
	(void)fclose(file);
	assert_true(whole_len > 2048 && whole_len < sizeof(whole));
	return 0;
}

/* What may come out of a row: exactly one of the map's, whatever the file holds. */
static void row_is_true(const struct index_row *row)
{
	if (bytes_are(row->name, "vkim")) {
		assert_int_equal(row->uid, 60001);
		assert_int_equal(row->gid, 60001);
		assert_true(bytes_are(row->gecos, "Kim"));
		assert_true(bytes_are(row->home, "/home/vkim"));
	} else {
		assert_true(bytes_are(row->name, "bo"));
		assert_int_equal(row->uid, 60002);
		assert_int_equal(row->gid, 60100);
	}
	assert_true(bytes_are(row->shell, "/bin/sh"));
}

static bool found(enum index_result result)
{
	assert_true(result == INDEX_OK || result == INDEX_NONE || result == INDEX_BROKEN);
	return result == INDEX_OK;
}

/* All questions to a file that may be anything; true when all have the right answer. */
static bool ask_index(struct index index, bool trusted)
{
	struct index_identity identity;
	struct index_row row;
	uint32_t cursor = 0;
	unsigned right = 0, rows = 0;

	if (found(index_by_name(&index, bytes_of_text("vkim"), &row)) && ++right &&
	    trusted)
		row_is_true(&row);
	if (found(index_by_uid(&index, 60002, &row)) && ++right && trusted)
		row_is_true(&row);
	if (found(index_by_gid(&index, 60100, &row)) && ++right && trusted) {
		assert_true(bytes_are(row.name, "bo")); /* a group has no more */
		assert_int_equal(row.uid, 60002);
	}
	if (found(index_by_identity(&index, bytes_of_text(ALI), &identity)) && ++right &&
	    trusted) {
		assert_true(bytes_are(identity.name, "alice"));
		assert_int_equal(identity.uid, 1000);
		assert_int_equal(identity.kind, INDEX_LOCAL);
	}
	if (found(index_by_identity(&index, bytes_of_text(BO), &identity)) && ++right &&
	    trusted) {
		assert_int_equal(identity.kind, INDEX_OWN);
		assert_true(bytes_are(identity.name, "bo"));
		assert_int_equal(identity.uid, 60002);
		row_is_true(&identity.row);
	}
	if (found(index_has_identity(&index, bytes_of_text("alice"))))
		right++;
	(void)found(index_by_name(&index, bytes_of_text("nosuch"), &row));
	while (rows < 100000 && found(index_next(&index, &cursor, &row))) {
		rows++;
		if (trusted)
			row_is_true(&row);
	}
	assert_true(rows < 100000);
	return right == 6 && rows == 2;
}

static bool ask_everything(struct bytes content, bool trusted)
{
	struct index index;

	return index_of_bytes(content, &index) == INDEX_OK && ask_index(index, trusted);
}

/* The same, but read from the file as it stands. */
static bool ask_file(bool trusted)
{
	struct index index;
	bool right;

	if (index_read(BOX_INDEX, &window, &index) != INDEX_OK)
		return false;
	right = ask_index(index, trusted);
	index_close(&index);
	return right;
}

/* In memory of exactly its size, so that a sanitizer sees one byte too many. */
static bool ask_copy(const uint8_t *at, size_t len, bool trusted)
{
	uint8_t *copy = malloc(len ? len : 1);
	bool right;

	assert_non_null(copy);
	memcpy(copy, at, len);
	right = ask_everything(bytes_of(copy, len), trusted);
	free(copy);
	return right;
}

static void the_whole_file_answers_all(void **state)
{
	(void)state;
	assert_true(ask_copy(whole, whole_len, true));
}

static void a_file_cut_at_any_byte_is_broken(void **state)
{
	struct index index;

	(void)state;
	for (size_t len = 0; len < whole_len; len++) {
		uint8_t *copy = malloc(len ? len : 1);

		assert_non_null(copy);
		memcpy(copy, whole, len);
		assert_int_equal(index_of_bytes(bytes_of(copy, len), &index),
				 INDEX_BROKEN);
		free(copy);
	}
	whole[whole_len] = 0; /* and one with a byte behind its end */
	assert_int_equal(index_of_bytes(bytes_of(whole, whole_len + 1), &index),
			 INDEX_BROKEN);
}

static void a_flipped_bit_never_gives_a_wrong_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < whole_len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			uint8_t was = whole[i];

			whole[i] = (uint8_t)(was ^ 1u << bit);
			(void)ask_copy(whole, whole_len, true);
			whole[i] = was;
		}
}

/* --- read piece by piece --------------------------------------------------- */

static void put_file(size_t len)
{
	FILE *file = fopen(BOX "/new", "w");

	assert_non_null(file);
	assert_int_equal(fwrite(whole, 1, len, file), len);
	assert_int_equal(fchmod(fileno(file), 0644), 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(rename(BOX "/new", BOX_INDEX), 0);
}

static void a_file_that_is_read_answers_all(void **state)
{
	(void)state;
	put_file(whole_len);
	assert_true(ask_file(true));
}

static void a_read_file_cut_at_any_byte_is_broken(void **state)
{
	struct index index;

	(void)state;
	put_file(whole_len + 1);
	for (size_t len = whole_len + 1; len-- > 0;) {
		if (len + 1 != whole_len)
			assert_int_equal(index_read(BOX_INDEX, &window, &index),
					 INDEX_BROKEN);
		assert_int_equal(truncate(BOX_INDEX, (off_t)len), 0);
	}
}

/* Between its head and its records: found as before, or broken, and never missing. */
static void a_file_cut_while_it_is_read_loses_no_account(void **state)
{
	size_t broken = 0;

	(void)state;
	for (size_t len = 0; len < whole_len; len++) {
		struct index_identity identity;
		enum index_result by_name, by_identity;
		struct index_row row;
		struct index index;

		put_file(whole_len);
		assert_int_equal(index_read(BOX_INDEX, &window, &index), INDEX_OK);
		assert_int_equal(truncate(BOX_INDEX, (off_t)len), 0);
		by_name = index_by_name(&index, bytes_of_text("vkim"), &row);
		assert_true(by_name == INDEX_OK || by_name == INDEX_BROKEN);
		if (by_name == INDEX_OK)
			row_is_true(&row);
		by_identity = index_by_identity(&index, bytes_of_text(BO), &identity);
		assert_true(by_identity == INDEX_OK || by_identity == INDEX_BROKEN);
		if (by_identity == INDEX_OK)
			row_is_true(&identity.row);
		broken += by_identity == INDEX_BROKEN;
		index_close(&index);
	}
	assert_true(broken > 2048);
}

static void a_file_replaced_while_it_is_read_answers_as_it_was(void **state)
{
	struct index index;

	(void)state;
	put_file(whole_len);
	assert_int_equal(index_read(BOX_INDEX, &window, &index), INDEX_OK);
	box_compiles("");
	assert_true(ask_index(index, true));
	index_close(&index);
	assert_false(ask_file(true));
}

static void a_flipped_bit_is_never_read_as_a_wrong_answer(void **state)
{
	FILE *file;

	(void)state;
	put_file(whole_len);
	file = fopen(BOX_INDEX, "r+");
	assert_non_null(file);
	for (size_t i = 0; i < whole_len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			uint8_t bent = (uint8_t)(whole[i] ^ 1u << bit);

			assert_int_equal(pwrite(fileno(file), &bent, 1, (off_t)i), 1);
			(void)ask_file(true);
			assert_int_equal(pwrite(fileno(file), whole + i, 1, (off_t)i), 1);
		}
	assert_true(ask_file(true));
	(void)fclose(file);
}

static void a_file_that_may_not_be_trusted_is_not_read(void **state)
{
	struct index index;

	(void)state;
	put_file(whole_len);
	assert_int_equal(chmod(BOX_INDEX, 0664), 0);
	assert_int_equal(index_read(BOX_INDEX, &window, &index), INDEX_REFUSED);
	assert_int_equal(rename(BOX_INDEX, BOX "/moved"), 0);
	assert_int_equal(index_read(BOX_INDEX, &window, &index), INDEX_MISSING);
	assert_int_equal(chmod(BOX "/moved", 0644), 0);
	assert_int_equal(symlink(BOX "/moved", BOX_INDEX), 0);
	assert_int_equal(index_read(BOX_INDEX, &window, &index), INDEX_REFUSED);
	assert_int_equal(unlink(BOX_INDEX), 0);
	assert_int_equal(mkfifo(BOX_INDEX, 0644), 0);
	assert_int_equal(index_read(BOX_INDEX, &window, &index), INDEX_REFUSED);
	assert_int_equal(unlink(BOX_INDEX), 0);
}

/* --- hostile ---------------------------------------------------------------- */

static void put32(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void hostile_offsets_and_lengths_stay_inside(void **state)
{
	static const uint32_t values[] = {
		0,    1,    7,          8,          2040,       2047,
		2048, 2049, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff
	};
	static uint8_t bent[sizeof(whole)];

	(void)state;
	for (size_t at = 0; at + 4 <= whole_len; at++)
		for (size_t i = 0; i < sizeof(values) / sizeof(*values) + 2; i++) {
			uint32_t value =
				i < 12 ? values[i]
				       : (uint32_t)(i == 12 ? whole_len : whole_len - 4);

			memcpy(bent, whole, whole_len);
			put32(bent + at, value);
			(void)ask_everything(bytes_of(bent, whole_len), true);
		}
}

static uint64_t random_state = 0x76696431;

static uint32_t random32(void)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(random_state >> 33);
}

static void random_bytes_are_broken_or_empty(void **state)
{
	static uint8_t noise[8192];

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		size_t len = random32() % sizeof(noise);

		for (size_t i = 0; i < len; i++)
			noise[i] = (uint8_t)random32();
		assert_false(ask_copy(noise, len, false));
	}
}

/* Noise behind a sound head reaches the lookups that noise alone does not. */
static void random_records_behind_a_sound_head_stay_inside(void **state)
{
	static uint8_t bent[sizeof(whole)];

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		unsigned changes = 1 + random32() % 40;

		memcpy(bent, whole, whole_len);
		while (changes--)
			bent[2048 + random32() % (whole_len - 2048)] =
				(uint8_t)random32();
		(void)ask_everything(bytes_of(bent, whole_len), false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_file_answers_all),
		cmocka_unit_test(a_file_cut_at_any_byte_is_broken),
		cmocka_unit_test(a_flipped_bit_never_gives_a_wrong_answer),
		cmocka_unit_test(a_file_that_is_read_answers_all),
		cmocka_unit_test(a_read_file_cut_at_any_byte_is_broken),
		cmocka_unit_test(a_file_cut_while_it_is_read_loses_no_account),
		cmocka_unit_test(a_file_replaced_while_it_is_read_answers_as_it_was),
		cmocka_unit_test(a_flipped_bit_is_never_read_as_a_wrong_answer),
		cmocka_unit_test(a_file_that_may_not_be_trusted_is_not_read),
		cmocka_unit_test(hostile_offsets_and_lengths_stay_inside),
		cmocka_unit_test(random_bytes_are_broken_or_empty),
		cmocka_unit_test(random_records_behind_a_sound_head_stay_inside),
	};

	return cmocka_run_group_tests_name("index", tests, make, NULL);
}
