/* SPDX-License-Identifier: BSD-2-Clause */
/* curve.h - keys of P-256 and Ed25519 by libcrypto; points are x || y, 64 bytes */
#ifndef SOFTKEY_CURVE_H
#define SOFTKEY_CURVE_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

#include "libvid/bytes.h"

#define SIGNATURE_MAX 80 /* bytes: an ES256 one in DER has at most 72 */

/* A private key from 32 bytes; the caller frees it. Ends the program out of memory. */
EVP_PKEY *p256_private(const uint8_t seed[32]);
EVP_PKEY *p256_random(void);
EVP_PKEY *ed25519_private(const uint8_t seed[32]);

void p256_point(const EVP_PKEY *key, uint8_t point[64]);
void ed25519_point(const EVP_PKEY *key, uint8_t point[32]);

/* The x coordinate that both sides get; false for a point that is not on the curve. */
bool p256_agree(EVP_PKEY *own, const uint8_t point[64], uint8_t x[32]);

/* SHA-256 and DER for P-256, pure for Ed25519. Returns the length. */
size_t key_sign(EVP_PKEY *key, struct bytes message, uint8_t signature[SIGNATURE_MAX]);

static inline void cleanup_pkey(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}
#define AUTO_PKEY __attribute__((cleanup(cleanup_pkey)))

#endif
