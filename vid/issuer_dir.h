/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * issuer_dir.h - an issuer's own folder: issuer.key (sealed) and issuer.conf (public)
 *
 * issuer.key is the key that signs; issuer.conf names it and those before it, which stay
 * beside it as issuer-KID.key (vid issuer rotate).
 */
#ifndef VID_ISSUER_DIR_H
#define VID_ISSUER_DIR_H

#include <jansson.h>
#include <limits.h>

#include "libvid/issuers.h"
#include "libvid/keyfile.h"

struct issuer_dir {
	char key[PATH_MAX], conf[PATH_MAX];
	char fresh[PATH_MAX]; /* issuer.key.new: while a rotation is under way */
};

/* The paths in `dir`; complains when they do not fit. CLI_GO or CLI_FAILED. */
int issuer_dir_paths(const char *dir, struct issuer_dir *out);

/* Read issuer.conf and prove that issuer.key belongs to it; complains itself. */
int issuer_dir_read(const struct issuer_dir *paths, struct issuer *out);

/* The record of `key` in `issuer`; NULL when it does not name it. */
struct issuer_key *issuer_key_of(struct issuer *issuer, const struct public_key *key);

/*
 * Write issuer.conf with the next serial number, signed by `count` keys of the issuer:
 * what `vid issuer export` hands out. An old file is replaced. CLI_GO or CLI_FAILED.
 */
int issuer_dir_write(const struct issuer_dir *paths, struct issuer *issuer,
		     const struct keyfile_key *const *signers, size_t count);

/* An issuer's public part as text; `to` is malloc'ed, NULL without memory. */
char *issuer_text(const struct issuer *issuer, size_t *len);

/* The key id, algorithm and fingerprint (SHA-256 of the public key) of each key. */
void issuer_print_keys(const struct issuer *issuer);
/* The same, and the rest of the record, for --json; NULL without memory. */
json_t *issuer_record_json(const struct issuer *issuer);
void issuer_fingerprint(const struct public_key *key, char out[65]);

const char *status_name(enum status_policy status);
bool status_of_name(const char *name, enum status_policy *out);

/* `value` as --option's URI: 1..max bytes, printable, without spaces; complains itself.
 */
bool issuer_uri(const char *option, const char *value, char *out, size_t size);

/* The same for the name of somebody else's issuer, which may be no URI: a StringOrURI of
 * RFC 8392 is one only where it has a ':', and national cards come from "www.mosip.io".
 */
bool issuer_name(const char *option, const char *value, char *out, size_t size);

/* `value` as --rp-id, which a line of an issuer's file must hold; complains itself. */
bool issuer_rp_id(const char *value, char out[VID_RP_ID_MAX + 1]);

#endif
