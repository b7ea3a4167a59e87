/* SPDX-License-Identifier: BSD-2-Clause */
/* What vidd leaves behind in its memory of a login with a security key: nothing (S32). */
#include "config.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/memory_scan.h"
#include "tests/vidd/key_walks.h"

#define LETTERS 24

static struct login login;
static uint8_t masked[LETTERS]; /* the secret that is looked for */

/* A secret that stands nowhere yet, in `to`; it is looked for by its mask. */
static void draw(char to[LETTERS + 1])
{
	for (size_t i = 0; i < LETTERS; i++)
		to[i] = (char)('a' + (int)randombytes_uniform(26));
	to[LETTERS] = '\0';
	memcpy(masked, to, LETTERS);
	memory_mask(masked, LETTERS);
}

static void send_text(int fd, uint8_t type, const char *text)
{
	struct wire_frame frame;

	wire_start(&frame, type);
	if (type == PAM_FRAME_ASK) {
		wire_put_text(&frame, PAM_FIELD_SERVICE, "su");
		wire_put_text(&frame, PAM_FIELD_TTY, "/dev/tty1");
		wire_put_text(&frame, PAM_FIELD_ACCOUNT, KIM);
	} else
		wire_put_text(&frame, PAM_FIELD_TEXT, text);
	assert_int_equal(wire_send(fd, &frame, wire_now() + 1000), WIRE_OK);
	sodium_memzero(&frame, sizeof(frame));
}

/* The caller has said everything beforehand: vidd runs in this very process. */
static enum vid_reason serve_here(const char *pin)
{
	const struct login_place place = world_place();
	enum vid_reason why;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	keys_rewind();
	world_process(getpid(), 1000);
	stage->next = 0;
	send_text(pair[0], PAM_FRAME_ASK, "");
	send_text(pair[0], PAM_FRAME_ANSWER, "");
	if (pin)
		send_text(pair[0], PAM_FRAME_ANSWER, pin);
	why = login_serve(&login, pair[1], &place);
	close(pair[0]);
	close(pair[1]);
	return why;
}

static void nothing_is_left(void)
{
	const char *where = memory_holds(masked, LETTERS);

	assert_true(sodium_is_zero((const uint8_t *)&login, sizeof(login)));
	if (where)
		fail_msg("it is left in %s", where);
}

static void a_copy_anywhere_would_be_found(void **state)
{
	static char here[LETTERS + 1];
	char *there = malloc(LETTERS + 1);

	(void)state;
	draw(here);
	assert_non_null(memory_holds(masked, LETTERS));
	assert_non_null(there);
	memcpy(there, here, LETTERS);
	sodium_memzero(here, sizeof(here));
	assert_non_null(memory_holds(masked, LETTERS));
	sodium_memzero(there, LETTERS);
	assert_null(memory_holds(masked, LETTERS));
	free(there);
}

static void nothing_of_the_PIN_is_left_S32(void **state)
{
	char pin[LETTERS + 1];

	(void)state;
	draw(pin);
	kim_has_a_key();
	keys_pin(8, false);
	keys_walk();
	assert_int_equal(serve_here(pin), VID_OK);
	assert_string_equal(keys->pin[0], pin);
	sodium_memzero(pin, sizeof(pin));
	sodium_memzero(keys->pin, sizeof(keys->pin)); /* the key's own */
	nothing_is_left();
}

static void nor_of_a_wrong_one(void **state)
{
	char pin[LETTERS + 1];

	(void)state;
	draw(pin);
	kim_has_a_key();
	keys_pin(3, false);
	keys_pin(2, true);
	assert_int_equal(serve_here(pin), VID_KEY_PIN);
	sodium_memzero(pin, sizeof(pin));
	sodium_memzero(keys->pin, sizeof(keys->pin));
	nothing_is_left();
}

static void nothing_of_the_keyrings_secret_is_left_S32(void **state)
{
	const struct secret_owner owner = { KIM, world.kim.uid, &kims.public };
	uint8_t salt[32], answer[32];
	char secret[LETTERS + 1];

	(void)state;
	world_settings("present = key\nface = no\nunlock-secret = yes");
	draw(secret);
	secret_salt(&world.key, &kims.public, salt);
	keys_secret(&kims, salt, answer);
	assert_int_equal(secret_store(world_path("secrets"), &owner, &world.key, answer,
				      bytes_of_text(secret), NULL),
			 VID_OK);
	sodium_memzero(secret, sizeof(secret));
	kim_touches();
	assert_int_equal(serve_here(NULL), VID_OK);
	nothing_is_left();
}

/* What the key answers to a salt opens templates and keyrings. */
static void nor_of_what_the_key_answered(void **state)
{
	const struct secret_owner owner = { KIM, world.kim.uid, &kims.public };
	uint8_t salt[32], answer[32];

	(void)state;
	world_settings("present = key\nface = no\nunlock-secret = yes");
	secret_salt(&world.key, &kims.public, salt);
	keys_secret(&kims, salt, answer);
	memcpy(masked, answer, LETTERS);
	memory_mask(masked, LETTERS);
	assert_int_equal(secret_store(world_path("secrets"), &owner, &world.key, answer,
				      bytes_of_text("a secret"), NULL),
			 VID_OK);
	sodium_memzero(answer, sizeof(answer));
	kim_touches();
	assert_int_equal(serve_here(NULL), VID_OK);
	assert_true(keys->last.has_secret);
	sodium_memzero(&keys->last, sizeof(keys->last));
	nothing_is_left();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		key_test(a_copy_anywhere_would_be_found),
		key_test(nothing_of_the_PIN_is_left_S32),
		key_test(nor_of_a_wrong_one),
		key_test(nothing_of_the_keyrings_secret_is_left_S32),
		key_test(nor_of_what_the_key_answered),
	};

	return WALKS_RUN("key_wiped");
}
