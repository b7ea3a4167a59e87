/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity_hash.h - the key under which the index has an identity
 *
 * The first half of SHA-256 over the issuer's iss, a zero byte and the subject, in hex:
 * `printf '%s\0%s' ISS SUBJECT | sha256sum | cut -c1-32`. The issuer is part of it, so
 * that an alias that names another issuer later leads to none of the former's rows (S14).
 * The index is world-readable and must hold no pseudonym (S46); a subject has 128 random
 * bits, so the hash cannot be reversed. libc alone, because nss_vid looks identities up
 * as well.
 */
#ifndef VID_IDENTITY_HASH_H
#define VID_IDENTITY_HASH_H

#include "libvid/bytes.h"
#include "libvid/identity.h"

#define IDENTITY_HASH_LEN 32 /* hex digits */

/* The subject that stands for all of an issuer: the key of its rule. */
#define IDENTITY_EVERY "*"

/* False when `iss` is empty, longer than VID_ISS_MAX or has a zero byte, or when `sub` is
 * empty or longer than VID_SUB_LEN. */
bool identity_key(struct bytes iss, struct bytes sub, char out[IDENTITY_HASH_LEN + 1]);

/* Index format 3: the same over SUBJECT@ALIAS. False when longer than VID_IDENTITY_MAX.
 */
bool identity_hash_former(struct bytes identity, char out[IDENTITY_HASH_LEN + 1]);

#endif
