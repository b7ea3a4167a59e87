/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_blob.h's second half: the template that a security key carries.
 *
 *   "VIDKEYF" 1 || nonce 24 || sealed { salt 32 || canonical bytes } and tag
 *
 * Associated data: everything in front of the sealed bytes, and the holder's key.
 */
#include <sodium.h>

#include "libvid/cleanup.h"
#include "libvid/cose.h"
#include "libvid/key_blob.h"

#define MAGIC_LEN 8
#define NONCE_LEN crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_LEN   crypto_aead_xchacha20poly1305_ietf_ABYTES
#define HEAD_LEN  (MAGIC_LEN + NONCE_LEN)
#define PLAIN_MIN TEMPLATE_SALT_LEN
#define PLAIN_MAX (PLAIN_MIN + TEMPLATE_BYTES_MAX)

_Static_assert(HEAD_LEN + PLAIN_MAX + TAG_LEN <= KEY_TEMPLATE_MAX,
	       "a sealed template is larger than its room");
_Static_assert(KEY_TEMPLATE_MAX + VID_TOKEN_MAX + 16 <= KEY_BLOB_MAX,
	       "a token and a template are larger than a blob");

static const uint8_t magic[MAGIC_LEN] = { 'V', 'I', 'D', 'K', 'E', 'Y', 'F', 1 };

struct plain {
	uint8_t at[PLAIN_MAX];
};

static void plain_wipe(struct plain *plain)
{
	sodium_memzero(plain, sizeof(*plain));
}

struct sealing {
	uint8_t at[32];
};

static void sealing_wipe(struct sealing *sealing)
{
	sodium_memzero(sealing, sizeof(*sealing));
}

void key_template_wipe(struct key_template *template)
{
	sodium_memzero(template, sizeof(*template));
}

void key_template_salt(uint8_t salt[32])
{
	static const char purpose[] = "vid-key-template-salt-v1";

	crypto_hash_sha256(salt, (const uint8_t *)purpose, sizeof(purpose) - 1);
}

/* What the key answers is not used as it is: another use of the same answer would be
 * another key. */
static void sealing_key(const uint8_t secret[KEY_SECRET_LEN], struct sealing *out)
{
	static const char purpose[] = "vid-key-template-v1";

	crypto_generichash(out->at, sizeof(out->at), (const uint8_t *)purpose,
			   sizeof(purpose), secret, KEY_SECRET_LEN);
}

/* [head bstr, COSE_Key] */
static bool associated(struct bytes head, const struct public_key *holder,
		       struct buffer *to)
{
	cbor_put_array(to, 2);
	cbor_put_bstr(to, head);
	cose_key_write(holder, to);
	return !to->full;
}

enum vid_reason key_template_seal(const struct key_template *from,
				  const struct public_key *holder,
				  const uint8_t secret[KEY_SECRET_LEN], struct buffer *to)
{
	AUTO(plain_wipe) struct plain room;
	AUTO(sealing_wipe) struct sealing sealing;
	struct buffer plain = buffer_of(room.at, sizeof(room.at)), data;
	uint8_t nonce[NONCE_LEN], data_room[256];
	unsigned long long sealed;
	struct bytes head = bytes_of(to->at + to->len, HEAD_LEN);

	buffer_add(&plain, from->salt, sizeof(from->salt));
	randombytes_buf(nonce, sizeof(nonce));
	buffer_add(to, magic, sizeof(magic));
	buffer_add(to, nonce, sizeof(nonce));
	data = buffer_of(data_room, sizeof(data_room));
	if (to->full || !template_write(&from->template, &plain) ||
	    !associated(head, holder, &data) || to->size - to->len < plain.len + TAG_LEN)
		return VID_INTERNAL;
	sealing_key(secret, &sealing);
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(
		    to->at + to->len, &sealed, plain.at, plain.len, data.at, data.len,
		    NULL, nonce, sealing.at) != 0)
		return VID_INTERNAL;
	to->len += (size_t)sealed;
	return VID_OK;
}

enum vid_reason key_template_open(struct bytes record, const struct public_key *holder,
				  const uint8_t secret[KEY_SECRET_LEN],
				  struct key_template *out)
{
	AUTO(plain_wipe) struct plain plain;
	AUTO(sealing_wipe) struct sealing sealing;
	uint8_t data_room[256];
	struct buffer data = buffer_of(data_room, sizeof(data_room));
	struct bytes head = bytes_of(record.at, HEAD_LEN);
	unsigned long long opened;

	memset(out, 0, sizeof(*out));
	if (record.len < HEAD_LEN + PLAIN_MIN + TAG_LEN ||
	    record.len > HEAD_LEN + PLAIN_MAX + TAG_LEN ||
	    !bytes_equal(bytes_of(record.at, MAGIC_LEN), bytes_of(magic, MAGIC_LEN)) ||
	    !associated(head, holder, &data))
		return VID_FACE_TEMPLATE_BROKEN;
	sealing_key(secret, &sealing);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
		    plain.at, &opened, NULL, record.at + HEAD_LEN, record.len - HEAD_LEN,
		    data.at, data.len, record.at + MAGIC_LEN, sealing.at) != 0)
		return VID_FACE_TEMPLATE_BROKEN;
	if (template_read(bytes_of(plain.at + PLAIN_MIN, (size_t)opened - PLAIN_MIN),
			  &out->template) != VID_OK)
		return VID_FACE_TEMPLATE_BROKEN;
	memcpy(out->salt, plain.at, sizeof(out->salt));
	/* The seed is no word of the key's: the salt, which the digest covers, fixes it.
	 */
	if (template_salt_seed(out->salt, out->seed))
		return VID_OK;
	key_template_wipe(out);
	return VID_FACE_TEMPLATE_BROKEN;
}
