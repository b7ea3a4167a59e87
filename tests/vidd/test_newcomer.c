/* SPDX-License-Identifier: BSD-2-Clause */
/* vidd's walk for somebody who is here for the first time. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <grp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "tests/vidd/walks.h"
#include "vidd/login.h"

#define RULE  "*@example allocate prefix=kiosk- uids=50000-50001\n"
#define FIRST "You are here for the first time: your account is {1}.\n"

static int name_service; /* what it says of a group's number; 0: the truth */

int getgrgid_r(gid_t gid, struct group *group, char *room, size_t size,
	       struct group **found)
{
	int (*real)(gid_t, struct group *, char *, size_t, struct group **);

	*(void **)&real = dlsym(RTLD_NEXT, "getgrgid_r");
	if (!name_service)
		return real(gid, group, room, size, found);
	*found = NULL;
	return name_service;
}

static const struct asking nobody = { .account = NULL };

static void map(const char *rule)
{
	world_map(rule, NULL);
	world_settings("face = no");
}

static void shows_code(struct person *person)
{
	const struct shown shown = shown_by(person);

	stage_clear();
	in_hand(&shown);
	stage_walk(code, person->face);
}

/* Does the ledger say that anybody was given an account? */
static bool was_given(void)
{
	AUTO(blob_free) struct blob ledger = { NULL, 0 };

	assert_int_equal(file_read_untrusted(world_path("accounts.cdb.ledger"), 1 << 20,
					     &ledger, NULL),
			 VID_OK);
	return strstr((const char *)ledger.at, "\ngiven ") != NULL;
}

static void a_newcomer_gets_an_account_and_is_told_its_name(void **state)
{
	struct outcome out;

	(void)state;
	map(RULE);
	shows_code(&world.kim);
	out = expect(&nobody, VID_OK);
	assert_string_equal(out.account, "kiosk-50000");
	assert_string_equal(out.subject, world.kim.sub);
	assert_non_null(strstr(out.said, FIRST));
	assert_non_null(strstr(stage->log, "account=kiosk-50000 "));
	/* what its last session leaves running ends with it */
	assert_int_equal(out.flags & PAM_FLAG_SESSION, PAM_FLAG_SESSION);
}

static void who_comes_again_gets_the_same_one(void **state)
{
	const struct asking by_name = { .account = "kiosk-50000" };
	struct outcome out;

	(void)state;
	map(RULE);
	shows_code(&world.kim);
	expect(&nobody, VID_OK);
	shows_code(&world.lee);
	assert_string_equal(expect(&nobody, VID_OK).account, "kiosk-50001");
	shows_code(&world.kim);
	out = expect(&nobody, VID_OK);
	assert_string_equal(out.account, "kiosk-50000");
	assert_null(strstr(out.said, FIRST));
	shows_code(&world.kim);
	assert_string_equal(expect(&by_name, VID_OK).account, "kiosk-50000");
	shows_code(&world.lee);
	expect(&by_name, VID_ACCOUNT_OTHER);
}

static void a_newcomer_is_nobody_that_was_asked_for_S39(void **state)
{
	(void)state;
	map(RULE);
	world_map(RULE, NULL);
	shows_code(&world.kim);
	expect_for_kim(VID_ACCOUNT_NONE);
	world_map("BBECAwQFBgcICQoLDA0ODw@example games\n" RULE, NULL);
	shows_code(&world.kim);
	expect_for_kim(VID_IDENTITY_UNKNOWN);
	assert_false(was_given());
}

static void without_a_rule_nobody_new_gets_in_S15(void **state)
{
	(void)state;
	map("");
	shows_code(&world.kim);
	expect(&nobody, VID_IDENTITY_UNKNOWN);
	map("*@other allocate prefix=kiosk- uids=50000-50001\n");
	shows_code(&world.kim);
	expect(&nobody, VID_IDENTITY_UNKNOWN);
	assert_false(was_given());
}

