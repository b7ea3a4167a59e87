/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/camera/gates.c */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sensors/camera/gates.h"

static const struct face good = {
	.score = 0.9f, .eye_distance = 60, .sharpness = 400, .brightness = 120
};

static void one_good_face_passes(void **state)
{
	(void)state;
	assert_int_equal(gate_of_faces(&good, 1), GATE_NONE);
	assert_int_equal(gate_of_quality(&good), GATE_NONE);
}

static void nobody_and_an_engine_that_failed_are_nobody(void **state)
{
	(void)state;
	assert_int_equal(gate_of_faces(&good, 0), CAMERA_GATE_NOBODY);
	assert_int_equal(gate_of_faces(&good, -1), CAMERA_GATE_NOBODY);
}

static void a_second_face_drops_the_frame_P9(void **state)
{
	const struct face two[2] = { good, good };

	(void)state;
	assert_int_equal(gate_of_faces(two, 2), CAMERA_GATE_SEVERAL);
	assert_int_equal(gate_of_faces(two, 9), CAMERA_GATE_SEVERAL);
}

static void a_face_too_small_dark_bright_or_blurred_is_named(void **state)
{
	struct face face = good;

	(void)state;
	face.eye_distance = 19.9f;
	assert_int_equal(gate_of_faces(&face, 1), CAMERA_GATE_FAR);
	face = good;
	face.brightness = 10;
	assert_int_equal(gate_of_quality(&face), CAMERA_GATE_DARK);
	face.brightness = 250;
	assert_int_equal(gate_of_quality(&face), CAMERA_GATE_BRIGHT);
	face = good;
	face.sharpness = 1;
	assert_int_equal(gate_of_quality(&face), CAMERA_GATE_BLURRED);
}

static void a_code_that_is_taken_for_a_face_is_nobody(void **state)
{
	struct face face = good;

	(void)state;
	face.sharpness = 32000;
	assert_int_equal(gate_of_quality(&face), CAMERA_GATE_NOBODY);
}

/* --- where a face is, and what covers it ----------------------------------------------
 */

#define SIDE 320

static uint8_t drawing[SIDE][SIDE];
static const struct face_picture picture = {
	.at = &drawing[0][0], .width = SIDE, .height = SIDE, .stride = SIDE, .channels = 1
};

/* Ahead, in the middle, 80 pixels between the eyes. */
static const struct face ahead = {
	.landmark = { { 120, 120 },
		      { 200, 120 },
		      { 160, 166 },
		      { 130, 205 },
		      { 190, 205 } },
	.score = 0.9f,
	.eye_distance = 80,
	.sharpness = 400,
	.brightness = 120,
};

/* Skin, with lines across where `left`..`left + width` × `top`.. are lids or lips. */
static void draw_lines(int left, int top, int width, int height)
{
	for (int y = top; y < top + height; y++)
		memset(&drawing[y][left], y / 6 % 2 ? 60 : 150, (size_t)width);
}

static void draw_face(bool eyes, bool mouth)
{
	memset(drawing, 150, sizeof(drawing));
	if (eyes) {
		draw_lines(100, 104, 40, 32);
		draw_lines(180, 104, 40, 32);
	}
	if (mouth)
		draw_lines(125, 190, 70, 40);
}

static void a_face_that_is_all_there_passes(void **state)
{
	(void)state;
	draw_face(true, true);
	assert_int_equal(gate_of_view(&picture, &ahead), GATE_NONE);
}

static void covered_eyes_and_a_covered_mouth_are_named(void **state)
{
	(void)state;
	draw_face(false, true);
	assert_int_equal(gate_of_view(&picture, &ahead), CAMERA_GATE_COVERED_EYES);
	draw_face(true, false);
	assert_int_equal(gate_of_view(&picture, &ahead), CAMERA_GATE_COVERED_MOUTH);
}

