/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attempts.h - how often a face or a proof may be judged wrong (S49)
 *
 * Two counters, one an account and one a seat, each a file of its own under a lock, so
 * that 50 parallel logins are counted as 50. An attempt is charged before it is judged
 * and given back when nothing was judged. Five failures: 30 seconds; twenty: off until a
 * success in another way (`vid attempts reset`) or 24 hours.
 */
#ifndef VID_ATTEMPTS_H
#define VID_ATTEMPTS_H

#include <stdint.h>

#include "libvid/reason.h"

/*
 * Charge one attempt for `key` (an account or seat name: kept as a hash). VID_OK;
 * VID_TOO_MANY_ATTEMPTS with *wait_seconds; VID_FILE_* or VID_STATE when it cannot count
 * (fail closed).
 */
enum vid_reason attempt_charge(const char *folder, const char *key, int64_t now,
			       int64_t *wait_seconds, struct problem *problem);

/* May one be charged now? As attempt_charge, but charges nothing: for a refusal before
 * any device is touched. */
enum vid_reason attempt_check(const char *folder, const char *key, int64_t now,
			      int64_t *wait_seconds, struct problem *problem);

/* Nothing was judged: give that one back. */
enum vid_reason attempt_refund(const char *folder, const char *key,
			       struct problem *problem);

/* Granted: the counter starts anew. */
enum vid_reason attempt_clear(const char *folder, const char *key,
			      struct problem *problem);

#endif
