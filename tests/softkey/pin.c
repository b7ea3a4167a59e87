/* SPDX-License-Identifier: BSD-2-Clause */
/* pin.c - authenticatorClientPIN, CTAP 2.1 section 6.5 */
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "tests/softkey/curve.h"
#include "tests/softkey/fields.h"
#include "tests/softkey/requests.h"
#include "tests/softkey/touch.h"

#define WRONG_IN_A_ROW 3 /* then the key must be plugged in again */
#define PIN_PADDED     64

enum {
	PIN_SUBCOMMAND = 2,
	PIN_AGREEMENT = 3,
	PIN_AUTH = 4,
	PIN_NEW = 5,
	PIN_HASH = 6,
	PIN_PERMISSIONS = 9,
	PIN_RP = 10,
};

struct pin_request {
	uint64_t protocol, subcommand, permissions;
	struct bytes auth, new_pin, hash, rp;
	struct shared shared;
};

static enum ctap_status pin_retries(const struct key *key, struct buffer *reply)
{
	cbor_put_map(reply, 2);
	cbor_put_uint(reply, 3);
	cbor_put_uint(reply, key->store.pin_tries);
	cbor_put_uint(reply, 4); /* must it be plugged in again? */
	cbor_put_bool(reply, key->session.wrong_pins >= WRONG_IN_A_ROW);
	return CTAP_OK;
}

static enum ctap_status uv_retries(const struct key *key, struct buffer *reply)
{
	if (!key->options.uv)
		return CTAP_INVALID_SUBCOMMAND;
	cbor_put_map(reply, 1);
	cbor_put_uint(reply, 5);
	cbor_put_uint(reply, key->store.uv_tries);
	return CTAP_OK;
}

static enum ctap_status key_agreement(const struct key *key, struct buffer *reply)
{
	uint8_t point[64];

	p256_point(key->session.agreement, point);
	cbor_put_map(reply, 1);
	cbor_put_uint(reply, 1);
	cbor_put_map(reply, 5);
	cbor_put_uint(reply, 1);
	cbor_put_uint(reply, 2);
	cbor_put_uint(reply, 3);
	cbor_put_int(reply, COSE_ECDH);
	cbor_put_int(reply, -1);
	cbor_put_uint(reply, 1);
	cbor_put_int(reply, -2);
	cbor_put_bstr(reply, bytes_of(point, 32));
	cbor_put_int(reply, -3);
	cbor_put_bstr(reply, bytes_of(point + 32, 32));
	return CTAP_OK;
}

static enum ctap_status agree(struct key *key, const struct cbor *map,
			      struct pin_request *asked)
{
	struct cbor cose;
	enum ctap_status status = need_map(map, PIN_AGREEMENT, &cose);

	if (status != CTAP_OK)
		return status;
	return shared_agree(&asked->shared, (int)asked->protocol, key->session.agreement,
			    &cose)
		       ? CTAP_OK
		       : CTAP_INVALID_PARAMETER;
}

/* Section 6.5.5.5: 4 to 63 bytes, padded with zeros to 64. */
static enum ctap_status new_pin_keep(struct key *key, const struct pin_request *asked)
{
	uint8_t pin[SECRET_CIPHER_MAX], digest[32];
	size_t len;

	if (shared_decrypt(&asked->shared, asked->new_pin, pin) != PIN_PADDED)
		return CTAP_INVALID_PARAMETER;
	len = strnlen((const char *)pin, PIN_PADDED);
	if (len < 4 || len > 63)
		return CTAP_PIN_POLICY;
	SHA256(pin, len, digest);
	memcpy(key->store.pin_hash, digest, sizeof(key->store.pin_hash));
	key->store.pin_set = true;
	key->store.pin_tries = PIN_TRIES;
	key->session.wrong_pins = 0;
	key_save(key);
	grant_renew(key); /* tokens of the old PIN are void */
	return CTAP_OK;
}

static enum ctap_status set_pin(struct key *key, const struct pin_request *asked)
{
	if (!asked->new_pin.at || !asked->auth.at)
		return CTAP_MISSING_PARAMETER;
	if (key->store.pin_set)
		return CTAP_PIN_AUTH_INVALID;
	if (!shared_verify(&asked->shared, asked->new_pin, bytes_of(NULL, 0),
			   asked->auth))
		return CTAP_PIN_AUTH_INVALID;
	return new_pin_keep(key, asked);
}

/* Sections 6.5.5.6 and 6.5.5.7.1: count first, then compare. */
static enum ctap_status pin_check(struct key *key, const struct pin_request *asked)
{
	uint8_t hash[SECRET_CIPHER_MAX];
	bool right;

	if (key->store.pin_tries == 0)
		return CTAP_PIN_BLOCKED;
	if (key->session.wrong_pins >= WRONG_IN_A_ROW)
		return CTAP_PIN_AUTH_BLOCKED;
	key->store.pin_tries--;
	right = shared_decrypt(&asked->shared, asked->hash, hash) == 16 &&
		CRYPTO_memcmp(hash, key->store.pin_hash, 16) == 0;
	if (right) {
		key->store.pin_tries = PIN_TRIES;
		key->session.wrong_pins = 0;
		key_save(key);
		return CTAP_OK;
	}
	key_save(key);
	key_log(key, "wrong pin, %u tries left", key->store.pin_tries);
	agreement_renew(key);
	if (key->store.pin_tries == 0)
		return CTAP_PIN_BLOCKED;
	return ++key->session.wrong_pins >= WRONG_IN_A_ROW ? CTAP_PIN_AUTH_BLOCKED
							   : CTAP_PIN_INVALID;
}

static enum ctap_status change_pin(struct key *key, const struct pin_request *asked)
{
	enum ctap_status status;

