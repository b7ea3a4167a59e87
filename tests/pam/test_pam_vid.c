/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PAM module in real stacks (pam_start_confdir), against a vidd that says what a test
 * wants it to say. The module under test is the product's source with another folder for
 * the socket.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <security/pam_appl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "libvid/limits.h"
#include "libvid/paths.h"
#include "libvid/reason.h"
#include "libvid/wire.h"
#include "tests/root.h"
#include "tests/unit/memory_scan.h"

#define USER "vkim"

/* --- the other side: one connection, then the end ------------------------------- */

typedef void play(int fd, const struct wire_frame *ask, const void *script);

static pid_t server = -1;

static void no_vidd(void)
{
	if (server > 0) {
		kill(server, SIGKILL);
		waitpid(server, NULL, 0);
	}
	server = -1;
	unlink(PATH_SOCKET);
}

static void vidd_is(play *plays, const void *script)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = PATH_SOCKET };
	static struct wire_frame ask;
	int listening, fd;

	no_vidd();
	listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listening, (struct sockaddr *)&address, sizeof(address)),
			 0);
	assert_int_equal(listen(listening, 1), 0);
	server = fork();
	if (server == 0) {
		fd = accept(listening, NULL, NULL);
		if (wire_receive(fd, &ask, wire_now() + 5000, -1) != WIRE_OK)
			_exit(1);
		plays(fd, &ask, script);
		_exit(0);
	}
	close(listening);
}

static void send_raw(int fd, const void *at, size_t len)
{
	if (send(fd, at, len, MSG_NOSIGNAL) != (ssize_t)len)
		_exit(1);
}

static void send_frame(int fd, const struct wire_frame *frame)
{
	if (wire_send(fd, frame, wire_now() + 1000) != WIRE_OK)
		_exit(1);
}

static void make_verdict(struct wire_frame *frame, uint32_t value, const char *account)
{
	wire_start(frame, PAM_FRAME_VERDICT);
	wire_put_u32(frame, PAM_FIELD_VERDICT, value);
	if (account)
		wire_put_text(frame, PAM_FIELD_ACCOUNT, account);
	wire_put_text(frame, PAM_FIELD_REASON, "TEST");
}

static void make_line(struct wire_frame *frame, uint8_t type, uint32_t style,
		      const char *text, const char *arg1, const char *arg2)
{
	wire_start(frame, type);
	wire_put_u32(frame, PAM_FIELD_STYLE, style);
	wire_put_text(frame, PAM_FIELD_TEXT, text);
	if (arg1)
		wire_put_text(frame, PAM_FIELD_ARG1, arg1);
	if (arg2)
		wire_put_text(frame, PAM_FIELD_ARG2, arg2);
}

struct say_verdict {
	uint32_t value;
	const char *account;
	struct bytes secret; /* empty: none */
};

static void play_verdict(int fd, const struct wire_frame *ask, const void *script)
{
	const struct say_verdict *verdict = script;
	struct wire_frame frame;

	(void)ask;
	make_verdict(&frame, verdict->value, verdict->account);
	if (verdict->secret.len)
		wire_put(&frame, PAM_FIELD_SECRET, verdict->secret);
	send_frame(fd, &frame);
}

static const struct say_verdict grant = { VERDICT_GRANTED, USER, { NULL, 0 } };

static void play_nothing(int fd, const struct wire_frame *ask, const void *script)
{
	(void)fd;
	(void)ask;
	(void)script;
}

static void play_silence(int fd, const struct wire_frame *ask, const void *script)
{
	(void)fd;
	(void)ask;
	(void)script;
	sleep(60);
}

