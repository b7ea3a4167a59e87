/* SPDX-License-Identifier: BSD-2-Clause */
/* What the module carries between vidd and the person, what it takes for no dialogue at
 * all, and what is left of it afterwards. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/reason.h"
#include "tests/pam/app.h"
#include "tests/root.h"
#include "tests/unit/memory_scan.h"

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
	static const struct say_verdict other = { .value = VERDICT_ABORT };
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
	make_verdict(&frame,
		     strcmp(there ? answer : "-", expected) == 0 ? &grant : &other);
	send_frame(fd, &frame);
}

static void sentences_arrive_filled_in_and_harmless_S58(void **state)
{
	(void)state;
	app.answer = "yes";
	vidd_is(play_prompt, "yes");
	assert_int_equal(authenticate("plain", USER, 0), PAM_SUCCESS);
	assert_string_equal(app.said, "4:Hello a{2}, b\\x1B[1m!\n2:two and one: %n%s\n");
}

/* vidd keeps the silence that a caller wants, as far as the person can do without. */
static void what_vidd_says_in_silence_is_said(void **state)
{
	(void)state;
	app.answer = "";
	vidd_is(play_prompt, "");
	assert_int_equal(authenticate("plain", USER, PAM_SILENT), PAM_SUCCESS);
	assert_string_equal(app.said, "4:Hello a{2}, b\\x1B[1m!\n2:two and one: %n%s\n");
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

static void silence_ends_at_the_deadline_S50(void **state)
{
	int64_t before = wire_now();

	(void)state;
	vidd_is(play_silence, NULL);
	assert_int_equal(authenticate("short", USER, 0), PAM_AUTHINFO_UNAVAIL);
	assert_in_range(wire_now() - before, 1900, 4000);
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
	make_verdict(&frame, &grant);
	len += raw_add(raw + len, &frame);
	assert_int_equal(authenticate_against(raw, len), PAM_SUCCESS);
	for (size_t cut = 1; cut < len; cut++) /* 0: see above */
		assert_int_equal(authenticate_against(raw, cut), PAM_ABORT);
}

static void a_refusal_with_any_bit_turned_grants_nothing_S36(void **state)
{
	static const struct say_verdict denied = { .value = VERDICT_DENIED,
						   .account = USER };
	uint8_t raw[512];
	struct wire_frame frame;
	size_t len;

	(void)state;
	make_verdict(&frame, &denied);
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
	struct say_verdict verdict = { .value = VERDICT_GRANTED, .account = USER };

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(sentences_arrive_filled_in_and_harmless_S58),
		test(what_vidd_says_in_silence_is_said),
		test(a_conversation_without_answer_sends_none),
		test(a_failing_conversation_ends_it),
		test(an_endless_answer_is_no_answer),
		test(silence_ends_at_the_deadline_S50),
		test(a_conversation_cut_at_any_byte_grants_nothing_S36),
		test(a_refusal_with_any_bit_turned_grants_nothing_S36),
		test(hostile_frames_are_abort_S30),
		test(nothing_of_a_PIN_is_left_S32),
		test(nor_of_what_opened_a_keyring_S32),
		test(nothing_is_written_to_stderr),
		test(a_user_changed_meanwhile_is_not_granted_S39),
	};

	/* The module believes root alone. */
	if (!become_root()) {
		printf("1..0 # SKIP the module believes root alone\n");
		return 0;
	}
	return cmocka_run_group_tests_name("dialogue", tests, group_prepare, group_clean);
}
