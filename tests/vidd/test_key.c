/* SPDX-License-Identifier: BSD-2-Clause */
/* vidd's walk with a security key: who gets in, and what the key and its PIN are asked.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/vidd/key_walks.h"

/* --- in ----------------------------------------------------------------------------- */

static void a_touched_key_gets_in_S1(void **state)
{
	struct outcome out;

	(void)state;
	kim_touches();
	out = expect_for_kim(VID_OK);
	assert_string_equal(out.account, KIM);
	assert_string_equal(out.events, "1 6 ");
	assert_string_equal(keys->rp_ids, "example.org");
	assert_string_equal(keys->devices, "usb");
	assert_int_equal(keys->asserted, 1);
	assert_int_equal(keys->salts, 0);
	assert_int_equal(stage->opened, 0);
	assert_non_null(strstr(stage->log, "assurance=key-uv reason=OK"));
}

static void a_key_with_P_256_does_too(void **state)
{
	struct shown shown;

	(void)state;
	key_holder_end(&kims);
	key_holder_make(&kims, KEY_P256);
	shown = token_for(&world.kim, &kims);
	keys_add(&kims, token_of(&shown));
	keys_walk();
	expect_for_kim(VID_OK);
}

static void a_key_without_room_has_its_token_here(void **state)
{
	const struct shown shown = token_for(&world.kim, &kims);
	struct fake_credential *credential = keys_add(&kims, bytes_of(NULL, 0));

	(void)state;
	keys_walk();
	assert_int_equal(tokens_store(world_path("tokens"),
				      bytes_of(credential->id, sizeof(credential->id)),
				      token_of(&shown), NULL),
			 VID_OK);
	expect_for_kim(VID_OK);
}

static void or_on_a_stick(void **state)
{
	const struct shown kim = token_for(&world.kim, &kims);
	const struct shown lee = token_for(&world.lee, &lees);

	(void)state;
	keys_add(&kims, bytes_of(NULL, 0));
	keys_walk();
	on_stick("lee.vid", &lee, 1000);
	expect_for_kim(VID_KEY_NO_TOKEN); /* another key's */
	assert_int_equal(keys->asserted, 0);
	on_stick("kim.vid", &kim, 2000);
	expect_for_kim(VID_OK);
}

/* Without the key its token is no presentation: not being quick enough costs no attempt.
 */
static void a_keys_token_on_a_stick_is_not_judged_without_the_key(void **state)
{
	const struct shown kim = token_for(&world.kim, &kims);

	(void)state;
	world_settings("present = key file\nface = no");
	on_stick("kim.vid", &kim, 2000);
	for (int i = 0; i < 6; i++) {
		keys_clear();
		keys_fail(VID_KEY_DECLINED);
		expect_for_kim(VID_KEY_DECLINED);
	}
}

static void a_stick_has_the_new_token_when_the_keys_is_too_old(void **state)
{
	struct shown old = token_for(&world.kim, &kims);
	const struct shown new = old;

	(void)state;
	old.claims.exp = world.now - 61;
	keys_add(&kims, token_of(&old));
	keys_walk();
	expect_for_kim(VID_EXPIRED);
	on_stick("kim.vid", &new, 1000);
	expect_for_kim(VID_OK);
}

static void without_a_name_the_key_says_whose_S39(void **state)
{
	const struct asking asking = { .account = NULL };

	(void)state;
	kim_touches();
	assert_string_equal(expect(&asking, VID_OK).account, KIM);
}

static void a_key_opens_no_other_account_S39(void **state)
{
	const struct asking asking = { .account = LEE };

	(void)state;
	kim_touches();
	expect(&asking, VID_ACCOUNT_OTHER);
}

