/* SPDX-License-Identifier: BSD-2-Clause */
/* vidd asks for turns of the head: who does them gets in, whatever else happens does not.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/vidd/walks.h"

#define TIMES 6 /* each draws another challenge */

static void kim_turns(enum person_does does, const char *more)
{
	const struct shown shown = shown_by(&world.kim);
	char settings[200];

	(void)snprintf(settings, sizeof(settings), "liveness = turn\n%s", more);
	world_settings(settings);
	in_hand(&shown);
	stage->next = stage->count = 0;
	stage_add(SCENE_QR, code, NULL);
	stage_add(SCENE_PERSON, NULL, world.kim.face);
	stage->does = does;
}

static void expect_each_time(enum person_does does, const char *more, enum vid_reason why)
{
	for (int i = 0; i < TIMES; i++) {
		kim_turns(does, more);
		expect_for_kim(why);
		world.now += 3600; /* no attempt is left over, no proof is used twice */
	}
}

static void who_turns_as_asked_gets_in_S8(void **state)
{
	struct outcome out;
	unsigned turns = 0;

	(void)state;
	expect_each_time(DOES_TURN, "", VID_OK);
	kim_turns(DOES_TURN, "");
	out = expect_for_kim(VID_OK);
	for (const char *at = out.said; (at = strstr(at, "Turn your head to your "));
	     at++)
		turns++;
	assert_in_range(turns, 1, 3);
	assert_non_null(strstr(out.said, "\nLook straight at the camera.\n"));
}

static void a_higher_level_asks_for_three_turns(void **state)
{
	(void)state;
	for (int i = 0; i < TIMES; i++) {
		struct outcome out;
		unsigned turns = 0;

		kim_turns(DOES_TURN, "level = high\n");
		out = expect_for_kim(VID_OK);
		for (const char *at = out.said; (at = strstr(at, "straight")); at++)
			turns++;
		assert_int_equal(turns, 3);
		world.now += 3600;
	}
}

static void who_turns_the_wrong_way_is_refused_S8(void **state)
{
	(void)state;
	expect_each_time(DOES_WRONG, "", VID_FACE_TURN);
}

static void who_turns_before_being_asked_is_refused_S8(void **state)
{
	(void)state;
	expect_each_time(DOES_EARLY, "", VID_FACE_TURN);
}

static void who_holds_still_is_refused_S8(void **state)
{
	(void)state;
	expect_each_time(DOES_NOTHING, "turn-seconds = 2\n", VID_FACE_TURN);
}

static void a_print_that_is_turned_is_refused_S8(void **state)
{
	(void)state;
	expect_each_time(DOES_FLAT, "turn-seconds = 2\n", VID_FACE_TURN);
}

static void a_face_that_takes_anothers_place_is_refused_S8(void **state)
{
	(void)state;
	expect_each_time(DOES_SWAP, "", VID_FACE_CHANGED);
}

static void a_face_that_stands_still_to_the_bit_is_refused_S13(void **state)
{
	(void)state;
	expect_each_time(DOES_FROZEN, "", VID_FACE_FRAMES);
}

static void networks_that_see_a_picture_refuse_it(void **state)
{
	(void)state;
	stage->passive = .02f;
	expect_each_time(DOES_TURN, "", VID_FACE_NOT_LIVE);
}

/* ... and without them the turns decide. */
static void turns_do_not_need_networks(void **state)
{
	(void)state;
	stage->networks = 0;
	expect_each_time(DOES_TURN, "", VID_OK);
}

static void passive_without_networks_is_unavailable(void **state)
{
	(void)state;
	kim_walks_up();
	stage->networks = 0;
	expect_for_kim(VID_FACE_ENGINE);
}

static void a_picture_is_not_live_passively_either(void **state)
{
	(void)state;
	kim_walks_up();
	stage->passive = .05f;
	expect_for_kim(VID_FACE_NOT_LIVE);
}

