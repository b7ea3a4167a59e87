/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyfile.h - a secret signing key at rest, sealed with a passphrase
 *
 * An Ed25519 seed of an issuer or a holder. The file is deterministic CBOR:
 * {1: kind tstr, 2: public key bstr, 3: salt bstr, 4: opslimit, 5: memlimit, 6: nonce, 7:
 * sealed} with Argon2id and XChaCha20-Poly1305 (libsodium); the members 1-5 are the
 * associated data.
 */
#ifndef VID_KEYFILE_H
#define VID_KEYFILE_H

#include "libvid/bytes.h"
#include "libvid/cose.h"
#include "libvid/reason.h"

#define KEYFILE_MAX 512 /* bytes */

struct keyfile_key {
	uint8_t secret[64]; /* libsodium's Ed25519 form; wiped by keyfile_wipe */
	struct public_key public;
};

/* A new key. */
void keyfile_generate(struct keyfile_key *key);
void keyfile_wipe(struct keyfile_key *key);

/*
 * Seal as a file's content. `kind` is "issuer" or "holder". VID_INTERNAL when Argon2id
 * has not the memory (256 MiB, moderate).
 */
enum vid_reason keyfile_seal(const struct keyfile_key *key, const char *kind,
			     struct bytes passphrase, struct buffer *to);

/*
 * What Argon2id is asked to spend: passes, and bytes of memory. Opening refuses more than
 * KEYFILE_OPS_MAX and KEYFILE_MEM_MAX before it spends anything; less is no danger to the
 * reader, because what a file costs is part of what is authenticated.
 */
struct keyfile_cost {
	uint64_t ops;
	uint64_t mem;
};
#define KEYFILE_OPS_MAX 8
#define KEYFILE_MEM_MAX (512ULL * 1024 * 1024)

/* As keyfile_seal, at another cost. */
enum vid_reason keyfile_seal_at(const struct keyfile_key *key, const char *kind,
				struct bytes passphrase, struct keyfile_cost cost,
				struct buffer *to);

/*
 * Open. VID_CONFIG with a problem text: not a key file, another kind, limits out of
 * bounds, or a wrong passphrase (which cannot be told from a changed file).
 */
enum vid_reason keyfile_open(struct bytes file, const char *kind, struct bytes passphrase,
			     struct keyfile_key *out, struct problem *problem);

/* The public part of a key file, without a passphrase. */
enum vid_reason keyfile_public(struct bytes file, const char *kind,
			       struct public_key *out, struct problem *problem);

#endif
