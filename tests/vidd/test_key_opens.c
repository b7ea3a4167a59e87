/* SPDX-License-Identifier: BSD-2-Clause */
/* vidd's walk with a security key: the template that it carries, and the keyring that it
 * opens. */
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

#include "tests/unit/folder.h"
#include "tests/vidd/key_walks.h"

#define SECRET "correct horse battery staple"

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

	template_salt(carried.salt);
	assert_true(template_salt_seed(carried.salt, carried.seed));
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

/* What was sealed behind the PIN is not what a key answers without it. */
static void without_the_PIN_a_face_on_the_key_is_not_at_hand(void **state)
{
	(void)state;
	world_settings("present = key\nkey-uv = no");
	folder_drop(world_path("faces"));
	kim_carries(world.kim.face, &kims);
	keys->flags = 0x01; /* touched alone */
	stage_walk(NULL, world.kim.face);
	expect_for_kim(VID_FACE_NO_TEMPLATE);
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

/* A program of the person's own asks for a service of its choice; it gets a verdict. */
static void a_caller_without_rights_gets_no_secret(void **state)
{
	const struct asking asking = { .account = KIM, .uid = world.kim.uid };

	(void)state;
	kim_touches();
	kim_keeps_a_secret(&kims);
	world_settings("present = key\nface = no\nunlock-secret = yes\nseat = any");
	assert_string_equal(expect(&asking, VID_OK).secret, "");
	assert_int_equal(keys->salts, 0);
	assert_string_equal(expect_for_kim(VID_OK).secret, SECRET);
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
		key_test(a_face_on_the_key_is_compared_and_not_kept_P3),
		key_test(without_the_PIN_a_face_on_the_key_is_not_at_hand),
		key_test(a_face_that_the_token_does_not_name_is_refused_S18),
		key_test(a_face_that_another_key_sealed_does_not_open),
		key_test(a_key_that_answers_no_salt_has_no_face_at_hand),
		key_test(a_face_that_is_kept_here_serves_a_key_too),
		key_test(a_key_that_was_declined_leaves_nothing_to_a_code),
		key_test(a_grant_brings_what_opens_the_keyring),
		key_test(a_caller_without_rights_gets_no_secret),
		key_test(a_refusal_brings_none),
		key_test(a_face_and_a_secret_are_two_salts),
		key_test(a_secret_that_stays_shut_refuses_nobody),
		key_test(who_keeps_no_secret_is_asked_for_none),
	};

	return WALKS_RUN("key_opens");
}
