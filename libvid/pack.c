/* SPDX-License-Identifier: BSD-2-Clause */
/* A register packed into a status list's bytes (register.h), a piece at a time. */
#include <errno.h>
#include <unistd.h>
#include <zlib.h>

#include "libvid/cleanup.h"
#include "libvid/register.h"

#define PIECE 65536 /* entries; a multiple of 8 */

struct packing {
	z_stream z;
	struct blob out;
	size_t room; /* bytes of out */
	uint8_t values[PIECE], packed[PIECE];
};

/* Deflate what stands at next_in; the room doubles when it is full. */
static bool deflate_on(struct packing *p, int flush)
{
	int code;

	do {
		if (p->out.len == p->room) {
			size_t room = p->room ? p->room * 2 : PIECE;
			uint8_t *at = realloc(p->out.at, room);

			if (!at)
				return false;
			p->out.at = at;
			p->room = room;
		}
		p->z.next_out = p->out.at + p->out.len;
		p->z.avail_out = (uInt)(p->room - p->out.len);
		code = deflate(&p->z, flush);
		p->out.len = p->room - p->z.avail_out;
	} while (code == Z_OK && (p->z.avail_out == 0 || flush == Z_FINISH));
	return code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR;
}

static void pack_piece(struct packing *p, size_t count, unsigned bits)
{
	const unsigned in_byte = 8 / bits, most = (1u << bits) - 1;
	size_t bytes = (count + in_byte - 1) / in_byte;

	memset(p->packed, 0, bytes);
	for (size_t i = 0; i < count; i++) {
		unsigned value = p->values[i] & 0x7fu;

		if (value)
			p->packed[i / in_byte] |= (uint8_t)((value < most ? value : most)
							    << (i % in_byte * bits));
	}
	p->z.next_in = p->packed;
	p->z.avail_in = (uInt)bytes;
}

static bool pack(struct packing *p, const struct status_register *reg, unsigned bits)
{
	for (uint64_t at = 0; at < reg->size;) {
		size_t want = reg->size - at < PIECE ? (size_t)(reg->size - at) : PIECE;
		ssize_t got = pread(reg->values, p->values, want, (off_t)at);

		/* a piece that ends inside a byte would shift what follows */
		if (got <= 0 || (got % 8 && at + (size_t)got != reg->size))
			return false;
		pack_piece(p, (size_t)got, bits);
		if (!deflate_on(p, Z_NO_FLUSH))
			return false;
		at += (uint64_t)got;
	}
	p->z.next_in = p->packed;
	p->z.avail_in = 0;
	return deflate_on(p, Z_FINISH);
}

enum vid_reason register_pack(const struct status_register *reg, unsigned bits,
			      struct blob *lst, struct problem *problem)
{
	AUTO_FREE struct packing *p = calloc(1, sizeof(*p));
	bool done;

	*lst = (struct blob){ 0 };
	if (!p || deflateInit(&p->z, Z_DEFAULT_COMPRESSION) != Z_OK)
		return VID_INTERNAL;
	done = pack(p, reg, bits);
	(void)deflateEnd(&p->z);
	if (done) {
		*lst = p->out;
		return VID_OK;
	}
	blob_free(&p->out);
	problem_set(problem, "%s: cannot be packed: %s", reg->uri,
		    errno ? strerror(errno) : "read short");
	return VID_FILE_IO;
}
