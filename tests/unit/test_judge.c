/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/liveness.c on landmarks of a head that turns, and of what is not one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libvid/liveness.h"
#include "tests/unit/heads.h"

#define DEGREES(x) ((float)(x)*3.14159265f / 180)
#define DIMENSION  4
#define STEP       66 /* milliseconds from frame to frame */

/* Unit vectors of two people; the cosine of the two is 0. */
static const float kim[DIMENSION] = { 1, 0, 0, 0 }, thief[DIMENSION] = { 0, 1, 0, 0 };

static struct liveness judge;
static struct liveness_frame frame;
static struct head head;
static uint32_t seed;
static float at_rest; /* degrees that `ahead` is turned by */

/* A left turn and a right one; nothing more to be asked. */
static struct liveness_rules rules(void)
{
	return (struct liveness_rules){
		.mode = LIVENESS_TURN,
		.challenge = { .count = 2, .turn = { CUE_LEFT, CUE_RIGHT } },
		.window = 4000,
		.same = .39f,
		.passive = -1,
	};
}

static void start(const struct liveness_rules *asked)
{
	head = (struct head){ .distance = 8, .noise = .3f };
	seed = 1;
	at_rest = 0;
	frame = (struct liveness_frame){
		.sequence = 0,
		.good = true,
		.box = { 200, 100, 160, 200 },
		.brightness = 120,
		.has_changes = true,
		.changed = .8f,
		.changed_face = .9f,
		.embedding = kim,
		.dimension = DIMENSION,
	};
	liveness_start(&judge, asked);
}

static enum vid_reason see(void)
{
	frame.sequence++;
	frame.milliseconds += STEP;
	head_see(&head, &seed, frame.landmark);
	return liveness_see(&judge, &frame);
}

/* `count` frames with the head at `yaw` degrees; cues are shown as they fall due. */
static enum vid_reason hold(float yaw, int count)
{
	enum vid_reason why = judge.why;

	for (int i = 0; i < count && why == VID_OK; i++) {
		enum liveness_cue cue;

		head.yaw += (DEGREES(yaw + at_rest) - head.yaw) * .5f;
		why = see();
		if ((cue = liveness_due(&judge)) != CUE_NONE)
			liveness_cued(&judge, cue);
	}
	return why;
}

/* Ahead until a turn is asked for, then `yaw`, and back. */
static enum vid_reason turn(float yaw)
{
	for (int i = 0; i < 40 && judge.stage != STAGE_TURN; i++)
		if (hold(0, 1) != VID_OK)
			return judge.why;
	if (hold(0, 4) != VID_OK) /* nobody is quicker */
		return judge.why;
	for (int i = 0; i < 30 && judge.stage == STAGE_TURN; i++)
		if (hold(yaw, 1) != VID_OK)
			return judge.why;
	return hold(0, 8);
}

static void who_turns_as_asked_is_live(void **state)
{
	const struct liveness_rules asked = rules();

	(void)state;
	start(&asked);
	assert_int_equal(turn(28), VID_OK);
	assert_false(liveness_done(&judge));
	assert_int_equal(turn(-28), VID_OK);
	assert_true(liveness_done(&judge));
}

/* The camera stands beside the screen: at rest the head is turned by some degrees. */
static void who_looks_past_the_camera_is_judged_from_there(void **state)
{
	const struct liveness_rules asked = rules();

	(void)state;
	for (int rest = -14; rest <= 14; rest += 7) {
		start(&asked);
		at_rest = (float)rest;
		assert_int_equal(turn(28), VID_OK);
		assert_int_equal(turn(-28), VID_OK);
		assert_true(liveness_done(&judge));
	}
	start(&asked);
	at_rest = 35; /* looks elsewhere, and is told so */
	head.yaw = DEGREES(at_rest);
	assert_int_equal(hold(0, 5), VID_OK);
	assert_true(judge.astray);
	assert_int_equal(judge.ahead, 0);
	at_rest = 0;
	assert_int_equal(hold(0, 8), VID_OK);
	assert_false(judge.astray);
	assert_true(judge.ahead > 0);
}

