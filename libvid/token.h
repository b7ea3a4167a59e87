/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token.h - the VID token (TOKEN.md section 2): judged and made
 */
#ifndef VID_TOKEN_H
#define VID_TOKEN_H

#include "libvid/cose.h"
#include "libvid/issuers.h"
#include "libvid/limits.h"

struct token_face { /* the digest of a template that is kept elsewhere, claim -70001 */
	bool present;
	struct bytes digest; /* 32 bytes */
	struct bytes model;  /* text */
	uint64_t count;      /* of references in the template */
};

struct token_status { /* claim 65535 */
	bool present;
	uint64_t idx;
	struct bytes uri; /* text */
};

/* A verified token. The views live as long as the message. */
struct token {
	struct bytes raw; /* the whole COSE message */
	const struct issuer *issuer;
	const struct issuer_key *key; /* of `issuer`, that signed it */
	struct bytes iss, sub, aud;
	struct bytes cti;      /* 16 bytes */
	int64_t exp, nbf, iat; /* seconds since the epoch; nbf = iat when absent */
	struct public_key holder;
	struct token_status status;
	struct token_face face;
	struct bytes face_template; /* claim 169: canonical template bytes, or empty */
	struct bytes rp_id;         /* claim -70003, or empty */
	struct bytes claims;        /* the whole encoded map */
};

struct token_rules {
	const struct issuers *trust;
	const char *realm;    /* expected aud; NULL: the realm of the issuer's record */
	int64_t now;          /* seconds since the epoch */
	int64_t skew;         /* seconds */
	int64_t max_lifetime; /* seconds; 0: the issuer's own */
};

/*
 * Steps 1 and 3-16 of the verification order (TOKEN.md). A key's period is judged by the
 * token's own iat, which nobody believes before the signature: a retired key is reported
 * as step 10 after step 12. `out` is filled only on VID_OK (zero otherwise), but for
 * status and face, whose form is judged by the two below, so that the order of steps
 * holds when a holder proof (17) comes between.
 */
enum vid_reason token_verify(struct bytes message, const struct token_rules *rules,
			     struct token *out);

/*
 * Steps 1 and 3-9 without the trust: the parts of the message, and the issuer that it
 * names. Nothing of it is verified. VID_OK or the first failing step's reason.
 */
enum vid_reason token_open(struct bytes message, struct cose_sign1 *cose,
			   struct bytes *iss);

/* Steps 10 and 11: did a key of `issuer` sign these parts, one that is not revoked? Reads
 * no CBOR of theirs. */
enum vid_reason token_signature(const struct cose_sign1 *cose,
				const struct issuer *issuer);

/*
 * Steps 1 and 3-12 alone: is this a token that a key of an issuer of `trust` signed? The
 * times, the realm and the holder are not checked, nor when the key began or ended; a
 * revoked key is VID_KEY_REVOKED here too. For an issuer that asks about its own tokens.
 */
enum vid_reason token_verify_origin(struct bytes message, const struct issuers *trust,
				    struct token *out);

/* Of step 14. */
static inline bool token_expired(int64_t exp, int64_t now, int64_t skew)
{
	return now >= exp + skew;
}

/* Step 18, the form: present where the issuer requires it, well formed. Fills status. */
enum vid_reason token_status_form(struct token *token);

/* Step 20, the form: digest or template, well formed where present. Fills face,
 * face_template. */
enum vid_reason token_face_form(struct token *token);

/* `iss` of a message whose signature nobody checked yet (step 9); empty when unreadable.
 */
struct bytes token_iss_unverified(struct bytes message);

/* What an issuer signs. Text members are C strings; NULL or zero where optional and
 * absent. */
struct token_claims {
	const char *iss, *sub, *aud;
	int64_t exp, nbf, iat; /* nbf 0: absent */
	uint8_t cti[VID_CTI_LEN];
	struct public_key holder;
	const char *status_uri; /* NULL: no status claim */
	uint64_t status_idx;
	struct bytes face_digest; /* empty: no face claim */
	const char *face_model;
	uint64_t face_count;
	const char *rp_id;
};

/*
 * Sign `claims` with an issuer's Ed25519 secret key (64 bytes). VID_OK, or
 * VID_TOKEN_TOO_LARGE when it does not fit in VID_TOKEN_MAX or `to`.
 */
enum vid_reason token_make(const struct token_claims *claims,
			   const uint8_t kid[VID_KID_LEN], const uint8_t secret[64],
			   struct buffer *to);

/* 22 characters of base64url without padding, whose last carries no stray bits. */
bool subject_valid(struct bytes sub);

/* A fresh pairwise pseudonym, NUL-terminated; none that looks like an option. */
void subject_random(char sub[VID_SUB_LEN + 1]);

#endif