/* Asks, and grants only when the answer is the expected one (or is missing: "-"). */
static void play_prompt(int fd, const struct wire_frame *ask, const void *script)
{
	const char *expected = script;
	struct wire_frame frame;
	char answer[64];
	bool there;

	(void)ask;
	make_line(&frame, PAM_FRAME_SAY, STYLE_INFO, "Hello {1}, {2}!", "a{2}",
		  "b\x1b[1m");
	send_frame(fd, &frame);
	make_line(&frame, PAM_FRAME_PROMPT, STYLE_ECHO, "{2} and {1}: %n%s", "one",
		  "two");
	send_frame(fd, &frame);
	if (wire_receive(fd, &frame, wire_now() + 5000, -1) != WIRE_OK ||
	    frame.type != PAM_FRAME_ANSWER)
		_exit(1);
	there = wire_get_text(&frame, PAM_FIELD_TEXT, answer, sizeof(answer));
	if (strcmp(there ? answer : "-", expected) != 0)
		make_verdict(&frame, VERDICT_ABORT, NULL);
	else
		make_verdict(&frame, VERDICT_GRANTED, USER);
	send_frame(fd, &frame);
}

struct raw {
	const void *at;
	size_t len;
};

static void play_raw(int fd, const struct wire_frame *ask, const void *script)
{
	const struct raw *raw = script;

	char rest[512];

	(void)ask;
	send_raw(fd, raw->at, raw->len);
	shutdown(fd, SHUT_WR);
	while (read(fd, rest, sizeof(rest)) > 0)
		; /* until the module hangs up */
}

/* --- our side: an application ----------------------------------------------------- */

enum conv_kind { CONV_ANSWERS, CONV_SECRET, CONV_NULL, CONV_FAILS, CONV_CHANGES_USER };

static struct {
	enum conv_kind kind;
	const char *answer;
	char said[2048]; /* every message with its style */
	unsigned calls;
	pam_handle_t *pamh;
} app;

static int converse(int count, const struct pam_message **messages,
		    struct pam_response **responses, void *data)
{
	size_t len = strlen(app.said);

	(void)data;
	assert_int_equal(count, 1);
	app.calls++;
	(void)snprintf(app.said + len, sizeof(app.said) - len, "%d:%s\n",
		       messages[0]->msg_style, messages[0]->msg);
	if (app.kind == CONV_FAILS)
		return PAM_CONV_ERR;
	if (app.kind == CONV_CHANGES_USER)
		pam_set_item(app.pamh, PAM_USER, "root");
	*responses = calloc(1, sizeof(**responses));
	if ((messages[0]->msg_style == PAM_PROMPT_ECHO_ON && app.kind != CONV_NULL) ||
	    app.kind == CONV_SECRET)
		(*responses)->resp = strdup(app.answer ? app.answer : "");
	return PAM_SUCCESS;
}

static pam_handle_t *start(const char *service, const char *user)
{
	static const struct pam_conv conv = { converse, NULL };
	pam_handle_t *pamh = NULL;

	app.said[0] = '\0';
	app.calls = 0;
	assert_int_equal(pam_start_confdir(service, user, &conv, VID_RUNDIR, &pamh),
			 PAM_SUCCESS);
	app.pamh = pamh;
	return pamh;
}

static int authenticate(const char *service, const char *user, int flags)
{
	pam_handle_t *pamh = start(service, user);
	int code = pam_authenticate(pamh, flags);

	pam_end(pamh, code);
	return code;
}

static void write_stack(const char *service, const char *text)
{
	char path[256];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", VID_RUNDIR, service);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fprintf(file, "%s", text) > 0);
	assert_int_equal(fclose(file), 0);
}

#define KEEPER VID_RUNDIR "/keeper"
#define KEPT   VID_RUNDIR "/kept"

/* Success of the account functions, and PAM_IGNORE made visible. */
#define OTHERS(type)                                                                     \
	type " [success=2 ignore=1 default=die] " TEST_MODULE "\n" type                  \
	     " [default=die] pam_debug.so acct=cred_expired open_session=cred_expired "  \
	     "close_session=cred_expired\n" type                                         \
	     " [default=die] pam_debug.so acct=acct_expired open_session=acct_expired "  \
	     "close_session=acct_expired\n" type " required pam_permit.so\n"

