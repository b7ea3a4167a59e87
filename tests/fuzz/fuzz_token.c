/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The claims of a token behind the signature: the fuzzer writes the payload, the target
 * signs it, so that steps 12-20 are reached by every input. Also: what the strict reader
 * accepts, the walker can walk to the last byte.
 */
#include <sodium.h>
#include <stdlib.h>

#include "libvid/token.h"
#include "tests/fuzz/fuzz.h"

static struct issuer issuer = { .iss = "https://id.example.org",
				.realm = "realm:example.org",
				.alias = "example",
				.status = STATUS_REQUIRED,
				.max_lifetime = 7776000,
				.key_count = 1 };
static uint8_t secret[64];

static void make_the_issuer(void)
{
	static const uint8_t seed[32] = { 1 };

	if (sodium_init() < 0)
		abort();
	issuer.key[0].public.alg = KEY_ED25519;
	crypto_sign_seed_keypair(issuer.key[0].public.at, secret, seed);
}

static void walk_to_the_end(struct bytes message)
{
	struct cbor cbor = cbor_of(message);

	if (cbor_check(message) == VID_OK) {
		must(cbor_check_wellformed(message) == VID_OK);
		must(cbor_skip(&cbor, NULL));
		must(cbor.at == cbor.end);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t header[] = "\xa2\x01\x32\x10\x73"
					"application/vid+cwt";
	static const struct issuers trust = { .count = 1, .at = &issuer };
	const struct token_rules rules = { .trust = &trust,
					   .now = 1760000100,
					   .skew = 60 };
	uint8_t room[VID_CARD_MAX];
	struct buffer message = buffer_of(room, sizeof(room));
	struct token token;

	if (issuer.key[0].public.alg == KEY_NONE)
		make_the_issuer();
	walk_to_the_end(bytes_of(data, size));
	if (size > VID_TOKEN_MAX)
		return 0;
	cose_sign(bytes_of(header, sizeof(header) - 1), bytes_of(data, size), secret,
		  &message);
	must(!message.full);
	if (token_verify(buffer_bytes(&message), &rules, &token) != VID_OK)
		return 0;
	must(subject_valid(token.sub) && token.exp > token.iat);
	if (token_status_form(&token) == VID_OK)
		must(!token.status.present || token.status.uri.len);
	if (token_face_form(&token) == VID_OK)
		must(!token.face.present || token.face.digest.len == 32);
	return 0;
}
