/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/assertion.c: what a security key's answer has to be before it counts (S2, S4).
 */
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/key_holder.h"

static struct key_holder holders[2], stranger;
static uint8_t hash[32];

static int set_up(void **state)
{
	(void)state;
	key_holder_make(&holders[0], KEY_ED25519);
	key_holder_make(&holders[1], KEY_P256);
	key_holder_make(&stranger, KEY_P256);
	randombytes_buf(hash, sizeof(hash));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	key_holder_end(&holders[0]);
	key_holder_end(&holders[1]);
	key_holder_end(&stranger);
	return 0;
}

static enum vid_reason judge_for(const struct made *made, const char *rp,
				 const struct key_holder *holder, enum key_uv uv,
				 struct assertion_seen *seen)
{
	const struct assertion_rules rules = { .hash = hash,
					       .holder = &holder->public,
					       .rp_id = bytes_of_text(rp),
					       .uv = uv };
	const struct assertion_seen nothing = { .counter = 0 };
	enum vid_reason why;

	*seen = (struct assertion_seen){ .verified_user = true, .counter = 99 };
	why = assertion_verify(&made->assertion, &rules, seen);
	/* nothing is told of what was refused */
	if (why != VID_OK) {
		assert_int_equal(seen->counter, nothing.counter);
		assert_false(seen->verified_user);
	}
	return why;
}

static enum vid_reason judge(const struct made *made, const struct key_holder *holder)
{
	struct assertion_seen seen;

	return judge_for(made, RP, holder, KEY_UV_PREFERRED, &seen);
}

/* Signed by its holder whatever it says: each refusal is for its own reason. */
static enum vid_reason judge_data(uint8_t flags, const char *more, size_t len)
{
	struct made made;

	made_data(&made, RP, flags, 1, bytes_of(more, len));
	made_sign(&made, &holders[1], hash);
	return judge(&made, &holders[1]);
}

static void a_touched_key_proves_its_holder(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct assertion_seen seen;
		struct made made;

		made_data(&made, RP, UP | UV | BE, 0x01020304, bytes_of("", 0));
		made_sign(&made, &holders[i], hash);
		assert_int_equal(
			judge_for(&made, RP, &holders[i], KEY_UV_REQUIRED, &seen),
			VID_OK);
		assert_true(seen.verified_user);
		assert_int_equal(seen.counter, 0x01020304); /* big-endian */
	}
}

static void data_that_is_too_short_is_refused(void **state)
{
	struct made made;

	(void)state;
	made_data(&made, RP, UP, 1, bytes_of("", 0));
	for (size_t len = 0; len < 37; len++) {
		made.assertion.auth_data.len = len;
		made_sign(&made, &holders[0], hash);
		assert_int_equal(judge(&made, &holders[0]), VID_HOLDER_PROOF);
	}
}

static void data_that_is_too_long_is_refused(void **state)
{
	/* {1: h'..'} that is well-formed at 512 bytes, and at 513 */
	static uint8_t map[513 - 37] = { 0xa1, 0x01, 0x59 };
	struct made made;

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		size_t len = 512 - 37 + more;

		map[3] = (uint8_t)((len - 5) >> 8);
		map[4] = (uint8_t)(len - 5);
		made_data(&made, RP, UP | ED, 1, bytes_of(map, len));
		made_sign(&made, &holders[0], hash);
		assert_int_equal(judge(&made, &holders[0]),
				 more ? VID_HOLDER_PROOF : VID_OK);
	}
}

static void attested_data_is_refused(void **state)
{
	static const char map[] = "\xa0";

	(void)state;
	assert_int_equal(judge_data(UP | UV | AT, "", 0), VID_HOLDER_PROOF);
	assert_int_equal(judge_data(UP | UV | AT | ED, map, 1), VID_HOLDER_PROOF);
}

static void extension_data_is_one_map_to_the_end(void **state)
{
	(void)state;
	assert_int_equal(judge_data(UP | ED, "\xa0", 1), VID_OK);
	assert_int_equal(judge_data(UP | ED, "\xa1\x61x\x01", 4), VID_OK);
	assert_int_equal(
		judge_data(UP | ED, "\xa1\x6bhmac-secret\x44\x01\x02\x03\x04", 18),
		VID_OK);
	/* an order of keys of its own is no worse proof */
	assert_int_equal(judge_data(UP | ED, "\xa2\x61y\x01\x61x\x01", 7), VID_OK);
}

static void extension_data_that_was_not_announced_is_refused(void **state)
{
	(void)state;
	assert_int_equal(judge_data(UP, "\xa0", 1), VID_HOLDER_PROOF);
	assert_int_equal(judge_data(UP, "\0", 1), VID_HOLDER_PROOF);
}

static void extension_data_that_is_missing_is_refused(void **state)
{
	(void)state;
	assert_int_equal(judge_data(UP | ED, "", 0), VID_HOLDER_PROOF);
}