static void poor_frames_are_no_probe(void **state)
{
	(void)state;
	kim_walks_up();
	for (size_t i = 1; i < stage->count; i++)
		stage->scene[i].kind = SCENE_POOR;
	expect_for_kim(VID_FACE_NOBODY);
}

static void off_needs_a_key_that_verifies_its_user(void **state)
{
	(void)state;
	kim_walks_up();
	world_settings("liveness = off");
	expect_for_kim(VID_CONFIG);
}

/* A wallet's proof does not say that anybody was verified. */
static void a_wallet_is_no_key_that_verifies_its_user(void **state)
{
	(void)state;
	kim_walks_up();
	world_settings("liveness = off\nkey-uv = required");
	expect_for_kim(VID_HOLDER_UV);
}

/* A challenge that does not suit them buys no other one: neither by pulling the camera
 * out nor by walking away from it. */
static void a_camera_that_is_unplugged_at_a_turn_costs_an_attempt_S49(void **state)
{
	static const struct {
		enum person_does does;
		enum vid_reason why;
	} ways[] = { { DOES_UNPLUG, VID_CAMERA_FAILED }, { DOES_LEAVE, VID_FACE_TURN } };

	(void)state;
	for (size_t k = 0; k < sizeof(ways) / sizeof(*ways); k++) {
		for (int i = 0; i < 5; i++) {
			kim_turns(ways[k].does, "");
			expect_for_kim(ways[k].why);
		}
		kim_turns(DOES_TURN, "");
		expect_for_kim(VID_TOO_MANY_ATTEMPTS);
		world.now += 30;
		kim_turns(DOES_TURN, "");
		expect_for_kim(VID_OK);
	}
}

static void a_camera_that_fails_before_a_turn_costs_none_S49(void **state)
{
	(void)state;
	for (int i = 0; i < 8; i++) {
		kim_turns(DOES_TURN, "");
		stage->scene[1] =
			(struct scene){ .kind = SCENE_FAIL, .why = VID_CAMERA_FAILED };
		expect_for_kim(VID_CAMERA_FAILED);
	}
	kim_turns(DOES_TURN, "");
	expect_for_kim(VID_OK);
}

static void every_failed_check_sounds_the_same_S53(void **state)
{
	static const enum person_does deeds[] = { DOES_WRONG, DOES_SWAP, DOES_FROZEN };

	(void)state;
	for (size_t i = 0; i < sizeof(deeds) / sizeof(*deeds); i++) {
		struct outcome out;

		kim_turns(deeds[i], "");
		out = ask_vidd(&(struct asking){ .account = KIM });
		assert_int_equal(out.verdict, VERDICT_DENIED);
		assert_non_null(strstr(out.said, "Your virtual ID was not accepted.\n"));
		world.now += 3600;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(who_turns_as_asked_gets_in_S8),
		test(a_higher_level_asks_for_three_turns),
		test(who_turns_the_wrong_way_is_refused_S8),
		test(who_turns_before_being_asked_is_refused_S8),
		test(who_holds_still_is_refused_S8),
		test(a_print_that_is_turned_is_refused_S8),
		test(a_face_that_takes_anothers_place_is_refused_S8),
		test(a_face_that_stands_still_to_the_bit_is_refused_S13),
		test(networks_that_see_a_picture_refuse_it),
		test(turns_do_not_need_networks),
		test(passive_without_networks_is_unavailable),
		test(a_picture_is_not_live_passively_either),
		test(poor_frames_are_no_probe),
		test(off_needs_a_key_that_verifies_its_user),
		test(a_wallet_is_no_key_that_verifies_its_user),
		test(a_camera_that_is_unplugged_at_a_turn_costs_an_attempt_S49),
		test(a_camera_that_fails_before_a_turn_costs_none_S49),
		test(every_failed_check_sounds_the_same_S53),
	};

	return WALKS_RUN("vidd liveness");
}
