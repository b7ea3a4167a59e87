/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames: what is sent arrives, and nothing that is not a frame is taken for one. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "libvid/cleanup.h"
#include "libvid/wire.h"

#define SOON(ms) (wire_now() + (ms))

struct pair {
	int fd[2];
};

static struct pair pair_open(void)
{
	struct pair pair;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.fd), 0);
	return pair;
}

static void pair_close(struct pair *pair)
{
	for (int i = 0; i < 2; i++)
		if (pair->fd[i] >= 0)
			close(pair->fd[i]);
}

static void put_raw(int fd, const void *at, size_t len)
{
	assert_int_equal(send(fd, at, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* A frame's bytes as they stand on the wire. */
static size_t raw_of(const struct wire_frame *frame, uint8_t *to)
{
	to[0] = 'V';
	to[1] = 'I';
	to[2] = WIRE_VERSION;
	to[3] = frame->type;
	for (unsigned i = 0; i < 4; i++)
		to[4 + i] = (uint8_t)(frame->len >> (8 * i));
	memcpy(to + WIRE_HEAD, frame->body, frame->len);
	return WIRE_HEAD + frame->len;
}

static void an_ask(struct wire_frame *frame)
{
	wire_start(frame, PAM_FRAME_ASK);
	assert_true(wire_put_text(frame, PAM_FIELD_SERVICE, "su"));
	assert_true(wire_put_text(frame, PAM_FIELD_ACCOUNT, "vkim"));
	assert_true(wire_put_u32(frame, PAM_FIELD_DEADLINE, 0x01020304));
	assert_true(wire_put_text(frame, PAM_FIELD_TTY, ""));
}

static void a_frame_arrives_as_it_was_sent(void **state)
{
	AUTO(pair_close) struct pair pair = pair_open();
	struct wire_frame sent, got;
	char text[8];
	uint32_t number;

	(void)state;
	an_ask(&sent);
	assert_int_equal(wire_send(pair.fd[0], &sent, SOON(1000)), WIRE_OK);
	assert_int_equal(wire_receive(pair.fd[1], &got, SOON(1000), -1), WIRE_OK);
	assert_int_equal(got.type, PAM_FRAME_ASK);
	assert_true(wire_get_text(&got, PAM_FIELD_SERVICE, text, sizeof(text)));
	assert_string_equal(text, "su");
	assert_true(wire_get_text(&got, PAM_FIELD_TTY, text, sizeof(text)));
	assert_string_equal(text, "");
	assert_true(wire_get_u32(&got, PAM_FIELD_DEADLINE, &number));
	assert_int_equal(number, 0x01020304);
	assert_false(wire_get_u32(&got, PAM_FIELD_SERVICE, &number));
	assert_false(wire_get_text(&got, PAM_FIELD_RHOST, text, sizeof(text)));
}

static void a_frame_in_single_bytes_arrives_whole(void **state)
{
	AUTO(pair_close) struct pair pair = pair_open();
	uint8_t raw[WIRE_HEAD + WIRE_BODY_MAX];
	struct wire_frame sent, got;
	size_t len;
	pid_t child;

	(void)state;
	an_ask(&sent);
	len = raw_of(&sent, raw);
	child = fork();
	if (child == 0) {
		for (size_t i = 0; i < len; i++) {
			send(pair.fd[0], raw + i, 1, MSG_NOSIGNAL);
			usleep(500);
		}
		_exit(0);
	}
	assert_int_equal(wire_receive(pair.fd[1], &got, SOON(5000), -1), WIRE_OK);
	assert_int_equal(got.len, sent.len);
	assert_memory_equal(got.body, sent.body, sent.len);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void a_frame_cut_at_any_byte_is_no_frame(void **state)
{
	uint8_t raw[WIRE_HEAD + WIRE_BODY_MAX];
	struct wire_frame sent, got;
	size_t len;

	(void)state;
	an_ask(&sent);
	len = raw_of(&sent, raw);
	for (size_t cut = 0; cut < len; cut++) {
		AUTO(pair_close) struct pair pair = pair_open();

		put_raw(pair.fd[0], raw, cut);
		close(pair.fd[0]);
		pair.fd[0] = -1;
		assert_int_equal(wire_receive(pair.fd[1], &got, SOON(1000), -1),
				 WIRE_CLOSED);
		assert_int_equal(got.type, 0);
		assert_int_equal(got.len, 0);
	}
}

static void a_body_cut_at_any_field_is_malformed(void **state)
{
	struct wire_frame frame;
	size_t ends[] = { 0, 5, 12, 19, 22 }, next = 0;

	(void)state;
	an_ask(&frame);
	for (size_t len = 0; len <= 22; len++) {
		frame.len = len;
		if (len == ends[next]) {
			assert_true(wire_check(&frame));
			next++;
		} else {
			assert_false(wire_check(&frame));
		}
	}
}

static void expect_bad(const uint8_t *raw, size_t len)
{
	AUTO(pair_close) struct pair pair = pair_open();
	struct wire_frame got;

	put_raw(pair.fd[0], raw, len);
	assert_int_equal(wire_receive(pair.fd[1], &got, SOON(1000), -1), WIRE_BAD);
	assert_int_equal(got.type, 0);
}

static void another_magic_or_version_is_refused(void **state)
{
	uint8_t raw[WIRE_HEAD] = { 'V', 'I', WIRE_VERSION, 1, 0, 0, 0, 0 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		raw[i] ^= 0x20;
		expect_bad(raw, sizeof(raw));
		raw[i] ^= 0x20;
	}
}

static void a_length_over_the_limit_is_refused_before_it_is_read(void **state)
{
	uint8_t raw[WIRE_HEAD] = { 'V', 'I', WIRE_VERSION, 1 };
	uint32_t lengths[] = { WIRE_BODY_MAX + 1, 0x00010000, 0x7fffffff, 0xffffffff };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		for (unsigned j = 0; j < 4; j++)
			raw[4 + j] = (uint8_t)(lengths[i] >> (8 * j));
		expect_bad(raw, sizeof(raw));
	}
}

static void a_field_past_the_end_or_given_twice_is_refused(void **state)
{
	static const uint8_t past[] = { 'V', 'I', 1, 1, 4, 0, 0, 0, 1, 2, 0, 'a' };
	static const uint8_t twice[] = { 'V', 'I', 1, 1,   8, 0, 0, 0,
					 1,   1,   0, 'a', 1, 1, 0, 'b' };

	(void)state;
	expect_bad(past, sizeof(past));
	expect_bad(twice, sizeof(twice));
}

static void the_builder_refuses_what_the_reader_would(void **state)
{
	static uint8_t much[WIRE_BODY_MAX];
	struct wire_frame frame;

	(void)state;
	wire_start(&frame, 1);
	assert_true(wire_put_text(&frame, 1, "a"));
	assert_false(wire_put_text(&frame, 1, "b"));
	assert_false(wire_put(&frame, 2, bytes_of(much, sizeof(much))));
	assert_true(wire_put(&frame, 2, bytes_of(much, WIRE_BODY_MAX - 4 - 3)));
	assert_int_equal(frame.len, WIRE_BODY_MAX);
	assert_false(wire_put(&frame, 3, bytes_of(NULL, 0)));
	assert_true(wire_check(&frame));
}

static void a_text_with_a_nul_or_too_long_is_no_text(void **state)
{
	struct wire_frame frame;
	char text[4];

	(void)state;
	wire_start(&frame, 1);
	assert_true(wire_put(&frame, 1, bytes_of("a\0b", 3)));
	assert_true(wire_put_text(&frame, 2, "abcd"));
	assert_false(wire_get_text(&frame, 1, text, sizeof(text)));
	assert_string_equal(text, "");
	assert_false(wire_get_text(&frame, 2, text, sizeof(text)));
	assert_string_equal(text, "");
}

static void silence_ends_at_the_deadline(void **state)
{
	AUTO(pair_close) struct pair pair = pair_open();
	struct wire_frame got;
	int64_t before = wire_now();

	(void)state;
	put_raw(pair.fd[0], "VI\1", 3);
	assert_int_equal(wire_receive(pair.fd[1], &got, SOON(80), -1), WIRE_TIMEOUT);
	assert_in_range(wire_now() - before, 80, 5000);
	assert_int_equal(wire_receive(pair.fd[1], &got, wire_now() - 1, -1),
			 WIRE_TIMEOUT);
}

static void a_reader_that_never_reads_ends_at_the_deadline(void **state)
{
	AUTO(pair_close) struct pair pair = pair_open();
	static uint8_t much[WIRE_BODY_MAX - 3];
	struct wire_frame frame;
	enum wire_result result = WIRE_OK;

	(void)state;
	wire_start(&frame, 1);
	assert_true(wire_put(&frame, 1, bytes_of(much, sizeof(much))));
	for (int i = 0; i < 1000 && result == WIRE_OK; i++)
		result = wire_send(pair.fd[0], &frame, SOON(50));
	assert_int_equal(result, WIRE_TIMEOUT);
}

static void a_closed_reader_is_an_answer_and_no_signal(void **state)
{
	AUTO(pair_close) struct pair pair = pair_open();
	struct wire_frame frame;

	(void)state;
	close(pair.fd[1]);
	pair.fd[1] = -1;
	an_ask(&frame);
	assert_int_equal(wire_send(pair.fd[0], &frame, SOON(1000)), WIRE_CLOSED);
}

static void a_hang_up_aborts_even_when_a_frame_waits(void **state)
{
	AUTO(pair_close) struct pair pair = pair_open(), client = pair_open();
	struct wire_frame frame;

	(void)state;
	an_ask(&frame);
	assert_int_equal(wire_send(pair.fd[0], &frame, SOON(1000)), WIRE_OK);
	close(client.fd[0]);
	client.fd[0] = -1;
	assert_int_equal(wire_receive(pair.fd[1], &frame, SOON(1000), client.fd[1]),
			 WIRE_ABORTED);
}

static void a_descriptor_that_is_not_open_is_an_error(void **state)
{
	struct wire_frame frame;

	(void)state;
	an_ask(&frame);
	assert_int_equal(wire_send(1000, &frame, SOON(100)), WIRE_ERROR);
	assert_int_equal(wire_receive(1000, &frame, SOON(100), -1), WIRE_ERROR);
	assert_int_equal(errno, EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_arrives_as_it_was_sent),
		cmocka_unit_test(a_frame_in_single_bytes_arrives_whole),
		cmocka_unit_test(a_frame_cut_at_any_byte_is_no_frame),
		cmocka_unit_test(a_body_cut_at_any_field_is_malformed),
		cmocka_unit_test(another_magic_or_version_is_refused),
		cmocka_unit_test(a_length_over_the_limit_is_refused_before_it_is_read),
		cmocka_unit_test(a_field_past_the_end_or_given_twice_is_refused),
		cmocka_unit_test(the_builder_refuses_what_the_reader_would),
		cmocka_unit_test(a_text_with_a_nul_or_too_long_is_no_text),
		cmocka_unit_test(silence_ends_at_the_deadline),
		cmocka_unit_test(a_reader_that_never_reads_ends_at_the_deadline),
		cmocka_unit_test(a_closed_reader_is_an_answer_and_no_signal),
		cmocka_unit_test(a_hang_up_aborts_even_when_a_frame_waits),
		cmocka_unit_test(a_descriptor_that_is_not_open_is_an_error),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
