/* SPDX-License-Identifier: BSD-2-Clause */
/* blobs.c - authenticatorLargeBlobs, CTAP 2.1 section 6.10 */
#include <openssl/sha.h>

#include "tests/softkey/auth.h"
#include "tests/softkey/fields.h"
#include "tests/softkey/requests.h"

#define FRAGMENT_MAX (CTAP_MESSAGE_MAX - 64)
#define DIGEST       16 /* bytes behind the array */

struct blob_request {
	uint64_t get, offset, length;
	bool reads, writes;
	struct bytes set;
	struct auth auth;
};

static void put_fragment(struct buffer *reply, struct bytes fragment)
{
	cbor_put_map(reply, 1);
	cbor_put_uint(reply, 1);
	cbor_put_bstr(reply, fragment);
}

/* An array of 2^60 elements that goes on for as long as somebody reads. */
static enum ctap_status get_endless(const struct blob_request *asked,
				    struct buffer *reply)
{
	static const uint8_t head[9] = { 0x9b, 0x10 };
	uint8_t fragment[FRAGMENT_MAX];

	memset(fragment, 0x40, sizeof(fragment)); /* empty byte strings */
	if (asked->offset == 0)
		memcpy(fragment, head, sizeof(head));
	put_fragment(reply, bytes_of(fragment, asked->get));
	return CTAP_OK;
}

/* Its digest is right, so that whoever reads it comes to the CBOR. */
static struct bytes bomb(uint8_t room[64])
{
	static const uint8_t head[5] = { 0x9a, 0x10 };
	uint8_t digest[32];

	memcpy(room, head, sizeof(head));
	SHA256(room, sizeof(head), digest);
	memcpy(room + sizeof(head), digest, DIGEST);
	return bytes_of(room, sizeof(head) + DIGEST);
}

static enum ctap_status get(const struct key *key, const struct blob_request *asked,
			    struct buffer *reply)
{
	struct bytes all = bytes_of(key->store.blobs, key->store.blobs_len);
	uint8_t room[64];
	size_t part;

	if (asked->get > FRAGMENT_MAX)
		return CTAP_INVALID_LENGTH;
	if (key->policy.endless)
		return get_endless(asked, reply);
	if (key->policy.bombblob)
		all = bomb(room);
	if (asked->offset > all.len)
		return CTAP_INVALID_PARAMETER;
	part = all.len - (size_t)asked->offset;
	if (part > asked->get)
		part = (size_t)asked->get;
	put_fragment(reply, bytes_of(all.at + asked->offset, part));
	return CTAP_OK;
}

static enum ctap_status set_auth(struct key *key, const struct blob_request *asked)
{
	uint8_t message[32 + 2 + 4 + 32];

	if (!auth_guarded(key))
		return CTAP_OK;
	if (!asked->auth.given)
		return CTAP_PUAT_REQUIRED;
	memset(message, 0xff, 32);
	message[32] = CTAP_LARGE_BLOBS;
	message[33] = 0x00;
	for (int i = 0; i < 4; i++)
		message[34 + i] = (uint8_t)(asked->offset >> (8 * i));
	SHA256(asked->set.at, asked->set.len, message + 38);
	return auth_check(key, &asked->auth, CTAP_MAY_WRITE_BLOBS, NULL,
			  bytes_of(message, sizeof(message)), bytes_of(NULL, 0));
}

/* Does the array that came whole end in its digest? Then it is the one from now on. */
static enum ctap_status commit(struct key *key)
{
	struct upload *upload = &key->session.upload;
	uint8_t digest[32];
	size_t len = upload->want - DIGEST;

	SHA256(upload->bytes, len, digest);
	upload->want = 0;
	if (memcmp(digest, upload->bytes + len, DIGEST))
		return CTAP_INTEGRITY_FAILURE;
	memcpy(key->store.blobs, upload->bytes, len + DIGEST);
	key->store.blobs_len = (uint32_t)(len + DIGEST);
	key_save(key);
	return CTAP_OK;
}

static enum ctap_status set_begin(struct key *key, const struct blob_request *asked)
{
	struct upload *upload = &key->session.upload;

	upload->want = 0;
	if (asked->length == 0)
		return CTAP_INVALID_PARAMETER;
	if (asked->length > key->options.room)
		return CTAP_BLOB_STORAGE_FULL;
	if (asked->length < 1 + DIGEST)
		return CTAP_INVALID_PARAMETER;
	upload->want = (size_t)asked->length;
	upload->have = 0;
	return CTAP_OK;
}

static enum ctap_status set(struct key *key, const struct blob_request *asked)
{
	struct upload *upload = &key->session.upload;
	enum ctap_status status;

	if (asked->set.len > FRAGMENT_MAX)
		return CTAP_INVALID_LENGTH;
	if (asked->offset == 0) {
		if ((status = set_begin(key, asked)) != CTAP_OK)
			return status;
	} else if (asked->length)
		return CTAP_INVALID_PARAMETER;
	if (upload->want == 0 || asked->offset != upload->have)
		return CTAP_INVALID_SEQ;
	if ((status = set_auth(key, asked)) != CTAP_OK)
		return status;
	if (asked->set.len > upload->want - upload->have)
		return CTAP_INVALID_PARAMETER;
	memcpy(upload->bytes + upload->have, asked->set.at, asked->set.len);
	upload->have += asked->set.len;
	return upload->have == upload->want ? commit(key) : CTAP_OK;
}

static enum ctap_status blobs_read(const struct cbor *map, struct blob_request *asked)
{
	enum ctap_status status = need_uint(map, 1, &asked->get);

	asked->reads = status == CTAP_OK;
	if (status == CTAP_UNEXPECTED_TYPE)
		return status;
	if ((status = want_bstr(map, 2, &asked->set)) != CTAP_OK ||
	    (status = need_uint(map, 3, &asked->offset)) != CTAP_OK ||
	    (status = want_uint(map, 4, &asked->length)) != CTAP_OK ||
	    (status = auth_read(map, 5, 6, &asked->auth)) != CTAP_OK)
		return status;
	asked->writes = asked->set.at;
	if (asked->reads == asked->writes)
		return CTAP_INVALID_PARAMETER;
	if (asked->reads && (asked->length || asked->auth.given))
		return CTAP_INVALID_PARAMETER;
	return CTAP_OK;
}

enum ctap_status large_blobs(struct key *key, const struct cbor *map,
			     struct buffer *reply)
{
	struct blob_request asked = { 0 };
	enum ctap_status status = blobs_read(map, &asked);

	if (key->options.no_blobs)
		return CTAP_INVALID_COMMAND;
	if (status != CTAP_OK)
		return status;
	key_log(key, "largeBlobs %s offset=%u", asked.reads ? "get" : "set",
		(unsigned)asked.offset);
	return asked.reads ? get(key, &asked, reply) : set(key, &asked);
}
