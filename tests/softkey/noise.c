/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/noise.h"

#include "libvid/cbor.h"
#include "tests/softkey/ctap.h"

static uint64_t seed;

void noise_begin(void)
{
	seed = 88172645463325252U;
}

/* Marsaglia's xorshift: the same numbers in every run, and on every machine. */
uint64_t noise(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

static void put_bytes(struct buffer *to, size_t len)
{
	uint8_t bytes[128];

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)noise(256);
	cbor_put_bstr(to, bytes_of(bytes, len));
}

static void put_noise(struct buffer *to, int depth);

/* The base point of P-256: a key to agree with that is on its curve. */
static void put_point(struct buffer *to)
{
	static const uint8_t x[32] = { 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47,
				       0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
				       0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0,
				       0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96 };
	static const uint8_t y[32] = { 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b,
				       0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16,
				       0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce,
				       0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5 };

	cbor_put_map(to, 2);
	cbor_put_int(to, -2);
	cbor_put_bstr(to, bytes_of(x, 32));
	cbor_put_int(to, -3);
	cbor_put_bstr(to, bytes_of(y, 32));
}

static void put_salts(struct buffer *to)
{
	cbor_put_map(to, 4);
	cbor_put_uint(to, 1);
	put_point(to);
	cbor_put_uint(to, 2);
	put_bytes(to, 16 * noise(7));
	cbor_put_uint(to, 3);
	put_bytes(to, noise(2) ? 16 : 32);
	cbor_put_uint(to, 4);
	cbor_put_uint(to, noise(4));
}

/* The names that are looked for, in canonical order, and what they should be. */
static const struct {
	const char *name;
	char type; /* b bytes, t text, o option, i algorithm, p protection, s salts */
} names[] = {
	{ "id", 'b' },          { "rk", 'o' },           { "up", 'o' },
	{ "uv", 'o' },          { "alg", 'i' },          { "name", 't' },
	{ "type", 't' },        { "credProtect", 'p' },  { "displayName", 't' },
	{ "hmac-secret", 's' }, { "largeBlobKey", 'o' },
};
#define NAMES (sizeof(names) / sizeof(names[0]))

static void put_typed(struct buffer *to, char type)
{
	switch (type) {
	case 'b':
		put_bytes(to, noise(2) ? 66 : noise(128));
		return;
	case 't':
		cbor_put_text(to, noise(2) ? "public-key" : "kim");
		return;
	case 'o':
		cbor_put_head(to, CBOR_SIMPLE, 20 + noise(2));
		return;
	case 'i':
		cbor_put_int(to, noise(2) ? COSE_ES256 : COSE_EDDSA);
		return;
	case 'p':
		cbor_put_uint(to, noise(5));
		return;
	default:
		if (noise(2))
			put_salts(to);
		else
			cbor_put_head(to, CBOR_SIMPLE, 20 + noise(2));
	}
}

/* Some of them, now and then of a wrong type. */
static void put_names(struct buffer *to, int depth)
{
	uint64_t chosen = noise(1 << NAMES) & noise(1 << NAMES);

	cbor_put_map(to, (size_t)__builtin_popcountll(chosen));
	for (size_t i = 0; i < NAMES; i++)
		if (chosen >> i & 1) {
			cbor_put_text(to, names[i].name);
			if (noise(12))
				put_typed(to, names[i].type);
			else
				put_noise(to, depth - 1);
		}
}

static void put_list(struct buffer *to)
{
	size_t count = noise(4);

	cbor_put_array(to, count);
	while (count--) {
		cbor_put_map(to, 1);
		cbor_put_text(to, "id");
		put_bytes(to, noise(2) ? 66 : noise(128));
	}
}

static void put_numbers(struct buffer *to, int depth)
{
	uint64_t chosen = noise(1 << 12);

	cbor_put_map(to, (size_t)__builtin_popcountll(chosen));
	for (int i = 0; i < 12; i++)
		if (chosen >> i & 1) {
			/* the parts of a COSE key stand behind */
			cbor_put_int(to, i < 9 ? i + 1 : 8 - i);
			put_noise(to, depth - 1);
		}
}

static void put_noise(struct buffer *to, int depth)
{
	static const size_t lengths[] = { 0, 1, 16, 32, 33, 48, 64, 66, 80, 96, 128 };
	size_t count;

	switch (noise(depth > 0 ? 8 : 5)) {
	case 0:
		cbor_put_uint(to, noise(4) ? noise(12) : noise(UINT64_MAX));
		return;
	case 1:
		cbor_put_int(to, -(int64_t)noise(12) - 1);
		return;
	case 2:
		put_bytes(to, lengths[noise(11)]);
		return;
	case 3:
		cbor_put_text(to, noise(2) ? "public-key" : "rp");
		return;
	case 4:
		cbor_put_head(to, CBOR_SIMPLE, 20 + noise(3));
		return;
	case 5:
		count = noise(4);
		cbor_put_array(to, count);
		while (count--)
			put_noise(to, depth - 1);
		return;
	case 6:
		put_names(to, depth);
		return;
	default:
		put_numbers(to, depth);
		return;
	}
}