static void extension_data_that_is_no_map_is_refused(void **state)
{
	(void)state;
	assert_int_equal(judge_data(UP | ED, "\x80", 1), VID_HOLDER_PROOF);
	assert_int_equal(judge_data(UP | ED, "\x01", 1), VID_HOLDER_PROOF);
	assert_int_equal(judge_data(UP | ED, "\xf6", 1), VID_HOLDER_PROOF);
	assert_int_equal(judge_data(UP | ED, "\xc1\xa0", 2), VID_HOLDER_PROOF);
}

static void extension_data_that_is_cut_or_goes_on_is_refused(void **state)
{
	(void)state;
	assert_int_equal(judge_data(UP | ED, "\xa1\x61x", 3), VID_HOLDER_PROOF);
	assert_int_equal(judge_data(UP | ED, "\xa1\x61x\x59\xff\xff", 6),
			 VID_HOLDER_PROOF);
	assert_int_equal(judge_data(UP | ED, "\xa0\xa0", 2), VID_HOLDER_PROOF);
	assert_int_equal(judge_data(UP | ED, "\xa0\0", 2), VID_HOLDER_PROOF);
	assert_int_equal(judge_data(UP | ED, "\xa2\x01\x01\x01\x01", 5),
			 VID_HOLDER_PROOF);
	assert_int_equal(judge_data(UP | ED, "\xba\x10\0\0\0", 5), VID_HOLDER_PROOF);
}

static void an_answer_for_another_realm_is_refused(void **state)
{
	struct assertion_seen seen;
	struct made made;

	(void)state;
	made_data(&made, "id.example.net", UP | UV, 1, bytes_of("", 0));
	made_sign(&made, &holders[0], hash);
	assert_int_equal(judge(&made, &holders[0]), VID_HOLDER_RP);
	assert_int_equal(
		judge_for(&made, "id.example.net", &holders[0], KEY_UV_PREFERRED, &seen),
		VID_OK);
}

static void a_token_without_a_realm_for_keys_takes_no_answer(void **state)
{
	struct assertion_seen seen;
	struct made made;

	(void)state;
	made_data(&made, "", UP | UV, 1, bytes_of("", 0));
	made_sign(&made, &holders[0], hash);
	assert_int_equal(judge_for(&made, "", &holders[0], KEY_UV_PREFERRED, &seen),
			 VID_HOLDER_RP);
}

static void an_untouched_key_is_refused_S4(void **state)
{
	(void)state;
	assert_int_equal(judge_data(0, "", 0), VID_HOLDER_UP);
	assert_int_equal(judge_data(UV, "", 0), VID_HOLDER_UP);
}

static void a_key_that_verified_nobody_is_refused_where_policy_asks_S4(void **state)
{
	struct assertion_seen seen;
	struct made made;

	(void)state;
	made_data(&made, RP, UP, 1, bytes_of("", 0));
	made_sign(&made, &holders[0], hash);
	assert_int_equal(judge_for(&made, RP, &holders[0], KEY_UV_REQUIRED, &seen),
			 VID_HOLDER_UV);
	assert_int_equal(judge_for(&made, RP, &holders[0], KEY_UV_PREFERRED, &seen),
			 VID_OK);
	assert_false(seen.verified_user);
	assert_int_equal(judge_for(&made, RP, &holders[0], KEY_UV_NO, &seen), VID_OK);
	assert_false(seen.verified_user);
	/* and no answer has the flag put in on its way */
	made.data[32] |= UV;
	assert_int_equal(judge_for(&made, RP, &holders[0], KEY_UV_REQUIRED, &seen),
			 VID_HOLDER_SIGNATURE);
}

static void a_signature_of_another_key_is_refused(void **state)
{
	struct made made;

	(void)state;
	made_data(&made, RP, UP | UV, 1, bytes_of("", 0));
	made_sign(&made, &stranger, hash);
	assert_int_equal(judge(&made, &holders[1]), VID_HOLDER_SIGNATURE);
	assert_int_equal(judge(&made, &holders[0]), VID_HOLDER_SIGNATURE);
	made_sign(&made, &holders[0], hash);
	assert_int_equal(judge(&made, &holders[1]), VID_HOLDER_SIGNATURE);
}

static void a_signature_in_another_form_is_refused(void **state)
{
	uint8_t plain[80] = { 0 };
	struct key_holder none = { .public.alg = KEY_NONE };
	struct made made;

	(void)state;
	made_data(&made, RP, UP | UV, 1, bytes_of("", 0));
	made_sign(&made, &holders[1], hash);
	assert_int_equal(judge(&made, &none), VID_HOLDER_SIGNATURE);
	made.assertion.signature.len++; /* a byte behind the end */
	assert_int_equal(judge(&made, &holders[1]), VID_HOLDER_SIGNATURE);
	made.assertion.signature.len = 0;
	assert_int_equal(judge(&made, &holders[1]), VID_HOLDER_SIGNATURE);
	/* r || s, as COSE has it and CTAP does not: the numbers of a good signature */
	made_sign(&made, &holders[1], hash);
	for (size_t i = 0, at = 3, to = 0; i < 2; i++, to += 32) {
		size_t len = made.signature[at];

		memcpy(plain + to + (len < 32 ? 32 - len : 0),
		       made.signature + at + 1 + (len > 32), len < 32 ? len : 32);
		at += len + 2;
	}
	made.assertion.signature = bytes_of(plain, 64);
	assert_int_equal(judge(&made, &holders[1]), VID_HOLDER_SIGNATURE);

	made_sign(&made, &holders[0], hash);
	for (size_t len = 0; len < 80; len++) {
		made.assertion.signature.len = len;
		assert_int_equal(judge(&made, &holders[0]),
				 len == 64 ? VID_OK : VID_HOLDER_SIGNATURE);
	}
}

