/* SPDX-License-Identifier: BSD-2-Clause */
/* The account and session phases: what was granted is asked about again, and what a
 * session's programs are told of it. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/limits.h"
#include "libvid/paths.h"
#include "libvid/reason.h"
#include "tests/pam/app.h"
#include "tests/root.h"

static const struct say_verdict denied = { .value = VERDICT_DENIED };
static const struct say_verdict holds = { .value = VERDICT_GRANTED,
					  .account = USER,
					  .bare = true };
static const struct say_verdict grant_with_session = { .value = VERDICT_GRANTED,
						       .account = USER,
						       .session = true };

/* A handle that was granted something. */
static pam_handle_t *log_in(const char *service, const struct say_verdict *verdict)
{
	pam_handle_t *pamh = start(service, USER);

	vidd_is(play_verdict, verdict);
	assert_int_equal(pam_authenticate(pamh, 0), PAM_SUCCESS);
	return pamh;
}

/* What comes of the account phase when vidd says this. */
static int account_says(pam_handle_t *pamh, const struct say_verdict *verdict)
{
	vidd_is(play_verdict, verdict);
	return pam_acct_mgmt(pamh, 0);
}

/* --- the account phase
 * ------------------------------------------------------------------ */

/* Nothing but the note of the login counts, and nothing else is sent. */
static void play_expects_note(int fd, const struct wire_frame *ask, const void *script)
{
	struct wire_frame expected;

	wire_start(&expected, PAM_FRAME_ACCOUNT);
	wire_put_text(&expected, PAM_FIELD_GRANT, NOTE);
	if (ask->type != expected.type || ask->len != expected.len ||
	    memcmp(ask->body, expected.body, expected.len) != 0)
		_exit(1);
	play_verdict(fd, ask, script);
}

static void the_account_phase_hands_back_the_note_S40(void **state)
{
	pam_handle_t *pamh;

	(void)state;
	pamh = log_in("plain", &grant);
	vidd_is(play_expects_note, &holds);
	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_SUCCESS);
	assert_int_equal(app.calls, 0); /* nobody is asked or told anything */
	pam_end(pamh, 0);
}

static void every_verdict_has_its_code_S40(void **state)
{
	static const struct {
		uint32_t verdict;
		int code;
	} table[] = {
		{ VERDICT_GRANTED, PAM_SUCCESS },
		{ VERDICT_DENIED, PAM_ACCT_EXPIRED },
		{ VERDICT_UNKNOWN, PAM_USER_UNKNOWN },
		{ VERDICT_UNAVAILABLE, PAM_AUTHINFO_UNAVAIL },
		{ VERDICT_BROKEN, PAM_SERVICE_ERR },
		{ VERDICT_MAXTRIES, PAM_ABORT },
		{ VERDICT_ABORT, PAM_ABORT },
		{ 0, PAM_ABORT },
		{ 1, PAM_ABORT },
		{ 0x5100, PAM_ABORT },
		{ 0xffffffff, PAM_ABORT },
	};
	pam_handle_t *pamh;

	(void)state;
	pamh = log_in("plain", &grant);
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const struct say_verdict verdict = { .value = table[i].verdict,
						     .account = USER,
						     .bare = true };

		assert_int_equal(account_says(pamh, &verdict), table[i].code);
	}
	pam_end(pamh, 0);
}

static void a_refusal_is_told_but_in_silence(void **state)
{
	static const struct say_verdict broken = { .value = VERDICT_BROKEN };
	pam_handle_t *pamh;

	(void)state;
	pamh = log_in("plain", &grant);
	assert_int_equal(account_says(pamh, &denied), PAM_ACCT_EXPIRED);
	assert_int_equal(app.calls, 1);
	assert_non_null(strstr(app.said, "3:Your virtual ID counts here no longer."));
	app.said[0] = '\0';
	assert_int_equal(account_says(pamh, &broken), PAM_SERVICE_ERR);
	assert_non_null(strstr(app.said, "3:Whether your virtual ID still counts"));
	app.calls = 0;
	vidd_is(play_verdict, &denied);
	assert_int_equal(pam_acct_mgmt(pamh, PAM_SILENT), PAM_ACCT_EXPIRED);
	assert_int_equal(app.calls, 0);
	pam_end(pamh, 0);
}

