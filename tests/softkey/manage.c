/* SPDX-License-Identifier: BSD-2-Clause */
/* manage.c - authenticatorCredentialManagement, CTAP 2.1 section 6.8 */
#include "tests/softkey/auth.h"
#include "tests/softkey/cred.h"
#include "tests/softkey/fields.h"
#include "tests/softkey/requests.h"

enum {
	GET_METADATA = 1,
	RPS_BEGIN = 2,
	RPS_NEXT = 3,
	CREDENTIALS_BEGIN = 4,
	CREDENTIALS_NEXT = 5,
	DELETE = 6,
	UPDATE_USER = 7,
};

struct manage_request {
	uint64_t subcommand;
	struct cbor params;
	bool has_params;
	struct bytes raw; /* the parameters as they came */
};

static enum ctap_status put_metadata(const struct key *key, struct buffer *reply)
{
	cbor_put_map(reply, 2);
	cbor_put_uint(reply, 1);
	cbor_put_uint(reply, key->store.count);
	cbor_put_uint(reply, 2);
	cbor_put_uint(reply, key->options.slots - key->store.count);
	return CTAP_OK;
}

static void put_rp(const struct resident *slot, uint32_t total, struct buffer *reply)
{
	cbor_put_map(reply, total ? 3 : 2);
	cbor_put_uint(reply, 3);
	cbor_put_map(reply, 1);
	cbor_put_text(reply, "id");
	cbor_put_text(reply, slot->rp);
	cbor_put_uint(reply, 4);
	cbor_put_bstr(reply, bytes_of(slot->rp_hash, 32));
	if (total) {
		cbor_put_uint(reply, 5);
		cbor_put_uint(reply, total);
	}
}

static void put_credential(const struct key *key, const struct resident *slot,
			   uint32_t total, struct buffer *reply)
{
	struct cred_kind kind = cred_kind_of(slot->id);
	bool name = slot->name[0], display = slot->display[0];
	uint8_t secret[32];

	cbor_put_map(reply, 4 + (size_t)(total != 0) + kind.blob_key);
	cbor_put_uint(reply, 6);
	cbor_put_map(reply, 1 + (size_t)name + display);
	cbor_put_text(reply, "id");
	cbor_put_bstr(reply, bytes_of(slot->user, slot->user_len));
	if (name) {
		cbor_put_text(reply, "name");
		cbor_put_text(reply, slot->name);
	}
	if (display) {
		cbor_put_text(reply, "displayName");
		cbor_put_text(reply, slot->display);
	}
	cbor_put_uint(reply, 7);
	cred_put_descriptor(slot->id, reply);
	cbor_put_uint(reply, 8);
	cred_put_public(&key->store, slot->id, slot->rp_hash, reply);
	if (total) {
		cbor_put_uint(reply, 9);
		cbor_put_uint(reply, total);
	}
	cbor_put_uint(reply, 10);
	cbor_put_uint(reply, (uint64_t)kind.protect);
	if (kind.blob_key) {
		cred_blob_key(&key->store, slot->id, slot->rp_hash, secret);
		cbor_put_uint(reply, 11);
		cbor_put_bstr(reply, bytes_of(secret, 32));
	}
}

/* Is resident `at` the first one of its RP? */
static bool rp_first(const struct store *store, uint32_t at)
{
	for (uint32_t i = 0; i < at; i++)
		if (!memcmp(store->resident[i].rp_hash, store->resident[at].rp_hash, 32))
			return false;
	return true;
}

static void walk_begin(struct key *key, const uint8_t *rp_hash, uint8_t command)
{
	struct walk *walk = &key->session.walk;

	*walk = (struct walk){ .command = command };
	for (uint32_t i = 0; i < key->store.count; i++)
		if (rp_hash ? !memcmp(key->store.resident[i].rp_hash, rp_hash, 32)
			    : rp_first(&key->store, i))
			walk->slot[walk->count++] = i;
}

static enum ctap_status walk_put(struct key *key, bool first, struct buffer *reply)
{
	struct walk *walk = &key->session.walk;
	const struct resident *slot;
	uint32_t total = first ? walk->count : 0;

	if (walk->next >= walk->count)
		return first ? CTAP_NO_CREDENTIALS : CTAP_NOT_ALLOWED;
	slot = key->store.resident + walk->slot[walk->next++];
	if (walk->command == RPS_NEXT)
		put_rp(slot, total, reply);
	else
		put_credential(key, slot, total, reply);
	return CTAP_OK;
}

/* The resident that the parameters name. */
static enum ctap_status named(struct key *key, const struct manage_request *asked,
			      struct resident **slot)
{
	enum ctap_status status;
	struct cbor descriptor;
	struct bytes id;

	if (!asked->has_params)
		return CTAP_MISSING_PARAMETER;
	if ((status = need_map(&asked->params, 2, &descriptor)) != CTAP_OK ||
	    (status = text_member(&descriptor, "id", true, &id)) != CTAP_OK)
		return status;
	for (uint32_t i = 0; i < key->store.count; i++) {
		*slot = key->store.resident + i;
		if (bytes_equal(bytes_of((*slot)->id, CREDENTIAL_ID), id))
			return CTAP_OK;
	}
	return CTAP_NO_CREDENTIALS;
}

