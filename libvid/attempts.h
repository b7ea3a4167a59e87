/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attempts.h - how often a face or a proof may be judged wrong (S49)
 *
 * A counter is a file under a lock, so that 50 parallel logins are counted as 50. vidd
 * charges an attempt before it judges, and gives it back when nothing was judged. After
 * five attempts the next one has to wait 30 seconds, and each further one twice as long,
 * up to ATTEMPT_PAUSE_MAX. A grant removes the counter; so does a day without attempts.
 * vidd/charges.c says what a counter is kept for.
 */
#ifndef VID_ATTEMPTS_H
#define VID_ATTEMPTS_H

#include <stdint.h>

#include "libvid/reason.h"

#define ATTEMPTS_FREE     5    /* before the first pause */
#define ATTEMPT_PAUSE     30   /* seconds, the first pause */
#define ATTEMPT_PAUSE_MAX 3600 /* seconds: about 24 judged faces a day */

/*
 * Charge one attempt for `key` (the file's name is a hash of it). VID_OK;
 * VID_TOO_MANY_ATTEMPTS with *wait_seconds; VID_FILE_* or VID_STATE when it cannot count
 * (fail closed).
 */
enum vid_reason attempt_charge(const char *folder, const char *key, int64_t now,
			       int64_t *wait_seconds, struct problem *problem);

/* As attempt_charge, but charges nothing. */
enum vid_reason attempt_check(const char *folder, const char *key, int64_t now,
			      int64_t *wait_seconds, struct problem *problem);

/* Nothing was judged: give that one back. */
enum vid_reason attempt_refund(const char *folder, const char *key,
			       struct problem *problem);

/* Granted: the counter starts anew. */
enum vid_reason attempt_clear(const char *folder, const char *key,
			      struct problem *problem);

#endif
