/* SPDX-License-Identifier: BSD-2-Clause */
/* The account phase (S40): what was granted is asked about again, after something has
 * happened. */
#include "config.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "libvid/files.h"
#include "tests/vidd/status_list.h"
#include "tests/vidd/walks.h"

/* Kim gets in, with a token that is entry 1 of the list, or of none. */
static struct outcome kim_gets_in(bool with_status)
{
	struct shown shown = shown_by(&world.kim);

	if (with_status) {
		shown.claims.status_uri = URI;
		shown.claims.status_idx = 1;
	}
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	return expect_for_kim(VID_OK);
}

static void keep_list(uint8_t value, int64_t age)
{
	assert_int_equal(keep_list_of(URI, value, world.now - age), VID_OK);
}

static void map_kim_to(const char *account)
{
	char text[256];

	(void)snprintf(text, sizeof(text), "%s@example %s\n%s@example %s\n",
		       world.kim.sub, account, world.lee.sub, LEE);
	world_map(text, NULL);
}

/* --- what is granted -----------------------------------------------------------------
 */

static void a_grant_says_who_by_whom_and_how(void **state)
{
	struct outcome out;

	(void)state;
	kim_walks_up();
	out = expect_for_kim(VID_OK);
	assert_string_equal(out.subject, world.kim.sub);
	assert_string_equal(out.issuer, "example");
	assert_string_equal(out.assurance, "holder+face");
	assert_int_equal(out.flags, 0);
	assert_true(out.note_len > 0);
}

static void a_refusal_brings_none_of_it_S36(void **state)
{
	struct outcome out;

	(void)state;
	kim_walks_up();
	stage_walk(code, world.lee.face);
	out = expect_for_kim(VID_FACE_MISMATCH);
	assert_int_equal(out.note_len, 0);
	assert_string_equal(out.subject, "");
	assert_string_equal(out.issuer, "");
	assert_string_equal(out.assurance, "");
}

/* --- it holds -------------------------------------------------------------------------
 */

static void what_was_granted_holds_and_costs_nothing(void **state)
{
	struct outcome granted, out;

	(void)state;
	granted = kim_gets_in(false);
	/* what would be charged, compared or shown is not there */
	assert_int_equal(rename(world_path("attempts"), world_path("away")), 0);
	assert_int_equal(rename(world_path("faces"), world_path("away/faces")), 0);
	for (int i = 0; i < 30; i++) {
		out = expect_still(&granted, VID_OK);
		assert_int_equal(out.verdict, VERDICT_GRANTED);
	}
	assert_non_null(
		strstr(stage->log, "event=account service=su account=games iss=example"));
	assert_int_equal(out.note_len, 0);
	assert_string_equal(out.secret, "");
	assert_string_equal(out.subject, "");
}

static void the_log_of_it_holds_no_pseudonym_S52(void **state)
{
	struct outcome granted;

	(void)state;
	granted = kim_gets_in(false);
	expect_still(&granted, VID_OK);
	assert_null(strstr(stage->log, world.kim.sub));
	map_kim_to(LEE);
	expect_still(&granted, VID_ACCOUNT_OTHER);
	assert_null(strstr(stage->log, world.kim.sub));
}

static void people_ask_about_themselves_alone_S32(void **state)
{
	struct outcome granted;
	struct bytes note;

	(void)state;
	if (setegid(getegid()) != 0 || seteuid(world.kim.uid) != 0)
		skip(); /* a user namespace with root alone */
	assert_int_equal(seteuid(0), 0);
	granted = kim_gets_in(false);
	note = bytes_of(granted.note, granted.note_len);
	/* who reads host.key is what vidd is, in this program: root */
	expect_still_as(world.kim.uid, note, VID_OK);
	expect_still_as(world.lee.uid, note, VID_NOT_ALLOWED);
	assert_null(strstr(stage->log, "reason=OK"));
}

/* --- S40: what may happen in between
 * ---------------------------------------------------- */

