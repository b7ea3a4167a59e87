/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_option.h - a public key as an option gives it
 */
#ifndef VID_KEY_OPTION_H
#define VID_KEY_OPTION_H

#include "libvid/cose.h"

/*
 * `key` is hex (32 bytes for EdDSA; for ES256 a SEC1 point, compressed or not, or x || y)
 * or the path of a PEM file with a public key or a certificate. `alg` is "EdDSA", "ES256"
 * or NULL: hex is EdDSA's then, a file says itself. Complains itself: CLI_GO or
 * CLI_FAILED.
 */
int key_option(const char *key, const char *alg, struct public_key *out);

#endif