/* A telephone held up to the camera, taken for a face, and then the person. */
static void poor_frames_do_not_begin_a_sequence(void **state)
{
	const struct liveness_rules asked = rules();

	(void)state;
	start(&asked);
	frame.good = false;
	frame.embedding = thief;
	frame.brightness = 250;
	frame.box[0] = 20;
	assert_int_equal(hold(0, 10), VID_OK);
	assert_false(judge.started);
	frame.good = true;
	frame.embedding = kim;
	frame.brightness = 110;
	frame.box[0] = 200;
	assert_int_equal(turn(28), VID_OK);
	assert_int_equal(turn(-28), VID_OK);
	assert_true(liveness_done(&judge));
}

static void the_wrong_side_is_final_S8(void **state)
{
	const struct liveness_rules asked = rules();

	(void)state;
	start(&asked);
	assert_int_equal(turn(-28), VID_FACE_TURN);
	assert_int_equal(turn(28), VID_FACE_TURN);
	assert_int_equal(hold(0, 20), VID_FACE_TURN);
	assert_false(liveness_done(&judge));
}

static void a_turn_before_it_was_asked_is_refused(void **state)
{
	struct liveness_rules asked = rules();

	(void)state;
	asked.challenge.wait[0] = 5000;
	start(&asked);
	assert_int_equal(hold(0, 8), VID_OK);
	assert_int_equal(hold(28, 8), VID_FACE_TURN);
}

static void nobody_turns_at_the_very_cue(void **state)
{
	const struct liveness_rules asked = rules();

	(void)state;
	start(&asked);
	for (int i = 0; i < 40 && judge.stage != STAGE_TURN; i++)
		assert_int_equal(hold(0, 1), VID_OK);
	head.yaw = DEGREES(28);
	assert_int_equal(hold(28, 1), VID_FACE_TURN);
}

static void who_does_nothing_runs_out_of_time(void **state)
{
	const struct liveness_rules asked = rules();

	(void)state;
	start(&asked);
	assert_int_equal(hold(0, 40), VID_OK);
	assert_int_equal(hold(0, 60), VID_FACE_TURN);
}

static void flat_things_that_turn_are_refused_S8(void **state)
{
	const struct liveness_rules asked = rules();

	(void)state;
	for (float yaw = 30; yaw <= 65; yaw += 5) {
		start(&asked);
		head.body = BODY_FLAT;
		(void)turn(yaw);
		(void)turn(-yaw);
		assert_false(liveness_done(&judge));
	}
	start(&asked); /* near: perspective lets a print turn in the landmarks' eyes */
	head.body = BODY_FLAT;
	head.distance = 3;
	(void)turn(60);
	(void)turn(-60);
	assert_false(liveness_done(&judge));
}

static void a_frame_again_or_out_of_order_is_no_cameras_S13(void **state)
{
	const struct liveness_rules asked = rules();

	(void)state;
	start(&asked);
	assert_int_equal(hold(0, 3), VID_OK);
	frame.repeated = true;
	assert_int_equal(see(), VID_FACE_FRAMES);
	start(&asked);
	assert_int_equal(hold(0, 3), VID_OK);
	frame.sequence -= 2;
	assert_int_equal(see(), VID_FACE_FRAMES);
	start(&asked);
	assert_int_equal(hold(0, 3), VID_OK);
	frame.milliseconds -= 2 * STEP;
	assert_int_equal(see(), VID_FACE_FRAMES);
}

static void a_face_without_a_sensors_noise_is_no_cameras_S13(void **state)
{
	const struct liveness_rules asked = rules();

	(void)state;
	start(&asked);
	frame.changed_face = .001f;
	assert_int_equal(hold(0, 10), VID_FACE_FRAMES);
}

static void a_jump_of_place_size_or_light_is_another_face(void **state)
{
	const struct liveness_rules asked = rules();

	(void)state;
	start(&asked);
	assert_int_equal(hold(0, 20), VID_OK);
	frame.box[0] += 150;
	assert_int_equal(see(), VID_FACE_CHANGED);
	start(&asked);
	assert_int_equal(hold(0, 20), VID_OK);
	frame.box[2] *= 1.6f;
	assert_int_equal(see(), VID_FACE_CHANGED);
	start(&asked);
	assert_int_equal(hold(0, 20), VID_OK);
	frame.brightness = 240;
	assert_int_equal(see(), VID_FACE_CHANGED);
}

