/* SPDX-License-Identifier: BSD-2-Clause */
/* vidd's walk: everybody who is judged and does not get in. */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/vidd/walks.h"
#include "vidd/login.h"

/* --- refused
 * ----------------------------------------------------------------------------------- */

static void a_used_presentation_is_refused_S3(void **state)
{
	(void)state;
	kim_walks_up();
	expect_for_kim(VID_OK);
	expect_for_kim(VID_HOLDER_REPLAYED);
}

static void a_bare_token_is_refused_S1(void **state)
{
	struct shown shown = shown_by(&world.kim);

	(void)state;
	shown.bare = true;
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	expect_for_kim(VID_HOLDER_MISSING);
	world_settings("bearer = yes");
	expect_for_kim(VID_OK);
	assert_non_null(strstr(stage->log, "AAL1"));
	assert_non_null(strstr(stage->log, "assurance=bearer+face"));
	stage_walk(code, world.lee.face); /* and the face is compulsory */
	expect_for_kim(VID_FACE_MISMATCH);
}

/* A service that no PAM stack has: only somebody at the socket itself says such. */
static void a_line_break_in_a_service_is_no_line_of_the_log_S52(void **state)
{
	struct asking asking = { .service = "x\nvidd: granted", .account = KIM };
	struct shown shown = shown_by(&world.kim);

	(void)state;
	world_settings("bearer = yes");
	shown.bare = true;
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	expect(&asking, VID_WIRE);
	assert_null(strstr(stage->log, "\nvidd: granted"));
}

static void a_proof_for_another_host_is_refused_S2(void **state)
{
	struct shown shown = shown_by(&world.kim);

	(void)state;
	shown.host = "host:other";
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	expect_for_kim(VID_HOLDER_AUD);
}

static void a_stale_proof_is_refused_S2(void **state)
{
	struct shown shown = shown_by(&world.kim);

	(void)state;
	shown.iat = world.now - 61;
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	expect_for_kim(VID_HOLDER_STALE);
}

static void an_expired_token_is_refused(void **state)
{
	struct shown shown = shown_by(&world.kim);

	(void)state;
	shown.claims.exp = world.now - 61;
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	expect_for_kim(VID_EXPIRED);
}

static void a_forged_token_is_refused_S14(void **state)
{
	struct shown shown = shown_by(&world.kim);
	uint8_t public[32], secret[64];

	(void)state;
	crypto_sign_keypair(public, secret);
	shown.issuer_secret = secret;
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	expect_for_kim(VID_SIGNATURE);
}

static void a_token_for_another_realm_is_refused(void **state)
{
	struct shown shown = shown_by(&world.kim);

	(void)state;
	shown.claims.aud = "realm:elsewhere";
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	expect_for_kim(VID_AUD);
}

static void a_valid_id_opens_no_other_account_S39(void **state)
{
	const struct asking asking = { .account = LEE };

	(void)state;
	kim_walks_up();
	expect(&asking, VID_ACCOUNT_OTHER);
}

static void an_unmapped_identity_has_no_account_S15(void **state)
{
	const struct asking asking = { .account = NULL };
	struct person stranger = world.kim;
	struct shown shown;

	(void)state;
	subject_random(stranger.sub);
	shown = shown_by(&stranger);
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	expect(&asking, VID_IDENTITY_UNKNOWN);
}

static void required_status_without_a_list_is_unavailable(void **state)
{
	struct shown shown = shown_by(&world.kim);

	(void)state;
	shown.claims.status_uri = "https://id.example.org/status/1";
	world_issuer("required");
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	expect_for_kim(VID_STATUS_UNAVAILABLE);
	world_issuer("soft");
	shown.iat--; /* a fresh proof */
	in_hand(&shown);
	expect_for_kim(VID_OK);
	assert_non_null(strstr(stage->log, "status = soft"));
}

static void another_face_is_refused(void **state)
{
	(void)state;
	kim_walks_up();
	stage_walk(code, world.lee.face);
	expect_for_kim(VID_FACE_MISMATCH);
}

