/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nonce.h - the nonce that a host shows before a login, and the wallet's way to read it
 *
 * For eyes: 32 hex digits in groups of four. For a camera: the text of a QR code,
 *
 *   "VIDN1:" base45([ host-id: tstr .size (1..64), nonce: bstr .size 16 ])
 *
 * in deterministic CBOR. The answer is a key binding token with that cnonce (TOKEN.md
 * section 3). A nonce is no secret: it only has to be new.
 */
#ifndef VID_NONCE_H
#define VID_NONCE_H

#include "libvid/bytes.h"
#include "libvid/limits.h"

#define NONCE_HEX_SIZE  (VID_NONCE_LEN * 2 + VID_NONCE_LEN / 2)
#define NONCE_TEXT_SIZE 160 /* bytes of the longest text of a QR code, NUL included */

/* "1a2b 3c4d ...", NUL-terminated. */
void nonce_hex(const uint8_t nonce[VID_NONCE_LEN], char to[NONCE_HEX_SIZE]);

/* The QR code's text, NUL-terminated; false when `host` is no host's id. */
bool nonce_text(const char *host, const uint8_t nonce[VID_NONCE_LEN],
		char to[NONCE_TEXT_SIZE]);

/*
 * Read either form; in the first, blanks and '-' between digits do not count. `host` is
 * empty when the text does not name it. False when it is neither.
 */
bool nonce_read(const char *text, char host[VID_HOST_ID_MAX + 1],
		uint8_t nonce[VID_NONCE_LEN]);

#endif