static int prepare(void **state)
{
	(void)state;
	app.kind = CONV_ANSWERS;
	app.answer = NULL;
	no_vidd();
	unlink(VID_RUNDIR "/hang");
	return 0;
}

static int group_prepare(void **state)
{
	(void)state;
	if (mkdir(VID_RUNDIR, 0755) < 0 && errno != EEXIST)
		return -1;
	write_stack("plain", "auth required " TEST_MODULE "\n" OTHERS("account") OTHERS(
				     "session") "password required " TEST_MODULE "\n");
	write_stack("short", "auth required " TEST_MODULE " deadline=1\n");
	write_stack("odd", "auth required " TEST_MODULE " debug typo deadline=x\n");
	/* what a module behind us finds as the password */
	write_stack("keyring",
		    "auth required " TEST_MODULE " debug\n"
		    "auth optional pam_exec.so quiet expose_authtok " KEEPER "\n");
	write_stack("keeper", "#!/bin/sh\ncat >" KEPT "\n");
	if (chmod(KEEPER, 0755) < 0)
		return -1;
	return 0;
}

static int group_clean(void **state)
{
	(void)state;
	no_vidd();
	return 0;
}

/* --- the promises ------------------------------------------------------------------ */

static void every_verdict_has_its_code(void **state)
{
	static const struct {
		uint32_t verdict;
		int code;
	} table[] = {
		{ VERDICT_GRANTED, PAM_SUCCESS },
		{ VERDICT_DENIED, PAM_AUTH_ERR },
		{ VERDICT_MAXTRIES, PAM_MAXTRIES },
		{ VERDICT_UNKNOWN, PAM_USER_UNKNOWN },
		{ VERDICT_UNAVAILABLE, PAM_AUTHINFO_UNAVAIL },
		{ VERDICT_BROKEN, PAM_SERVICE_ERR },
		{ VERDICT_ABORT, PAM_ABORT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const struct say_verdict verdict = { table[i].verdict, USER, { 0 } };

		vidd_is(play_verdict, &verdict);
		assert_int_equal(authenticate("plain", USER, 0), table[i].code);
	}
}

static void every_other_verdict_is_abort_S36(void **state)
{
	static const uint32_t others[] = { 0,    1,      0x50,       0x52,  0x61,
					   0x68, 0x5100, 0x51000000, 0x151, 0xffffffff };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const struct say_verdict verdict = { others[i], USER, { 0 } };

		vidd_is(play_verdict, &verdict);
		assert_int_equal(authenticate("plain", USER, 0), PAM_ABORT);
	}
}

static void a_grant_for_another_account_is_no_grant_S39(void **state)
{
	static const char *const others[] = { "root", "",      "vkim2", "vki",
					      "VKIM", "vkim ", NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const struct say_verdict verdict = { VERDICT_GRANTED, others[i], { 0 } };

		vidd_is(play_verdict, &verdict);
		assert_int_equal(authenticate("plain", USER, 0), PAM_ABORT);
	}
}

