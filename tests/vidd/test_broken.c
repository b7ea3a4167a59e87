/* SPDX-License-Identifier: BSD-2-Clause */
/* vidd's walk with broken state, files and questions. */
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
	expect_for_kim(VID_ISS_UNKNOWN);
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
		return; /* no rights over others here */
	if (access(world_path("home/.vid"), X_OK) < 0) {
		assert_int_equal(seteuid(0), 0);
		return; /* the build tree itself is closed to them */
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

static void without_a_face_engine_nobody_is_asked_for_a_face(void **state)
{
	static const char text[] =
		"[host]\nrealm = " WORLD_REALM "\nhost-id = " WORLD_HOST
		"\n[camera]\ndevice = fake\n";
	const struct asking asking = { .account = KIM };
	struct outcome out;

	(void)state;
	world_write("vid.conf", text, strlen(text));
	kim_walks_up();
	out = expect(&asking, VID_FACE_ENGINE);
	assert_int_equal(out.prompts, 0);
	assert_int_equal(stage->opened, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(broken_state_is_said_in_the_log_alone_S51),
		test(without_counters_nothing_is_judged_S49),
		test(without_a_replay_cache_nobody_gets_in_S3),
		test(files_that_are_no_presentation_were_not_shown_S35),
		test(the_home_is_read_as_its_owner_S35),
		test(a_question_cut_at_any_byte_grants_nothing_S36),
		test(the_log_holds_no_secret_S52),
		test(without_a_face_engine_nobody_is_asked_for_a_face),
	};

	return WALKS_RUN("vidd broken");
}