static void it_is_asked_anew_each_time(void **state)
{
	pam_handle_t *pamh;

	(void)state;
	pamh = log_in("plain", &grant);
	assert_int_equal(account_says(pamh, &holds), PAM_SUCCESS);
	assert_int_equal(account_says(pamh, &denied), PAM_ACCT_EXPIRED);
	/* and what was refused has not become somebody else's to judge */
	assert_int_equal(account_says(pamh, &denied), PAM_ACCT_EXPIRED);
	assert_int_equal(account_says(pamh, &holds), PAM_SUCCESS);
	pam_end(pamh, 0);
}

static void account_and_session_are_ours_for_the_granted_user_alone_S36_S39(void **state)
{
	pam_handle_t *pamh;

	(void)state;
	pamh = start("plain", USER);
	assert_int_equal(account_says(pamh, &holds), IGNORED);
	assert_int_equal(pam_open_session(pamh, 0), IGNORED);
	assert_int_equal(pam_close_session(pamh, 0), IGNORED);
	vidd_is(play_verdict, &grant);
	assert_int_equal(pam_authenticate(pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_setcred(pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS);
	assert_int_equal(account_says(pamh, &holds), PAM_SUCCESS);
	assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_close_session(pamh, 0), PAM_SUCCESS);
	pam_set_item(pamh, PAM_USER, "root"); /* an application that changes it */
	assert_int_equal(account_says(pamh, &holds), PAM_PERM_DENIED);
	assert_int_equal(pam_open_session(pamh, 0), IGNORED);
	assert_int_equal(pam_close_session(pamh, 0), IGNORED);
	pam_set_item(pamh, PAM_USER, USER);
	assert_int_equal(account_says(pamh, &holds), PAM_SUCCESS);
	vidd_is(play_verdict, &denied); /* a later refusal ends what was granted */
	assert_int_equal(pam_authenticate(pamh, 0), PAM_AUTH_ERR);
	assert_int_equal(account_says(pamh, &holds), IGNORED);
	assert_int_equal(pam_open_session(pamh, 0), IGNORED);
	pam_end(pamh, 0);
}

/* A revoked virtual ID must not pass by a change of the name: PAM_IGNORE would leave it
 * to the next module, which knows of no revocation. */
static void another_user_than_the_granted_one_is_refused_S39_S40(void **state)
{
	static const char *const others[] = { "root", "vkim2", "vki", "VKIM", "", NULL };
	pam_handle_t *pamh;

	(void)state;
	pamh = log_in("plain", &grant);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		assert_int_equal(pam_set_item(pamh, PAM_USER, others[i]), PAM_SUCCESS);
		assert_int_equal(account_says(pamh, &holds), PAM_PERM_DENIED);
		assert_int_equal(account_says(pamh, &denied), PAM_PERM_DENIED);
	}
	pam_set_item(pamh, PAM_USER, USER);
	assert_int_equal(account_says(pamh, &holds), PAM_SUCCESS);
	pam_end(pamh, 0);
}

