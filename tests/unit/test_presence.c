/* SPDX-License-Identifier: BSD-2-Clause */
/* vid/presence.c: a head before the camera, or a picture of one (S55). */
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
#include "vid/presence.h"

#define FRAMES 300 /* ten seconds */

static struct presence presence;

/* Somebody (or something) who turns from side to side, by `most` radians. */
static void play(enum body body, float most, float noise, float passive)
{
	struct head head = { .body = body, .distance = 8, .radius = .7f, .noise = noise };
	struct camera_report report;
	uint32_t seed = 7;

	for (int i = 0; i < FRAMES; i++) {
		memset(&report, 0, sizeof(report));
		report.event = CAMERA_EVENT_FACE;
		report.face.has_passive = passive >= 0;
		report.face.passive = passive;
		head.yaw = i < 30 ? 0 : most * sinf((float)i / 15);
		head_see(&head, &seed, report.face.landmark);
		presence_see(&presence, &report, 0, .55f);
	}
}

static int fresh(void **state)
{
	(void)state;
	presence_begin(&presence, -1);
	return 0;
}

static void a_head_that_turns_is_somebody(void **state)
{
	(void)state;
	play(BODY_HEAD, .4f, .7f, -1);
	assert_true(presence_known(&presence));
	assert_int_equal(presence_judge(&presence), VID_OK);
}

static void a_head_that_does_not_turn_is_not_known(void **state)
{
	(void)state;
	play(BODY_HEAD, 0, .7f, -1);
	assert_false(presence_known(&presence));
	assert_int_equal(presence_judge(&presence), VID_FACE_FLAT);
}

static void a_print_that_is_turned_is_flat(void **state)
{
	(void)state;
	for (float noise = 0; noise < 2; noise += .5f) {
		presence_begin(&presence, -1);
		play(BODY_FLAT, .7f, noise, -1);
		assert_int_equal(presence_judge(&presence), VID_FACE_FLAT);
	}
}

static void a_print_that_is_bent_is_flat(void **state)
{
	(void)state;
	play(BODY_BENT, .7f, .7f, -1);
	assert_int_equal(presence_judge(&presence), VID_FACE_FLAT);
}

static void what_the_networks_find_no_life_in_is_not_live(void **state)
{
	(void)state;
	presence_begin(&presence, .1f);
	play(BODY_HEAD, .4f, .7f, .05f);
	assert_int_equal(presence_judge(&presence), VID_FACE_NOT_LIVE);
	presence_begin(&presence, .1f);
	play(BODY_HEAD, .4f, .7f, .5f);
	assert_int_equal(presence_judge(&presence), VID_OK);
}

static void networks_that_said_nothing_deny(void **state)
{
	(void)state;
	presence_begin(&presence, .1f);
	play(BODY_HEAD, .4f, .7f, -1);
	assert_int_equal(presence_judge(&presence), VID_FACE_NOT_LIVE);
}

static void a_frame_without_a_face_tells_nothing(void **state)
{
	struct camera_report report = { .event = CAMERA_EVENT_GATE };

	(void)state;
	for (int i = 0; i < FRAMES; i++)
		presence_see(&presence, &report, 0, .55f);
	assert_int_equal(presence.solid.ahead, 0);
	assert_int_equal(presence_judge(&presence), VID_FACE_FLAT);
}

#define PROMISE(name) cmocka_unit_test_setup(name, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PROMISE(a_head_that_turns_is_somebody),
		PROMISE(a_head_that_does_not_turn_is_not_known),
		PROMISE(a_print_that_is_turned_is_flat),
		PROMISE(a_print_that_is_bent_is_flat),
		PROMISE(what_the_networks_find_no_life_in_is_not_live),
		PROMISE(networks_that_said_nothing_deny),
		PROMISE(a_frame_without_a_face_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
