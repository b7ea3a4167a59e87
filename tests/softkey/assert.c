/* SPDX-License-Identifier: BSD-2-Clause */
/* assert.c - authenticatorGetAssertion and ...GetNextAssertion, CTAP 2.1
 * sections 6.2, 6.3 */
#include <openssl/sha.h>

#include "tests/softkey/auth.h"
#include "tests/softkey/cred.h"
#include "tests/softkey/curve.h"
#include "tests/softkey/fields.h"
#include "tests/softkey/requests.h"
#include "tests/softkey/touch.h"

#define MANY 20000000U

struct asking {
	struct bytes rp, client_hash;
	struct auth auth;
	bool present; /* a touch is wanted */
	bool verify;  /* by built-in verification */
};

static enum ctap_status wanted_read(const struct key *key, const struct cbor *map,
				    struct asking *asking)
{
	enum ctap_status status;
	struct cbor options;
	int rk, up, uv;
	bool there;

	asking->present = true;
	if ((status = want_map(map, 5, &options, &there)) != CTAP_OK || !there)
		return status;
	if ((status = want_option(&options, "rk", &rk)) != CTAP_OK ||
	    (status = want_option(&options, "up", &up)) != CTAP_OK ||
	    (status = want_option(&options, "uv", &uv)) != CTAP_OK)
		return status;
	if (rk >= 0)
		return CTAP_UNSUPPORTED_OPTION;
	if (uv == 1 && !asking->auth.given && !key->options.uv)
		return CTAP_INVALID_OPTION;
	asking->present = up != 0;
	asking->verify = uv == 1 && !asking->auth.given;
	return CTAP_OK;
}

static enum ctap_status extensions_read(struct key *key, const struct cbor *map,
					const struct asking *asking,
					struct assertion *assertion)
{
	enum ctap_status status;
	struct cbor all, input;
	int blob_key;
	bool there;

	if ((status = want_map(map, 4, &all, &there)) != CTAP_OK || !there)
		return status;
	if ((status = want_option(&all, "largeBlobKey", &blob_key)) != CTAP_OK)
		return status;
	if (blob_key == 0 && !key->options.no_blobs)
		return CTAP_INVALID_OPTION;
	assertion->want_blob_key = blob_key == 1 && !key->options.no_blobs;
	if (key->options.no_hmac || !cbor_find_text(&all, "hmac-secret", &input))
		return CTAP_OK;
	if (cbor_peek(&input) != CBOR_MAP)
		return CTAP_UNEXPECTED_TYPE;
	if (!asking->present)
		return CTAP_UNSUPPORTED_OPTION;
	return hmac_read(key, &input, &assertion->salts);
}

/* credProtect, section 12.1: 2 wants a verified user or its id, 3 a verified user. */
static bool shown(const uint8_t id[CREDENTIAL_ID], bool verified, bool named)
{
	int protect = cred_kind_of(id).protect;

	return verified || protect < 2 || (protect == 2 && named);
}

static enum ctap_status by_list(const struct key *key, struct cbor list,
				struct assertion *assertion)
{
	struct bytes id;
	size_t count;

	if (!cbor_array(&list, &count))
		return CTAP_UNEXPECTED_TYPE;
	assertion->by_list = count > 0;
	while (count--) {
		if (cbor_peek(&list) != CBOR_MAP)
			return CTAP_UNEXPECTED_TYPE;
		if (text_member(&list, "id", true, &id) != CTAP_OK)
			return CTAP_INVALID_CBOR;
		/* one of a list is enough: section 6.2.2 step 11 */
		if (assertion->count == 0 &&
		    cred_owned(&key->store, id, assertion->rp_hash) &&
		    shown(id.at, assertion->verified, true))
			memcpy(assertion->id[assertion->count++], id.at, CREDENTIAL_ID);
		cbor_skip(&list, NULL);
	}
	return CTAP_OK;
}

static enum ctap_status candidates(const struct key *key, const struct cbor *map,
				   struct assertion *assertion)
{
	enum ctap_status status;
	struct cbor list;