static void another_person_in_mid_challenge_is_refused(void **state)
{
	const struct liveness_rules asked = rules();

	(void)state;
	start(&asked);
	assert_int_equal(turn(28), VID_OK);
	frame.embedding = thief;
	assert_int_equal(hold(0, 3), VID_FACE_CHANGED);
	/* of poor frames alone it takes some to be sure */
	start(&asked);
	assert_int_equal(turn(28), VID_OK);
	frame.embedding = thief;
	frame.good = false;
	assert_int_equal(hold(0, 12), VID_FACE_CHANGED);
}

static void a_face_that_was_away_is_nobody_and_costs_nothing(void **state)
{
	struct liveness_rules asked = rules();

	(void)state;
	asked.challenge.wait[0] = 5000;
	start(&asked);
	assert_int_equal(hold(0, 5), VID_OK);
	frame.milliseconds += 3000;
	assert_int_equal(see(), VID_FACE_NOBODY);
}

/* Otherwise one could wait for a challenge that one has a film of. */
static void who_goes_away_after_a_cue_has_failed_it_S49(void **state)
{
	const struct liveness_rules asked = rules();

	(void)state;
	start(&asked);
	assert_int_equal(hold(0, 6), VID_OK);
	assert_int_equal(judge.stage, STAGE_TURN);
	frame.milliseconds += 3000;
	assert_int_equal(see(), VID_FACE_TURN);
}

/* A photograph of the turned head takes the place of the one that looks ahead. */
static void who_is_turned_at_once_has_not_turned_S8(void **state)
{
	const struct liveness_rules asked = rules();

	(void)state;
	for (int degrees = 22; degrees <= 34; degrees += 4) {
		start(&asked);
		assert_int_equal(hold(0, 6), VID_OK);
		assert_int_equal(judge.stage, STAGE_TURN);
		assert_int_equal(hold(0, 4), VID_OK);
		head.yaw = DEGREES(degrees);
		assert_int_equal(see(), VID_FACE_TURN);
	}
}

/* Blurred faces are all alike: they do not lead from one person to another. */
static void a_chain_of_likenesses_does_not_lead_to_another_S8(void **state)
{
	static const float between[DIMENSION] = { .19f, .98f, 0, 0 },
			   nearer[DIMENSION] = { .6f, .8f, 0, 0 };
	const struct liveness_rules asked = rules();

	(void)state;
	start(&asked);
	assert_int_equal(hold(0, 6), VID_OK);
	frame.good = false;
	frame.embedding = nearer;
	assert_int_equal(hold(0, 2), VID_OK);
	frame.embedding = between;
	assert_int_equal(hold(0, 8), VID_FACE_CHANGED);
}

static void the_networks_have_the_last_word(void **state)
{
	struct liveness_rules asked = rules();

	(void)state;
	asked.passive = .1f;
	start(&asked);
	frame.has_passive = true;
	frame.passive = .05f;
	assert_int_equal(turn(28), VID_OK);
	assert_int_equal(turn(-28), VID_FACE_NOT_LIVE);
	start(&asked); /* asked for, and not one has spoken */
	assert_int_equal(turn(28), VID_OK);
	assert_int_equal(turn(-28), VID_FACE_NOT_LIVE);
	start(&asked);
	frame.has_passive = true;
	frame.passive = .6f;
	assert_int_equal(turn(28), VID_OK);
	assert_int_equal(turn(-28), VID_OK);
	assert_true(liveness_done(&judge));
}

static void beside_an_infrared_camera_the_other_one_must_see_the_face(void **state)
{
	struct liveness_rules asked = rules();

	(void)state;
	asked.pair = true;
	start(&asked);
	frame.has_pair = true;
	frame.pair = 1;
	assert_int_equal(turn(28), VID_OK);
	assert_int_equal(turn(-28), VID_OK);
	assert_true(liveness_done(&judge));
	for (unsigned pair = 0; pair <= 2; pair += 2) {
		start(&asked);
		frame.has_pair = true;
		frame.pair = pair;
		assert_int_equal(turn(28), VID_OK);
		assert_int_equal(turn(-28), VID_FACE_NOT_LIVE);
	}
	start(&asked); /* it has never looked */
	assert_int_equal(turn(28), VID_OK);
	assert_int_equal(turn(-28), VID_FACE_NOT_LIVE);
}