/* As sshd does after a public key, and cron: the modules after us must set theirs. */
static void credentials_without_a_login_of_ours_end_no_stack(void **state)
{
	pam_handle_t *pamh;

	(void)state;
	write_stack("credentials", "auth sufficient " TEST_MODULE "\n"
				   "auth required pam_debug.so cred=cred_expired\n");
	pamh = start("credentials", USER);
	assert_int_equal(pam_setcred(pamh, PAM_ESTABLISH_CRED), PAM_CRED_EXPIRED);
	pam_end(pamh, 0);
	/* after a login of ours the stack ends where it ended then */
	pamh = log_in("credentials", &grant);
	assert_int_equal(pam_setcred(pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS);
	assert_int_equal(pam_setcred(pamh, PAM_DELETE_CRED), PAM_SUCCESS);
	/* sudo sets its target's credentials after the caller's login */
	pam_set_item(pamh, PAM_USER, "root");
	assert_int_equal(pam_setcred(pamh, PAM_REINITIALIZE_CRED), PAM_CRED_EXPIRED);
	pam_end(pamh, 0);
}

/* `required`, and nobody beside us: libpam refuses what everybody ignores. */
static void alone_in_a_stack_we_let_no_password_in(void **state)
{
	pam_handle_t *pamh = start("only", USER);

	(void)state;
	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_PERM_DENIED);
	assert_int_equal(pam_open_session(pamh, 0), PAM_PERM_DENIED);
	pam_end(pamh, 0);
	pamh = log_in("only", &grant);
	assert_int_equal(account_says(pamh, &holds), PAM_SUCCESS);
	assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
	pam_end(pamh, 0);
}

static void vidd_speaks_of_no_other_account_S39(void **state)
{
	static const char *const others[] = { "root", "", "vkim2", "vki", NULL };
	pam_handle_t *pamh;

	(void)state;
	pamh = log_in("plain", &grant);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const struct say_verdict other = { .value = VERDICT_GRANTED,
						   .account = others[i],
						   .bare = true };

		assert_int_equal(account_says(pamh, &other), PAM_ABORT);
	}
	pam_end(pamh, 0);
}

static void without_vidd_nothing_still_holds(void **state)
{
	pam_handle_t *pamh;

	(void)state;
	pamh = log_in("plain", &grant);
	no_vidd();
	assert_int_equal(rename(PATH_VIDD, PATH_VIDD ".away"), 0);
	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(rename(PATH_VIDD ".away", PATH_VIDD), 0);
	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_SUCCESS); /* one of our own */
	vidd_is(play_nothing, NULL); /* as the listener does with one too many */
	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_AUTHINFO_UNAVAIL);
	pam_end(pamh, 0);
}

static void play_silence(int fd, const struct wire_frame *ask, const void *script)
{
	(void)fd;
	(void)ask;
	(void)script;
	sleep(60);
}

static void silence_of_vidd_refuses_S50(void **state)
{
	pam_handle_t *pamh;

	(void)state;
	pamh = log_in("short", &grant);
	vidd_is(play_silence, NULL);
	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_AUTHINFO_UNAVAIL);
	pam_end(pamh, 0);
}

/* --- frames that no vidd sends
 * ---------------------------------------------------------- */

static size_t raw_add(uint8_t *to, const struct wire_frame *frame)
{
	memcpy(to, (const uint8_t[]){ 'V', 'I', WIRE_VERSION, frame->type }, 4);
	for (unsigned i = 0; i < 4; i++)
		to[4 + i] = (uint8_t)(frame->len >> (8 * i));
	memcpy(to + WIRE_HEAD, frame->body, frame->len);
	return WIRE_HEAD + frame->len;
}

static int account_against(pam_handle_t *pamh, const uint8_t *at, size_t len)
{
	const struct raw raw = { at, len };

	vidd_is(play_raw, &raw);
	return pam_acct_mgmt(pamh, 0);
}

