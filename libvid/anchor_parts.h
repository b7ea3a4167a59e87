/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * anchor_parts.h - the files of the anchor, for anchor.c, anchor_store.c and
 * anchor_import.c alone
 *
 * head, all numbers big-endian:
 *   "VIDANCH" 1 || generation 8 || settled 8 || counter 8 || raised_at 8 ||
 *   256 digests of 32 bytes (zeros: no marks) || MAC 32 of all before it
 * HH.0123456789abcdef, bucket HH with the first 8 bytes of its digest:
 *   marks of 32 bytes, in rising order of their ids:
 *   id 16 || kind 1 || zeros 7 || value 8
 */
#ifndef VID_ANCHOR_PARTS_H
#define VID_ANCHOR_PARTS_H

#include <sys/types.h>

#include "libvid/anchor.h"
#include "libvid/files.h"

#define ANCHOR_BUCKETS     256
#define ANCHOR_DIGEST_LEN  32
#define ANCHOR_ID_LEN      16
#define ANCHOR_MARK_LEN    32
#define ANCHOR_BUCKET_MOST (4 * 1024 * 1024) /* bytes: 131,072 marks */
#define ANCHOR_SPOILT      UINT64_MAX /* a mark that could not be read when it was moved */

struct anchor_head {
	uint64_t generation; /* of this head: one more with every change */
	uint64_t settled;    /* the newest one that the device's counter covers */
	uint64_t counter;    /* what the device's counter must be; 0: no device */
	uint64_t raised_at;  /* seconds since the epoch: when it was raised last */
	uint8_t digest[ANCHOR_BUCKETS][ANCHOR_DIGEST_LEN];
};

struct anchor_id {
	uint8_t at[ANCHOR_ID_LEN];
};

/* Under the host key, so that nobody learns from a copied folder whose marks are here. */
void anchor_id_of(const struct anchor *anchor, enum anchor_kind kind, const char *name,
		  struct anchor_id *out);

/* One bucket in memory. Free with anchor_marks_free. */
struct anchor_marks {
	uint8_t *at;
	size_t count, room; /* marks */
};
void anchor_marks_free(struct anchor_marks *marks);
bool anchor_marks_find(const struct anchor_marks *marks, const struct anchor_id *id,
		       uint64_t *value);
/* False when memory or the bucket's room is used up. */
bool anchor_marks_put(struct anchor_marks *marks, const struct anchor_id *id,
		      enum anchor_kind kind, uint64_t value);
bool anchor_marks_remove(struct anchor_marks *marks, const struct anchor_id *id);

/* VID_OK; VID_FILE_MISSING when there is no head; VID_STATE for one that is not this
 * host's; VID_FILE_*. */
enum vid_reason anchor_head_read(const struct anchor *anchor, struct anchor_head *out,
				 struct problem *problem);
enum vid_reason anchor_head_write(const struct anchor *anchor,
				  const struct anchor_head *head,
				  struct problem *problem);
/* VID_OK, also for a bucket without marks; VID_STATE when its file is missing or does not
 * fit the head; VID_FILE_*. */
enum vid_reason anchor_bucket_read(const struct anchor *anchor,
				   const struct anchor_head *head, unsigned bucket,
				   struct anchor_marks *out, struct problem *problem);
/* Write the bucket's file and set its digest in `head`, which the caller then writes. */
enum vid_reason anchor_bucket_write(const struct anchor *anchor, struct anchor_head *head,
				    unsigned bucket, const struct anchor_marks *marks,
				    struct problem *problem);
/* With the lock held: remove the files of buckets that `head` does not name. */
void anchor_sweep(const struct anchor *anchor, const struct anchor_head *head);

/* anchor_import.c: the marks of `anchor->before`, into 256 buckets. A missing folder or
 * file has none; one that cannot be read is an error. */
enum vid_reason anchor_import(const struct anchor *anchor, struct anchor_marks *buckets,
			      struct problem *problem);
/* After the head is in place: the files that were read. */
void anchor_import_end(const struct anchor *anchor);

/* For a recovery: marks for the templates at hand, in the buckets that are lost alone. */
enum vid_reason anchor_adopt(const struct anchor *anchor, struct anchor_head *head,
			     const bool lost[ANCHOR_BUCKETS], struct problem *problem);

#endif
