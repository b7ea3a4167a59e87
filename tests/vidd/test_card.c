/* SPDX-License-Identifier: BSD-2-Clause */
/* vidd's walk with a claim-169 card in hand: bearer and face, or nothing. */
#include "config.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libvid/claim169.h"
#include "tests/cards/make.h"
#include "tests/vidd/walks.h"
#include "vidd/login.h"

#define BOTH "accept = vid claim169\nbearer = yes"
#define ID   "3918592438"

static struct made_key issuer;
static const uint8_t portrait[] = "\xff\xd8\xff\xe0 kim's portrait";
static struct made_card kims; /* what is shown; a test changes it before */

/* The identity that kim's ID has on this host, mapped to kim's account. */
static void map_kim(void)
{
	struct issuer trusted = { .iss = WORLD_ISS, .realm = WORLD_REALM };
	const struct card card = { .issuer = &trusted,
				   .iss = bytes_of_text(WORLD_ISS),
				   .id = bytes_of_text(ID) };
	char subject[VID_SUB_LEN + 1], text[256];

	assert_int_equal(claim169_subject(&card, &world.key, subject), VID_OK);
	(void)snprintf(text, sizeof(text), "%s@example %s\n%s@example %s\n", subject, KIM,
		       world.lee.sub, LEE);
	world_map(text, NULL);
}

static int set_up_card(void **state)
{
	(void)state;
	world_make();
	issuer = (struct made_key){ .public.alg = KEY_ED25519 };
	memcpy(issuer.public.at, world.issuer_public, 32);
	memcpy(issuer.secret, world.issuer_secret, 64);
	kims = (struct made_card){ .iss = WORLD_ISS,
				   .id = ID,
				   .name = "Kim Example",
				   .iat = world.now - 100,
				   .exp = world.now + 365 * 86400,
				   .face = bytes_of(portrait, sizeof(portrait)),
				   .face_format = 0,
				   .face_sub = 1 };
	map_kim();
	world_settings(BOTH);
	return 0;
}

#define card_test(name) cmocka_unit_test_setup_teardown(name, set_up_card, tear_down)

/* The card, what vid-camera makes of its portrait, and whoever stands there. */
static void card_walks_up(const float *on_card, const float *there)
{
	static char text[CARD_TEXT_MAX];

	made_card_text(&kims, &issuer, text);
	memcpy(code, text, sizeof(text));
	stage->next = stage->count = 0;
	stage->pictures = 0;
	stage_add(SCENE_QR, code, NULL);
	stage_add(SCENE_QR, code, NULL); /* still before the camera */
	stage_add(SCENE_FACE, NULL, on_card);
	for (int i = 0; i < 7; i++)
		stage_add(SCENE_FACE, NULL, there);
}

static bool stored_anywhere(const char *canary)
{
	char command[PATH_MAX + 64];

	(void)snprintf(command, sizeof(command), "grep -rqs '%s' %s", canary,
		       world.folder);
	return system(command) == 0;
}

static void the_person_of_the_portrait_gets_in_S1(void **state)
{
	struct outcome out;

	(void)state;
	card_walks_up(world.kim.face, world.kim.face);
	out = expect_for_kim(VID_OK);
	assert_int_equal(out.verdict, VERDICT_GRANTED);
	assert_string_equal(out.account, KIM);
	assert_int_equal(stage->pictures, 1);
	assert_int_equal(stage->picture_len, sizeof(portrait));
	assert_memory_equal(stage->picture, portrait, sizeof(portrait));
	assert_non_null(strstr(stage->log, "assurance=bearer+face reason=OK"));
	assert_non_null(strstr(stage->log, "AAL1"));
	/* the ID and the name are in no log and in no file */
	assert_null(strstr(stage->log, ID));
	assert_null(strstr(stage->log, "Kim Example"));
	assert_false(stored_anywhere(ID));
	assert_true(stored_anywhere("realm:example.org")); /* the search does find */
}

