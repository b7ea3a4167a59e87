/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_holder.h - a security key's part of an assertion: authenticator data that a test
 * writes as it likes, and a signature of a key of its own
 */
#ifndef VID_TEST_KEY_HOLDER_H
#define VID_TEST_KEY_HOLDER_H

#include "libvid/assertion.h"

#define RP "id.example.org"

enum { UP = 0x01, UV = 0x04, BE = 0x08, AT = 0x40, ED = 0x80 };

struct key_holder {
	struct public_key public;
	uint8_t secret[64]; /* Ed25519 */
	void *ec;           /* P-256: libcrypto's */
};

/* Aborts where libcrypto cannot. key_holder_end it. */
void key_holder_make(struct key_holder *holder, enum key_alg alg);
void key_holder_end(struct key_holder *holder);

struct made {
	uint8_t data[600], signature[128];
	struct assertion assertion; /* views into them */
};

/* Authenticator data for `rp` with these bytes behind the counter; not signed yet. */
void made_data(struct made *made, const char *rp, uint8_t flags, uint32_t counter,
	       struct bytes more);
/* Sign its data || hash. */
void made_sign(struct made *made, const struct key_holder *holder,
	       const uint8_t hash[32]);

#endif
