/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/cred.h"

#include <err.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "tests/softkey/curve.h"
#include "tests/softkey/secret.h"

#define HEAD  34 /* bytes of an id in front of its MAC */
#define NONCE 2  /* where it begins */

enum { PROTECT = 0x03, HMAC_SECRET = 0x10, BLOB_KEY = 0x20, RESIDENT = 0x40 };

/* MAC(master, label || first `len` bytes of id || RP hash) */
static void derive(const struct store *store, const char *label, const uint8_t *id,
		   size_t len, const uint8_t rp_hash[32], uint8_t to[32])
{
	uint8_t room[16 + HEAD + 32] = { 0 };
	struct buffer message = buffer_of(room, sizeof(room));

	buffer_add(&message, label, strlen(label) + 1);
	buffer_add(&message, id, len);
	buffer_add(&message, rp_hash, 32);
	mac_of(bytes_of(store->master, 32), buffer_bytes(&message), to);
}

void cred_make(const struct store *store, const struct cred_kind *kind,
	       const uint8_t rp_hash[32], uint8_t id[CREDENTIAL_ID])
{
	id[0] = kind->alg == COSE_EDDSA;
	id[1] = (uint8_t)(kind->protect | (kind->hmac ? HMAC_SECRET : 0) |
			  (kind->blob_key ? BLOB_KEY : 0) |
			  (kind->resident ? RESIDENT : 0));
	if (RAND_bytes(id + NONCE, 32) != 1)
		errx(2, "no random bytes");
	derive(store, "id", id, HEAD, rp_hash, id + HEAD);
}

struct cred_kind cred_kind_of(const uint8_t id[CREDENTIAL_ID])
{
	return (struct cred_kind){
		.alg = id[0] ? COSE_EDDSA : COSE_ES256,
		.protect = id[1] & PROTECT,
		.hmac = id[1] & HMAC_SECRET,
		.blob_key = id[1] & BLOB_KEY,
		.resident = id[1] & RESIDENT,
	};
}

const struct resident *cred_resident(const struct store *store,
				     const uint8_t id[CREDENTIAL_ID])
{
	for (uint32_t i = 0; i < store->count; i++)
		if (!memcmp(store->resident[i].id, id, CREDENTIAL_ID))
			return store->resident + i;
	return NULL;
}

bool cred_owned(const struct store *store, struct bytes id, const uint8_t rp_hash[32])
{
	uint8_t mac[32];

	if (id.len != CREDENTIAL_ID)
		return false;
	derive(store, "id", id.at, HEAD, rp_hash, mac);
	if (CRYPTO_memcmp(mac, id.at + HEAD, sizeof(mac)))
		return false;
	return !cred_kind_of(id.at).resident || cred_resident(store, id.at);
}

static EVP_PKEY *private_key(const struct store *store, const uint8_t *id,
			     const uint8_t rp_hash[32])
{
	uint8_t seed[32];

	derive(store, "key", id, HEAD, rp_hash, seed);
	return id[0] ? ed25519_private(seed) : p256_private(seed);
}

size_t cred_sign(const struct store *store, const uint8_t id[CREDENTIAL_ID],
		 const uint8_t rp_hash[32], struct bytes message, uint8_t *signature)
{
	AUTO_PKEY EVP_PKEY *key = private_key(store, id, rp_hash);

	return key_sign(key, message, signature);
}

void cred_put_public(const struct store *store, const uint8_t id[CREDENTIAL_ID],
		     const uint8_t rp_hash[32], struct buffer *to)
{
	AUTO_PKEY EVP_PKEY *key = private_key(store, id, rp_hash);
	uint8_t point[64];
	bool edwards = id[0];

	cbor_put_map(to, edwards ? 4 : 5);
	cbor_put_uint(to, 1); /* kty: OKP or EC2 */
	cbor_put_uint(to, edwards ? 1 : 2);
	cbor_put_uint(to, 3);
	cbor_put_int(to, edwards ? COSE_EDDSA : COSE_ES256);
	cbor_put_int(to, -1); /* crv: Ed25519 or P-256 */
	cbor_put_uint(to, edwards ? 6 : 1);
	cbor_put_int(to, -2);
	if (edwards) {
		ed25519_point(key, point);
		cbor_put_bstr(to, bytes_of(point, 32));
		return;
	}
	p256_point(key, point);
	cbor_put_bstr(to, bytes_of(point, 32));
	cbor_put_int(to, -3);
	cbor_put_bstr(to, bytes_of(point + 32, 32));
}

void cred_blob_key(const struct store *store, const uint8_t id[CREDENTIAL_ID],
		   const uint8_t rp_hash[32], uint8_t key[32])
{
	derive(store, "blob", id, HEAD, rp_hash, key);
}

void cred_random(const struct store *store, const uint8_t id[CREDENTIAL_ID],
		 const uint8_t rp_hash[32], bool verified, uint8_t random[32])
{
	derive(store, verified ? "random uv" : "random", id, HEAD, rp_hash, random);
}

void cred_put_descriptor(const uint8_t id[CREDENTIAL_ID], struct buffer *to)
{
	cbor_put_map(to, 2);
	cbor_put_text(to, "id");
	cbor_put_bstr(to, bytes_of(id, CREDENTIAL_ID));
	cbor_put_text(to, "type");
	cbor_put_text(to, "public-key");
}
