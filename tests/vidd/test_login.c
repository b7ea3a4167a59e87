/* SPDX-License-Identifier: BSD-2-Clause */
/* vidd's walk, step by step: who gets in, and everybody who does not. */
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
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/wire.h"
#include "tests/root.h"
#include "tests/vidd/world.h"
#include "vidd/login.h"

#define KIM world.kim.account
#define LEE world.lee.account

static char code[8192]; /* the QR code in hand */

static int set_up(void **state)
{
	(void)state;
	world_make();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	world_drop();
	return 0;
}

/* What was asked, and what has to come of it. */
static struct outcome expect(const struct asking *asking, enum vid_reason why)
{
	struct outcome out = ask_vidd(asking);
	char audited[64];

	if (strcmp(out.reason, reason_name(why)) != 0)
		fail_msg("%s instead of %s; %s", out.reason, reason_name(why),
			 stage->log);
	if (out.verdict)
		assert_int_equal(out.verdict, reason_verdict(why));
	if (why != VID_OK)
		assert_string_equal(out.account, "");
	(void)snprintf(audited, sizeof(audited), "reason=%s ", reason_name(why));
	assert_non_null(strstr(stage->log, audited));
	assert_int_equal(stage->opened - (stage->open != VID_OK ? stage->opened : 0),
			 stage->closed);
	return out;
}

static struct outcome expect_for_kim(enum vid_reason why)
{
	const struct asking asking = { .account = KIM };

	return expect(&asking, why);
}

static void in_hand(const struct shown *shown)
{
	shown_text(shown, code, sizeof(code));
}

/* A fresh proof of kim's, and kim's face. */
static void kim_walks_up(void)
{
	const struct shown shown = shown_by(&world.kim);

	in_hand(&shown);
	stage_walk(code, world.kim.face);
}

static void on_stick(const char *name, const struct shown *shown, long seconds)
{
	uint8_t message[VID_KBT_MAX];
	size_t len = shown_make(shown, message, sizeof(message));
	struct timeval times[2] = { { seconds, 0 }, { seconds, 0 } };
	char path[128];

	(void)snprintf(path, sizeof(path), "stick/%s", name);
	world_write(path, message, len);
	assert_int_equal(utimes(world_path(path), times), 0);
}

/* --- in ------------------------------------------------------------------------------
 */

static void the_right_person_gets_in(void **state)
{
	struct outcome out;

	(void)state;
	kim_walks_up();
	out = expect_for_kim(VID_OK);
	assert_int_equal(out.verdict, VERDICT_GRANTED);
	assert_string_equal(out.account, KIM);
	assert_int_equal(out.prompts, 1);
	assert_int_equal(stage->opened, 1);
	assert_string_equal(out.said,
			    "Show your virtual ID to the camera.\nLook at the camera.\n");
	assert_non_null(strstr(stage->log, "event=login service=su account=games "
					   "iss=example cti="));
	assert_non_null(strstr(stage->log, "assurance=holder+face reason=OK step=0 ms="));
}

static void the_prompt_names_host_and_service_S58(void **state)
{
	char expected[200] = "";
	struct outcome out;

	(void)state;
	kim_walks_up();
	out = expect_for_kim(VID_OK);
	gethostname(expected, 100);
	strcat(expected, "|su");
	assert_string_equal(out.prompt, expected);
}

static void without_a_name_the_identity_says_whose_S39(void **state)
{
	const struct asking asking = { .account = NULL };

	(void)state;
	kim_walks_up();
	assert_string_equal(expect(&asking, VID_OK).account, KIM);
}

static void whatever_is_typed_but_n_goes_on(void **state)
{
	const struct asking asking = { .account = KIM, .answer = ANSWER_OTHER };

	(void)state;
	kim_walks_up();
	expect(&asking, VID_OK);
	assert_null(strstr(stage->log, "my password"));
}

