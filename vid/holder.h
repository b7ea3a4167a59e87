/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * holder.h - the two small files that a person brings to an issuer
 *
 * The holder key, written by `vid wallet init`:     [holder]  alg, public
 * The face reference, written by `vid face enroll`: [face]    digest, model, count
 */
#ifndef VID_HOLDER_H
#define VID_HOLDER_H

#include "libvid/cose.h"
#include "libvid/limits.h"

/* Read a holder key file; complains itself. CLI_GO or CLI_FAILED. */
int holder_read(const char *path, struct public_key *out);

/* Its text, in `to`. */
void holder_print(const struct public_key *key, struct buffer *to);

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
