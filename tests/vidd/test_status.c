/* SPDX-License-Identifier: BSD-2-Clause */
/* vidd's walk, step 18: what the lists at hand say, and what happens without one. */
#include "config.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/vidd/status_list.h"
#include "tests/vidd/walks.h"

static void keep_list(uint8_t value, int64_t age)
{
	assert_int_equal(keep_list_of(URI, value, world.now - age), VID_OK);
}

/* Kim's token is entry `idx` of the list; a fresh proof. */
static void kim_shows(uint64_t idx)
{
	struct shown shown = shown_by(&world.kim);

	shown.claims.status_uri = URI;
	shown.claims.status_idx = idx;
	in_hand(&shown);
	stage_walk(code, world.kim.face);
}

static void a_valid_entry_lets_in(void **state)
{
	(void)state;
	world_issuer("required");
	keep_list(0x02, 60);
	kim_shows(0);
	expect_for_kim(VID_OK);
}

static void a_revoked_token_is_refused(void **state)
{
	struct outcome out;

	(void)state;
	world_issuer("required");
	keep_list(0x02, 60);
	kim_shows(1);
	out = expect_for_kim(VID_REVOKED);
	assert_int_equal(out.verdict, VERDICT_DENIED);
	assert_non_null(strstr(out.said, "Your virtual ID was not accepted."));
	world_issuer("soft");
	kim_shows(1);
	expect_for_kim(VID_REVOKED);
}

static void revoked_between_two_logins(void **state)
{
	(void)state;
	world_issuer("required");
	keep_list(0, 60);
	kim_shows(1);
	expect_for_kim(VID_OK);
	keep_list(0x02, 30);
	kim_shows(1);
	expect_for_kim(VID_REVOKED);
	assert_int_equal(keep_list_of(URI, 0, world.now - 31), VID_STATUS_STALE);
	kim_shows(1);
	expect_for_kim(VID_REVOKED);
	keep_list(0, 10); /* restored */
	kim_shows(1);
	expect_for_kim(VID_OK);
}

static void a_list_of_more_than_a_day_is_too_old_S48(void **state)
{
	struct outcome out;

	(void)state;
	world_issuer("required");
	keep_list(0x02, 86400);
	kim_shows(0);
	expect_for_kim(VID_OK);
	world.now++;
	kim_shows(0);
	out = expect_for_kim(VID_STATUS_STALE);
	assert_int_equal(out.verdict, VERDICT_UNAVAILABLE);
	kim_shows(1); /* what was revoked then is revoked */
	expect_for_kim(VID_REVOKED);
	world_settings("[status]\nmax-age = 90000\n");
	kim_shows(0);
	expect_for_kim(VID_OK);
	world_settings("");
	world_issuer("soft");
	kim_shows(0);
	expect_for_kim(VID_OK);
	assert_non_null(strstr(stage->log,
			       "status = soft for example: the status list at "
			       "hand is too old"));
}

static void a_place_past_the_end_is_refused(void **state)
{
	(void)state;
	world_issuer("soft");
	keep_list(0, 60);
	kim_shows(16383);
	expect_for_kim(VID_OK);
	kim_shows(16384);
	expect_for_kim(VID_STATUS_RANGE);
}

static void a_damaged_list_is_no_list_S51(void **state)
{
	char path[PATH_MAX], name[STATUSES_NAME_SIZE];

	(void)state;
	world_issuer("required");
	keep_list(0, 60);
	statuses_name(bytes_of_text(URI), name);
	(void)snprintf(path, sizeof(path), "%s/%s.cwt", world_path("status"), name);
	assert_int_equal(truncate(path, 60), 0);
	kim_shows(0);
	expect_for_kim(VID_STATUS_LIST);
	world_issuer("soft");
	kim_shows(0);
	expect_for_kim(VID_OK);
	/* and another issuer's list under this name is none either */
	assert_int_equal(unlink(path), 0);
	kim_shows(0);
	expect_for_kim(VID_OK);
	world_issuer("required");
	kim_shows(0);
	expect_for_kim(VID_STATUS_UNAVAILABLE);
}

static void limits_come_from_the_settings(void **state)
{
	(void)state;
	world_issuer("required");
	keep_list(0, 60);
	kim_shows(8192);
	expect_for_kim(VID_OK);
	world_settings("[status]\nmax-inflated = 1024\n");
	kim_shows(8191);
	expect_for_kim(VID_OK);
	kim_shows(8192); /* it may be revoked there, for all that is known */
	expect_for_kim(VID_STATUS_LIMIT);
}

static void a_login_remembers_what_to_fetch(void **state)
{
	struct statuses store;
	struct status_note *notes;
	size_t count;

	(void)state;
	world_issuer("required");
	kim_shows(7);
	expect_for_kim(VID_STATUS_UNAVAILABLE);
	store = (struct statuses){ world_path("status"), NULL };
	assert_int_equal(statuses_notes(&store, world.now, &notes, &count, NULL), VID_OK);
	assert_int_equal(count, 1);
	assert_string_equal(notes[0].uri, URI);
	assert_string_equal(notes[0].alias, "example");
	free(notes);
}

/* Nobody's address is fetched on a stranger's word. */
static void an_unproven_token_names_no_address(void **state)
{
	struct statuses store;
	struct shown shown = shown_by(&world.kim);
	struct status_note *notes;
	uint8_t stranger[32], secret[64];
	size_t count;

	(void)state;
	world_issuer("required");
	crypto_sign_keypair(stranger, secret);
	shown.claims.status_uri = "https://evil.example/";
	shown.issuer_secret = secret;
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	expect_for_kim(VID_SIGNATURE);
	store = (struct statuses){ world_path("status"), NULL };
	assert_int_equal(statuses_notes(&store, world.now, &notes, &count, NULL), VID_OK);
	assert_int_equal(count, 0);
	free(notes);
}

static void the_log_holds_no_place_S52(void **state)
{
	(void)state;
	world_issuer("required");
	keep_list(0, 60);
	kim_shows(987654321);
	expect_for_kim(VID_STATUS_RANGE);
	assert_null(strstr(stage->log, "987654321"));
}

/* The moment is past the last good login, but an issuer has signed a list after it. */
static void a_clock_behind_the_newest_list_is_not_believed_S47(void **state)
{
	(void)state;
	kim_walks_up();
	expect_for_kim(VID_OK);
	world.now += 86400;
	keep_list(0, 0);
	world.now -= 86400 - 10;
	kim_walks_up();
	expect_for_kim(VID_CLOCK);
	world.now += 86400;
	kim_walks_up();
	expect_for_kim(VID_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_valid_entry_lets_in),
		test(a_revoked_token_is_refused),
		test(revoked_between_two_logins),
		test(a_list_of_more_than_a_day_is_too_old_S48),
		test(a_place_past_the_end_is_refused),
		test(a_damaged_list_is_no_list_S51),
		test(limits_come_from_the_settings),
		test(a_login_remembers_what_to_fetch),
		test(an_unproven_token_names_no_address),
		test(the_log_holds_no_place_S52),
		test(a_clock_behind_the_newest_list_is_not_believed_S47),
	};

	return WALKS_RUN("vidd status");
}
