/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cose.h - COSE_Sign1 messages (RFC 9052) and the keys that sign them
 *
 * Taking a message apart (steps 1 and 3-6), checking a signature over it, making one.
 * Which algorithms, types and keys are acceptable is the caller's to say.
 */
#ifndef VID_COSE_H
#define VID_COSE_H

#include "libvid/bytes.h"
#include "libvid/cbor.h"
#include "libvid/reason.h"

enum key_alg {
	KEY_NONE = 0,
	KEY_ED25519, /* alg -19 (RFC 9864), or -8 (RFC 9053) */
	KEY_P256,    /* alg -9 (RFC 9864), or -7: ECDSA with SHA-256 */
};

/* Ed25519: 32 bytes. P-256: x || y, 64 bytes. Checked by public_key_check. */
struct public_key {
	enum key_alg alg;
	uint8_t at[64];
};

size_t public_key_len(const struct public_key *key); /* 32, 64 or 0 */

/* Are these one key? */
bool public_key_same(const struct public_key *a, const struct public_key *b);

/* Is the point on its curve and not of small order (S27)? */
bool public_key_check(const struct public_key *key);

/* Does COSE algorithm `alg` mean a signature by a key of this kind? (-19, -8; -9, -7) */
bool alg_fits(int64_t alg, enum key_alg key);

/* Signature over `message`; for P-256 `signature` is r || s (RFC 9053 section 2.1). */
bool signature_verify(const struct public_key *key, struct bytes message,
		      struct bytes signature);

/* One COSE_Sign1 message, as views into the bytes it came from. */
struct cose_sign1 {
	struct bytes protected; /* the bstr's content: encoded header map, may be empty */
	struct bytes unprotected; /* the encoded map */
	struct bytes payload;
	struct bytes signature; /* 64 bytes */
	/* header parameters; -1, empty or false when absent */
	bool has_alg; /* an integer alg in the protected bucket */
	int64_t alg;
	bool has_kid;
	struct bytes kid;     /* in either bucket */
	struct cbor_item typ; /* either bucket; type CBOR_NONE when absent */
	bool has_kcwt;
	struct bytes kcwt; /* label 13, protected: raw item (a KBT's token) */
};

enum cose_payload {
	COSE_CLAIMS, /* CBOR, held to the same encoding as the message (step 3) */
	COSE_ANY,
	COSE_FOREIGN, /* plain RFC 8949 well-formedness, in the message as well */
};

/*
 * Steps 3-6 of TOKEN.md: CBOR, tags, four elements, header maps, duplicates, crit.
 * The protected header map and, for COSE_CLAIMS, the payload are checked for
 * determinism as well. A text or oversized alg leaves has_alg false: step 8 is the
 * caller's. VID_OK or the first failing step's reason.
 */
enum vid_reason cose_open(struct bytes message, enum cose_payload payload,
			  struct cose_sign1 *out);

/*
 * The same of a foreign document (TOKEN.md section 6): any well-formed CBOR, tag 61
 * optional, tag 18 or a bare array. It is rewritten into `room` (cbor_rewrite), which
 * needs twice its length and into which `out` points. Also VID_ENCRYPTED and VID_UNSIGNED
 * (an empty signature). The payload is not looked into.
 */
enum vid_reason cose_open_foreign(struct bytes message, struct buffer *room,
				  struct cose_sign1 *out);

/* The bytes that are signed: ["Signature1", protected, h'', payload]. */
void cose_tbs(const struct cose_sign1 *message, struct buffer *to);

/*
 * Does `key` verify this message? Up to VID_CARD_MAX signed bytes nothing is allocated;
 * for more (a status list) a copy of them is, and no memory means no.
 */
bool cose_verify(const struct cose_sign1 *message, const struct public_key *key);

/*
 * Sign with an Ed25519 secret key (64 bytes, libsodium's form) and write the tagged
 * message. `protected` is the encoded header map. `to` is marked full when too small.
 */
void cose_sign(struct bytes protected, struct bytes payload, const uint8_t secret[64],
	       struct buffer *to);

/* A COSE_Key with exactly one of TOKEN.md's two public forms, encoded at `cbor`. */
bool cose_key_read(struct cbor *cbor, struct public_key *out);
void cose_key_write(const struct public_key *key, struct buffer *to);

#endif
