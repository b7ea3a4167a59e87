/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * issuer_dir.h - an issuer's own folder: issuer.key (sealed) and issuer.conf (public)
 */
#ifndef VID_ISSUER_DIR_H
#define VID_ISSUER_DIR_H

#include <limits.h>

#include "libvid/issuers.h"

struct issuer_dir {
	char key[PATH_MAX], conf[PATH_MAX];
};

/* The paths in `dir`; complains when they do not fit. CLI_GO or CLI_FAILED. */
int issuer_dir_paths(const char *dir, struct issuer_dir *out);

/* Read issuer.conf and prove that issuer.key belongs to it; complains itself. */
int issuer_dir_read(const struct issuer_dir *paths, struct issuer *out);

/* An issuer's public part as text; `to` is malloc'ed, NULL without memory. */
char *issuer_text(const struct issuer *issuer, size_t *len);

/* The key id, algorithm and fingerprint (SHA-256 of the public key) of each key. */
void issuer_print_keys(const struct issuer *issuer);
void issuer_fingerprint(const struct public_key *key, char out[65]);

const char *status_name(enum status_policy status);
bool status_of_name(const char *name, enum status_policy *out);

/* `value` as --option's URI: 1..max bytes, printable, without spaces; complains itself.
 */
bool issuer_uri(const char *option, const char *value, char *out, size_t size);

#endif
