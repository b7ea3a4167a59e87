/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base45.h - base45 text (RFC 9285), as QR codes carry it
 */
#ifndef VID_BASE45_H
#define VID_BASE45_H

#include "libvid/bytes.h"
#include "libvid/reason.h"

/*
 * Decode `text` into `out` (appended). VID_OK or VID_BASE45 for a character outside the
 * alphabet, a group of one, or a value over 65535 (255 for a last pair).
 * VID_TOKEN_TOO_LARGE when it does not fit in `out`.
 */
enum vid_reason base45_decode(struct bytes text, struct buffer *out);

/* Encode; `out` is marked full when it does not fit. */
void base45_encode(struct bytes from, struct buffer *out);

#endif
