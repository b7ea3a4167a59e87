/* SPDX-License-Identifier: BSD-2-Clause */
/* vidd's walk over the years: what an issuer may reach, keys that end, clocks that go
 * back, and proofs that answer a number. */
#include "config.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/clock.h"
#include "libvid/files.h"
#include "libvid/nonce.h"
#include "tests/vidd/walks.h"

/* --- what an issuer may reach (S15) ------------------------------------------------ */

static char issuer_text[4096];

/* The issuer's record with `more` among its own keys. */
static void issuer_with(const char *more)
{
	struct blob file;
	const char *key;

	world_issuer("none");
	assert_int_equal(file_read_trusted(world_path("issuers.d/example.conf"), 4096,
					   &file, NULL),
			 VID_OK);
	key = strstr((const char *)file.at, "\n[key ");
	assert_non_null(key);
	(void)snprintf(issuer_text, sizeof(issuer_text), "%.*s%s\n%s",
		       (int)(key - (const char *)file.at), (const char *)file.at, more,
		       key);
	blob_free(&file);
	world_write("issuers.d/example.conf", issuer_text, strlen(issuer_text));
}

static void an_issuer_reaches_accounts_in_its_range_alone_S15(void **state)
{
	char line[80];

	(void)state;
	(void)snprintf(line, sizeof(line), "uid-min = %u", world.kim.uid + 1);
	issuer_with(line);
	kim_walks_up();
	expect_for_kim(VID_ISSUER_REACH);
	(void)snprintf(line, sizeof(line), "uid-max = %u", world.kim.uid - 1);
	issuer_with(line);
	kim_walks_up();
	expect_for_kim(VID_ISSUER_REACH);
	assert_non_null(strstr(stage->log, "example may not reach games"));
	(void)snprintf(line, sizeof(line), "uid-min = %u\nuid-max = %u", world.kim.uid,
		       world.kim.uid);
	issuer_with(line);
	kim_walks_up();
	expect_for_kim(VID_OK);
}

static void an_issuer_reaches_the_accounts_that_are_listed_S15(void **state)
{
	(void)state;
	issuer_with("accounts = man  nobody");
	kim_walks_up();
	expect_for_kim(VID_ISSUER_REACH);
	issuer_with("accounts = man games");
	kim_walks_up();
	expect_for_kim(VID_OK);
	issuer_with("accounts = gam games2 ames"); /* words, not parts of them */
	kim_walks_up();
	expect_for_kim(VID_ISSUER_REACH);
}

static void an_issuer_reaches_the_services_that_are_listed_S15(void **state)
{
	const struct asking sudo = { .account = KIM, .service = "sudo" };

	(void)state;
	issuer_with("services = login su");
	kim_walks_up();
	expect(&sudo, VID_ISSUER_REACH);
	assert_non_null(strstr(stage->log, "example is not for the service sudo"));
	kim_walks_up();
	expect_for_kim(VID_OK);
}

static void what_is_out_of_reach_sounds_like_every_refusal_S53(void **state)
{
	struct outcome out;

	(void)state;
	issuer_with("services = login");
	kim_walks_up();
	out = expect_for_kim(VID_ISSUER_REACH);
	assert_int_equal(out.verdict, VERDICT_DENIED);
	assert_non_null(strstr(out.said, "Your virtual ID was not accepted.\n"));
	assert_null(strstr(out.said, "service"));
}

/* --- keys that end (S17) -------------------------------------------------------------
 */

static void issuer_key_ends(int64_t end)
{
	char line[64];
	size_t len;

	world_issuer("none");
	issuer_with("");
	len = strlen(issuer_text);
	(void)snprintf(line, sizeof(line), "not-after = %lld\n", (long long)end);
	memcpy(issuer_text + len, line, strlen(line) + 1);
	world_write("issuers.d/example.conf", issuer_text, strlen(issuer_text));
}

static void a_retired_key_verifies_what_was_issued_before_its_end_S17(void **state)
{
	struct shown shown = shown_by(&world.kim);

	(void)state;
	issuer_key_ends(world.now - 50); /* the token is 100 s old */
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	expect_for_kim(VID_OK);
	shown = shown_by(&world.kim);
	shown.claims.iat = world.now - 49;
	in_hand(&shown);
	expect_for_kim(VID_KEY_EXPIRED);
}