static enum ctap_status update_user(struct key *key, const struct manage_request *asked)
{
	struct bytes id, name = { 0 }, display = { 0 };
	struct resident *slot;
	enum ctap_status status;
	struct cbor user;

	if ((status = named(key, asked, &slot)) != CTAP_OK ||
	    (status = need_map(&asked->params, 3, &user)) != CTAP_OK ||
	    (status = text_member(&user, "id", true, &id)) != CTAP_OK)
		return status;
	if (!bytes_equal(id, bytes_of(slot->user, slot->user_len)))
		return CTAP_INVALID_PARAMETER;
	if (text_member(&user, "name", false, &name) == CTAP_UNEXPECTED_TYPE ||
	    text_member(&user, "displayName", false, &display) == CTAP_UNEXPECTED_TYPE)
		return CTAP_UNEXPECTED_TYPE;
	store_text(slot->name, name);
	store_text(slot->display, display);
	key_save(key);
	return CTAP_OK;
}

static enum ctap_status delete (struct key *key, const struct manage_request *asked) {
	struct resident *slot; enum ctap_status status = named(key, asked, &slot);

	if (status != CTAP_OK) return status;
	store_remove(&key->store, (uint32_t)(slot - key->store.resident));
	key_save(key);
	return CTAP_OK;
}

/* The RP that a token must be for, where it is for one; section 6.8.1. */
static enum ctap_status rp_hash_of(struct key *key, const struct manage_request *asked,
				   const uint8_t **rp_hash)
{
	struct bytes hash;
	struct resident *slot;
	enum ctap_status status;

	*rp_hash = NULL;
	if (asked->subcommand == DELETE || asked->subcommand == UPDATE_USER) {
		/* what is not there is said only to those who may ask */
		status = named(key, asked, &slot);
		if (status == CTAP_OK)
			*rp_hash = slot->rp_hash;
		return status == CTAP_NO_CREDENTIALS ? CTAP_OK : status;
	}
	if (asked->subcommand != CREDENTIALS_BEGIN)
		return CTAP_OK;
	if (!asked->has_params)
		return CTAP_MISSING_PARAMETER;
	if ((status = need_bstr(&asked->params, 1, &hash)) != CTAP_OK)
		return status;
	if (hash.len != 32)
		return CTAP_INVALID_LENGTH;
	*rp_hash = hash.at;
	return CTAP_OK;
}

/* Only a token that is already bound is held to an RP here: managing binds none. */
static enum ctap_status allowed(struct key *key, const struct cbor *map,
				const struct manage_request *asked,
				const uint8_t *rp_hash)
{
	uint8_t subcommand = (uint8_t)asked->subcommand;
	struct auth auth;
	enum ctap_status status = auth_read(map, 4, 3, &auth);

	if (status != CTAP_OK)
		return status;
	if (!auth.given)
		return CTAP_PUAT_REQUIRED;
	return auth_check(key, &auth, CTAP_MAY_MANAGE,
			  key->session.grant.rp_bound ? rp_hash : NULL,
			  bytes_of(&subcommand, 1), asked->raw);
}

static enum ctap_status manage_read(const struct cbor *map, struct manage_request *asked)
{
	enum ctap_status status = need_uint(map, 1, &asked->subcommand);
	struct cbor walk;

	if (status != CTAP_OK)
		return status;
	if (asked->subcommand < GET_METADATA || asked->subcommand > UPDATE_USER)
		return CTAP_INVALID_SUBCOMMAND;
	status = want_map(map, 2, &asked->params, &asked->has_params);
	if (status == CTAP_OK && asked->has_params) {
		walk = asked->params;
		cbor_skip(&walk, &asked->raw);
	}
	return status;
}

static enum ctap_status walk_next(struct key *key, const struct manage_request *asked,
				  struct buffer *reply)
{
	if (key->session.walk.command != asked->subcommand)
		return CTAP_NOT_ALLOWED;
	return walk_put(key, false, reply);
}

enum ctap_status manage_credentials(struct key *key, const struct cbor *map,
				    struct buffer *reply)
{
	struct manage_request asked = { 0 };
	const uint8_t *rp_hash;
	enum ctap_status status = manage_read(map, &asked);

	key_log(key, "credentialManagement subcommand=%u", (unsigned)asked.subcommand);
	if (status != CTAP_OK)
		return status;
	if (asked.subcommand == RPS_NEXT || asked.subcommand == CREDENTIALS_NEXT)
		return walk_next(key, &asked, reply);
	if ((status = rp_hash_of(key, &asked, &rp_hash)) != CTAP_OK ||
	    (status = allowed(key, map, &asked, rp_hash)) != CTAP_OK)
		return status;
	switch (asked.subcommand) {
	case GET_METADATA:
		return put_metadata(key, reply);
	case RPS_BEGIN:
		walk_begin(key, NULL, RPS_NEXT);
		return walk_put(key, true, reply);
	case CREDENTIALS_BEGIN:
		walk_begin(key, rp_hash, CREDENTIALS_NEXT);
		return walk_put(key, true, reply);
	case DELETE:
		return delete (key, &asked);
	default:
		return update_user(key, &asked);
	}
}
