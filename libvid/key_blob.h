/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_blob.h - what a security key carries in the largeBlob of its credential (TOKEN.md
 * section 5), and the template in it (P3)
 *
 * Either a token's raw COSE bytes, or, with a template beside it, deterministic CBOR
 * {1: token bstr, 2: sealed template bstr}. The template is sealed with what the key's
 * hmac-secret extension answers to a fixed salt: without the key, its touch and its PIN
 * nobody opens it, and the terminal keeps nothing biometric.
 */
#ifndef VID_KEY_BLOB_H
#define VID_KEY_BLOB_H

#include "libvid/cose.h"
#include "libvid/template.h"

#define KEY_SECRET_LEN   32   /* what hmac-secret answers */
#define KEY_BLOB_MAX     6144 /* bytes; more than the largest key of today holds */
#define KEY_TEMPLATE_MAX (TEMPLATE_BYTES_MAX + 256) /* bytes, sealed */

struct key_blob { /* views into the blob */
	struct bytes token;
	struct bytes template; /* sealed; empty: none */
};

/* VID_OK or VID_TOKEN_EMPTY, VID_TOKEN_TOO_LARGE, VID_CBOR*: the token in it is not
 * judged. */
enum vid_reason key_blob_read(struct bytes blob, struct key_blob *out);
/* `to` is marked full when it does not fit. */
void key_blob_write(const struct key_blob *blob, struct buffer *to);

/* The salt of the template's secret: fixed, so that any terminal can ask for it. */
void key_template_salt(uint8_t salt[32]);

/* What is sealed: the template as it is stored, and the salt of its digest. Opening gives
 * the seed of its transform too, which the salt fixes (template_salt), so that a terminal
 * which never saw it can compare; a salt of before does not open. */
struct key_template {
	struct template template;
	uint8_t salt[TEMPLATE_SALT_LEN];
	uint8_t seed[32];
};
void key_template_wipe(struct key_template *template);

/*
 * XChaCha20-Poly1305 under a key derived from `secret`; associated data: the holder's
 * public key. Sealing answers VID_OK, or VID_INTERNAL when it does not fit in `to` or the
 * template is none. Opening answers VID_OK, or VID_FACE_TEMPLATE_BROKEN for a flipped
 * bit, another key's secret or another holder; `out` is zero then.
 */
enum vid_reason key_template_seal(const struct key_template *from,
				  const struct public_key *holder,
				  const uint8_t secret[KEY_SECRET_LEN],
				  struct buffer *to);
enum vid_reason key_template_open(struct bytes record, const struct public_key *holder,
				  const uint8_t secret[KEY_SECRET_LEN],
				  struct key_template *out);

#endif
