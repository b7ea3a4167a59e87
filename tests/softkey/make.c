/* SPDX-License-Identifier: BSD-2-Clause */
/* make.c - authenticatorMakeCredential, CTAP 2.1 section 6.1 */
#include <openssl/sha.h>

#include "tests/softkey/attest.h"
#include "tests/softkey/auth.h"
#include "tests/softkey/cred.h"
#include "tests/softkey/fields.h"
#include "tests/softkey/requests.h"
#include "tests/softkey/touch.h"

static const uint8_t aaguid[16] = "vid-softkey-test";

struct making {
	struct bytes client_hash, rp, user, name, display;
	uint8_t rp_hash[32];
	struct cred_kind kind;
	bool verify; /* by built-in verification */
	bool verified;
	bool protect_asked;
	struct auth auth;
};

/* The first algorithm of the list that the key has. */
static enum ctap_status algorithm_read(const struct cbor *map, struct making *making)
{
	struct cbor list, at;
	struct bytes type;
	size_t count;
	int64_t alg;

	if (!cbor_find_int(map, 4, &list))
		return CTAP_MISSING_PARAMETER;
	if (!cbor_array(&list, &count))
		return CTAP_UNEXPECTED_TYPE;
	while (count--) {
		if (cbor_peek(&list) != CBOR_MAP)
			return CTAP_UNEXPECTED_TYPE;
		if (text_member(&list, "type", false, &type) != CTAP_OK ||
		    !cbor_find_text(&list, "alg", &at) || !cbor_int(&at, &alg))
			return CTAP_INVALID_CBOR;
		if (making->kind.alg == 0 && bytes_are(type, "public-key") &&
		    (alg == COSE_ES256 || alg == COSE_EDDSA))
			making->kind.alg = (int)alg;
		cbor_skip(&list, NULL);
	}
	return making->kind.alg ? CTAP_OK : CTAP_UNSUPPORTED_ALGORITHM;
}

static enum ctap_status names_read(const struct cbor *map, struct making *making)
{
	enum ctap_status status;
	struct cbor rp, user;

	if ((status = need_bstr(map, 1, &making->client_hash)) != CTAP_OK ||
	    (status = need_map(map, 2, &rp)) != CTAP_OK ||
	    (status = text_member(&rp, "id", false, &making->rp)) != CTAP_OK ||
	    (status = need_map(map, 3, &user)) != CTAP_OK ||
	    (status = text_member(&user, "id", true, &making->user)) != CTAP_OK)
		return status;
	if (making->client_hash.len != 32 || making->rp.len > 255 ||
	    making->user.len > 64)
		return CTAP_INVALID_LENGTH;
	SHA256(making->rp.at, making->rp.len, making->rp_hash);
	status = text_member(&user, "name", false, &making->name);
	if (status != CTAP_OK && status != CTAP_MISSING_PARAMETER)
		return status;
	status = text_member(&user, "displayName", false, &making->display);
	return status == CTAP_MISSING_PARAMETER ? CTAP_OK : status;
}

static enum ctap_status wanted_read(const struct key *key, const struct cbor *map,
				    struct making *making)
{
	enum ctap_status status;
	struct cbor options;
	int rk, up, uv;
	bool there;

	if ((status = want_map(map, 7, &options, &there)) != CTAP_OK || !there)
		return status;
	if ((status = want_option(&options, "rk", &rk)) != CTAP_OK ||
	    (status = want_option(&options, "up", &up)) != CTAP_OK ||
	    (status = want_option(&options, "uv", &uv)) != CTAP_OK)
		return status;
	if (up == 0 || (uv == 1 && !making->auth.given && !key->options.uv))
		return CTAP_INVALID_OPTION;
	making->kind.resident = rk == 1;
	making->verify = uv == 1 && !making->auth.given;
	return CTAP_OK;
}

static enum ctap_status extensions_read(const struct key *key, const struct cbor *map,
					struct making *making)
{
	enum ctap_status status;
	struct cbor all, at;
	int hmac, blob_key;
	uint64_t protect;
	bool there;