static void what_shines_without_the_lamp_is_not_live(void **state)
{
	struct liveness_rules asked = rules();

	(void)state;
	start(&asked);
	frame.has_unlit = true;
	frame.unlit = .4f; /* of the face, while the room has lost half of its light */
	assert_int_equal(turn(28), VID_OK);
	assert_int_equal(turn(-28), VID_OK);
	assert_true(liveness_done(&judge));
	start(&asked);
	frame.has_unlit = true;
	frame.unlit = .95f;
	assert_int_equal(turn(28), VID_OK);
	assert_int_equal(turn(-28), VID_FACE_NOT_LIVE);
	start(&asked);
	frame.has_unlit = true;
	frame.unlit = NAN;
	assert_int_equal(turn(28), VID_OK);
	assert_int_equal(turn(-28), VID_FACE_NOT_LIVE);
}

static void numbers_that_are_none_are_never_live(void **state)
{
	struct liveness_rules asked = rules();
	static const float nobody[DIMENSION] = { NAN, 0, 0, 0 };

	(void)state;
	start(&asked);
	assert_int_equal(hold(0, 5), VID_OK);
	frame.embedding = nobody;
	assert_int_not_equal(hold(0, 1), VID_OK);
	asked.passive = .1f;
	start(&asked);
	frame.has_passive = true;
	frame.passive = NAN;
	(void)turn(28);
	(void)turn(-28);
	assert_false(liveness_done(&judge));
	start(&asked);
	assert_int_equal(hold(0, 5), VID_OK);
	frame.box[0] = NAN;
	assert_int_not_equal(see(), VID_OK);
}

static void a_cue_that_was_not_due_ends_it(void **state)
{
	const struct liveness_rules asked = rules();

	(void)state;
	start(&asked);
	assert_int_equal(hold(0, 1), VID_OK);
	liveness_cued(&judge, CUE_LEFT);
	assert_int_equal(see(), VID_FACE_TURN);
}

static void every_challenge_has_a_side_and_is_one_of_28(void **state)
{
	bool seen[64] = { false };
	size_t kinds = 0, hard = 0;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct challenge drawn;
		size_t code = 0, nearer = 0;

		challenge_draw(&drawn, false);
		assert_in_range(drawn.count, 2, 3);
		for (size_t turn = 0; turn < drawn.count; turn++) {
			code = 4 * code + (size_t)drawn.turn[turn] - CUE_LEFT + 1;
			nearer += drawn.turn[turn] == CUE_NEARER;
			assert_in_range(drawn.wait[turn], 1, 3000);
		}
		assert_in_range(nearer, 0, 1);
		assert_in_range(code, 0, 63);
		kinds += !seen[code];
		seen[code] = true;
		challenge_draw(&drawn, true);
		hard += drawn.count == 3;
	}
	assert_int_equal(kinds, 28);
	assert_int_equal(hard, 4000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_turns_as_asked_is_live),
		cmocka_unit_test(who_looks_past_the_camera_is_judged_from_there),
		cmocka_unit_test(poor_frames_do_not_begin_a_sequence),
		cmocka_unit_test(the_wrong_side_is_final_S8),
		cmocka_unit_test(a_turn_before_it_was_asked_is_refused),
		cmocka_unit_test(nobody_turns_at_the_very_cue),
		cmocka_unit_test(who_does_nothing_runs_out_of_time),
		cmocka_unit_test(flat_things_that_turn_are_refused_S8),
		cmocka_unit_test(a_frame_again_or_out_of_order_is_no_cameras_S13),
		cmocka_unit_test(a_face_without_a_sensors_noise_is_no_cameras_S13),
		cmocka_unit_test(a_jump_of_place_size_or_light_is_another_face),
		cmocka_unit_test(another_person_in_mid_challenge_is_refused),
		cmocka_unit_test(a_face_that_was_away_is_nobody_and_costs_nothing),
		cmocka_unit_test(who_goes_away_after_a_cue_has_failed_it_S49),
		cmocka_unit_test(who_is_turned_at_once_has_not_turned_S8),
		cmocka_unit_test(a_chain_of_likenesses_does_not_lead_to_another_S8),
		cmocka_unit_test(the_networks_have_the_last_word),
		cmocka_unit_test(
			beside_an_infrared_camera_the_other_one_must_see_the_face),
		cmocka_unit_test(what_shines_without_the_lamp_is_not_live),
		cmocka_unit_test(numbers_that_are_none_are_never_live),
		cmocka_unit_test(a_cue_that_was_not_due_ends_it),
		cmocka_unit_test(every_challenge_has_a_side_and_is_one_of_28),
	};

	return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