static void an_empty_user_is_set_once_S39(void **state)
{
	const void *user = NULL;
	pam_handle_t *pamh;

	(void)state;
	vidd_is(play_verdict, &grant);
	pamh = start("plain", NULL);
	assert_int_equal(pam_authenticate(pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_get_item(pamh, PAM_USER, &user), PAM_SUCCESS);
	assert_string_equal(user, USER);
	assert_int_equal(app.calls, 0); /* the name was never asked for */
	pam_end(pamh, 0);
}

static void an_empty_user_stays_empty_without_a_grant(void **state)
{
	static const struct say_verdict denied = { VERDICT_DENIED, USER, { 0 } };
	static const struct say_verdict nobody = { VERDICT_GRANTED, "", { 0 } };
	const void *user = NULL;
	pam_handle_t *pamh;

	(void)state;
	pamh = start("plain", NULL);
	vidd_is(play_verdict, &denied);
	assert_int_equal(pam_authenticate(pamh, 0), PAM_AUTH_ERR);
	vidd_is(play_verdict, &nobody);
	assert_int_equal(pam_authenticate(pamh, 0), PAM_ABORT);
	assert_int_equal(pam_get_item(pamh, PAM_USER, &user), PAM_SUCCESS);
	assert_null(user);
	pam_end(pamh, 0);
}

static void a_user_changed_meanwhile_is_not_granted_S39(void **state)
{
	(void)state;
	app.kind = CONV_CHANGES_USER;
	app.answer = "";
	vidd_is(play_prompt, "");
	assert_int_equal(authenticate("plain", USER, 0), PAM_ABORT);
	vidd_is(play_prompt, "");
	assert_int_equal(authenticate("plain", NULL, 0), PAM_ABORT);
}

static void account_and_session_are_ours_for_the_granted_user_alone(void **state)
{
	static const struct say_verdict denied = { VERDICT_DENIED, NULL, { 0 } };
	pam_handle_t *pamh;

	(void)state;
	pamh = start("plain", USER);
	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_ACCT_EXPIRED); /* ignored */
	vidd_is(play_verdict, &grant);
	assert_int_equal(pam_authenticate(pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_setcred(pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS);
	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_close_session(pamh, 0), PAM_SUCCESS);
	pam_set_item(pamh, PAM_USER, "root"); /* S39: an application that changes it */
	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_ACCT_EXPIRED);
	assert_int_equal(pam_open_session(pamh, 0), PAM_ACCT_EXPIRED);
	assert_int_equal(pam_close_session(pamh, 0), PAM_ACCT_EXPIRED);
	pam_set_item(pamh, PAM_USER, USER);
	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_SUCCESS);
	vidd_is(play_verdict, &denied); /* a later refusal ends what was granted */
	assert_int_equal(pam_authenticate(pamh, 0), PAM_AUTH_ERR);
	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_ACCT_EXPIRED);
	pam_end(pamh, 0);
}

static void there_is_no_password_to_change(void **state)
{
	pam_handle_t *pamh = start("plain", USER);

	(void)state;
	assert_int_equal(pam_chauthtok(pamh, 0), PAM_AUTHTOK_ERR);
	pam_end(pamh, 0);
}

static void sentences_arrive_filled_in_and_harmless_S58(void **state)
{
	(void)state;
	app.answer = "yes";
	vidd_is(play_prompt, "yes");
	assert_int_equal(authenticate("plain", USER, 0), PAM_SUCCESS);
	assert_string_equal(app.said, "4:Hello a{2}, b?[1m!\n2:two and one: %n%s\n");
}

/* vidd keeps the silence that a caller wants, as far as the person can do without. */
static void what_vidd_says_in_silence_is_said(void **state)
{
	(void)state;
	app.answer = "";
	vidd_is(play_prompt, "");
	assert_int_equal(authenticate("plain", USER, PAM_SILENT), PAM_SUCCESS);
	assert_string_equal(app.said, "4:Hello a{2}, b?[1m!\n2:two and one: %n%s\n");
}

static void a_conversation_without_answer_sends_none(void **state)
{
	(void)state;
	app.kind = CONV_NULL;
	vidd_is(play_prompt, "-");
	assert_int_equal(authenticate("plain", USER, 0), PAM_SUCCESS);
}

