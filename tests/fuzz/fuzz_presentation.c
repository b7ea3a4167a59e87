/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whatever a person shows: a carrier (raw or QR text), then a token or a KBT. The trusted
 * issuer is that of the profile's vectors, so that the seeds reach every step.
 */
#include <sodium.h>
#include <stdlib.h>

#include "libvid/presentation.h"
#include "tests/fuzz/fuzz.h"

static struct issuer issuer = { .iss = "https://id.example.org",
				.realm = "realm:example.org",
				.alias = "example",
				.status = STATUS_REQUIRED,
				.max_lifetime = 7776000,
				.key_count = 1 };

static void trust_the_vectors(void)
{
	static const uint8_t kid[] = { 0x5c, 0x77, 0xd7, 0xfd, 0x8f, 0x51, 0xed, 0x0c };

	memcpy(issuer.key[0].kid, kid, sizeof(kid));
	issuer.key[0].public.alg = KEY_ED25519;
	if (sodium_init() < 0 ||
	    sodium_hex2bin(
		    issuer.key[0].public.at, 32,
		    "05be533ed4e718f0dee72c005353d7cf01aeaf4515c6acc30b8c66a5845eb2f7",
		    64, NULL, NULL, NULL) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct issuers trust = { .count = 1, .at = &issuer };
	const struct presentation_rules rules = {
		.token = { .trust = &trust, .now = 1760000100, .skew = 60 },
		.host = "host:3f0c0b5e7a9d4e0f",
	};
	uint8_t room[VID_KBT_MAX + 8];
	struct buffer to = buffer_of(room, sizeof(room));
	struct presentation out;
	struct bytes message;

	if (issuer.key[0].public.alg == KEY_NONE)
		trust_the_vectors();
	if (presentation_decode(bytes_of(data, size), &to, &message) != VID_OK)
		return 0;
	if (presentation_verify(message, &rules, &out) == VID_OK)
		must(subject_valid(out.token.sub) && out.token.issuer == &issuer);
	else
		must(out.token.issuer == NULL && out.token.raw.len == 0);
	(void)token_iss_unverified(message);
	return 0;
}
