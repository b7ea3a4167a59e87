/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the profile's vectors do not say: several issuers, keys with a period, what is
 * made is accepted, and the time rules at their edges.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sodium.h>

#include "libvid/identity.h"
#include "libvid/presentation.h"
#include "tests/unit/vectors.h"

#define NOW 1790000000

struct signer {
	uint8_t secret[64];
	struct public_key public;
};

static struct issuer issuers_room[2];
static struct issuers trust = { .count = 2, .at = issuers_room };
static struct signer issuer_key[2], holder;

static void signer_new(struct signer *signer)
{
	signer->public = (struct public_key){ .alg = KEY_ED25519 };
	crypto_sign_keypair(signer->public.at, signer->secret);
}

static int setup(void **state)
{
	(void)state;
	signer_new(&holder);
	for (int i = 0; i < 2; i++) {
		struct issuer *issuer = &issuers_room[i];

		signer_new(&issuer_key[i]);
		*issuer = (struct issuer){ .status = STATUS_NONE,
					   .max_lifetime = 90 * 86400 };
		snprintf(issuer->iss, sizeof(issuer->iss), "https://id%d.example", i);
		snprintf(issuer->realm, sizeof(issuer->realm), "realm:%d", i);
		snprintf(issuer->alias, sizeof(issuer->alias), "alias%d", i);
		issuer->key_count = 1;
		issuer->key[0].public = issuer_key[i].public;
		issuer_key_id(&issuer_key[i].public, issuer->key[0].kid);
	}
	return 0;
}

static struct token_claims good_claims(void)
{
	struct token_claims claims = { .iss = "https://id0.example",
				       .sub = "AAECAwQFBgcICQoLDA0ODw",
				       .aud = "realm:0",
				       .exp = NOW + 86400,
				       .iat = NOW - 10,
				       .holder = holder.public };

	memset(claims.cti, 7, sizeof(claims.cti));
	return claims;
}

static struct token_rules rules_at(int64_t now)
{
	return (struct token_rules){ .trust = &trust, .now = now, .skew = 60 };
}

/* Made by key `signer` under key id `named`, judged at `now`. */
static enum vid_reason made_and_judged(const struct token_claims *claims, int signer,
				       int named, int64_t now, struct token *token)
{
	static uint8_t room[VID_TOKEN_MAX];
	struct buffer message = buffer_of(room, sizeof(room));
	struct token_rules rules = rules_at(now);
	uint8_t kid[VID_KID_LEN];

	issuer_key_id(&issuer_key[named].public, kid);
	assert_int_equal(token_make(claims, kid, issuer_key[signer].secret, &message),
			 VID_OK);
	return token_verify(buffer_bytes(&message), &rules, token);
}

static void what_the_issuer_makes_is_accepted(void **state)
{
	struct token_claims claims = good_claims();
	uint8_t digest[32] = { 9 };
	struct token token;

	(void)state;
	claims.status_uri = "https://id0.example/s/1";
	claims.status_idx = 42;
	claims.face_digest = bytes_of(digest, 32);
	claims.face_model = "frr0095:ca00801b506c5494";
	claims.face_count = 3;
	claims.rp_id = "id0.example";
	assert_int_equal(made_and_judged(&claims, 0, 0, NOW, &token), VID_OK);
	assert_int_equal(token_status_form(&token), VID_OK);
	assert_int_equal(token_face_form(&token), VID_OK);
	assert_true(bytes_are(token.sub, claims.sub));
	assert_int_equal(token.status.idx, 42);
	assert_true(bytes_are(token.status.uri, claims.status_uri));
	assert_true(bytes_equal(token.face.digest, claims.face_digest));
	assert_true(bytes_are(token.face.model, claims.face_model));
	assert_int_equal(token.face.count, 3);
	assert_true(bytes_are(token.rp_id, "id0.example"));
	assert_memory_equal(token.holder.at, holder.public.at, 32);
}

static void a_key_of_one_issuer_never_signs_for_another_S14(void **state)
{
	struct token_claims claims = good_claims();
	struct token token;

	(void)state;
	assert_int_equal(made_and_judged(&claims, 1, 0, NOW, &token), VID_SIGNATURE);
	assert_int_equal(made_and_judged(&claims, 1, 1, NOW, &token), VID_KID_UNKNOWN);
	assert_null(token.issuer);
}

static void an_issuer_reaches_its_own_realm_alone_S15(void **state)
{
	struct token_claims claims = good_claims();
	struct token token;

	(void)state;
	claims.aud = "realm:1";
	assert_int_equal(made_and_judged(&claims, 0, 0, NOW, &token), VID_AUD);
}

