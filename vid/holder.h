/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * holder.h - the two small files that a person brings to an issuer
 *
 * The holder key, written by `vid wallet init`:     [holder]  alg, public
 *   the same of a security key, by `vid key enroll`:          and rp-id, credential
 * The face reference, written by `vid face enroll`: [face]    digest, model, count
 *
 * `credential` is the credential's id in hex. What is longer than a line takes (80
 * bytes) goes on in `credential-2` and so on.
 */
#ifndef VID_HOLDER_H
#define VID_HOLDER_H

#include "libvid/cose.h"
#include "libvid/limits.h"

#define HOLDER_CREDENTIAL_MAX 1023 /* bytes of a credential's id */
#define HOLDER_TEXT_MAX       4096 /* bytes of the file */

struct holder {
	struct public_key key;
	/* of a security key; both empty for a wallet's */
	char rp_id[VID_RP_ID_MAX + 1];
	size_t credential_len;
	uint8_t credential[HOLDER_CREDENTIAL_MAX];
};

/* Read a holder key file; complains itself. CLI_GO or CLI_FAILED. */
int holder_read(const char *path, struct holder *out);

/* Its text, in `to`. */
void holder_print(const struct holder *holder, struct buffer *to);

struct reference {
	uint8_t digest[32];
	char model[VID_MODEL_ID_MAX + 1];
	uint64_t count;
};

/* Read a face reference; complains itself. CLI_GO or CLI_FAILED. */
int reference_read(const char *path, struct reference *out);

/* "EdDSA" or "ES256", as issuers.d and the holder file write it; and back. */
const char *alg_name(enum key_alg alg);
enum key_alg alg_of_name(const char *name);

#endif