static void a_file_on_a_stick_gets_in(void **state)
{
	const struct shown shown = shown_by(&world.kim);

	(void)state;
	world_settings("present = file");
	on_stick("kim.vid", &shown, 1000);
	stage_walk(NULL, world.kim.face);
	expect_for_kim(VID_OK);
}

static void of_several_files_the_newest_counts(void **state)
{
	struct shown old = shown_by(&world.kim), new = shown_by(&world.kim);

	(void)state;
	world_settings("present = file");
	old.host = "host:other";
	on_stick("a.vid", &old, 1000);
	on_stick("b.vid", &new, 2000);
	on_stick("c.vid", &old, 1500);
	on_stick("d.txt", &old, 3000);
	stage_walk(NULL, world.kim.face);
	expect_for_kim(VID_OK);
}

static void without_a_camera_the_file_is_taken(void **state)
{
	const struct shown shown = shown_by(&world.kim);

	(void)state;
	world_settings("present = qr file\nface = no");
	on_stick("kim.vid", &shown, 1000);
	stage->open = VID_CAMERA_BUSY;
	expect_for_kim(VID_OK);
	assert_non_null(strstr(stage->log, "assurance=holder reason=OK"));
}

static void codes_that_are_not_ours_are_passed_over(void **state)
{
	static char cut[8192];

	(void)state;
	kim_walks_up();
	(void)snprintf(cut, sizeof(cut), "%.100s", code);
	stage->count = 0;
	stage_add(SCENE_QR, "https://example.org/", NULL);
	stage_add(SCENE_QR, "1", NULL); /* CBOR, as it happens */
	stage_add(SCENE_QR, "VID1:", NULL);
	stage_add(SCENE_QR, "VID1:not base45", NULL);
	stage_add(SCENE_QR, cut, NULL);
	stage_add(SCENE_QR, code, NULL);
	for (int i = 0; i < 3; i++)
		stage_add(SCENE_FACE, NULL, world.kim.face);
	expect_for_kim(VID_OK);
}

static void hints_come_at_most_once_a_second(void **state)
{
	struct outcome out;

	(void)state;
	kim_walks_up();
	stage->count = 1;
	for (int i = 0; i < 20; i++)
		stage_add(SCENE_GATE, NULL, NULL);
	for (int i = 0; i < 3; i++)
		stage_add(SCENE_FACE, NULL, world.kim.face);
	out = expect_for_kim(VID_OK);
	assert_non_null(strstr(out.said, "Come nearer.\n"));
	assert_null(strstr(strstr(out.said, "Come nearer.\n") + 1, "Come nearer.\n"));
}

static void a_token_without_a_face_is_refused(void **state)
{
	struct shown shown = shown_by(&world.kim);

	(void)state;
	shown.claims.face_digest = bytes_of(NULL, 0);
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	expect_for_kim(VID_FACE_NO_REFERENCE);
}

static void silence_is_kept_when_asked_for(void **state)
{
	const struct asking asking = { .account = KIM, .silent = true };
	struct outcome out;

	(void)state;
	kim_walks_up();
	out = expect(&asking, VID_OK);
	assert_string_equal(out.said, "");
	assert_int_equal(out.prompts, 1);
}

/* --- before any device
 * ------------------------------------------------------------------ */

static void nothing_was_touched(const struct outcome *out)
{
	assert_int_equal(stage->opened, 0);
	assert_int_equal(out->prompts, 0);
	assert_string_equal(out->said, "");
}

static void a_remote_request_touches_nothing_S28(void **state)
{
	const struct asking asking = { .account = KIM, .rhost = "192.0.2.1" };
	struct outcome out;

	(void)state;
	kim_walks_up();
	world_settings("seat = any");
	out = expect(&asking, VID_REMOTE);
	nothing_was_touched(&out);
}

static void without_a_local_seat_nothing_is_touched_S28(void **state)
{
	const struct asking asking = { .account = KIM, .tty = "/dev/pts/3" };
	struct outcome out;

	(void)state;
	kim_walks_up();
	out = expect(&asking, VID_REMOTE);
	nothing_was_touched(&out);
	world_settings("seat = any");
	expect(&asking, VID_OK);
}

