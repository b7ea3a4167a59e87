/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The note:
 *
 *   "VIDGRNT" 3 || nonce 24 || sealed CBOR array and tag
 *
 *   [identity, account, service bstr, iss, key id bstr, uid, generation, granted,
 *    expires, is_card 0/1, null | [home, wipe 0/1] of a walk-up, null | [idx, uri]]
 *
 * Associated data: the first eight bytes.
 */
#include "libvid/grant.h"

#include <sodium.h>

#include "libvid/cbor.h"
#include "libvid/cleanup.h"

#define MAGIC_LEN 8
#define NONCE_LEN crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_LEN   crypto_aead_xchacha20poly1305_ietf_ABYTES
#define HEAD_LEN  (MAGIC_LEN + NONCE_LEN)
#define PLAIN_MAX (VID_GRANT_MAX - HEAD_LEN - TAG_LEN)
#define MEMBERS   12

/* Every text at its longest, its head, and the numbers. */
_Static_assert(VID_IDENTITY_MAX + VID_NAME_MAX + VID_SERVICE_MAX + VID_ISS_MAX +
			       VID_KID_LEN + VID_URI_MAX + ACCOUNT_HOME_SIZE + 7 * 3 +
			       8 * 9 <=
		       PLAIN_MAX,
	       "a grant is larger than its room");

static const uint8_t magic[MAGIC_LEN] = { 'V', 'I', 'D', 'G', 'R', 'N', 'T', 3 };

struct sealing {
	uint8_t at[32];
};

static void sealing_wipe(struct sealing *sealing)
{
	sodium_memzero(sealing, sizeof(*sealing));
}

static void sealing_key(const struct hostkey *key, struct sealing *out)
{
	hostkey_derive(key, "vid-grant-seal-v1", bytes_of(NULL, 0), out->at);
}

/* --- sealed --------------------------------------------------------------------------
 */

static bool write_plain(const struct grant *grant, struct buffer *to)
{
	if (grant->granted < 0 || grant->expires < 0)
		return false;
	cbor_put_array(to, MEMBERS);
	cbor_put_text(to, grant->identity);
	cbor_put_text(to, grant->account);
	/* a stack may be called anything */
	cbor_put_bstr(to, bytes_of_text(grant->service));
	cbor_put_text(to, grant->iss);
	cbor_put_bstr(to, bytes_of(grant->key_id, sizeof(grant->key_id)));
	cbor_put_uint(to, grant->uid);
	cbor_put_uint(to, grant->generation);
	cbor_put_uint(to, (uint64_t)grant->granted);
	cbor_put_uint(to, (uint64_t)grant->expires);
	cbor_put_uint(to, grant->is_card);
	if (grant->walkup) {
		cbor_put_array(to, 2);
		cbor_put_text(to, grant->home);
		cbor_put_uint(to, grant->wipe);
	} else {
		cbor_put_null(to);
	}
	if (grant->has_status) {
		cbor_put_array(to, 2);
		cbor_put_uint(to, grant->status_idx);
		cbor_put_text(to, grant->status_uri);
	} else {
		cbor_put_null(to);
	}
	/* What could not be read again is not written. */
	return !to->full && cbor_check(buffer_bytes(to)) == VID_OK;
}

enum vid_reason grant_seal(const struct grant *grant, const struct hostkey *key,
			   struct buffer *to)
{
	AUTO(sealing_wipe) struct sealing sealing;
	uint8_t room[PLAIN_MAX], nonce[NONCE_LEN];
	struct buffer plain = buffer_of(room, sizeof(room));
	unsigned long long sealed;

	if (!write_plain(grant, &plain))
		return VID_INTERNAL;
	randombytes_buf(nonce, sizeof(nonce));
	buffer_add(to, magic, sizeof(magic));
	buffer_add(to, nonce, sizeof(nonce));
	if (to->full || to->size - to->len < plain.len + TAG_LEN)
		return VID_INTERNAL;
	sealing_key(key, &sealing);
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(
		    to->at + to->len, &sealed, plain.at, plain.len, magic, sizeof(magic),
		    NULL, nonce, sealing.at) != 0)
		return VID_INTERNAL;
	to->len += (size_t)sealed;
	return VID_OK;
}