static void a_verdict_cut_or_turned_anywhere_lets_nobody_in_S36(void **state)
{
	uint8_t raw[512];
	struct wire_frame frame;
	pam_handle_t *pamh;
	size_t len;

	(void)state;
	pamh = log_in("plain", &grant);
	make_verdict(&frame, &holds);
	len = raw_add(raw, &frame);
	assert_int_equal(account_against(pamh, raw, len), PAM_SUCCESS);
	for (size_t cut = 1; cut < len; cut++)
		assert_int_equal(account_against(pamh, raw, cut), PAM_ABORT);
	make_verdict(&frame, &denied);
	len = raw_add(raw, &frame);
	for (size_t bit = 0; bit < 8 * len; bit++) {
		int code;

		raw[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		code = account_against(pamh, raw, len);
		raw[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_int_not_equal(code, PAM_SUCCESS);
		assert_int_not_equal(code, IGNORED);
	}
	pam_end(pamh, 0);
}

static void vidd_asks_nobody_anything_in_the_account_phase_S30(void **state)
{
	uint8_t raw[512];
	struct wire_frame frame;
	pam_handle_t *pamh;

	(void)state;
	pamh = log_in("plain", &grant);
	make_line(&frame, PAM_FRAME_PROMPT, STYLE_SECRET, "Password: ", NULL, NULL);
	assert_int_equal(account_against(pamh, raw, raw_add(raw, &frame)), PAM_ABORT);
	make_line(&frame, PAM_FRAME_SAY, STYLE_INFO, "Hello", NULL, NULL);
	assert_int_equal(account_against(pamh, raw, raw_add(raw, &frame)), PAM_ABORT);
	wire_start(&frame, PAM_FRAME_ACCOUNT);
	assert_int_equal(account_against(pamh, raw, raw_add(raw, &frame)), PAM_ABORT);
	assert_null(strstr(app.said, "Password"));
	assert_null(strstr(app.said, "Hello"));
	pam_end(pamh, 0);
}

static void what_a_login_brings_stands_in_no_other_verdict_S30(void **state)
{
	static const uint8_t tags[] = { PAM_FIELD_GRANT, PAM_FIELD_SUBJECT,
					PAM_FIELD_ISSUER, PAM_FIELD_ASSURANCE,
					PAM_FIELD_SECRET };
	pam_handle_t *pamh;

	(void)state;
	pamh = log_in("plain", &grant);
	for (size_t i = 0; i < sizeof(tags); i++) {
		struct say_verdict odd = holds;

		odd.instead = (struct instead){ tags[i], bytes_of_text("x") };
		assert_int_equal(account_says(pamh, &odd), PAM_ABORT);
		odd.value = VERDICT_DENIED; /* of a login as well */
		vidd_is(play_verdict, &odd);
		assert_int_equal(authenticate("plain", USER, 0), PAM_ABORT);
	}
	pam_end(pamh, 0);
}

/* A login whose grant has this in place of that. */
static int granted_with(uint8_t tag, struct bytes value)
{
	const struct say_verdict odd = { .value = VERDICT_GRANTED,
					 .account = USER,
					 .instead = { tag, value } };

	vidd_is(play_verdict, &odd);
	return authenticate("plain", USER, 0);
}

static void a_grant_that_lacks_something_is_none_S36(void **state)
{
	static const uint8_t tags[] = { PAM_FIELD_GRANT, PAM_FIELD_SUBJECT,
					PAM_FIELD_ISSUER, PAM_FIELD_ASSURANCE };

	(void)state;
	for (size_t i = 0; i < sizeof(tags); i++) {
		assert_int_equal(granted_with(tags[i], bytes_of_text("x")), PAM_SUCCESS);
		assert_int_equal(granted_with(tags[i], bytes_of(NULL, 0)), PAM_ABORT);
		assert_int_equal(granted_with(tags[i], bytes_of("", 0)), PAM_ABORT);
	}
	vidd_is(play_verdict, &holds); /* as behind a login */
	assert_int_equal(authenticate("plain", USER, 0), PAM_ABORT);
}

static void a_grant_of_the_wrong_shape_is_none_S30(void **state)
{
	static const struct {
		uint8_t tag;
		size_t most;
	} table[] = { { PAM_FIELD_GRANT, VID_GRANT_MAX },
		      { PAM_FIELD_SUBJECT, VID_SUB_LEN },
		      { PAM_FIELD_ISSUER, VID_ALIAS_MAX } };
	static const char *const words[] = { "a b",  "a\nb", "a\x1b[m",  "a\x7f",
					     " a",   "a\r",  "\xc3\xa4", "\t",
					     "\x01", "a\n",  NULL };
	static uint8_t much[VID_GRANT_MAX + 1];

	(void)state;
	memset(much, 'x', sizeof(much));
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_int_equal(
			granted_with(table[i].tag, bytes_of(much, table[i].most)),
			PAM_SUCCESS);
		assert_int_equal(
			granted_with(table[i].tag, bytes_of(much, table[i].most + 1)),
			PAM_ABORT);
	}
	for (uint8_t tag = PAM_FIELD_SUBJECT; tag <= PAM_FIELD_ASSURANCE; tag++) {
		assert_int_equal(granted_with(tag, bytes_of(much, 64)), PAM_ABORT);
		assert_int_equal(granted_with(tag, bytes_of("a\0b", 3)), PAM_ABORT);
		for (const char *const *word = words; *word; word++)
			assert_int_equal(granted_with(tag, bytes_of_text(*word)),
					 PAM_ABORT);
	}
	assert_int_equal(granted_with(PAM_FIELD_FLAGS, bytes_of_text("x")), PAM_ABORT);
}

/* --- the session
 * ------------------------------------------------------------------------ */

static void expect_variables(pam_handle_t *pamh, bool there)
{
	static const char *const pairs[][2] = { { "VID_SUBJECT", SUBJECT },
						{ "VID_ISSUER", "example" },
						{ "VID_ASSURANCE", "holder+face" } };

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		const char *value = pam_getenv(pamh, pairs[i][0]);

		if (there && value)
			assert_string_equal(value, pairs[i][1]);
		else
			assert_true(!there && !value);
	}
}

