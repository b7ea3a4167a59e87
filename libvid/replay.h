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
#include "libvid/limits.h"
#include "libvid/reason.h"

/* How long a used presentation is remembered: until its window is past by any clock that
 * the rules allow. */
#define REPLAY_SECONDS (VID_KBT_AGE_MAX + VID_KBT_AHEAD_MAX + VID_SKEW_MAX)

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

/*
 * Lower a floor that a clock raised which was ahead, when the clock is `certain` to be
 * right at `now`: to the newest expiry of what can be valid by now. Without it every
 * presentation would be refused until the time that the clock had. What was used while
 * the clock was ahead is forgotten if it was dropped; presentations of the next
 * VID_KBT_AHEAD_MAX seconds are refused. VID_OK also when there is nothing to do;
 * VID_STATE, VID_FILE_*.
 */
enum vid_reason replay_heal(const struct anchor *anchor, int64_t now, bool certain,
			    struct problem *problem);

#endif
