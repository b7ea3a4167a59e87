/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * noise.h - requests of CTAP 2.1 that are right in most parts and wrong in some
 *
 * They are canonical CBOR, so that they come past the door and into the house.
 */
#ifndef SOFTKEY_NOISE_H
#define SOFTKEY_NOISE_H

#include "libvid/bytes.h"

/* Begin the numbers anew: they are the same in every run. */
void noise_begin(void);

/* A number from 0 to below - 1. */
uint64_t noise(uint64_t below);

/* A request, with its command. It fits in 4096 bytes. */
void noise_request(struct buffer *to);

#endif
