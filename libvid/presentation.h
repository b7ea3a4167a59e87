/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * presentation.h - what a person shows: a token, or a key binding token (KBT) around it
 * (TOKEN.md section 3), as a file or as QR text (section 5)
 */
#ifndef VID_PRESENTATION_H
#define VID_PRESENTATION_H

#include "libvid/token.h"

enum presentation_kind {
	PRESENTATION_TOKEN, /* bare: no holder proof */
	PRESENTATION_KBT,
	PRESENTATION_CARD, /* claim169.h: judged there, and never by presentation_verify
			    */
};

struct presentation {
	enum presentation_kind kind;
	struct token token;
	/* SHA-256 of what the holder signed, for the replay cache: another tag or another
	 * encoding of the signature around the same proof has the same hash */
	uint8_t hash[32];
	int64_t iat; /* of the KBT, seconds since the epoch; 0 for a bare token */
};

struct presentation_rules {
	struct token_rules token;
	const char *host;   /* this host's id: the KBT's aud */
	struct bytes nonce; /* the nonce that was shown, or empty */
};

/*
 * Steps 1-2: carrier to message. `carrier` is raw COSE, or "VID1:" and base45 (white
 * space around it is ignored). The answer is a view into `carrier` or into `room`.
 */
enum vid_reason presentation_decode(struct bytes carrier, struct buffer *room,
				    struct bytes *message);

/* Does the protected header carry a token (label 13)? Verifies nothing. */
bool presentation_is_kbt(struct bytes message);

/* Has this KBT the header of section 3, with nothing beside it? */
bool presentation_header_exact(const struct cose_sign1 *kbt);

/*
 * Steps 1-18 and 20 on the message's own content: token, holder proof where there is one,
 * the forms of status and face. A bare token passes with kind PRESENTATION_TOKEN: whether
 * that is enough is the caller's to say (VID_HOLDER_MISSING). The replay cache, the
 * status list, the account and the face are the caller's.
 */
enum vid_reason presentation_verify(struct bytes message,
				    const struct presentation_rules *rules,
				    struct presentation *out);

/*
 * Make a KBT: the holder's Ed25519 secret key (64 bytes) signs for `host` at `iat`, with
 * `nonce` (16 bytes) or without (empty). VID_OK, VID_TOKEN_TOO_LARGE, or VID_CNF when the
 * token's holder key is not this one.
 */
enum vid_reason presentation_make(struct bytes token, const char *host, int64_t iat,
				  struct bytes nonce, const uint8_t secret[64],
				  struct buffer *to);

/* "VID1:" and base45 of a message, NUL-terminated; `to` is marked full when too small. */
void presentation_text(struct bytes message, struct buffer *to);

#endif
