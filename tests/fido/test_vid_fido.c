/* SPDX-License-Identifier: BSD-2-Clause */
/* The real vid-fido with software keys: what it finds, asks for, makes, stores. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "libvid/wire.h"
#include "tests/fido/play.h"

static const char *const with_pin[] = { "--pin", "1234", NULL };
static const uint8_t hash[32] = { 9 };
static struct softkey key;
static struct play play;

static int64_t soon(void)
{
	return wire_now() + 20000;
}

static int begin(void **state)
{
	play_key(&key, *state);
	return 0;
}

static int end(void **state)
{
	(void)state;
	softkey_stop(&key);
	return 0;
}

/* --- a login ------------------------------------------------------------------------ */

static void a_key_is_found_without_a_touch_and_touched_once(void **state)
{
	struct public_key es256 = play_enrol(&key, KEY_P256, 3);

	(void)state;
	softkey_log_clear(&key);
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED),
			 VID_OK);
	assert_string_equal(play.events, "PIN:8 ");
	assert_int_equal(play.found.count, 1);
	assert_string_equal(play.credential[0].rp_id, PLAY_RP);
	assert_false(play.credential[0].has_blob);
	assert_int_equal(softkey_count(&key, "touch"), 0);
	assert_int_equal(play_touch(&play, hash), VID_OK);
	assert_string_equal(play.events, "PIN:8 TOUCH ");
	assert_int_equal(play_verify(&play, hash, &es256, KEY_UV_REQUIRED), VID_OK);
	assert_int_equal(softkey_logged(&key, "touch"), 1);
	play_close(&play);
}

static void an_EdDSA_credential_does_as_well(void **state)
{
	struct public_key eddsa = play_enrol(&key, KEY_ED25519, 3);

	(void)state;
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED),
			 VID_OK);
	assert_int_equal(play_touch(&play, hash), VID_OK);
	assert_int_equal(play_verify(&play, hash, &eddsa, KEY_UV_REQUIRED), VID_OK);
	play_close(&play);
}

/* What was found without a touch says whose it is, and is no proof. */
static void what_was_not_touched_proves_nothing_S4(void **state)
{
	static const uint8_t asked[32] = { 7 };
	struct public_key holder = play_enrol(&key, KEY_P256, 3);
	const struct fido_credential *found = &play.credential[0];

	(void)state;
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED),
			 VID_OK);
	play.report.assertion.auth_data_len = found->auth_data_len;
	memcpy(play.report.assertion.auth_data, found->auth_data, found->auth_data_len);
	play.report.assertion.signature_len = found->signature_len;
	memcpy(play.report.assertion.signature, found->signature, found->signature_len);
	assert_int_equal(play_verify(&play, asked, &holder, KEY_UV_NO), VID_HOLDER_UP);
	assert_true(assertion_is_of(
		&(struct assertion){ bytes_of(found->auth_data, found->auth_data_len),
				     bytes_of(found->signature, found->signature_len) },
		asked, &holder));
	play_close(&play);
}

static void a_touch_is_enough_where_the_credential_and_the_policy_say_so(void **state)
{
	struct public_key holder = play_enrol(&key, KEY_P256, 1);

	(void)state;
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_NO), VID_OK);
	assert_int_equal(play_touch(&play, hash), VID_OK);
	assert_string_equal(play.events, "TOUCH ");
	assert_int_equal(play_verify(&play, hash, &holder, KEY_UV_NO), VID_OK);
	assert_int_equal(play_verify(&play, hash, &holder, KEY_UV_REQUIRED),
			 VID_HOLDER_UV);
	play_close(&play);
}

static void a_credential_that_hides_behind_the_PIN_is_found_with_it(void **state)
{
	(void)state;
	(void)play_enrol(&key, KEY_P256, 3);
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_NO), VID_OK);
	assert_string_equal(play.events, "PIN:8 ");
	assert_int_equal(play.found.count, 1);
	play_close(&play);
}

