/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * assertion.h - the FIDO2 holder proof (TOKEN.md section 3; CTAP 2.1 section 6.2,
 * WebAuthn section 6.1)
 *
 * vid-fido brings authenticator data and a signature as bytes; this judges them. No
 * parser of libfido2's or libcbor's is involved.
 */
#ifndef VID_ASSERTION_H
#define VID_ASSERTION_H

#include "libvid/cose.h"
#include "libvid/settings.h"

#define ASSERTION_NONCE_LEN     32
#define ASSERTION_BOOT_ID_LEN   36  /* as /proc/sys/kernel/random/boot_id gives it */
#define ASSERTION_AUTH_DATA_MAX 512 /* bytes: 37, and what extensions add */
#define ASSERTION_SIGNATURE_MAX 80  /* bytes: 64 (Ed25519), at most 72 (ES256 in DER) */

/* What is signed for: this login on this machine, and nothing else. */
struct assertion_challenge {
	uint8_t nonce[ASSERTION_NONCE_LEN]; /* from getrandom, for one use */
	const char *host, *service, *seat;
	const char *boot_id;
	struct bytes token; /* the message that the proof is for; empty: not known yet */
};

/*
 * clientDataHash: SHA-256 of the deterministic CBOR ["pam_vid/1", nonce, host, service,
 * seat, boot-id, SHA-256(token) or null].
 */
void assertion_hash(const struct assertion_challenge *challenge, uint8_t hash[32]);

struct assertion {
	struct bytes auth_data; /* raw: not wrapped in a CBOR string */
	struct bytes signature; /* Ed25519: 64 bytes; ES256: DER, as CTAP sends it */
};

struct assertion_rules {
	const uint8_t *hash; /* 32 bytes: clientDataHash */
	const struct public_key *holder;
	struct bytes rp_id; /* text: of the token */
	enum key_uv uv;
};

struct assertion_seen {
	bool verified_user; /* flag UV */
	uint32_t counter;   /* signCount, big-endian in the data */
};

/*
 * Step 17 for a key, in this order: form (length, no attested data, extension data only
 * where the flag says so and then one CBOR map to the end): VID_HOLDER_PROOF; rpIdHash:
 * VID_HOLDER_RP; UP: VID_HOLDER_UP; UV where `uv` is KEY_UV_REQUIRED: VID_HOLDER_UV;
 * signature over auth_data || hash: VID_HOLDER_SIGNATURE. An empty rp_id is
 * VID_HOLDER_RP. `out` is filled on VID_OK only, zero otherwise. The counter is the
 * caller's (counters.h), once the signature is known to be the holder's.
 */
enum vid_reason assertion_verify(const struct assertion *assertion,
				 const struct assertion_rules *rules,
				 struct assertion_seen *out);

/* Does authenticator data say that the key verified its user? True only of what is
 * signed. */
bool assertion_says_uv(struct bytes auth_data);

/* Did `holder` make this one, touched or not? To find which credential of a key belongs
 * to a token; proves nothing of anybody's presence. */
bool assertion_is_of(const struct assertion *assertion, const uint8_t hash[32],
		     const struct public_key *holder);

#endif
