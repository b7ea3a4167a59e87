/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * WebAuthn's own vectors: the key out of each registration's attestation object, and the
 * assertion that it made. They hold no Ed25519; test_assertion makes its own.
 */
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "libvid/assertion.h"
#include "tests/unit/vectors.h"

#define VECTORS_MAX 64
#define ES256       (-7)
#define VECTOR_RP   "example.org"

enum { UP = 0x01, UV = 0x04, AT_CREDENTIAL = 37 + 16 };

static struct CMUnitTest tests[VECTORS_MAX];
static size_t count;

static struct bytes kept_member(const json_t *object, const char *name)
{
	struct bytes bytes = hex_member(object, name);

	vectors_kept((void *)(uintptr_t)bytes.at);
	return bytes;
}

/* The key of a registration, by an answer: is it one of ours? Aborts when the vector is
 * none. */
static bool registered_key(const json_t *registration, struct public_key *out)
{
	struct bytes object = kept_member(registration, "attestationObject");
	struct cbor map = cbor_of(object), found, key;
	struct bytes data = bytes_of(NULL, 0), raw;
	size_t id;

	assert_true(cbor_find_text(&map, "authData", &found));
	assert_true(cbor_bstr(&found, &data));
	assert_true(data.len > AT_CREDENTIAL + 2);
	id = (size_t)data.at[AT_CREDENTIAL] << 8 | data.at[AT_CREDENTIAL + 1];
	assert_true(data.len > AT_CREDENTIAL + 2 + id);
	key = cbor_of(bytes_of(data.at + AT_CREDENTIAL + 2 + id,
			       data.len - AT_CREDENTIAL - 2 - id));
	raw = bytes_of(key.at, (size_t)(key.end - key.at));
	assert_int_equal(cbor_check_wellformed(raw), VID_OK); /* without extensions */
	return cose_key_read(&key, out);
}

static enum vid_reason judge(const json_t *answer, const struct public_key *holder,
			     enum key_uv uv, struct assertion_seen *seen)
{
	const struct assertion assertion = {
		.auth_data = kept_member(answer, "authenticatorData"),
		.signature = kept_member(answer, "signature"),
	};
	struct bytes client = kept_member(answer, "clientDataJSON");
	uint8_t hash[32];
	const struct assertion_rules rules = { .hash = hash,
					       .holder = holder,
					       .rp_id = bytes_of_text(VECTOR_RP),
					       .uv = uv };

	crypto_hash_sha256(hash, client.at, client.len);
	return assertion_verify(&assertion, &rules, seen);
}

static void es256_assertion_verifies_and_its_flags_are_judged_S4(void **state)
{
	const json_t *parts = json_object_get(*state, "parts");
	const json_t *answer = json_array_get(parts, 1);
	struct bytes data = kept_member(answer, "authenticatorData");
	bool touched = data.at[32] & UP, verified = data.at[32] & UV;
	struct public_key holder;
	struct assertion_seen seen;

	assert_true(registered_key(json_array_get(parts, 0), &holder));
	for (enum key_uv uv = KEY_UV_PREFERRED; uv <= KEY_UV_NO; uv++) {
		enum vid_reason want = VID_OK;

		if (uv == KEY_UV_REQUIRED && !verified)
			want = VID_HOLDER_UV;
		if (!touched)
			want = VID_HOLDER_UP;
		assert_int_equal(judge(answer, &holder, uv, &seen), want);
		assert_int_equal(seen.verified_user, want == VID_OK && verified);
	}
	holder.at[0] ^= 1;
	assert_int_not_equal(judge(answer, &holder, KEY_UV_NO, &seen), VID_OK);
}

static void another_algorithm_is_refused(void **state)
{
	const json_t *parts = json_object_get(*state, "parts");
	const json_t *answer = json_array_get(parts, 1);
	struct assertion_seen seen;
	struct public_key holder;

	assert_false(registered_key(json_array_get(parts, 0), &holder));
	for (enum key_alg alg = KEY_NONE; alg <= KEY_P256; alg++) {
		holder.alg = alg;
		assert_int_equal(judge(answer, &holder, KEY_UV_NO, &seen),
				 VID_HOLDER_SIGNATURE);
	}
}

int main(void)
{
	json_t *vectors = vectors_shared("webauthn/vectors.json"), *vector;
	size_t at, es256 = 0;

	json_array_foreach(vectors, at, vector)
	{
		json_int_t alg = (json_int_t)json_number_value(
			json_object_get(vector, "cose_key_alg"));
		bool ours = alg == ES256;

		if (json_array_size(json_object_get(vector, "parts")) < 2 ||
		    count == VECTORS_MAX)
			continue;
		es256 += ours;
		tests[count++] = vector_test(
			ours ? "es256_assertion_verifies_and_its_flags_are_judged_S4"
			     : "another_algorithm_is_refused",
			text_member(vector, "title"),
			ours ? es256_assertion_verifies_and_its_flags_are_judged_S4
			     : another_algorithm_is_refused,
			vector);
	}
	if (sodium_init() < 0 || !es256 || es256 == count)
		return 99; /* not the vectors that this is about */
	return _cmocka_run_group_tests("assertion_vectors", tests, count, NULL, NULL);
}
