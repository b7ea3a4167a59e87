/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/camera/qr.c: what libqrencode writes is read back, however it is held. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libvid/limits.h"
#include "sensors/camera/qr.h"
#include "tests/unit/pictures.h"

#define SIZE 480

static bool reads(const char *text, size_t len, int size, int scale, double degrees,
		  int noise)
{
	uint8_t *grey = made_qr(text, len, size, scale, degrees, noise);
	struct qr *qr = qr_new();
	struct bytes texts[2];
	size_t count;
	bool same;

	assert_non_null(grey);
	assert_non_null(qr);
	count = qr_scan(qr, grey, size, size, texts, 2);
	same = count == 1 && bytes_equal(texts[0], bytes_of(text, len));
	qr_free(qr);
	free(grey);
	return same;
}

static const char presentation[] =
	"VID1:6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3/XIV0W23NTDE$VK "
	"G2EP4J0BGJLFX3R3VHXK.PJ:2DP"
	"QHSH6SJ2 5AJ2OK3SJ7:ZJ83B2+E-XJ+9O%:GS34RN9S:DF1KM44C.32SAKN77EB0M10CNNGDM7VN1";

static void a_presentation_is_read_back(void **state)
{
	(void)state;
	assert_true(reads(presentation, strlen(presentation), SIZE, 6, 0, 0));
}

static void a_turned_code_is_read(void **state)
{
	static const double turns[] = { 5, 17, 45, 90, 133, 180, 270 };

	(void)state;
	for (size_t i = 0; i < sizeof(turns) / sizeof(turns[0]); i++)
		if (!reads(presentation, strlen(presentation), SIZE, 5, turns[i], 0))
			fail_msg("not at %g degrees", turns[i]);
}

static void a_noisy_code_is_read(void **state)
{
	(void)state;
	assert_true(reads(presentation, strlen(presentation), SIZE, 5, 3, 25));
}

static void bytes_come_out_as_they_are(void **state)
{
	static const char bytes[] = "\x01\xff\xfe\x80\x00 caf\xe9 \xc3\xa9";

	(void)state;
	assert_true(reads(bytes, sizeof(bytes) - 1, SIZE, 8, 0, 0));
}

static void a_picture_without_a_code_has_none(void **state)
{
	uint8_t *grey = calloc(SIZE, SIZE);
	struct qr *qr = qr_new();
	struct bytes texts[2];
	uint32_t chance = 7;

	(void)state;
	assert_int_equal(qr_scan(qr, grey, SIZE, SIZE, texts, 2), 0);
	for (int i = 0; i < SIZE * SIZE; i++) {
		chance = chance * 1664525 + 1013904223;
		grey[i] = (uint8_t)(chance >> 24);
	}
	assert_int_equal(qr_scan(qr, grey, SIZE, SIZE, texts, 2), 0);
	assert_int_equal(qr_scan(qr, grey, 0, SIZE, texts, 2), 0);
	qr_free(qr);
	free(grey);
}

/* EAN-8 96385074, drawn as a scanner at a till would like it. */
static void a_bar_code_is_not_read(void **state)
{
	static const char bars[] =
		"1010001011010111101111010110111010101001110111001010001001011100101";
	uint8_t *grey = malloc(SIZE * 100);
	struct qr *qr = qr_new();
	struct bytes texts[2];

	(void)state;
	memset(grey, 255, SIZE * 100);
	for (int y = 10; y < 90; y++)
		for (int x = 0; x < 67 * 4; x++)
			if (bars[x / 4] == '1')
				grey[y * SIZE + 60 + x] = 0;
	assert_int_equal(qr_scan(qr, grey, SIZE, 100, texts, 2), 0);
	qr_free(qr);
	free(grey);
}

static void a_scan_forgets_the_last_picture(void **state)
{
	uint8_t *with = made_qr("ONE", 3, SIZE, 8, 0, 0), *without = calloc(SIZE, SIZE);
	struct qr *qr = qr_new();
	struct bytes texts[2];

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(qr_scan(qr, with, SIZE, SIZE, texts, 2), 1);
		assert_int_equal(qr_scan(qr, without, SIZE, SIZE, texts, 2), 0);
	}
	qr_free(qr);
	free(with);
	free(without);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_presentation_is_read_back),
		cmocka_unit_test(a_turned_code_is_read),
		cmocka_unit_test(a_noisy_code_is_read),
		cmocka_unit_test(bytes_come_out_as_they_are),
		cmocka_unit_test(a_picture_without_a_code_has_none),
		cmocka_unit_test(a_bar_code_is_not_read),
		cmocka_unit_test(a_scan_forgets_the_last_picture),
	};

	return cmocka_run_group_tests_name("qr", tests, NULL, NULL);
}
