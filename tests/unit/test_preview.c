/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/camera/preview.c and preview_client.c: a small copy of a frame, sent and read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sensors/camera/preview.h"
#include "sensors/camera/preview_client.h"

#define WIDTH  640
#define HEIGHT 480

static uint8_t pixels[WIDTH * HEIGHT * 3];
static struct camera_preview preview;
static struct wire_frame sent[128];
static size_t count;

static bool say(const struct wire_frame *frame)
{
	if (count == sizeof(sent) / sizeof(*sent))
		return false;
	sent[count++] = *frame;
	return true;
}

static int fresh(void **state)
{
	(void)state;
	count = 0;
	memset(&preview, 0, sizeof(preview));
	memset(pixels, 0, sizeof(pixels));
	return 0;
}

static enum vid_reason read_one(size_t which)
{
	struct problem problem = { "" };

	assert_true(wire_check(&sent[which]));
	return camera_preview_read(&preview, &sent[which], &problem);
}

static void a_frame_arrives_small(void **state)
{
	(void)state;
	for (size_t y = 0; y < HEIGHT; y++)
		for (size_t x = 0; x < WIDTH; x++)
			pixels[3 * (y * WIDTH + x)] = (uint8_t)(x < WIDTH / 2 ? 10 : 200);
	assert_true(preview_send(pixels, WIDTH, HEIGHT, say));
	for (size_t i = 0; i < count; i++)
		assert_int_equal(read_one(i), VID_OK);
	assert_int_equal(preview.width, 320);
	assert_int_equal(preview.height, 240);
	assert_int_equal(preview.rows, 240);
	assert_int_equal(preview.frame_width, WIDTH);
	assert_int_equal(preview.at[0], 10);
	assert_int_equal(preview.at[(320 * 240 - 1) * 3], 200);
	assert_int_equal(preview.at[1], 0);
}

static void a_small_picture_arrives_as_it_is(void **state)
{
	(void)state;
	memset(pixels, 77, sizeof(pixels));
	assert_true(preview_send(pixels, 20, 100, say));
	for (size_t i = 0; i < count; i++)
		assert_int_equal(read_one(i), VID_OK);
	assert_int_equal(preview.width, 20);
	assert_int_equal(preview.height, 100);
	assert_int_equal(preview.at[20 * 100 * 3 - 1], 77);
	assert_int_equal(preview.at[20 * 100 * 3], 0);
}

static void a_frame_that_nobody_takes_is_not_gone_on_with(void **state)
{
	(void)state;
	count = sizeof(sent) / sizeof(*sent);
	assert_false(preview_send(pixels, WIDTH, HEIGHT, say));
}

static void rows_out_of_their_order_are_refused(void **state)
{
	(void)state;
	assert_true(preview_send(pixels, WIDTH, HEIGHT, say));
	assert_int_equal(read_one(1), VID_SENSOR_FAILED); /* nothing began */
	assert_int_equal(read_one(0), VID_OK);
	assert_int_equal(read_one(2), VID_SENSOR_FAILED);
	assert_int_equal(read_one(1), VID_OK);
	assert_int_equal(read_one(1), VID_SENSOR_FAILED);
}

static void begin_rows(struct wire_frame *frame, const uint8_t size[8], uint32_t row,
		       size_t bytes)
{
	wire_start(frame, CAMERA_PREVIEW_SEEN);
	assert_true(wire_put(frame, CAMERA_FIELD_SIZE, bytes_of(size, 8)));
	assert_true(wire_put_u32(frame, CAMERA_FIELD_ROW, row));
	assert_true(wire_put(frame, CAMERA_FIELD_PIXELS, bytes_of(pixels, bytes)));
}

/* Each would write past the room, or divide by nothing. */
static void sizes_that_do_not_fit_are_refused(void **state)
{
	static const struct {
		uint8_t size[8];
		size_t bytes;
	} lies[] = {
		{ { 0, 0, 8, 0, 8, 0, 8, 0 }, 24 },   /* no width */
		{ { 8, 0, 0, 0, 8, 0, 8, 0 }, 24 },   /* no height */
		{ { 65, 1, 8, 0, 0, 2, 8, 0 }, 963 }, /* 321 wide */
		{ { 8, 0, 65, 1, 8, 0, 0, 2 }, 24 },  /* 321 high */
		{ { 8, 0, 8, 0, 4, 0, 8, 0 }, 24 },   /* larger than the frame */
		{ { 8, 0, 2, 0, 8, 0, 2, 0 }, 72 },   /* three rows of two */
		{ { 8, 0, 8, 0, 8, 0, 8, 0 }, 23 },   /* no whole row */
		{ { 8, 0, 8, 0, 8, 0, 8, 0 }, 0 },    /* none */
	};
	struct problem problem = { "" };

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(*lies); i++) {
		begin_rows(&sent[0], lies[i].size, 0, lies[i].bytes);
		assert_int_equal(camera_preview_read(&preview, &sent[0], &problem),
				 VID_SENSOR_FAILED);
	}
}

static void a_row_far_away_is_refused(void **state)
{
	static const uint8_t size[8] = { 8, 0, 8, 0, 8, 0, 8, 0 };
	struct problem problem = { "" };

	(void)state;
	begin_rows(&sent[0], size, 0, 24);
	assert_int_equal(camera_preview_read(&preview, &sent[0], &problem), VID_OK);
	begin_rows(&sent[0], size, UINT32_MAX, 24);
	assert_int_equal(camera_preview_read(&preview, &sent[0], &problem),
			 VID_SENSOR_FAILED);
}

#define PROMISE(name) cmocka_unit_test_setup(name, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PROMISE(a_frame_arrives_small),
		PROMISE(a_small_picture_arrives_as_it_is),
		PROMISE(a_frame_that_nobody_takes_is_not_gone_on_with),
		PROMISE(rows_out_of_their_order_are_refused),
		PROMISE(sizes_that_do_not_fit_are_refused),
		PROMISE(a_row_far_away_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
