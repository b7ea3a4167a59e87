/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/index_seal.h"

#include <inttypes.h>
#include <stdio.h>

#include "libvid/index_parts.h"

static const char purpose_bucket[] = "vid-index-bucket",
		  purpose_seal[] = "vid-index-seal", purpose_place[] = "vid-index-place";

void index_seal_place(const struct hostkey *key, uint8_t place[crypto_shorthash_KEYBYTES])
{
	uint8_t derived[32];

	_Static_assert(crypto_shorthash_KEYBYTES <= sizeof(derived), "it is cut from it");
	hostkey_derive(key, purpose_place, bytes_of(NULL, 0), derived);
	memcpy(place, derived, crypto_shorthash_KEYBYTES);
	sodium_memzero(derived, sizeof(derived));
}

uint32_t index_seal_bucket(const uint8_t place[crypto_shorthash_KEYBYTES],
			   const char *record, uint32_t buckets)
{
	uint8_t hash[crypto_shorthash_BYTES];
	uint32_t number = 0;

	crypto_shorthash(hash, (const uint8_t *)record, IDENTITY_HASH_LEN, place);
	for (size_t i = 0; i < 4; i++)
		number |= (uint32_t)hash[i] << 8 * i;
	return number & (buckets - 1);
}

/* hostkey_mac over a text and bytes, without a copy of them. */
static void mac_over(const struct hostkey *key, const char *purpose, struct bytes head,
		     struct bytes body, uint8_t mac[32])
{
	crypto_generichash_state state;
	uint8_t own[32];

	hostkey_derive(key, purpose, bytes_of(NULL, 0), own);
	crypto_generichash_init(&state, own, sizeof(own), 32);
	crypto_generichash_update(&state, head.at, head.len + 1); /* with its NUL */
	crypto_generichash_update(&state, body.at, body.len);
	crypto_generichash_final(&state, mac, 32);
	sodium_memzero(own, sizeof(own));
	sodium_memzero(&state, sizeof(state));
}

void index_seal_bucket_mac(const struct hostkey *key, uint64_t generation,
			   uint32_t number, uint32_t buckets, struct bytes entries,
			   uint8_t mac[32])
{
	char head[96];

	(void)snprintf(head, sizeof(head), "%u %" PRIu64 " %" PRIu32 " %" PRIu32 " %zu",
		       INDEX_FORMAT, generation, number, buckets,
		       entries.len / INDEX_ENTRY_LEN);
	mac_over(key, purpose_bucket, bytes_of_text(head), entries, mac);
}

void index_seal_mac(const struct hostkey *key, struct bytes version,
		    const struct index_seal *seal, uint8_t mac[32])
{
	char head[96], hex[65];

	sodium_bin2hex(hex, sizeof(hex), seal->content, sizeof(seal->content));
	(void)snprintf(head, sizeof(head), "%" PRIu32 " %s", seal->buckets, hex);
	mac_over(key, purpose_seal, bytes_of_text(head), version, mac);
}

void index_seal_add(crypto_generichash_state *content, struct bytes record,
		    struct bytes value)
{
	uint8_t len[8];

	for (size_t i = 0; i < 4; i++) {
		len[i] = (uint8_t)(record.len >> 8 * i);
		len[4 + i] = (uint8_t)(value.len >> 8 * i);
	}
	crypto_generichash_update(content, len, sizeof(len));
	crypto_generichash_update(content, record.at, record.len);
	crypto_generichash_update(content, value.at, value.len);
}

/* The version record's value, without its sum. */
static bool version_of(const struct index *index, struct bytes *version)
{
	struct bytes record;
	uint32_t next;

	return index_record_at(index, INDEX_HEAD_LEN, &record, version, &next) &&
	       index_value_sound(record, version);
}

/* "WORD" off the front of `text`, and what is behind it up to the next blank, or all. */
static bool take_word(struct bytes *text, const char *word, struct bytes *out)
{
	size_t len = strlen(word);

	if (text->len < len || memcmp(text->at, word, len) != 0)
		return false;
	*text = bytes_of(text->at + len, text->len - len);
	if (!index_cut(text, ' ', out))
		*out = *text;
	return true;
}

enum index_result index_seal_read(const struct index *index, const struct hostkey *key,
				  struct index_seal *out)
{
	struct index_seal seal = { .buckets = 0 };
	struct bytes value, version, part;
	enum index_result result;
	uint8_t mac[32], want[32];
	uint64_t buckets;