static void a_session_is_told_of_its_login_and_no_longer(void **state)
{
	pam_handle_t *pamh;

	(void)state;
	pamh = log_in("plain", &grant);
	expect_variables(pamh, false);
	no_vidd(); /* and vidd is not needed */
	assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
	expect_variables(pamh, true);
	assert_int_equal(pam_close_session(pamh, 0), PAM_SUCCESS);
	expect_variables(pamh, false);
	assert_int_equal(access(TOLD, F_OK), -1);
	pam_end(pamh, 0);
}

static void a_password_login_has_none_of_it(void **state)
{
	pam_handle_t *pamh = start("plain", USER);

	(void)state;
	assert_int_equal(pam_open_session(pamh, 0), IGNORED);
	expect_variables(pamh, false);
	/* nor what somebody else has put there in our name */
	assert_int_equal(pam_putenv(pamh, "VID_SUBJECT=forged"), PAM_SUCCESS);
	assert_int_equal(pam_open_session(pamh, 0), IGNORED);
	expect_variables(pamh, false);
	pam_end(pamh, 0);
}

static void nor_has_another_user_of_the_same_handle_S39(void **state)
{
	pam_handle_t *pamh;

	(void)state;
	pamh = log_in("plain", &grant_with_session);
	assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
	expect_variables(pamh, true);
	pam_set_item(pamh, PAM_USER, "root");
	(void)unlink(TOLD);
	assert_int_equal(pam_open_session(pamh, 0), IGNORED);
	expect_variables(pamh, false);
	assert_int_equal(pam_close_session(pamh, 0), IGNORED);
	assert_int_equal(access(TOLD, F_OK), -1);
	pam_end(pamh, 0);
}

static void nor_has_a_login_that_was_refused_after_one_that_was_granted(void **state)
{
	pam_handle_t *pamh;

	(void)state;
	pamh = log_in("plain", &grant);
	assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
	vidd_is(play_verdict, &denied);
	assert_int_equal(pam_authenticate(pamh, 0), PAM_AUTH_ERR);
	expect_variables(pamh, false);
	assert_int_equal(pam_open_session(pamh, 0), IGNORED);
	expect_variables(pamh, false);
	pam_end(pamh, 0);
}

