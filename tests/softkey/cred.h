/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cred.h - credentials: their ids, their keys, and the secrets that hang on them
 *
 * An id is algorithm, properties, a nonce of 32 bytes and a MAC that binds them to this
 * key and to the RP. Everything else is derived from the id and the master secret.
 */
#ifndef SOFTKEY_CRED_H
#define SOFTKEY_CRED_H

#include "tests/softkey/key.h"

struct cred_kind {
	int alg;     /* COSE_ES256 or COSE_EDDSA */
	int protect; /* credProtect, 1 to 3 */
	bool resident, hmac, blob_key;
};

void cred_make(const struct store *store, const struct cred_kind *kind,
	       const uint8_t rp_hash[32], uint8_t id[CREDENTIAL_ID]);

/* Is it a credential of this key for this RP, and if resident, is it still there? */
bool cred_owned(const struct store *store, struct bytes id, const uint8_t rp_hash[32]);

struct cred_kind cred_kind_of(const uint8_t id[CREDENTIAL_ID]);

/* The resident with that id; NULL: none. */
const struct resident *cred_resident(const struct store *store,
				     const uint8_t id[CREDENTIAL_ID]);

size_t cred_sign(const struct store *store, const uint8_t id[CREDENTIAL_ID],
		 const uint8_t rp_hash[32], struct bytes message, uint8_t *signature);

/* The public key as COSE_Key. */
void cred_put_public(const struct store *store, const uint8_t id[CREDENTIAL_ID],
		     const uint8_t rp_hash[32], struct buffer *to);

void cred_blob_key(const struct store *store, const uint8_t id[CREDENTIAL_ID],
		   const uint8_t rp_hash[32], uint8_t key[32]);

/* CredRandom of hmac-secret, another one with than without user verification. */
void cred_random(const struct store *store, const uint8_t id[CREDENTIAL_ID],
		 const uint8_t rp_hash[32], bool verified, uint8_t random[32]);

/* {"id": id, "type": "public-key"} */
void cred_put_descriptor(const uint8_t id[CREDENTIAL_ID], struct buffer *to);

#endif