	if (!asked->new_pin.at || !asked->auth.at || !asked->hash.at)
		return CTAP_MISSING_PARAMETER;
	if (!key->store.pin_set)
		return CTAP_PIN_NOT_SET;
	if (key->store.pin_tries == 0)
		return CTAP_PIN_BLOCKED;
	if (!shared_verify(&asked->shared, asked->new_pin, asked->hash, asked->auth))
		return CTAP_PIN_AUTH_INVALID;
	if ((status = pin_check(key, asked)) != CTAP_OK)
		return status;
	return new_pin_keep(key, asked);
}

static enum ctap_status hand_out(struct key *key, const struct pin_request *asked,
				 struct buffer *reply)
{
	uint8_t cipher[SECRET_CIPHER_MAX];
	struct grant *grant = &key->session.grant;
	size_t len;

	grant_renew(key);
	grant->protocol = (int)asked->protocol;
	grant->may = (unsigned)asked->permissions;
	if (asked->rp.at) {
		SHA256(asked->rp.at, asked->rp.len, grant->rp_hash);
		grant->rp_bound = true;
	}
	len = shared_encrypt(&asked->shared, bytes_of(grant->token, SECRET_TOKEN),
			     cipher);
	cbor_put_map(reply, 1);
	cbor_put_uint(reply, 2);
	cbor_put_bstr(reply, bytes_of(cipher, len));
	return CTAP_OK;
}

/* What may be asked for at all, and needs an RP. */
static enum ctap_status permissions_check(const struct key *key,
					  const struct pin_request *asked)
{
	unsigned known = CTAP_MAY_MAKE | CTAP_MAY_ASSERT | CTAP_MAY_MANAGE;

	if (!key->options.no_blobs)
		known |= CTAP_MAY_WRITE_BLOBS;
	if (asked->permissions == 0)
		return CTAP_INVALID_PARAMETER;
	if (asked->permissions & ~(uint64_t)known)
		return CTAP_UNAUTHORIZED;
	if ((asked->permissions & (CTAP_MAY_MAKE | CTAP_MAY_ASSERT)) && !asked->rp.at)
		return CTAP_MISSING_PARAMETER;
	return CTAP_OK;
}

static enum ctap_status token_by_pin(struct key *key, struct pin_request *asked,
				     struct buffer *reply)
{
	enum ctap_status status;

	if (!asked->hash.at)
		return CTAP_MISSING_PARAMETER;
	if (!key->store.pin_set)
		return CTAP_PIN_NOT_SET;
	if (asked->subcommand == 5) {
		if (asked->permissions || asked->rp.at)
			return CTAP_INVALID_PARAMETER;
		asked->permissions = CTAP_MAY_MAKE | CTAP_MAY_ASSERT;
	} else if ((status = permissions_check(key, asked)) != CTAP_OK)
		return status;
	if ((status = pin_check(key, asked)) != CTAP_OK)
		return status;
	return hand_out(key, asked, reply);
}

static enum ctap_status token_by_uv(struct key *key, struct pin_request *asked,
				    struct buffer *reply)
{
	enum ctap_status status;

	if (!key->options.uv)
		return CTAP_INVALID_SUBCOMMAND;
	if ((status = permissions_check(key, asked)) != CTAP_OK ||
	    (status = touch_verify(key)) != CTAP_OK)
		return status;
	status = hand_out(key, asked, reply);
	key->session.grant.present = true;
	return status;
}

static enum ctap_status pin_read(const struct cbor *map, struct pin_request *asked)
{
	enum ctap_status status;

	if ((status = need_uint(map, PIN_SUBCOMMAND, &asked->subcommand)) != CTAP_OK ||
	    (status = want_uint(map, 1, &asked->protocol)) != CTAP_OK ||
	    (status = want_bstr(map, PIN_AUTH, &asked->auth)) != CTAP_OK ||
	    (status = want_bstr(map, PIN_NEW, &asked->new_pin)) != CTAP_OK ||
	    (status = want_bstr(map, PIN_HASH, &asked->hash)) != CTAP_OK ||
	    (status = want_uint(map, PIN_PERMISSIONS, &asked->permissions)) != CTAP_OK ||
	    (status = want_tstr(map, PIN_RP, &asked->rp)) != CTAP_OK)
		return status;
	if (asked->subcommand == 1 || asked->subcommand == 7)
		return CTAP_OK; /* retries need no protocol */
	if (asked->protocol == 0)
		return CTAP_MISSING_PARAMETER;
	return asked->protocol <= 2 ? CTAP_OK : CTAP_INVALID_PARAMETER;
}

enum ctap_status client_pin(struct key *key, const struct cbor *map, struct buffer *reply)
{
	struct pin_request asked = { 0 };
	enum ctap_status status = pin_read(map, &asked);

	key_log(key, "clientPIN subcommand=%u protocol=%u", (unsigned)asked.subcommand,
		(unsigned)asked.protocol);
	if (status != CTAP_OK)
		return status;
	switch (asked.subcommand) {
	case 1:
		return pin_retries(key, reply);
	case 2:
		return key_agreement(key, reply);
	case 7:
		return uv_retries(key, reply);
	case 3:
	case 4:
	case 5:
	case 6:
	case 9:
		break;
	default:
		return CTAP_INVALID_SUBCOMMAND;
	}
	if (key->options.no_pin && asked.subcommand != 6)
		return CTAP_INVALID_SUBCOMMAND;
	if ((status = agree(key, map, &asked)) != CTAP_OK)
		return status;
	switch (asked.subcommand) {
	case 3:
		return set_pin(key, &asked);
	case 4:
		return change_pin(key, &asked);
	case 6:
		return token_by_uv(key, &asked, reply);
	default:
		return token_by_pin(key, &asked, reply);
	}
}
