/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/secret.h"

#include <err.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "tests/softkey/curve.h"

#define MESSAGE_MAX 2048 /* bytes under one MAC: more than a request can hold */

void mac_of(struct bytes key, struct bytes message, uint8_t mac[32])
{
	unsigned len = 32;

	if (!HMAC(EVP_sha256(), key.at, (int)key.len, message.at, message.len, mac, &len))
		errx(2, "libcrypto: HMAC");
}

/* HKDF-SHA-256 with a salt of zeros, one block (RFC 5869). */
static void derive(const uint8_t x[32], const char *info, uint8_t to[32])
{
	static const uint8_t salt[32];
	uint8_t prk[32], block[32];
	size_t len = strlen(info);

	mac_of(bytes_of(salt, sizeof(salt)), bytes_of(x, 32), prk);
	memcpy(block, info, len);
	block[len] = 1;
	mac_of(bytes_of(prk, sizeof(prk)), bytes_of(block, len + 1), to);
}

static bool cose_point(const struct cbor *cose, uint8_t point[64])
{
	struct cbor at;
	struct bytes part;

	for (int i = 0; i < 2; i++) {
		if (!cbor_find_int(cose, -2 - i, &at) || !cbor_bstr(&at, &part) ||
		    part.len != 32)
			return false;
		memcpy(point + 32 * i, part.at, 32);
	}
	return true;
}

bool shared_agree(struct shared *shared, int protocol, EVP_PKEY *own,
		  const struct cbor *cose)
{
	uint8_t point[64], x[32];

	if (!cose_point(cose, point) || !p256_agree(own, point, x))
		return false;
	shared->protocol = protocol;
	if (protocol == 1) {
		SHA256(x, 32, shared->mac);
		memcpy(shared->cipher, shared->mac, 32);
	} else {
		derive(x, "CTAP2 HMAC key", shared->mac);
		derive(x, "CTAP2 AES key", shared->cipher);
	}
	return true;
}

bool token_verify_mac(int protocol, const uint8_t token[SECRET_TOKEN], struct bytes a,
		      struct bytes b, struct bytes mac)
{
	size_t want = protocol == 1 ? 16 : 32;
	uint8_t room[MESSAGE_MAX], right[32];
	struct buffer message = buffer_of(room, sizeof(room));

	buffer_add(&message, a.at, a.len);
	buffer_add(&message, b.at, b.len);
	if (message.full || mac.len != want)
		return false;
	mac_of(bytes_of(token, 32), buffer_bytes(&message), right);
	return CRYPTO_memcmp(right, mac.at, want) == 0;
}

bool shared_verify(const struct shared *shared, struct bytes a, struct bytes b,
		   struct bytes mac)
{
	return token_verify_mac(shared->protocol, shared->mac, a, b, mac);
}

static void aes(const struct shared *shared, const uint8_t iv[16], struct bytes from,
		uint8_t *to, int encrypt)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len = 0;

	if (!ctx ||
	    EVP_CipherInit_ex(ctx, EVP_aes_256_cbc(), NULL, shared->cipher, iv,
			      encrypt) != 1 ||
	    EVP_CIPHER_CTX_set_padding(ctx, 0) != 1 ||
	    EVP_CipherUpdate(ctx, to, &len, from.at, (int)from.len) != 1)
		errx(2, "libcrypto: AES");
	EVP_CIPHER_CTX_free(ctx);
}

size_t shared_encrypt(const struct shared *shared, struct bytes plain, uint8_t *to)
{
	static const uint8_t zeros[16];

	if (plain.len % 16 || plain.len + 16 > SECRET_CIPHER_MAX)
		return 0;
	if (shared->protocol == 1) {
		aes(shared, zeros, plain, to, 1);
		return plain.len;
	}
	if (RAND_bytes(to, 16) != 1)
		errx(2, "no random bytes");
	aes(shared, to, plain, to + 16, 1);
	return plain.len + 16;
}

size_t shared_decrypt(const struct shared *shared, struct bytes cipher, uint8_t *to)
{
	static const uint8_t zeros[16];
	const uint8_t *iv = zeros;

	if (shared->protocol == 2) {
		if (cipher.len < 16)
			return 0;
		iv = cipher.at;
		cipher = bytes_of(cipher.at + 16, cipher.len - 16);
	}
	if (cipher.len == 0 || cipher.len % 16 || cipher.len > SECRET_CIPHER_MAX - 16)
		return 0;
	aes(shared, iv, cipher, to, 0);
	return cipher.len;
}