static void a_ten_year_token_is_refused_S17(void **state)
{
	struct token_claims claims = good_claims();
	struct token token;

	(void)state;
	claims.exp = claims.iat + 90 * 86400;
	assert_int_equal(made_and_judged(&claims, 0, 0, NOW, &token), VID_OK);
	claims.exp++;
	assert_int_equal(made_and_judged(&claims, 0, 0, NOW, &token), VID_LIFETIME);
	claims.exp = claims.iat + 10LL * 365 * 86400;
	assert_int_equal(made_and_judged(&claims, 0, 0, NOW, &token), VID_LIFETIME);
}

static void a_revoked_key_verifies_nothing_whatever_the_times_say_S17(void **state)
{
	static const int64_t issued[] = { NOW - 80 * 86400, NOW - 3600, NOW };
	struct token_claims claims = good_claims();
	struct token token;

	(void)state;
	for (size_t i = 0; i < sizeof(issued) / sizeof(*issued); i++) {
		claims.iat = issued[i];
		claims.exp = NOW + 86400;
		issuers_room[0].key[0].revoked = false;
		assert_int_equal(made_and_judged(&claims, 0, 0, NOW, &token), VID_OK);
		assert_ptr_equal(token.key, &issuers_room[0].key[0]);
		issuers_room[0].key[0].revoked = true;
		assert_int_equal(made_and_judged(&claims, 0, 0, NOW, &token),
				 VID_KEY_REVOKED);
	}
	issuers_room[0].key[0].revoked = false;
}

static void a_key_for_lists_alone_signs_no_token_S17(void **state)
{
	struct token_claims claims = good_claims();
	struct token token;

	(void)state;
	issuers_room[0].key[0].use = KEY_USE_LISTS;
	assert_int_equal(made_and_judged(&claims, 0, 0, NOW, &token), VID_KEY_USE);
	issuers_room[0].key[0].use = KEY_USE_TOKENS;
	assert_int_equal(made_and_judged(&claims, 0, 0, NOW, &token), VID_OK);
	issuers_room[0].key[0].use = KEY_USE_BOTH;
}

/* The issuer's own question: whose token is it, whatever its dates? */
static void the_origin_of_a_token_is_its_signature_S14(void **state)
{
	const struct issuers own = { .count = 1, .at = issuers_room };
	struct token_claims claims = good_claims();
	uint8_t room[VID_TOKEN_MAX];
	struct token token;

	(void)state;
	claims.exp = NOW - 5 * 86400;
	claims.iat = NOW - 6 * 86400;
	for (int i = 0; i < 2; i++) {
		struct buffer message = buffer_of(room, sizeof(room));

		claims.iss = i ? "https://id1.example" : "https://id0.example";
		assert_int_equal(token_make(&claims, issuers_room[i].key[0].kid,
					    issuer_key[i].secret, &message),
				 VID_OK);
		assert_int_equal(
			token_verify_origin(buffer_bytes(&message), &own, &token),
			i ? VID_ISS_UNKNOWN : VID_OK);
		room[message.len - 1] ^= 1;
		if (i == 0)
			assert_int_equal(
				token_verify_origin(buffer_bytes(&message), &own, &token),
				VID_SIGNATURE);
	}
}

static void a_retired_key_signs_nothing_new_S17(void **state)
{
	struct token_claims claims = good_claims();
	struct token token;

	(void)state;
	issuers_room[0].key[0].not_after = claims.iat;
	assert_int_equal(made_and_judged(&claims, 0, 0, NOW, &token), VID_OK);
	issuers_room[0].key[0].not_after = claims.iat - 1;
	assert_int_equal(made_and_judged(&claims, 0, 0, NOW, &token), VID_KEY_EXPIRED);
	issuers_room[0].key[0].not_after = 0;
	issuers_room[0].key[0].not_before = claims.iat + 1;
	assert_int_equal(made_and_judged(&claims, 0, 0, NOW, &token), VID_KEY_EXPIRED);
	issuers_room[0].key[0].not_before = 0;
}

static void times_hold_at_their_edges(void **state)
{
	struct token_claims claims = good_claims();
	struct token token;

	(void)state;
	assert_int_equal(made_and_judged(&claims, 0, 0, claims.exp + 59, &token), VID_OK);
	assert_int_equal(made_and_judged(&claims, 0, 0, claims.exp + 60, &token),
			 VID_EXPIRED);
	assert_int_equal(made_and_judged(&claims, 0, 0, claims.iat - 60, &token), VID_OK);
	assert_int_equal(made_and_judged(&claims, 0, 0, claims.iat - 61, &token),
			 VID_NOT_YET_VALID);
	claims.nbf = claims.iat + 100;
	assert_int_equal(made_and_judged(&claims, 0, 0, claims.nbf - 61, &token),
			 VID_NOT_YET_VALID);
	claims.nbf = claims.exp;
	assert_int_equal(made_and_judged(&claims, 0, 0, NOW, &token), VID_LIFETIME);
}

