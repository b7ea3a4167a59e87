/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/identity_hash.h"

/* FIPS 180-4 section 4.2.2 */
static const uint32_t round_constant[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t value, unsigned by)
{
	return value >> by | value << (32 - by);
}

static uint32_t big_endian(const uint8_t at[4])
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
	       at[3];
}

static const uint32_t initial[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
				     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

/* The compression function over one block, into `state`. */
static void compress(const uint8_t block[64], uint32_t state[8])
{
	uint32_t w[64], s[8];

	for (size_t i = 0; i < 16; i++)
		w[i] = big_endian(block + 4 * i);
	for (size_t i = 16; i < 64; i++)
		w[i] = (rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10) +
		       w[i - 7] +
		       (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3) +
		       w[i - 16];
	memcpy(s, state, sizeof(s));
	/* Instead of moving eight words on in each round, their names move on; after
	 * eight rounds each has its own again. */
	for (size_t i = 0; i < 64; i += 8) {
#define ROUND(a, b, c, d, e, f, g, h, n)                                                 \
	s[h] += (rotate(s[e], 6) ^ rotate(s[e], 11) ^ rotate(s[e], 25)) +                \
		((s[e] & s[f]) ^ (~s[e] & s[g])) + round_constant[i + n] + w[i + n];     \
	s[d] += s[h];                                                                    \
	s[h] += (rotate(s[a], 2) ^ rotate(s[a], 13) ^ rotate(s[a], 22)) +                \
		((s[a] & s[b]) ^ (s[a] & s[c]) ^ (s[b] & s[c]))
		ROUND(0, 1, 2, 3, 4, 5, 6, 7, 0);
		ROUND(7, 0, 1, 2, 3, 4, 5, 6, 1);
		ROUND(6, 7, 0, 1, 2, 3, 4, 5, 2);
		ROUND(5, 6, 7, 0, 1, 2, 3, 4, 3);
		ROUND(4, 5, 6, 7, 0, 1, 2, 3, 4);
		ROUND(3, 4, 5, 6, 7, 0, 1, 2, 5);
		ROUND(2, 3, 4, 5, 6, 7, 0, 1, 6);
		ROUND(1, 2, 3, 4, 5, 6, 7, 0, 7);
#undef ROUND
	}
	for (size_t i = 0; i < 8; i++)
		state[i] += s[i];
}

/* The first half of SHA-256 over `message`, which has room for its padding behind it. */
static void hash_padded(uint8_t *message, size_t len, char out[IDENTITY_HASH_LEN + 1])
{
	size_t blocks = (len + 8) / 64 + 1;
	uint32_t state[8];

	memset(message + len, 0, blocks * 64 - len);
	message[len] = 0x80;
	message[blocks * 64 - 2] = (uint8_t)(len >> 5);
	message[blocks * 64 - 1] = (uint8_t)(len << 3);
	memcpy(state, initial, sizeof(state));
	for (size_t i = 0; i < blocks; i++)
		compress(message + 64 * i, state);
	for (size_t i = 0; i < IDENTITY_HASH_LEN; i++)
		out[i] = "0123456789abcdef"[state[i / 8] >> (28 - 4 * (i % 8)) & 15];
	out[IDENTITY_HASH_LEN] = '\0';
}

bool identity_key(struct bytes iss, struct bytes sub, char out[IDENTITY_HASH_LEN + 1])
{
	_Static_assert(VID_ISS_MAX + 1 + VID_SUB_LEN + 9 <= 192,
		       "it fits in three blocks");
	uint8_t message[192];

	out[0] = '\0';
	if (iss.len == 0 || iss.len > VID_ISS_MAX || memchr(iss.at, '\0', iss.len) ||
	    sub.len == 0 || sub.len > VID_SUB_LEN)
		return false;
	memcpy(message, iss.at, iss.len);
	message[iss.len] = '\0';
	memcpy(message + iss.len + 1, sub.at, sub.len);
	hash_padded(message, iss.len + 1 + sub.len, out);
	return true;
}

bool identity_hash_former(struct bytes identity, char out[IDENTITY_HASH_LEN + 1])
{
	_Static_assert(VID_IDENTITY_MAX <= 55, "an identity fits in one block");
	uint8_t message[64];

	out[0] = '\0';
	if (identity.len > VID_IDENTITY_MAX)
		return false;
	if (identity.len)
		memcpy(message, identity.at, identity.len);
	hash_padded(message, identity.len, out);
	return true;
}
