/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Public keys of cose.h: Ed25519 by libsodium, P-256 by libcrypto, and COSE_Key.
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <sodium.h>

#include "libvid/cleanup.h"
#include "libvid/cose.h"

enum { KEY_KTY = 1, KEY_ALG = 3, KEY_CRV = -1, KEY_X = -2, KEY_Y = -3 };
enum { KTY_OKP = 1, KTY_EC2 = 2, CRV_P256 = 1, CRV_ED25519 = 6 };

size_t public_key_len(const struct public_key *key)
{
	return key->alg == KEY_ED25519 ? 32 : key->alg == KEY_P256 ? 64 : 0;
}

bool alg_fits(int64_t alg, enum key_alg key)
{
	if (key == KEY_ED25519)
		return alg == -19 || alg == -8;
	return key == KEY_P256 && (alg == -9 || alg == -7);
}

static void pkey_free(EVP_PKEY **pkey)
{
	EVP_PKEY_free(*pkey);
}

static void pkey_ctx_free(EVP_PKEY_CTX **ctx)
{
	EVP_PKEY_CTX_free(*ctx);
}

static void md_ctx_free(EVP_MD_CTX **ctx)
{
	EVP_MD_CTX_free(*ctx);
}

static void sig_free(ECDSA_SIG **sig)
{
	ECDSA_SIG_free(*sig);
}

/* NULL when libcrypto refuses the point (it checks that it lies on the curve). */
static EVP_PKEY *p256_key(const struct public_key *key)
{
	AUTO(pkey_ctx_free) EVP_PKEY_CTX *ctx = NULL;
	AUTO(pkey_ctx_free) EVP_PKEY_CTX *check = NULL;
	AUTO(pkey_free) EVP_PKEY *pkey = NULL;
	char group[] = "prime256v1";
	uint8_t point[65] = { 4 };
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point,
						  sizeof(point)),
		OSSL_PARAM_construct_end(),
	};

	/* no openssl.cnf: nothing of this host's decides how a signature is judged (S29)
	 */
	if (!OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL))
		return NULL;
	memcpy(point + 1, key->at, 64);
	ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		return NULL;
	check = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	if (!check || EVP_PKEY_public_check(check) != 1)
		return NULL;
	return TAKE_PTR(pkey);
}

/* libcrypto wants DER where COSE has r || s. */
static bool p256_verify(const struct public_key *key, struct bytes message,
			struct bytes signature)
{
	AUTO(pkey_free) EVP_PKEY *pkey = p256_key(key);
	AUTO(md_ctx_free) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	AUTO(sig_free) ECDSA_SIG *sig = ECDSA_SIG_new();
	uint8_t der[80], *end = der;
	BIGNUM *r, *s;
	int len;

	if (!pkey || !ctx || !sig)
		return false;
	r = BN_bin2bn(signature.at, 32, NULL);
	s = BN_bin2bn(signature.at + 32, 32, NULL);
	if (!r || !s || !ECDSA_SIG_set0(sig, r, s)) {
		BN_free(r);
		BN_free(s);
		return false;
	}
	len = i2d_ECDSA_SIG(sig, NULL);
	if (len <= 0 || (size_t)len > sizeof(der) || i2d_ECDSA_SIG(sig, &end) != len)
		return false;
	return EVP_DigestVerifyInit_ex(ctx, NULL, "SHA256", NULL, NULL, pkey, NULL) ==
		       1 &&
	       EVP_DigestVerify(ctx, der, (size_t)len, message.at, message.len) == 1;
}

bool public_key_same(const struct public_key *a, const struct public_key *b)
{
	return a->alg == b->alg && bytes_equal(bytes_of(a->at, public_key_len(a)),
					       bytes_of(b->at, public_key_len(b)));
}

bool public_key_check(const struct public_key *key)
{
	AUTO(pkey_free) EVP_PKEY *pkey = NULL;

	if (key->alg == KEY_ED25519)
		return crypto_core_ed25519_is_valid_point(key->at) == 1;
	if (key->alg == KEY_P256)
		pkey = p256_key(key);
	return pkey != NULL;
}

bool signature_verify(const struct public_key *key, struct bytes message,
		      struct bytes signature)
{
	if (signature.len != 64)
		return false;
	if (key->alg == KEY_ED25519)
		return crypto_sign_verify_detached(signature.at, message.at, message.len,
						   key->at) == 0;
	return key->alg == KEY_P256 && p256_verify(key, message, signature);
}

static bool coordinate_read(const struct cbor *map, int64_t label, uint8_t *to)
{
	struct cbor value;
	struct bytes bytes;

	if (!cbor_find_int(map, label, &value) || !cbor_bstr(&value, &bytes) ||
	    bytes.len != 32)
		return false;
	memcpy(to, bytes.at, 32);
	return true;
}

static bool member(const struct cbor *map, int64_t label, int64_t *value)
{
	struct cbor found;

	return cbor_find_int(map, label, &found) && cbor_int(&found, value);
}

bool cose_key_read(struct cbor *cbor, struct public_key *out)
{
	struct cbor map = *cbor, inside = *cbor, found;
	int64_t kty, crv, alg;
	size_t pairs, want;

	*out = (struct public_key){ .alg = KEY_NONE };
	if (!cbor_map(&inside, &pairs) || !member(&map, KEY_KTY, &kty) ||
	    !member(&map, KEY_CRV, &crv))
		return false;
	if (kty == KTY_OKP && crv == CRV_ED25519)
		out->alg = KEY_ED25519;
	else if (kty == KTY_EC2 && crv == CRV_P256)
		out->alg = KEY_P256;
	else
		return false;
	want = out->alg == KEY_P256 ? 4 : 3;
	if (cbor_find_int(&map, KEY_ALG, &found)) {
		want++;
		if (!cbor_int(&found, &alg) || !alg_fits(alg, out->alg))
			return false;
	}
	/* as many members as these: a private part or anything else makes one too many */
	return pairs == want && coordinate_read(&map, KEY_X, out->at) &&
	       (out->alg != KEY_P256 || coordinate_read(&map, KEY_Y, out->at + 32)) &&
	       public_key_check(out) && cbor_skip(cbor, NULL);
}

void cose_key_write(const struct public_key *key, struct buffer *to)
{
	bool p256 = key->alg == KEY_P256;

	cbor_put_map(to, p256 ? 4 : 3);
	cbor_put_int(to, KEY_KTY);
	cbor_put_int(to, p256 ? KTY_EC2 : KTY_OKP);
	cbor_put_int(to, KEY_CRV);
	cbor_put_int(to, p256 ? CRV_P256 : CRV_ED25519);
	cbor_put_int(to, KEY_X);
	cbor_put_bstr(to, bytes_of(key->at, 32));
	if (p256) {
		cbor_put_int(to, KEY_Y);
		cbor_put_bstr(to, bytes_of(key->at + 32, 32));
	}
}