/* Of the card itself nothing is left by then; and where an issuer wants a status, a card
 * may go without one. */
static void what_a_card_was_granted_still_holds_S40(void **state)
{
	struct outcome out;

	(void)state;
	world_issuer("required");
	card_walks_up(world.kim.face, world.kim.face);
	out = expect_for_kim(VID_OK);
	assert_string_equal(out.assurance, "bearer+face");
	assert_int_equal(strlen(out.subject), VID_SUB_LEN);
	expect_still(&out, VID_OK);
	world.now = kims.exp + 60;
	expect_still(&out, VID_EXPIRED);
}

static void without_a_name_the_card_says_whose(void **state)
{
	const struct asking asking = { .account = NULL };

	(void)state;
	card_walks_up(world.kim.face, world.kim.face);
	assert_string_equal(expect(&asking, VID_OK).account, KIM);
}

static void a_card_may_be_shown_again(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		card_walks_up(world.kim.face, world.kim.face);
		expect_for_kim(VID_OK);
	}
}

static void a_template_of_ours_in_the_card_is_the_reference(void **state)
{
	struct template template = { .dimension = DIMENSION };
	uint8_t at[TEMPLATE_BYTES_MAX];
	struct buffer bytes = buffer_of(at, sizeof(at));

	(void)state;
	memcpy(template.model, MODEL_ID, sizeof(MODEL_ID));
	assert_true(template_add(&template, world.kim.face, DIMENSION, "card"));
	assert_true(template_write(&template, &bytes));
	kims.face = buffer_bytes(&bytes);
	kims.face_format = 1;
	kims.face_sub = 100;
	card_walks_up(world.kim.face, world.kim.face);
	expect_for_kim(VID_OK);
	assert_int_equal(stage->pictures, 0);
	card_walks_up(world.lee.face, world.lee.face);
	expect_for_kim(VID_FACE_MISMATCH);
}

static void the_template_of_another_vendor_is_not_ours(void **state)
{
	(void)state;
	kims.face_format = 1;
	kims.face_sub = 100;
	card_walks_up(world.kim.face, world.kim.face);
	expect_for_kim(VID_FACE_MODEL);
}

static void another_face_than_the_cards_is_refused_and_counted(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		card_walks_up(world.kim.face, world.lee.face);
		expect_for_kim(VID_FACE_MISMATCH);
	}
	card_walks_up(world.kim.face, world.kim.face);
	expect_for_kim(VID_TOO_MANY_ATTEMPTS);
}

static void a_film_before_the_camera_is_refused_S13(void **state)
{
	(void)state;
	card_walks_up(world.kim.face, world.kim.face);
	stage->scene[4].kind = SCENE_REPEATED;
	expect_for_kim(VID_FACE_FRAMES);
}

static void a_portrait_that_cannot_be_used_is_refused(void **state)
{
	(void)state;
	card_walks_up(world.kim.face, world.kim.face);
	stage->scene[2].kind = SCENE_GATE;
	expect_for_kim(VID_PORTRAIT);
}

static void a_card_without_a_face_lets_nobody_in(void **state)
{
	(void)state;
	kims.face = bytes_of(NULL, 0);
	card_walks_up(world.kim.face, world.kim.face);
	expect_for_kim(VID_FACE_NO_REFERENCE);
	assert_int_equal(stage->pictures, 0);
}

static void an_unsigned_card_is_refused_at_a_login(void **state)
{
	(void)state;
	kims.is_unsigned = true;
	card_walks_up(world.kim.face, world.kim.face);
	expect_for_kim(VID_UNSIGNED);
	assert_int_equal(stage->pictures, 0); /* nothing unsigned is decoded */
}

static void an_expired_card_is_refused(void **state)
{
	(void)state;
	kims.exp = world.now - 61;
	card_walks_up(world.kim.face, world.kim.face);
	expect_for_kim(VID_EXPIRED);
}

