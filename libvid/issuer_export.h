/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * issuer_export.h - the signed public part of an issuer, that `vid issuer export` prints
 *
 * An issuer's file (issuers.h) with `serial = N` in [issuer], and at its end the
 * signatures of the issuer's own keys:
 *
 *   [signature 5c77d7fd8f51ed0c]   ; issuer_key_id of the key that signed
 *   value = 64 bytes in hex
 *
 * Each is the signature of a COSE_Sign1 message with detached content (RFC 9052 section
 * 4.1): the payload is every byte before the first [signature], the protected header is
 * {1: -19 or -9, 4: key id, 16: "application/vid-issuer"}. The header is not carried: the
 * reader makes it, so nothing is parsed before the signature is checked.
 *
 * A signature says that the issuer wrote this file. Which keys may say so is the host's
 * to decide (vid/issuer_update.h).
 */
#ifndef VID_ISSUER_EXPORT_H
#define VID_ISSUER_EXPORT_H

#include "libvid/issuers.h"

struct issuer_export {
	struct issuer issuer;
	struct bytes content; /* what is signed; a view into the text */
	size_t signature_count;
	struct {
		uint8_t key_id[VID_KID_LEN];
		uint8_t at[64];
	} signature[VID_ISSUER_KEYS_MAX];
};

/* Take a text apart and read its signatures; `issuer` is left empty. VID_OK, or
 * VID_CONFIG with `problem`. */
enum vid_reason issuer_export_split(struct bytes text, const char *name,
				    struct issuer_export *out, struct problem *problem);

/* The same, and read the issuer; what this version does not know is kept. */
enum vid_reason issuer_export_parse(struct bytes text, const char *name,
				    struct issuer_export *out, struct problem *problem);

/* Is there a signature by this key, and does it verify? */
bool issuer_export_signed_by(const struct issuer_export *export,
			     const struct public_key *key);

/* SHA-256 of the content. */
void issuer_export_digest(const struct issuer_export *export, uint8_t out[32]);

/* The content that `issuer` is signed as, written. */
void issuer_export_print(const struct issuer *issuer, FILE *to);

/* Sign `content` with an Ed25519 key (secret: 64 bytes, libsodium's form) and write the
 * section. False when that cannot be done. */
bool issuer_export_sign(struct bytes content, const struct public_key *key,
			const uint8_t secret[64], FILE *to);

#endif