	making->kind.protect = 1;
	if ((status = want_map(map, 6, &all, &there)) != CTAP_OK || !there)
		return status;
	if (cbor_find_text(&all, "credProtect", &at)) {
		if (!cbor_uint(&at, &protect))
			return CTAP_UNEXPECTED_TYPE;
		if (protect < 1 || protect > 3)
			return CTAP_INVALID_OPTION;
		making->kind.protect = key->policy.weak ? 1 : (int)protect;
		making->protect_asked = true;
	}
	if ((status = want_option(&all, "hmac-secret", &hmac)) != CTAP_OK ||
	    (status = want_option(&all, "largeBlobKey", &blob_key)) != CTAP_OK)
		return status;
	making->kind.hmac = hmac == 1 && !key->options.no_hmac;
	if (blob_key >= 0 && !key->options.no_blobs) {
		if (blob_key == 0 || !making->kind.resident)
			return CTAP_INVALID_OPTION;
		making->kind.blob_key = true;
	}
	return CTAP_OK;
}

static enum ctap_status verify(struct key *key, struct making *making)
{
	enum ctap_status status;

	if (making->auth.given) {
		status = auth_check(key, &making->auth, CTAP_MAY_MAKE, making->rp_hash,
				    making->client_hash, bytes_of(NULL, 0));
		making->verified = status == CTAP_OK;
		return status;
	}
	if (making->verify) {
		status = touch_verify(key);
		if (status == CTAP_UV_INVALID || status == CTAP_UV_BLOCKED)
			return key->store.pin_set ? CTAP_PUAT_REQUIRED
						  : CTAP_OPERATION_DENIED;
		making->verified = status == CTAP_OK;
		return status;
	}
	return making->kind.resident && auth_guarded(key) ? CTAP_PUAT_REQUIRED : CTAP_OK;
}

/* Does the excludeList name a credential that this key has? */
static enum ctap_status exclude_read(struct key *key, const struct cbor *map,
				     const struct making *making)
{
	struct cbor list;
	struct bytes id;
	size_t count;
	bool mine = false;

	if (!cbor_find_int(map, 5, &list))
		return CTAP_OK;
	if (!cbor_array(&list, &count))
		return CTAP_UNEXPECTED_TYPE;
	while (count--) {
		if (cbor_peek(&list) != CBOR_MAP)
			return CTAP_UNEXPECTED_TYPE;
		if (text_member(&list, "id", true, &id) != CTAP_OK)
			return CTAP_INVALID_CBOR;
		if (cred_owned(&key->store, id, making->rp_hash) &&
		    (cred_kind_of(id.at).protect < 3 || making->verified))
			mine = true;
		cbor_skip(&list, NULL);
	}
	if (!mine)
		return CTAP_OK;
	if (!making->verify) {
		enum ctap_status status = auth_touch(key, &making->auth);

		if (status != CTAP_OK)
			return status;
	}
	return CTAP_CREDENTIAL_EXCLUDED;
}

static enum ctap_status keep(struct key *key, const struct making *making,
			     const uint8_t id[CREDENTIAL_ID])
{
	struct resident *slot = NULL;
	struct store *store = &key->store;

	/* a second one for the same user of the same RP takes the place of the first */
	for (uint32_t i = 0; i < store->count; i++)
		if (!memcmp(store->resident[i].rp_hash, making->rp_hash, 32) &&
		    bytes_equal(bytes_of(store->resident[i].user,
					 store->resident[i].user_len),
				making->user)) {
			store_remove(store, i);
			break;
		}
	if (store->count >= key->options.slots)
		return CTAP_KEY_STORE_FULL;
	slot = store->resident + store->count++;
	memset(slot, 0, sizeof(*slot));
	memcpy(slot->rp, making->rp.at, making->rp.len);
	memcpy(slot->rp_hash, making->rp_hash, 32);
	memcpy(slot->id, id, CREDENTIAL_ID);
	slot->user_len = (uint8_t)making->user.len;
	if (making->user.len)
		memcpy(slot->user, making->user.at, making->user.len);
	store_text(slot->name, making->name);
	store_text(slot->display, making->display);
	return CTAP_OK;
}