/* The lines of fake_vidd.c. */
static void expect_told(const char *lines)
{
	char found[512] = "";
	FILE *file = fopen(TOLD, "re");

	assert_non_null(file);
	found[fread(found, 1, sizeof(found) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(found, lines);
}

static void the_beginning_and_end_are_told_where_vidd_waits_for_them(void **state)
{
	pam_handle_t *pamh;

	(void)state;
	pamh = log_in("plain", &grant_with_session);
	/* never at the socket: what listens there may not write to a home */
	vidd_is(play_verdict, &denied);
	assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
	expect_told("7 " NOTE "\n");
	expect_variables(pamh, true);
	assert_int_equal(pam_close_session(pamh, 0), PAM_SUCCESS);
	expect_told("7 " NOTE "\n8 " NOTE "\n");
	expect_variables(pamh, false);
	pam_end(pamh, 0);
}

static void a_session_that_cannot_be_noted_does_not_begin(void **state)
{
	pam_handle_t *pamh;

	(void)state;
	/* libpam judges the end by what the beginning said, where a stack jumps */
	pamh = log_in("only", &grant_with_session);
	fclose(fopen(VID_RUNDIR "/refuse", "we"));
	assert_int_equal(pam_open_session(pamh, 0), PAM_SESSION_ERR);
	expect_variables(pamh, false);
	assert_int_equal(unlink(VID_RUNDIR "/refuse"), 0);
	assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
	fclose(fopen(VID_RUNDIR "/refuse", "we"));
	assert_int_equal(pam_close_session(pamh, 0), PAM_SESSION_ERR);
	expect_variables(pamh, false); /* whatever vidd says */
	pam_end(pamh, 0);
}

/* login and display managers: one process asks, a child of it opens, either closes. */
static void a_session_may_be_another_processs_than_the_login(void **state)
{
	pam_handle_t *pamh;
	pid_t child;
	int status;

	(void)state;
	pamh = log_in("plain", &grant_with_session);
	no_vidd();
	child = fork();
	if (child == 0) {
		int code = pam_open_session(pamh, 0);
		const char *subject = pam_getenv(pamh, "VID_SUBJECT");

		_exit(code == PAM_SUCCESS && subject && !strcmp(subject, SUBJECT) ? 0
										  : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	expect_variables(pamh, false);
	assert_int_equal(pam_close_session(pamh, 0), PAM_SUCCESS);
	expect_told("7 " NOTE "\n8 " NOTE "\n");
	pam_end(pamh, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(the_account_phase_hands_back_the_note_S40),
		test(every_verdict_has_its_code_S40),
		test(a_refusal_is_told_but_in_silence),
		test(it_is_asked_anew_each_time),
		test(account_and_session_are_ours_for_the_granted_user_alone_S36_S39),
		test(another_user_than_the_granted_one_is_refused_S39_S40),
		test(credentials_without_a_login_of_ours_end_no_stack),
		test(alone_in_a_stack_we_let_no_password_in),
		test(vidd_speaks_of_no_other_account_S39),
		test(without_vidd_nothing_still_holds),
		test(silence_of_vidd_refuses_S50),
		test(a_verdict_cut_or_turned_anywhere_lets_nobody_in_S36),
		test(vidd_asks_nobody_anything_in_the_account_phase_S30),
		test(what_a_login_brings_stands_in_no_other_verdict_S30),
		test(a_grant_that_lacks_something_is_none_S36),
		test(a_grant_of_the_wrong_shape_is_none_S30),
		test(a_session_is_told_of_its_login_and_no_longer),
		test(a_password_login_has_none_of_it),
		test(nor_has_another_user_of_the_same_handle_S39),
		test(nor_has_a_login_that_was_refused_after_one_that_was_granted),
		test(the_beginning_and_end_are_told_where_vidd_waits_for_them),
		test(a_session_that_cannot_be_noted_does_not_begin),
		test(a_session_may_be_another_processs_than_the_login),
	};

	/* The module believes root alone. */
	if (!become_root()) {
		printf("1..0 # SKIP the module believes root alone\n");
		return 0;
	}
	return cmocka_run_group_tests_name("phases", tests, group_prepare, group_clean);
}
