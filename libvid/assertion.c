/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/assertion.h"

#include <sodium.h>

#include "libvid/ecdsa_der.h"

/* What is hashed: five texts within their limits, two strings of 32 bytes, the heads. */
#define CHALLENGE_MAX 512

/* Authenticator data (WebAuthn section 6.1): rpIdHash 32 || flags 1 || signCount 4. */
enum { AT_FLAGS = 32, AT_COUNTER = 33, AUTH_DATA_LEN = 37 };

enum {
	FLAG_UP = 0x01, /* touched */
	FLAG_UV = 0x04, /* and its user verified */
	FLAG_AT = 0x40, /* a new credential's data: in no assertion */
	FLAG_ED = 0x80, /* extension data follows */
};

void assertion_hash(const struct assertion_challenge *challenge, uint8_t hash[32])
{
	uint8_t room[CHALLENGE_MAX], token[32];
	struct buffer text = buffer_of(room, sizeof(room));

	cbor_put_array(&text, 7);
	cbor_put_text(&text, "pam_vid/1");
	cbor_put_bstr(&text, bytes_of(challenge->nonce, sizeof(challenge->nonce)));
	cbor_put_text(&text, challenge->host);
	cbor_put_text(&text, challenge->service);
	cbor_put_text(&text, challenge->seat);
	cbor_put_text(&text, challenge->boot_id);
	if (challenge->token.len) {
		crypto_hash_sha256(token, challenge->token.at, challenge->token.len);
		cbor_put_bstr(&text, bytes_of(token, sizeof(token)));
	} else {
		cbor_put_null(&text);
	}
	/* Part of a text must never be signed for the whole: nobody can sign for this. */
	if (text.full)
		randombytes_buf(hash, 32);
	else
		crypto_hash_sha256(hash, text.at, text.len);
}

/*
 * Extension data is there when the flag says so, and is one map to the end. CTAP writes
 * it canonically, but what it says counts for nothing here, and keys that write a map in
 * another form are no worse proof: it has to be well-formed.
 */
static bool extensions_formed(struct bytes data, bool announced)
{
	struct cbor cbor = cbor_of(data);

	if (!announced)
		return data.len == 0;
	return cbor_peek(&cbor) == CBOR_MAP && cbor_check_wellformed(data) == VID_OK;
}

static bool data_formed(struct bytes data)
{
	uint8_t flags;

	if (data.len < AUTH_DATA_LEN || data.len > ASSERTION_AUTH_DATA_MAX)
		return false;
	flags = data.at[AT_FLAGS];
	return !(flags & FLAG_AT) && extensions_formed(bytes_of(data.at + AUTH_DATA_LEN,
								data.len - AUTH_DATA_LEN),
						       flags & FLAG_ED);
}

static bool rp_id_fits(struct bytes data, struct bytes rp_id)
{
	uint8_t want[32];

	/* without one the hash would be that of the empty text, which anybody can ask
	 * a key for */
	if (rp_id.len == 0)
		return false;
	crypto_hash_sha256(want, rp_id.at, rp_id.len);
	return sodium_memcmp(want, data.at, sizeof(want)) == 0;
}

static bool signed_by(const struct assertion *assertion, const uint8_t hash[32],
		      const struct public_key *holder)
{
	uint8_t room[ASSERTION_AUTH_DATA_MAX + 32], plain[64];
	struct buffer message = buffer_of(room, sizeof(room));
	struct bytes signature = assertion->signature;

	buffer_add(&message, assertion->auth_data.at, assertion->auth_data.len);
	buffer_add(&message, hash, 32);
	if (message.full)
		return false;
	if (holder->alg == KEY_P256) {
		if (!ecdsa_der_read(signature, plain))
			return false;
		signature = bytes_of(plain, sizeof(plain));
	}
	return signature_verify(holder, buffer_bytes(&message), signature);
}

static uint32_t counter_of(struct bytes data)
{
	const uint8_t *at = data.at + AT_COUNTER;

	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
	       at[3];
}

enum vid_reason assertion_verify(const struct assertion *assertion,
				 const struct assertion_rules *rules,
				 struct assertion_seen *out)
{
	struct bytes data = assertion->auth_data;
	uint8_t flags;

	*out = (struct assertion_seen){ 0 };
	if (!data_formed(data))
		return VID_HOLDER_PROOF;
	flags = data.at[AT_FLAGS];
	if (!rp_id_fits(data, rules->rp_id))
		return VID_HOLDER_RP;
	if (!(flags & FLAG_UP))
		return VID_HOLDER_UP;
	if (rules->uv == KEY_UV_REQUIRED && !(flags & FLAG_UV))
		return VID_HOLDER_UV;
	if (!signed_by(assertion, rules->hash, rules->holder))
		return VID_HOLDER_SIGNATURE;
	out->verified_user = (flags & FLAG_UV) != 0;
	out->counter = counter_of(data);
	return VID_OK;
}

bool assertion_says_uv(struct bytes auth_data)
{
	return auth_data.len >= AUTH_DATA_LEN && (auth_data.at[AT_FLAGS] & FLAG_UV) != 0;
}

bool assertion_is_of(const struct assertion *assertion, const uint8_t hash[32],
		     const struct public_key *holder)
{
	return data_formed(assertion->auth_data) && signed_by(assertion, hash, holder);
}
