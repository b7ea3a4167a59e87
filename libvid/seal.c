/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * template.h's second half: the record in which a template is stored.
 *
 *   "VIDFACE" 1 || version, 8 bytes big-endian || salt 32 || nonce 24 ||
 *   model length 1, model || sealed canonical bytes and tag
 *
 * Associated data: everything in front of the sealed bytes, and the owner. So each byte
 * of the record counts (S19), and no record opens as another account's.
 */
#include <sodium.h>

#include "libvid/cbor.h"
#include "libvid/cleanup.h"
#include "libvid/template.h"

#define MAGIC_LEN   8
#define VERSION_LEN 8
#define NONCE_LEN   crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_LEN     crypto_aead_xchacha20poly1305_ietf_ABYTES
#define HEAD_LEN    (MAGIC_LEN + VERSION_LEN + TEMPLATE_SALT_LEN + NONCE_LEN + 1)
#define OWNER_MAX   1024

_Static_assert(HEAD_LEN + VID_MODEL_ID_MAX + TEMPLATE_BYTES_MAX + TAG_LEN <=
		       TEMPLATE_RECORD_MAX,
	       "a record is larger than its room");

static const uint8_t magic[MAGIC_LEN] = { 'V', 'I', 'D', 'F', 'A', 'C', 'E', 1 };

struct secret {
	uint8_t at[32];
};

static void secret_wipe(struct secret *secret)
{
	sodium_memzero(secret, sizeof(*secret));
}

struct canonical {
	uint8_t at[TEMPLATE_BYTES_MAX];
};

static void canonical_wipe(struct canonical *canonical)
{
	sodium_memzero(canonical, sizeof(*canonical));
}

#define SALT_RANDOM 16 /* bytes; the other half follows from them */

static void digest_of(const char *purpose, struct bytes of, uint8_t digest[32])
{
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)purpose, strlen(purpose) + 1);
	crypto_hash_sha256_update(&state, of.at, of.len);
	crypto_hash_sha256_final(&state, digest);
}

void template_salt(uint8_t salt[TEMPLATE_SALT_LEN])
{
	uint8_t digest[32];

	randombytes_buf(salt, SALT_RANDOM);
	digest_of("vid-face-salt-v2", bytes_of(salt, SALT_RANDOM), digest);
	memcpy(salt + SALT_RANDOM, digest, TEMPLATE_SALT_LEN - SALT_RANDOM);
}

bool template_salt_seed(const uint8_t salt[TEMPLATE_SALT_LEN], uint8_t seed[32])
{
	uint8_t digest[32];

	digest_of("vid-face-salt-v2", bytes_of(salt, SALT_RANDOM), digest);
	if (sodium_memcmp(salt + SALT_RANDOM, digest, TEMPLATE_SALT_LEN - SALT_RANDOM) !=
	    0)
		return false;
	digest_of("vid-face-transform-v2", bytes_of(salt, TEMPLATE_SALT_LEN), seed);
	return true;
}

void template_seed(const struct hostkey *key, const uint8_t salt[TEMPLATE_SALT_LEN],
		   uint8_t seed[32])
{
	if (!template_salt_seed(salt, seed))
		hostkey_derive(key, "vid-face-transform-v1",
			       bytes_of(salt, TEMPLATE_SALT_LEN), seed);
}

static void sealing_key(const struct hostkey *key, const uint8_t *salt,
			struct secret *secret)
{
	hostkey_derive(key, "vid-face-seal-v1", bytes_of(salt, TEMPLATE_SALT_LEN),
		       secret->at);
}

/* [head bstr, account, uid, iss, sub]: CBOR, so that no two owners read alike. */
static bool associated(struct bytes head, const struct template_owner *owner,
		       struct buffer *to)
{
	cbor_put_array(to, 5);
	cbor_put_bstr(to, head);
	cbor_put_text(to, owner->account);
	cbor_put_uint(to, owner->uid);
	cbor_put_text(to, owner->iss);
	cbor_put_text(to, owner->sub);
	return !to->full;
}

