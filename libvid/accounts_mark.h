/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accounts_mark.h - the mark that there ever was an index, for accounts_state.c alone
 */
#ifndef VID_ACCOUNTS_MARK_H
#define VID_ACCOUNTS_MARK_H

#include "libvid/hostkey.h"
#include "libvid/reason.h"

/* VID_OK with the generation; VID_FILE_MISSING; VID_STATE: damaged or another host's;
 * VID_FILE_*. */
enum vid_reason accounts_mark_read(const char *index_path, const struct hostkey *key,
				   uint64_t *generation, struct problem *problem);
/* VID_OK or VID_FILE_IO. Makes PATH_ANCHOR where it is missing. */
enum vid_reason accounts_mark_write(const char *index_path, const struct hostkey *key,
				    uint64_t generation, struct problem *problem);

#endif