static void of_two_credentials_the_accounts_is_touched(void **state)
{
	const struct shown shown = token_for(&world.lee, &lees);
	const struct asking lee = { .account = LEE }, nobody = { .account = NULL };

	(void)state;
	keys_add(NULL, bytes_of_text("somebody else's"));
	kim_has_a_key();
	keys_add(&lees, token_of(&shown));
	keys_walk();
	expect_for_kim(VID_OK);
	assert_int_equal(keys->index, 1);
	assert_string_equal(expect(&lee, VID_OK).account, LEE);
	assert_int_equal(keys->index, 2);
	assert_string_equal(expect(&nobody, VID_OK).account, KIM);
	assert_int_equal(keys->index, 1);
}

static void the_policy_says_how_much_the_key_verifies(void **state)
{
	(void)state;
	kim_touches();
	expect_for_kim(VID_OK);
	assert_int_equal(keys->wish.uv, FIDO_UV_PREFERRED);
	world_settings("present = key\nface = no\nkey-uv = required");
	expect_for_kim(VID_OK);
	assert_int_equal(keys->wish.uv, FIDO_UV_REQUIRED);
	world_settings("present = key\nface = no\nkey-uv = no");
	keys->flags = UP;
	expect_for_kim(VID_OK);
	assert_int_equal(keys->wish.uv, FIDO_UV_NO);
	assert_non_null(strstr(stage->log, "assurance=key reason=OK"));
}

static void only_the_realms_of_this_service_are_asked_for(void **state)
{
	struct outcome out;

	(void)state;
	kim_touches();
	world_write("issuers.d/example.conf", "", 0);
	unlink(world_path("issuers.d/example.conf"));
	out = expect_for_kim(VID_KEY_EMPTY);
	assert_int_equal(keys->opened, 0);
	assert_non_null(strstr(out.said, "have this one enrolled"));
}

/* --- before a key is looked for -------------------------------------------------------
 */

static void a_remote_request_touches_no_key_S28(void **state)
{
	const struct asking asking = { .account = KIM, .rhost = "192.0.2.1" };

	(void)state;
	kim_touches();
	expect(&asking, VID_REMOTE);
	assert_int_equal(keys->opened, 0);
}

static void nor_does_who_does_not_want_to_S9(void **state)
{
	const struct asking asking = { .account = KIM, .answer = ANSWER_N };

	(void)state;
	kim_touches();
	expect(&asking, VID_CANCELLED);
	assert_int_equal(keys->opened, 0);
}

static void where_only_cards_count_no_key_is_asked(void **state)
{
	(void)state;
	kim_touches();
	world_settings("present = key\naccept = claim169\nbearer = yes");
	expect_for_kim(VID_NO_PRESENTATION);
	assert_int_equal(keys->opened, 0);
}

/* --- the PIN (S6, S58) ----------------------------------------------------------------
 */

static void the_PIN_is_asked_by_host_and_service_with_its_tries_S58(void **state)
{
	const struct asking asking = { .account = KIM, .pins = { "secret-pin" } };
	char host[65] = "", expected[300];
	struct outcome out;

	(void)state;
	kim_has_a_key();
	keys_pin(8, false);
	keys_walk();
	out = expect(&asking, VID_OK);
	(void)gethostname(host, sizeof(host) - 1);
	(void)snprintf(expected, sizeof(expected),
		       "[{2}: PIN of your security key (tries left: {1}): |8|%s, su]\n",
		       host);
	assert_non_null(strstr(out.said, expected));
	assert_string_equal(out.events, "1 4 6 ");
	assert_int_equal(out.asked, 1);
	assert_string_equal(keys->pin[0], "secret-pin");
	assert_null(strstr(stage->log, "secret-pin"));
}

static void a_wrong_PIN_is_asked_for_again_while_there_are_enough_tries_S6(void **state)
{
	const struct asking asking = { .account = KIM, .pins = { "1111", "2222" } };
	struct outcome out;

	(void)state;
	kim_has_a_key();
	keys_pin(5, false);
	keys_pin(4, true);
	keys_walk();
	out = expect(&asking, VID_OK);
	assert_string_equal(out.events, "1 4 5 6 ");
	assert_string_equal(keys->pin[1], "2222");
}