/* Everything is wrong with it, and one thing after another is put right. */
static void the_first_thing_that_is_wrong_is_told(void **state)
{
	struct assertion_seen seen;
	struct made made;

	(void)state;
	made_data(&made, "other.example", AT, 1, bytes_of("", 0));
	made.assertion.signature = bytes_of("", 0);
	assert_int_equal(judge_for(&made, RP, &holders[0], KEY_UV_REQUIRED, &seen),
			 VID_HOLDER_PROOF);
	made.data[32] = 0;
	assert_int_equal(judge_for(&made, RP, &holders[0], KEY_UV_REQUIRED, &seen),
			 VID_HOLDER_RP);
	made_data(&made, RP, 0, 1, bytes_of("", 0));
	assert_int_equal(judge_for(&made, RP, &holders[0], KEY_UV_REQUIRED, &seen),
			 VID_HOLDER_UP);
	made.data[32] = UP;
	assert_int_equal(judge_for(&made, RP, &holders[0], KEY_UV_REQUIRED, &seen),
			 VID_HOLDER_UV);
	made.data[32] = UP | UV;
	assert_int_equal(judge_for(&made, RP, &holders[0], KEY_UV_REQUIRED, &seen),
			 VID_HOLDER_SIGNATURE);
	made_sign(&made, &holders[0], hash);
	assert_int_equal(judge_for(&made, RP, &holders[0], KEY_UV_REQUIRED, &seen),
			 VID_OK);
}

/* A bit of the data, of the signature, of the hash. */
static void flip_each(const struct key_holder *holder, struct made *made, uint8_t *at,
		      size_t len)
{
	for (size_t bit = 0; bit < len * 8; bit++) {
		at[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(judge(made, holder), VID_OK);
		at[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_int_equal(judge(made, holder), VID_OK);
}

static void no_flipped_bit_passes(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct made made;

		made_data(&made, RP, UP | UV | ED, 7, bytes_of("\xa1\x61x\x01", 4));
		made_sign(&made, &holders[i], hash);
		flip_each(&holders[i], &made, made.data, made.assertion.auth_data.len);
		flip_each(&holders[i], &made, made.signature,
			  made.assertion.signature.len);
		flip_each(&holders[i], &made, hash, sizeof(hash));
	}
}

static void a_touchless_answer_tells_whose_credential_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct made made;

		made_data(&made, RP, 0, 1, bytes_of("", 0));
		made_sign(&made, &holders[i], hash);
		assert_true(assertion_is_of(&made.assertion, hash, &holders[i].public));
		assert_false(assertion_is_of(&made.assertion, hash, &holders[!i].public));
		assert_false(assertion_is_of(&made.assertion, hash, &stranger.public));
		/* and is never taken for a touch */
		assert_int_equal(judge(&made, &holders[i]), VID_HOLDER_UP);
		made.data[33] ^= 1;
		assert_false(assertion_is_of(&made.assertion, hash, &holders[i].public));
		made.assertion.auth_data.len = 36;
		made_sign(&made, &holders[i], hash);
		assert_false(assertion_is_of(&made.assertion, hash, &holders[i].public));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_touched_key_proves_its_holder),
		cmocka_unit_test(data_that_is_too_short_is_refused),
		cmocka_unit_test(data_that_is_too_long_is_refused),
		cmocka_unit_test(attested_data_is_refused),
		cmocka_unit_test(extension_data_is_one_map_to_the_end),
		cmocka_unit_test(extension_data_that_was_not_announced_is_refused),
		cmocka_unit_test(extension_data_that_is_missing_is_refused),
		cmocka_unit_test(extension_data_that_is_no_map_is_refused),
		cmocka_unit_test(extension_data_that_is_cut_or_goes_on_is_refused),
		cmocka_unit_test(an_answer_for_another_realm_is_refused),
		cmocka_unit_test(a_token_without_a_realm_for_keys_takes_no_answer),
		cmocka_unit_test(an_untouched_key_is_refused_S4),
		cmocka_unit_test(
			a_key_that_verified_nobody_is_refused_where_policy_asks_S4),
		cmocka_unit_test(a_signature_of_another_key_is_refused),
		cmocka_unit_test(a_signature_in_another_form_is_refused),
		cmocka_unit_test(the_first_thing_that_is_wrong_is_told),
		cmocka_unit_test(no_flipped_bit_passes),
		cmocka_unit_test(a_touchless_answer_tells_whose_credential_it_is),
	};

	return cmocka_run_group_tests_name("assertion", tests, set_up, tear_down);
}
