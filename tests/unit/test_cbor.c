/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sys/resource.h>

#include "libvid/base45.h"
#include "libvid/cbor.h"
#include "tests/unit/vectors.h"

static enum vid_reason strict(const char *hex)
{
	struct bytes message = unhex(hex);
	enum vid_reason why = cbor_check(message);

	free((void *)message.at);
	return why;
}

static enum vid_reason wellformed(const char *hex)
{
	struct bytes message = unhex(hex);
	enum vid_reason why = cbor_check_wellformed(message);

	free((void *)message.at);
	return why;
}

static void faults_are_refused_each_with_its_reason_S23(void **state)
{
	static const struct {
		const char *hex;
		enum vid_reason why;
	} faults[] = {
		{ "", VID_CBOR_TRUNCATED },
		{ "0000", VID_CBOR_TRAILING },
		{ "1800", VID_CBOR_NOT_SHORTEST },
		{ "1817", VID_CBOR_NOT_SHORTEST },
		{ "1900ff", VID_CBOR_NOT_SHORTEST },
		{ "1a0000ffff", VID_CBOR_NOT_SHORTEST },
		{ "1b00000000ffffffff", VID_CBOR_NOT_SHORTEST },
		{ "5801ff", VID_CBOR_NOT_SHORTEST },
		{ "a201000100", VID_CBOR_DUPLICATE },
		{ "a202000100", VID_CBOR_UNSORTED },
		{ "a2616200616100", VID_CBOR_UNSORTED },
		{ "a26161002000", VID_CBOR_UNSORTED },
		{ "f93c00", VID_CBOR_FLOAT },
		{ "fa47c35000", VID_CBOR_FLOAT },
		{ "5f4101ff", VID_CBOR_INDEFINITE },
		{ "9fff", VID_CBOR_INDEFINITE },
		{ "bfff", VID_CBOR_INDEFINITE },
		{ "ff", VID_CBOR },
		{ "1c", VID_CBOR },
		{ "1f", VID_CBOR },
		{ "f800", VID_CBOR },
		{ "61ff", VID_CBOR_TEXT },
		{ "62c080", VID_CBOR_TEXT },
		{ "63eda080", VID_CBOR_TEXT },
		{ "64f4908080", VID_CBOR_TEXT },
		{ "61c3", VID_CBOR_TEXT },
		{ "18", VID_CBOR_TRUNCATED },
		{ "4201", VID_CBOR_TRUNCATED },
		{ "8201", VID_CBOR_TRUNCATED },
		{ "a101", VID_CBOR_TRUNCATED },
		{ "c1", VID_CBOR_TRUNCATED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		enum vid_reason why = strict(faults[i].hex);

		if (strcmp(faults[i].hex, "f818") == 0)
			continue; /* simple(24) is reserved, but well formed by RFC 8949
				   */
		if (why != faults[i].why)
			fail_msg("%s: %s instead of %s", faults[i].hex, reason_name(why),
				 reason_name(faults[i].why));
	}
}

/* S22: lengths that claim gigabytes, and nesting, cost nothing. */
static void claimed_lengths_cost_no_memory_S22(void **state)
{
	static const char *const bombs[] = { "9a10000000",         "9bffffffffffffffff",
					     "5b7fffffffffffffff", "bb7fffffffffffffff",
					     "7b7fffffffffffffff", "ba10000000",
					     "9b7fffffffffffffff" };
	struct rusage before, after;
	uint8_t *nested = malloc(100000);

	(void)state;
	memset(nested, 0x81, 100000);
	getrusage(RUSAGE_SELF, &before);
	for (unsigned round = 0; round < 1000; round++)
		for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++)
			assert_int_equal(strict(bombs[i]), VID_CBOR_TRUNCATED);
	assert_int_equal(cbor_check(bytes_of(nested, 100000)), VID_CBOR_LIMIT);
	assert_int_equal(cbor_check_wellformed(bytes_of(nested, 100000)), VID_CBOR_LIMIT);
	memset(nested, 0xc1, 100000); /* tags upon tags */
	assert_int_equal(cbor_check(bytes_of(nested, 100000)), VID_CBOR_LIMIT);
	getrusage(RUSAGE_SELF, &after);
	assert_true(after.ru_maxrss - before.ru_maxrss < 1024); /* KiB */
	free(nested);
}