static void a_failing_conversation_ends_it(void **state)
{
	int status;

	(void)state;
	app.kind = CONV_FAILS;
	vidd_is(play_prompt, "");
	assert_int_equal(authenticate("plain", USER, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(app.calls, 1);
	assert_int_equal(waitpid(server, &status, 0), server); /* it was hung up on */
	server = -1;
	assert_int_equal(status, 1 << 8);
}

/* An answer that is too long for us may be anything: it goes nowhere. */
static void an_endless_answer_is_no_answer(void **state)
{
	char much[4000];

	(void)state;
	memset(much, 'a', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	app.answer = much;
	vidd_is(play_prompt, "-");
	assert_int_equal(authenticate("plain", USER, 0), PAM_SUCCESS);
}

/* systemd hangs up when there are too many. PATH_VIDD is a fake one, which grants. */
static int code_of_hanging_up(void)
{
	return geteuid() == 0 ? PAM_SUCCESS : PAM_ABORT;
}

static void after_an_early_end_root_asks_a_vidd_of_its_own(void **state)
{
	(void)state;
	vidd_is(play_nothing, NULL);
	assert_int_equal(authenticate("plain", USER, 0), code_of_hanging_up());
}

static void silence_ends_at_the_deadline_S50(void **state)
{
	int64_t before = wire_now();

	(void)state;
	vidd_is(play_silence, NULL);
	assert_int_equal(authenticate("short", USER, 0), PAM_AUTHINFO_UNAVAIL);
	assert_in_range(wire_now() - before, 1900, 4000);
}

static void odd_arguments_change_nothing(void **state)
{
	(void)state;
	vidd_is(play_verdict, &grant);
	assert_int_equal(authenticate("odd", USER, 0), PAM_SUCCESS);
}

/* --- frames that no vidd sends ------------------------------------------------------ */

static size_t raw_add(uint8_t *to, const struct wire_frame *frame)
{
	memcpy(to, (const uint8_t[]){ 'V', 'I', WIRE_VERSION, frame->type }, 4);
	for (unsigned i = 0; i < 4; i++)
		to[4 + i] = (uint8_t)(frame->len >> (8 * i));
	memcpy(to + WIRE_HEAD, frame->body, frame->len);
	return WIRE_HEAD + frame->len;
}

static int authenticate_against(const uint8_t *at, size_t len)
{
	const struct raw raw = { at, len };

	vidd_is(play_raw, &raw);
	return authenticate("plain", USER, 0);
}

static void a_conversation_cut_at_any_byte_grants_nothing_S36(void **state)
{
	uint8_t raw[512];
	struct wire_frame frame;
	size_t len = 0;

	(void)state;
	make_line(&frame, PAM_FRAME_SAY, STYLE_INFO, "Hello {1}", "x", NULL);
	len += raw_add(raw + len, &frame);
	make_line(&frame, PAM_FRAME_PROMPT, STYLE_ECHO, "Go?", NULL, NULL);
	len += raw_add(raw + len, &frame);
	make_verdict(&frame, VERDICT_GRANTED, USER);
	len += raw_add(raw + len, &frame);
	assert_int_equal(authenticate_against(raw, len), PAM_SUCCESS);
	for (size_t cut = 1; cut < len; cut++) /* 0: see above */
		assert_int_equal(authenticate_against(raw, cut), PAM_ABORT);
}

static void a_refusal_with_any_bit_turned_grants_nothing_S36(void **state)
{
	uint8_t raw[512];
	struct wire_frame frame;
	size_t len;

	(void)state;
	make_verdict(&frame, VERDICT_DENIED, USER);
	len = raw_add(raw, &frame);
	for (size_t bit = 0; bit < 8 * len; bit++) {
		int code;

		raw[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		code = authenticate_against(raw, len);
		raw[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		/* PAM_PERM_DENIED: what libpam makes of PAM_IGNORE alone */
		assert_int_not_equal(code, PAM_SUCCESS);
		assert_int_not_equal(code, PAM_PERM_DENIED);
	}
}

static void expect_abort(const struct wire_frame *frame)
{
	uint8_t raw[WIRE_HEAD + WIRE_BODY_MAX];

	assert_int_equal(authenticate_against(raw, raw_add(raw, frame)), PAM_ABORT);
}

static void hostile_frames_are_abort_S30(void **state)
{
	struct wire_frame frame;

	(void)state;
	wire_start(&frame, PAM_FRAME_VERDICT); /* without a verdict */
	expect_abort(&frame);
	wire_put_text(&frame, PAM_FIELD_VERDICT, "Q"); /* one byte of 0x51 */
	wire_put_text(&frame, PAM_FIELD_ACCOUNT, USER);
	expect_abort(&frame);
	wire_start(&frame, PAM_FRAME_ASK); /* our own kind of frame */
	expect_abort(&frame);
	wire_start(&frame, 0);
	expect_abort(&frame);
	wire_start(&frame, PAM_FRAME_SAY); /* no text, no style */
	expect_abort(&frame);
	make_line(&frame, PAM_FRAME_SAY, STYLE_SECRET, "x", NULL, NULL);
	expect_abort(&frame);
	make_line(&frame, PAM_FRAME_PROMPT, STYLE_INFO, "x", NULL, NULL);
	expect_abort(&frame);
	make_line(&frame, PAM_FRAME_PROMPT, 99, "x", NULL, NULL);
	expect_abort(&frame);
	make_line(&frame, PAM_FRAME_SAY, STYLE_INFO, "", NULL, NULL);
	expect_abort(&frame);
}

/* --- what opens a keyring -------------------------------------------------------------
 */

#define SECRET "correct horse"

/* What the module behind us was given: its length, or -1 for nothing. */
static int kept(char to[512])
{
	FILE *file = fopen(KEPT, "re");
	size_t len = file ? fread(to, 1, 511, file) : 0;

	to[len] = '\0';
	if (file)
		fclose(file);
	return file && len ? (int)strlen(to) : -1;
}

static void a_granted_secret_is_the_password_of_the_modules_behind(void **state)
{
	static char longest[VID_UNLOCK_MAX + 1], found[512];
	const struct say_verdict one = { VERDICT_GRANTED, USER, bytes_of_text(SECRET) };
	struct say_verdict other = one;

	(void)state;
	vidd_is(play_verdict, &one);
	assert_int_equal(authenticate("keyring", USER, 0), PAM_SUCCESS);
	(void)kept(found);
	assert_string_equal(found, SECRET);
	assert_string_equal(app.said, ""); /* nobody reads it, nobody is asked */
	memset(longest, 'x', VID_UNLOCK_MAX);
	other.secret = bytes_of_text(longest);
	vidd_is(play_verdict, &other);
	assert_int_equal(authenticate("keyring", USER, 0), PAM_SUCCESS);
	assert_int_equal(kept(found), VID_UNLOCK_MAX);
}

static void without_a_secret_there_is_no_password(void **state)
{
	char found[512];

	(void)state;
	(void)unlink(KEPT);
	vidd_is(play_verdict, &grant);
	assert_int_equal(authenticate("keyring", USER, 0), PAM_SUCCESS);
	assert_int_equal(kept(found), -1);
}

static void a_secret_beside_anything_but_a_grant_is_abort(void **state)
{
	static const uint32_t verdicts[] = { VERDICT_DENIED,      VERDICT_MAXTRIES,
					     VERDICT_UNKNOWN,     VERDICT_UNAVAILABLE,
					     VERDICT_BROKEN,      VERDICT_ABORT,
					     VERDICT_GRANTED + 1, 0 };
	char found[512];

	(void)state;
	(void)unlink(KEPT);
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++) {
		const struct say_verdict odd = { verdicts[i], USER,
						 bytes_of_text(SECRET) };

		vidd_is(play_verdict, &odd);
		assert_int_equal(authenticate("keyring", USER, 0), PAM_ABORT);
		assert_int_equal(kept(found), -1);
	}
}

static void a_secret_that_is_no_text_is_abort_S30(void **state)
{
	static uint8_t odd[VID_UNLOCK_MAX + 1];
	struct say_verdict verdict = { VERDICT_GRANTED, USER, { NULL, 0 } };
	char found[512];

	(void)state;
	(void)unlink(KEPT);
	memset(odd, 'x', sizeof(odd));
	verdict.secret = bytes_of(odd, sizeof(odd)); /* a byte too long */
	vidd_is(play_verdict, &verdict);
	assert_int_equal(authenticate("keyring", USER, 0), PAM_ABORT);
	odd[3] = '\0';
	verdict.secret = bytes_of(odd, 8);
	vidd_is(play_verdict, &verdict);
	assert_int_equal(authenticate("keyring", USER, 0), PAM_ABORT);
	assert_int_equal(kept(found), -1);
}

/* --- what is left in the application (S32) ---------------------------------------------
 */

#define LETTERS 24

static uint8_t masked[LETTERS]; /* the secret that is looked for */

static void draw(char to[LETTERS + 1])
{
	assert_int_equal(getrandom(to, LETTERS, 0), LETTERS);
	for (size_t i = 0; i < LETTERS; i++)
		to[i] = (char)('a' + (unsigned char)to[i] % 26);
	to[LETTERS] = '\0';
	memcpy(masked, to, LETTERS);
	memory_mask(masked, LETTERS);
}

/* Asks for a PIN, whatever it is, and grants. */
static void play_pin(int fd, const struct wire_frame *ask, const void *script)
{
	static struct wire_frame frame;
	struct bytes answer;

	(void)ask;
	make_line(&frame, PAM_FRAME_PROMPT, STYLE_SECRET, "PIN: ", NULL, NULL);
	send_frame(fd, &frame);
	if (wire_receive(fd, &frame, wire_now() + 5000, -1) != WIRE_OK ||
	    !wire_get(&frame, PAM_FIELD_TEXT, &answer) || answer.len != LETTERS)
		_exit(1);
	play_verdict(fd, ask, script);
}

static void nothing_of_a_PIN_is_left_S32(void **state)
{
	char pin[LETTERS + 1];

	(void)state;
	draw(pin);
	assert_non_null(memory_holds(masked, LETTERS));
	vidd_is(play_pin, &grant);
	app.kind = CONV_SECRET;
	app.answer = pin;
	assert_int_equal(authenticate("plain", USER, 0), PAM_SUCCESS);
	explicit_bzero(pin, sizeof(pin));
	assert_null(memory_holds(masked, LETTERS));
}

static void nor_of_what_opened_a_keyring_S32(void **state)
{
	char secret[LETTERS + 1];
	struct say_verdict verdict = { VERDICT_GRANTED, USER, { NULL, 0 } };

	(void)state;
	draw(secret);
	verdict.secret = bytes_of_text(secret);
	vidd_is(play_verdict, &verdict);
	explicit_bzero(secret, sizeof(secret)); /* vidd's child has its own */
	assert_null(memory_holds(masked, LETTERS));
	/* pam_exec keeps a copy on the stack: without it */
	assert_int_equal(authenticate("plain", USER, 0), PAM_SUCCESS);
	assert_null(memory_holds(masked, LETTERS));
}

/* --- a vidd of our own ---------------------------------------------------------------
 */

static void without_a_socket_vidd_is_started_clean_S29_S31(void **state)
{
	struct sigaction mine = { .sa_handler = SIG_IGN }, now;
	sigset_t blocked, after;

	(void)state;
	setenv("LD_PRELOAD_X", "evil", 1);
	sigaction(SIGUSR1, &mine, NULL);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR2);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	(void)open("/dev/zero", O_RDONLY); /* not close-on-exec */
	assert_int_equal(authenticate("plain", USER, 0), PAM_SUCCESS);
	sigaction(SIGUSR1, NULL, &now);
	assert_ptr_equal(now.sa_handler, SIG_IGN);
	sigprocmask(SIG_UNBLOCK, &blocked, &after);
	assert_true(sigismember(&after, SIGUSR2));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no zombie */
	assert_int_equal(errno, ECHILD);
}

static void other_children_are_not_waited_for_S31(void **state)
{
	pid_t other = fork();
	int status;

	(void)state;
	if (other == 0)
		_exit(7);
	usleep(20000);
	assert_int_equal(authenticate("plain", USER, 0), PAM_SUCCESS);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(WEXITSTATUS(status), 7);
}

static void an_application_that_ignores_children_is_served_S31(void **state)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;

	(void)state;
	sigaction(SIGCHLD, &ignore, &before);
	assert_int_equal(authenticate("plain", USER, 0), PAM_SUCCESS);
	sigaction(SIGCHLD, &before, NULL);
}

static void closed_standard_descriptors_do_no_harm(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		close(0);
		close(1);
		close(2);
		_exit(authenticate("plain", USER, 0) == PAM_SUCCESS ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void a_vidd_that_hangs_is_killed_S50(void **state)
{
	int64_t before = wire_now();

	(void)state;
	close(open(VID_RUNDIR "/hang", O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
	assert_int_equal(authenticate("short", USER, 0), PAM_AUTHINFO_UNAVAIL);
	assert_in_range(wire_now() - before, 1900, 4000);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void without_vidd_nothing_can_be_judged(void **state)
{
	(void)state;
	assert_int_equal(rename(PATH_VIDD, PATH_VIDD ".away"), 0);
	assert_int_equal(authenticate("plain", USER, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(rename(PATH_VIDD ".away", PATH_VIDD), 0);
}

static void nothing_is_written_to_stderr(void **state)
{
	int memory = memfd_create("stderr", MFD_CLOEXEC), kept = dup(2);
	struct stat found;

	(void)state;
	dup2(memory, 2);
	vidd_is(play_nothing, NULL);
	(void)authenticate("odd", USER, 0);
	vidd_is(play_prompt, "");
	app.kind = CONV_FAILS;
	(void)authenticate("odd", USER, 0);
	no_vidd();
	app.kind = CONV_ANSWERS;
	(void)authenticate("odd", USER, 0);
	dup2(kept, 2);
	close(kept);
	assert_int_equal(fstat(memory, &found), 0);
	close(memory);
	assert_int_equal(found.st_size, 0);
}

#define test(name) cmocka_unit_test_setup(name, prepare)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(every_verdict_has_its_code),
		test(every_other_verdict_is_abort_S36),
		test(a_grant_for_another_account_is_no_grant_S39),
		test(an_empty_user_is_set_once_S39),
		test(an_empty_user_stays_empty_without_a_grant),
		test(a_user_changed_meanwhile_is_not_granted_S39),
		test(account_and_session_are_ours_for_the_granted_user_alone),
		test(there_is_no_password_to_change),
		test(sentences_arrive_filled_in_and_harmless_S58),
		test(what_vidd_says_in_silence_is_said),
		test(a_conversation_without_answer_sends_none),
		test(a_failing_conversation_ends_it),
		test(an_endless_answer_is_no_answer),
		test(after_an_early_end_root_asks_a_vidd_of_its_own),
		test(silence_ends_at_the_deadline_S50),
		test(odd_arguments_change_nothing),
		test(a_conversation_cut_at_any_byte_grants_nothing_S36),
		test(a_refusal_with_any_bit_turned_grants_nothing_S36),
		test(hostile_frames_are_abort_S30),
		test(a_granted_secret_is_the_password_of_the_modules_behind),
		test(without_a_secret_there_is_no_password),
		test(a_secret_beside_anything_but_a_grant_is_abort),
		test(a_secret_that_is_no_text_is_abort_S30),
		test(nothing_of_a_PIN_is_left_S32),
		test(nor_of_what_opened_a_keyring_S32),
		test(without_a_socket_vidd_is_started_clean_S29_S31),
		test(other_children_are_not_waited_for_S31),
		test(an_application_that_ignores_children_is_served_S31),
		test(closed_standard_descriptors_do_no_harm),
		test(a_vidd_that_hangs_is_killed_S50),
		test(without_vidd_nothing_can_be_judged),
		test(nothing_is_written_to_stderr),
	};

	/* The module believes root alone. */
	if (!become_root()) {
		printf("1..0 # SKIP the module believes root alone\n");
		return 0;
	}
	return cmocka_run_group_tests_name("pam_vid", tests, group_prepare, group_clean);
}
