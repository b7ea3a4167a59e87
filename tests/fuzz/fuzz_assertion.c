/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whatever comes from a security key: a byte for the length of a signature, the
 * signature, authenticator data; and all of it as a blob and as a sealed template. The
 * seeds are signed by the two keys below, over a hash of zeros, so that they reach the
 * end.
 */
#include <sodium.h>
#include <stdlib.h>

#include "libvid/assertion.h"
#include "libvid/ecdsa_der.h"
#include "libvid/key_blob.h"
#include "tests/fuzz/fuzz.h"

#define RP "example.org"

static struct public_key holders[2]; /* Ed25519 of a seed of zeros; P-256 */

static void make_holders(void)
{
	static const uint8_t seed[32];
	uint8_t secret[64];

	holders[0].alg = KEY_ED25519;
	holders[1].alg = KEY_P256;
	if (sodium_init() < 0 ||
	    crypto_sign_seed_keypair(holders[0].at, secret, seed) != 0 ||
	    sodium_hex2bin(
		    holders[1].at, 64,
		    "b648c0680633dd52d6a571379a05917b05d153a8810ae140d73efe1341380a69"
		    "4cdb659f645f051fe0da4f91723eb0ea4fc32f1d94b07ae5a12ce26a48b7aacf",
		    128, NULL, NULL, NULL) != 0)
		abort();
}

/* One number as DER has it. */
static void put_number(const uint8_t number[32], struct buffer *to)
{
	uint8_t head[] = { 0x02, 32 };
	size_t skip = 0;

	while (skip < 31 && number[skip] == 0)
		skip++;
	head[1] = (uint8_t)(32 - skip + (number[skip] >> 7));
	buffer_add(to, head, sizeof(head));
	if (number[skip] & 0x80)
		buffer_add(to, "", 1);
	buffer_add(to, number + skip, 32 - skip);
}

/* What is read has one form, and this was it. */
static void read_signature(struct bytes signature)
{
	uint8_t plain[64], room[ECDSA_DER_MAX] = { 0x30 };
	struct buffer again = buffer_of(room, sizeof(room));

	if (!ecdsa_der_read(signature, plain)) {
		must(sodium_is_zero(plain, sizeof(plain)));
		return;
	}
	again.len = 2;
	put_number(plain, &again);
	put_number(plain + 32, &again);
	room[1] = (uint8_t)(again.len - 2);
	must(!again.full && bytes_equal(buffer_bytes(&again), signature));
}

static void judge(const struct assertion *assertion, const struct public_key *holder)
{
	static const uint8_t hash[32];
	struct assertion_rules rules = { .hash = hash,
					 .holder = holder,
					 .rp_id = bytes_of_text(RP),
					 .uv = KEY_UV_PREFERRED };
	bool is_of = assertion_is_of(assertion, hash, holder);
	struct assertion_seen seen;

	if (assertion_verify(assertion, &rules, &seen) == VID_OK) {
		must(is_of && (assertion->auth_data.at[32] & 1));
		rules.uv = KEY_UV_REQUIRED;
		must((assertion_verify(assertion, &rules, &seen) == VID_OK) ==
		     seen.verified_user);
		rules.rp_id = bytes_of_text("example.com");
		must(assertion_verify(assertion, &rules, &seen) == VID_HOLDER_RP);
	}
	must(seen.counter == 0 || is_of);
}

static void read_blob(struct bytes data)
{
	static const uint8_t secret[KEY_SECRET_LEN];
	static struct key_template template;
	static uint8_t room[KEY_BLOB_MAX];
	struct buffer again = buffer_of(room, sizeof(room));
	struct key_blob blob;
	struct bytes sealed = data;

	if (key_blob_read(data, &blob) == VID_OK) {
		must(blob.token.len && blob.token.len <= VID_TOKEN_MAX);
		key_blob_write(&blob, &again);
		must(!again.full && bytes_equal(buffer_bytes(&again), data));
		if (blob.template.len)
			sealed = blob.template;
	}
	if (key_template_open(sealed, &holders[0], secret, &template) == VID_OK)
		must(template.template.count && template.template.dimension);
	else
		must(sodium_is_zero((const uint8_t *)&template, sizeof(template)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct assertion assertion;
	size_t len;

	if (holders[0].alg == KEY_NONE)
		make_holders();
	read_blob(bytes_of(data, size));
	if (size == 0 || data[0] > size - 1)
		return 0;
	len = data[0];
	assertion.signature = bytes_of(data + 1, len);
	assertion.auth_data = bytes_of(data + 1 + len, size - 1 - len);
	read_signature(assertion.signature);
	judge(&assertion, &holders[0]);
	judge(&assertion, &holders[1]);
	return 0;
}