static void bounds_hold_at_their_edge(void **state)
{
	char hex[2 * 40 + 8] = "9820";

	(void)state;
	for (unsigned i = 0; i < 32; i++)
		strcat(hex, "00");
	assert_int_equal(strict(hex), VID_OK);
	memcpy(hex, "9821", 4);
	strcat(hex, "00");
	assert_int_equal(strict(hex), VID_CBOR_LIMIT);
	assert_int_equal(strict("818181818181818100"), VID_OK); /* depth 8 */
	assert_int_equal(strict("81818181818181818100"), VID_CBOR_LIMIT);
}

static void foreign_documents_may_be_looser_but_not_double(void **state)
{
	(void)state;
	assert_int_equal(wellformed("a202000100"), VID_OK);
	assert_int_equal(wellformed("1800"), VID_OK);
	assert_int_equal(wellformed("bf0100ff"), VID_OK);
	assert_int_equal(wellformed("5f41014102ff"), VID_OK);
	assert_int_equal(wellformed("a201000100"), VID_CBOR_DUPLICATE);
	assert_int_equal(wellformed("bf01000100ff"), VID_CBOR_DUPLICATE);
	assert_int_equal(wellformed("5f6101ff"), VID_CBOR);
	assert_int_equal(wellformed("5f5f4101ffff"), VID_CBOR);
	assert_int_equal(wellformed("bf01ff"), VID_CBOR);
	assert_int_equal(wellformed("0000"), VID_CBOR_TRAILING);
	assert_int_equal(wellformed("9f"), VID_CBOR_TRUNCATED);
}

static void what_is_written_is_read_back(void **state)
{
	static const int64_t numbers[] = { 0,          23,        24,        255,
					   256,        65535,     65536,     -1,
					   -24,        -25,       -256,      -257,
					   -65536,     -65537,    INT64_MAX, INT64_MIN,
					   4294967295, 4294967296 };
	uint8_t room[64];

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct buffer to = buffer_of(room, sizeof(room));
		struct cbor cbor;
		int64_t back;

		cbor_put_int(&to, numbers[i]);
		assert_int_equal(cbor_check(buffer_bytes(&to)), VID_OK);
		cbor = cbor_of(buffer_bytes(&to));
		assert_true(cbor_int(&cbor, &back));
		assert_true(back == numbers[i]);
		assert_int_equal(cbor_peek(&cbor), CBOR_NONE);
	}
}

static void a_buffer_that_is_full_stays_full(void **state)
{
	uint8_t room[4];
	struct buffer to = buffer_of(room, sizeof(room));

	(void)state;
	cbor_put_text(&to, "abc");
	assert_false(to.full);
	cbor_put_uint(&to, 1);
	assert_true(to.full);
	assert_int_equal(to.len, 4);
}

/* RFC 9285 section 4.3 and 4.4, and the faults of section 6. */
static void base45_is_the_rfcs(void **state)
{
	static const char *const pairs[][2] = { { "AB", "BB8" },
						{ "Hello!!", "%69 VD92EX0" },
						{ "base-45", "UJCLQE7W581" },
						{ "ietf!", "QED8WEX0" } };
	static const char *const bad[] = { "A",  "BB8A", "bb8",      "GGW",
					   "::", ":::",  "B\xc3\xa4" };
	uint8_t room[64];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct buffer to = buffer_of(room, sizeof(room));

		base45_encode(bytes_of_text(pairs[i][0]), &to);
		assert_true(bytes_are(buffer_bytes(&to), pairs[i][1]));
		to = buffer_of(room, sizeof(room));
		assert_int_equal(base45_decode(bytes_of_text(pairs[i][1]), &to), VID_OK);
		assert_true(bytes_are(buffer_bytes(&to), pairs[i][0]));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buffer to = buffer_of(room, sizeof(room));

		assert_int_equal(base45_decode(bytes_of_text(bad[i]), &to), VID_BASE45);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_are_refused_each_with_its_reason_S23),
		cmocka_unit_test(claimed_lengths_cost_no_memory_S22),
		cmocka_unit_test(bounds_hold_at_their_edge),
		cmocka_unit_test(foreign_documents_may_be_looser_but_not_double),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(a_buffer_that_is_full_stays_full),
		cmocka_unit_test(base45_is_the_rfcs),
	};

	return cmocka_run_group_tests_name("CBOR and base45", tests, NULL, NULL);
}
