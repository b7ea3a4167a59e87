/* SPDX-License-Identifier: BSD-2-Clause */
/* vid/guide.c: which frames of an enrolment are kept, and what the person is told. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/heads.h"
#include "vid/guide.h"

#define FRAME 33 /* milliseconds */

static struct guide guide;
static struct candidates candidates;
static struct camera_report report;
static int64_t now;

static int set_up(void **state)
{
	(void)state;
	memset(&candidates, 0, sizeof(candidates));
	now = 1000;
	guide_begin(&guide, true, 0.5f, now);
	return 0;
}

/* One good frame of a head; `degrees` is the direction of its embedding, in a plane. */
static void see(float yaw, float pitch, float degrees)
{
	const struct head head = {
		.body = BODY_HEAD, .yaw = yaw, .pitch = pitch, .distance = 8
	};
	uint32_t seed = 1;

	memset(&report, 0, sizeof(report));
	report.event = CAMERA_EVENT_FACE;
	head_see(&head, &seed, report.face.landmark);
	report.face.has_eyes = true;
	report.face.eyes = 0.8f;
	report.face.dimension = 2;
	report.face.embedding[0] = cosf(degrees * (float)M_PI / 180);
	report.face.embedding[1] = sinf(degrees * (float)M_PI / 180);
}

static enum guide_verdict look(void)
{
	now += FRAME;
	return guide_look(&guide, &report, now, &candidates);
}

/* The last frame again and again; the verdict of the last. */
static enum guide_verdict look_for(int milliseconds)
{
	enum guide_verdict verdict = GUIDE_POOR;

	for (int passed = 0; passed < milliseconds; passed += FRAME)
		verdict = look();
	return verdict;
}

/* Three frames tell how far the eyes are open. */
static void begin_ahead(void)
{
	see(0, 0, 0);
	assert_int_equal(look(), GUIDE_POSE);
	assert_int_equal(look(), GUIDE_POSE);
	assert_int_equal(look(), GUIDE_KEPT);
	assert_int_equal(guide.step, GUIDE_LEFT);
}

static void assert_told(const char *sentence)
{
	const char *told = guide_sentence(&guide, now);

	assert_non_null(told);
	assert_string_equal(told, sentence);
}

/* --- what is kept ------------------------------------------------------------------- */

static void five_poses_are_an_enrolment(void **state)
{
	static const float poses[][2] = {
		{ .25f, 0 }, { -.25f, 0 }, { 0, .2f }, { 0, -.2f }
	};

	(void)state;
	begin_ahead();
	for (size_t i = 0; i < 4; i++) {
		assert_false(guide_done(&guide));
		see(poses[i][0], poses[i][1], 12 * (float)(i + 1));
		assert_int_equal(look(), GUIDE_KEPT);
	}
	assert_true(guide_done(&guide));
	assert_int_equal(candidates.count, GUIDE_FRAMES);
}

static void another_pose_than_the_one_asked_for_is_not_kept(void **state)
{
	(void)state;
	begin_ahead();
	see(-.25f, 0, 12); /* to the right, when left is asked for */
	assert_int_equal(look(), GUIDE_POSE);
	see(0, 0, 12);
	assert_int_equal(look(), GUIDE_POSE);
	assert_int_equal(candidates.count, 1);
}

static void who_cannot_turn_is_enrolled_after_a_while(void **state)
{
	(void)state;
	begin_ahead();
	see(0, 0, 12);
	assert_int_equal(look_for(7000), GUIDE_POSE);
	assert_int_equal(look_for(2000), GUIDE_POSE); /* right: kept left, now waits */
	assert_int_equal(candidates.count, 2);
	assert_int_equal(guide.step, GUIDE_RIGHT);
}

static void frames_that_are_alike_are_dropped_however_long_they_last(void **state)
{
	(void)state;
	begin_ahead();
	see(.25f, 0, 2);
	assert_int_equal(look(), GUIDE_ALIKE);
	assert_int_equal(look_for(60000), GUIDE_ALIKE);
	assert_int_equal(candidates.count, 1);
}

static void a_blink_is_dropped(void **state)
{
	(void)state;
	begin_ahead();
	see(.25f, 0, 12);
	report.face.eyes = 0.2f;
	assert_int_equal(look(), GUIDE_BLINK);
	report.face.eyes = 0.7f;
	assert_int_equal(look(), GUIDE_KEPT);
}

static void a_blink_at_the_very_beginning_is_dropped(void **state)
{
	(void)state;
	see(0, 0, 0);
	report.face.eyes = 0.1f;
	assert_int_not_equal(look(), GUIDE_KEPT);
	report.face.eyes = 0.8f;
	assert_int_not_equal(look(), GUIDE_KEPT);
	assert_int_equal(look(), GUIDE_KEPT);
}

static void narrow_eyes_are_no_blink(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		see(0, 0, 0);
		report.face.eyes = 0.3f;
		(void)look();
	}
	assert_int_equal(candidates.count, 1);
}