/* Another issuer's broken file keeps nobody of ours out, and is told. */
static void a_faulty_file_stops_its_own_issuer_alone_S51(void **state)
{
	static const char broken[] = "[issuer]\niss = https://b.example\nnonsense = 1\n";

	(void)state;
	world_write("issuers.d/broken.conf", broken, strlen(broken));
	kim_walks_up();
	expect_for_kim(VID_OK);
	assert_non_null(
		strstr(stage->log, "an issuer is not trusted, its file is faulty: "));
	assert_non_null(strstr(stage->log, "broken.conf:3: unknown key"));
	world_write("issuers.d/example.conf", broken, strlen(broken));
	kim_walks_up();
	expect_for_kim(VID_ISS_UNKNOWN);
}

/* --- the clock (S47) ---------------------------------------------------------------- */

#define DAY  86400
#define YEAR (365 * DAY)

static void a_clock_that_goes_back_before_the_last_login_is_wrong_S47(void **state)
{
	static const int64_t backs[] = { 301, DAY, YEAR };
	const int64_t login = VID_BUILD_TIME + 2 * YEAR;
	struct outcome out;

	(void)state;
	world.now = login;
	kim_walks_up();
	expect_for_kim(VID_OK);
	for (size_t i = 0; i < sizeof(backs) / sizeof(*backs); i++) {
		world.now = login - backs[i];
		kim_walks_up();
		out = expect_for_kim(VID_CLOCK);
		assert_int_equal(out.verdict, VERDICT_UNAVAILABLE);
		assert_int_equal(stage->opened, 0);
		assert_non_null(strstr(out.said, "clock is wrong; set it"));
		assert_non_null(strstr(stage->log, "somebody logged in at"));
		assert_non_null(strstr(stage->log, "vid clock reset"));
	}
	world.now = login - CLOCK_SLACK;
	kim_walks_up();
	expect_for_kim(VID_OK);
	{
		const struct anchor anchor = world_anchor();

		assert_int_equal(clock_reset(&anchor, world.now, NULL), VID_OK);
	}
	world.now = login - YEAR;
	kim_walks_up();
	expect_for_kim(VID_OK);
}

static void a_clock_that_was_ahead_heals_once_it_is_synchronised_S47(void **state)
{
	const int64_t right = VID_BUILD_TIME + YEAR;

	(void)state;
	world.now = right + YEAR;
	kim_walks_up();
	expect_for_kim(VID_OK);
	world.now = right;
	kim_walks_up();
	expect_for_kim(VID_CLOCK);
	stage->synchronised = true;
	kim_walks_up();
	expect_for_kim(VID_OK);
	assert_non_null(strstr(stage->log, "the clock is synchronised"));
	stage->synchronised = false; /* for good */
	kim_walks_up();
	expect_for_kim(VID_OK);
	assert_null(strstr(stage->log, "the clock is synchronised"));
	/* and what has passed on the right clock stays passed */
	world.now = right - DAY;
	kim_walks_up();
	expect_for_kim(VID_CLOCK);
}

static void used_codes_of_a_clock_that_was_ahead_shut_nobody_out_S3(void **state)
{
	const int64_t right = VID_BUILD_TIME + YEAR;

	(void)state;
	for (int i = 0; i < 2; i++) { /* the second one drops the first one's mark */
		world.now = right + YEAR + 600 * i;
		kim_walks_up();
		expect_for_kim(VID_OK);
	}
	world.now = right;
	stage->synchronised = true;
	kim_walks_up();
	expect_for_kim(VID_HOLDER_REPLAYED); /* for as long as an early code counts */
	world.now = right + VID_KBT_AHEAD_MAX + 1;
	kim_walks_up();
	expect_for_kim(VID_OK);
}

static void marks_of_yesterday_are_not_believed_S65(void **state)
{
	AUTO(blob_free) struct blob kept = { NULL, 0 };
	struct outcome out;

	(void)state;
	kim_walks_up();
	expect_for_kim(VID_OK);
	assert_int_equal(file_read_trusted(world_path("anchor/head"), 16384, &kept, NULL),
			 VID_OK);
	world.now += 600;
	kim_walks_up();
	expect_for_kim(VID_OK);
	world_write("anchor/head", kept.at, kept.len);
	kim_walks_up();
	out = expect_for_kim(VID_STATE);
	assert_int_equal(out.verdict, VERDICT_BROKEN);
	assert_int_equal(stage->opened, 0);
}

