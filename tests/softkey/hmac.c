/* SPDX-License-Identifier: BSD-2-Clause */
/* hmac.c - the extension hmac-secret, CTAP 2.1 section 12.5 */
#include "tests/softkey/cred.h"
#include "tests/softkey/fields.h"
#include "tests/softkey/requests.h"

enum ctap_status hmac_read(struct key *key, const struct cbor *input, struct salts *salts)
{
	uint8_t plain[SECRET_CIPHER_MAX];
	struct bytes cipher, mac;
	enum ctap_status status;
	uint64_t protocol = 1;
	struct cbor cose;
	size_t len;

	if ((status = need_map(input, 1, &cose)) != CTAP_OK ||
	    (status = need_bstr(input, 2, &cipher)) != CTAP_OK ||
	    (status = need_bstr(input, 3, &mac)) != CTAP_OK ||
	    (status = want_uint(input, 4, &protocol)) != CTAP_OK)
		return status;
	if ((protocol != 1 && protocol != 2) ||
	    !shared_agree(&salts->shared, (int)protocol, key->session.agreement, &cose))
		return CTAP_INVALID_PARAMETER;
	if (!shared_verify(&salts->shared, cipher, bytes_of(NULL, 0), mac))
		return CTAP_PIN_AUTH_INVALID;
	len = shared_decrypt(&salts->shared, cipher, plain);
	if (len != 32 && len != 64)
		return CTAP_INVALID_LENGTH;
	memcpy(salts->plain, plain, len);
	salts->len = len;
	return CTAP_OK;
}

void hmac_put(const struct key *key, const struct salts *salts, const uint8_t *id,
	      const uint8_t rp_hash[32], bool verified, struct buffer *to)
{
	uint8_t random[32], outputs[64], cipher[SECRET_CIPHER_MAX];
	size_t len;

	cred_random(&key->store, id, rp_hash, verified, random);
	for (size_t at = 0; at < salts->len; at += 32)
		mac_of(bytes_of(random, 32), bytes_of(salts->plain + at, 32),
		       outputs + at);
	len = shared_encrypt(&salts->shared, bytes_of(outputs, salts->len), cipher);
	cbor_put_bstr(to, bytes_of(cipher, len));
}