static uint8_t any_command(void)
{
	static const uint8_t commands[] = {
		CTAP_MAKE_CREDENTIAL, CTAP_GET_ASSERTION,      CTAP_GET_INFO,
		CTAP_CLIENT_PIN,      CTAP_GET_NEXT_ASSERTION, CTAP_CREDENTIAL_MANAGEMENT,
		CTAP_SELECTION,       CTAP_LARGE_BLOBS,        CTAP_RESET,
	};

	return commands[noise(sizeof(commands))];
}

/* What a request needs, each of the right type, so that more of it is looked at. */
static void put_plausible(struct buffer *to)
{
	buffer_add(to, "\x02", 1);
	cbor_put_map(to, 4);
	cbor_put_uint(to, 1);
	cbor_put_text(to, "rp");
	cbor_put_uint(to, 2);
	put_bytes(to, 32);
	cbor_put_uint(to, 3);
	put_list(to);
	cbor_put_uint(to, 4);
	put_names(to, 3);
}

/* Of clientPIN, all of it; of largeBlobs and of managing, some. */
static void put_pin(struct buffer *to)
{
	buffer_add(to, "\x06", 1);
	cbor_put_map(to, 8);
	cbor_put_uint(to, 1);
	cbor_put_uint(to, noise(4));
	cbor_put_uint(to, 2);
	cbor_put_uint(to, noise(11));
	cbor_put_uint(to, 3);
	put_point(to);
	for (uint64_t i = 4; i <= 6; i++) {
		cbor_put_uint(to, i);
		put_bytes(to, 16 * noise(7));
	}
	cbor_put_uint(to, 9);
	cbor_put_uint(to, noise(64));
	cbor_put_uint(to, 10);
	cbor_put_text(to, "rp");
}

static void put_blobs(struct buffer *to)
{
	bool reads = noise(2);

	buffer_add(to, "\x0c", 1);
	cbor_put_map(to, 3);
	cbor_put_uint(to, reads ? 1 : 2);
	if (reads)
		cbor_put_uint(to, noise(1200));
	else
		put_bytes(to, noise(128));
	cbor_put_uint(to, 3);
	cbor_put_uint(to, noise(3) ? 0 : noise(200));
	cbor_put_uint(to, 4);
	cbor_put_uint(to, reads ? 0 : noise(200));
}

static void put_managing(struct buffer *to)
{
	buffer_add(to, "\x0a", 1);
	cbor_put_map(to, 4);
	cbor_put_uint(to, 1);
	cbor_put_uint(to, noise(9));
	cbor_put_uint(to, 2);
	cbor_put_map(to, 3);
	cbor_put_uint(to, 1);
	put_bytes(to, 32);
	cbor_put_uint(to, 2);
	put_names(to, 2);
	cbor_put_uint(to, 3);
	put_names(to, 2);
	cbor_put_uint(to, 3);
	cbor_put_uint(to, noise(4));
	cbor_put_uint(to, 4);
	put_bytes(to, noise(2) ? 16 : 32);
}

static void put_making(struct buffer *to)
{
	buffer_add(to, "\x01", 1);
	cbor_put_map(to, 7);
	cbor_put_uint(to, 1);
	put_bytes(to, 32);
	cbor_put_uint(to, 2);
	cbor_put_map(to, 1);
	cbor_put_text(to, "id");
	cbor_put_text(to, "rp");
	cbor_put_uint(to, 3);
	cbor_put_map(to, 2);
	cbor_put_text(to, "id");
	put_bytes(to, noise(65));
	cbor_put_text(to, "name");
	cbor_put_text(to,
		      noise(2) ? "a name that is longer than what a key keeps of names, "
				 "which is 64 bytes"
			       : "");
	cbor_put_uint(to, 4);
	cbor_put_array(to, 1);
	cbor_put_map(to, 2);
	cbor_put_text(to, "alg");
	cbor_put_int(to, noise(2) ? COSE_ES256 : COSE_EDDSA);
	cbor_put_text(to, "type");
	cbor_put_text(to, "public-key");
	cbor_put_uint(to, 5);
	put_list(to);
	cbor_put_uint(to, 6);
	put_names(to, 1);
	cbor_put_uint(to, 7);
	put_names(to, 1);
}

void noise_request(struct buffer *to)
{
	static void (*const kinds[])(struct buffer *) = {
		put_plausible, put_making, put_pin, put_blobs, put_managing,
	};
	uint8_t command = any_command();
	uint64_t kind = noise(6);

	if (kind < 5) {
		kinds[kind](to);
		return;
	}
	buffer_add(to, &command, 1);
	put_numbers(to, 3);
}
