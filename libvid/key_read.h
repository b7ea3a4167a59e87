/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_read.h - public keys in the forms that issuers publish them
 */
#ifndef VID_KEY_READ_H
#define VID_KEY_READ_H

#include "libvid/cose.h"

/*
 * A key's bytes: 32 for Ed25519; for P-256 a SEC1 point (65 bytes that begin with 04, or
 * 33 that begin with 02 or 03), or x || y (64). False when it is none, or no valid point.
 */
bool public_key_of_bytes(enum key_alg alg, struct bytes from, struct public_key *out);

/*
 * The key of a PEM text: a public key, or a certificate, of which nothing but the key
 * counts: neither its signature nor its period is looked at. Ed25519 or P-256; false for
 * anything else.
 */
bool public_key_of_pem(struct bytes pem, struct public_key *out);

#endif
