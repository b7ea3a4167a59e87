/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/camera/gates.c */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	};

	return cmocka_run_group_tests_name("gates", tests, NULL, NULL);
}