static void with_three_tries_left_there_is_one_and_no_more_S6(void **state)
{
	const struct asking asking = { .account = KIM, .pins = { "1111", "2222" } };

	(void)state;
	kim_has_a_key();
	keys_pin(3, false);
	keys_pin(2, true);
	keys_walk();
	struct outcome out = expect(&asking, VID_KEY_PIN);

	assert_int_equal(out.asked, 1);
	assert_int_equal(keys->pins, 1);
	assert_non_null(strstr(out.said, "|3|"));
	assert_non_null(strstr(out.said, "the PIN of the security key was wrong"));
	/* and where the fourth leaves three */
	keys->step[0].tries = 4;
	keys->step[1].tries = 3;
	assert_int_equal(expect(&asking, VID_KEY_PIN).asked, 1);
	keys->step[1].tries = -1; /* nobody knows how many */
	assert_int_equal(expect(&asking, VID_KEY_PIN).asked, 1);
}

static void a_key_that_is_pulled_out_over_a_PIN_gives_no_more_tries_S6(void **state)
{
	const struct asking asking = { .account = KIM, .pins = { "1111", "2222" } };

	(void)state;
	kim_has_a_key();
	keys_pin(3, false);
	keys_fail(VID_KEY_GONE);
	keys_pin(2, false);
	keys_walk();
	assert_int_equal(expect(&asking, VID_KEY_PIN).asked, 1);
	assert_int_equal(keys->pins, 1);
}

static void no_answer_and_an_empty_one_never_reach_the_key_S6(void **state)
{
	const struct asking none = { .account = KIM, .pins = { NULL } };
	const struct asking empty = { .account = KIM, .pins = { "" } };

	(void)state;
	kim_has_a_key();
	keys_pin(8, false);
	keys_walk();
	expect(&none, VID_CANCELLED);
	assert_int_equal(keys->pins, 0);
	expect(&empty, VID_CANCELLED);
	assert_int_equal(keys->pins, 0);
	assert_int_equal(keys->asserted, 0);
}

static void a_short_PIN_is_asked_for_again_and_never_sent_S6(void **state)
{
	const struct asking late = { .account = KIM, .pins = { "1", "123", "1234" } };
	const struct asking never = { .account = KIM,
				      .pins = { "1", "123", "12", "1234" } };
	struct outcome out;

	(void)state;
	kim_has_a_key();
	keys_pin(8, false);
	keys_walk();
	out = expect(&late, VID_OK);
	assert_int_equal(keys->pins, 1);
	assert_string_equal(keys->pin[0], "1234");
	assert_non_null(strstr(out.said, "nothing was sent to the key"));
	expect(&never, VID_CANCELLED);
	assert_int_equal(keys->pins, 0);
}

static void a_PIN_that_is_too_long_is_no_answer(void **state)
{
	static char pin[FIDO_PIN_MAX + 2];
	struct asking asking = { .account = KIM, .pins = { pin } };

	(void)state;
	memset(pin, '7', FIDO_PIN_MAX + 1);
	kim_has_a_key();
	keys_pin(8, false);
	keys_walk();
	expect(&asking, VID_CANCELLED);
	assert_int_equal(keys->pins, 0);
	pin[FIDO_PIN_MAX] = '\0';
	expect(&asking, VID_OK);
}

static void giving_up_after_a_wrong_PIN_was_a_wrong_PIN(void **state)
{
	const struct asking asking = { .account = KIM, .pins = { "1111", NULL } };

	(void)state;
	kim_has_a_key();
	keys_pin(8, false);
	keys_pin(7, true);
	expect(&asking, VID_KEY_PIN);
}

/* Five of them, and further ones are refused for that; but a right PIN never is: the key
 * that was asked may be anybody's (S49). */
static void wrong_PINs_are_counted_as_attempts_S49(void **state)
{
	const struct asking asking = { .account = KIM, .pins = { "1111", NULL } };

	(void)state;
	kim_has_a_key();
	keys_pin(8, false);
	keys_pin(7, true);
	for (int i = 0; i < 5; i++)
		expect(&asking, VID_KEY_PIN);
	expect(&asking, VID_TOO_MANY_ATTEMPTS);
	keys_clear();
	kim_touches();
	expect_for_kim(VID_OK);
}

