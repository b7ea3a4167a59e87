/* SPDX-License-Identifier: BSD-2-Clause */
/* The two forms in which a host shows a nonce, and nothing else that is read as one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "libvid/base45.h"
#include "libvid/nonce.h"

#define HOST "host:0123456789abcdef"

static const uint8_t nonce[VID_NONCE_LEN] = { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55,
					      0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb,
					      0xcc, 0xdd, 0xee, 0xff };
static char host[VID_HOST_ID_MAX + 1];
static uint8_t got[VID_NONCE_LEN];

static void the_digits_stand_in_groups_of_four(void **state)
{
	char hex[NONCE_HEX_SIZE];

	(void)state;
	nonce_hex(nonce, hex);
	assert_string_equal(hex, "0011 2233 4455 6677 8899 aabb ccdd eeff");
	assert_true(nonce_read(hex, host, got));
	assert_memory_equal(got, nonce, sizeof(nonce));
	assert_string_equal(host, "");
}

static void digits_are_read_however_they_are_typed(void **state)
{
	(void)state;
	assert_true(nonce_read("00112233445566778899aabbccddeeff", host, got));
	assert_true(nonce_read(" 0011-2233-4455-6677-8899-AABB-CCDD-EEFF ", host, got));
	assert_memory_equal(got, nonce, sizeof(nonce));
}

static void the_code_names_host_and_nonce_A15(void **state)
{
	char text[NONCE_TEXT_SIZE];

	(void)state;
	assert_true(nonce_text(HOST, nonce, text));
	assert_int_equal(strncmp(text, "VIDN1:", 6), 0);
	assert_true(nonce_read(text, host, got));
	assert_string_equal(host, HOST);
	assert_memory_equal(got, nonce, sizeof(nonce));
}

static void every_hosts_id_fits_and_no_other(void **state)
{
	char id[VID_HOST_ID_MAX + 2], text[NONCE_TEXT_SIZE];

	(void)state;
	memset(id, 'a', sizeof(id));
	id[VID_HOST_ID_MAX] = '\0';
	assert_true(nonce_text(id, nonce, text));
	assert_true(nonce_read(text, host, got));
	assert_string_equal(host, id);
	id[VID_HOST_ID_MAX] = 'a';
	id[VID_HOST_ID_MAX + 1] = '\0';
	assert_false(nonce_text(id, nonce, text));
	assert_false(nonce_text("", nonce, text));
}

static void nothing_else_is_a_nonce(void **state)
{
	static const char *const texts[] = {
		"",
		"00112233445566778899aabbccddeef",
		"00112233445566778899aabbccddeeff0",
		"00112233445566778899aabbccddeegg",
		"00112233445566778899aabbccddeeff\n",
		"VIDN1:",
		"vidn1:00",
		"VID1:00112233445566778899aabbccddeeff",
		"VIDN1:not base45",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_false(nonce_read(texts[i], host, got));
}

/* The CBOR inside: the array, its two members, and nothing besides. */
static void a_code_of_another_form_is_refused_S23(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool good;
	} forms[] = {
#define NONCE                                                                            \
	"\x50"                                                                           \
	"0123456789abcdef"
		{ "\x82\x61h" NONCE, 20, true },
		{ "\x82\x60" NONCE, 19, false },         /* no host */
		{ "\x81\x61h", 3, false },               /* no nonce */
		{ "\x83\x61h" NONCE "\x00", 21, false }, /* one more */
		{ "\x82\x61h" NONCE "\x00", 21, false }, /* behind the end */
		{ "\x82\x78\x01h" NONCE, 21, false },    /* not shortest */
		{ "\x82\x61\0" NONCE, 20, false },       /* a NUL */
		{ "\x82\x61h\x4f"
		  "0123456789abcde",
		  19, false }, /* 15 bytes */
		{ "\x82\x61h\x70"
		  "0123456789abcdef",
		  20, false },                           /* a text */
		{ "\x9f\x61h" NONCE "\xff", 21, false }, /* no length */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		char text[200] = "VIDN1:";
		struct buffer to = buffer_of(text + 6, sizeof(text) - 7);

		base45_encode(bytes_of(forms[i].bytes, forms[i].len), &to);
		if (nonce_read(text, host, got) != forms[i].good)
			fail_msg("form %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_digits_stand_in_groups_of_four),
		cmocka_unit_test(digits_are_read_however_they_are_typed),
		cmocka_unit_test(the_code_names_host_and_nonce_A15),
		cmocka_unit_test(every_hosts_id_fits_and_no_other),
		cmocka_unit_test(nothing_else_is_a_nonce),
		cmocka_unit_test(a_code_of_another_form_is_refused_S23),
	};

	return cmocka_run_group_tests_name("nonce", tests, NULL, NULL);
}
