/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * register.h - the places of a status list that an issuer has given away, and what became
 * of them
 *
 * DIR/status/NAME of an issuer's folder, where NAME is the SHA-256 of the list's uri:
 *   uri        the address
 *   values     one byte an entry: 0 free; 0x80 given, with the status in the low bits
 *   ctis       16 bytes an entry: of SHA-256(cti), to find a token by its id
 *   published  iat of the list that was published last
 * Nothing else of a token or a person is kept. Places are given in random order, so that
 * neighbours in the list were not neighbours in the queue.
 */
#ifndef VID_REGISTER_H
#define VID_REGISTER_H

#include <limits.h>

#include "libvid/files.h"
#include "libvid/limits.h"
#include "libvid/reason.h"

/* A list starts with this many entries (128 KiB of one bit each, less than a kilobyte
 * when few are revoked), doubles when full, and ends where a host's default limit does.
 */
#define REGISTER_START ((uint64_t)1 << 20)
#define REGISTER_MOST  ((uint64_t)1 << 27)

enum register_value { REGISTER_VALID = 0, REGISTER_REVOKED = 1, REGISTER_SUSPENDED = 2 };

struct status_register {
	int values, ctis, held; /* -1: not open */
	uint64_t size;          /* entries */
	char uri[VID_URI_MAX + 1];
	char published[PATH_MAX];
};
#define REGISTER_CLOSED                                                                  \
	{                                                                                \
		.values = -1, .ctis = -1, .held = -1                                     \
	}

/*
 * Open, and hold until register_close. `uri` NULL: the only one there is. VID_OK;
 * VID_FILE_MISSING when there is none and `create` is false; VID_CONFIG when `uri` is
 * needed to tell which; VID_FILE_IO.
 */
enum vid_reason register_open(const char *dir, const char *uri, bool create,
			      struct status_register *out, struct problem *problem);
void register_close(struct status_register *reg);

/* Give a random free place to the token `cti`. */
enum vid_reason register_take(struct status_register *reg, const uint8_t cti[VID_CTI_LEN],
			      uint64_t *idx, struct problem *problem);

/* Give this place; *before: it was given already. VID_STATUS_RANGE past REGISTER_MOST. */
enum vid_reason register_take_at(struct status_register *reg,
				 const uint8_t cti[VID_CTI_LEN], uint64_t idx,
				 bool *before, struct problem *problem);

/* The place of a token; VID_STATUS_RANGE when it has none. Reads the whole register. */
enum vid_reason register_find(struct status_register *reg, const uint8_t cti[VID_CTI_LEN],
			      uint64_t *idx, struct problem *problem);

/* Was this place given to the token `cti`, last of all? VID_OK; VID_STATUS_RANGE when it
 * was given to none or to another. */
enum vid_reason register_check(const struct status_register *reg, uint64_t idx,
			       const uint8_t cti[VID_CTI_LEN], struct problem *problem);

/* VID_STATUS_RANGE for a place that nobody was given. */
enum vid_reason register_get(const struct status_register *reg, uint64_t idx,
			     enum register_value *value, struct problem *problem);
enum vid_reason register_set(struct status_register *reg, uint64_t idx,
			     enum register_value value, struct problem *problem);

/*
 * The whole list, `bits` an entry, compressed, into `lst` (blob_free it). With one bit a
 * suspended token looks like a revoked one. Memory: the compressed list.
 */
enum vid_reason register_pack(const struct status_register *reg, unsigned bits,
			      struct blob *lst, struct problem *problem);

/* iat of the last publication, 0 for none; and its change. */
int64_t register_published(const struct status_register *reg);
enum vid_reason register_set_published(const struct status_register *reg, int64_t iat,
				       struct problem *problem);

#endif
