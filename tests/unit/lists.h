/* SPDX-License-Identifier: BSD-2-Clause */
/* Status lists for tests: an issuer, and lists of it that differ in one thing. */
#ifndef VID_TEST_LISTS_H
#define VID_TEST_LISTS_H

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "libvid/claims.h"
#include "libvid/status.h"

#define LIST_URI "https://id.example.org/s/1"
#define LIST_NOW 1800000000

static struct issuer list_issuer = { .iss = "https://id.example.org",
				     .realm = "realm:example.org",
				     .alias = "example",
				     .key_count = 1 };
static uint8_t list_secret[64];

static inline void lists_start(void)
{
	struct issuer_key *key = &list_issuer.key[0];

	if (sodium_init() < 0)
		abort();
	key->public.alg = KEY_ED25519;
	crypto_sign_keypair(key->public.at, list_secret);
	issuer_key_id(&key->public, key->kid);
}

/* zlib of `len` bytes; free() it. */
static inline struct bytes list_deflate(const uint8_t *at, size_t len)
{
	uLongf size = compressBound((uLong)len);
	uint8_t *to = malloc(size);

	if (!to || compress2(to, &size, at, (uLong)len, 9) != Z_OK)
		abort();
	return bytes_of(to, size);
}

/* zlib of `len` zero bytes without having them; free() it. */
static inline struct bytes list_bomb(size_t len)
{
	static uint8_t zeros[65536];
	z_stream z = { .avail_in = 0 };
	size_t size = len / 1000 + 1024;
	uint8_t *to = malloc(size);

	if (!to || deflateInit(&z, 9) != Z_OK)
		abort();
	z.next_out = to;
	z.avail_out = (uInt)size;
	while (len) {
		z.next_in = zeros;
		z.avail_in = (uInt)(len < sizeof(zeros) ? len : sizeof(zeros));
		len -= z.avail_in;
		if (deflate(&z, Z_NO_FLUSH) != Z_OK)
			abort();
	}
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	size -= z.avail_out;
	deflateEnd(&z);
	return bytes_of(to, size);
}

static inline struct status_claims list_claims(struct bytes lst)
{
	return (struct status_claims){ .uri = LIST_URI,
				       .iat = LIST_NOW - 100,
				       .exp = LIST_NOW + 10000,
				       .ttl = 3600,
				       .bits = 1,
				       .lst = lst };
}

/* Signed; free() it. */
static inline struct bytes list_sign(const struct status_claims *claims)
{
	size_t size = status_made_size(claims->lst.len);
	struct buffer to = buffer_of(malloc(size), size);

	if (!to.at ||
	    status_make(claims, list_issuer.key[0].kid, list_secret, &to) != VID_OK)
		abort();
	return buffer_bytes(&to);
}

/* Signed: `values` (bytes) of `bits` each, issued at `iat`; free() it. */
static inline struct bytes list_of(const uint8_t *values, size_t len, unsigned bits,
				   int64_t iat)
{
	struct bytes lst = list_deflate(values, len), made;
	struct status_claims claims = list_claims(lst);

	claims.bits = bits;
	claims.iat = iat;
	made = list_sign(&claims);
	free((void *)lst.at);
	return made;
}

static inline struct status_rules list_rules(void)
{
	return (struct status_rules){ .issuer = &list_issuer,
				      .now = LIST_NOW,
				      .skew = 60,
				      .max_age = 86400,
				      .limits = status_limits_default };
}

#endif