#ifdef HAVE_LIBSYSTEMD
static void the_session_says_more_than_the_terminal_S28(void **state)
{
	const struct asking console = { .account = KIM };
	const struct asking terminal = { .account = KIM, .tty = "/dev/pts/3" };

	(void)state;
	stage->session = true;
	kim_walks_up();
	expect(&console, VID_REMOTE); /* a session without a seat, as of sshd */
	stage->seat = "seat0";
	stage->remote = true;
	expect(&console, VID_REMOTE);
	stage->remote = false;
	expect(&terminal, VID_OK); /* a terminal window of a desktop */
}

static void others_may_ask_about_themselves_alone(void **state)
{
	struct asking asking = { .account = LEE, .uid = world.kim.uid };
	struct outcome out;

	(void)state;
	stage->session = true;
	stage->seat = "seat0";
	kim_walks_up();
	out = expect(&asking, VID_NOT_ALLOWED);
	nothing_was_touched(&out);
	asking.account = KIM;
	expect(&asking, VID_OK);
	kim_walks_up();
	asking.account = NULL; /* nobody named: themselves */
	assert_string_equal(expect(&asking, VID_OK).account, KIM);
	stage->session = false; /* a terminal's name is their own word */
	asking.account = KIM;
	expect(&asking, VID_REMOTE);
}
#endif