static void a_forged_card_is_refused_S14(void **state)
{
	(void)state;
	randombytes_buf(issuer.secret, 32);
	crypto_sign_seed_keypair(issuer.public.at, issuer.secret, issuer.secret);
	card_walks_up(world.kim.face, world.kim.face);
	expect_for_kim(VID_SIGNATURE);
}

static void a_card_of_nobody_that_is_mapped_is_refused_S15(void **state)
{
	(void)state;
	kims.id = "3918592439";
	card_walks_up(world.kim.face, world.kim.face);
	expect_for_kim(VID_IDENTITY_UNKNOWN);
	kims.id = NULL;
	card_walks_up(world.kim.face, world.kim.face);
	expect_for_kim(VID_NAMELESS);
}

static void a_card_is_not_seen_where_only_tokens_count(void **state)
{
	(void)state;
	world_settings("bearer = yes");
	card_walks_up(world.kim.face, world.kim.face);
	expect_for_kim(VID_NO_PRESENTATION);
}

static void a_policy_that_would_weaken_a_card_is_broken(void **state)
{
	static const char *const weak[] = {
		"accept = claim169", "accept = vid claim169\nbearer = no",
		"accept = claim169\nbearer = yes\nface = no"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(weak) / sizeof(*weak); i++) {
		world_settings(weak[i]);
		card_walks_up(world.kim.face, world.kim.face);
		expect_for_kim(VID_CONFIG);
		assert_int_equal(stage->opened, 0);
	}
}

static void tokens_count_beside_cards_and_alone_they_do_not(void **state)
{
	const struct asking lee = { .account = LEE };
	const struct shown shown = shown_by(&world.lee);

	(void)state;
	in_hand(&shown);
	stage_walk(code, world.lee.face);
	expect(&lee, VID_OK);
	assert_non_null(strstr(stage->log, "assurance=holder+face"));
	world_settings("accept = claim169\nbearer = yes");
	in_hand(&shown);
	stage_walk(code, world.lee.face);
	expect(&lee, VID_NO_PRESENTATION);
}

/* A copied token must not get in where only the paper needs no holder (D.24). */
static void cards_that_count_let_no_token_count_without_its_holder_S1(void **state)
{
	const struct asking lee = { .account = LEE };
	struct shown shown = shown_by(&world.lee);

	(void)state;
	world_settings("accept = vid claim169\nbearer = cards");
	card_walks_up(world.kim.face, world.kim.face);
	expect_for_kim(VID_OK);
	in_hand(&shown);
	stage_walk(code, world.lee.face);
	expect(&lee, VID_OK);
	shown = shown_by(&world.lee);
	shown.bare = true;
	in_hand(&shown);
	stage_walk(code, world.lee.face);
	expect(&lee, VID_HOLDER_MISSING);
}

static void a_token_packed_as_a_card_is_no_card(void **state)
{
	const struct asking lee = { .account = LEE };
	struct shown shown = shown_by(&world.lee);
	uint8_t message[VID_KBT_MAX];
	size_t len;

	(void)state;
	shown.bare = true;
	len = shown_make(&shown, message, sizeof(message));
	made_text(MADE_ZLIB, bytes_of(message, len), code);
	stage_walk(code, world.lee.face);
	expect(&lee, VID_TYP);
}

static void a_card_on_a_stick_counts_as_well(void **state)
{
	static char text[CARD_TEXT_MAX];

	(void)state;
	world_settings(BOTH "\npresent = file");
	made_card_text(&kims, &issuer, text);
	world_write("stick/kim.vid", text, strlen(text));
	stage->next = stage->count = 0;
	for (int i = 0; i < 8; i++)
		stage_add(SCENE_FACE, NULL, world.kim.face);
	expect_for_kim(VID_OK);
}

