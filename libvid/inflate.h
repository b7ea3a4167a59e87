/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inflate.h - zlib and Brotli streams, into room of the caller's and no further
 *
 * The bytes come from a QR code that anybody may hold up. What comes out is bounded by
 * the room, and what the decoders need on the way by INFLATE_MEMORY_MAX, whatever window
 * a stream asks for. All of it is wiped: it is somebody's identity document.
 */
#ifndef VID_INFLATE_H
#define VID_INFLATE_H

#include "libvid/bytes.h"
#include "libvid/reason.h"

#define INFLATE_MEMORY_MAX                                                               \
	(512u * 1024) /* bytes; zlib takes 40 KiB, Brotli up to 300                      \
		       */

/* Does it begin as zlib does (RFC 1950: deflate, a window of 32 KiB, the header's check)?
 */
bool inflate_is_zlib(struct bytes from);

/*
 * Append what `from` holds to `to`: zlib by its magic number, otherwise Brotli. VID_OK;
 * VID_COMPRESSED when the stream is damaged, cut short or followed by something;
 * VID_TOKEN_TOO_LARGE when it does not fit.
 */
enum vid_reason inflate_any(struct bytes from, struct buffer *to);

#endif
