/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.h - a moment that has certainly passed, below which no clock is believed (S47)
 *
 * A clock that was set back makes expired tokens valid again. Three things tell that a
 * moment has passed: this program was built, somebody logged in, an issuer signed a list.
 * The middle one is kept in a file under a MAC of the host key: it only ever rises.
 */
#ifndef VID_CLOCK_H
#define VID_CLOCK_H

#include <stdint.h>

#include "libvid/hostkey.h"
#include "libvid/reason.h"

#define CLOCK_SLACK 300 /* seconds that a clock may be corrected backwards */

/* Seconds since the epoch; 0 where there is none. */
struct clock_marks {
	int64_t built;
	int64_t login; /* the last one that was granted */
	int64_t list;  /* `iat` of the newest status list */
};

/* The latest of the three. */
int64_t clock_floor(const struct clock_marks *marks);

/* VID_OK, or VID_CLOCK with a problem that says what stands against the clock and what to
 * do. */
enum vid_reason clock_judge(const struct clock_marks *marks, int64_t now,
			    struct problem *problem);

/*
 * The last good login, from the file `path`. VID_OK, with 0 where there is no such file;
 * VID_STATE when it is not ours (S51); VID_FILE_*.
 */
enum vid_reason clock_read(const char *path, const struct hostkey *key, int64_t *login,
			   struct problem *problem);

/*
 * A login was granted at `now`: raise the file, which never sinks, whoever raises it at
 * the same time. VID_OK; VID_STATE, VID_FILE_*: as it was.
 */
enum vid_reason clock_raise(const char *path, const struct hostkey *key, int64_t now,
			    struct problem *problem);

/* Forget the last login: for a clock that was ahead and is right again. VID_OK also when
 * there was none. */
enum vid_reason clock_reset(const char *path, struct problem *problem);

#endif
