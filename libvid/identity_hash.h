/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity_hash.h - the name under which the index knows an identity
 *
 * The first half of SHA-256 over SUBJECT@ALIAS, in hex: `printf %s IDENTITY | sha256sum |
 * cut -c1-32`. The index is world-readable and must hold no pseudonym (S46); a
 * subject has 128 random bits, so nobody gets from the hash back to it. libc alone,
 * because nss_vid looks identities up as well.
 */
#ifndef VID_IDENTITY_HASH_H
#define VID_IDENTITY_HASH_H

#include "libvid/bytes.h"
#include "libvid/identity.h"

#define IDENTITY_HASH_LEN 32 /* hex digits */

/* False when `identity` is longer than VID_IDENTITY_MAX bytes. */
bool identity_hash(struct bytes identity, char out[IDENTITY_HASH_LEN + 1]);

#endif