/* --- opened --------------------------------------------------------------------------
 */

static bool read_text(struct cbor *from, char *to, size_t size)
{
	struct bytes text;

	return cbor_tstr(from, &text) && bytes_to_text(text, to, size);
}

static bool read_service(struct cbor *from, struct grant *out)
{
	struct bytes service;

	return cbor_bstr(from, &service) &&
	       bytes_to_text(service, out->service, sizeof(out->service));
}

static bool read_key_id(struct cbor *from, struct grant *out)
{
	struct bytes id;

	if (!cbor_bstr(from, &id) || id.len != sizeof(out->key_id))
		return false;
	memcpy(out->key_id, id.at, sizeof(out->key_id));
	return true;
}

static bool read_number(struct cbor *from, uint64_t most, uint64_t *to)
{
	return cbor_uint(from, to) && *to <= most;
}

static bool read_walkup(struct cbor *from, struct grant *out)
{
	uint64_t wipe;
	size_t count;

	if (cbor_peek(from) == CBOR_SIMPLE)
		return cbor_skip(from, NULL);
	if (!cbor_array(from, &count) || count != 2 ||
	    !read_text(from, out->home, sizeof(out->home)) ||
	    !read_number(from, 1, &wipe))
		return false;
	out->walkup = true;
	out->wipe = wipe != 0;
	return true;
}

static bool read_status(struct cbor *from, struct grant *out)
{
	size_t count;

	if (cbor_peek(from) == CBOR_SIMPLE)
		return cbor_skip(from, NULL);
	out->has_status = true;
	return cbor_array(from, &count) && count == 2 &&
	       cbor_uint(from, &out->status_idx) &&
	       read_text(from, out->status_uri, sizeof(out->status_uri));
}

static bool read_plain(struct bytes plain, struct grant *out)
{
	struct cbor from = cbor_of(plain);
	uint64_t uid, granted, expires, is_card;
	size_t count;

	if (cbor_check(plain) != VID_OK || !cbor_array(&from, &count) ||
	    count != MEMBERS || !read_text(&from, out->identity, sizeof(out->identity)) ||
	    !read_text(&from, out->account, sizeof(out->account)) ||
	    !read_service(&from, out) || !read_text(&from, out->iss, sizeof(out->iss)) ||
	    !read_key_id(&from, out) || !read_number(&from, UINT32_MAX, &uid) ||
	    !cbor_uint(&from, &out->generation) ||
	    !read_number(&from, INT64_MAX, &granted) ||
	    !read_number(&from, INT64_MAX, &expires) ||
	    !read_number(&from, 1, &is_card) || !read_walkup(&from, out) ||
	    !read_status(&from, out))
		return false;
	out->uid = (uint32_t)uid;
	out->granted = (int64_t)granted;
	out->expires = (int64_t)expires;
	out->is_card = is_card != 0;
	return true;
}

static bool unseal(struct bytes sealed, const struct hostkey *key, struct buffer *plain)
{
	AUTO(sealing_wipe) struct sealing sealing;
	unsigned long long opened;

	if (sealed.len < HEAD_LEN + TAG_LEN || sealed.len > VID_GRANT_MAX ||
	    !bytes_equal(bytes_of(sealed.at, MAGIC_LEN), bytes_of(magic, MAGIC_LEN)))
		return false;
	sealing_key(key, &sealing);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
		    plain->at, &opened, NULL, sealed.at + HEAD_LEN, sealed.len - HEAD_LEN,
		    magic, sizeof(magic), sealed.at + MAGIC_LEN, sealing.at) != 0)
		return false;
	plain->len = (size_t)opened;
	return true;
}

enum vid_reason grant_open(struct bytes sealed, const struct hostkey *key,
			   struct grant *out)
{
	uint8_t room[PLAIN_MAX];
	struct buffer plain = buffer_of(room, sizeof(room));

	memset(out, 0, sizeof(*out));
	if (unseal(sealed, key, &plain) && read_plain(buffer_bytes(&plain), out))
		return VID_OK;
	memset(out, 0, sizeof(*out));
	return VID_WIRE;
}
