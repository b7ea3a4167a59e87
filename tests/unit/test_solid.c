/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/pose.c and libvid/solid.c: where a face looks, and whether it is one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "libvid/pose.h"
#include "libvid/solid.h"
#include "tests/unit/heads.h"

#define DEGREES(x) ((x)*3.14159265f / 180)

static const struct head ahead = { .body = BODY_HEAD, .distance = 8, .radius = 1 };

static void a_head_that_turns_left_moves_its_nose_to_the_right_of_the_picture(
	void **state)
{
	struct head head = ahead;
	float landmark[5][2];
	uint32_t seed = 1;

	(void)state;
	head_see(&head, &seed, landmark);
	assert_float_equal(pose_yaw(landmark), 0, 1e-4f);
	assert_float_equal(pose_roll(landmark), 0, 1e-4f);
	head.yaw = DEGREES(20);
	head_see(&head, &seed, landmark);
	assert_in_range((int)(pose_yaw(landmark) * 1000), 150, 260);
	head.yaw = DEGREES(-20);
	head_see(&head, &seed, landmark);
	assert_in_range((int)(-pose_yaw(landmark) * 1000), 150, 260);
}

static void roll_and_distance_are_no_yaw(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int roll = -30; roll <= 30; roll += 10) {
		for (int distance = 4; distance <= 16; distance *= 2) {
			struct head head = ahead;
			float landmark[5][2];

			head.roll = DEGREES((float)roll);
			head.distance = (float)distance;
			head_see(&head, &seed, landmark);
			assert_float_equal(pose_yaw(landmark), 0, 1e-3f);
			assert_float_equal(pose_roll(landmark), head.roll, 1e-3f);
		}
	}
}

static void a_raised_head_and_a_bowed_one_differ_in_pitch(void **state)
{
	struct head head = ahead;
	float landmark[5][2], level, raised, bowed;
	uint32_t seed = 1;

	(void)state;
	head_see(&head, &seed, landmark);
	level = pose_pitch(landmark);
	head.pitch = DEGREES(15);
	head_see(&head, &seed, landmark);
	raised = pose_pitch(landmark);
	head.pitch = DEGREES(-15);
	head_see(&head, &seed, landmark);
	bowed = pose_pitch(landmark);
	assert_true(raised < level - .05f && bowed > level + .05f);
}

static void points_that_are_nowhere_are_no_pose(void **state)
{
	float landmark[5][2] = { { 0 } };

	(void)state;
	assert_false(pose_valid(landmark));
	assert_float_equal(pose_yaw(landmark), 0, 0);
	head_see(&ahead, &(uint32_t){ 1 }, landmark);
	assert_true(pose_valid(landmark));
	landmark[2][0] = NAN;
	assert_false(pose_valid(landmark));
	assert_float_equal(pose_yaw(landmark), 0, 0);
}

static void a_homography_takes_its_points_where_they_belong(void **state)
{
	static const float from[4][2] = { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 } };
	static const float to[4][2] = { { 3, 1 }, { 9, 2 }, { 2, 8 }, { 7, 6 } };
	static const float line[4][2] = { { 0, 0 }, { 1, 1 }, { 2, 2 }, { 0, 5 } };
	double map[9];

	(void)state;
	assert_true(homography_of(from, to, map));
	for (int i = 0; i < 4; i++) {
		double x = (double)from[i][0], y = (double)from[i][1];
		double scale = map[6] * x + map[7] * y + map[8];

		assert_float_equal((float)((map[0] * x + map[1] * y + map[2]) / scale),
				   to[i][0], 1e-4f);
		assert_float_equal((float)((map[3] * x + map[4] * y + map[5]) / scale),
				   to[i][1], 1e-4f);
	}
	assert_false(homography_of(line, to, map));
}