	if (cbor_find_int(map, 3, &list) &&
	    (status = by_list(key, list, assertion)) != CTAP_OK)
		return status;
	for (uint32_t i = key->store.count; !assertion->by_list && i-- > 0;) {
		const struct resident *slot = key->store.resident + i;

		if (!memcmp(slot->rp_hash, assertion->rp_hash, 32) &&
		    shown(slot->id, assertion->verified, false))
			memcpy(assertion->id[assertion->count++], slot->id,
			       CREDENTIAL_ID);
	}
	return assertion->count ? CTAP_OK : CTAP_NO_CREDENTIALS;
}

static enum ctap_status verify(struct key *key, const struct asking *asking,
			       struct assertion *assertion)
{
	enum ctap_status status = CTAP_OK;

	if (asking->auth.given)
		status = auth_check(key, &asking->auth, CTAP_MAY_ASSERT,
				    assertion->rp_hash, asking->client_hash,
				    bytes_of(NULL, 0));
	else if (asking->verify) {
		status = touch_verify(key);
		if (status == CTAP_UV_INVALID || status == CTAP_UV_BLOCKED)
			return key->store.pin_set ? CTAP_PUAT_REQUIRED
						  : CTAP_OPERATION_DENIED;
	} else if (key->options.always_uv && asking->present)
		return CTAP_PUAT_REQUIRED;
	assertion->verified = status == CTAP_OK && (asking->auth.given || asking->verify);
	return status;
}

static uint32_t next_counter(struct key *key)
{
	key->store.counter++;
	key_save(key);
	if (key->policy.zero)
		return 0;
	return key->policy.counter_set ? key->policy.counter : key->store.counter;
}

static void put_auth_data(struct key *key, const struct assertion *assertion,
			  const uint8_t id[CREDENTIAL_ID], struct buffer *to)
{
	bool hmac = assertion->salts.len && cred_kind_of(id).hmac;
	uint32_t counter = next_counter(key);
	uint8_t rp_hash[32], head[5] = { 0 };

	memcpy(rp_hash, assertion->rp_hash, 32);
	if (key->policy.wrongrp)
		rp_hash[0] ^= 1;
	if (assertion->present && !key->policy.noup)
		head[0] |= CTAP_FLAG_UP;
	if (assertion->verified && !key->policy.nouv)
		head[0] |= CTAP_FLAG_UV;
	if (hmac)
		head[0] |= CTAP_FLAG_EXTENSIONS;
	for (int i = 0; i < 4; i++)
		head[1 + i] = (uint8_t)(counter >> (24 - 8 * i));
	buffer_add(to, rp_hash, 32);
	buffer_add(to, head, sizeof(head));
	if (hmac) {
		cbor_put_map(to, 1);
		cbor_put_text(to, "hmac-secret");
		hmac_put(key, &assertion->salts, id, assertion->rp_hash,
			 assertion->verified, to);
	}
}

/* Names only for a verified user who must choose, section 6.2.2 step 13. */
static void put_user(const struct resident *slot, bool names, struct buffer *to)
{
	bool name = names && slot->name[0], display = names && slot->display[0];

	cbor_put_map(to, 1 + (size_t)name + display);
	cbor_put_text(to, "id");
	cbor_put_bstr(to, bytes_of(slot->user, slot->user_len));
	if (name) {
		cbor_put_text(to, "name");
		cbor_put_text(to, slot->name);
	}
	if (display) {
		cbor_put_text(to, "displayName");
		cbor_put_text(to, slot->display);
	}
}

static void put_reply(struct key *key, const struct assertion *assertion,
		      const uint8_t id[CREDENTIAL_ID], uint32_t count,
		      struct buffer *reply)
{
	const struct resident *slot = cred_resident(&key->store, id);
	bool blob_key = assertion->want_blob_key && cred_kind_of(id).blob_key;
	uint8_t room[256], signature[SIGNATURE_MAX], secret[32];
	struct buffer data = buffer_of(room, sizeof(room));
	size_t len;

