/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/key_holder.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdlib.h>

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void make_p256(struct key_holder *holder)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	uint8_t point[65];
	size_t len = 0;

	must(key && EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point,
						    sizeof(point), &len) == 1);
	must(len == sizeof(point) && point[0] == 4);
	memcpy(holder->public.at, point + 1, 64);
	holder->ec = key;
}

void key_holder_make(struct key_holder *holder, enum key_alg alg)
{
	must(sodium_init() >= 0);
	*holder = (struct key_holder){ .public.alg = alg };
	if (alg == KEY_P256)
		make_p256(holder);
	else
		crypto_sign_keypair(holder->public.at, holder->secret);
}

void key_holder_end(struct key_holder *holder)
{
	EVP_PKEY_free(holder->ec);
	sodium_memzero(holder, sizeof(*holder));
}

void made_data(struct made *made, const char *rp, uint8_t flags, uint32_t counter,
	       struct bytes more)
{
	struct buffer to = buffer_of(made->data, sizeof(made->data));
	const uint8_t tail[] = { flags, (uint8_t)(counter >> 24),
				 (uint8_t)(counter >> 16), (uint8_t)(counter >> 8),
				 (uint8_t)counter };
	uint8_t hash[32];

	crypto_hash_sha256(hash, (const uint8_t *)rp, strlen(rp));
	buffer_add(&to, hash, sizeof(hash));
	buffer_add(&to, tail, sizeof(tail));
	buffer_add(&to, more.at, more.len);
	must(!to.full);
	made->assertion = (struct assertion){ .auth_data = buffer_bytes(&to) };
}

static size_t sign_p256(const struct key_holder *holder, struct bytes message,
			uint8_t *to, size_t size)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = size;

	must(ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, holder->ec) == 1);
	must(EVP_DigestSign(ctx, to, &len, message.at, message.len) == 1);
	EVP_MD_CTX_free(ctx);
	return len;
}

void made_sign(struct made *made, const struct key_holder *holder, const uint8_t hash[32])
{
	uint8_t room[sizeof(made->data) + 32];
	struct buffer message = buffer_of(room, sizeof(room));
	size_t len = 64;

	buffer_add(&message, made->assertion.auth_data.at, made->assertion.auth_data.len);
	buffer_add(&message, hash, 32);
	if (holder->public.alg == KEY_P256)
		len = sign_p256(holder, buffer_bytes(&message), made->signature,
				sizeof(made->signature));
	else
		crypto_sign_detached(made->signature, NULL, message.at, message.len,
				     holder->secret);
	made->assertion.signature = bytes_of(made->signature, len);
}