/* One of three frames is the right face: the mean is not. */
static void a_face_that_changes_is_refused(void **state)
{
	(void)state;
	kim_walks_up();
	stage->scene[1].face = world.lee.face;
	stage->scene[2].face = world.lee.face;
	expect_for_kim(VID_FACE_CHANGED);
}

static void a_repeated_frame_is_not_live_S13(void **state)
{
	(void)state;
	kim_walks_up();
	stage->scene[2].kind = SCENE_REPEATED;
	expect_for_kim(VID_FACE_FRAMES);
}

static void nobody_at_the_camera_is_no_failure(void **state)
{
	(void)state;
	for (int i = 0; i < 7; i++) {
		struct shown shown = shown_by(&world.kim);

		in_hand(&shown);
		stage_walk(code, world.kim.face);
		stage->count = 1; /* the code alone */
		expect_for_kim(VID_FACE_NOBODY);
	}
	kim_walks_up();
	expect_for_kim(VID_OK);
}

static void another_template_than_the_tokens_is_refused_S18(void **state)
{
	uint8_t named[32];

	(void)state;
	memcpy(named, world.kim.digest, 32);
	world_enrol(&world.kim, world.lee.face); /* well sealed, but not the one */
	memcpy(world.kim.digest, named, 32);
	kim_walks_up();
	expect_for_kim(VID_FACE_SWAPPED);
	assert_non_null(strstr(stage->log, "event=swap"));
	stage_walk(code, world.lee.face);
	kim_walks_up();
	expect_for_kim(VID_FACE_SWAPPED);
}

static void swapped_records_log_nobody_in_S18(void **state)
{
	char command[3 * PATH_MAX];

	(void)state;
	(void)snprintf(command, sizeof(command),
		       "cd %s && a=$(ls %s.*.face) b=$(ls %s.*.face) && mv $a x && "
		       "mv $b $a && mv x $b",
		       world_path("faces"), KIM, LEE);
	assert_int_equal(system(command), 0);
	kim_walks_up();
	expect_for_kim(VID_FACE_TEMPLATE_BROKEN);
	assert_non_null(strstr(stage->log, "event=swap"));
}

static void a_template_of_another_model_is_unavailable(void **state)
{
	(void)state;
	stage->model = "other:0000000000000000";
	kim_walks_up();
	expect_for_kim(VID_FACE_ENGINE);
}

static void a_level_that_nobody_measured_is_unavailable(void **state)
{
	(void)state;
	world_settings("level = highest");
	kim_walks_up();
	expect_for_kim(VID_FACE_ENGINE);
}

static void a_camera_that_cannot_be_used_is_unavailable_S50(void **state)
{
	static const enum vid_reason whys[] = { VID_CAMERA_NONE, VID_CAMERA_BUSY,
						VID_CAMERA_REFUSED, VID_FACE_ENGINE };

	(void)state;
	for (size_t i = 0; i < sizeof(whys) / sizeof(*whys); i++) {
		stage->open = whys[i];
		expect_for_kim(whys[i]);
	}
}

static void a_camera_that_fails_on_the_way_is_unavailable_S50(void **state)
{
	(void)state;
	kim_walks_up();
	stage->scene[2] = (struct scene){ .kind = SCENE_FAIL, .why = VID_CAMERA_FAILED };
	expect_for_kim(VID_CAMERA_FAILED);
}

/* --- attempts
 * -------------------------------------------------------------------------------------
 */

static void lee_walks_up(void)
{
	const struct shown shown = shown_by(&world.lee);

	in_hand(&shown);
	stage_walk(code, world.lee.face);
}

static void wrong_face_for_kim(void)
{
	kim_walks_up();
	stage_walk(code, world.lee.face);
	expect_for_kim(VID_FACE_MISMATCH);
}