	cbor_put_map(reply, 3 + (size_t)(slot != NULL) + (count > 1) + blob_key);
	cbor_put_uint(reply, 1);
	cred_put_descriptor(id, reply);
	put_auth_data(key, assertion, id, &data);
	cbor_put_uint(reply, 2);
	cbor_put_bstr(reply, buffer_bytes(&data));
	buffer_add(&data, assertion->client_hash, 32);
	len = cred_sign(&key->store, id, assertion->rp_hash, buffer_bytes(&data),
			signature);
	if (key->policy.badsig)
		signature[len - 1] ^= 1;
	cbor_put_uint(reply, 3);
	cbor_put_bstr(reply, bytes_of(signature, len));
	if (slot) {
		cbor_put_uint(reply, 4);
		put_user(slot, assertion->verified && assertion->count > 1, reply);
	}
	if (count > 1) {
		cbor_put_uint(reply, 5);
		cbor_put_uint(reply, count);
	}
	if (blob_key) {
		cred_blob_key(&key->store, id, assertion->rp_hash, secret);
		cbor_put_uint(reply, 7);
		cbor_put_bstr(reply, bytes_of(secret, 32));
	}
}

static enum ctap_status asking_read(const struct key *key, const struct cbor *map,
				    struct asking *asking)
{
	enum ctap_status status;

	if ((status = need_tstr(map, 1, &asking->rp)) != CTAP_OK ||
	    (status = need_bstr(map, 2, &asking->client_hash)) != CTAP_OK)
		return status;
	if (asking->client_hash.len != 32)
		return CTAP_INVALID_LENGTH;
	return wanted_read(key, map, asking);
}

enum ctap_status get_assertion(struct key *key, const struct cbor *map,
			       struct buffer *reply)
{
	struct assertion *assertion = &key->session.assertion;
	struct asking asking = { 0 };
	enum ctap_status status = auth_read(map, 6, 7, &asking.auth);

	memset(assertion, 0, sizeof(*assertion));
	if (status != CTAP_OK)
		return status;
	if (asking.auth.given && asking.auth.param.len == 0) {
		key_log(key, "getAssertion touch only");
		return auth_touch_only(key);
	}
	if ((status = asking_read(key, map, &asking)) != CTAP_OK)
		return status;
	key_log(key, "getAssertion up=%d uv=%d rp=%.*s", asking.present,
		asking.auth.given || asking.verify, (int)asking.rp.len,
		(const char *)asking.rp.at);
	SHA256(asking.rp.at, asking.rp.len, assertion->rp_hash);
	memcpy(assertion->client_hash, asking.client_hash.at, 32);
	assertion->present = asking.present;
	assertion->channel = key->hid.channel;
	if ((status = verify(key, &asking, assertion)) != CTAP_OK ||
	    (status = extensions_read(key, map, &asking, assertion)) != CTAP_OK ||
	    (status = candidates(key, map, assertion)) != CTAP_OK ||
	    (asking.present && !asking.verify &&
	     (status = auth_touch(key, &asking.auth)) != CTAP_OK)) {
		assertion->count = 0;
		return status;
	}
	assertion->next = 1;
	put_reply(key, assertion, assertion->id[0],
		  key->policy.many ? MANY : assertion->count, reply);
	return CTAP_OK;
}

enum ctap_status get_next_assertion(struct key *key, const struct cbor *map,
				    struct buffer *reply)
{
	struct assertion *assertion = &key->session.assertion;

	(void)map;
	if (assertion->count == 0 || assertion->channel != key->hid.channel)
		return CTAP_NOT_ALLOWED;
	if (key->policy.many)
		assertion->next %= assertion->count;
	if (assertion->next >= assertion->count)
		return CTAP_NOT_ALLOWED;
	put_reply(key, assertion, assertion->id[assertion->next++], 0, reply);
	return CTAP_OK;
}
