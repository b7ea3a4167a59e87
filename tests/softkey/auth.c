/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/auth.h"

#include "tests/softkey/fields.h"
#include "tests/softkey/touch.h"

bool auth_guarded(const struct key *key)
{
	return key->store.pin_set || key->options.uv;
}

enum ctap_status auth_read(const struct cbor *map, int64_t param_key,
			   int64_t protocol_key, struct auth *auth)
{
	enum ctap_status status;

	*auth = (struct auth){ 0 };
	status = need_bstr(map, param_key, &auth->param);
	if (status == CTAP_MISSING_PARAMETER)
		return CTAP_OK;
	if (status != CTAP_OK)
		return status;
	auth->given = true;
	if (auth->param.len == 0)
		return CTAP_OK;
	if ((status = need_uint(map, protocol_key, &auth->protocol)) != CTAP_OK)
		return status;
	return auth->protocol == 1 || auth->protocol == 2 ? CTAP_OK
							  : CTAP_INVALID_PARAMETER;
}

enum ctap_status auth_check(struct key *key, const struct auth *auth, unsigned may,
			    const uint8_t *rp_hash, struct bytes a, struct bytes b)
{
	struct grant *grant = &key->session.grant;

	if (grant->protocol == 0 || grant->protocol != (int)auth->protocol ||
	    !token_verify_mac(grant->protocol, grant->token, a, b, auth->param) ||
	    (grant->may & may) != may)
		return CTAP_PIN_AUTH_INVALID;
	if (grant->rp_bound && (!rp_hash || memcmp(grant->rp_hash, rp_hash, 32)))
		return CTAP_PIN_AUTH_INVALID;
	if (!grant->rp_bound && rp_hash) {
		memcpy(grant->rp_hash, rp_hash, 32);
		grant->rp_bound = true;
	}
	return CTAP_OK;
}

enum ctap_status auth_touch_only(struct key *key)
{
	enum ctap_status status = touch_wait(key);

	if (status != CTAP_OK)
		return status;
	return key->store.pin_set ? CTAP_PIN_INVALID : CTAP_PIN_NOT_SET;
}

enum ctap_status auth_touch(struct key *key, const struct auth *auth)
{
	struct grant *grant = &key->session.grant;
	enum ctap_status status = CTAP_OK;

	if (!auth->given || !grant->present)
		status = touch_wait(key);
	if (status == CTAP_OK && auth->given) {
		/* section 6.1.2 step 14: one touch serves one request */
		grant->present = false;
		grant->may &= CTAP_MAY_WRITE_BLOBS;
	}
	return status;
}
