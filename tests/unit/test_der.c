/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/ecdsa_der.c: one signature, one form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <sodium.h>

#include "libvid/ecdsa_der.h"
#include "tests/unit/vectors.h"

static bool reads(const char *hex)
{
	struct bytes der = unhex(hex);
	uint8_t out[64];
	bool good;

	memset(out, 0x55, sizeof(out));
	good = ecdsa_der_read(der, out);
	if (!good)
		assert_true(sodium_is_zero(out, sizeof(out)));
	free((void *)(uintptr_t)der.at);
	return good;
}

#define R32 "7f00000000000000000000000000000000000000000000000000000000000001"
#define R33 "00ff00000000000000000000000000000000000000000000000000000000000001"

static void the_shortest_and_the_longest_are_read(void **state)
{
	static const uint8_t one_two[64] = { [31] = 1, [63] = 2 };
	static const uint8_t highest[64] = {
		[0] = 0xff, [31] = 1, [32] = 0x7f, [63] = 1
	};
	struct bytes der = unhex("3006020101020102");
	uint8_t out[64];

	(void)state;
	assert_true(ecdsa_der_read(der, out));
	assert_memory_equal(out, one_two, 64);
	free((void *)(uintptr_t)der.at);
	der = unhex("3045022100ff00000000000000000000000000000000000000000000000000000000"
		    "0000010220" R32);
	assert_true(ecdsa_der_read(der, out));
	assert_memory_equal(out, highest, 64);
	free((void *)(uintptr_t)der.at);
	assert_true(reads("30460221" R33 "0221" R33));
	assert_true(reads("300702020080020101")); /* a zero byte clears the sign */
}

static void another_form_of_the_same_is_refused(void **state)
{
	static const char *const forms[] = {
		"308106020101020102",   /* a length longer than need be */
		"30820006020101020102", /* */
		"3080020101020102"
		"0000",               /* of no definite length */
		"300702810101020102", /* the same of a number */
		"3007020200010201"
		"02",                      /* a zero in front that clears nothing */
		"300702010102020002",      /* */
		"30080202000102020002",    /* */
		"3026022200" R33 "020101", /* */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		assert_false(reads(forms[i]));
}

static void numbers_that_no_signature_has_are_refused(void **state)
{
	static const char *const numbers[] = {
		"3006020100020102",        /* r is 0 */
		"3006020101020100",        /* s is 0 */
		"3006020181020102",        /* negative */
		"30060201010201ff",        /* */
		"30050200020102",          /* of no bytes */
		"30050201010200",          /* */
		"3026022101" R32 "020101", /* of 257 bits */
		"30260201010221"
		"01" R32, /* */
		"30270222"
		"00ff" R32 "020101", /* of 264 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		assert_false(reads(numbers[i]));
}

static void what_is_no_pair_of_numbers_is_refused(void **state)
{
	static const char *const others[] = {
		"",
		"30",
		"3000",
		"3003020101",
		"3009020101020102020103",
		"3106020101020102", /* a set */
		"1006020101020102", /* another class */
		"3006030101020102", /* a bit string */
		"3006020101040102",
		"300602010102010200", /* a byte behind the end */
		"3007020101020102",   /* a length past the end */
		"300702010102010200", /* a byte inside, behind the numbers */
		"3005020101020102",   /* one short of it */
		"3006020201020102",   /* a number that takes the next one's head */
		"30060205010201020a",
		"0201010201023006",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_false(reads(others[i]));
}

static size_t libcrypto_writes(const uint8_t plain[64], uint8_t der[80])
{
	ECDSA_SIG *signature = ECDSA_SIG_new();
	uint8_t *end = der;
	int len;

	assert_non_null(signature);
	assert_int_equal(ECDSA_SIG_set0(signature, BN_bin2bn(plain, 32, NULL),
					BN_bin2bn(plain + 32, 32, NULL)),
			 1);
	len = i2d_ECDSA_SIG(signature, &end);
	assert_true(len > 0 && len <= ECDSA_DER_MAX);
	ECDSA_SIG_free(signature);
	return (size_t)len;
}

/* Numbers of every length, and each cut and each longer one of what libcrypto writes. */
static void what_libcrypto_writes_is_read_and_nothing_shorter_or_longer(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 1024; i++) {
		uint8_t plain[64], out[64], der[80] = { 0 };
		size_t len;

		randombytes_buf(plain, sizeof(plain));
		memset(plain, 0, i % 32);
		memset(plain + 32, 0, i / 32);
		plain[31] |= 1;
		plain[63] |= 1;
		len = libcrypto_writes(plain, der);
		for (size_t cut = 0; cut < sizeof(der); cut++)
			assert_int_equal(ecdsa_der_read(bytes_of(der, cut), out),
					 cut == len);
		assert_true(ecdsa_der_read(bytes_of(der, len), out));
		assert_memory_equal(out, plain, 64);
	}
}

/* Whatever else is read is what would be written: no two forms of one signature. */
static void what_is_read_is_what_would_be_written(void **state)
{
	uint8_t plain[64], der[80] = { 0 }, again[80], out[64];
	size_t len, read = 0;

	(void)state;
	randombytes_buf(plain, sizeof(plain));
	plain[0] = 0x80;
	plain[32] = 0x01;
	len = libcrypto_writes(plain, der);
	for (size_t at = 0; at < len; at++) {
		for (unsigned value = 0; value < 256; value++) {
			uint8_t was = der[at];

			der[at] = (uint8_t)value;
			if (ecdsa_der_read(bytes_of(der, len), out)) {
				read++;
				assert_int_equal(libcrypto_writes(out, again), len);
				assert_memory_equal(again, der, len);
			}
			der[at] = was;
		}
	}
	assert_in_range(read, len, len * 256 - 6 * 200); /* numbers: yes; heads: no */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shortest_and_the_longest_are_read),
		cmocka_unit_test(another_form_of_the_same_is_refused),
		cmocka_unit_test(numbers_that_no_signature_has_are_refused),
		cmocka_unit_test(what_is_no_pair_of_numbers_is_refused),
		cmocka_unit_test(
			what_libcrypto_writes_is_read_and_nothing_shorter_or_longer),
		cmocka_unit_test(what_is_read_is_what_would_be_written),
	};

	if (sodium_init() < 0 || !OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL))
		return 99;
	return cmocka_run_group_tests_name("der", tests, NULL, NULL);
}
