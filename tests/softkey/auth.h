/* SPDX-License-Identifier: BSD-2-Clause */
/* auth.h - pinUvAuthParam: what a request says to prove that the PIN was given */
#ifndef SOFTKEY_AUTH_H
#define SOFTKEY_AUTH_H

#include "tests/softkey/key.h"

struct auth {
	bool given;
	struct bytes param;
	uint64_t protocol;
};

/* Read the two parameters by their keys. */
enum ctap_status auth_read(const struct cbor *map, int64_t param_key,
			   int64_t protocol_key, struct auth *auth);

/*
 * Is it the MAC of a || b under a token that allows `may`, for the RP of `rp_hash` (NULL:
 * for none in particular)? A token without an RP is bound to the first one it is used
 * for.
 */
enum ctap_status auth_check(struct key *key, const struct auth *auth, unsigned may,
			    const uint8_t *rp_hash, struct bytes a, struct bytes b);

/* The touch that an empty pinUvAuthParam asks for, and what it is answered with. */
enum ctap_status auth_touch_only(struct key *key);

/* Presence of a request with this token: a touch, unless the token stands for one. */
enum ctap_status auth_touch(struct key *key, const struct auth *auth);

/* Is there a PIN or a built-in verification that guards the key? */
bool auth_guarded(const struct key *key);

#endif
