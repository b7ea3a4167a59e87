/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/hostkey.h"

#include <sodium.h>
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"

enum vid_reason hostkey_load(const char *path, struct hostkey *out,
			     struct problem *problem)
{
	AUTO(blob_free) struct blob file = { 0 };
	enum vid_reason why;

	memset(out, 0, sizeof(*out));
	if ((why = file_read_secret(path, HOSTKEY_LEN, &file, problem)) != VID_OK)
		return why;
	if (file.len != HOSTKEY_LEN || sodium_is_zero(file.at, file.len)) {
		problem_set(problem, "%s: not a host key; it must be %d random bytes",
			    path, HOSTKEY_LEN);
		return VID_STATE;
	}
	memcpy(out->at, file.at, HOSTKEY_LEN);
	return VID_OK;
}

enum vid_reason hostkey_create(const char *path, struct problem *problem)
{
	AUTO(hostkey_wipe) struct hostkey key;

	randombytes_buf(key.at, sizeof(key.at));
	return file_write_new(path, bytes_of(key.at, sizeof(key.at)), 0400, problem);
}

void hostkey_wipe(struct hostkey *key)
{
	sodium_memzero(key, sizeof(*key));
}

/* Keyed BLAKE2b-256 over purpose || 0 || message: the 0 ends the purpose, so no two
 * purposes can meet. */
static void keyed_hash(const struct hostkey *key, const char *purpose,
		       struct bytes message, uint8_t out[32])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, key->at, sizeof(key->at), 32);
	crypto_generichash_update(&state, (const uint8_t *)purpose, strlen(purpose) + 1);
	crypto_generichash_update(&state, message.at, message.len);
	crypto_generichash_final(&state, out, 32);
	sodium_memzero(&state, sizeof(state));
}

void hostkey_derive(const struct hostkey *key, const char *purpose, struct bytes salt,
		    uint8_t out[32])
{
	keyed_hash(key, purpose, salt, out);
}

void hostkey_mac(const struct hostkey *key, const char *purpose, struct bytes message,
		 uint8_t out[32])
{
	uint8_t own[32];

	/* its own key for each purpose, so that a MAC never equals a derived key */
	keyed_hash(key, "vid-mac-v1", bytes_of_text(purpose), own);
	crypto_generichash(out, 32, message.at, message.len, own, sizeof(own));
	sodium_memzero(own, sizeof(own));
}

bool hostkey_mac_verify(const struct hostkey *key, const char *purpose,
			struct bytes message, const uint8_t mac[32])
{
	uint8_t want[32];

	hostkey_mac(key, purpose, message, want);
	return sodium_memcmp(want, mac, sizeof(want)) == 0;
}

void hostkey_host_id(const struct hostkey *key, char out[22])
{
	uint8_t id[32];
	char hex[17];

	keyed_hash(key, "vid-host-id-v1", bytes_of(NULL, 0), id);
	sodium_bin2hex(hex, sizeof(hex), id, 8);
	snprintf(out, 22, "host:%s", hex);
}
