/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/camera/video.c: frames of a YUV4MPEG2 file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sensors/camera/video.h"

static uint8_t bytes[1 << 16];
static size_t length;
static struct video video;

static bool read_bytes(void *of, uint64_t at, void *to, size_t len)
{
	(void)of;
	if (at > length || len > length - at)
		return false;
	memcpy(to, bytes + at, len);
	return true;
}

static void add(const void *from, size_t len)
{
	assert_true(length + len <= sizeof(bytes));
	memcpy(bytes + length, from, len);
	length += len;
}

static void add_frame(const char *line, size_t light, uint8_t y, size_t colour, uint8_t u,
		      uint8_t v)
{
	static uint8_t plane[1 << 14];

	add(line, strlen(line));
	memset(plane, y, light);
	add(plane, light);
	memset(plane, u, colour);
	add(plane, colour);
	memset(plane, v, colour);
	add(plane, colour);
}

static bool open_film(void)
{
	const struct video_file file = { .read = read_bytes, .len = length };

	return video_open(&video, &file);
}

static void begin(const char *head)
{
	length = 0;
	add(head, strlen(head));
}

static int close_film(void **state)
{
	(void)state;
	video_close(&video);
	return 0;
}

static void assert_pixel(size_t at, int b, int g, int r)
{
	assert_in_range(video.bgr[3 * at] + 2, b, b + 4);
	assert_in_range(video.bgr[3 * at + 1] + 2, g, g + 4);
	assert_in_range(video.bgr[3 * at + 2] + 2, r, r + 4);
}

static void frames_are_read_one_after_the_other(void **state)
{
	(void)state;
	begin("YUV4MPEG2 W18 H16 F30000:1001 Ip A1:1 C420jpeg\n");
	add_frame("FRAME\n", 18 * 16, 235, 9 * 8, 128, 128);
	add_frame("FRAME Ip\n", 18 * 16, 16, 9 * 8, 128, 128);
	assert_true(open_film());
	assert_int_equal(video.width, 18);
	assert_int_equal(video.height, 16);
	assert_true(video.rate > 29.9 && video.rate < 30);
	assert_int_equal(video_next(&video, true), VIDEO_FRAME);
	assert_pixel(0, 255, 255, 255);
	assert_int_equal(video_next(&video, true), VIDEO_FRAME);
	assert_pixel(18 * 16 - 1, 0, 0, 0);
	assert_int_equal(video_next(&video, true), VIDEO_END);
}

static void a_frame_that_is_not_wanted_is_passed_over(void **state)
{
	(void)state;
	begin("YUV4MPEG2 W16 H16 F25:1 Cmono\n");
	add_frame("FRAME\n", 256, 235, 0, 0, 0);
	add_frame("FRAME\n", 256, 16, 0, 0, 0);
	assert_true(open_film());
	assert_int_equal(video_next(&video, false), VIDEO_FRAME);
	assert_int_equal(video_next(&video, true), VIDEO_FRAME);
	assert_pixel(0, 0, 0, 0);
}

/* BT.601's red, in every way that colours are kept. */
static void colours_are_those_of_the_film(void **state)
{
	static const struct {
		const char *head;
		size_t colour;
		int y, u, v;
	} films[] = {
		{ "YUV4MPEG2 W17 H17 F25:1\n", 81, 81, 90, 240 }, /* 420 */
		{ "YUV4MPEG2 W17 H17 F25:1 C420mpeg2\n", 81, 81, 90, 240 },
		{ "YUV4MPEG2 W17 H17 F25:1 C422\n", 153, 81, 90, 240 },
		{ "YUV4MPEG2 W17 H17 F25:1 C444\n", 289, 81, 90, 240 },
		{ "YUV4MPEG2 W17 H17 F25:1 C444 XCOLORRANGE=FULL\n", 289, 76, 85, 255 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(films) / sizeof(*films); i++) {
		begin(films[i].head);
		add_frame("FRAME\n", 289, (uint8_t)films[i].y, films[i].colour,
			  (uint8_t)films[i].u, (uint8_t)films[i].v);
		assert_true(open_film());
		assert_int_equal(video_next(&video, true), VIDEO_FRAME);
		assert_pixel(0, 0, 0, 254);
		assert_pixel(288, 0, 0, 254);
		assert_int_equal(video_next(&video, true), VIDEO_END);
		video_close(&video);
	}
}

static void a_film_that_ends_within_a_frame_is_cut(void **state)
{
	(void)state;
	begin("YUV4MPEG2 W16 H16 F25:1 Cmono\n");
	add_frame("FRAME\n", 256, 235, 0, 0, 0);
	for (size_t lost = 1; lost < 256 + 6; lost++) {
		size_t whole = length;

		length -= lost;
		assert_true(open_film());
		assert_int_equal(video_next(&video, true), VIDEO_CUT);
		video_close(&video);
		length = whole;
	}
}

static void what_stands_between_frames_is_damage(void **state)
{
	(void)state;
	begin("YUV4MPEG2 W16 H16 F25:1 Cmono\n");
	add_frame("FRAME\n", 256, 235, 0, 0, 0);
	add_frame("FRAMES\n", 256, 235, 0, 0, 0);
	assert_true(open_film());
	assert_int_equal(video_next(&video, true), VIDEO_FRAME);
	assert_int_equal(video_next(&video, true), VIDEO_CUT);
}

static void what_is_no_film_of_ours_is_refused(void **state)
{
	static const char *const heads[] = {
		"",
		"YUV4MPEG2",
		"YUV4MPEG2\n",
		"YUV4MPEG W16 H16 F25:1\n",
		"YUV4MPEG2 W16 F25:1\n",
		"YUV4MPEG2 W0 H16 F25:1\n",
		"YUV4MPEG2 W15 H16 F25:1\n",
		"YUV4MPEG2 W-16 H16 F25:1\n",
		"YUV4MPEG2 W4097 H16 F25:1\n",
		"YUV4MPEG2 W99999999999999999999 H16 F25:1\n",
		"YUV4MPEG2 W16x H16 F25:1\n",
		"YUV4MPEG2 W16 H16 F25\n",
		"YUV4MPEG2 W16 H16 F25:0\n",
		"YUV4MPEG2 W16 H16 F0:1\n",
		"YUV4MPEG2 W16 H16 F2000:1\n",
		"YUV4MPEG2 W16 H16 F25:1 It\n",
		"YUV4MPEG2 W16 H16 F25:1 C420p10\n",
		"RIFF    AVI LIST\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		begin(heads[i]);
		if (open_film())
			fail_msg("read: %s", heads[i]);
		video_close(&video);
	}
}

#define PROMISE(name) cmocka_unit_test_teardown(name, close_film)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PROMISE(frames_are_read_one_after_the_other),
		PROMISE(a_frame_that_is_not_wanted_is_passed_over),
		PROMISE(colours_are_those_of_the_film),
		PROMISE(a_film_that_ends_within_a_frame_is_cut),
		PROMISE(what_stands_between_frames_is_damage),
		PROMISE(what_is_no_film_of_ours_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
