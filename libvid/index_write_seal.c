/* SPDX-License-Identifier: BSD-2-Clause */
/* The buckets and the seal of an index that is written. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "libvid/cleanup.h"
#include "libvid/index_parts.h"
#include "libvid/index_seal.h"

static enum vid_reason failed(const struct index_writer *writer, struct problem *problem)
{
	problem_set(problem, "%s: cannot seal the new index: %m", writer->path);
	return VID_FILE_IO;
}

bool index_write_entry(struct index_writer *writer, const char *record,
		       const uint8_t mac[32])
{
	struct index_entry *entry;
	uint64_t part;

	if (writer->entry_count == writer->entry_room) {
		size_t room = writer->entry_room ? 2 * writer->entry_room : 64;
		void *more = reallocarray(writer->entry, room, sizeof(*writer->entry));

		if (!more)
			return false;
		writer->entry = more;
		writer->entry_room = room;
	}
	entry = &writer->entry[writer->entry_count];
	for (size_t i = 0; i < sizeof(entry->key); i++) {
		if (!index_hex(bytes_of(record + 2 * i, 2), 2, &part))
			return false;
		entry->key[i] = (uint8_t)part;
	}
	memcpy(entry->mac, mac, sizeof(entry->mac));
	writer->entry_count++;
	return true;
}

static int compare_entry(const void *left, const void *right)
{
	const struct index_entry *a = left, *b = right;

	if (a->bucket != b->bucket)
		return a->bucket < b->bucket ? -1 : 1;
	return memcmp(a->key, b->key, sizeof(a->key)); /* public */
}

static uint32_t buckets_for(size_t entries)
{
	uint32_t buckets = 1;

	while ((uint64_t)buckets * INDEX_BUCKET_ROWS < entries)
		buckets *= 2;
	return buckets;
}

/* Each entry to its bucket, and in their order. */
static void sort_entries(struct index_writer *writer, uint32_t buckets)
{
	uint8_t place[crypto_shorthash_KEYBYTES];
	char record[IDENTITY_HASH_LEN + 1];

	index_seal_place(writer->key, place);
	for (size_t i = 0; i < writer->entry_count; i++) {
		sodium_bin2hex(record, sizeof(record), writer->entry[i].key,
			       sizeof(writer->entry[i].key));
		writer->entry[i].bucket = index_seal_bucket(place, record, buckets);
	}
	if (writer->entry_count)
		qsort(writer->entry, writer->entry_count, sizeof(*writer->entry),
		      compare_entry);
	sodium_memzero(place, sizeof(place));
}

/* The bucket `number`, of the entries [from, to). */
static enum vid_reason put_bucket(struct index_writer *writer, uint32_t number,
				  uint32_t buckets, size_t from, size_t to,
				  struct problem *problem)
{
	size_t size = (to - from) * INDEX_ENTRY_LEN + 1 + 64 + 1;
	AUTO_FREE char *text = malloc(size);
	uint8_t mac[32];
	char record[16], *at = text;

	if (!text)
		return failed(writer, problem);
	for (size_t i = from; i < to; i++) {
		sodium_bin2hex(at, 33, writer->entry[i].key, 16);
		sodium_bin2hex(at + 32, 33, writer->entry[i].mac, 16);
		at += INDEX_ENTRY_LEN;
	}
	index_seal_bucket_mac(writer->key, writer->generation, number, buckets,
			      bytes_of(text, (size_t)(at - text)), mac);
	*at++ = ':';
	sodium_bin2hex(at, 65, mac, sizeof(mac));
	(void)snprintf(record, sizeof(record), "b%" PRIu32, number);
	return index_write_put(writer, bytes_of_text(record), bytes_of(text, size - 1),
			       problem);
}

enum vid_reason index_write_buckets(struct index_writer *writer, struct problem *problem)
{
	uint32_t buckets = buckets_for(writer->entry_count);
	enum vid_reason why = VID_OK;
	size_t from = 0;

	sort_entries(writer, buckets);
	for (size_t i = 1; i < writer->entry_count; i++)
		if (compare_entry(&writer->entry[i - 1], &writer->entry[i]) == 0) {
			errno = EEXIST; /* one identity twice: nothing that is proved */
			return failed(writer, problem);
		}
	for (uint32_t number = 0; number < buckets && why == VID_OK; number++) {
		size_t to = from;

		while (to < writer->entry_count && writer->entry[to].bucket == number)
			to++;
		why = put_bucket(writer, number, buckets, from, to, problem);
		from = to;
	}
	return why;
}

enum vid_reason index_write_seal(struct index_writer *writer, uint8_t content[32],
				 struct problem *problem)
{
	struct index_seal seal = { .buckets = buckets_for(writer->entry_count) };
	char text[256], digest[65], hex[65];
	uint8_t mac[32];

	crypto_generichash_final(&writer->content, seal.content, sizeof(seal.content));
	crypto_generichash_init(&writer->content, NULL, 0, 32); /* of no use any more */
	index_seal_mac(writer->key, bytes_of_text(writer->version), &seal, mac);
	sodium_bin2hex(digest, sizeof(digest), seal.content, sizeof(seal.content));
	sodium_bin2hex(hex, sizeof(hex), mac, sizeof(mac));
	(void)snprintf(text, sizeof(text), "buckets=%" PRIu32 " content=%s mac=%s",
		       seal.buckets, digest, hex);
	memcpy(content, seal.content, sizeof(seal.content));
	return index_write_put(writer, bytes_of_text("seal"), bytes_of_text(text),
			       problem);
}
