/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/camera/eyes.c: how far eyes are open, on drawn ones. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sensors/camera/eyes.h"

#define SIDE 200
#define SKIN 180

static uint8_t pixels[SIDE * SIDE];
static const struct face_picture picture = {
	.at = pixels, .width = SIDE, .height = SIDE, .stride = SIDE, .channels = 1
};
static struct face face;

static void put(float x, float y, int grey)
{
	if (x >= 0 && y >= 0 && x < SIDE && y < SIDE)
		pixels[(int)y * SIDE + (int)x] = (uint8_t)grey;
}

/* White, an iris and a brow, between lids that are `open` iris heights apart; then lashes
 * along the upper lid. */
static void draw_eye(const float at[2], float eyes, float open)
{
	float iris = 0.09f * eyes, lid = open * iris;

	for (float y = -eyes / 4; y <= eyes / 4; y += .5f)
		for (float x = -eyes / 5; x <= eyes / 5; x += .5f) {
			if (fabsf(y) < lid)
				put(at[0] + x, at[1] + y, hypotf(x, y) < iris ? 40 : 200);
			if (fabsf(y + lid) < .01f * eyes + .5f)
				put(at[0] + x, at[1] + y, 60);
			if (fabsf(y + .22f * eyes) < .02f * eyes)
				put(at[0] + x, at[1] + y, 70);
		}
}

static float look(float eyes, float open)
{
	memset(pixels, SKIN, sizeof(pixels));
	memset(&face, 0, sizeof(face));
	for (int i = 0; i < 2; i++) {
		face.landmark[i][0] = SIDE / 2 + (i ? eyes : -eyes) / 2;
		face.landmark[i][1] = SIDE / 2;
		draw_eye(face.landmark[i], eyes, open);
	}
	return eyes_open(&picture, &face);
}

static void open_eyes_are_more_than_twice_as_open_as_closed_ones(void **state)
{
	(void)state;
	for (float eyes = 30; eyes <= 90; eyes += 15) {
		float open = look(eyes, 1), closed = look(eyes, 0);

		assert_true(open > 0.5f);
		assert_true(closed >= 0 && closed < open / 2);
	}
}

static void the_further_they_are_open_the_more(void **state)
{
	(void)state;
	assert_true(look(60, 1) > look(60, .6f));
	assert_true(look(60, .6f) > look(60, .2f));
}

static void a_small_face_tells_nothing(void **state)
{
	(void)state;
	assert_true(look(20, 1) < 0);
}

static void eyes_outside_of_the_picture_tell_nothing(void **state)
{
	(void)state;
	(void)look(60, 1);
	face.landmark[0][0] = -5;
	assert_true(eyes_open(&picture, &face) < 0);
	face.landmark[0][0] = NAN;
	assert_true(eyes_open(&picture, &face) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_eyes_are_more_than_twice_as_open_as_closed_ones),
		cmocka_unit_test(the_further_they_are_open_the_more),
		cmocka_unit_test(a_small_face_tells_nothing),
		cmocka_unit_test(eyes_outside_of_the_picture_tell_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