static void five_wrong_faces_are_enough_S49(void **state)
{
	const struct asking lee = { .account = LEE };

	(void)state;
	for (int i = 0; i < 5; i++)
		wrong_face_for_kim();
	kim_walks_up();
	expect_for_kim(VID_TOO_MANY_ATTEMPTS);
	assert_null(strstr(stage->log, "score"));
	lee_walks_up();
	expect(&lee, VID_OK); /* at the same seat */
	world.now += 30;
	kim_walks_up();
	expect_for_kim(VID_OK);
	wrong_face_for_kim(); /* the grant cleared the count */
}

static void each_further_wrong_face_doubles_the_pause_S49(void **state)
{
	int64_t pause = 30;

	(void)state;
	for (int i = 0; i < 5; i++)
		wrong_face_for_kim();
	for (int i = 0; i < 12; i++) {
		world.now += pause - 1;
		kim_walks_up();
		expect_for_kim(VID_TOO_MANY_ATTEMPTS);
		world.now += 1;
		wrong_face_for_kim();
		pause = pause * 2 < 3600 ? pause * 2 : 3600;
	}
	world.now += 3600; /* never longer, and no day without the virtual ID */
	kim_walks_up();
	expect_for_kim(VID_OK);
}

/* What others did at this seat, or in this account's name, is no reason to refuse the
 * holder. */
static void garbage_never_delays_a_valid_login_S49(void **state)
{
	const struct asking lee = { .account = LEE };
	struct shown shown;

	(void)state;
	world_settings("present = file");
	for (int i = 0; i < 30; i++) {
		shown = shown_by(&world.kim);
		shown.issuer_secret = world.lee.secret; /* nobody's signature */
		on_stick("a.vid", &shown, 1000 + i);
		expect_for_kim(i < 5 ? VID_SIGNATURE : VID_TOO_MANY_ATTEMPTS);
	}
	shown = shown_by(&world.kim);
	on_stick("b.vid", &shown, 2000);
	stage_walk(code, world.kim.face);
	stage->next = 1; /* no code */
	expect_for_kim(VID_OK);
	shown = shown_by(&world.lee);
	on_stick("c.vid", &shown, 3000);
	stage_walk(code, world.lee.face);
	stage->next = 1;
	expect(&lee, VID_OK);
	/* and their right logins do not make garbage free again */
	shown = shown_by(&world.kim);
	shown.issuer_secret = world.lee.secret;
	on_stick("d.vid", &shown, 4000);
	expect_for_kim(VID_TOO_MANY_ATTEMPTS);
}

/* su and sudo are root, whoever runs them: one user's garbage is not another's. */
static void a_setuid_caller_is_charged_as_the_user_who_runs_it_S49(void **state)
{
	struct shown shown = shown_by(&world.kim);

	(void)state;
	world_settings("present = file\nseat = any");
	shown.issuer_secret = world.lee.secret;
	stage->real = world.lee.uid;
	for (int i = 0; i < 6; i++) {
		on_stick("a.vid", &shown, 1000 + i);
		expect_for_kim(i < 5 ? VID_SIGNATURE : VID_TOO_MANY_ATTEMPTS);
	}
	stage->real = world.kim.uid;
	on_stick("b.vid", &shown, 2000);
	expect_for_kim(VID_SIGNATURE);
}

/* Another's valid virtual ID, tried on kim's account, is charged to its own holder. */
static void another_identity_is_charged_in_place_of_the_account_S49(void **state)
{
	const struct asking lee = { .account = LEE };

	(void)state;
	for (int i = 0; i < 5; i++) {
		lee_walks_up();
		expect_for_kim(VID_ACCOUNT_OTHER);
	}
	lee_walks_up();
	expect(&lee, VID_TOO_MANY_ATTEMPTS);
	kim_walks_up();
	expect_for_kim(VID_OK);
}

/* Anybody with a picture of a bearer token can show it: the holder's own proof has
 * another counter. */
static void a_copied_token_does_not_delay_the_holders_proof_S49(void **state)
{
	struct shown shown = shown_by(&world.kim);

	(void)state;
	world_settings("bearer = yes");
	shown.bare = true;
	in_hand(&shown);
	for (int i = 0; i < 6; i++) {
		stage_walk(code, world.lee.face);
		expect_for_kim(i < 5 ? VID_FACE_MISMATCH : VID_TOO_MANY_ATTEMPTS);
	}
	kim_walks_up();
	expect_for_kim(VID_OK);
}

