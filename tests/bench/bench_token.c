/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_token - what judging a token, or a security key's proof, costs beside the one
 * signature check in it
 *
 * Medians of single calls, the two timed in turn so that a busy machine slows both.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "libvid/ecdsa_der.h"
#include "libvid/presentation.h"
#include "tests/unit/key_holder.h"

#define ROUNDS 4000
#define HOST   "host:3f0c0b5e7a9d4e0f"
#define NOW    1760000100

static uint8_t token_room[VID_TOKEN_MAX], kbt_room[VID_KBT_MAX];
static uint8_t issuer_public[32], issuer_secret[64], holder_secret[64];
static struct issuer issuer = { .iss = "https://id.example.org",
				.realm = "realm:example.org",
				.alias = "example",
				.max_lifetime = VID_LIFETIME_DEFAULT,
				.key_count = 1 };

static int64_t nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t median(int64_t *times)
{
	qsort(times, ROUNDS, sizeof(*times), by_value);
	return times[ROUNDS / 2];
}

static struct bytes make_token(void)
{
	static const uint8_t digest[32] = { 1 };
	struct token_claims claims = {
		.iss = issuer.iss,
		.sub = "AAECAwQFBgcICQoLDA0ODw",
		.aud = issuer.realm,
		.iat = NOW - 100,
		.exp = NOW + 86400,
		.status_uri = "https://id.example.org/s/1",
		.status_idx = 4711,
		.face_digest = bytes_of(digest, sizeof(digest)),
		.face_model = "frr0095",
		.face_count = 1,
		.holder.alg = KEY_ED25519,
	};
	struct buffer to = buffer_of(token_room, sizeof(token_room));

	crypto_sign_keypair(issuer_public, issuer_secret);
	crypto_sign_keypair(claims.holder.at, holder_secret);
	issuer.key[0].public.alg = KEY_ED25519;
	memcpy(issuer.key[0].public.at, issuer_public, 32);
	issuer_key_id(&issuer.key[0].public, issuer.key[0].kid);
	if (token_make(&claims, issuer.key[0].kid, issuer_secret, &to) != VID_OK)
		exit(1);
	return buffer_bytes(&to);
}

static struct bytes make_kbt(struct bytes token)
{
	struct buffer to = buffer_of(kbt_room, sizeof(kbt_room));

	if (presentation_make(token, HOST, NOW, bytes_of(NULL, 0), holder_secret, &to) !=
	    VID_OK)
		exit(1);
	return buffer_bytes(&to);
}

static void print(const char *what, int64_t time, int64_t bare)
{
	printf("  %-44s %8lld ns  %5.2f x\n", what, (long long)time,
	       (double)time / (double)bare);
}

/* The signature alone, and the whole answer of a key that judging it takes. */
static int bench_assertion(const char *name, enum key_alg alg)
{
	static int64_t bare[ROUNDS], whole[ROUNDS];
	struct assertion_challenge challenge = { .nonce = { 1 },
						 .host = HOST,
						 .service = "login",
						 .seat = "seat0",
						 .boot_id = "" };
	uint8_t hash[32], tbs_room[128], plain[64];
	struct buffer tbs = buffer_of(tbs_room, sizeof(tbs_room));
	struct key_holder holder;
	struct assertion_rules rules = { .hash = hash,
					 .holder = &holder.public,
					 .rp_id = bytes_of_text(RP) };
	struct assertion_seen seen;
	struct bytes signature;
	struct made made;
	int64_t one;

	key_holder_make(&holder, alg);
	assertion_hash(&challenge, hash);
	made_data(&made, RP, UP | UV, 1, bytes_of("", 0));
	made_sign(&made, &holder, hash);
	buffer_add(&tbs, made.assertion.auth_data.at, made.assertion.auth_data.len);
	buffer_add(&tbs, hash, sizeof(hash));
	signature = made.assertion.signature;
	if (alg == KEY_P256 && ecdsa_der_read(signature, plain))
		signature = bytes_of(plain, sizeof(plain));
	for (size_t i = 0; i < ROUNDS; i++) {
		int64_t at = nanoseconds();

		if (!signature_verify(&holder.public, buffer_bytes(&tbs), signature))
			return 1;
		bare[i] = nanoseconds() - at;
		at = nanoseconds();
		assertion_hash(&challenge, hash);
		if (assertion_verify(&made.assertion, &rules, &seen) != VID_OK)
			return 1;
		whole[i] = nanoseconds() - at;
	}
	key_holder_end(&holder);
	one = median(bare);
	printf("a security key's proof, %s:\n", name);
	print("signature_verify alone", one, one);
	print("assertion_hash and assertion_verify", median(whole), one);
	return 0;
}

int main(void)
{
	static int64_t bare[ROUNDS], whole[ROUNDS], shown[ROUNDS];
	uint8_t tbs_room[VID_KBT_MAX + 64];
	struct buffer tbs = buffer_of(tbs_room, sizeof(tbs_room));
	struct issuers trust = { .count = 1, .at = &issuer };
	struct presentation_rules rules = {
		.token = { .trust = &trust, .now = NOW, .skew = VID_SKEW_DEFAULT },
		.host = HOST
	};
	struct presentation presentation;
	struct cose_sign1 cose;
	struct rusage usage;
	struct token token;
	struct bytes message, kbt;
	int64_t one;

	if (sodium_init() < 0)
		return 1;
	message = make_token();
	kbt = make_kbt(message);
	if (cose_open(message, COSE_CLAIMS, &cose) != VID_OK)
		return 1;
	cose_tbs(&cose, &tbs);
	for (size_t i = 0; i < ROUNDS; i++) {
		int64_t at = nanoseconds();

		if (crypto_sign_verify_detached(cose.signature.at, tbs.at, tbs.len,
						issuer_public) != 0)
			return 1;
		bare[i] = nanoseconds() - at;
		at = nanoseconds();
		if (token_verify(message, &rules.token, &token) != VID_OK)
			return 1;
		whole[i] = nanoseconds() - at;
		at = nanoseconds();
		if (presentation_verify(kbt, &rules, &presentation) != VID_OK)
			return 1;
		shown[i] = nanoseconds() - at;
	}
	one = median(bare);
	printf("token of %zu bytes, presentation of %zu, medians of %d calls:\n",
	       message.len, kbt.len, ROUNDS);
	print("libsodium crypto_sign_verify_detached alone", one, one);
	print("token_verify, steps 1-16 (target 2 x)", median(whole), one);
	print("presentation_verify, two signatures", median(shown), one);
	if (bench_assertion("Ed25519", KEY_ED25519) != 0 ||
	    bench_assertion("ES256", KEY_P256) != 0)
		return 1;
	getrusage(RUSAGE_SELF, &usage);
	printf("peak memory %ld KiB\n", usage.ru_maxrss);
	return 0;
}
