/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * secrets.h - what opens a person's keyring, sealed so that only their key opens it
 *
 * secrets/ACCOUNT.HASH.secret, where HASH is 16 hex digits over the holder's key under
 * the host key. Sealed under a key that needs both the host key and what the security
 * key's hmac-secret extension answers to this host's salt: neither a copied folder nor a
 * stolen key alone opens it.
 */
#ifndef VID_SECRETS_H
#define VID_SECRETS_H

#include "libvid/cose.h"
#include "libvid/hostkey.h"
#include "libvid/key_blob.h"

#define SECRET_MAX VID_UNLOCK_MAX /* bytes of a secret: no NUL in it */

struct secret_owner {
	const char *account;
	uint32_t uid;
	const struct public_key *holder;
};

/* The salt that this host asks the key with. */
void secret_salt(const struct hostkey *key, const struct public_key *holder,
		 uint8_t salt[32]);

/* VID_OK or VID_FILE_*; VID_INTERNAL for an empty secret, a longer one, one with a NUL,
 * or no account's name. Every record has one size. */
enum vid_reason secret_store(const char *folder, const struct secret_owner *owner,
			     const struct hostkey *key,
			     const uint8_t answer[KEY_SECRET_LEN], struct bytes secret,
			     struct problem *problem);

/*
 * Into `out`, NUL-terminated; the caller wipes it. VID_OK; VID_FILE_MISSING when none is
 * kept; VID_STATE when it does not open (another key, uid, host, a flipped bit);
 * VID_FILE_*. Empty unless VID_OK.
 */
enum vid_reason secret_load(const char *folder, const struct secret_owner *owner,
			    const struct hostkey *key,
			    const uint8_t answer[KEY_SECRET_LEN],
			    char out[SECRET_MAX + 1], struct problem *problem);
bool secret_is_kept(const char *folder, const struct secret_owner *owner,
		    const struct hostkey *key);
/* VID_OK, VID_FILE_MISSING or VID_FILE_IO. */
enum vid_reason secret_remove(const char *folder, const struct secret_owner *owner,
			      const struct hostkey *key, struct problem *problem);

/* All of an account's, by the names of files alone: no key, token or map is needed.
 * VID_OK, VID_FILE_MISSING when there is none, or VID_FILE_IO. */
enum vid_reason secret_remove_all(const char *folder, const char *account,
				  struct problem *problem);

#endif
