/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * make.h - for tests: claim-169 cards made on the spot
 */
#ifndef VID_TESTS_CARDS_MAKE_H
#define VID_TESTS_CARDS_MAKE_H

#include "libvid/cose.h"

#define CARD_TEXT_MAX 8192

enum made_form { MADE_TAG_18, MADE_TAG_61_18, MADE_BARE, MADE_TAG_61_BARE };
enum made_packing { MADE_ZLIB, MADE_BROTLI, MADE_PLAIN };

/* A deviation is made by changing a member. */
struct made_card {
	const char *iss, *sub, *aud;   /* NULL: none */
	const char *id, *name;         /* of the identity data; NULL: none */
	int64_t exp, nbf, iat;         /* 0: none */
	int64_t face_format, face_sub; /* -1: left out */
	struct bytes face;             /* empty: none */
	struct bytes image;            /* the deprecated member 16; empty: none */
	bool no_identity;              /* no claim 169 at all */
	bool face_bare;                /* the face stands without its array */
	const char *typ;               /* NULL: none */
	struct bytes kid;              /* empty: none */
	bool is_unsigned, alg_unprotected;
	enum made_form form;
	enum made_packing packing;
};

/* The key that signs: Ed25519, or P-256 where `p256` is an EVP_PKEY. */
struct made_key {
	struct public_key public;
	uint8_t secret[64];
	void *p256;
};

void made_key_ed25519(struct made_key *key, const uint8_t seed[32]);
void made_key_p256(struct made_key *key); /* a new one; made_key_free */
void made_key_free(struct made_key *key);

/* Claims, encoded. */
void made_claims(const struct made_card *card, struct buffer *to);
/* A message around any payload. */
void made_message(const struct made_card *card, struct bytes payload,
		  const struct made_key *key, struct buffer *to);
/* Compressed, and as NUL-terminated base45 text. */
void made_packed(enum made_packing packing, struct bytes message, struct buffer *to);
void made_text(enum made_packing packing, struct bytes message, char to[CARD_TEXT_MAX]);
/* All of it. */
void made_card_text(const struct made_card *card, const struct made_key *key,
		    char to[CARD_TEXT_MAX]);

#endif