static void revoked_in_between_is_refused_S40(void **state)
{
	struct outcome granted, out;

	(void)state;
	world_issuer("required");
	keep_list(0, 60);
	granted = kim_gets_in(true);
	expect_still(&granted, VID_OK);
	keep_list(0x02, 30);
	out = expect_still(&granted, VID_REVOKED);
	assert_int_equal(out.verdict, VERDICT_DENIED);
	world_issuer("soft");
	expect_still(&granted, VID_REVOKED);
	keep_list(0, 10); /* restored */
	expect_still(&granted, VID_OK);
}

static void a_list_that_went_missing_counts_as_at_a_login_S40(void **state)
{
	char path[PATH_MAX], name[STATUSES_NAME_SIZE];
	struct outcome granted, out;

	(void)state;
	world_issuer("required");
	keep_list(0, 60);
	granted = kim_gets_in(true);
	statuses_name(bytes_of_text(URI), name);
	(void)snprintf(path, sizeof(path), "%s/%s.cwt", world_path("status"), name);
	assert_int_equal(unlink(path), 0);
	out = expect_still(&granted, VID_STATUS_UNAVAILABLE);
	assert_int_equal(out.verdict, VERDICT_UNAVAILABLE);
	world_issuer("soft");
	expect_still(&granted, VID_OK);
	assert_non_null(strstr(stage->log, "status = soft for example"));
	world_issuer("none");
	expect_still(&granted, VID_OK);
}

static void a_status_that_is_required_since_is_missed_S40(void **state)
{
	struct outcome granted;

	(void)state;
	world_issuer("none");
	granted = kim_gets_in(false);
	world_issuer("required");
	expect_still(&granted, VID_STATUS_FORM);
	world_issuer("soft");
	expect_still(&granted, VID_OK);
}

static void the_largest_place_in_a_list_is_not_cut_S40(void **state)
{
	struct shown shown = shown_by(&world.kim);
	struct outcome granted;

	(void)state;
	world_issuer("soft");
	shown.claims.status_uri = URI;
	shown.claims.status_idx = (1ull << 32) + 1; /* no list: soft */
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	granted = expect_for_kim(VID_OK);
	keep_list(0x02, 30); /* entry 1 is another's */
	expect_still(&granted, VID_STATUS_RANGE);
}

static void expired_in_between_is_refused_S40(void **state)
{
	struct outcome granted;
	static const char wider[] = "[host]\nskew = 61\n";
	const int64_t expires = world.now + 10000;

	(void)state;
	granted = kim_gets_in(false);
	world.now = expires + 59; /* the skew of the settings */
	expect_still(&granted, VID_OK);
	world.now = expires + 60;
	assert_int_equal(expect_still(&granted, VID_EXPIRED).verdict, VERDICT_DENIED);
	world_write("vid.conf", wider, strlen(wider));
	expect_still(&granted, VID_OK);
}

static void a_clock_set_back_in_between_is_not_believed_S47(void **state)
{
	struct outcome granted;

	(void)state;
	world.now += 1000;
	granted = kim_gets_in(false);
	world.now -= 301;
	expect_still(&granted, VID_CLOCK);
}

static void an_issuer_that_is_dropped_takes_its_people_along_S40(void **state)
{
	struct outcome granted;
	struct blob file;
	char *iss;

	(void)state;
	granted = kim_gets_in(false);
	/* another one under the same alias */
	assert_int_equal(file_read_trusted(world_path("issuers.d/example.conf"), 4096,
					   &file, NULL),
			 VID_OK);
	iss = strstr((char *)file.at, WORLD_ISS);
	assert_non_null(iss);
	iss[strlen("https://i")] = 'x';
	world_write("issuers.d/example.conf", file.at, file.len);
	expect_still(&granted, VID_ISS_UNKNOWN);
	iss[strlen("https://i")] = 'd';
	/* and the same one under another, which the map does not know */
	assert_int_equal(unlink(world_path("issuers.d/example.conf")), 0);
	memcpy(strstr((char *)file.at, "alias = example"), "alias = exemple", 15);
	world_write("issuers.d/exemple.conf", file.at, file.len);
	blob_free(&file);
	expect_still(&granted, VID_ISS_UNKNOWN);
	assert_int_equal(unlink(world_path("issuers.d/exemple.conf")), 0);
	assert_int_equal(expect_still(&granted, VID_ISS_UNKNOWN).verdict, VERDICT_DENIED);
	world_issuer("none");
	expect_still(&granted, VID_OK);
}

