/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/assertion.c: what a security key signs for is one login, here and now (S2). */
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/key_holder.h"

#define BOOT "3b0c5a3e-7c1f-4d7e-9f5c-0a1b2c3d4e5f"

static const uint8_t token[] = { 0xd2, 0x84 };

static struct assertion_challenge challenge(void)
{
	return (struct assertion_challenge){ .nonce = { 7 },
					     .host = "host:0123456789abcdef",
					     .service = "login",
					     .seat = "seat0",
					     .boot_id = BOOT,
					     .token = bytes_of(token, sizeof(token)) };
}

static enum vid_reason judge(const struct made *made, const struct key_holder *holder,
			     const uint8_t hash[32])
{
	const struct assertion_rules rules = { .hash = hash,
					       .holder = &holder->public,
					       .rp_id = bytes_of_text(RP) };
	struct assertion_seen seen;

	return assertion_verify(&made->assertion, &rules, &seen);
}

/* TOKEN.md section 3, byte by byte. */
static void what_is_signed_for_is_deterministic_cbor_S2(void **state)
{
	static const char before[] = "\x87\x69pam_vid/1\x58\x20";
	static const char between[] =
		"\x75host:0123456789abcdef\x65login\x65seat0\x78\x24" BOOT;
	struct assertion_challenge asked = challenge();
	uint8_t room[512], want[32], got[32], of_token[32];
	struct buffer text = buffer_of(room, sizeof(room));

	(void)state;
	crypto_hash_sha256(of_token, token, sizeof(token));
	buffer_add(&text, before, sizeof(before) - 1);
	buffer_add(&text, asked.nonce, sizeof(asked.nonce));
	buffer_add(&text, between, sizeof(between) - 1);
	buffer_add(&text, "\x58\x20", 2);
	buffer_add(&text, of_token, 32);
	assert_int_equal(cbor_check(buffer_bytes(&text)), VID_OK);
	crypto_hash_sha256(want, text.at, text.len);
	assertion_hash(&asked, got);
	assert_memory_equal(got, want, 32);

	text.len -= 34; /* not known yet: null in the hash's place */
	buffer_add(&text, "\xf6", 1);
	crypto_hash_sha256(want, text.at, text.len);
	asked.token = bytes_of(NULL, 0);
	assertion_hash(&asked, got);
	assert_memory_equal(got, want, 32);
}

/* An answer to one challenge is none to another: login, host, seat, boot, token. */
static void an_answer_to_another_challenge_is_refused_S2(void **state)
{
	const struct assertion_challenge asked = challenge();
	struct assertion_challenge others[7];
	struct key_holder holder;
	struct made made;
	uint8_t hash[32];

	(void)state;
	key_holder_make(&holder, KEY_ED25519);
	assertion_hash(&asked, hash);
	for (size_t i = 0; i < 7; i++)
		others[i] = challenge();
	others[0].nonce[31] ^= 1;
	others[1].host = "host:0123456789abcdee";
	others[2].service = "su";
	others[3].seat = "seat1";
	others[4].boot_id = "3b0c5a3e-7c1f-4d7e-9f5c-0a1b2c3d4e50";
	others[5].token = bytes_of(token, 1);
	others[6].token = bytes_of(NULL, 0);
	for (size_t i = 0; i < 7; i++) {
		uint8_t other[32];

		assertion_hash(&others[i], other);
		made_data(&made, RP, UP | UV, 1, bytes_of("", 0));
		made_sign(&made, &holder, other);
		assert_int_equal(judge(&made, &holder, other), VID_OK);
		assert_int_equal(judge(&made, &holder, hash), VID_HOLDER_SIGNATURE);
	}
	key_holder_end(&holder);
}

/* Bytes must not move from one member to the next. */
static void members_of_the_challenge_do_not_run_into_each_other_S2(void **state)
{
	struct assertion_challenge one = challenge(), other = challenge();
	uint8_t a[32], b[32];

	(void)state;
	one.service = "login-s";
	one.seat = "eat0";
	other.service = "login-";
	other.seat = "seat0";
	assertion_hash(&one, a);
	assertion_hash(&other, b);
	assert_memory_not_equal(a, b, 32);
}

static void a_challenge_past_its_bounds_can_be_signed_by_nobody(void **state)
{
	struct assertion_challenge asked = challenge();
	char longer[600];
	uint8_t a[32], b[32];

	(void)state;
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	asked.seat = longer;
	assertion_hash(&asked, a);
	assertion_hash(&asked, b);
	assert_memory_not_equal(a, b, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_signed_for_is_deterministic_cbor_S2),
		cmocka_unit_test(an_answer_to_another_challenge_is_refused_S2),
		cmocka_unit_test(members_of_the_challenge_do_not_run_into_each_other_S2),
		cmocka_unit_test(a_challenge_past_its_bounds_can_be_signed_by_nobody),
	};

	if (sodium_init() < 0)
		return 99;
	return cmocka_run_group_tests_name("assertion_hash", tests, NULL, NULL);
}