static void an_issuer_that_promises_status_must_keep_it(void **state)
{
	struct token_claims claims = good_claims();
	struct token token;

	(void)state;
	issuers_room[0].status = STATUS_REQUIRED;
	assert_int_equal(made_and_judged(&claims, 0, 0, NOW, &token), VID_OK);
	assert_int_equal(token_status_form(&token), VID_STATUS_FORM);
	issuers_room[0].status = STATUS_SOFT;
	assert_int_equal(token_status_form(&token), VID_OK);
	issuers_room[0].status = STATUS_NONE;
}

static void a_key_that_is_not_the_issuers_algorithm_is_refused_S16(void **state)
{
	struct token_claims claims = good_claims();
	struct token token;

	(void)state;
	issuers_room[0].key[0].public.alg = KEY_P256;
	assert_int_equal(made_and_judged(&claims, 0, 0, NOW, &token), VID_ALG);
	issuers_room[0].key[0].public.alg = KEY_ED25519;
}

static void only_a_pseudonym_is_a_subject(void **state)
{
	char random[VID_SUB_LEN + 1];
	struct bytes subject, alias;

	(void)state;
	subject_random(random);
	for (int i = 0; i < 2000; i++) { /* one in 64 would begin with a '-' */
		subject_random(random);
		assert_int_not_equal(random[0], '-');
	}
	assert_true(subject_valid(bytes_of_text(random)));
	assert_true(subject_valid(bytes_of_text("AAECAwQFBgcICQoLDA0ODw")));
	assert_false(
		subject_valid(bytes_of_text("AAECAwQFBgcICQoLDA0ODx"))); /* stray bits */
	assert_false(subject_valid(bytes_of_text("AAECAwQFBgcICQoLDA0OD")));
	assert_false(subject_valid(bytes_of_text("AAECAwQFBgcICQoLDA0OD=")));
	assert_false(subject_valid(bytes_of_text("11010519491231002X")));
	assert_true(identity_split(bytes_of_text("AAECAwQFBgcICQoLDA0ODw@example"),
				   &subject, &alias));
	assert_true(bytes_are(alias, "example"));
	assert_false(identity_split(bytes_of_text("AAECAwQFBgcICQoLDA0ODw@"), &subject,
				    &alias));
	assert_false(identity_split(bytes_of_text("AAECAwQFBgcICQoLDA0ODw@Ex"), &subject,
				    &alias));
	assert_false(identity_split(bytes_of_text("alice@example"), &subject, &alias));
}

/* --- the holder's proof --------------------------------------------------- */

static struct bytes token_for_holder(void)
{
	static uint8_t room[VID_TOKEN_MAX];
	struct buffer message = buffer_of(room, sizeof(room));
	struct token_claims claims = good_claims();
	uint8_t kid[VID_KID_LEN];

	issuer_key_id(&issuer_key[0].public, kid);
	assert_int_equal(token_make(&claims, kid, issuer_key[0].secret, &message),
			 VID_OK);
	return buffer_bytes(&message);
}

static enum vid_reason shown(int64_t iat, struct bytes nonce_made,
			     struct bytes nonce_shown, const char *host,
			     struct presentation *out)
{
	static uint8_t room[VID_KBT_MAX];
	struct buffer kbt = buffer_of(room, sizeof(room));
	struct presentation_rules rules = { .token = rules_at(NOW),
					    .host = host,
					    .nonce = nonce_shown };

	assert_int_equal(presentation_make(token_for_holder(), "host:1", iat, nonce_made,
					   holder.secret, &kbt),
			 VID_OK);
	return presentation_verify(buffer_bytes(&kbt), &rules, out);
}

static void a_presentation_is_good_for_its_host_and_minute(void **state)
{
	struct bytes none = bytes_of(NULL, 0);
	struct presentation out;

	(void)state;
	assert_int_equal(shown(NOW, none, none, "host:1", &out), VID_OK);
	assert_int_equal(out.kind, PRESENTATION_KBT);
	assert_int_equal(out.iat, NOW);
	assert_int_equal(shown(NOW + 30, none, none, "host:1", &out), VID_OK);
	assert_int_equal(shown(NOW + 31, none, none, "host:1", &out), VID_HOLDER_STALE);
	assert_int_equal(shown(NOW - 61, none, none, "host:1", &out), VID_HOLDER_STALE);
	assert_int_equal(shown(NOW, none, none, "host:2", &out), VID_HOLDER_AUD);
	assert_int_equal(shown(NOW, none, none, NULL, &out), VID_HOLDER_AUD);
}