static void who_takes_the_place_before_the_camera_is_not_kept(void **state)
{
	(void)state;
	begin_ahead();
	see(.25f, 0, 80); /* cosine 0.17 */
	assert_int_equal(look(), GUIDE_STRANGER);
	assert_int_equal(look_for(20000), GUIDE_STRANGER);
	assert_int_equal(candidates.count, 1);
}

static void a_score_that_is_no_number_is_not_kept(void **state)
{
	(void)state;
	begin_ahead();
	see(.25f, 0, NAN);
	assert_int_not_equal(look(), GUIDE_KEPT);
}

static void a_repeated_frame_is_no_frame(void **state)
{
	(void)state;
	begin_ahead();
	see(.25f, 0, 12);
	report.face.repeated = true;
	assert_int_equal(look(), GUIDE_POOR);
}

static void a_poor_frame_is_not_kept(void **state)
{
	(void)state;
	begin_ahead();
	see(.25f, 0, 12);
	report.event = CAMERA_EVENT_POOR;
	report.gate = CAMERA_GATE_BLURRED;
	assert_int_equal(look_for(20000), GUIDE_POOR);
}

static void a_film_takes_whatever_differs(void **state)
{
	(void)state;
	guide_begin(&guide, false, 0.5f, now);
	for (int i = 0; i < 3 + 60; i++) {
		see(0, 0, (float)i);
		(void)look();
	}
	assert_true(guide_done(&guide));
	assert_true(candidates.count >= 5 && candidates.count <= 7);
}

/* --- what is told ---------------------------------------------------------------------
 */

static void the_step_is_told_at_once_and_once(void **state)
{
	(void)state;
	assert_told("Look straight at the camera.");
	now += 5000;
	assert_null(guide_sentence(&guide, now));
	begin_ahead();
	assert_told("Turn your head a little to your left.");
	assert_null(guide_sentence(&guide, now));
}

static void a_fault_is_told_when_it_lasts(void **state)
{
	(void)state;
	assert_told("Look straight at the camera.");
	now += 2000;
	see(0, 0, 0);
	report.event = CAMERA_EVENT_GATE;
	report.gate = CAMERA_GATE_DARK;
	(void)look();
	assert_null(guide_sentence(&guide, now));
	(void)look_for(600);
	assert_told(camera_gate_sentence(CAMERA_GATE_DARK));
	begin_ahead(); /* it passed, and what was asked is over */
	assert_told("Turn your head a little to your left.");
}

static void one_sentence_stands_for_a_second(void **state)
{
	(void)state;
	assert_told("Look straight at the camera.");
	see(0, 0, 0);
	report.event = CAMERA_EVENT_GATE;
	report.gate = CAMERA_GATE_NEAR;
	(void)look_for(800);
	assert_null(guide_sentence(&guide, now));
	(void)look_for(300);
	assert_told(camera_gate_sentence(CAMERA_GATE_NEAR));
}

static void who_turns_too_far_is_told_so(void **state)
{
	(void)state;
	begin_ahead();
	assert_told("Turn your head a little to your left.");
	see(.9f, 0, 12);
	report.event = CAMERA_EVENT_POOR;
	report.gate = CAMERA_GATE_TURNED;
	(void)look_for(1200);
	assert_told("That was too far: turn back a little.");
}

static void who_is_far_away_is_asked_nearer_and_taken_all_the_same(void **state)
{
	(void)state;
	see(0, 0, 0);
	report.gate = CAMERA_GATE_FAR;
	assert_int_equal(look_for(1500), GUIDE_POOR);
	assert_told(camera_gate_sentence(CAMERA_GATE_FAR));
	(void)look_for(8000);
	assert_int_equal(candidates.count, 1);
}

#define PROMISE(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PROMISE(five_poses_are_an_enrolment),
		PROMISE(another_pose_than_the_one_asked_for_is_not_kept),
		PROMISE(who_cannot_turn_is_enrolled_after_a_while),
		PROMISE(frames_that_are_alike_are_dropped_however_long_they_last),
		PROMISE(a_blink_is_dropped),
		PROMISE(a_blink_at_the_very_beginning_is_dropped),
		PROMISE(narrow_eyes_are_no_blink),
		PROMISE(who_takes_the_place_before_the_camera_is_not_kept),
		PROMISE(a_score_that_is_no_number_is_not_kept),
		PROMISE(a_repeated_frame_is_no_frame),
		PROMISE(a_poor_frame_is_not_kept),
		PROMISE(a_film_takes_whatever_differs),
		PROMISE(the_step_is_told_at_once_and_once),
		PROMISE(a_fault_is_told_when_it_lasts),
		PROMISE(one_sentence_stands_for_a_second),
		PROMISE(who_turns_too_far_is_told_so),
		PROMISE(who_is_far_away_is_asked_nearer_and_taken_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
