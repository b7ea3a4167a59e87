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
};

/* All answer VID_OK or VID_FILE_IO with a problem text. */
enum vid_reason index_write_start(struct index_writer *writer, const char *path,
				  uint32_t rows, const struct index_stamp *passwd,
				  const struct index_stamp *group,
				  struct problem *problem);
enum vid_reason index_write_row(struct index_writer *writer, const struct index_row *row,
				struct problem *problem);
/* The numbers of a row, once all rows are written. */
enum vid_reason index_write_numbers(struct index_writer *writer,
				    const struct index_row *row, struct problem *problem);
enum vid_reason index_write_identity(struct index_writer *writer, struct bytes identity,
				     const struct index_identity *to,
				     struct problem *problem);
/* Some identity maps to `name`: once an account. */
enum vid_reason index_write_mapped(struct index_writer *writer, struct bytes name,
				   struct problem *problem);
/* Put it in place: mode 0644, fsync, rename, fsync of the folder. */
enum vid_reason index_write_finish(struct index_writer *writer, struct problem *problem);

/* Remove what is unfinished; nothing after finish. Usable with AUTO(). */
void index_write_abandon(struct index_writer *writer);

/* MAC over an identity, its account and uid, for one `i` record: the message. False when
 * it does not fit. */
bool index_mac_message(struct bytes identity, struct bytes name, uint32_t uid,
		       struct buffer *to);

#endif
