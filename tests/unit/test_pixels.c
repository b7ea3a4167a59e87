/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/camera/pixels.c: known values, any stride, nothing read past the end (S12). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sensors/camera/pixels.h"

static struct pixels frame_of(enum pixel_format format, int width, int height, int stride,
			      const uint8_t *at, size_t len)
{
	return (struct pixels){ .format = format,
				.width = width,
				.height = height,
				.stride = stride,
				.at = at,
				.len = len };
}

static void assert_near(const uint8_t *is, int b, int g, int r)
{
	const int should[3] = { b, g, r };

	for (int i = 0; i < 3; i++)
		if (abs(is[i] - should[i]) > 2)
			fail_msg("channel %d is %d, not %d", i, is[i], should[i]);
}

static void the_colours_of_bt601_come_out_of_yuyv(void **state)
{
	/* 75 % bars are not used: the pure ones have known Y, U, V. */
	static const struct {
		uint8_t y, u, v;
		int b, g, r;
	} colours[] = {
		{ 16, 128, 128, 0, 0, 0 },        { 235, 128, 128, 255, 255, 255 },
		{ 81, 90, 240, 0, 0, 255 },       { 145, 54, 34, 0, 255, 0 },
		{ 41, 240, 110, 255, 0, 0 },      { 210, 16, 146, 0, 255, 255 },
		{ 126, 128, 128, 128, 128, 128 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
		const uint8_t yuyv[4] = { colours[i].y, colours[i].u, colours[i].y,
					  colours[i].v };
		const uint8_t nv12[6] = { colours[i].y, colours[i].y, colours[i].y,
					  colours[i].y, colours[i].u, colours[i].v };
		struct pixels packed = frame_of(PIXELS_YUYV, 2, 1, 4, yuyv, 4);
		struct pixels planar = frame_of(PIXELS_NV12, 2, 2, 2, nv12, 6);
		uint8_t bgr[12];

		assert_true(pixels_bgr(&packed, bgr, 6));
		assert_near(bgr, colours[i].b, colours[i].g, colours[i].r);
		assert_memory_equal(bgr, bgr + 3, 3);
		assert_true(pixels_bgr(&planar, bgr, 12));
		assert_near(bgr + 9, colours[i].b, colours[i].g, colours[i].r);
	}
}

static void values_out_of_range_are_clamped(void **state)
{
	const uint8_t yuyv[4] = { 255, 255, 0, 255 };
	struct pixels frame = frame_of(PIXELS_YUYV, 2, 1, 4, yuyv, 4);
	uint8_t bgr[6];

	(void)state;
	assert_true(pixels_bgr(&frame, bgr, sizeof(bgr)));
	assert_int_equal(bgr[0], 255);
	assert_int_equal(bgr[2], 255);
	assert_int_equal(bgr[4], 0); /* green of a black pixel with much U and V */
}

static void grey_is_the_light_of_each_format(void **state)
{
	static const uint8_t yuyv[4] = { 10, 1, 20, 2 };
	static const uint8_t bgr[6] = { 255, 255, 255, 0, 0, 255 };
	static const uint8_t nv12[6] = { 1, 2, 3, 4, 200, 201 };
	static const uint8_t grey[2] = { 7, 9 };
	struct pixels frame;
	uint8_t to[4];

	(void)state;
	frame = frame_of(PIXELS_YUYV, 2, 1, 4, yuyv, 4);
	assert_true(pixels_grey(&frame, to, 2));
	assert_memory_equal(to, ((uint8_t[]){ 10, 20 }), 2);
	frame = frame_of(PIXELS_BGR, 2, 1, 6, bgr, 6);
	assert_true(pixels_grey(&frame, to, 2));
	assert_memory_equal(to, ((uint8_t[]){ 255, 77 }), 2);
	frame = frame_of(PIXELS_NV12, 2, 2, 2, nv12, 6);
	assert_true(pixels_grey(&frame, to, 4));
	assert_memory_equal(to, nv12, 4);
	frame = frame_of(PIXELS_GREY, 2, 1, 2, grey, 2);
	assert_true(pixels_grey(&frame, to, 2));
	assert_memory_equal(to, grey, 2);
	assert_true(pixels_bgr(&frame, (uint8_t[6]){ 0 }, 6));
}

/* What an infrared camera sends: the low bits of two bytes. */
static void wide_greys_keep_their_highest_eight_bits(void **state)
{
	static const uint8_t at[6] = { 0xff, 0x03, 0xf0, 0x0f, 0x34, 0x12 };
	static const struct {
		enum pixel_format format;
		uint8_t grey[3];
	} all[] = {
		/* a bit above those of the format: as light as can be */
		{ PIXELS_Y10, { 255, 255, 255 } },
		{ PIXELS_Y12, { 0x3f, 255, 255 } },
		{ PIXELS_Y16, { 0x03, 0x0f, 0x12 } },
	};
	uint8_t grey[3], bgr[9];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct pixels frame = frame_of(all[i].format, 3, 1, 6, at, 6);

		assert_true(pixels_grey(&frame, grey, 3));
		assert_memory_equal(grey, all[i].grey, 3);
		assert_true(pixels_bgr(&frame, bgr, 9));
		for (int b = 0; b < 9; b++)
			assert_int_equal(bgr[b], all[i].grey[b / 3]);
		frame.len = 5;
		assert_false(pixels_grey(&frame, grey, 3));
		assert_false(pixels_bgr(&frame, bgr, 9));
	}
}

