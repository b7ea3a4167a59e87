/* SPDX-License-Identifier: BSD-2-Clause */
/* vidd's walk: who gets in, and what is left alone before any device is touched. */
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
	assert_int_equal(stage->opened, 2); /* for the code, and for the face */
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
	for (int i = 0; i < 7; i++)
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
	for (int i = 0; i < 7; i++)
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

static void silence_leaves_what_a_login_cannot_go_on_without(void **state)
{
	const struct asking silent = { .account = KIM, .silent = true };
	struct outcome out;

	(void)state;
	kim_walks_up();
	out = expect(&silent, VID_OK);
	assert_string_equal(out.said, "Show your virtual ID to the camera.\n"
				      "Look at the camera.\n");
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
static void others_may_ask_about_themselves_alone(void **state)
{
	struct asking asking = { .account = LEE, .uid = world.kim.uid };
	struct outcome out;

	(void)state;
	stage->session = true;
	stage->seat = "seat0";
	stage->owner = world.kim.uid;
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

static void the_deadline_counts_from_enter(void **state)
{
	const struct asking asking = { .account = KIM, .deadline = 1, .thinks = 1500 };

	(void)state;
	kim_walks_up();
	expect(&asking, VID_OK);
}

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
		test(silence_leaves_what_a_login_cannot_go_on_without),
		test(a_remote_request_touches_nothing_S28),
		test(without_a_local_seat_nothing_is_touched_S28),
#ifdef HAVE_LIBSYSTEMD
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
		test(the_deadline_counts_from_enter),
	};

	return WALKS_RUN("vidd");
}
