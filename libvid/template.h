/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * template.h - face templates: comparing, quantising, sealing (FACE.md, S18, S19, P3)
 *
 * A template holds 1..5 references, each an int8 unit vector. Canonical bytes are
 * deterministic CBOR: [model tstr, dimension uint, [[label tstr, scale uint, bstr], ...]]
 * where a component is int8 * scale / 2^20. Before anything is stored, each vector goes
 * through a keyed permutation and sign flip (inner products stay; two enrolments cannot
 * be matched).
 */
#ifndef VID_TEMPLATE_H
#define VID_TEMPLATE_H

#include "libvid/bytes.h"
#include "libvid/hostkey.h"
#include "libvid/limits.h"
#include "libvid/reason.h"

#define TEMPLATE_LABEL_MAX  32
#define TEMPLATE_BYTES_MAX  3072 /* canonical: five references of 512 and their frame */
#define TEMPLATE_SALT_LEN   32
#define TEMPLATE_DIGEST_LEN 32
#define TEMPLATE_RECORD_MAX (TEMPLATE_BYTES_MAX + 1024)

struct template
{
	char model[VID_MODEL_ID_MAX + 1]; /* "frr0095:ca00801b506c5494" */
	size_t dimension;
	size_t count;
	struct {
		char label[TEMPLATE_LABEL_MAX + 1];
		uint32_t scale;
		int8_t at[VID_EMBEDDING_MAX];
	} reference[VID_REFERENCES_MAX];
};

void template_wipe(struct template *template);

/* A label is at most TEMPLATE_LABEL_MAX bytes of UTF-8 without control characters. */
bool template_label_valid(const char *label);

/*
 * Add a reference: `embedding` of `dimension` floats is normalised and quantised. False
 * when the template is full, the dimension differs, the label is none, or the vector is
 * zero or not finite.
 */
bool template_add(struct template *template, const float *embedding, size_t dimension,
		  const char *label);

/* Canonical bytes, and back. Reading is strict. */
bool template_write(const struct template *template, struct buffer *to);
enum vid_reason template_read(struct bytes canonical, struct template *out);

/* The keyed permutation and sign flip, in place; a seed of 32 bytes. */
void template_transform(struct template *template, const uint8_t seed[32]);
void embedding_transform(float *embedding, size_t dimension, const uint8_t seed[32]);

/* Cosine of `embedding` and the mean of the template's references, -1..1. */
float template_compare(const struct template *template, const float *embedding,
		       size_t dimension);

/* SHA-256("vid-face-v1" || salt || model id || canonical bytes) */
void template_digest(const struct template *template,
		     const uint8_t salt[TEMPLATE_SALT_LEN],
		     uint8_t digest[TEMPLATE_DIGEST_LEN]);

/* Whose template: the associated data of the seal. Unbound (before the identity is
 * mapped): uid UINT32_MAX, iss and sub empty. */
struct template_owner {
	const char *account;
	uint32_t uid;
	const char *iss, *sub;
};

/*
 * Seal for storage: XChaCha20-Poly1305 under a key derived from the host key and the
 * record's salt; associated data: owner, model, version. `salt` also seeds the transform;
 * `template` is given already transformed (see template_enrol).
 */
enum vid_reason template_seal(const struct template *template,
			      const uint8_t salt[TEMPLATE_SALT_LEN], uint64_t version,
			      const struct template_owner *owner,
			      const struct hostkey *key, struct buffer *to);

/*
 * Open a record that must be `owner`'s. VID_OK; VID_FACE_TEMPLATE_BROKEN for another
 * owner, a flipped bit, another host's key. The version is compared with the watermark by
 * the caller.
 */
enum vid_reason template_open(struct bytes record, const struct template_owner *owner,
			      const struct hostkey *key, struct template *out,
			      uint8_t salt[TEMPLATE_SALT_LEN], uint64_t *version);

/*
 * A fresh salt, which fixes its seed: the second half is a digest of the first, by which
 * such a salt is known, and the seed is a digest of the whole. So a template's digest
 * binds the transform as well, and nobody can look for one under which another face fits
 * (P3).
 */
void template_salt(uint8_t salt[TEMPLATE_SALT_LEN]);

/* The seed that a salt fixes; false for a salt of before, whose seed only its host knows.
 */
bool template_salt_seed(const uint8_t salt[TEMPLATE_SALT_LEN], uint8_t seed[32]);

/* The seed of the transform that belongs to a record, of either kind. */
void template_seed(const struct hostkey *key, const uint8_t salt[TEMPLATE_SALT_LEN],
		   uint8_t seed[32]);

#endif