/* Put `more` into the section of the issuer's only key. */
static void issuer_key_says(const char *more)
{
	struct blob file;
	char text[4096];

	world_issuer("none");
	assert_int_equal(file_read_trusted(world_path("issuers.d/example.conf"), 4096,
					   &file, NULL),
			 VID_OK);
	(void)snprintf(text, sizeof(text), "%s%s\n", (const char *)file.at, more);
	blob_free(&file);
	world_write("issuers.d/example.conf", text, strlen(text));
}

static void a_key_that_is_revoked_in_between_takes_its_people_along_S17_S40(void **state)
{
	struct outcome granted;

	(void)state;
	granted = kim_gets_in(false);
	issuer_key_says("");
	expect_still(&granted, VID_OK);
	issuer_key_says("revoked = yes");
	assert_int_equal(expect_still(&granted, VID_KEY_REVOKED).verdict, VERDICT_DENIED);
	kim_walks_up();
	expect_for_kim(VID_KEY_REVOKED);
}

static void what_an_issuer_may_reach_is_heeded_S15_S40(void **state)
{
	static const char elsewhere[] = "[host]\nrealm = realm:elsewhere\n";
	struct outcome granted;
	char text[4096], *at;
	struct blob file;

	(void)state;
	granted = kim_gets_in(false);
	assert_int_equal(file_read_trusted(world_path("issuers.d/example.conf"), 4096,
					   &file, NULL),
			 VID_OK);
	assert_non_null(at = strstr((char *)file.at, "alias ="));
	(void)snprintf(text, sizeof(text), "%.*saccounts = man\n%s",
		       (int)(at - (char *)file.at), (const char *)file.at, at);
	blob_free(&file);
	world_write("issuers.d/example.conf", text, strlen(text));
	expect_still(&granted, VID_ISSUER_REACH);
	world_issuer("none");
	expect_still(&granted, VID_OK);
	world_write("vid.conf", elsewhere, strlen(elsewhere));
	expect_still(&granted, VID_AUD);
}

static void a_map_that_says_another_account_is_heeded_S40(void **state)
{
	struct outcome granted, out;

	(void)state;
	granted = kim_gets_in(false);
	map_kim_to("bin");
	out = expect_still(&granted, VID_ACCOUNT_OTHER);
	assert_int_equal(out.verdict, VERDICT_DENIED);
	assert_non_null(strstr(stage->log, "the map has changed since the login"));
	map_kim_to(KIM);
	expect_still(&granted, VID_OK);
}

static void a_map_that_says_nobody_is_heeded_S40(void **state)
{
	struct outcome granted, out;
	char text[128];

	(void)state;
	granted = kim_gets_in(false);
	(void)snprintf(text, sizeof(text), "%s@example %s\n", world.lee.sub, LEE);
	world_map(text, NULL);
	out = expect_still(&granted, VID_IDENTITY_UNKNOWN);
	assert_int_equal(out.verdict, VERDICT_UNKNOWN);
	assert_int_equal(unlink(world_path("accounts.cdb")), 0);
	out = expect_still(&granted, VID_STATE);
	assert_int_equal(out.verdict, VERDICT_BROKEN);
}

static void a_name_that_got_another_number_is_another_account_S40(void **state)
{
	static const char passwd[] =
		"games:x:4242:60::/:/bin/sh\nman:x:6:12::/:/bin/sh\n";
	char text[256];
	struct outcome granted;

	(void)state;
	granted = kim_gets_in(false);
	world_write("passwd", passwd, strlen(passwd));
	(void)snprintf(text, sizeof(text), "%s@example %s\n", world.kim.sub, KIM);
	world_map(text, world_path("passwd"));
	stage->uid = 4242; /* map and name service agree, but not with the login */
	expect_still(&granted, VID_ACCOUNT_OTHER);
}

static void the_name_service_must_still_agree_S40(void **state)
{
	struct outcome granted, out;

	(void)state;
	granted = kim_gets_in(false);
	stage->uid = 4242;
	out = expect_still(&granted, VID_ACCOUNT_CHANGED);
	assert_int_equal(out.verdict, VERDICT_BROKEN);
	stage->uid = 0;
	expect_still(&granted, VID_OK);
}

