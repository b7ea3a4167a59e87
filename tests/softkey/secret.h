/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * secret.h - PIN/UV auth protocols one and two (CTAP 2.1 sections 6.5.6 and 6.5.7): what
 * a platform and a key share, and what they do with it
 */
#ifndef SOFTKEY_SECRET_H
#define SOFTKEY_SECRET_H

#include <openssl/evp.h>

#include "libvid/cbor.h"

#define SECRET_CIPHER_MAX 96 /* bytes: an IV and the longest plain text */
#define SECRET_TOKEN      32 /* bytes of a pinUvAuthToken */

struct shared {
	int protocol; /* 1 or 2 */
	uint8_t mac[32];
	uint8_t cipher[32];
};

/* Agree with the platform's COSE key at `cose`. False when it is no point of P-256. */
bool shared_agree(struct shared *shared, int protocol, EVP_PKEY *own,
		  const struct cbor *cose);

/* Is `mac` that of a || b, under the key that both share? */
bool shared_verify(const struct shared *shared, struct bytes a, struct bytes b,
		   struct bytes mac);

/* As shared_verify, under a pinUvAuthToken. */
bool token_verify_mac(int protocol, const uint8_t token[SECRET_TOKEN], struct bytes a,
		      struct bytes b, struct bytes mac);

/* Whole blocks of 16; `to` has room for SECRET_CIPHER_MAX. The length, 0: impossible. */
size_t shared_encrypt(const struct shared *shared, struct bytes plain, uint8_t *to);
size_t shared_decrypt(const struct shared *shared, struct bytes cipher, uint8_t *to);

/* HMAC-SHA-256 */
void mac_of(struct bytes key, struct bytes message, uint8_t mac[32]);

#endif