	*out = seal;
	if (index->format != INDEX_FORMAT)
		return INDEX_FORMER;
	if (!version_of(index, &version))
		return INDEX_BROKEN;
	result = index_find(index, 's', bytes_of_text("eal"), &value);
	if (result == INDEX_NONE)
		return INDEX_FORGED;
	if (result != INDEX_OK)
		return result;
	if (!take_word(&value, "buckets=", &part) ||
	    !index_number(part, UINT32_MAX, &buckets) || buckets == 0 ||
	    (buckets & (buckets - 1)) != 0 || !take_word(&value, "content=", &part) ||
	    !index_mac_read(part, seal.content) || !take_word(&value, "mac=", &part) ||
	    !index_mac_read(part, mac))
		return INDEX_BROKEN;
	seal.buckets = (uint32_t)buckets;
	index_seal_mac(key, version, &seal, want);
	if (sodium_memcmp(want, mac, sizeof(mac)) != 0)
		return INDEX_FORGED;
	*out = seal;
	return INDEX_OK;
}

/* The entries of a bucket, its MAC verified. */
static enum index_result bucket_read(const struct index *index, const struct hostkey *key,
				     const struct index_seal *seal, uint32_t number,
				     struct bytes *entries)
{
	enum index_result result;
	uint8_t mac[32], want[32];
	struct bytes value;
	char text[16];

	(void)snprintf(text, sizeof(text), "%" PRIu32, number);
	result = index_find(index, 'b', bytes_of_text(text), &value);
	if (result == INDEX_NONE)
		return INDEX_FORGED;
	if (result != INDEX_OK)
		return result;
	if (!index_cut(&value, ':', entries) || entries->len % INDEX_ENTRY_LEN != 0 ||
	    !index_mac_read(value, mac))
		return INDEX_BROKEN;
	index_seal_bucket_mac(key, index->generation, number, seal->buckets, *entries,
			      want);
	return sodium_memcmp(want, mac, sizeof(mac)) == 0 ? INDEX_OK : INDEX_FORGED;
}

enum index_result index_seal_prove(const struct index *index, const struct hostkey *key,
				   const struct index_seal *seal, const char *record,
				   const uint8_t mac[32])
{
	uint8_t place[crypto_shorthash_KEYBYTES];
	char want[INDEX_ENTRY_LEN - IDENTITY_HASH_LEN + 1];
	enum index_result result;
	struct bytes entries;

	index_seal_place(key, place);
	result = bucket_read(index, key, seal,
			     index_seal_bucket(place, record, seal->buckets), &entries);
	if (result != INDEX_OK)
		return result;
	for (size_t i = 0; i < entries.len; i += INDEX_ENTRY_LEN) {
		if (!bytes_equal(bytes_of(entries.at + i, IDENTITY_HASH_LEN),
				 bytes_of(record, IDENTITY_HASH_LEN)))
			continue;
		if (!mac)
			return INDEX_FORGED;
		sodium_bin2hex(want, sizeof(want), mac, sizeof(want) / 2);
		return sodium_memcmp(entries.at + i + IDENTITY_HASH_LEN, want,
				     sizeof(want) - 1) == 0
			       ? INDEX_OK
			       : INDEX_FORGED;
	}
	return mac ? INDEX_FORGED : INDEX_OK;
}

enum index_result index_seal_content(const struct index *index,
				     const struct index_seal *seal)
{
	crypto_generichash_state content;
	struct bytes record, value;
	enum index_result result;
	uint32_t cursor = 0;
	uint8_t digest[32];

	crypto_generichash_init(&content, NULL, 0, sizeof(digest));
	while ((result = index_record(index, &cursor, &record, &value)) == INDEX_OK &&
	       !bytes_are(record, "seal"))
		index_seal_add(&content, record, value);
	if (result != INDEX_OK)
		return INDEX_BROKEN; /* its end came before the `seal` record */
	crypto_generichash_final(&content, digest, sizeof(digest));
	if (sodium_memcmp(digest, seal->content, sizeof(digest)) != 0)
		return INDEX_FORGED;
	return index_verify(index);
}

bool index_seal_entries(struct bytes entries, struct index_writer *writer)
{
	uint8_t mac[32] = { 0 };
	struct bytes list;
	uint64_t part;

	if (!index_cut(&entries, ':', &list))
		return false;
	for (size_t i = 0; i + INDEX_ENTRY_LEN <= list.len; i += INDEX_ENTRY_LEN) {
		const uint8_t *at = list.at + i + IDENTITY_HASH_LEN;

		for (size_t k = 0; k < 16; k++) {
			if (!index_hex(bytes_of(at + 2 * k, 2), 2, &part))
				return false;
			mac[k] = (uint8_t)part;
		}
		if (!index_write_entry(writer, (const char *)list.at + i, mac))
			return false;
	}
	return true;
}
