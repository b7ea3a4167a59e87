/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/curve.h"

#include <err.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>

static void must(bool done, const char *what)
{
	if (!done)
		errx(2, "libcrypto: %s", what);
}

static EVP_PKEY *p256_build(const uint8_t *seed, const uint8_t point[65])
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	BIGNUM *number = seed ? BN_bin2bn(seed, 32, NULL) : NULL;
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params;

	must(build && ctx, "memory");
	OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1",
					0);
	OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, 65);
	if (number)
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number);
	params = OSSL_PARAM_BLD_to_param(build);
	must(params && EVP_PKEY_fromdata_init(ctx) == 1, "EVP_PKEY_fromdata");
	/* a point off the curve ends here, with NULL */
	(void)EVP_PKEY_fromdata(ctx, &key, seed ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
				params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(ctx);
	BN_free(number);
	return key;
}

EVP_PKEY *p256_private(const uint8_t seed[32])
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *point = group ? EC_POINT_new(group) : NULL;
	BIGNUM *number = BN_bin2bn(seed, 32, NULL);
	BN_CTX *ctx = BN_CTX_new();
	uint8_t scalar[32], public[65];
	EVP_PKEY *key;

	must(point && number && ctx &&
		     BN_mod(number, number, EC_GROUP_get0_order(group), ctx) == 1 &&
		     EC_POINT_mul(group, point, number, NULL, NULL, ctx) == 1 &&
		     BN_bn2binpad(number, scalar, 32) == 32 &&
		     EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED,
					public, 65, ctx) == 65,
	     "P-256");
	key = p256_build(scalar, public);
	must(key, "P-256 key");
	BN_CTX_free(ctx);
	BN_free(number);
	EC_POINT_free(point);
	EC_GROUP_free(group);
	return key;
}

EVP_PKEY *p256_random(void)
{
	uint8_t seed[32];

	must(RAND_bytes(seed, sizeof(seed)) == 1, "RAND_bytes");
	return p256_private(seed);
}

EVP_PKEY *ed25519_private(const uint8_t seed[32])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);

	must(key, "Ed25519 key");
	return key;
}

void p256_point(const EVP_PKEY *key, uint8_t point[64])
{
	uint8_t public[65];
	size_t len = 0;

	must(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, public,
					     sizeof(public), &len) == 1 &&
		     len == sizeof(public),
	     "P-256 point");
	memcpy(point, public + 1, 64);
}

void ed25519_point(const EVP_PKEY *key, uint8_t point[32])
{
	size_t len = 32;

	must(EVP_PKEY_get_raw_public_key(key, point, &len) == 1, "Ed25519 point");
}

bool p256_agree(EVP_PKEY *own, const uint8_t point[64], uint8_t x[32])
{
	uint8_t public[65] = { 0x04 };
	AUTO_PKEY EVP_PKEY *peer = NULL;
	EVP_PKEY_CTX *ctx;
	size_t len = 32;
	bool agreed;

	memcpy(public + 1, point, 64);
	peer = p256_build(NULL, public);
	if (!peer)
		return false;
	ctx = EVP_PKEY_CTX_new(own, NULL);
	agreed = ctx && EVP_PKEY_derive_init(ctx) == 1 &&
		 EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
		 EVP_PKEY_derive(ctx, x, &len) == 1 && len == 32;
	EVP_PKEY_CTX_free(ctx);
	return agreed;
}

size_t key_sign(EVP_PKEY *key, struct bytes message, uint8_t signature[SIGNATURE_MAX])
{
	const EVP_MD *hash = EVP_PKEY_is_a(key, "EC") ? EVP_sha256() : NULL;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = SIGNATURE_MAX;

	must(ctx && EVP_DigestSignInit(ctx, NULL, hash, NULL, key) == 1 &&
		     EVP_DigestSign(ctx, signature, &len, message.at, message.len) == 1,
	     "signature");
	EVP_MD_CTX_free(ctx);
	return len;
}