/* vid-fido is killed before it can say that the PIN was wrong. */
static void a_PIN_without_an_answer_is_an_attempt_S49(void **state)
{
	const struct asking asking = { .account = KIM, .pins = { "1111", NULL } };

	(void)state;
	kim_has_a_key();
	keys_pin(8, false);
	keys_fail(VID_SENSOR_FAILED);
	for (int i = 0; i < 5; i++)
		expect(&asking, VID_SENSOR_FAILED);
	keys_clear();
	kim_has_a_key();
	keys_pin(8, false);
	keys_pin(7, true);
	expect(&asking, VID_TOO_MANY_ATTEMPTS);
}

/* A credential that shows itself may be another account's: then the PIN is asked for. */
static void what_hides_behind_the_PIN_is_looked_for_before_anything_is_judged(
	void **state)
{
	const struct shown other = token_for(&world.lee, &lees);

	(void)state;
	world_settings("present = key\nface = no\nkey-uv = no");
	keys->can = FIDO_CAN_PIN;
	(void)keys_add(&lees, token_of(&other));
	keys_step(PLAY_FOUND, 0);
	keys_walk();
	expect_for_kim(VID_ACCOUNT_OTHER); /* there was nothing else */
	assert_int_equal(keys->opened, 2);
	assert_int_equal(keys->wish.uv, FIDO_UV_PREFERRED);
	keys_clear();
	keys->can = FIDO_CAN_PIN;
	kim_touches();
	expect_for_kim(VID_OK);
	assert_int_equal(keys->opened, 1);
	assert_int_equal(keys->wish.uv, FIDO_UV_NO);
}

static void hanging_up_at_the_PIN_closes_the_key(void **state)
{
	const struct asking asking = { .account = KIM, .pins = { PIN_HANGUP } };

	(void)state;
	kim_has_a_key();
	keys_pin(8, false);
	expect(&asking, VID_CANCELLED);
	assert_int_equal(keys->closed, 1);
	assert_int_equal(keys->pins, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		key_test(a_touched_key_gets_in_S1),
		key_test(a_key_with_P_256_does_too),
		key_test(a_key_without_room_has_its_token_here),
		key_test(or_on_a_stick),
		key_test(a_keys_token_on_a_stick_is_not_judged_without_the_key),
		key_test(a_stick_has_the_new_token_when_the_keys_is_too_old),
		key_test(without_a_name_the_key_says_whose_S39),
		key_test(a_key_opens_no_other_account_S39),
		key_test(of_two_credentials_the_accounts_is_touched),
		key_test(the_policy_says_how_much_the_key_verifies),
		key_test(only_the_realms_of_this_service_are_asked_for),
		key_test(a_remote_request_touches_no_key_S28),
		key_test(nor_does_who_does_not_want_to_S9),
		key_test(where_only_cards_count_no_key_is_asked),
		key_test(the_PIN_is_asked_by_host_and_service_with_its_tries_S58),
		key_test(a_wrong_PIN_is_asked_for_again_while_there_are_enough_tries_S6),
		key_test(with_three_tries_left_there_is_one_and_no_more_S6),
		key_test(a_key_that_is_pulled_out_over_a_PIN_gives_no_more_tries_S6),
		key_test(no_answer_and_an_empty_one_never_reach_the_key_S6),
		key_test(a_short_PIN_is_asked_for_again_and_never_sent_S6),
		key_test(a_PIN_that_is_too_long_is_no_answer),
		key_test(giving_up_after_a_wrong_PIN_was_a_wrong_PIN),
		key_test(a_PIN_without_an_answer_is_an_attempt_S49),
		key_test(wrong_PINs_are_counted_as_attempts_S49),
		key_test(
			what_hides_behind_the_PIN_is_looked_for_before_anything_is_judged),
		key_test(hanging_up_at_the_PIN_closes_the_key),
	};

	return WALKS_RUN("key");
}
