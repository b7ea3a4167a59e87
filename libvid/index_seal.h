/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * index_seal.h - the host's MAC over an index: absence and denial are proven (S20)
 *
 * The `seal` record authenticates the version record (with the generation), the number of
 * buckets and a digest of all other records. Each identity and each rule belongs to one
 * bucket; a bucket lists the keys and MACs of all its records under a MAC over format,
 * generation, its number, the number of buckets, and the list. A login reads the `mac`
 * record, one bucket for each key that it asks for, and the record: a cost that does not
 * grow with the accounts. A compilation reads the whole content against the digest.
 *
 * Which bucket a key belongs to depends on the host's key, so that an issuer cannot
 * choose subjects that fill one bucket.
 *
 * Room for an overlay: its MAC is to cover `content` of this index, which is the digest
 * of the base, and the generation.
 */
#ifndef VID_INDEX_SEAL_H
#define VID_INDEX_SEAL_H

#include <sodium.h>

#include "libvid/hostkey.h"
#include "libvid/identity_hash.h"
#include "libvid/index_write.h"

#define INDEX_BUCKET_ROWS 8u  /* at most, on average */
#define INDEX_ENTRY_LEN   64u /* digits of one entry of a bucket */

struct index_seal {
	uint32_t buckets; /* a power of two */
	uint8_t content[32];
};

/*
 * Read and verify the `seal` record. INDEX_OK; INDEX_FORMER: the index is of format 3 and
 * has none; INDEX_FORGED: not this host's, or the version record was changed;
 * INDEX_BROKEN.
 */
enum index_result index_seal_read(const struct index *index, const struct hostkey *key,
				  struct index_seal *out);

/*
 * Does the bucket of `record` (a key by identity_key) say what was found: a record with
 * this MAC, or (mac NULL) none? INDEX_OK; INDEX_FORGED; INDEX_BROKEN.
 */
enum index_result index_seal_prove(const struct index *index, const struct hostkey *key,
				   const struct index_seal *seal, const char *record,
				   const uint8_t mac[32]);

/* Read every record: is the content the one that was sealed? As above. */
enum index_result index_seal_content(const struct index *index,
				     const struct index_seal *seal);

/* --- for the writer ------------------------------------------------------------- */

/* The bucket of a key; `place` by index_seal_place. */
void index_seal_place(const struct hostkey *key,
		      uint8_t place[crypto_shorthash_KEYBYTES]);
uint32_t index_seal_bucket(const uint8_t place[crypto_shorthash_KEYBYTES],
			   const char *record, uint32_t buckets);
void index_seal_bucket_mac(const struct hostkey *key, uint64_t generation,
			   uint32_t number, uint32_t buckets, struct bytes entries,
			   uint8_t mac[32]);
/* `version`: the version record's value without its sum. */
void index_seal_mac(const struct hostkey *key, struct bytes version,
		    const struct index_seal *seal, uint8_t mac[32]);
void index_seal_add(crypto_generichash_state *content, struct bytes record,
		    struct bytes value);

/* Each entry of a bucket, as the old index has it, noted for the new one. False without
 * memory. */
bool index_seal_entries(struct bytes entries, struct index_writer *writer);

#endif