static void an_expired_token_does_not_live_again_on_a_late_clock_S47(void **state)
{
	struct shown shown = shown_by(&world.kim);

	(void)state;
	world.now += 20000; /* kim's token has expired; lee's login is seen */
	{
		const struct asking asking = { .account = LEE };
		const struct shown lees = shown_by(&world.lee);

		in_hand(&lees);
		stage_walk(code, world.lee.face);
		expect(&asking, VID_OK);
	}
	world.now -= 20000;
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	expect_for_kim(VID_CLOCK);
}

static void a_refused_login_raises_no_clock_S47(void **state)
{
	(void)state;
	world.now += YEAR;
	kim_walks_up();
	stage_walk(code, world.lee.face);
	expect_for_kim(VID_FACE_MISMATCH);
	{
		const struct anchor anchor = world_anchor();
		int64_t login = -1;

		assert_int_equal(clock_read(&anchor, &login, NULL), VID_OK);
		assert_int_equal(login, 0);
	}
	world.now -= YEAR;
	kim_walks_up();
	expect_for_kim(VID_OK);
}

static void marks_of_another_hand_end_it_S51(void **state)
{
	struct outcome out;

	(void)state;
	world_write("anchor/head", "vid-clock 1 0\n", 14);
	kim_walks_up();
	out = expect_for_kim(VID_STATE);
	assert_int_equal(out.verdict, VERDICT_BROKEN);
	assert_non_null(strstr(stage->log, "anchor/head"));
}

/* --- a nonce that is shown (S2) --------------------------------------------------------
 */

static struct {
	unsigned rows;
	char number[NONCE_HEX_SIZE];
	uint8_t nonce[VID_NONCE_LEN];
	bool other, on_stick; /* answer another number; with a file */
} wallet;

/* What a wallet does with what it sees. */
static void wallet_answers(const char *text, const char *arg)
{
	struct shown shown = shown_by(&world.kim);
	char host[VID_HOST_ID_MAX + 1];

	wallet.rows += strcmp(text, "{1}") == 0;
	if (strcmp(text, "Give this number to your wallet: {1}") != 0)
		return;
	(void)snprintf(wallet.number, sizeof(wallet.number), "%s", arg);
	assert_true(nonce_read(arg, host, wallet.nonce));
	wallet.nonce[0] ^= wallet.other;
	shown.nonce = bytes_of(wallet.nonce, VID_NONCE_LEN);
	if (wallet.on_stick) {
		on_stick("kim.vid", &shown, 1000);
		return;
	}
	shown_text(&shown, stage->answer, sizeof(stage->answer));
	stage->answered = true;
}

static const struct asking with_wallet = { .account = "games", .shown = wallet_answers };

static int set_up_nonce(void **state)
{
	memset(&wallet, 0, sizeof(wallet));
	set_up(state);
	world_settings("nonce = shown");
	stage_add(SCENE_ANSWER, NULL, NULL);
	for (int i = 0; i < 7; i++)
		stage_add(SCENE_FACE, NULL, world.kim.face);
	return 0;
}

static void a_proof_that_answers_the_shown_number_gets_in_S2(void **state)
{
	char first[NONCE_HEX_SIZE];

	(void)state;
	expect(&with_wallet, VID_OK);
	assert_int_equal(strlen(wallet.number), 39); /* 32 digits in groups of four */
	assert_true(wallet.rows >= 15);              /* and as a code */
	memcpy(first, wallet.number, sizeof(first));
	stage->answered = false;
	expect(&with_wallet, VID_OK);
	assert_string_not_equal(first, wallet.number); /* never the same again */
}

static void a_proof_for_another_number_is_refused_S2(void **state)
{
	(void)state;
	wallet.other = true;
	expect(&with_wallet, VID_HOLDER_NONCE);
}

static void the_answer_to_an_earlier_number_is_refused_S2(void **state)
{
	const struct asking asking = { .account = KIM };

	(void)state;
	expect(&with_wallet, VID_OK);
	/* what was shown to the last login is shown to this one, within its minute */
	expect(&asking, VID_HOLDER_NONCE);
}

