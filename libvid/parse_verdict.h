/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parse_verdict.h - what vid-parse answers: the parts of a stranger's message
 *
 * Until a signature is verified, base45, deflate, Brotli, CBOR and COSE are parsed in
 * vid-parse alone, a process without rights (S59). It answers with one struct of a fixed
 * size and ends. vidd checks that struct as hostile input, verifies the signatures over
 * the parts itself, and writes a message of its own around them: what vidd then parses
 * is that frame, and bytes that a trusted issuer or its holder signed. A vid-parse that
 * was taken over can refuse a login; it cannot make a signature.
 */
#ifndef VID_PARSE_VERDICT_H
#define VID_PARSE_VERDICT_H

#include "libvid/cose.h"
#include "libvid/key_blob.h"
#include "libvid/limits.h"
#include "libvid/token.h"

enum parse_kind {
	PARSE_VID = 1,  /* a token or a KBT: raw, or "VID1:" and base45 */
	PARSE_CARD = 2, /* a claim-169 card: base45 text, compressed, or raw */
	PARSE_BLOB = 3, /* what a security key carries: key_blob.h */
};

#define PARSE_MAGIC 0x56506172u
#define PARSE_ROOM  (3 * VID_CARD_MAX) /* the message, and its parts once more */
/* The longest carrier of the three kinds: base45 text of a KBT or a card. */
#define PARSE_CARRIER_MAX 8192

/* What is asked of vid-parse; `len` bytes of a carrier follow. */
struct parse_request {
	uint32_t magic, kind, len;
};

struct parse_piece { /* in `room` */
	uint32_t at, len;
};

/* One COSE_Sign1 message. Booleans are 0 or 1. */
struct parse_message {
	struct parse_piece protected, payload, signature, kid, iss;
	uint32_t has_alg, has_kid, kid_unprotected, reserved;
	int64_t alg;
};

struct parse_verdict {
	uint32_t magic, kind;
	uint32_t why_message; /* enum vid_reason: steps 1-3; is it a message at all? */
	uint32_t why_open;    /* steps 3-9 */
	uint32_t is_kbt, exact;
	struct parse_piece message;    /* steps 1-3: decoded; of a blob: its token */
	struct parse_piece template;   /* of a blob: sealed; empty: none */
	struct parse_message document; /* the token or the card */
	struct parse_message proof;    /* of a KBT; its kid and iss are empty */
	uint32_t used, reserved;       /* bytes of `room` */
	uint8_t room[PARSE_ROOM];
};

/* Parse. Called in vid-parse, and in no process that has rights. */
void parse_carrier(enum parse_kind kind, struct bytes carrier, struct parse_verdict *out);

/* Does this answer keep to its form, and to what was asked? Nothing else of it may be
 * used before. */
bool parse_verdict_check(const struct parse_verdict *verdict, enum parse_kind asked);

/* A piece of a checked verdict. */
struct bytes parse_verdict_piece(const struct parse_verdict *verdict,
				 const struct parse_piece *piece);

/*
 * Verify the signatures of a checked verdict, of kind PARSE_VID or PARSE_CARD with
 * why_message VID_OK, and write the message anew into `to` (VID_CARD_MAX bytes). VID_OK;
 * otherwise the first failing step's reason, and `to` holds nothing. Claims, times and
 * the holder's audience are still to be judged (presentation_verify, claim169_verify).
 */
enum vid_reason parse_verdict_verify(const struct parse_verdict *verdict,
				     const struct token_rules *rules, struct buffer *to);

#endif
