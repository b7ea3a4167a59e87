/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * index_write.h - the compiled map, written (index.h describes its records)
 *
 * What is right to write is the caller's to know (accounts_compile); this only gives it
 * its form, and the old index stays until the new one is whole and on the disk. Order:
 * start, all rows by uid, then the rest in any order, finish, place. After any failure
 * before finish: abandon. Between finish and place the new index is PATH.next, on the
 * disk: the caller writes the ledger (ledger.h), which names it, and only then puts it in
 * place.
 */
#ifndef VID_INDEX_WRITE_H
#define VID_INDEX_WRITE_H

#include <cdb.h>
#include <limits.h>
#include <sodium.h>

#include "libvid/hostkey.h"
#include "libvid/index.h"
#include "libvid/reason.h"

struct index_writer {
	int fd; /* of the temporary file, -1: none */
	char path[PATH_MAX], temporary[PATH_MAX];
	struct cdb_make cdb;
	uint64_t records, chain; /* for the closing record */
	const struct hostkey *key;
	uint64_t generation;
	crypto_generichash_state content; /* of all records so far */
	char version[544];                /* the version record's value */
	struct index_entry {
		uint32_t bucket;
		uint8_t key[16], mac[16];
	} * entry; /* owned: of the buckets */
	size_t entry_count, entry_room;
};

/*
 * All answer VID_OK or VID_FILE_IO with a problem text. Of `head` the version record is
 * made: rows, generation, ledger, ranges, passwd and group. `key` is to outlive `writer`.
 */
enum vid_reason index_write_start(struct index_writer *writer, const char *path,
				  const struct index *head, const struct hostkey *key,
				  struct problem *problem);
enum vid_reason index_write_row(struct index_writer *writer, const struct index_row *row,
				struct problem *problem);
/* The numbers of a row, once all rows are written. */
enum vid_reason index_write_numbers(struct index_writer *writer,
				    const struct index_row *row, struct problem *problem);
/* With its MAC, which the bucket of the identity repeats. */
enum vid_reason index_write_identity(struct index_writer *writer, struct bytes iss,
				     struct bytes sub, const struct index_identity *to,
				     struct problem *problem);
enum vid_reason index_write_alias(struct index_writer *writer, struct bytes alias,
				  struct bytes iss, const uint8_t mac[32],
				  struct problem *problem);
/* ',' between the groups' names; nothing is written without any. */
enum vid_reason index_write_groups(struct index_writer *writer, struct bytes name,
				   struct bytes groups, struct problem *problem);
enum vid_reason index_write_rule(struct index_writer *writer, struct bytes iss,
				 const struct index_rule *rule, struct problem *problem);
/* Does some identity map to `name`? Of an account of /etc/passwd, when one does; of an
 * own one, when none does. */
enum vid_reason index_write_mapped(struct index_writer *writer, struct bytes name,
				   bool mapped, struct problem *problem);
/* The buckets, the seal and the closing record; then it is PATH.next: mode 0644, fsync.
 * `content`: the digest that the seal has. */
enum vid_reason index_write_finish(struct index_writer *writer, uint8_t content[32],
				   struct problem *problem);
/* Put PATH.next in place: rename, fsync of the folder. */
enum vid_reason index_write_place(const char *path, struct problem *problem);
/* PATH.next; false when it does not fit. */
bool index_next_path(const char *path, char *to, size_t size);

/* Remove what is unfinished; nothing after finish. Usable with AUTO(). */
void index_write_abandon(struct index_writer *writer);

/* A record as index_record gave it, value with sum. */
enum vid_reason index_write_record(struct index_writer *writer, struct bytes key,
				   struct bytes value, struct problem *problem);

/* An entry of a bucket: 32 digits of the record's key, and its MAC, of which the first 16
 * bytes count. False without memory or for other digits. */
bool index_write_entry(struct index_writer *writer, const char *record,
		       const uint8_t mac[32]);

/*
 * What the host's MAC is over (S20), with INDEX_MESSAGE_MAX bytes of room. Of an
 * identity: issuer, subject, account, number, kind and home; of a rule: issuer and all
 * that it says. False when it does not fit.
 */
#define INDEX_MESSAGE_MAX 1280
bool index_identity_message(struct bytes iss, struct bytes sub,
			    const struct index_identity *to, struct buffer *message);
bool index_rule_message(struct bytes iss, const struct index_rule *rule,
			struct buffer *message);
/* The same of format 3, over SUBJECT@ALIAS. */
bool index_former_message(struct bytes identity, const struct index_identity *to,
			  struct buffer *message);

/* Between index_write.c and index_write_seal.c alone. */
enum vid_reason index_write_put(struct index_writer *writer, struct bytes key,
				struct bytes value, struct problem *problem);
enum vid_reason index_write_buckets(struct index_writer *writer, struct problem *problem);
enum vid_reason index_write_seal(struct index_writer *writer, uint8_t content[32],
				 struct problem *problem);

#endif
