/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.h - a moment that has certainly passed, below which no clock is believed (S47)
 *
 * A clock that was set back makes expired tokens valid again. Three things tell that a
 * moment has passed: this program was built, somebody logged in, an issuer signed a list.
 * The middle one is a mark of the anchor: it only ever rises. A clock that was ahead once
 * and is synchronised now has raised it in error, and it is set anew (clock_heal).
 */
#ifndef VID_CLOCK_H
#define VID_CLOCK_H

#include <stdint.h>

#include "libvid/anchor.h"
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

/* Does the kernel say that its clock is synchronised? Nothing is set. */
bool clock_synchronised(void);

/*
 * The last good login, from the anchor. VID_OK, with 0 where it is proven that there was
 * none; VID_STATE when the anchor is not believed; VID_FILE_*.
 */
enum vid_reason clock_read(const struct anchor *anchor, int64_t *login,
			   struct problem *problem);

/*
 * A login was granted at `now`: raise the mark. Of several processes that raise it at the
 * same time, the latest moment counts. VID_OK; VID_CLOCK for no time; VID_STATE,
 * VID_FILE_*: not kept.
 */
enum vid_reason clock_raise(const struct anchor *anchor, int64_t now,
			    struct problem *problem);

/* Forget the last login: for a clock that was ahead and is right again, at `now`. What
 * the clock did to used presentations is undone, too (replay_heal). VID_OK also when
 * there was none. */
enum vid_reason clock_reset(const struct anchor *anchor, int64_t now,
			    struct problem *problem);

/*
 * After clock_judge found the clock wrong: where the last login alone speaks against it
 * and `synchronised` (NULL: no) says that it is right now, it was ahead at that login.
 * VID_OK with the mark, and marks->login, set to `now`; VID_CLOCK; VID_STATE, VID_FILE_*.
 */
enum vid_reason clock_heal(const struct anchor *anchor, struct clock_marks *marks,
			   int64_t now, bool (*synchronised)(void),
			   struct problem *problem);

#endif
