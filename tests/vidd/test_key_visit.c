/* SPDX-License-Identifier: BSD-2-Clause */
/* vidd's walk with a security key: keys that come, go and fail, and other
 * carriers behind them. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/vidd/key_walks.h"

static struct outcome expect_soon(enum vid_reason why)
{
	const struct asking asking = { .account = KIM, .deadline = 1 };

	return expect(&asking, why);
}

/* --- keys that come and go ------------------------------------------------------------
 */

static void each_thing_to_do_has_its_event(void **state)
{
	const struct asking silent = { .account = KIM, .silent = true };
	struct outcome out;

	(void)state;
	keys_step(PLAY_EVENT, FIDO_EVENT_INSERT);
	keys_step(PLAY_EVENT, FIDO_EVENT_SELECT);
	keys_step(PLAY_EVENT, FIDO_EVENT_VERIFY);
	kim_touches();
	out = expect(&silent, VID_OK); /* and is said to sudo as well */
	assert_string_equal(out.events, "1 2 3 7 6 ");
	assert_string_equal(out.said, "Insert.\nTouch one.\nTouch the reader.\nTouch.\n");
}

static void a_key_that_is_put_in_meanwhile_may_be_used(void **state)
{
	(void)state;
	keys_step(PLAY_EVENT, FIDO_EVENT_SELECT);
	keys_step(PLAY_EVENT, FIDO_EVENT_ADDED);
	kim_touches();
	expect_for_kim(VID_OK);
	assert_int_equal(keys->opened, 2);
}

static void but_not_any_more_once_one_was_given_its_PIN(void **state)
{
	const struct asking asking = { .account = KIM, .pins = { "1234" } };

	(void)state;
	keys_pin(8, false);
	keys_step(PLAY_EVENT, FIDO_EVENT_ADDED);
	kim_touches();
	expect(&asking, VID_OK);
	assert_int_equal(keys->opened, 1);
}

static void a_key_that_was_pulled_out_may_be_put_in_again(void **state)
{
	struct outcome out;

	(void)state;
	kim_has_a_key();
	keys_step(PLAY_FOUND, 0);
	keys_step(PLAY_EVENT, FIDO_EVENT_TOUCH);
	keys_fail(VID_KEY_GONE);
	keys_step(PLAY_EVENT, FIDO_EVENT_INSERT);
	keys_walk();
	out = expect_for_kim(VID_OK);
	assert_int_equal(keys->opened, 2);
	assert_string_equal(out.events, "1 6 2 6 ");
	assert_non_null(strstr(out.said, "The security key was taken out.\n"));
}

static void a_key_that_stays_out_ends_at_the_deadline(void **state)
{
	struct outcome out;

	(void)state;
	kim_has_a_key();
	keys_step(PLAY_FOUND, 0);
	keys_fail(VID_KEY_GONE);
	keys_step(PLAY_EVENT, FIDO_EVENT_INSERT);
	keys_step(PLAY_HANG, 0);
	out = expect_soon(VID_KEY_NONE);
	assert_non_null(strstr(out.said, "plug yours in"));
}

static void a_loose_contact_does_not_go_on_for_ever(void **state)
{
	(void)state;
	for (int i = 0; i < 40; i++)
		keys_fail(VID_KEY_GONE);
	expect_for_kim(VID_KEY_FAILED);
	assert_int_equal(keys->opened, 16);
}

/* With nothing that was signed, nothing is judged. */
static void nor_do_keys_that_are_added_and_added(void **state)
{
	(void)state;
	for (int i = 0; i < 40; i++)
		keys_step(PLAY_EVENT, FIDO_EVENT_ADDED);
	expect_for_kim(VID_KEY_FAILED);
	assert_int_equal(keys->opened, 16);
}

