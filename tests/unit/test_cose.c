/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * COSE_Sign1 against the working group's examples, and the two signature algorithms
 * against Wycheproof. One test a vector.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sodium.h>

#include "libvid/cose.h"
#include "tests/unit/vectors.h"

/* A coordinate as the examples give it: hex, or base64url. */
static bool coordinate(const json_t *key, const char *name, uint8_t to[32])
{
	char hex_name[8];
	const char *hex, *text = text_member(key, name);
	size_t len = 0;

	snprintf(hex_name, sizeof(hex_name), "%s_hex", name);
	hex = text_member(key, hex_name);
	if (*hex)
		return sodium_hex2bin(to, 32, hex, strlen(hex), NULL, &len, NULL) == 0 &&
		       len == 32;
	return sodium_base642bin(to, 32, text, strlen(text), NULL, &len, NULL,
				 sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
	       len == 32;
}

static bool key_of(const json_t *vector, struct public_key *out)
{
	const json_t *key = json_object_get(vector, "key");
	const char *crv = text_member(key, "crv");

	*out = (struct public_key){ 0 };
	if (strcmp(crv, "Ed25519") == 0)
		out->alg = KEY_ED25519;
	else if (strcmp(crv, "P-256") == 0)
		out->alg = KEY_P256;
	return out->alg != KEY_NONE && coordinate(key, "x", out->at) &&
	       (out->alg == KEY_ED25519 || coordinate(key, "y", out->at + 32));
}

/*
 * RFC-valid is not profile-valid: tag 18 must be there, alg protected and of ours, no
 * external data, and the curve one of two.
 */
static void example_is_judged(void **state)
{
	const json_t *vector = *state;
	struct bytes message = hex_member(vector, "cose_hex"),
		     tbs = hex_member(vector, "tbs_hex");
	uint8_t room[512];
	struct buffer ours = buffer_of(room, sizeof(room));
	struct cose_sign1 cose;
	struct public_key key;
	bool known = key_of(vector, &key), plain = !*text_member(vector, "external_aad");
	bool tagged = (int)json_number_value(json_object_get(vector, "tag")) == 18;
	bool good = json_is_true(json_object_get(vector, "valid")) && known && plain &&
		    tagged && strcmp(text_member(vector, "alg_bucket"), "protected") == 0;
	enum vid_reason why = cose_open(message, COSE_ANY, &cose);

	if (!tagged)
		assert_int_equal(why, VID_TAGS);
	else if (cose.signature.len == 64)
		assert_int_equal(why, VID_OK);
	if (why == VID_OK) {
		bool judged = known && cose.has_alg && alg_fits(cose.alg, key.alg) &&
			      cose_verify(&cose, &key);

		if (strstr(text_member(vector, "title"), "SHA-512"))
			good = false; /* ES512 is not ours */
		assert_int_equal(judged, good);
		cose_tbs(&cose, &ours);
		if (good && tbs.len)
			assert_true(bytes_equal(buffer_bytes(&ours), tbs));
	} else {
		assert_false(good);
	}
	free((void *)message.at);
	free((void *)tbs.at);
}

struct case_of {
	const json_t *group, *test;
	enum key_alg alg;
};

static void wycheproof_case_is_judged(void **state)
{
	const struct case_of *one = *state;
	const json_t *public = json_object_get(one->group, "publicKey");
	struct bytes message = hex_member(one->test, "msg"),
		     signature = hex_member(one->test, "sig");
	struct bytes point =
		hex_member(public, one->alg == KEY_P256 ? "uncompressed" : "pk");
	struct public_key key = { .alg = one->alg };
	bool valid = strcmp(text_member(one->test, "result"), "valid") == 0;

	assert_int_equal(point.len, one->alg == KEY_P256 ? 65 : 32);
	memcpy(key.at, point.at + (one->alg == KEY_P256), public_key_len(&key));
	assert_true(public_key_check(&key));
	assert_int_equal(signature_verify(&key, message, signature), valid);
	free((void *)message.at);
	free((void *)signature.at);
	free((void *)point.at);
}

static struct CMUnitTest tests[1024];
static struct case_of cases[1024];
static size_t count;

static void add_wycheproof(const char *file, enum key_alg alg)
{
	json_t *groups = json_object_get(vectors_shared(file), "testGroups");
	json_t *group, *test;
	size_t i, j;

	json_array_foreach(groups, i, group)
	{
		json_array_foreach(json_object_get(group, "tests"), j, test)
		{
			char name[160];

			snprintf(name, sizeof(name), "%s %d",
				 alg == KEY_P256 ? "P-256" : "Ed25519",
				 (int)json_number_value(json_object_get(test, "tcId")));
			cases[count] = (struct case_of){ group, test, alg };
			tests[count] =
				vector_test("wycheproof_case_is_judged", name,
					    wycheproof_case_is_judged, &cases[count]);
			count++;
		}
	}
}

int main(void)
{
	json_t *examples = vectors_shared("cose/sign1.json"), *vector;
	size_t index;

	if (sodium_init() < 0)
		return 99;
	json_array_foreach(examples, index, vector) tests[count++] =
		vector_test("example_is_judged", text_member(vector, "title"),
			    example_is_judged, vector);
	add_wycheproof("wycheproof/ed25519_test.json", KEY_ED25519);
	add_wycheproof("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json", KEY_P256);
	return _cmocka_run_group_tests("COSE and signatures", tests, count, NULL, NULL);
}
