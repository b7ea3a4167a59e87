/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tokens.h - tokens that this terminal keeps for keys with no room of their own
 *
 * tokens/HASH.vid, where HASH is 32 hex digits of SHA-256 over the credential's id: the
 * key names it, so nobody types a name.
 */
#ifndef VID_TOKENS_H
#define VID_TOKENS_H

#include "libvid/bytes.h"
#include "libvid/reason.h"

/*
 * The message, into `room`. VID_OK; VID_FILE_MISSING when there is none; VID_STATE for an
 * empty one; VID_FILE_* (S33), a file over VID_TOKEN_MAX among them; VID_TOKEN_TOO_LARGE
 * when `room` is too small. VID_INTERNAL here and below for a credential's id of no bytes
 * or more than 1023.
 */
enum vid_reason tokens_load(const char *folder, struct bytes credential,
			    struct buffer *room, struct problem *problem);

/* Replaces what was kept. VID_OK, VID_TOKEN_EMPTY, VID_TOKEN_TOO_LARGE or VID_FILE_IO. */
enum vid_reason tokens_store(const char *folder, struct bytes credential,
			     struct bytes message, struct problem *problem);

/* VID_OK, VID_FILE_MISSING or VID_FILE_IO. */
enum vid_reason tokens_remove(const char *folder, struct bytes credential,
			      struct problem *problem);

#endif
