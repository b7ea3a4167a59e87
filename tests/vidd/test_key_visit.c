/* SPDX-License-Identifier: BSD-2-Clause */
/* vidd's walk with a security key: keys that come, go and fail, other carriers behind
 * them, and what a key opens. */
#include "config.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/files.h"
#include "tests/unit/folder.h"
#include "tests/vidd/key_walks.h"

#define SECRET "correct horse battery staple"

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
	expect_soon(VID_OK);
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

/* --- the template on the key (P3) -----------------------------------------------------
 */

/* kim's key with `face` as its template, which the token names; `seals` whose answer it
 * is sealed with. */
static void kim_carries(const float face[DIMENSION], const struct key_holder *seals)
{
	static struct key_template carried;
	uint8_t secret[32], salt[32], digest[32], room[KEY_TEMPLATE_MAX];
	struct shown shown = token_for(&world.kim, &kims);
	struct buffer sealed = buffer_of(room, sizeof(room)), blob;
	struct fake_credential *credential;

	randombytes_buf(carried.salt, sizeof(carried.salt));
	randombytes_buf(carried.seed, sizeof(carried.seed));
	world_template(face, carried.seed, &carried.template);
	template_digest(&carried.template, carried.salt, digest);
	key_template_salt(salt);
	keys_secret(seals, salt, secret);
	assert_int_equal(key_template_seal(&carried, &kims.public, secret, &sealed),
			 VID_OK);
	shown.claims.face_digest = bytes_of(digest, sizeof(digest));
	credential = keys_add(&kims, bytes_of(NULL, 0));
	blob = buffer_of(credential->blob, sizeof(credential->blob));
	key_blob_write(&(struct key_blob){ token_of(&shown), buffer_bytes(&sealed) },
		       &blob);
	assert_false(blob.full);
	credential->blob_len = blob.len;
	keys_walk();
}

static void a_face_on_the_key_is_compared_and_not_kept_P3(void **state)
{
	(void)state;
	world_settings("present = key");
	folder_drop(world_path("faces")); /* none of anybody */
	kim_carries(world.kim.face, &kims);
	stage_walk(NULL, world.kim.face);
	expect_for_kim(VID_OK);
	assert_int_equal(keys->salts, 1);
	assert_non_null(strstr(stage->log, "assurance=key-uv+face reason=OK"));
	assert_int_not_equal(access(world_path("faces"), F_OK), 0);
	stage_walk(NULL, world.lee.face);
	expect_for_kim(VID_FACE_MISMATCH);
}

static void a_face_that_the_token_does_not_name_is_refused_S18(void **state)
{
	const struct shown other = token_for(&world.kim, &kims);
	struct key_blob parts;
	struct buffer blob;
	uint8_t room[KEY_BLOB_MAX];

	(void)state;
	world_settings("present = key");
	kim_carries(world.kim.face, &kims);
	memcpy(room, keys->credential[0].blob, keys->credential[0].blob_len);
	assert_int_equal(
		key_blob_read(bytes_of(room, keys->credential[0].blob_len), &parts),
		VID_OK);
	parts.token = token_of(&other); /* names the face that is kept here */
	blob = buffer_of(keys->credential[0].blob, KEY_BLOB_MAX);
	key_blob_write(&parts, &blob);
	keys->credential[0].blob_len = blob.len;
	stage_walk(NULL, world.kim.face);
	expect_for_kim(VID_FACE_SWAPPED);
	assert_non_null(strstr(stage->log, "event=swap"));
}

static void a_face_that_another_key_sealed_does_not_open(void **state)
{
	(void)state;
	world_settings("present = key");
	kim_carries(world.kim.face, &lees);
	stage_walk(NULL, world.kim.face);
	expect_for_kim(VID_FACE_TEMPLATE_BROKEN);
}

static void a_key_that_answers_no_salt_has_no_face_at_hand(void **state)
{
	(void)state;
	world_settings("present = key");
	kim_carries(world.kim.face, &kims);
	keys->mute = true;
	stage_walk(NULL, world.kim.face);
	expect_for_kim(VID_FACE_SWAPPED); /* the one kept here is another */
}

static void a_face_that_is_kept_here_serves_a_key_too(void **state)
{
	(void)state;
	world_settings("present = key\nkey-uv = required\nliveness = off");
	kim_touches();
	stage_walk(NULL, world.kim.face);
	expect_for_kim(VID_OK);
	assert_non_null(strstr(stage->log, "assurance=key-uv+face"));
	stage_walk(NULL, world.lee.face);
	expect_for_kim(VID_FACE_MISMATCH);
}