static void what_did_not_come_in_time_is_named(void **state)
{
	static const struct {
		enum fido_event event;
		enum vid_reason why;
	} waits[] = {
		{ FIDO_EVENT_INSERT, VID_KEY_NONE },
		{ FIDO_EVENT_SELECT, VID_KEY_DECLINED },
		{ FIDO_EVENT_TOUCH, VID_KEY_DECLINED },
		{ FIDO_EVENT_VERIFY, VID_KEY_DECLINED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(waits) / sizeof(*waits); i++) {
		keys_clear();
		keys_step(PLAY_EVENT, waits[i].event);
		keys_step(PLAY_HANG, 0);
		expect_soon(waits[i].why);
	}
	keys_clear();
	keys_step(PLAY_HANG, 0);
	expect_soon(VID_KEY_FAILED);
}

static void hanging_up_at_the_touch_closes_the_key_S50(void **state)
{
	const struct asking asking = { .account = KIM, .hangup_later = true };

	(void)state;
	kim_has_a_key();
	keys_step(PLAY_FOUND, 0);
	keys_step(PLAY_EVENT, FIDO_EVENT_TOUCH);
	keys_step(PLAY_HANG, 0);
	expect(&asking, VID_CANCELLED);
	assert_int_equal(keys->closed, 1);
}

static void every_way_for_a_key_to_fail_is_told_and_costs_no_attempt(void **state)
{
	static const enum vid_reason whys[] = { VID_KEY_DECLINED, VID_KEY_PIN_BLOCKED,
						VID_KEY_NO_PIN,   VID_KEY_OLD,
						VID_KEY_EMPTY,    VID_KEY_UNABLE,
						VID_KEY_FAILED,   VID_SENSOR_FAILED };

	(void)state;
	for (size_t i = 0; i < sizeof(whys) / sizeof(*whys); i++) {
		struct outcome out;

		keys_clear();
		kim_has_a_key();
		keys_fail(whys[i]);
		out = expect_for_kim(whys[i]);
		assert_int_equal(out.verdict, VERDICT_UNAVAILABLE);
		assert_non_null(strstr(out.said, reason_sentence(whys[i])));
	}
	keys_clear();
	kim_touches();
	expect_for_kim(VID_OK);
}

/* The key has judged a PIN, and says so three times over. */
static void wrong_pins_in_a_row_are_a_refusal_S6(void **state)
{
	struct outcome out;

	(void)state;
	kim_has_a_key();
	keys_fail(VID_KEY_PIN_PAUSE);
	out = expect_for_kim(VID_KEY_PIN_PAUSE);
	assert_int_equal(out.verdict, VERDICT_DENIED);
	assert_non_null(strstr(out.said, reason_sentence(VID_KEY_PIN_PAUSE)));
}

static void a_key_that_answers_what_was_not_asked_is_no_key(void **state)
{
	(void)state;
	kim_has_a_key();
	keys_step(PLAY_FOUND, 0);
	keys_step(PLAY_FOUND, 0);
	expect_for_kim(VID_SENSOR_FAILED);
}

/* --- other carriers -------------------------------------------------------------------
 */

static void without_a_key_the_code_is_taken_after_half_of_the_time(void **state)
{
	(void)state;
	world_settings("present = key qr\nface = no");
	keys_step(PLAY_EVENT, FIDO_EVENT_INSERT);
	keys_step(PLAY_HANG, 0);
	kim_walks_up();
	expect(&(const struct asking){ .account = KIM, .deadline = 8 }, VID_OK);
	assert_int_equal(stage->opened, 1);
	assert_non_null(strstr(stage->log, "assurance=holder reason=OK"));
}

static void of_three_carriers_the_last_is_taken(void **state)
{
	const struct shown shown = shown_by(&world.kim);

	(void)state;
	world_settings("present = key qr file\nface = no");
	keys_fail(VID_KEY_EMPTY);
	stage->open = VID_CAMERA_BUSY;
	on_stick("kim.vid", &shown, 1000);
	expect_for_kim(VID_OK);
}

static void a_wrong_PIN_leads_to_no_other_carrier(void **state)
{
	const struct asking asking = { .account = KIM, .pins = { "1111" } };

	(void)state;
	world_settings("present = key qr\nface = no");
	keys_pin(3, false);
	keys_pin(2, true);
	kim_walks_up();
	expect(&asking, VID_KEY_PIN);
	assert_int_equal(stage->opened, 0);
}

static void a_proof_of_a_wallet_verifies_nobody_where_a_key_must(void **state)
{
	(void)state;
	world_settings("present = key qr\nface = no\nkey-uv = required");
	keys_fail(VID_KEY_EMPTY);
	kim_walks_up();
	expect_for_kim(VID_HOLDER_UV);
}

static void a_shown_number_is_not_the_keys(void **state)
{
	(void)state;
	world_settings("present = key\nface = no\nnonce = shown");
	kim_touches();
	assert_null(strstr(expect_for_kim(VID_OK).events, "10 "));
	world_settings("present = key qr\nface = no\nnonce = shown");
	assert_non_null(strstr(expect_for_kim(VID_OK).events, "10 "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		key_test(each_thing_to_do_has_its_event),
		key_test(a_key_that_is_put_in_meanwhile_may_be_used),
		key_test(but_not_any_more_once_one_was_given_its_PIN),
		key_test(a_key_that_was_pulled_out_may_be_put_in_again),
		key_test(a_key_that_stays_out_ends_at_the_deadline),
		key_test(a_loose_contact_does_not_go_on_for_ever),
		key_test(nor_do_keys_that_are_added_and_added),
		key_test(what_did_not_come_in_time_is_named),
		key_test(hanging_up_at_the_touch_closes_the_key_S50),
		key_test(every_way_for_a_key_to_fail_is_told_and_costs_no_attempt),
		key_test(wrong_pins_in_a_row_are_a_refusal_S6),
		key_test(a_key_that_answers_what_was_not_asked_is_no_key),
		key_test(without_a_key_the_code_is_taken_after_half_of_the_time),
		key_test(of_three_carriers_the_last_is_taken),
		key_test(a_wrong_PIN_leads_to_no_other_carrier),
		key_test(a_proof_of_a_wallet_verifies_nobody_where_a_key_must),
		key_test(a_shown_number_is_not_the_keys),
	};

	return WALKS_RUN("key_visit");
}