static void a_proof_without_a_number_is_refused_where_one_is_shown_S2(void **state)
{
	(void)state;
	kim_walks_up();
	expect_for_kim(VID_HOLDER_NONCE);
}

static void a_bare_token_answers_no_number_S2(void **state)
{
	struct shown shown = shown_by(&world.kim);

	(void)state;
	shown.bare = true;
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	expect_for_kim(VID_HOLDER_MISSING);
}

static void a_file_may_answer_and_older_ones_are_passed_over_S2(void **state)
{
	const struct shown old = shown_by(&world.kim);

	(void)state;
	world_settings("nonce = shown\npresent = file");
	on_stick("kim.vid", &old, 500);
	wallet.on_stick = true;
	stage_walk(NULL, world.kim.face);
	expect(&with_wallet, VID_OK);
}

static void files_that_answer_nothing_were_not_shown_S2(void **state)
{
	const struct asking asking = { .account = KIM, .deadline = 1 };
	const struct shown old = shown_by(&world.kim);

	(void)state;
	world_settings("nonce = shown\npresent = file");
	on_stick("kim.vid", &old, 500);
	expect(&asking, VID_NO_PRESENTATION);
}

static void going_away_while_a_file_is_waited_for_ends_it_S50(void **state)
{
	const struct asking asking = { .account = KIM, .hangup_later = true };
	int64_t before = wire_now();

	(void)state;
	world_settings("nonce = shown\npresent = file");
	expect(&asking, VID_CANCELLED);
	assert_true(wire_now() - before < 3000);
}

static void no_code_is_drawn_where_lines_make_no_grid(void **state)
{
	struct asking asking = with_wallet;

	(void)state;
	asking.tty = ":0";
	expect(&asking, VID_OK);
	assert_int_equal(wallet.rows, 0);
}

static void a_caller_that_wants_silence_hears_the_number(void **state)
{
	struct asking sudo = with_wallet;

	(void)state;
	world_settings("nonce = shown");
	sudo.silent = true;
	expect(&sudo, VID_OK);
}

static void a_number_is_asked_for_by_service(void **state)
{
	struct asking sudo = with_wallet;

	(void)state;
	world_settings("nonce = window\n[policy sudo]\nnonce = shown");
	sudo.service = "sudo";
	expect(&sudo, VID_OK);
	kim_walks_up();
	expect_for_kim(VID_OK);
}

#define nonce_test(name) cmocka_unit_test_setup_teardown(name, set_up_nonce, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(an_issuer_reaches_accounts_in_its_range_alone_S15),
		test(an_issuer_reaches_the_accounts_that_are_listed_S15),
		test(an_issuer_reaches_the_services_that_are_listed_S15),
		test(what_is_out_of_reach_sounds_like_every_refusal_S53),
		test(a_retired_key_verifies_what_was_issued_before_its_end_S17),
		test(a_faulty_file_stops_its_own_issuer_alone_S51),
		test(a_clock_that_goes_back_before_the_last_login_is_wrong_S47),
		test(an_expired_token_does_not_live_again_on_a_late_clock_S47),
		test(a_refused_login_raises_no_clock_S47),
		test(marks_of_another_hand_end_it_S51),
		test(a_clock_that_was_ahead_heals_once_it_is_synchronised_S47),
		test(used_codes_of_a_clock_that_was_ahead_shut_nobody_out_S3),
		test(marks_of_yesterday_are_not_believed_S65),
		nonce_test(a_proof_that_answers_the_shown_number_gets_in_S2),
		nonce_test(a_proof_for_another_number_is_refused_S2),
		nonce_test(the_answer_to_an_earlier_number_is_refused_S2),
		nonce_test(a_proof_without_a_number_is_refused_where_one_is_shown_S2),
		nonce_test(a_bare_token_answers_no_number_S2),
		nonce_test(a_file_may_answer_and_older_ones_are_passed_over_S2),
		nonce_test(files_that_answer_nothing_were_not_shown_S2),
		nonce_test(going_away_while_a_file_is_waited_for_ends_it_S50),
		nonce_test(no_code_is_drawn_where_lines_make_no_grid),
		nonce_test(a_caller_that_wants_silence_hears_the_number),
		nonce_test(a_number_is_asked_for_by_service),
	};

	return WALKS_RUN("years");
}