static void odd_strides_skip_the_padding(void **state)
{
	/* Two rows of two pixels, three bytes of padding that must not be seen. */
	static const uint8_t yuyv[] = { 126, 128, 126, 128, 9, 9, 9, 235, 128, 235, 128 };
	static const uint8_t nv12[] = { 126, 126, 9, 9, 9, 235, 235, 9, 9, 9, 128, 128 };
	static const uint8_t bgr[] = { 1, 2, 3, 4, 5, 6, 9, 7, 8, 9, 10, 11, 12 };
	struct pixels frame;
	uint8_t to[12];

	(void)state;
	frame = frame_of(PIXELS_YUYV, 2, 2, 7, yuyv, sizeof(yuyv));
	assert_true(pixels_bgr(&frame, to, sizeof(to)));
	assert_near(to + 3, 128, 128, 128);
	assert_near(to + 9, 255, 255, 255);
	assert_true(pixels_grey(&frame, to, 4));
	assert_memory_equal(to, ((uint8_t[]){ 126, 126, 235, 235 }), 4);
	frame = frame_of(PIXELS_NV12, 2, 2, 5, nv12, sizeof(nv12));
	assert_true(pixels_bgr(&frame, to, sizeof(to)));
	assert_near(to, 128, 128, 128);
	assert_near(to + 9, 255, 255, 255);
	frame = frame_of(PIXELS_BGR, 2, 2, 7, bgr, sizeof(bgr));
	assert_true(pixels_bgr(&frame, to, sizeof(to)));
	assert_memory_equal(to, ((uint8_t[]){ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 }),
			    12);
}

/* The frame stands at the end of its own allocation: a read past it is seen by ASan. */
static void a_frame_one_byte_short_is_refused_S12(void **state)
{
	static const enum pixel_format formats[] = { PIXELS_GREY, PIXELS_YUYV,
						     PIXELS_NV12, PIXELS_BGR,
						     PIXELS_Y10,  PIXELS_Y12,
						     PIXELS_Y16 };
	uint8_t to[6 * 4 * 3];

	(void)state;
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		struct pixels frame = frame_of(formats[i], 6, 4, 0, NULL, 0);
		uint8_t *at;
		size_t len;

		frame.stride = pixels_row(formats[i], 6) + 3;
		len = pixels_len(&frame);
		assert_true(len > 0);
		at = calloc(1, len);
		assert_non_null(at);
		frame.at = at;
		frame.len = len;
		assert_true(pixels_bgr(&frame, to, sizeof(to)));
		assert_true(pixels_grey(&frame, to, sizeof(to)));
		frame.len = len - 1;
		assert_false(pixels_bgr(&frame, to, sizeof(to)));
		assert_false(pixels_grey(&frame, to, sizeof(to)));
		free(at);
	}
}

static void impossible_geometries_are_refused(void **state)
{
	static const uint8_t at[64];
	static const struct {
		enum pixel_format format;
		int width, height, stride;
	} wrong[] = {
		{ PIXELS_GREY, 0, 1, 1 },           { PIXELS_GREY, 1, 0, 1 },
		{ PIXELS_GREY, -1, 1, 1 },          { PIXELS_GREY, 1, -1, 1 },
		{ PIXELS_GREY, 4, 1, 3 },           { PIXELS_GREY, 4, 1, -4 },
		{ PIXELS_GREY, 4097, 1, 4097 },     { PIXELS_GREY, 1, 4097, 1 },
		{ PIXELS_GREY, 1, 2, INT32_MAX },   { PIXELS_YUYV, 3, 1, 6 },
		{ PIXELS_YUYV, 2, 1, 3 },           { PIXELS_NV12, 3, 2, 3 },
		{ PIXELS_NV12, 2, 3, 2 },           { PIXELS_MJPEG, 2, 2, 6 },
		{ (enum pixel_format)99, 2, 2, 6 },
	};
	uint8_t to[64];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct pixels frame =
			frame_of(wrong[i].format, wrong[i].width, wrong[i].height,
				 wrong[i].stride, at, SIZE_MAX);

		if (pixels_grey(&frame, to, sizeof(to)) ||
		    pixels_bgr(&frame, to, sizeof(to)))
			fail_msg("geometry %zu passed", i);
	}
}

static void too_little_room_is_refused(void **state)
{
	static const uint8_t at[16];
	struct pixels frame = frame_of(PIXELS_GREY, 4, 4, 4, at, sizeof(at));
	uint8_t to[48];

	(void)state;
	assert_false(pixels_grey(&frame, to, 15));
	assert_true(pixels_grey(&frame, to, 16));
	assert_false(pixels_bgr(&frame, to, 47));
	assert_true(pixels_bgr(&frame, to, 48));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_colours_of_bt601_come_out_of_yuyv),
		cmocka_unit_test(values_out_of_range_are_clamped),
		cmocka_unit_test(grey_is_the_light_of_each_format),
		cmocka_unit_test(wide_greys_keep_their_highest_eight_bits),
		cmocka_unit_test(odd_strides_skip_the_padding),
		cmocka_unit_test(a_frame_one_byte_short_is_refused_S12),
		cmocka_unit_test(impossible_geometries_are_refused),
		cmocka_unit_test(too_little_room_is_refused),
	};

	return cmocka_run_group_tests_name("pixels", tests, NULL, NULL);
}
