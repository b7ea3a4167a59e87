/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/inflate.h"

#include <brotli/decode.h>
#include <sodium.h>
#include <stdlib.h>
#include <zlib.h>

#include "libvid/cleanup.h"

/* What the decoders allocate: counted, and wiped when given back. */
struct memory {
	size_t used;
	bool refused;
};

struct piece {
	size_t len;
	max_align_t at[];
};

static void *memory_take(void *opaque, size_t len)
{
	struct memory *memory = opaque;
	struct piece *piece;

	if (len > INFLATE_MEMORY_MAX - memory->used) {
		memory->refused = true;
		return NULL;
	}
	piece = malloc(sizeof(*piece) + len);
	if (!piece)
		return NULL;
	piece->len = len;
	memory->used += len;
	return piece->at;
}

static void memory_give_back(void *opaque, void *at)
{
	struct memory *memory = opaque;
	struct piece *piece;

	if (!at)
		return;
	piece = (struct piece *)((uint8_t *)at - offsetof(struct piece, at));
	memory->used -= piece->len;
	sodium_memzero(piece->at, piece->len);
	free(piece);
}

static void *zlib_take(void *opaque, unsigned count, unsigned size)
{
	size_t len;

	return __builtin_mul_overflow((size_t)count, (size_t)size, &len)
		       ? NULL
		       : memory_take(opaque, len);
}

bool inflate_is_zlib(struct bytes from)
{
	return from.len >= 2 && from.at[0] == 0x78 &&
	       (from.at[0] << 8 | from.at[1]) % 31 == 0;
}

static void zlib_end(z_stream *stream)
{
	(void)inflateEnd(stream);
}

static enum vid_reason from_zlib(struct bytes from, struct buffer *to)
{
	struct memory memory = { 0 };
	AUTO(zlib_end)
	z_stream stream = { .zalloc = zlib_take,
			    .zfree = memory_give_back,
			    .opaque = &memory };
	size_t room = to->size - to->len;
	int result;

	if (from.len > UINT32_MAX || room > UINT32_MAX)
		return VID_TOKEN_TOO_LARGE;
	stream.next_in = (Bytef *)(uintptr_t)from.at;
	stream.avail_in = (uInt)from.len;
	stream.next_out = to->at + to->len;
	stream.avail_out = (uInt)room;
	if (inflateInit(&stream) != Z_OK)
		return VID_INTERNAL;
	result = inflate(&stream, Z_FINISH);
	to->len += room - stream.avail_out;
	/* An end that the check sum agrees with, and nothing behind it. */
	if (result == Z_STREAM_END && stream.avail_in == 0)
		return VID_OK;
	if (result == Z_BUF_ERROR && stream.avail_out == 0)
		return VID_TOKEN_TOO_LARGE;
	return VID_COMPRESSED;
}

static void brotli_end(BrotliDecoderState **state)
{
	if (*state)
		BrotliDecoderDestroyInstance(*state);
}

static enum vid_reason from_brotli(struct bytes from, struct buffer *to)
{
	struct memory memory = { 0 };
	AUTO(brotli_end)
	BrotliDecoderState *state =
		BrotliDecoderCreateInstance(memory_take, memory_give_back, &memory);
	size_t in = from.len, room = to->size - to->len;
	const uint8_t *next = from.at;
	uint8_t *out = to->at + to->len;
	BrotliDecoderResult result;

	if (!state)
		return VID_INTERNAL;
	result = BrotliDecoderDecompressStream(state, &in, &next, &room, &out, NULL);
	to->len = to->size - room;
	if (result == BROTLI_DECODER_RESULT_SUCCESS)
		return in == 0 ? VID_OK : VID_COMPRESSED;
	/* Its window grows with what it says will come out. */
	if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT || memory.refused)
		return VID_TOKEN_TOO_LARGE;
	return VID_COMPRESSED;
}

enum vid_reason inflate_any(struct bytes from, struct buffer *to)
{
	if (from.len == 0)
		return VID_COMPRESSED;
	return inflate_is_zlib(from) ? from_zlib(from, to) : from_brotli(from, to);
}