static void terminals_of_this_machine(void **state)
{
	static const char *const local[] = { "/dev/tty1", "tty63",        "/dev/ttyS0",
					     "ttyS12",    "/dev/console", "console",
					     ":0",        ":1.0" };
	static const char *const others[] = { "",          "/dev/pts/0", "pts/1",
					      "ssh",       "/dev/tty",   "tty",
					      "ttyS",      "tty1x",      "host:0",
					      ":",         ":0x",        "/dev/ttyUSB0",
					      "/tmp/tty1", "console2" };

	(void)state;
	for (size_t i = 0; i < sizeof(local) / sizeof(*local); i++)
		assert_true(tty_is_local(local[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_false(tty_is_local(others[i]));
}

static void an_account_without_identity_is_left_to_others(void **state)
{
	static const char *const accounts[] = {
		"root", "daemon", "nosuchaccount",
		"a-name-that-is-longer-than-any-account-may-ever-be", "../x"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(accounts) / sizeof(*accounts); i++) {
		const struct asking asking = { .account = accounts[i] };
		const struct outcome out = expect(&asking, VID_ACCOUNT_NONE);

		nothing_was_touched(&out);
	}
}

static void a_service_may_do_without(void **state)
{
	const struct asking sudo = { .account = KIM, .service = "sudo" };
	struct outcome out;

	(void)state;
	world_settings("deadline = 30\n[policy sudo]\nenabled = no");
	kim_walks_up();
	out = expect(&sudo, VID_POLICY_OFF);
	nothing_was_touched(&out);
	expect_for_kim(VID_OK);
}

static void a_clock_before_the_build_is_wrong_S47(void **state)
{
	(void)state;
	world.now = VID_BUILD_TIME - 301;
	kim_walks_up();
	expect_for_kim(VID_CLOCK);
	world.now = VID_BUILD_TIME - 300;
	kim_walks_up();
	expect_for_kim(VID_OK);
}

/* --- intent
 * -------------------------------------------------------------------------------- */

static void without_intent_no_camera_opens_S9(void **state)
{
	static const enum answer answers[] = { ANSWER_N, ANSWER_NONE, ANSWER_HANGUP };

	(void)state;
	kim_walks_up();
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		const struct asking asking = { .account = KIM, .answer = answers[i] };

		expect(&asking, VID_CANCELLED);
		assert_int_equal(stage->opened, 0);
	}
}

static void an_odd_answer_is_none_of_ours(void **state)
{
	const struct asking asking = { .account = KIM, .answer = ANSWER_ODD };

	(void)state;
	expect(&asking, VID_WIRE);
	assert_int_equal(stage->opened, 0);
}

static void hanging_up_closes_the_camera_S50(void **state)
{
	const struct asking asking = { .account = KIM, .hangup_later = true };
	int64_t before = wire_now();

	(void)state;
	stage_add(SCENE_WAIT, NULL, NULL);
	expect(&asking, VID_CANCELLED);
	assert_int_equal(stage->opened, 1);
	assert_int_equal(stage->closed, 1);
	assert_true(wire_now() - before < 3000);
}

static void the_deadline_holds_S50(void **state)
{
	const struct asking asking = { .account = KIM, .deadline = 1 };
	int64_t before = wire_now();

	(void)state;
	stage_add(SCENE_WAIT, NULL, NULL);
	expect(&asking, VID_NO_PRESENTATION);
	assert_in_range(wire_now() - before, 900, 3000);
}

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
static void the_luckiest_frame_does_not_count(void **state)
{
	(void)state;
	kim_walks_up();
	stage->scene[1].face = world.lee.face;
	stage->scene[2].face = world.lee.face;
	expect_for_kim(VID_FACE_MISMATCH);
}

static void a_repeated_frame_is_not_live_S13(void **state)
{
	(void)state;
	kim_walks_up();
	stage->scene[2].kind = SCENE_REPEATED;
	expect_for_kim(VID_FACE_NOT_LIVE);
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

static void five_wrong_faces_are_enough_S49(void **state)
{
	const struct asking other = { .account = LEE };

	(void)state;
	for (int i = 0; i < 5; i++) {
		kim_walks_up();
		stage_walk(code, world.lee.face);
		expect_for_kim(VID_FACE_MISMATCH);
	}
	kim_walks_up();
	expect_for_kim(VID_TOO_MANY_ATTEMPTS);
	assert_int_equal(stage->opened, 0);
	expect(&other, VID_TOO_MANY_ATTEMPTS); /* and at this seat nobody */
	world.now += 30;
	kim_walks_up();
	expect_for_kim(VID_OK);
	kim_walks_up();
	stage_walk(code, world.lee.face);
	expect_for_kim(VID_FACE_MISMATCH); /* which cleared the count */
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
	const struct asking nobody = { .account = NULL };
	struct person stranger = world.kim;
	struct shown shown;

	(void)state;
	kim_walks_up();
	stage_walk(code, world.lee.face);
	assert_string_equal(expect_for_kim(VID_FACE_MISMATCH).said,
			    "Show your virtual ID to the camera.\nLook at the camera.\n"
			    "Your virtual ID was not accepted.\n");
	assert_string_equal(expect_for_kim(VID_HOLDER_REPLAYED).said, same);
	shown = shown_by(&world.kim);
	shown.bare = true;
	in_hand(&shown);
	assert_string_equal(expect_for_kim(VID_HOLDER_MISSING).said, same);
	subject_random(stranger.sub);
	shown = shown_by(&stranger);
	in_hand(&shown);
	assert_string_equal(expect(&nobody, VID_IDENTITY_UNKNOWN).said, same);
}

/* --- broken
 * ----------------------------------------------------------------------------------------
 */

static void broken_state_is_said_in_the_log_alone_S51(void **state)
{
	struct outcome out;

	(void)state;
	kim_walks_up();
	world_settings("nonsense = yes");
	out = expect_for_kim(VID_CONFIG);
	assert_int_equal(stage->opened, 0);
	assert_null(strstr(out.said, "nonsense"));
	assert_non_null(strstr(stage->log, "unknown key"));
	world_settings("");
	world_write("issuers.d/example.conf", "[issuer]\n", 9);
	expect_for_kim(VID_CONFIG);
	world_issuer("none");
	world_write("accounts.cdb", "short", 5);
	expect_for_kim(VID_STATE);
	unlink(world_path("host.key"));
	expect_for_kim(VID_FILE_MISSING);
	unlink(world_path("vid.conf"));
	expect_for_kim(VID_FILE_MISSING);
}

static void without_counters_nothing_is_judged_S49(void **state)
{
	(void)state;
	kim_walks_up();
	assert_int_equal(rmdir(world_path("attempts")), 0);
	expect_for_kim(VID_FILE_IO);
	assert_int_equal(stage->opened, 0);
}

static void without_a_replay_cache_nobody_gets_in_S3(void **state)
{
	(void)state;
	kim_walks_up();
	assert_int_equal(rmdir(world_path("replay")), 0);
	expect_for_kim(VID_FILE_IO);
}

static void files_that_are_no_presentation_were_not_shown_S35(void **state)
{
	static uint8_t big[VID_KBT_MAX + 1];

	(void)state;
	world_settings("present = file");
	expect_for_kim(VID_NO_PRESENTATION); /* an empty stick */
	assert_int_equal(mkfifo(world_path("stick/a.vid"), 0666), 0);
	assert_int_equal(symlink("/dev/zero", world_path("stick/b.vid")), 0);
	expect_for_kim(VID_NO_PRESENTATION);
	world_write("stick/c.vid", big, sizeof(big));
	expect_for_kim(VID_NO_PRESENTATION);
	world_write("stick/c.vid", "not CBOR", 8);
	expect_for_kim(VID_NO_PRESENTATION);
	world_write("stick/c.vid", "", 0);
	expect_for_kim(VID_NO_PRESENTATION);
}

/* A file in the home that its owner cannot read is not read for them. */
static void the_home_is_read_as_its_owner_S35(void **state)
{
	struct shown shown = shown_by(&world.kim);
	uint8_t message[VID_KBT_MAX];
	size_t len = shown_make(&shown, message, sizeof(message));

	(void)state;
	world_settings("present = file");
	assert_int_equal(mkdir(world_path("home"), 0755), 0);
	assert_int_equal(mkdir(world_path("home/.vid"), 0755), 0);
	(void)snprintf(stage->home, sizeof(stage->home), "%s", world_path("home"));
	world_write("home/.vid/kim.vid", message, len);
	stage_walk(NULL, world.kim.face);
	if (chown(world_path("home/.vid/kim.vid"), 0, 0) < 0 ||
	    seteuid(world.kim.uid) < 0)
		skip(); /* no rights over others here */
	if (access(world_path("home/.vid"), X_OK) < 0) {
		assert_int_equal(seteuid(0), 0);
		skip(); /* the build tree itself is closed to them */
	}
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(world_path("home/.vid/kim.vid"), 0600), 0);
	expect_for_kim(VID_NO_PRESENTATION);
	assert_int_equal(chown(world_path("home/.vid/kim.vid"), world.kim.uid, 0), 0);
	expect_for_kim(VID_OK);
}

/* --- the question itself
 * ------------------------------------------------------------------------------ */

static void a_question_cut_at_any_byte_grants_nothing_S36(void **state)
{
	uint8_t raw[256] = { 'V', 'I', WIRE_VERSION, PAM_FRAME_ASK };
	struct wire_frame frame;
	struct outcome out;

	(void)state;
	kim_walks_up();
	wire_start(&frame, PAM_FRAME_ASK);
	wire_put_text(&frame, PAM_FIELD_SERVICE, "su");
	wire_put_text(&frame, PAM_FIELD_ACCOUNT, KIM);
	wire_put_text(&frame, PAM_FIELD_TTY, "/dev/tty1");
	raw[4] = (uint8_t)frame.len;
	memcpy(raw + WIRE_HEAD, frame.body, frame.len);
	for (size_t cut = 0; cut < WIRE_HEAD + frame.len; cut++) {
		out = ask_vidd_raw(raw, cut);
		assert_int_equal(out.verdict, VERDICT_UNAVAILABLE);
		assert_int_equal(stage->opened, 0);
	}
	for (size_t i = 0; i < WIRE_HEAD; i++) { /* the head, every byte of it wrong */
		raw[i] ^= 0x40;
		out = ask_vidd_raw(raw, WIRE_HEAD + frame.len);
		raw[i] ^= 0x40;
		assert_true(out.verdict == VERDICT_ABORT ||
			    out.verdict == VERDICT_UNAVAILABLE);
		assert_int_equal(stage->opened, 0);
	}
}

static void the_log_holds_no_secret_S52(void **state)
{
	(void)state;
	kim_walks_up();
	expect_for_kim(VID_OK);
	assert_null(strstr(stage->log, world.kim.sub));
	assert_null(strstr(stage->log, "VID1:"));
	stage_walk(code, world.lee.face);
	kim_walks_up();
	stage_walk(code, world.lee.face);
	expect_for_kim(VID_FACE_MISMATCH);
	assert_null(strstr(stage->log, world.kim.sub));
	assert_null(strstr(stage->log, "0."));
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(the_right_person_gets_in),
		test(the_prompt_names_host_and_service_S58),
		test(without_a_name_the_identity_says_whose_S39),
		test(whatever_is_typed_but_n_goes_on),
		test(a_file_on_a_stick_gets_in),
		test(of_several_files_the_newest_counts),
		test(without_a_camera_the_file_is_taken),
		test(codes_that_are_not_ours_are_passed_over),
		test(hints_come_at_most_once_a_second),
		test(a_token_without_a_face_is_refused),
		test(silence_is_kept_when_asked_for),
		test(a_remote_request_touches_nothing_S28),
		test(without_a_local_seat_nothing_is_touched_S28),
#ifdef HAVE_LIBSYSTEMD
		test(the_session_says_more_than_the_terminal_S28),
		test(others_may_ask_about_themselves_alone),
#endif
		test(terminals_of_this_machine),
		test(an_account_without_identity_is_left_to_others),
		test(a_service_may_do_without),
		test(a_clock_before_the_build_is_wrong_S47),
		test(without_intent_no_camera_opens_S9),
		test(an_odd_answer_is_none_of_ours),
		test(hanging_up_closes_the_camera_S50),
		test(the_deadline_holds_S50),
		test(a_used_presentation_is_refused_S3),
		test(a_bare_token_is_refused_S1),
		test(a_proof_for_another_host_is_refused_S2),
		test(a_stale_proof_is_refused_S2),
		test(an_expired_token_is_refused),
		test(a_forged_token_is_refused_S14),
		test(a_token_for_another_realm_is_refused),
		test(a_valid_id_opens_no_other_account_S39),
		test(an_unmapped_identity_has_no_account_S15),
		test(required_status_without_a_list_is_unavailable),
		test(another_face_is_refused),
		test(the_luckiest_frame_does_not_count),
		test(a_repeated_frame_is_not_live_S13),
		test(nobody_at_the_camera_is_no_failure),
		test(another_template_than_the_tokens_is_refused_S18),
		test(swapped_records_log_nobody_in_S18),
		test(a_template_of_another_model_is_unavailable),
		test(a_level_that_nobody_measured_is_unavailable),
		test(a_camera_that_cannot_be_used_is_unavailable_S50),
		test(a_camera_that_fails_on_the_way_is_unavailable_S50),
		test(five_wrong_faces_are_enough_S49),
		test(going_away_is_no_failure_S49),
		test(every_refusal_sounds_the_same_S53),
		test(broken_state_is_said_in_the_log_alone_S51),
		test(without_counters_nothing_is_judged_S49),
		test(without_a_replay_cache_nobody_gets_in_S3),
		test(files_that_are_no_presentation_were_not_shown_S35),
		test(the_home_is_read_as_its_owner_S35),
		test(a_question_cut_at_any_byte_grants_nothing_S36),
		test(the_log_holds_no_secret_S52),
	};

	/* Root may ask about anybody; everyone else is another test. */
	if (!become_root()) {
		printf("1..0 # SKIP needs root, or a user namespace\n");
		return 0;
	}
	return cmocka_run_group_tests_name("vidd", tests, NULL, NULL);
}