static void other_realms_of_the_list_are_looked_for_too(void **state)
{
	const struct softkey *keys[] = { &key, NULL };

	(void)state;
	(void)play_enrol(&key, KEY_P256, 3);
	play_open(&play, keys, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED, "a.example " PLAY_RP);
	assert_int_equal(play_until(&play, FIDO_FOUND), VID_OK);
	assert_string_equal(play.credential[0].rp_id, PLAY_RP);
	play_close(&play);
	play_open(&play, keys, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED, "a.example b.example");
	assert_int_equal(play_until(&play, FIDO_FOUND), VID_KEY_EMPTY);
	play_close(&play);
}

static void it_sees_eight_credentials_at_most_S5(void **state)
{
	(void)state;
	for (int i = 0; i < FIDO_CREDENTIALS_MAX + 2; i++) {
		const char user = (char)('a' + i);
		struct fido_make make = {
			.rp_id = PLAY_RP,
			.name = "virtual ID",
			.user = bytes_of(&user, 1),
			.alg = KEY_P256,
			.protect = 3,
		};

		assert_int_equal(play_find(&play, &key, FIDO_FOR_MAKE, FIDO_UV_PREFERRED),
				 VID_OK);
		assert_int_equal(fido_make(&play.fido, &make, soon()), VID_OK);
		assert_int_equal(play_until(&play, FIDO_MADE), VID_OK);
		play_close(&play);
	}
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED),
			 VID_OK);
	assert_int_equal(play.found.count, FIDO_CREDENTIALS_MAX);
	play_close(&play);
}

/* --- the PIN ------------------------------------------------------------------------ */

static void wrong_PINs_are_counted_and_end_in_a_pause_S6(void **state)
{
	(void)state;
	(void)play_enrol(&key, KEY_P256, 3);
	for (int round = 0; round < 2; round++) {
		const struct softkey *keys[] = { &key, NULL };

		play_open(&play, keys, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED, PLAY_RP);
		play.pin = "4321";
		assert_int_equal(play_until(&play, FIDO_FOUND), VID_KEY_PIN_PAUSE);
		assert_string_equal(play.events, round ? "PIN:5 PIN!:4 PIN!:3 "
						       : "PIN:8 PIN!:7 PIN!:6 ");
		play_close(&play);
	}
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED),
			 VID_OK);
	play_close(&play);
}

static void a_PIN_that_is_blocked_is_said_to_be(void **state)
{
	const struct softkey *keys[] = { &key, NULL };
	enum vid_reason why = VID_OK;

	(void)state;
	(void)play_enrol(&key, KEY_P256, 3);
	for (int round = 0; round < 4 && why != VID_KEY_PIN_BLOCKED; round++) {
		play_open(&play, keys, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED, PLAY_RP);
		play.pin = "4321";
		why = play_until(&play, FIDO_FOUND);
		play_close(&play);
	}
	assert_int_equal(why, VID_KEY_PIN_BLOCKED);
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED),
			 VID_KEY_PIN_BLOCKED);
	assert_string_equal(play.events, ""); /* none is asked for any more */
	play_close(&play);
}

static void a_key_without_a_PIN_is_none_where_one_must_be(void **state)
{
	(void)state;
	(void)play_enrol(&key, KEY_P256, 1);
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED),
			 VID_KEY_NO_PIN);
	play_close(&play);
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_PREFERRED),
			 VID_OK);
	play_close(&play);
}

static void a_finger_stands_for_the_PIN(void **state)
{
	struct public_key holder = play_enrol(&key, KEY_P256, 3);

	(void)state;
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED),
			 VID_OK);
	assert_int_equal(play_touch(&play, hash), VID_OK);
	assert_string_equal(play.events, "VERIFY VERIFY ");
	assert_int_equal(play_verify(&play, hash, &holder, KEY_UV_REQUIRED), VID_OK);
	play_close(&play);
	softkey_behave(&key, "touch uv=fail");
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED),
			 VID_OK);
	assert_string_equal(play.events, "VERIFY PIN:8 ");
	play_close(&play);
}

/* --- making, storing, deleting --------------------------------------------------------
 */

/* A token is about this long, and does not get shorter. */
#define BLOB_LEN 400
static uint8_t blob[4096];