/* Ahead for ten frames, then turned about `yaw` for twelve. */
static float height_of(const struct head *like, float yaw, uint32_t seed)
{
	struct solid solid = { .ahead = 0 };
	struct head head = *like;
	float landmark[5][2];

	for (int i = 0; i < 10; i++) {
		head_see(&head, &seed, landmark);
		solid_ahead(&solid, landmark);
	}
	for (int i = 0; i < 12; i++) {
		head.yaw = DEGREES(yaw + head_noise(&seed));
		head_see(&head, &seed, landmark);
		solid_turned(&solid, landmark);
	}
	return solid_height(&solid);
}

/* Landmarks of 60 to 110 pixels between the eyes are right to about a pixel. */
static void a_head_is_solid_at_every_angle_and_distance(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 40; seed++) {
		for (float yaw = -35; yaw <= 35; yaw += 5) {
			struct head head = ahead;

			if (fabsf(yaw) < 18)
				continue;
			head.noise = 1;
			head.distance = 6 + (float)(seed % 5);
			head.roll = DEGREES((float)(seed % 21) - 10);
			if (height_of(&head, yaw, seed) < .3f)
				fail_msg("%g degrees, seed %u: height %g", (double)yaw,
					 seed, (double)height_of(&head, yaw, seed));
		}
	}
}

static void a_flat_print_is_flat_however_it_is_held_S8(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 40; seed++) {
		for (float yaw = -70; yaw <= 70; yaw += 5) {
			struct head head = ahead;

			if (fabsf(yaw) < 10)
				continue;
			head.body = BODY_FLAT;
			head.noise = 1;
			head.distance = 3 + (float)(seed % 8);
			head.pitch = DEGREES((float)(seed % 31) - 15);
			if (height_of(&head, yaw, seed) >= .2f)
				fail_msg("%g degrees, seed %u: height %g", (double)yaw,
					 seed, (double)height_of(&head, yaw, seed));
		}
	}
}

static void a_print_bent_about_a_glass_is_too_flat(void **state)
{
	static const float radii[] = { .7f, .8f, 1, 1.5f, 3 }; /* 4.5 cm and more */

	(void)state;
	for (uint32_t seed = 1; seed <= 40; seed++) {
		for (float yaw = -60; yaw <= 60; yaw += 5) {
			struct head head = ahead;
			float landmark[5][2];

			head.body = BODY_BENT;
			head.radius = radii[seed % 5];
			head.yaw = DEGREES(yaw);
			head_see(&head, &seed, landmark);
			if (fabsf(pose_yaw(landmark)) < .17f)
				continue; /* does not even turn */
			head.yaw = 0;
			head.noise = .5f;
			if (height_of(&head, yaw, seed) >= .25f)
				fail_msg("radius %g, %g degrees: height %g",
					 (double)head.radius, (double)yaw,
					 (double)height_of(&head, yaw, seed));
		}
	}
}

static void without_a_turn_nothing_is_known(void **state)
{
	struct solid solid = { .ahead = 0 };
	float landmark[5][2];

	(void)state;
	assert_true(solid_height(&solid) < 0);
	head_see(&ahead, &(uint32_t){ 1 }, landmark);
	solid_turned(&solid, landmark);
	assert_true(solid_height(&solid) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_head_that_turns_left_moves_its_nose_to_the_right_of_the_picture),
		cmocka_unit_test(roll_and_distance_are_no_yaw),
		cmocka_unit_test(a_raised_head_and_a_bowed_one_differ_in_pitch),
		cmocka_unit_test(points_that_are_nowhere_are_no_pose),
		cmocka_unit_test(a_homography_takes_its_points_where_they_belong),
		cmocka_unit_test(a_head_is_solid_at_every_angle_and_distance),
		cmocka_unit_test(a_flat_print_is_flat_however_it_is_held_S8),
		cmocka_unit_test(a_print_bent_about_a_glass_is_too_flat),
		cmocka_unit_test(without_a_turn_nothing_is_known),
	};

	return cmocka_run_group_tests_name("solid", tests, NULL, NULL);
}