static void a_status_that_a_card_carries_is_not_passed_over(void **state)
{
	/* {1: iss, 4: exp, 6: iat, 169: {1: ID}, 65535: "?"} */
	uint8_t at[512];
	struct buffer claims = buffer_of(at, sizeof(at));
	uint8_t message_at[1024];
	struct buffer message = buffer_of(message_at, sizeof(message_at));

	(void)state;
	cbor_put_map(&claims, 5);
	cbor_put_int(&claims, 1);
	cbor_put_text(&claims, WORLD_ISS);
	cbor_put_int(&claims, 4);
	cbor_put_int(&claims, world.now + 1000);
	cbor_put_int(&claims, 6);
	cbor_put_int(&claims, world.now - 1000);
	cbor_put_int(&claims, 169);
	cbor_put_map(&claims, 1);
	cbor_put_int(&claims, 1);
	cbor_put_text(&claims, ID);
	cbor_put_int(&claims, 65535);
	cbor_put_text(&claims, "?");
	made_message(&kims, buffer_bytes(&claims), &issuer, &message);
	made_text(MADE_BROTLI, buffer_bytes(&message), code);
	stage_walk(code, world.kim.face);
	expect_for_kim(VID_STATUS_FORM);
}

/* --- a helper that was taken over ----------------------------------------------------
 */

/* Kim's card in another's hand, and a process that lies about faces once it has played
 * `role`. It may deny, and that is all. */
static void lie_as(enum role role, const float *lie)
{
	card_walks_up(world.kim.face, world.lee.face);
	stage->hostile = role;
	memcpy(stage->lie, lie, sizeof(stage->lie));
	expect_for_kim(VID_FACE_MISMATCH);
}

/* What a stranger's code has taken over does not say who is before the camera. */
static void a_helper_that_read_a_code_reports_no_face_S61(void **state)
{
	(void)state;
	lie_as(ROLE_CODES, world.kim.face);
}

/* A hostile portrait gives a reference of its own, but not the face to go with it. */
static void a_helper_that_read_a_portrait_reports_no_living_face_S61(void **state)
{
	float anybody[DIMENSION];

	(void)state;
	a_face(anybody);
	lie_as(ROLE_PORTRAITS, anybody);
}

/* And what sees the living face does not say what it is compared with. */
static void a_helper_that_sees_the_face_gives_no_reference_S61(void **state)
{
	float anybody[DIMENSION];

	(void)state;
	a_face(anybody);
	lie_as(ROLE_FACE, anybody);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		card_test(the_person_of_the_portrait_gets_in_S1),
		card_test(a_helper_that_read_a_code_reports_no_face_S61),
		card_test(a_helper_that_read_a_portrait_reports_no_living_face_S61),
		card_test(a_helper_that_sees_the_face_gives_no_reference_S61),
		card_test(what_a_card_was_granted_still_holds_S40),
		card_test(without_a_name_the_card_says_whose),
		card_test(a_card_may_be_shown_again),
		card_test(a_template_of_ours_in_the_card_is_the_reference),
		card_test(the_template_of_another_vendor_is_not_ours),
		card_test(another_face_than_the_cards_is_refused_and_counted),
		card_test(a_film_before_the_camera_is_refused_S13),
		card_test(a_portrait_that_cannot_be_used_is_refused),
		card_test(a_card_without_a_face_lets_nobody_in),
		card_test(an_unsigned_card_is_refused_at_a_login),
		card_test(an_expired_card_is_refused),
		card_test(a_forged_card_is_refused_S14),
		card_test(a_card_of_nobody_that_is_mapped_is_refused_S15),
		card_test(a_card_is_not_seen_where_only_tokens_count),
		card_test(a_policy_that_would_weaken_a_card_is_broken),
		card_test(tokens_count_beside_cards_and_alone_they_do_not),
		card_test(cards_that_count_let_no_token_count_without_its_holder_S1),
		card_test(a_token_packed_as_a_card_is_no_card),
		card_test(a_card_on_a_stick_counts_as_well),
		card_test(a_status_that_a_card_carries_is_not_passed_over),
	};

	return WALKS_RUN("card");
}