static void going_away_is_no_failure_S49(void **state)
{
	const struct asking away = { .account = KIM, .answer = ANSWER_HANGUP };

	(void)state;
	for (int i = 0; i < 8; i++)
		expect(&away, VID_CANCELLED);
	kim_walks_up();
	expect_for_kim(VID_OK);
}

static void every_refusal_sounds_the_same_S53(void **state)
{
	static const char same[] = "Show your virtual ID to the camera.\n"
				   "Your virtual ID was not accepted.\n";
	static const char looked[] = "Show your virtual ID to the camera.\n"
				     "Look at the camera.\n"
				     "Your virtual ID was not accepted.\n";
	const struct asking nobody = { .account = NULL };
	struct person stranger = world.kim;
	struct shown shown;

	(void)state;
	kim_walks_up();
	stage_walk(code, world.lee.face);
	assert_string_equal(expect_for_kim(VID_FACE_MISMATCH).said, looked);
	assert_string_equal(expect_for_kim(VID_HOLDER_REPLAYED).said, same);
	shown = shown_by(&world.kim);
	shown.bare = true;
	in_hand(&shown);
	assert_string_equal(expect_for_kim(VID_HOLDER_MISSING).said, same);
	subject_random(stranger.sub);
	shown = shown_by(&stranger);
	in_hand(&shown);
	assert_string_equal(expect(&nobody, VID_IDENTITY_UNKNOWN).said, looked);
	/* outside the picture: the same end as for an identity that is mapped */
	shown = shown_by(&stranger);
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	stage->count = 1;
	assert_int_equal(expect(&nobody, VID_FACE_NOBODY).verdict, VERDICT_UNAVAILABLE);
	assert_non_null(strstr(stage->log, "event=map"));
	assert_non_null(strstr(stage->log, "reason=IDENTITY_UNKNOWN"));
	/* another's account, with the right face before the camera */
	kim_walks_up();
	assert_string_equal(
		expect(&(struct asking){ .account = LEE }, VID_ACCOUNT_OTHER).said,
		looked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_used_presentation_is_refused_S3),
		test(a_bare_token_is_refused_S1),
		test(a_line_break_in_a_service_is_no_line_of_the_log_S52),
		test(a_proof_for_another_host_is_refused_S2),
		test(a_stale_proof_is_refused_S2),
		test(an_expired_token_is_refused),
		test(a_forged_token_is_refused_S14),
		test(a_token_for_another_realm_is_refused),
		test(a_valid_id_opens_no_other_account_S39),
		test(an_unmapped_identity_has_no_account_S15),
		test(required_status_without_a_list_is_unavailable),
		test(another_face_is_refused),
		test(a_face_that_changes_is_refused),
		test(a_repeated_frame_is_not_live_S13),
		test(nobody_at_the_camera_is_no_failure),
		test(another_template_than_the_tokens_is_refused_S18),
		test(swapped_records_log_nobody_in_S18),
		test(a_template_of_another_model_is_unavailable),
		test(a_level_that_nobody_measured_is_unavailable),
		test(a_camera_that_cannot_be_used_is_unavailable_S50),
		test(a_camera_that_fails_on_the_way_is_unavailable_S50),
		test(five_wrong_faces_are_enough_S49),
		test(each_further_wrong_face_doubles_the_pause_S49),
		test(garbage_never_delays_a_valid_login_S49),
		test(a_setuid_caller_is_charged_as_the_user_who_runs_it_S49),
		test(another_identity_is_charged_in_place_of_the_account_S49),
		test(a_copied_token_does_not_delay_the_holders_proof_S49),
		test(going_away_is_no_failure_S49),
		test(every_refusal_sounds_the_same_S53),
	};

	return WALKS_RUN("vidd refusals");
}
