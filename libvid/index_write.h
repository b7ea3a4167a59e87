/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * index_write.h - the compiled map, written (index.h describes its records)
 *
 * What is right to write is the caller's to know (accounts_compile); this only gives it
 * its form, and the old index stays until the new one is whole and on the disk. Order:
 * start, all rows by uid, then the rest in any order, finish. After any failure:
 * abandon.
 */
#ifndef VID_INDEX_WRITE_H
#define VID_INDEX_WRITE_H

#include <cdb.h>
#include <limits.h>

#include "libvid/index.h"
#include "libvid/reason.h"

struct index_writer {
	int fd; /* of the temporary file, -1: none */
	char path[PATH_MAX], temporary[PATH_MAX];
	struct cdb_make cdb;
	uint64_t records, chain; /* for the closing record */
};

/*
 * All answer VID_OK or VID_FILE_IO with a problem text. Of `head` the version record is
 * made: rows, generation, ledger, ranges, passwd and group.
 */
enum vid_reason index_write_start(struct index_writer *writer, const char *path,
				  const struct index *head, struct problem *problem);
enum vid_reason index_write_row(struct index_writer *writer, const struct index_row *row,
				struct problem *problem);
/* The numbers of a row, once all rows are written. */
enum vid_reason index_write_numbers(struct index_writer *writer,
				    const struct index_row *row, struct problem *problem);
enum vid_reason index_write_identity(struct index_writer *writer, struct bytes identity,
				     const struct index_identity *to,
				     struct problem *problem);
/* ',' between the groups' names; nothing is written without any. */
enum vid_reason index_write_groups(struct index_writer *writer, struct bytes name,
				   struct bytes groups, struct problem *problem);
enum vid_reason index_write_rule(struct index_writer *writer, struct bytes alias,
				 const struct index_rule *rule, struct problem *problem);
/* Does some identity map to `name`? Of an account of /etc/passwd, when one does; of an
 * own one, when none does. */
enum vid_reason index_write_mapped(struct index_writer *writer, struct bytes name,
				   bool mapped, struct problem *problem);
/* Put it in place: mode 0644, fsync, rename, fsync of the folder. */
enum vid_reason index_write_finish(struct index_writer *writer, struct problem *problem);

/* Remove what is unfinished; nothing after finish. Usable with AUTO(). */
void index_write_abandon(struct index_writer *writer);

/* A record as index_record gave it, value with sum. */
enum vid_reason index_write_record(struct index_writer *writer, struct bytes key,
				   struct bytes value, struct problem *problem);

/*
 * What the host's MAC is over (S20), with INDEX_MESSAGE_MAX bytes of room: of an
 * identity, its account, number, kind and home; of a rule all that it says. False when it
 * does not fit.
 */
#define INDEX_MESSAGE_MAX 1024
bool index_identity_message(struct bytes identity, const struct index_identity *to,
			    struct buffer *message);
bool index_rule_message(struct bytes alias, const struct index_rule *rule,
			struct buffer *message);

#endif