static void store(size_t len, enum vid_reason want)
{
	assert_int_equal(play_find(&play, &key, FIDO_FOR_CHANGE, FIDO_UV_PREFERRED),
			 VID_OK);
	assert_int_equal(fido_store(&play.fido, 0, bytes_of(blob, len), soon()), VID_OK);
	assert_int_equal(play_until(&play, FIDO_DONE), want);
	play_close(&play);
}

static void a_blob_is_stored_found_replaced_and_taken_away(void **state)
{
	(void)state;
	(void)play_enrol(&key, KEY_P256, 3);
	store(BLOB_LEN + 1, VID_OK);
	store(BLOB_LEN, VID_OK);
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED),
			 VID_OK);
	assert_true(play.credential[0].has_blob);
	assert_int_equal(play.credential[0].blob_len, BLOB_LEN);
	assert_memory_equal(play.credential[0].blob, blob, BLOB_LEN);
	play_close(&play);
	store(0, VID_OK);
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED),
			 VID_OK);
	assert_false(play.credential[0].has_blob);
	play_close(&play);
}

static void a_key_that_is_full_says_how_much_is_free(void **state)
{
	(void)state;
	(void)play_enrol(&key, KEY_P256, 3);
	store(1500, VID_KEY_FULL);
	assert_non_null(strstr(play.problem.text, "free on the key"));
	store(BLOB_LEN, VID_OK);
	/* what is replaced makes room, with all that it took */
	store(940, VID_OK);
	store(940, VID_OK);
}

static void a_key_without_slots_takes_no_credential(void **state)
{
	const struct fido_make make = {
		.rp_id = PLAY_RP,
		.name = "virtual ID",
		.user = bytes_of("u", 1),
		.alg = KEY_P256,
		.protect = 3,
	};

	(void)state;
	assert_int_equal(play_find(&play, &key, FIDO_FOR_MAKE, FIDO_UV_PREFERRED),
			 VID_OK);
	assert_true(play.found.has_slots);
	assert_int_equal(play.found.slots, 0);
	assert_int_equal(fido_make(&play.fido, &make, soon()), VID_OK);
	assert_int_equal(play_until(&play, FIDO_MADE), VID_KEY_FULL);
	play_close(&play);
}

static void a_key_that_does_not_keep_a_credential_behind_its_PIN_keeps_none(void **state)
{
	const struct fido_make make = {
		.rp_id = PLAY_RP,
		.name = "virtual ID",
		.user = bytes_of("u", 1),
		.alg = KEY_P256,
		.protect = 3,
	};

	(void)state;
	softkey_behave(&key, "touch weak");
	assert_int_equal(play_find(&play, &key, FIDO_FOR_MAKE, FIDO_UV_PREFERRED),
			 VID_OK);
	assert_int_equal(fido_make(&play.fido, &make, soon()), VID_OK);
	assert_int_equal(play_until(&play, FIDO_MADE), VID_KEY_UNABLE);
	play_close(&play);
	softkey_behave(&key, "touch");
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_NO),
			 VID_KEY_EMPTY);
	play_close(&play);
}

static void a_credential_is_deleted_with_its_blob(void **state)
{
	(void)state;
	(void)play_enrol(&key, KEY_P256, 3);
	store(BLOB_LEN, VID_OK);
	assert_int_equal(play_find(&play, &key, FIDO_FOR_CHANGE, FIDO_UV_PREFERRED),
			 VID_OK);
	assert_int_equal(fido_delete(&play.fido, 0, soon()), VID_OK);
	assert_int_equal(play_until(&play, FIDO_DONE), VID_OK);
	play_close(&play);
	assert_int_equal(play_find(&play, &key, FIDO_FOR_CHANGE, FIDO_UV_PREFERRED),
			 VID_OK);
	assert_int_equal(play.found.count, 0);
	assert_int_equal(play.found.room_all - play.found.room, 17); /* an empty array */
	play_close(&play);
}