static void put_head(const struct template *template, const uint8_t *salt,
		     uint64_t version, struct buffer *to)
{
	uint8_t number[VERSION_LEN], nonce[NONCE_LEN];
	uint8_t model_len = (uint8_t)strlen(template->model);

	for (size_t i = 0; i < VERSION_LEN; i++)
		number[i] = (uint8_t)(version >> (8 * (VERSION_LEN - 1 - i)));
	randombytes_buf(nonce, sizeof(nonce));
	buffer_add(to, magic, sizeof(magic));
	buffer_add(to, number, sizeof(number));
	buffer_add(to, salt, TEMPLATE_SALT_LEN);
	buffer_add(to, nonce, sizeof(nonce));
	buffer_add(to, &model_len, 1);
	buffer_add(to, template->model, model_len);
}

enum vid_reason template_seal(const struct template *template,
			      const uint8_t salt[TEMPLATE_SALT_LEN], uint64_t version,
			      const struct template_owner *owner,
			      const struct hostkey *key, struct buffer *to)
{
	AUTO(canonical_wipe) struct canonical plain;
	AUTO(secret_wipe) struct secret secret;
	struct buffer canonical = buffer_of(plain.at, sizeof(plain.at));
	uint8_t room[OWNER_MAX];
	struct buffer data = buffer_of(room, sizeof(room));
	unsigned long long sealed;
	size_t start = to->len;
	struct bytes head;

	put_head(template, salt, version, to);
	head = bytes_of(to->at + start, to->len - start);
	if (!template_write(template, &canonical) || to->full ||
	    !associated(head, owner, &data) ||
	    to->size - to->len < canonical.len + TAG_LEN)
		return VID_INTERNAL;
	sealing_key(key, salt, &secret);
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(
		    to->at + to->len, &sealed, canonical.at, canonical.len, data.at,
		    data.len, NULL, head.at + HEAD_LEN - 1 - NONCE_LEN, secret.at) != 0)
		return VID_INTERNAL;
	to->len += (size_t)sealed;
	return VID_OK;
}

/* The head's parts, which are believed only once the seal has opened. */
static bool read_head(struct bytes record, struct bytes *head, uint8_t *salt,
		      uint64_t *version)
{
	if (record.len > TEMPLATE_RECORD_MAX || record.len < HEAD_LEN ||
	    memcmp(record.at, magic, sizeof(magic)) != 0)
		return false;
	*head = bytes_of(record.at, HEAD_LEN + record.at[HEAD_LEN - 1]);
	if (record.at[HEAD_LEN - 1] > VID_MODEL_ID_MAX ||
	    record.len < head->len + TAG_LEN ||
	    record.len - head->len > TEMPLATE_BYTES_MAX + TAG_LEN)
		return false;
	*version = 0;
	for (size_t i = 0; i < VERSION_LEN; i++)
		*version = *version << 8 | record.at[MAGIC_LEN + i];
	memcpy(salt, record.at + MAGIC_LEN + VERSION_LEN, TEMPLATE_SALT_LEN);
	return true;
}

enum vid_reason template_open(struct bytes record, const struct template_owner *owner,
			      const struct hostkey *key, struct template *out,
			      uint8_t salt[TEMPLATE_SALT_LEN], uint64_t *version)
{
	AUTO(canonical_wipe) struct canonical plain;
	AUTO(secret_wipe) struct secret secret;
	uint8_t room[OWNER_MAX];
	struct buffer data = buffer_of(room, sizeof(room));
	unsigned long long opened;
	struct bytes head;

	memset(out, 0, sizeof(*out));
	if (!read_head(record, &head, salt, version) || !associated(head, owner, &data))
		return VID_FACE_TEMPLATE_BROKEN;
	sealing_key(key, salt, &secret);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
		    plain.at, &opened, NULL, record.at + head.len, record.len - head.len,
		    data.at, data.len, head.at + HEAD_LEN - 1 - NONCE_LEN,
		    secret.at) != 0)
		return VID_FACE_TEMPLATE_BROKEN;
	if (template_read(bytes_of(plain.at, (size_t)opened), out) != VID_OK)
		return VID_FACE_TEMPLATE_BROKEN;
	if (!bytes_are(bytes_of(head.at + HEAD_LEN, head.len - HEAD_LEN), out->model)) {
		template_wipe(out);
		return VID_FACE_TEMPLATE_BROKEN;
	}
	return VID_OK;
}