static void who_is_denied_reads_what_everybody_reads_S53(void **state)
{
	char text[128];

	(void)state;
	(void)snprintf(text, sizeof(text), "%s@example deny\n" RULE, world.kim.sub);
	map(text);
	shows_code(&world.kim);
	assert_non_null(strstr(expect(&nobody, VID_IDENTITY_DENIED).said,
			       "Your virtual ID was not accepted."));
	shows_code(&world.lee);
	expect(&nobody, VID_OK);
	map("*@example deny\n" RULE);
	shows_code(&world.lee);
	expect(&nobody, VID_IDENTITY_DENIED);
}

static void a_name_service_that_does_not_answer_leaves_no_number_free_S43(void **state)
{
	(void)state;
	map(RULE);
	for (size_t i = 0; i < 3; i++) {
		name_service = (const int[]){ EIO, EMFILE, ETIMEDOUT }[i];
		shows_code(&world.kim);
		assert_int_not_equal(ask_vidd(&nobody).verdict, VERDICT_GRANTED);
		assert_false(was_given());
	}
	name_service = 0;
	shows_code(&world.kim);
	expect(&nobody, VID_OK);
}

static void nothing_is_given_before_all_is_judged(void **state)
{
	struct shown shown = shown_by(&world.kim);

	(void)state;
	map(RULE);
	shown.issuer_secret = world.lee.secret;
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	expect(&nobody, VID_SIGNATURE);
	/* and a face that is wanted, and that nobody has brought along */
	world_settings("");
	shows_code(&world.kim);
	expect(&nobody, VID_FACE_NO_TEMPLATE);
	assert_false(was_given());
}

static void a_rule_beyond_the_issuers_reach_gives_nothing_S15(void **state)
{
	static const char *const lines[] = { "uid-max = 50000\n", "uid-min = 50001\n",
					     "accounts = kiosk-50000\n",
					     "services = login\n" };

	(void)state;
	map(RULE);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		char text[4096], *at;
		FILE *file;
		size_t len;

		world_issuer("none");
		file = fopen(world_path("issuers.d/example.conf"), "r+");
		assert_non_null(file);
		len = fread(text, 1, sizeof(text) - 64, file);
		text[len] = '\0';
		assert_non_null(at = strstr(text, "alias ="));
		memmove(at + strlen(lines[i]), at, strlen(at) + 1);
		memcpy(at, lines[i], strlen(lines[i]));
		rewind(file);
		assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
		assert_int_equal(fclose(file), 0);
		shows_code(&world.kim);
		expect(&nobody, VID_ISSUER_REACH);
	}
	assert_false(was_given());
}

static void when_no_number_is_left_that_is_said(void **state)
{
	(void)state;
	map("*@example allocate prefix=kiosk- uids=50000-50000 "
	    "home-policy=wipe-at-logout\n");
	shows_code(&world.kim);
	assert_int_equal(expect(&nobody, VID_OK).flags & PAM_FLAG_SESSION,
			 PAM_FLAG_SESSION);
	shows_code(&world.lee);
	assert_non_null(
		strstr(expect(&nobody, VID_ACCOUNT_FULL).said, "ask the administrator"));
	assert_non_null(strstr(stage->log, "has no number left"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_newcomer_gets_an_account_and_is_told_its_name),
		test(who_comes_again_gets_the_same_one),
		test(a_newcomer_is_nobody_that_was_asked_for_S39),
		test(without_a_rule_nobody_new_gets_in_S15),
		test(who_is_denied_reads_what_everybody_reads_S53),
		test(a_name_service_that_does_not_answer_leaves_no_number_free_S43),
		test(nothing_is_given_before_all_is_judged),
		test(a_rule_beyond_the_issuers_reach_gives_nothing_S15),
		test(when_no_number_is_left_that_is_said),
	};

	return WALKS_RUN("newcomer");
}