static void a_map_that_moved_on_for_others_changes_nothing_S40(void **state)
{
	struct outcome granted;
	char text[256];

	(void)state;
	granted = kim_gets_in(false);
	map_kim_to(KIM); /* the same, compiled anew */
	expect_still(&granted, VID_OK);
	(void)snprintf(text, sizeof(text), "%s@example bin\n%s@example %s\n",
		       world.lee.sub, world.kim.sub, KIM);
	world_map(text, NULL);
	expect_still(&granted, VID_OK);
}

static void what_the_settings_say_now_counts_S40(void **state)
{
	struct outcome granted;

	(void)state;
	granted = kim_gets_in(false);
	world_settings("[policy su]\nenabled = no\n");
	assert_int_equal(expect_still(&granted, VID_POLICY_OFF).verdict,
			 VERDICT_UNAVAILABLE);
	world_settings("[policy login]\nenabled = no\n"); /* granted for su */
	expect_still(&granted, VID_OK);
	world_settings("nonsense = yes\n");
	assert_int_equal(expect_still(&granted, VID_CONFIG).verdict, VERDICT_BROKEN);
}

/* --- what is no grant
 * ------------------------------------------------------------------- */

static void a_changed_note_is_no_grant_S36(void **state)
{
	struct outcome granted;

	(void)state;
	granted = kim_gets_in(false);
	for (size_t at = 0; at < granted.note_len; at += 7) {
		granted.note[at] ^= 1;
		assert_int_equal(expect_still(&granted, VID_WIRE).verdict, VERDICT_ABORT);
		granted.note[at] ^= 1;
	}
	granted.note_len--;
	expect_still(&granted, VID_WIRE);
}

static void another_hosts_note_is_no_grant_S21(void **state)
{
	struct outcome granted;

	(void)state;
	granted = kim_gets_in(false);
	assert_int_equal(unlink(world_path("host.key")), 0);
	assert_int_equal(expect_still(&granted, VID_FILE_MISSING).verdict,
			 VERDICT_BROKEN);
	assert_int_equal(hostkey_create(world_path("host.key"), NULL), VID_OK);
	expect_still(&granted, VID_WIRE);
}

static void without_a_note_nothing_is_asked(void **state)
{
	static uint8_t much[VID_GRANT_MAX + 1];

	(void)state;
	expect_still_as(0, bytes_of(NULL, 0), VID_WIRE);
	expect_still_as(0, bytes_of(much, sizeof(much)), VID_WIRE);
	expect_still_as(0, bytes_of(much, VID_GRANT_MAX), VID_WIRE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_grant_says_who_by_whom_and_how),
		test(a_refusal_brings_none_of_it_S36),
		test(what_was_granted_holds_and_costs_nothing),
		test(the_log_of_it_holds_no_pseudonym_S52),
		test(people_ask_about_themselves_alone_S32),
		test(revoked_in_between_is_refused_S40),
		test(a_list_that_went_missing_counts_as_at_a_login_S40),
		test(a_status_that_is_required_since_is_missed_S40),
		test(the_largest_place_in_a_list_is_not_cut_S40),
		test(expired_in_between_is_refused_S40),
		test(a_clock_set_back_in_between_is_not_believed_S47),
		test(an_issuer_that_is_dropped_takes_its_people_along_S40),
		test(a_key_that_is_revoked_in_between_takes_its_people_along_S17_S40),
		test(what_an_issuer_may_reach_is_heeded_S15_S40),
		test(a_map_that_says_another_account_is_heeded_S40),
		test(a_map_that_says_nobody_is_heeded_S40),
		test(a_name_that_got_another_number_is_another_account_S40),
		test(the_name_service_must_still_agree_S40),
		test(a_map_that_moved_on_for_others_changes_nothing_S40),
		test(what_the_settings_say_now_counts_S40),
		test(a_changed_note_is_no_grant_S36),
		test(another_hosts_note_is_no_grant_S21),
		test(without_a_note_nothing_is_asked),
	};

	return WALKS_RUN("vidd still");
}