static void a_login_can_change_nothing(void **state)
{
	(void)state;
	(void)play_enrol(&key, KEY_P256, 3);
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED),
			 VID_OK);
	assert_int_equal(fido_delete(&play.fido, 0, soon()), VID_OK);
	assert_int_equal(play_until(&play, FIDO_DONE), VID_SENSOR_FAILED);
	play_close(&play);
	assert_int_equal(softkey_count(&key, "credentialManagement subcommand=6"), 0);
}

/* --- hmac-secret
 * ------------------------------------------------------------------------ */

static void answer(const uint8_t *salt, const uint8_t *salt2)
{
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED),
			 VID_OK);
	assert_int_equal(fido_assert(&play.fido, 0, hash, salt, salt2, soon()), VID_OK);
	assert_int_equal(play_until(&play, FIDO_ASSERTION), VID_OK);
	play_close(&play);
}

static void a_salt_is_answered_the_same_each_time_P3(void **state)
{
	static const uint8_t one[32] = { 1 }, two[32] = { 2 };
	uint8_t first[32], second[32];

	(void)state;
	(void)play_enrol(&key, KEY_P256, 3);
	answer(one, NULL);
	assert_true(play.report.assertion.has_secret);
	assert_false(play.report.assertion.has_secret2);
	memcpy(first, play.report.assertion.secret, 32);
	answer(two, one);
	memcpy(second, play.report.assertion.secret, 32);
	assert_memory_equal(play.report.assertion.secret2, first, 32);
	assert_memory_not_equal(second, first, 32);
}

static void a_key_without_hmac_secret_is_told_apart(void **state)
{
	(void)state;
	(void)play_enrol(&key, KEY_P256, 3);
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED),
			 VID_OK);
	assert_int_equal(play.found.can & FIDO_CAN_HMAC_SECRET, 0);
	assert_int_equal(fido_assert(&play.fido, 0, hash, hash, NULL, soon()), VID_OK);
	assert_int_equal(play_until(&play, FIDO_ASSERTION), VID_KEY_UNABLE);
	play_close(&play);
}

int main(void)
{
	static const char *const uv[] = { "--pin", "1234", "--uv", NULL };
	static const char *const bare[] = { "--pin", "1234", "--no-hmac", NULL };
	static const char *const small[] = { "--pin", "1234", "--room", "1024", NULL };
	static const char *const full[] = { "--pin", "1234", "--slots", "0", NULL };
#define T(name, options)                                                                 \
	cmocka_unit_test_prestate_setup_teardown(name, begin, end,                       \
						 (void *)(uintptr_t)(options))
	const struct CMUnitTest tests[] = {
		T(a_key_is_found_without_a_touch_and_touched_once, with_pin),
		T(an_EdDSA_credential_does_as_well, with_pin),
		T(what_was_not_touched_proves_nothing_S4, with_pin),
		T(a_touch_is_enough_where_the_credential_and_the_policy_say_so, with_pin),
		T(a_credential_that_hides_behind_the_PIN_is_found_with_it, with_pin),
		T(other_realms_of_the_list_are_looked_for_too, with_pin),
		T(it_sees_eight_credentials_at_most_S5, with_pin),
		T(wrong_PINs_are_counted_and_end_in_a_pause_S6, with_pin),
		T(a_PIN_that_is_blocked_is_said_to_be, with_pin),
		T(a_key_without_a_PIN_is_none_where_one_must_be, NULL),
		T(a_finger_stands_for_the_PIN, uv),
		T(a_blob_is_stored_found_replaced_and_taken_away, with_pin),
		T(a_key_that_is_full_says_how_much_is_free, small),
		T(a_key_without_slots_takes_no_credential, full),
		T(a_key_that_does_not_keep_a_credential_behind_its_PIN_keeps_none,
		  with_pin),
		T(a_credential_is_deleted_with_its_blob, with_pin),
		T(a_login_can_change_nothing, with_pin),
		T(a_salt_is_answered_the_same_each_time_P3, with_pin),
		T(a_key_without_hmac_secret_is_told_apart, bare),
	};
#undef T

	play_need();
	randombytes_buf(blob, sizeof(blob));
	return cmocka_run_group_tests_name("vid_fido", tests, NULL, NULL);
}