static void put_auth_data(struct key *key, const struct making *making,
			  const uint8_t id[CREDENTIAL_ID], struct buffer *to)
{
	size_t extensions = (size_t)making->protect_asked + making->kind.hmac;
	uint8_t head[5] = { CTAP_FLAG_UP | CTAP_FLAG_ATTESTED };
	static const uint8_t id_len[2] = { 0, CREDENTIAL_ID };

	head[0] |= making->verified ? CTAP_FLAG_UV : 0;
	head[0] |= extensions ? CTAP_FLAG_EXTENSIONS : 0;
	for (int i = 0; i < 4; i++)
		head[1 + i] = (uint8_t)(key->store.counter >> (24 - 8 * i));
	buffer_add(to, making->rp_hash, 32);
	buffer_add(to, head, sizeof(head));
	buffer_add(to, aaguid, sizeof(aaguid));
	buffer_add(to, id_len, sizeof(id_len));
	buffer_add(to, id, CREDENTIAL_ID);
	cred_put_public(&key->store, id, making->rp_hash, to);
	if (extensions)
		cbor_put_map(to, extensions);
	if (making->protect_asked) {
		cbor_put_text(to, "credProtect");
		cbor_put_uint(to, (uint64_t)making->kind.protect);
	}
	if (making->kind.hmac) {
		cbor_put_text(to, "hmac-secret");
		cbor_put_bool(to, true);
	}
}

static void put_reply(struct key *key, const struct making *making,
		      const uint8_t id[CREDENTIAL_ID], struct buffer *reply)
{
	uint8_t room[512], blob_key[32];
	struct buffer data = buffer_of(room, sizeof(room));

	put_auth_data(key, making, id, &data);
	cbor_put_map(reply, making->kind.blob_key ? 4 : 3);
	cbor_put_uint(reply, 1);
	cbor_put_text(reply, "packed");
	cbor_put_uint(reply, 2);
	cbor_put_bstr(reply, buffer_bytes(&data));
	buffer_add(&data, making->client_hash.at, 32);
	cbor_put_uint(reply, 3);
	attest_put(&key->store, buffer_bytes(&data), reply);
	if (making->kind.blob_key) {
		cred_blob_key(&key->store, id, making->rp_hash, blob_key);
		cbor_put_uint(reply, 5);
		cbor_put_bstr(reply, bytes_of(blob_key, 32));
	}
}

static enum ctap_status read_all(const struct key *key, const struct cbor *map,
				 struct making *making)
{
	enum ctap_status status;

	if ((status = names_read(map, making)) != CTAP_OK ||
	    (status = algorithm_read(map, making)) != CTAP_OK ||
	    (status = wanted_read(key, map, making)) != CTAP_OK)
		return status;
	return extensions_read(key, map, making);
}

enum ctap_status make_credential(struct key *key, const struct cbor *map,
				 struct buffer *reply)
{
	struct making making = { 0 };
	uint8_t id[CREDENTIAL_ID];
	enum ctap_status status = auth_read(map, 8, 9, &making.auth);

	if (status != CTAP_OK)
		return status;
	if (making.auth.given && making.auth.param.len == 0) {
		key_log(key, "makeCredential touch only");
		return auth_touch_only(key);
	}
	if ((status = read_all(key, map, &making)) != CTAP_OK)
		return status;
	key_log(key, "makeCredential rk=%d uv=%d rp=%.*s", making.kind.resident,
		making.auth.given || making.verify, (int)making.rp.len,
		(const char *)making.rp.at);
	if ((status = verify(key, &making)) != CTAP_OK ||
	    (status = exclude_read(key, map, &making)) != CTAP_OK)
		return status;
	if (!making.verify && (status = auth_touch(key, &making.auth)) != CTAP_OK)
		return status;
	cred_make(&key->store, &making.kind, making.rp_hash, id);
	if (making.kind.resident && (status = keep(key, &making, id)) != CTAP_OK)
		return status;
	key->store.counter++;
	key_save(key);
	put_reply(key, &making, id, reply);
	return CTAP_OK;
}