/* What a key left behind that was not touched plays no part in what comes after it. */
static void a_key_that_was_declined_leaves_nothing_to_a_code(void **state)
{
	(void)state;
	world_settings("present = key qr");
	kim_carries(world.kim.face, &kims);
	keys->count = 1;
	keys_fail(VID_KEY_DECLINED);
	kim_walks_up();
	expect_for_kim(VID_OK);
	assert_non_null(strstr(stage->log, "assurance=holder+face"));
}

/* --- the keyring ----------------------------------------------------------------------
 */

static void kim_keeps_a_secret(const struct key_holder *seals)
{
	const struct secret_owner owner = { KIM, world.kim.uid, &kims.public };
	uint8_t salt[32], answer[32];

	secret_salt(&world.key, &kims.public, salt);
	keys_secret(seals, salt, answer);
	assert_int_equal(secret_store(world_path("secrets"), &owner, &world.key, answer,
				      bytes_of_text(SECRET), NULL),
			 VID_OK);
}

static void a_grant_brings_what_opens_the_keyring(void **state)
{
	struct outcome out;

	(void)state;
	kim_touches();
	kim_keeps_a_secret(&kims);
	assert_string_equal(expect_for_kim(VID_OK).secret, ""); /* off by default */
	assert_int_equal(keys->salts, 0);
	world_settings("present = key\nface = no\nunlock-secret = yes");
	out = expect_for_kim(VID_OK);
	assert_string_equal(out.secret, SECRET);
	assert_int_equal(keys->salts, 1);
	assert_null(strstr(stage->log, SECRET));
	assert_null(strstr(out.said, SECRET));
}

static void a_refusal_brings_none(void **state)
{
	(void)state;
	kim_touches();
	kim_keeps_a_secret(&kims);
	world_settings("present = key\nunlock-secret = yes");
	stage_walk(NULL, world.lee.face);
	assert_string_equal(expect_for_kim(VID_FACE_MISMATCH).secret, "");
	stage_walk(NULL, world.kim.face);
	assert_string_equal(expect_for_kim(VID_OK).secret, SECRET);
}

static void a_face_and_a_secret_are_two_salts(void **state)
{
	(void)state;
	world_settings("present = key\nunlock-secret = yes");
	kim_carries(world.kim.face, &kims);
	kim_keeps_a_secret(&kims);
	stage_walk(NULL, world.kim.face);
	assert_string_equal(expect_for_kim(VID_OK).secret, SECRET);
	assert_int_equal(keys->salts, 2);
}

static void a_secret_that_stays_shut_refuses_nobody(void **state)
{
	(void)state;
	kim_touches();
	kim_keeps_a_secret(&lees);
	world_settings("present = key\nface = no\nunlock-secret = yes");
	assert_string_equal(expect_for_kim(VID_OK).secret, "");
	assert_non_null(strstr(stage->log, "the keyring of games stays shut"));
	kim_keeps_a_secret(&kims);
	keys->mute = true;
	assert_string_equal(expect_for_kim(VID_OK).secret, "");
}

static void who_keeps_no_secret_is_asked_for_none(void **state)
{
	(void)state;
	kim_touches();
	world_settings("present = key\nface = no\nunlock-secret = yes");
	assert_string_equal(expect_for_kim(VID_OK).secret, "");
	assert_int_equal(keys->salts, 0);
	assert_null(strstr(stage->log, "stays shut"));
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
		key_test(a_face_on_the_key_is_compared_and_not_kept_P3),
		key_test(a_face_that_the_token_does_not_name_is_refused_S18),
		key_test(a_face_that_another_key_sealed_does_not_open),
		key_test(a_key_that_answers_no_salt_has_no_face_at_hand),
		key_test(a_face_that_is_kept_here_serves_a_key_too),
		key_test(a_key_that_was_declined_leaves_nothing_to_a_code),
		key_test(a_grant_brings_what_opens_the_keyring),
		key_test(a_refusal_brings_none),
		key_test(a_face_and_a_secret_are_two_salts),
		key_test(a_secret_that_stays_shut_refuses_nobody),
		key_test(who_keeps_no_secret_is_asked_for_none),
	};

	return WALKS_RUN("key_visit");
}