/* Fog, or a sensor that shows nothing: other gates speak of that. */
static void where_nothing_is_drawn_nothing_is_covered(void **state)
{
	(void)state;
	draw_face(false, false);
	assert_int_equal(gate_of_view(&picture, &ahead), GATE_NONE);
}

static void a_turned_face_is_named_and_not_called_covered(void **state)
{
	struct face face = ahead;

	(void)state;
	draw_face(false, true);
	face.landmark[2][0] = 160 + 0.5f * 80;
	assert_int_equal(gate_of_view(&picture, &face), CAMERA_GATE_TURNED);
	face.landmark[2][0] = 160 - 0.5f * 80;
	assert_int_equal(gate_of_view(&picture, &face), CAMERA_GATE_TURNED);
	face.landmark[2][0] = 160 + 0.3f * 80;
	assert_int_equal(gate_of_view(&picture, &face), GATE_NONE);
	draw_face(true, true);
	face = ahead;
	face.landmark[2][1] = 130; /* raised */
	assert_int_equal(gate_of_view(&picture, &face), CAMERA_GATE_TURNED);
}

static void a_face_that_the_edge_cuts_is_too_near(void **state)
{
	struct face_picture narrow = picture;

	(void)state;
	draw_face(true, true);
	narrow.width = 210;
	assert_int_equal(gate_of_view(&narrow, &ahead), CAMERA_GATE_NEAR);
	narrow = picture;
	narrow.height = 215;
	assert_int_equal(gate_of_view(&narrow, &ahead), CAMERA_GATE_NEAR);
}

/* 20 pixels between the eyes are refused, up to 40 it is said. */
static void a_small_face_is_good_and_hears_to_come_nearer(void **state)
{
	struct face face = ahead;

	(void)state;
	draw_face(true, true);
	face.eye_distance = 39.9f;
	assert_int_equal(gate_of_faces(&face, 1), GATE_NONE);
	assert_int_equal(gate_of_view(&picture, &face), CAMERA_GATE_FAR);
	face.eye_distance = 40;
	assert_int_equal(gate_of_view(&picture, &face), GATE_NONE);
}

static void points_that_are_nowhere_pass_no_gate(void **state)
{
	struct face face = ahead;

	(void)state;
	draw_face(true, true);
	face.landmark[2][0] = NAN;
	assert_int_equal(gate_of_view(&picture, &face), CAMERA_GATE_NEAR);
}

static void a_measure_that_is_no_number_passes_no_gate(void **state)
{
	struct face face = good;

	(void)state;
	face.eye_distance = NAN;
	assert_int_not_equal(gate_of_faces(&face, 1), GATE_NONE);
	face = good;
	face.brightness = NAN;
	assert_int_not_equal(gate_of_quality(&face), GATE_NONE);
	face = good;
	face.sharpness = NAN;
	assert_int_not_equal(gate_of_quality(&face), GATE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_good_face_passes),
		cmocka_unit_test(nobody_and_an_engine_that_failed_are_nobody),
		cmocka_unit_test(a_second_face_drops_the_frame_P9),
		cmocka_unit_test(a_face_too_small_dark_bright_or_blurred_is_named),
		cmocka_unit_test(a_code_that_is_taken_for_a_face_is_nobody),
		cmocka_unit_test(a_measure_that_is_no_number_passes_no_gate),
		cmocka_unit_test(a_face_that_is_all_there_passes),
		cmocka_unit_test(covered_eyes_and_a_covered_mouth_are_named),
		cmocka_unit_test(where_nothing_is_drawn_nothing_is_covered),
		cmocka_unit_test(a_turned_face_is_named_and_not_called_covered),
		cmocka_unit_test(a_face_that_the_edge_cuts_is_too_near),
		cmocka_unit_test(a_small_face_is_good_and_hears_to_come_nearer),
		cmocka_unit_test(points_that_are_nowhere_pass_no_gate),
	};

	return cmocka_run_group_tests_name("gates", tests, NULL, NULL);
}