static void a_proof_older_than_its_token_is_refused(void **state)
{
	struct bytes none = bytes_of(NULL, 0);
	struct presentation out;

	(void)state;
	/* the token's iat is NOW - 10 */
	assert_int_equal(shown(NOW - 10, none, none, "host:1", &out), VID_OK);
	assert_int_equal(shown(NOW - 11, none, none, "host:1", &out), VID_HOLDER_STALE);
}

static void the_nonce_that_was_shown_must_come_back_S2(void **state)
{
	uint8_t one[VID_NONCE_LEN] = { 1 }, two[VID_NONCE_LEN] = { 2 };
	struct bytes first = bytes_of(one, sizeof(one)),
		     second = bytes_of(two, sizeof(two));
	struct presentation out;

	(void)state;
	assert_int_equal(shown(NOW, first, first, "host:1", &out), VID_OK);
	assert_int_equal(shown(NOW, first, second, "host:1", &out), VID_HOLDER_NONCE);
	assert_int_equal(shown(NOW, bytes_of(NULL, 0), first, "host:1", &out),
			 VID_HOLDER_NONCE);
}

/* Tag 61 around the same proof must not look like a new one to the replay cache. */
static void another_wrapping_of_a_proof_has_the_same_hash_S3(void **state)
{
	uint8_t room[VID_KBT_MAX + 2] = { 0xd8, 0x3d };
	struct buffer kbt = buffer_of(room + 2, VID_KBT_MAX);
	struct presentation_rules rules = { .token = rules_at(NOW), .host = "host:1" };
	struct presentation plain, tagged;

	(void)state;
	assert_int_equal(presentation_make(token_for_holder(), "host:1", NOW,
					   bytes_of(NULL, 0), holder.secret, &kbt),
			 VID_OK);
	assert_int_equal(presentation_verify(buffer_bytes(&kbt), &rules, &plain), VID_OK);
	assert_int_equal(
		presentation_verify(bytes_of(room, kbt.len + 2), &rules, &tagged),
		VID_OK);
	assert_memory_equal(plain.hash, tagged.hash, 32);
}

static void another_holders_key_makes_no_presentation(void **state)
{
	uint8_t room[VID_KBT_MAX];
	struct buffer kbt = buffer_of(room, sizeof(room));
	struct signer thief;

	(void)state;
	signer_new(&thief);
	assert_int_equal(presentation_make(token_for_holder(), "host:1", NOW,
					   bytes_of(NULL, 0), thief.secret, &kbt),
			 VID_CNF);
	assert_int_equal(kbt.len, 0);
}

/* S27 */
static void keys_that_are_no_keys_are_refused_S27(void **state)
{
	struct public_key key = { .alg = KEY_ED25519 };
	static const char *const small[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++) {
		struct bytes point = unhex(small[i]);

		memcpy(key.at, point.at, 32);
		assert_false(public_key_check(&key));
		free((void *)point.at);
	}
	key.alg = KEY_P256;
	memset(key.at, 1, sizeof(key.at)); /* off the curve */
	assert_false(public_key_check(&key));
	key.alg = KEY_NONE;
	assert_false(public_key_check(&key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_issuer_makes_is_accepted),
		cmocka_unit_test(a_key_of_one_issuer_never_signs_for_another_S14),
		cmocka_unit_test(an_issuer_reaches_its_own_realm_alone_S15),
		cmocka_unit_test(a_ten_year_token_is_refused_S17),
		cmocka_unit_test(
			a_revoked_key_verifies_nothing_whatever_the_times_say_S17),
		cmocka_unit_test(a_key_for_lists_alone_signs_no_token_S17),
		cmocka_unit_test(the_origin_of_a_token_is_its_signature_S14),
		cmocka_unit_test(a_retired_key_signs_nothing_new_S17),
		cmocka_unit_test(times_hold_at_their_edges),
		cmocka_unit_test(an_issuer_that_promises_status_must_keep_it),
		cmocka_unit_test(a_key_that_is_not_the_issuers_algorithm_is_refused_S16),
		cmocka_unit_test(only_a_pseudonym_is_a_subject),
		cmocka_unit_test(a_presentation_is_good_for_its_host_and_minute),
		cmocka_unit_test(a_proof_older_than_its_token_is_refused),
		cmocka_unit_test(the_nonce_that_was_shown_must_come_back_S2),
		cmocka_unit_test(another_wrapping_of_a_proof_has_the_same_hash_S3),
		cmocka_unit_test(another_holders_key_makes_no_presentation),
		cmocka_unit_test(keys_that_are_no_keys_are_refused_S27),
	};

	if (sodium_init() < 0)
		return 99;
	return cmocka_run_group_tests_name("tokens and presentations", tests, setup,
					   NULL);
}
