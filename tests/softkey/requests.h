/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * requests.h - the commands of CTAP 2.1, section 6, one function each
 *
 * `map` stands at a request's parameters, checked for canonical CBOR. The reply's CBOR is
 * added to `reply`, which counts only when CTAP_OK is returned.
 */
#ifndef SOFTKEY_REQUESTS_H
#define SOFTKEY_REQUESTS_H

#include "tests/softkey/key.h"

typedef enum ctap_status request(struct key *key, const struct cbor *map,
				 struct buffer *reply);

request make_credential;    /* 6.1, make.c */
request get_assertion;      /* 6.2, assert.c */
request get_next_assertion; /* 6.3 */
request get_info;           /* 6.4, info.c */
request client_pin;         /* 6.5, pin.c */
request reset_key;          /* 6.6, ctap.c */
request manage_credentials; /* 6.8, manage.c */
request select_key;         /* 6.9, ctap.c */
request large_blobs;        /* 6.10, blobs.c */

/* Read, judge and answer one request; `reply` gets the status byte and what follows it.
 */
void ctap_answer(struct key *key, struct bytes message, struct buffer *reply,
		 bool *silent);

/* hmac-secret (section 12.5), hmac.c: read the salts; write what they make. */
enum ctap_status hmac_read(struct key *key, const struct cbor *input,
			   struct salts *salts);
void hmac_put(const struct key *key, const struct salts *salts, const uint8_t *id,
	      const uint8_t rp_hash[32], bool verified, struct buffer *to);

#endif
