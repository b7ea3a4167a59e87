/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.h - presentations that were used, until they are too old to be used again (S3)
 *
 * One empty file a presentation, named by its hash and expiry, made with O_EXCL and
 * fsynced before the login goes on: two parallel uses of one presentation cannot both
 * win, and neither a restart nor a power cut forgets.
 */
#ifndef VID_REPLAY_H
#define VID_REPLAY_H

#include <stdint.h>

#include "libvid/anchor.h"
#include "libvid/reason.h"

/*
 * Mark as used until `expires` (seconds since the epoch); also drops what expired before
 * `now`, whether the login succeeds or not. Before one is dropped, the floor, a mark of
 * the anchor, is raised to its expiry: what expires at or below the floor and has no mark
 * here counts as used, so that a clock that goes back makes nothing valid again. VID_OK,
 * VID_HOLDER_REPLAYED, or VID_STATE, VID_FILE_* (fail closed).
 */
enum vid_reason replay_use(const char *folder, const struct anchor *anchor,
			   const uint8_t hash[32], int64_t now, int64_t expires,
			   struct problem *problem);

#endif
